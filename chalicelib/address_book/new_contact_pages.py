"""The page on which a person creates a contact by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.foundation.errors import CallerError
from chalicelib.foundation.forms import Form, read_form
from chalicelib.foundation.http import Request, Response, checked_idempotency_key, page, redirect
from chalicelib.foundation.router import Access, Router

if TYPE_CHECKING:
    from chalicelib.address_book.parts import AddressBookParts

NEW = "/contacts/new"
SAVED_ALREADY = "This form was saved already. Look in your contacts first; save again to create another contact."


def routes(router: Router, parts: AddressBookParts) -> None:
    @router.page(NEW, Access.PERSON, "Page to create a contact")
    def new_contact_page(request: Request) -> Response:
        from chalicelib.foundation.ids import fresh_id

        return page(_form_page(parts, request, Form({}), once=fresh_id()))

    @router.form_action(NEW, Access.PERSON, "Create a contact (form)", {303: "", 409: "page", 413: "page", 422: "page"})
    def create_on_page(request: Request) -> Response:
        """Pressed twice, the button makes one contact: the form has an idempotency key."""
        from chalicelib.address_book.edit_form import parse_form, wrong_field_of
        from chalicelib.foundation.ids import fresh_id
        from chalicelib.jobs.idempotency_keys import KeyUsed

        form = read_form(request)
        once = form.text("once")
        try:
            key = checked_idempotency_key(once or None, "once")
            made = parts.create_contact(request.owner, _filled(parse_form(form)), idempotency_key=key)
        except KeyUsed as error:  # the page went back to a form that was saved, and then changed
            return page(_form_page(parts, request, form, once=fresh_id(), problem=SAVED_ALREADY), error.status)
        except CallerError as error:
            shown = _form_page(parts, request, form, once=once, problem=error.detail, wrong_field=wrong_field_of(error))
            return page(shown, error.status)
        return redirect(f"{parts.shared.public_url}/contacts/{made.contact_id}?saved=yes")


def _filled(fields: dict[str, object]) -> dict[str, object]:
    return {field: value for field, value in fields.items() if value}


def _form_page(
    parts: AddressBookParts, request: Request, form: Form, *, once: str, problem: str = "", wrong_field: str = ""
) -> str:
    from chalicelib.address_book.edit_form import filled_form, form_values, resubmitted_form

    fields = resubmitted_form(form) if problem else filled_form({})
    values = form_values(fields, problem, wrong_field)
    return parts.shared.pages.render(request, "contacts/new.html", once=once, **values)

"""The pages of the address book: the list with its search, one contact with the source of every value, edit, delete."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from chalicelib.address_book import routes as api
from chalicelib.contacts.sort_order import Order
from chalicelib.foundation.clock import rfc3339
from chalicelib.foundation.errors import CallerError, InvalidInput
from chalicelib.foundation.forms import Form, read_form
from chalicelib.foundation.http import Request, Response, choice, page, redirect, whole_number
from chalicelib.foundation.router import Access, Query, Router

if TYPE_CHECKING:
    from chalicelib.address_book.parts import AddressBookParts
    from chalicelib.contacts.contact import Contact

CONTACTS = "/contacts"
ONE = f"{CONTACTS}/{{contact_id}}"
ON_A_PAGE = 50
MOST_PAGES = 1_000_000
NO_NAME = "No name"
ORDERS = {Order.NAME: "Name", Order.GIVEN: "First name", Order.FAMILY: "Last name"}


def routes(router: Router, parts: AddressBookParts) -> None:
    _list_route(router, parts)
    _contact_route(router, parts)
    _edit_routes(router, parts)
    _delete_routes(router, parts)


def _list_route(router: Router, parts: AddressBookParts) -> None:
    @router.page(
        CONTACTS,
        Access.PERSON,
        "The page of my contacts",
        query=[
            Query("q", api.SEARCHED),
            Query("sort", api.SORTED, {"enum": [*Order], "default": Order.NAME}),
            Query("page", "Which page.", {"type": "integer", "minimum": 1}),
        ],
    )
    def contacts_page(request: Request) -> Response:
        from chalicelib.contacts.contact_json import listed
        from chalicelib.contacts.display_name import listed_name

        text = (request.query.get("q") or "").strip()[: api.LONGEST_SEARCH]
        wanted = whole_number(request, "page", 1, 1, MOST_PAGES)
        order = Order(choice(request, "sort", tuple(Order)) or Order.NAME)
        found = parts.list_contacts(request.owner, text or None, page=wanted, size=ON_A_PAGE, order=order)
        first = (found.page - 1) * ON_A_PAGE + 1
        shown = parts.shared.pages.render(
            request,
            "contacts/contacts.html",
            contacts=[{**listed(each), "name": listed_name(each.shown, order)} for each in found.contacts],
            text=text,
            query=_query(text, order),
            orders=[{"name": each, "title": title, "query": _query(text, each)} for each, title in ORDERS.items()],
            order=order,
            all_query=_query("", order),
            found=found.found,
            total=found.total,
            first=first,
            last=min(first + ON_A_PAGE - 1, found.found),
            at=found.page,
            pages=found.pages,
            is_current=found.is_current,
            as_of=rfc3339(found.as_of),
        )
        return page(shown)


def _query(text: str, order: Order) -> str:
    """The query of the same list, followed by an ampersand unless it is empty."""
    said = {"q": text, "sort": "" if order is Order.NAME else order.value}
    return "".join(f"{urlencode({name: value})}&" for name, value in said.items() if value)


def _contact_route(router: Router, parts: AddressBookParts) -> None:
    @router.page(
        ONE, Access.PERSON, "The page of one contact", query=[Query("saved", "Whether it has just been saved.")]
    )
    def contact_page(request: Request, contact_id: str) -> Response:
        from chalicelib.address_book.contact_page_view import rows
        from chalicelib.contacts.contact_json import listed, with_sources

        told = api.read(parts, request.owner, contact_id)
        contact = with_sources(told.contact, told.duplicates)
        shown = parts.shared.pages.render(
            request,
            "contacts/contact.html",
            contact_id=contact_id,
            name=contact["display"] or NO_NAME,
            rows=rows(contact, parts.source_names(request.owner)),
            duplicates=[listed(each) for each in told.duplicates],
            created_at=contact["created_at"],
            updated_at=contact["updated_at"],
            saved="saved" in request.query,
        )
        return page(shown)


def _edit_routes(router: Router, parts: AddressBookParts) -> None:
    @router.page(f"{ONE}/edit", Access.PERSON, "The page to edit a contact")
    def edit_page(request: Request, contact_id: str) -> Response:
        from chalicelib.address_book.edit_form import filled_in

        contact = api.read_alone(parts, request.owner, contact_id)
        return page(_form_page(parts, request, contact, filled_in(contact.shown)))

    @router.form_action(
        f"{ONE}/edit",
        Access.PERSON,
        "Edit a contact, from its page",
        {303: "", 409: "page", 413: "page", 422: "page"},
    )
    def edit_on_page(request: Request, contact_id: str) -> Response:
        form = read_form(request)
        contact = api.read_alone(parts, request.owner, contact_id)
        try:
            _edit(parts, request.owner, contact, form)
        except CallerError as error:
            return _to_mend(parts, request, contact, form, error)
        return redirect(f"{parts.shared.public_url}{CONTACTS}/{contact_id}?saved=yes")


def _edit(parts: AddressBookParts, owner: str, contact: Contact, form: Form) -> None:
    """Only what the person touched becomes their own; where the contact has changed meanwhile, they look first."""
    from chalicelib.address_book.edit_form import changed, wanted

    version = form.text("version")
    if not (version.isascii() and version.isdecimal() and len(version) < 16):
        raise InvalidInput("This form is not complete. Open the contact again.", field="version")
    touched = changed(wanted(form), contact.shown)
    if touched:
        parts.edit_contact(owner, contact.contact_id, touched, version=int(version))


def _to_mend(parts: AddressBookParts, request: Request, contact: Contact, form: Form, error: CallerError) -> Response:
    """The form again, as it was filled in, with what is wrong."""
    from chalicelib.address_book.edit_form import sent_again

    wrong_field = str(error.members.get("field", "")).partition(".")[0]
    fields = sent_again(form)
    shown = _form_page(parts, request, contact, fields, problem=error.detail, wrong_field=wrong_field)
    return page(shown, error.status)


def _form_page(
    parts: AddressBookParts,
    request: Request,
    contact: Contact,
    fields: Mapping[str, Any],
    *,
    problem: str = "",
    wrong_field: str = "",
) -> str:
    from chalicelib.address_book.edit_form import ADDRESS_PARTS, LESS_COMMON, has_less_common, lists, texts
    from chalicelib.contacts.contact_field import Section

    return parts.shared.pages.render(
        request,
        "contacts/edit.html",
        contact_id=contact.contact_id,
        name=contact.shown.get("display", NO_NAME),
        version=contact.version,
        fields=fields,
        address_parts=ADDRESS_PARTS,
        texts={section.value: texts(section) for section in Section},
        lists={section.value: lists(section) for section in Section},
        shows_more=has_less_common(fields) or wrong_field in LESS_COMMON,
        problem=problem,
        wrong_field=wrong_field if wrong_field in {*fields, "birthday"} else "",
    )


def _delete_routes(router: Router, parts: AddressBookParts) -> None:
    @router.page(f"{ONE}/delete", Access.PERSON, "The page to delete a contact")
    def delete_page(request: Request, contact_id: str) -> Response:
        from chalicelib.address_book.contact_page_view import other_sources
        from chalicelib.contacts.contact_json import with_sources

        contact = with_sources(api.read_alone(parts, request.owner, contact_id))
        shown = parts.shared.pages.render(
            request,
            "contacts/delete.html",
            contact_id=contact_id,
            name=contact["display"] or NO_NAME,
            sources=other_sources(contact, parts.source_names(request.owner)),
        )
        return page(shown)

    @router.form_action(f"{ONE}/delete", Access.PERSON, "Delete a contact, from its page")
    def delete_on_page(request: Request, contact_id: str) -> Response:
        parts.delete_contact(request.owner, contact_id)
        return redirect(f"{parts.shared.public_url}{CONTACTS}")

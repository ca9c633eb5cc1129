"""The pages of the address book: list, search, show, edit and delete contacts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from chalicelib.address_book import routes as api
from chalicelib.contacts.sort_order import Order
from chalicelib.foundation.clock import instant, rfc3339
from chalicelib.foundation.errors import CallerError, InvalidInput, NotFound
from chalicelib.foundation.forms import Form, read_form
from chalicelib.foundation.http import Request, Response, choice, page, redirect, whole_number
from chalicelib.foundation.router import Access, Query, Router

if TYPE_CHECKING:
    from chalicelib.address_book.parts import AddressBookParts
    from chalicelib.address_book.read_contact import ContactDetails
    from chalicelib.books.redirects import Redirect
    from chalicelib.contacts.contact import Contact

CONTACTS = "/contacts"
ONE = f"{CONTACTS}/{{contact_id}}"
PAGE_SIZE = 50
MOST_PAGES = 1_000_000
NO_NAME = "No name"
_ID = re.compile("[A-Za-z0-9_-]{1,60}")
_FILTERS = (*api.FILTERS, *api.EXACT_FILTERS)
OTHER_WORDS = {"collection": "in the collection", "connection": "from the account"}
ORDERS = {
    Order.NAME: "Name",
    Order.GIVEN: "First name",
    Order.FAMILY: "Last name",
    Order.CHANGED: "Last changed",
}


def routes(router: Router, parts: AddressBookParts) -> None:
    _list_route(router, parts)
    _contact_route(router, parts)
    _edit_routes(router, parts)
    _delete_routes(router, parts)
    _enrichment_routes(router, parts)


def _list_route(router: Router, parts: AddressBookParts) -> None:
    @router.page(
        CONTACTS,
        Access.PERSON,
        "Contacts page",
        query=[
            Query("q", api.SEARCHED),
            *_FILTERS,
            Query("sort", api.SORTED, {"enum": [*Order], "default": Order.NAME}),
            Query("page", "The page number.", {"type": "integer", "minimum": 1}),
            Query("deleted", "The id of a contact that was just deleted, to offer to bring it back."),
        ],
    )
    def contacts_page(request: Request) -> Response:
        return page(_list_page(parts, request))


def _list_page(parts: AddressBookParts, request: Request) -> str:
    from chalicelib.address_book.contact_query import filter_of
    from chalicelib.address_book.list_view import list_choices
    from chalicelib.address_book.status_filter import status_filter_of
    from chalicelib.contacts.contact_json import contact_json
    from chalicelib.contacts.display_name import listed_name

    text = (request.query.get("q") or "").strip()[: api.LONGEST_SEARCH]
    number = whole_number(request, "page", 1, 1, MOST_PAGES)
    order = Order(choice(request, "sort", tuple(Order)) or Order.NAME)
    wanted, status = filter_of(request, parts), status_filter_of(request)
    result = parts.list_contacts(
        request.owner, text or None, page=number, size=PAGE_SIZE, order=order, wanted=wanted, status=status
    )
    first = (result.page - 1) * PAGE_SIZE + 1
    given = {each.name: request.query.get(each.name, "") for each in _FILTERS}
    choices = list_choices(result, wanted, status, lambda: parts.source_names(request.owner))
    shown = {each.name for each in choices}
    query = {"q": text, **given}
    return parts.shared.pages.render(
        request,
        "contacts/contacts.html",
        contacts=[{**contact_json(each), "name": listed_name(each.shown, order)} for each in result.contacts],
        text=text,
        choices=choices,
        others=_other_filters(parts, request.owner, {name: given[name] for name in given if name not in shown}),
        is_filtered=any(query.values()),
        query=_query(query, order),
        orders=[{"name": each, "title": title, "query": _query(query, each)} for each, title in ORDERS.items()],
        order=order,
        all_query=_query({}, order),
        found=result.matches,
        total=result.total,
        first=first,
        last=min(first + PAGE_SIZE - 1, result.matches),
        at=result.page,
        pages=result.pages,
        is_current=result.is_current,
        as_of=rfc3339(result.as_of),
        deleted=_id_of(request.query.get("deleted") or ""),
    )


def _other_filters(parts: AddressBookParts, owner: str, given: Mapping[str, str]) -> list[Mapping[str, str]]:
    """The filters that are set and have no list to choose from: ids are shown as what people named them."""
    titles = {name: value for name, value in given.items() if value}
    if collection_id := titles.get("collection"):
        titles["collection"] = parts.shared.collections.for_reader(owner, collection_id).name
    if connection_id := titles.get("connection"):
        names = parts.source_names(owner)
        fitting = (title for source, title in names.items() if source.partition(":")[2] == connection_id)
        titles["connection"] = next(fitting, connection_id)
    return [
        {
            "name": name,
            "value": given[name],
            "words": OTHER_WORDS.get(name, f"with {name.replace('_', ' ')}"),
            "title": title,
        }
        for name, title in titles.items()
    ]


def _id_of(text: str) -> str | None:
    """The id in a query parameter; None if it cannot be one."""
    return text if _ID.fullmatch(text) else None


def _query(given: Mapping[str, str], order: Order) -> str:
    """The query of the same list, followed by an ampersand unless it is empty."""
    parameters = {**given, "sort": "" if order is Order.NAME else order.value}
    return "".join(f"{urlencode({name: value})}&" for name, value in parameters.items() if value)


def _contact_route(router: Router, parts: AddressBookParts) -> None:
    @router.page(
        ONE,
        Access.PERSON,
        "Contact page",
        may_move=True,
        query=[Query("saved", "Whether to show that the edit was saved.")],
    )
    def contact_page(request: Request, contact_id: str) -> Response:
        try:
            details = api.read(parts, request.owner, contact_id)
        except NotFound:
            return _page_of_merged(parts, request, contact_id, ONE)
        return page(_contact_page(parts, request, details))


def _page_of_merged(parts: AddressBookParts, request: Request, contact_id: str, path: str) -> Response:
    """A redirect to the same page of the contact that this one is part of. Raises NotFound if there is none."""
    return replace(api.redirect_if_merged(parts, request.owner, contact_id, path), body=None)


def _contact_page(parts: AddressBookParts, request: Request, details: ContactDetails) -> str:
    from chalicelib.address_book.contact_page_view import contact_rows, shared_sources
    from chalicelib.address_book.enrichment_view import enrichment_json, enrichment_rows
    from chalicelib.address_book.history_json import history_json, history_rows
    from chalicelib.address_book.why_view import why_rows
    from chalicelib.books.possible_pairs import review_id_of
    from chalicelib.contacts.contact_json import contact_details_json, contact_json

    owner, contact_id = request.owner, details.contact.contact_id
    source_names, source_rows = parts.source_names(owner), parts.trace_records(owner, details.contact.records)
    contact = contact_details_json(details.contact, details.duplicates, source_rows)
    rows, enrichment = contact_rows(contact, source_names), enrichment_json(details.statuses)
    redirects = parts.read_history.merged_into(owner, details.contact)
    events = parts.read_history(owner, details.contact, redirects)
    return parts.shared.pages.render(
        request,
        "contacts/contact.html",
        contact_id=contact_id,
        name=contact["display"] or NO_NAME,
        rows=rows,
        shared_sources=shared_sources(rows),
        why=why_rows(contact, source_names),
        history=history_rows(history_json(contact_id, events, source_rows), owner, source_names),
        duplicates=[
            {**contact_json(each), "review_id": review_id_of(contact_id, each.contact_id)}
            for each in details.duplicates
        ],
        merged=_merged_contacts(redirects.values()),
        enrichment=enrichment_rows(enrichment["enrichment"]),
        opted_out_at=enrichment["enrichment_opted_out_at"],
        created_at=contact["created_at"],
        updated_at=contact["updated_at"],
        saved="saved" in request.query,
    )


def _merged_contacts(redirects: Iterable[Redirect]) -> list[dict[str, str | None]]:
    """The contacts that were merged into one, the latest first."""
    latest = sorted(redirects, key=lambda redirect: redirect.merged_at, reverse=True)
    return [
        {
            "contact_id": each.contact_id,
            "name": each.journal.name.get("display", NO_NAME),
            "merged_at": rfc3339(instant(each.merged_at)),
        }
        for each in latest
    ]


def _edit_routes(router: Router, parts: AddressBookParts) -> None:
    @router.page(f"{ONE}/edit", Access.PERSON, "Page to edit a contact", may_move=True)
    def edit_page(request: Request, contact_id: str) -> Response:
        from chalicelib.address_book.edit_form import filled_form

        try:
            contact = api.read_contact_only(parts, request.owner, contact_id)
        except NotFound:
            return _page_of_merged(parts, request, contact_id, f"{ONE}/edit")
        return page(_form_page(parts, request, contact, filled_form(contact.shown)))

    @router.form_action(
        f"{ONE}/edit",
        Access.PERSON,
        "Edit a contact (form)",
        {303: "", 409: "page", 413: "page", 422: "page"},
    )
    def edit_on_page(request: Request, contact_id: str) -> Response:
        form = read_form(request)
        contact = api.read_contact_only(parts, request.owner, contact_id)
        try:
            _edit(parts, request.owner, contact, form)
        except CallerError as error:
            return _form_with_problem(parts, request, contact, form, error)
        return redirect(f"{parts.shared.public_url}{CONTACTS}/{contact_id}?saved=yes")


def _edit(parts: AddressBookParts, owner: str, contact: Contact, form: Form) -> None:
    """Commits the changed fields. Raises Conflict if the contact has changed since the form was opened."""
    from chalicelib.address_book.edit_form import edit_of

    version = form.text("version")
    if not (version.isascii() and version.isdecimal() and len(version) < 16):
        raise InvalidInput("The form is incomplete. Open the contact again.", field="version")
    edit = edit_of(form, contact.shown)
    if edit:
        parts.edit_contact(owner, contact.contact_id, edit, version=int(version))


def _form_with_problem(
    parts: AddressBookParts, request: Request, contact: Contact, form: Form, error: CallerError
) -> Response:
    """The form as it was submitted, with the error."""
    from chalicelib.address_book.edit_form import resubmitted_form, wrong_field_of

    fields = resubmitted_form(form)
    shown = _form_page(parts, request, contact, fields, problem=error.detail, wrong_field=wrong_field_of(error))
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
    from chalicelib.address_book.edit_form import form_values

    return parts.shared.pages.render(
        request,
        "contacts/edit.html",
        contact_id=contact.contact_id,
        name=contact.shown.get("display", NO_NAME),
        version=contact.version,
        **form_values(fields, problem, wrong_field),
    )


def _delete_routes(router: Router, parts: AddressBookParts) -> None:
    @router.page(f"{ONE}/delete", Access.PERSON, "Page to delete a contact", may_move=True)
    def delete_page(request: Request, contact_id: str) -> Response:
        from chalicelib.address_book.contact_page_view import account_names
        from chalicelib.contacts.contact_json import contact_details_json

        try:
            contact = contact_details_json(api.read_contact_only(parts, request.owner, contact_id))
        except NotFound:
            return _page_of_merged(parts, request, contact_id, f"{ONE}/delete")
        shown = parts.shared.pages.render(
            request,
            "contacts/delete.html",
            contact_id=contact_id,
            name=contact["display"] or NO_NAME,
            sources=account_names(contact, parts.source_names(request.owner)),
            undo_days=parts.shared.settings.undo_days,
        )
        return page(shown)

    @router.form_action(f"{ONE}/delete", Access.PERSON, "Delete a contact (form)")
    def delete_on_page(request: Request, contact_id: str) -> Response:
        parts.delete_contact(request.owner, contact_id)
        return redirect(f"{parts.shared.public_url}{CONTACTS}?deleted={contact_id}")


def _enrichment_routes(router: Router, parts: AddressBookParts) -> None:
    @router.form_action(f"{ONE}/enrichment", Access.PERSON, "Opt a contact out of enrichment, or in again (form)")
    def opt_out_on_page(request: Request, contact_id: str) -> Response:
        decided = {"opt-out": True, "opt-in": False}.get(read_form(request).text("do"))
        if decided is None:
            raise InvalidInput("The form must say what to do. Press one of its buttons.", field="do")
        api.opt_out(parts, request.owner, contact_id, has_opted_out=decided)
        return redirect(f"{parts.shared.public_url}{CONTACTS}/{contact_id}#enrichment")

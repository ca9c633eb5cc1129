"""The REST API of the address book: list, search, read, create, edit and delete contacts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from chalicelib.contacts.sort_order import Order
from chalicelib.foundation.bodies import read_body
from chalicelib.foundation.clock import rfc3339
from chalicelib.foundation.errors import CallerError, InvalidInput, NotFound, ServiceError
from chalicelib.foundation.http import Request, Response, choice, conditional_response, whole_number
from chalicelib.foundation.json import JsonObject
from chalicelib.foundation.router import Access, Query, Router, not_found
from chalicelib.foundation.scopes import Scope

if TYPE_CHECKING:
    from pydantic import BaseModel

    from chalicelib.address_book.bodies import ContactEnrichmentBody
    from chalicelib.address_book.parts import AddressBookParts
    from chalicelib.address_book.read_contact import ContactDetails
    from chalicelib.contacts.contact import Contact

_Read = TypeVar("_Read")
CONTACTS = "/api/v1/contacts"
ONE = f"{CONTACTS}/{{contact_id}}"
LONGEST_SEARCH = 200  # characters
SEARCHED = (
    "Words to search for, in any order. Matches the beginnings of words in names, organizations, titles, addresses, "
    "groups and notes, and any part of an email address, a web address or a phone number. Ignores case and accents."
)
SORTED = (
    "Sort by display name (`name`), first name (`given`), last name (`family`), or by the time of the last change, the "
    "latest first (`changed`). Contacts without a first or last name are sorted by their display name. A cursor is "
    "valid only for the order it was returned for."
)
LONGEST_CURSOR = 1_000
WITH_STATUS = (
    "Only contacts with this status of enrichment: the name of a vendor, a colon, and `enriched`, `failed`, "
    "`ineligible` or `never_tried`. Such as `phone-metadata:failed`."
)
TAGGED = "Only contacts with a source of this tag, such as `iris-import`; none if no source has it."
_DUPLICATES = "Whether a contact has possible duplicates: `true` or `false`."
FILTERS = (
    Query("tag", TAGGED),
    Query("source", "Only contacts with a record of this source: one of the keys in `sources` of a contact."),
    Query("group", "Only contacts in the group with exactly this name."),
    Query("has_duplicates", _DUPLICATES, {"type": "boolean"}),
    Query("enrichment", WITH_STATUS),
)
EXACT_FILTERS = (
    Query("email", "Only contacts with this email address, in any spelling: `ADA@Example.org` finds ada@example.org."),
    Query(
        "phone",
        "Only contacts with this phone number, in any form: `+49 (0)170 123-4567` finds +49 170 1234567. One without a "
        "country code is read as of the country that the service assumes.",
    ),
    Query("connection", "Only contacts with a record of the connected account with this id."),
    Query("collection", "Only contacts that are in the collection with this id, which must be shared with you."),
    Query(
        "changed_since",
        "Only contacts whose `updated_at` is this instant or later, in RFC 3339. To follow a book, use "
        "`GET /api/v1/contacts/changes`, which tells of deleted contacts, too.",
        {"type": "string", "format": "date-time"},
    ),
)
FIELDS = Query(
    "fields",
    "The fields of each contact to answer, separated by commas, such as `display,emails`; `contact_id` is always "
    "there. All of them if it is left out.",
)


def routes(router: Router, parts: AddressBookParts) -> None:
    _list_route(router, parts)
    _read_routes(router, parts)
    _write_routes(router, parts)
    _enrichment_routes(router, parts)


def _list_route(router: Router, parts: AddressBookParts) -> None:
    @router.get(
        CONTACTS,
        Access.PERSON,
        "List or search contacts",
        {200: "Contacts", 304: ""},
        query=[
            Query("q", SEARCHED),
            *FILTERS,
            *EXACT_FILTERS,
            Query("sort", SORTED, {"enum": [*Order], "default": Order.NAME}),
            Query("cursor", "Where the page starts: the `next_cursor` of the previous page."),
            Query("limit", "The maximum number of contacts.", {"type": "integer", "minimum": 1, "maximum": 200}),
            FIELDS,
            Query(
                "follow",
                "With `true` on all pages, the first one answers `since`, the token for "
                "`GET /api/v1/contacts/changes`: the contacts of all pages with what that tells are the book, if the "
                "list has neither words to search for nor filters.",
                {"type": "boolean"},
            ),
        ],
        strict_query=True,
        scopes=[Scope.CONTACTS_READ],
    )
    def list_contacts(request: Request) -> Response:
        limit = whole_number(request, "limit", 50, 1, 200)
        text, cursor = bounded(request, "q", LONGEST_SEARCH), bounded(request, "cursor", LONGEST_CURSOR)
        order = Order(choice(request, "sort", tuple(Order)) or Order.NAME)
        from chalicelib.address_book.contact_query import chosen_fields, filter_of, with_fields
        from chalicelib.address_book.status_filter import status_filter_of
        from chalicelib.contacts.contact_json import contact_json

        shorten = with_fields(chosen_fields(request))
        wanted, status = filter_of(request, parts), status_filter_of(request)
        follows = choice(request, "follow", ("true", "false")) == "true"
        walk = parts.list_changes.walk(request.owner) if follows else None
        wanted = wanted if walk is None else walk.narrow(wanted)
        page = parts.list_contacts.after(request.owner, text, cursor, limit, order, wanted, status)
        body = {
            "contacts": [
                shorten(contact_json(each)) for each in (walk.shown(page.contacts) if walk else page.contacts)
            ],
            "next_cursor": page.next_cursor,
            "is_current": page.is_current,
            "as_of": rfc3339(page.as_of),
            "since": walk.since if walk and cursor is None and page.is_current else None,
        }
        return conditional_response(request, body)


def _read_routes(router: Router, parts: AddressBookParts) -> None:
    @router.get(
        ONE,
        Access.PERSON,
        "Get a contact with its sources",
        {200: "ContactInFull", 304: "", 307: "MergedContact"},
        scopes=[Scope.CONTACTS_READ],
    )
    def get_contact(request: Request, contact_id: str) -> Response:
        try:
            return conditional_response(request, _contact_in_full(parts, request.owner, contact_id))
        except NotFound:
            return redirect_if_merged(parts, request.owner, contact_id, ONE)

    @router.get(
        f"{ONE}/history",
        Access.PERSON,
        "Get the history of a contact",
        {200: "ContactHistory", 304: "", 307: "MergedContact"},
        scopes=[Scope.CONTACTS_READ],
    )
    def get_history(request: Request, contact_id: str) -> Response:
        from chalicelib.address_book.history_json import history_json

        try:
            contact = read_contact_only(parts, request.owner, contact_id)
        except NotFound:
            return redirect_if_merged(parts, request.owner, contact_id, f"{ONE}/history")
        events = parts.read_history(request.owner, contact)
        source_rows = parts.trace_records(request.owner, contact.records)
        return conditional_response(request, history_json(contact_id, events, source_rows))


def _write_routes(router: Router, parts: AddressBookParts) -> None:
    @router.post(
        CONTACTS,
        Access.PERSON,
        "Create a contact by hand",
        {201: "ContactInFull"},
        body=_new_contact_body,
        takes_key=True,
        scopes=[Scope.CONTACTS_WRITE],
    )
    def create_contact(request: Request) -> Response:
        fields = read_body(request, _new_contact_body()).model_dump(exclude_unset=True)
        made = parts.create_contact(request.owner, fields, idempotency_key=request.idempotency_key)
        location = f"{parts.shared.public_url}{CONTACTS}/{made.contact_id}"
        return Response(_contact_in_full(parts, request.owner, made.contact_id), 201, {"Location": location})

    @router.patch(
        ONE,
        Access.PERSON,
        "Edit a contact",
        {200: "ContactInFull"},
        body=_edit_contact_body,
        problems=_merged,
        scopes=[Scope.CONTACTS_WRITE],
    )
    def edit_contact(request: Request, contact_id: str) -> Response:
        edit = read_body(request, _edit_contact_body()).model_dump(exclude_unset=True)
        version = edit.pop("version", None)
        check_id(contact_id)
        try:
            parts.edit_contact(request.owner, contact_id, edit, version)
            return Response(_contact_in_full(parts, request.owner, contact_id))
        except NotFound:
            raise merged_or_not_found(parts, request.owner, contact_id) from None

    @router.delete(ONE, Access.PERSON, "Delete a contact", {204: ""}, problems=_merged, scopes=[Scope.CONTACTS_WRITE])
    def delete_contact(request: Request, contact_id: str) -> Response:
        check_id(contact_id)
        try:
            parts.delete_contact(request.owner, contact_id)
        except NotFound:
            raise merged_or_not_found(parts, request.owner, contact_id) from None
        return Response(None, 204)


def _enrichment_routes(router: Router, parts: AddressBookParts) -> None:
    @router.put(
        f"{ONE}/enrichment",
        Access.PERSON,
        "Decide whether vendors may be asked about a contact",
        {200: "ContactInFull"},
        body=_contact_enrichment_body,
        problems=_merged,
        scopes=[Scope.CONTACTS_WRITE],
    )
    def put_contact_enrichment(request: Request, contact_id: str) -> Response:
        body = read_body(request, _contact_enrichment_body())
        opt_out(parts, request.owner, contact_id, has_opted_out=body.has_opted_out)
        return Response(_contact_in_full(parts, request.owner, contact_id))


def opt_out(parts: AddressBookParts, owner: str, contact_id: str, *, has_opted_out: bool) -> None:
    """Decide whether vendors may be asked about a contact. Raises NotFound or ContactMerged if there is no such one."""
    check_id(contact_id)
    try:
        parts.opt_out_contact(owner, contact_id, has_opted_out=has_opted_out)
    except NotFound:
        raise merged_or_not_found(parts, owner, contact_id) from None


def redirect_if_merged(parts: AddressBookParts, owner: str, contact_id: str, path: str) -> Response:
    """A redirect to the contact that this one is part of, not to be stored, since a merge can be taken back.

    Args:
        path: where the contact is, with "{contact_id}".

    Raises:
        NotFound: there is no such contact.
    """
    into = parts.contact_merged_into(owner, contact_id)
    if into is None:
        raise not_found()
    location = f"{parts.shared.public_url}{path.format(contact_id=into)}"
    return Response({"merged_into": into}, 307, {"Location": location, "Cache-Control": "no-store"})


def merged_or_not_found(parts: AddressBookParts, owner: str, contact_id: str) -> CallerError:
    """Why a contact cannot be changed: it is part of another one, or there is none."""
    from chalicelib.books.redirects import ContactMerged

    into = parts.contact_merged_into(owner, contact_id)
    return not_found() if into is None else ContactMerged(into)


def read(parts: AddressBookParts, owner: str, contact_id: str) -> ContactDetails:
    """One contact with its possible duplicates. Raises NotFound, also for a contact of another person."""
    return _read_or_404(parts.read_contact, owner, contact_id)


def read_contact_only(parts: AddressBookParts, owner: str, contact_id: str) -> Contact:
    """One contact without its possible duplicates. Raises NotFound as `read`."""
    return _read_or_404(parts.read_contact.contact_only, owner, contact_id)


def _read_or_404(read: Callable[[str, str], _Read], owner: str, contact_id: str) -> _Read:
    check_id(contact_id)
    try:
        return read(owner, contact_id)
    except NotFound:
        raise not_found() from None


def _contact_in_full(parts: AddressBookParts, owner: str, contact_id: str) -> JsonObject:
    """One contact as JSON, with its possible duplicates, the rows of files of its records, and its statuses.

    Raises as `read`.
    """
    from chalicelib.address_book.enrichment_view import enrichment_json
    from chalicelib.contacts.contact_json import contact_details_json

    details = read(parts, owner, contact_id)
    source_rows = parts.trace_records(owner, details.contact.records)
    contact = contact_details_json(details.contact, details.duplicates, source_rows)
    return {**contact, **enrichment_json(details.statuses)}


def _merged() -> Sequence[type[ServiceError]]:
    from chalicelib.books.redirects import ContactMerged

    return [ContactMerged]


def _new_contact_body() -> type[BaseModel]:
    from chalicelib.address_book.bodies import NewContactBody

    return NewContactBody


def _edit_contact_body() -> type[BaseModel]:
    from chalicelib.address_book.bodies import EditContactBody

    return EditContactBody


def _contact_enrichment_body() -> type[ContactEnrichmentBody]:
    from chalicelib.address_book.bodies import ContactEnrichmentBody

    return ContactEnrichmentBody


def bounded(request: Request, name: str, longest: int) -> str | None:
    """A query parameter with at most so many characters; None if it is absent. Raises InvalidInput."""
    value = request.query.get(name) or None
    if value is not None and len(value) > longest:
        raise InvalidInput(f"{name} can have at most {longest} characters.", field=name)
    return value


def check_id(contact_id: str) -> None:
    """Raises NotFound if the id is not a contact id; deletion markers have keys of another form."""
    if not (contact_id.isascii() and contact_id.replace("-", "").replace("_", "").isalnum()):
        raise not_found()

"""The address book over HTTP: a page of it, what a text finds in it, one contact in full, editing and deleting it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from chalicelib.contacts.sort_order import Order
from chalicelib.foundation.bodies import read_body
from chalicelib.foundation.clock import rfc3339
from chalicelib.foundation.errors import InvalidInput, NotFound
from chalicelib.foundation.http import Request, Response, choice, conditional_response, whole_number
from chalicelib.foundation.json import Json
from chalicelib.foundation.router import Access, Query, Router, not_found

if TYPE_CHECKING:
    from pydantic import BaseModel

    from chalicelib.address_book.parts import AddressBookParts
    from chalicelib.address_book.read_contact import InFull
    from chalicelib.contacts.contact import Contact

_Read = TypeVar("_Read")
CONTACTS = "/api/v1/contacts"
ONE = f"{CONTACTS}/{{contact_id}}"
LONGEST_SEARCH = 200  # characters
SEARCHED = (
    "Words, in any order: the beginnings of words of names, organizations, titles, addresses, groups and notes, or any "
    "part of an e-mail address, a web address or a phone number. Case, accents, and forms of one letter do not count."
)
SORTED = (
    "`name`: as each contact is called. `given`, `family`: by that name; companies, and who has no such name, as they "
    "are called. A cursor holds for the order it was given for."
)
LONGEST_CURSOR = 1_000


def routes(router: Router, parts: AddressBookParts) -> None:
    _list_route(router, parts)
    _contact_routes(router, parts)


def _list_route(router: Router, parts: AddressBookParts) -> None:
    @router.get(
        CONTACTS,
        Access.PERSON,
        "My contacts in the order of their names, or those that a text finds",
        {200: "Contacts"},
        query=[
            Query("q", SEARCHED),
            Query("sort", SORTED, {"enum": [*Order], "default": Order.NAME}),
            Query("cursor", "Where the page starts; from `next_cursor` of the one before."),
            Query("limit", "How many at most.", {"type": "integer", "minimum": 1, "maximum": 200}),
        ],
        strict_query=True,
    )
    def list_contacts(request: Request) -> Response:
        limit = whole_number(request, "limit", 50, 1, 200)
        text, cursor = _bounded(request, "q", LONGEST_SEARCH), _bounded(request, "cursor", LONGEST_CURSOR)
        order = Order(choice(request, "sort", tuple(Order)) or Order.NAME)
        from chalicelib.contacts.contact_json import listed

        following = parts.list_contacts.after(request.owner, text, cursor, limit, order)
        said = {
            "contacts": [listed(each) for each in following.contacts],
            "next_cursor": following.next_cursor,
            "is_current": following.is_current,
            "as_of": rfc3339(following.as_of),
        }
        return conditional_response(request, said)


def _contact_routes(router: Router, parts: AddressBookParts) -> None:
    @router.get(ONE, Access.PERSON, "One contact, with its sources", {200: "ContactInFull"})
    def get_contact(request: Request, contact_id: str) -> Response:
        return conditional_response(request, in_full(parts, request.owner, contact_id))

    @router.patch(ONE, Access.PERSON, "Edit a contact", {200: "ContactInFull"}, body=_edit_contact_body)
    def edit_contact(request: Request, contact_id: str) -> Response:
        wanted = read_body(request, _edit_contact_body()).model_dump(exclude_unset=True)
        version = wanted.pop("version", None)
        check_id(contact_id)
        try:
            parts.edit_contact(request.owner, contact_id, wanted, version)
            return Response(in_full(parts, request.owner, contact_id))
        except NotFound:
            raise not_found() from None

    @router.delete(ONE, Access.PERSON, "Delete a contact; no import brings it back", {204: ""})
    def delete_contact(request: Request, contact_id: str) -> Response:
        check_id(contact_id)
        try:
            parts.delete_contact(request.owner, contact_id)
        except NotFound:
            raise not_found() from None
        return Response(None, 204)


def read(parts: AddressBookParts, owner: str, contact_id: str) -> InFull:
    """One contact. Raises NotFound for a missing one and for somebody else's; nobody can tell which."""
    return _found(parts.read_contact, owner, contact_id)


def read_alone(parts: AddressBookParts, owner: str, contact_id: str) -> Contact:
    """The same, without who else it may be."""
    return _found(parts.read_contact.alone, owner, contact_id)


def _found(read: Callable[[str, str], _Read], owner: str, contact_id: str) -> _Read:
    check_id(contact_id)
    try:
        return read(owner, contact_id)
    except NotFound:
        raise not_found() from None


def in_full(parts: AddressBookParts, owner: str, contact_id: str) -> Json:
    """The same, as the API tells it."""
    from chalicelib.contacts.contact_json import with_sources

    told = read(parts, owner, contact_id)
    return with_sources(told.contact, told.duplicates)


def _edit_contact_body() -> type[BaseModel]:
    from chalicelib.address_book.bodies import EditContactBody

    return EditContactBody


def _bounded(request: Request, name: str, longest: int) -> str | None:
    value = request.query.get(name) or None
    if value is not None and len(value) > longest:
        raise InvalidInput(f"{name} may have {longest} characters at most.", field=name)
    return value


def check_id(contact_id: str) -> None:
    """Whether it can be one of ours; what a person deleted leaves a stone under another kind of key."""
    if not (contact_id.isascii() and contact_id.replace("-", "").replace("_", "").isalnum()):
        raise not_found()

"""The REST API to follow an address book: what changed since a token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.address_book.routes import CONTACTS, FIELDS, LONGEST_CURSOR, bounded
from chalicelib.foundation.http import Request, Response, conditional_response, whole_number
from chalicelib.foundation.router import Access, Query, Router
from chalicelib.foundation.scopes import Scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.address_book.parts import AddressBookParts
    from chalicelib.foundation.errors import ServiceError

SINCE = (
    "The `since` of the previous answer, or of the first page of `GET /api/v1/contacts?follow=true`. Without it, all "
    "contacts are told. A token is valid for 30 days; an older one, or one from before the book was erased, is "
    "answered with 410 `start-over`. A part of a token is refused."
)


def routes(router: Router, parts: AddressBookParts) -> None:
    @router.get(
        f"{CONTACTS}/changes",
        Access.PERSON,
        "Follow the changes of the address book",
        {200: "ContactChanges", 304: ""},
        query=[
            Query("since", SINCE),
            Query(
                "limit",
                "The maximum number of changes.",
                {"type": "integer", "minimum": 1, "maximum": 200, "default": 50},
            ),
            FIELDS,
        ],
        strict_query=True,
        scopes=[Scope.CONTACTS_READ],
        problems=_problems,
    )
    def list_contact_changes(request: Request) -> Response:
        since, limit = bounded(request, "since", LONGEST_CURSOR), whole_number(request, "limit", 50, 1, 200)
        from chalicelib.address_book.contact_query import chosen_fields, with_fields
        from chalicelib.contacts.contact_json import contact_json

        shorten = with_fields(chosen_fields(request))
        found = parts.list_changes(request.owner, since, limit)
        body = {
            "changed": [shorten(contact_json(each)) for each in found.contacts],
            "deleted": list(found.deleted),
            "merged": [{"contact_id": each.contact_id, "merged_into": each.into} for each in found.merged],
            "since": found.since,
            "has_more": found.has_more,
            "is_current": found.is_current,
        }
        return conditional_response(request, body)


def _problems() -> Sequence[type[ServiceError]]:
    from chalicelib.address_book.followed_book import StartOver

    return [StartOver]

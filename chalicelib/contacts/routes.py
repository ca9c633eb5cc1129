"""The address book over HTTP: a page of it, what a text finds in it, one contact with everything its sources say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from chalicelib.foundation.door import Access, Door, Query, nothing_here
from chalicelib.foundation.errors import InvalidInput
from chalicelib.foundation.http import Answer, Asked, found, whole_number

if TYPE_CHECKING:
    from chalicelib.contacts.store import ContactStore

CONTACTS = "/api/v1/contacts"
LONGEST_SEARCH = 200  # characters
LONGEST_CURSOR = 1_000


class Parts(Protocol):
    @property
    def contacts(self) -> ContactStore: ...


def routes(door: Door, parts: Parts) -> None:
    @door.get(
        CONTACTS,
        Access.PERSON,
        "My contacts, or those a text finds",
        {200: "Contacts"},
        query=[
            Query("q", "A part of a name, an address or a number."),
            Query("cursor", "Where the page starts; from `next_cursor` of the one before."),
            Query("limit", "How many at most.", {"type": "integer", "minimum": 1, "maximum": 200}),
        ],
        only_known=True,
    )
    def list_contacts(asked: Asked) -> Answer:
        limit = whole_number(asked, "limit", 50, 1, 200)
        text, cursor = _bounded(asked, "q", LONGEST_SEARCH), _bounded(asked, "cursor", LONGEST_CURSOR)
        from chalicelib.contacts.shown import listed

        contacts, following = parts.contacts.page(asked.owner, text, cursor, limit)
        return found(asked, {"contacts": [listed(each) for each in contacts], "next_cursor": following})

    @door.get(f"{CONTACTS}/{{contact_id}}", Access.PERSON, "One contact, with its sources", {200: "ContactInFull"})
    def get_contact(asked: Asked, contact_id: str) -> Answer:
        from chalicelib.contacts.shown import with_sources

        contact = parts.contacts.find(asked.owner, contact_id) if _is_id(contact_id) else None
        if contact is None:
            raise nothing_here()
        return found(asked, with_sources(contact))


def _bounded(asked: Asked, name: str, longest: int) -> str | None:
    value = asked.query.get(name) or None
    if value is not None and len(value) > longest:
        raise InvalidInput(f"{name} may have {longest} characters at most.", member=name)
    return value


def _is_id(contact_id: str) -> bool:
    """Whether it can be one of ours; what a person deleted leaves a stone under another kind of key."""
    return contact_id.isascii() and contact_id.replace("-", "").replace("_", "").isalnum()

"""The query parameters that filter, sort and shorten lists of contacts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.address_book.contact_filter import ContactFilter, email_of, numbers_of
from chalicelib.contacts.contact_fields import LISTS, SINGLE
from chalicelib.contacts.tag_query import tag_of
from chalicelib.foundation.clock import milliseconds
from chalicelib.foundation.errors import InvalidInput, NotFound
from chalicelib.foundation.http import Request, choice
from chalicelib.foundation.json import JsonObject

if TYPE_CHECKING:
    from collections.abc import Collection

    from chalicelib.address_book.parts import AddressBookParts

LONGEST = 400  # characters of a parameter
YES_OR_NO = {"true": True, "false": False}
CONTACT_ID = "contact_id"
#: What `fields` can name.
FIELD_NAMES = (CONTACT_ID, *SINGLE, *LISTS, "possible_duplicates", "external_source", "created_at", "updated_at")


def filter_of(request: Request, parts: AddressBookParts) -> ContactFilter:
    """The filter in the query. Raises InvalidInput."""
    email, phone = _text(request, "email"), _text(request, "phone")
    duplicates = choice(request, "has_duplicates", YES_OR_NO)
    since = _text(request, "changed_since")
    return ContactFilter(
        email=email and email_of(email),
        numbers=numbers_of(phone, parts.shared.settings.default_region) if phone else frozenset(),
        source=_text(request, "source"),
        connection=_text(request, "connection"),
        tag=tag_of(request),
        group=_text(request, "group"),
        members=_members(request, parts),
        has_duplicates=None if duplicates is None else YES_OR_NO[duplicates],
        changed_since=None if since is None else _instant(since),
    )


def chosen_fields(request: Request) -> Sequence[str] | None:
    """The fields that the caller chose, and the id; None for all. Raises InvalidInput."""
    text = request.query.get("fields")
    if not text:
        return None
    chosen = dict.fromkeys((CONTACT_ID, *(name.strip() for name in text.split(","))))
    unknown = [name for name in chosen if name not in FIELD_NAMES]
    if unknown:
        raise InvalidInput(
            f'Unknown field "{unknown[0][:100]}". Allowed: {", ".join(FIELD_NAMES)}.', field="fields", known=FIELD_NAMES
        )
    return list(chosen)


def with_fields(chosen: Sequence[str] | None) -> Callable[[Mapping[str, object]], JsonObject]:
    """Leaves the chosen fields of the JSON of a contact."""
    return lambda contact: dict(contact) if chosen is None else {name: contact[name] for name in chosen}


def _members(request: Request, parts: AddressBookParts) -> Collection[str] | None:
    collection_id = _text(request, "collection")
    if collection_id is None:
        return None
    try:
        parts.shared.collections.for_reader(request.owner, collection_id)
    except NotFound:
        raise InvalidInput("There is no such collection among yours.", field="collection") from None
    return parts.shared.collections.member_ids(collection_id)


def _instant(text: str) -> int:
    try:
        at = datetime.fromisoformat(text)
        if at.tzinfo is not None:
            return milliseconds(at)
    except (ValueError, OverflowError):
        pass
    raise InvalidInput(
        "changed_since must be an instant with its time zone, such as 2026-11-30T09:00:00Z.", field="changed_since"
    )


def _text(request: Request, name: str) -> str | None:
    text = request.query.get(name) or None
    if text is not None and len(text) > LONGEST:
        raise InvalidInput(f"{name} can have at most {LONGEST} characters.", field=name)
    return text

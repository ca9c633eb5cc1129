"""Declares the room of the address book."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.address_book import changes_routes, contact_pages, export_routes, new_contact_pages, routes
from chalicelib.foundation.aws_permission import Function, folder_permission
from chalicelib.room import NavigationEntry, Room, StoredData
from chalicelib.tables.keys import (
    CONTACT,
    DELETION_KEY,
    DELETION_MARKER,
    ENRICHMENT_STATUS,
    FOLLOWED_BOOK,
    PAST_MOVE,
    REDIRECT,
    REMEMBERED_PAIR,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.address_book.parts import AddressBookParts
    from chalicelib.foundation.openapi.vocabulary import Vocabulary
    from chalicelib.foundation.schema import Schema


def _forget_contacts(parts: AddressBookParts, owner: str) -> None:
    parts.shared.contacts.erase(owner)
    parts.shared.redirects.erase(owner)
    parts.shared.past_moves.erase(owner)
    parts.shared.statuses.erase(owner)


def _forget_index(parts: AddressBookParts, owner: str) -> None:
    from chalicelib.address_book.index_cache import index_prefix

    parts.indexes.cache.forget(owner)
    parts.shared.blobs.delete_prefix(index_prefix(owner))


def _forget_followed(parts: AddressBookParts, owner: str) -> None:
    parts.followed.erase(owner)


def _forget_exports(parts: AddressBookParts, owner: str) -> None:
    from chalicelib.foundation.delivery import exports_prefix

    parts.shared.blobs.delete_prefix(exports_prefix(owner))


def _schemas() -> Mapping[str, Schema]:
    from chalicelib.address_book.schemas import SCHEMAS
    from chalicelib.foundation.download_link import SCHEMAS as OF_DOWNLOADS

    return {**SCHEMAS, **OF_DOWNLOADS}


def _vocabulary() -> Vocabulary:
    from chalicelib.address_book.vocabulary import VOCABULARY

    return VOCABULARY


_CONTACTS = (CONTACT, DELETION_KEY, DELETION_MARKER, REMEMBERED_PAIR, REDIRECT, PAST_MOVE, ENRICHMENT_STATUS)
ROOM: Room[AddressBookParts] = Room(
    name="address_book",
    title="Contacts",
    about="The address book of a person: list, search, create, edit, delete and export contacts.",
    vocabulary=_vocabulary,
    routes=(routes.routes, changes_routes.routes, new_contact_pages.routes, contact_pages.routes, export_routes.routes),
    keeps=(
        StoredData(_CONTACTS, _forget_contacts),
        StoredData(("index/",), _forget_index),
        StoredData((FOLLOWED_BOOK, "followed/"), _forget_followed),
        StoredData(("exports/",), _forget_exports),
    ),
    permissions=(
        folder_permission("index", "DeleteObject", "GetObject", "ListBucket", "PutObject"),
        folder_permission("followed", "DeleteObject", "ListBucket"),
        folder_permission("followed", "GetObject", "PutObject", functions=(Function.API,)),
        folder_permission("exports", "DeleteObject", "ListBucket"),
        folder_permission("exports", "GetObject", "PutObject", functions=(Function.API,)),
    ),
    navigation=(NavigationEntry("/contacts", "Contacts"),),
    schemas=_schemas,
)

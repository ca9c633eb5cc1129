"""Declares the room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.room import NavigationEntry, Room, StoredData
from chalicelib.sharing import collection_pages, invitation_routes, routes, sharing_pages
from chalicelib.tables.keys import (
    BLOCKED_SENDER,
    COLLECTION,
    COLLECTION_LINK,
    MEMBER_BLOCK,
    RECEIVED_INVITATION,
    SENT_INVITATION,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.foundation.openapi.vocabulary import Vocabulary
    from chalicelib.foundation.schema import Schema
    from chalicelib.sharing.parts import SharingParts


def _schemas() -> Mapping[str, Schema]:
    from chalicelib.sharing.schemas import SCHEMAS

    return SCHEMAS


def _vocabulary() -> Vocabulary:
    from chalicelib.sharing.vocabulary import VOCABULARY

    return VOCABULARY


ROOM: Room[SharingParts] = Room(
    name="sharing",
    title="Collections",
    about="Named sets of contacts, which their owner can share with other people.",
    vocabulary=_vocabulary,
    routes=(routes.routes, invitation_routes.routes, collection_pages.routes, sharing_pages.routes),
    keeps=(
        StoredData(
            (COLLECTION, MEMBER_BLOCK, COLLECTION_LINK, SENT_INVITATION, RECEIVED_INVITATION, BLOCKED_SENDER),
            lambda parts, owner: parts.collections.erase(owner),
        ),
    ),
    navigation=(NavigationEntry("/collections", "Collections"), NavigationEntry("/shared", "Shared")),
    schemas=_schemas,
)

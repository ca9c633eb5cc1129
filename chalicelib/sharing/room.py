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

    from chalicelib.foundation.schema import Schema
    from chalicelib.sharing.parts import SharingParts


def _schemas() -> Mapping[str, Schema]:
    from chalicelib.sharing.schemas import SCHEMAS

    return SCHEMAS


ROOM: Room[SharingParts] = Room(
    name="sharing",
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

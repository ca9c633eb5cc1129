"""What sharing collections of contacts adds to the service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.room import NavigationEntry, Room
from chalicelib.sharing import invitation_routes, routes, sharing_pages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.foundation.schema import Schema
    from chalicelib.sharing.parts import SharingParts


def _schemas() -> Mapping[str, Schema]:
    from chalicelib.sharing.schemas import SCHEMAS

    return SCHEMAS


def _forget_collections(parts: SharingParts, owner: str) -> None:
    """Collections of theirs, and what they did in others': links to both are under the person."""
    parts.collections.erase(owner)


ROOM: Room[SharingParts] = Room(
    name="sharing",
    routes=(routes.routes, invitation_routes.routes, sharing_pages.routes),
    keeps={"people/person#": _forget_collections},
    navigation=(NavigationEntry("/shared", "Shared"),),
    schemas=_schemas,
)

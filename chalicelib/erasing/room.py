"""What erasing a person adds to the service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.erasing import pages, routes
from chalicelib.erasing.kinds import ERASURE
from chalicelib.room import NavigationEntry, Room, RoomJob

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.erasing.parts import ErasingParts
    from chalicelib.foundation.schema import Schema


def _schemas() -> Mapping[str, Schema]:
    from chalicelib.erasing.schemas import SCHEMAS

    return SCHEMAS


ROOM: Room[ErasingParts] = Room(
    name="erasing",
    routes=(routes.routes, pages.routes),
    jobs=(
        RoomJob(
            kind=ERASURE,
            title="Erasure",
            step=lambda parts: parts.erase_step,
            not_cancelable="An erasure cannot be canceled: part of the data is gone, and the rest must follow.",
        ),
    ),
    keeps={"jobs/": None},  # a person's jobs, their queue and their book: the step deletes them last
    navigation=(NavigationEntry("/me", "My data"),),
    schemas=_schemas,
)

"""Declares the room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.erasing import pages, routes
from chalicelib.erasing.job_kinds import ERASURE
from chalicelib.room import NavigationEntry, Room, RoomJob, StoredData
from chalicelib.tables.keys import (
    BOOK,
    BOOK_QUEUE,
    JOB,
    LANE_QUEUE,
    LANES,
    LEDGER_CHUNK,
    LISTED_BOOK,
    LISTED_JOB,
    RETIRED_JOB,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.erasing.parts import ErasingParts
    from chalicelib.foundation.openapi.vocabulary import Vocabulary
    from chalicelib.foundation.schema import Schema


def _schemas() -> Mapping[str, Schema]:
    from chalicelib.erasing.schemas import SCHEMAS

    return SCHEMAS


def _vocabulary() -> Vocabulary:
    from chalicelib.erasing.vocabulary import VOCABULARY

    return VOCABULARY


ROOM: Room[ErasingParts] = Room(
    name="erasing",
    title="Erasing",
    about="Erase everything that the service stores about a person.",
    vocabulary=_vocabulary,
    routes=(routes.routes, pages.routes),
    jobs=(
        RoomJob(
            kind=ERASURE,
            title="Erasure",
            step=lambda parts: parts.erase_step,
            not_cancelable="An erasure cannot be canceled, because some data may already be deleted.",
        ),
    ),
    # The step itself deletes these last.
    keeps=(
        StoredData(
            (JOB, LEDGER_CHUNK, LISTED_JOB, RETIRED_JOB, BOOK_QUEUE, LANE_QUEUE, LANES, BOOK, LISTED_BOOK), None
        ),
    ),
    navigation=(NavigationEntry("/me", "My data"),),
    schemas=_schemas,
)

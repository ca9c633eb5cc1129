"""Declares the room of undoing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.foundation.aws_permission import folder_permission
from chalicelib.room import Room, RoomJob, StoredData
from chalicelib.undoing import pages, routes
from chalicelib.undoing.job_kinds import UNDO

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.foundation.openapi.vocabulary import Vocabulary
    from chalicelib.foundation.schema import Schema
    from chalicelib.undoing.parts import UndoingParts


def _forget_replaced_words(parts: UndoingParts, owner: str) -> None:
    from chalicelib.books.replaced_words_store import words_prefix

    parts.shared.blobs.delete_prefix(words_prefix(owner))


def _schemas() -> Mapping[str, Schema]:
    from chalicelib.undoing.schemas import SCHEMAS

    return SCHEMAS


def _vocabulary() -> Vocabulary:
    from chalicelib.undoing.vocabulary import VOCABULARY

    return VOCABULARY


ROOM: Room[UndoingParts] = Room(
    name="undoing",
    title="Undo",
    about="Take back what an import or another run did, and bring back deleted contacts.",
    vocabulary=_vocabulary,
    routes=(routes.routes, pages.routes),
    jobs=(
        RoomJob(
            kind=UNDO,
            title="Undo",
            step=lambda parts: parts.undo_run,
            cancel=lambda parts: parts.shared.cancel_job,
        ),
    ),
    keeps=(StoredData(("undo/",), _forget_replaced_words),),
    permissions=(folder_permission("undo", "DeleteObject", "GetObject", "ListBucket"),),
    schemas=_schemas,
)

"""Declares the room of undoing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.foundation.aws_permission import folder_permission
from chalicelib.room import Room, StoredData

if TYPE_CHECKING:
    from chalicelib.undoing.parts import UndoingParts


def _forget_replaced_words(parts: UndoingParts, owner: str) -> None:
    from chalicelib.books.replaced_words_store import words_prefix

    parts.shared.blobs.delete_prefix(words_prefix(owner))


ROOM: Room[UndoingParts] = Room(
    name="undoing",
    keeps=(StoredData(("undo/",), _forget_replaced_words),),
    permissions=(folder_permission("undo", "DeleteObject", "GetObject", "ListBucket"),),
)

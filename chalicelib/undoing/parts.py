"""The parts of undoing what a run did."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.shared_parts import SharedParts


class UndoingParts:
    """The parts, each built on first use."""

    def __init__(self, shared: SharedParts) -> None:
        self.shared = shared

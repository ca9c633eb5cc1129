"""The parts of the room of leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.shared_parts import SharedParts


class LeadsParts:
    """Each is built when it is first needed."""

    def __init__(self, shared: SharedParts) -> None:
        self.shared = shared

"""The room of collections."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.shared_parts import SharedParts

if TYPE_CHECKING:
    from chalicelib.sharing.members import AddMembers, ListMembers


class Collecting(SharedParts):
    """The room of collections."""

    @cached_property
    def list_members(self) -> ListMembers:
        from chalicelib.sharing.members import ListMembers

        return ListMembers(self.collections, self.contacts, self.clock)

    @cached_property
    def add_members(self) -> AddMembers:
        from chalicelib.sharing.members import AddMembers

        return AddMembers(self.collections, self.contacts)

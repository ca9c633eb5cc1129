"""The parts of sharing collections of contacts."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.collections.collection_store import CollectionStore
    from chalicelib.shared_parts import SharedParts
    from chalicelib.sharing.contact_search import ContactSearch
    from chalicelib.sharing.members import AddMembers, ListMembers, RemoveMember


class SharingParts:
    """The parts, each built on first use."""

    def __init__(self, shared: SharedParts, *, search: Callable[[], ContactSearch]) -> None:
        """Args:
        search: gives the search of the address book.
        """
        self.shared = shared
        self._search = search

    @property
    def search(self) -> ContactSearch:
        return self._search()

    @property
    def collections(self) -> CollectionStore:
        return self.shared.collections

    @cached_property
    def list_members(self) -> ListMembers:
        from chalicelib.sharing.members import ListMembers

        return ListMembers(self.collections, self.shared.contacts, self.shared.redirects, self.shared.clock)

    @cached_property
    def remove_member(self) -> RemoveMember:
        from chalicelib.sharing.members import RemoveMember

        return RemoveMember(self.collections, self.shared.contacts)

    @cached_property
    def add_members(self) -> AddMembers:
        from chalicelib.sharing.members import AddMembers

        return AddMembers(self.collections, self.shared.contacts, self.shared.redirects)

"""What bulk runs need of collections: contacts become members while the person may edit the collection."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from chalicelib.foundation.dynamo import Write


class Role(Protocol):
    @property
    def may_edit(self) -> bool: ...


class Collections(Protocol):
    def for_editor(self, person: str, collection_id: str) -> object:
        """Raises NotFound: there is none, or this person does not see it. NotAllowed: they may only look."""

    def check_room(self, collection_id: str, more: int) -> None:
        """Raises Conflict: with so many more it would hold too many."""

    def edit_check(self, person: str, collection_id: str) -> Write:
        """For a transaction: refused when this person may not, or no longer, edit it."""

    def members_write(self, collection_id: str, adder: str, contact_ids: Sequence[str]) -> Write:
        """For the same transaction: these contacts of the adder become members."""

    def member_ids(self, collection_id: str) -> Collection[str]:
        """Contacts that are members already."""

    def forget_contacts(self, adder: str, contact_ids: Collection[str]) -> None:
        """Contacts that are gone leave every collection. May be repeated."""

    def seen_through(self, person: str, contact_ids: Collection[str]) -> Mapping[str, Role]:
        """Which contacts of others this person sees in collections, and as what."""

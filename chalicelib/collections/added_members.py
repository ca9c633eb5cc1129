"""Adds the contacts that a job stores to a collection, in the transactions that store them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from chalicelib.foundation.dynamo import Write


class Members(Protocol):
    """The collections, as jobs add members to them."""

    def edit_check(self, person: str, collection_id: str) -> Write:
        """A condition for a transaction: this person may edit the collection."""

    def members_write(self, collection_id: str, adder: str, contact_ids: Sequence[str]) -> Write:
        """A write for the same transaction: add these contacts of the adder."""


@dataclass(frozen=True)
class AddedMembers:
    """The contacts that one person's job adds to one collection."""

    collections: Members
    collection_id: str
    adder: str
    #: The ids of contacts that are members already; adding them again would store them twice.
    known: set[str]

    def writes(self, contact_ids: Sequence[str]) -> Sequence[Write]:
        """The writes that add those of these contacts that are not members. The first fails without permission."""
        new = [each for each in dict.fromkeys(contact_ids) if each not in self.known]
        if not new:
            return ()
        return (
            self.collections.edit_check(self.adder, self.collection_id),
            self.collections.members_write(self.collection_id, self.adder, new),
        )

"""A book whose contacts are merged, moved apart and split, over the room of the address book."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from chalicelib.books.pair_store import PairStore
from chalicelib.books.past_moves import PastMoves
from chalicelib.books.redirects import RedirectStore
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.source import PERSON
from chalicelib.merging.merge_contacts import MergeContacts, Merged
from chalicelib.merging.moving import Moving
from chalicelib.merging.split_contact import SplitContact
from chalicelib.merging.unmerge_contacts import UnmergeContacts
from tests.address_book.room import ANN, Room

ADA, AL, BOB = "Ada Lovelace", "A. Lovelace", "Bob Bell"


class MergingRoom(Room):
    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        dynamo = self.contacts.dynamo
        self.redirects = RedirectStore(dynamo, "contacts")
        self.pairs = PairStore(dynamo, "contacts")
        self.past_moves = PastMoves(dynamo, "contacts")
        ids = (f"new-{number}" for number in itertools.count(1))
        self.moving = Moving(
            self.contacts,
            self.books,
            self.redirects,
            self.pairs,
            self.past_moves,
            self.statuses,
            self.indexes,
            self.clock,
            "DE",
            ids.__next__,
        )
        self.merge = MergeContacts(self.moving)
        self.unmerge = UnmergeContacts(self.moving)
        self.split = SplitContact(self.moving)

    def merge_named(self, into: str, *others: str, **more: Any) -> Merged:
        return self.merge(ANN, self.id_of(into), [self.id_of(each) for each in others], **more)

    def get(self, contact_id: str) -> Contact:
        return self.contacts.get(ANN, contact_id)

    def everybody(self) -> Sequence[Contact]:
        return sorted(self.contacts.all(ANN), key=lambda each: each.contact_id)


def said(contact: Contact) -> dict[tuple[str, str], dict[str, object]]:
    return {(each.source, each.source_id): dict(each.fields) for each in contact.records}


def without_moments(contact: Contact) -> Contact:
    """The contact without its version and without when it last changed."""
    records = [replace(each, last_changed=0) if each.source == PERSON else each for each in contact.records]
    return replace(contact, version=0, updated_at=0, records=records)

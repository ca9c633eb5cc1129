"""Members of a collection as readers see them: each read from the book of whoever added it, what is gone left out.

Whoever looks also tidies: a member that is gone from its book is dropped from the collection. One that was added within
the last minute is only left out, so that a reader who overtakes a transaction harms nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.books.contact_store import ContactStore
from chalicelib.collections.collection import Member
from chalicelib.collections.collection_store import CollectionStore
from chalicelib.contacts.contact import Contact
from chalicelib.foundation.clock import Clock, milliseconds
from chalicelib.foundation.cursors import decode_time_cursor, encode_time_cursor

SETTLED = timedelta(minutes=1)


@dataclass(frozen=True)
class ListMembers:
    collections: CollectionStore
    contacts: ContactStore
    clock: Clock

    def __call__(
        self, person: str, collection_id: str, *, cursor: str | None = None, limit: int = 50
    ) -> tuple[list[tuple[Member, Contact]], str | None]:
        """A page in the order of adding, and where the next one starts; None at the end.

        Raises:
            NotFound: the collection is missing, or not shared with this person. InvalidInput: the cursor is not ours.
        """
        self.collections.for_reader(person, collection_id)
        after = decode_time_cursor(cursor) if cursor else (-1, "")
        rest = [each for each in self.collections.members(collection_id) if _place(each) > after]
        page: list[tuple[Member, Contact]] = []
        gone: list[Member] = []
        looked_at = 0
        while len(page) < limit and looked_at < len(rest):
            batch = rest[looked_at : looked_at + limit - len(page)]
            looked_at += len(batch)
            books = self._read(batch)
            page += [(each, books[each.contact_id]) for each in batch if each.contact_id in books]
            gone += [each for each in batch if each.contact_id not in books]
        self._drop(collection_id, gone)
        if looked_at == len(rest):
            return page, None
        last = rest[looked_at - 1]
        return page, encode_time_cursor(last.added_at, last.contact_id)

    def count(self, collection_id: str) -> int:
        """How many members there are, each looked up in its book."""
        members = self.collections.members(collection_id)
        there: set[str] = set()
        for adder, contact_ids in _by_adder(members):
            there |= self.contacts.existing_ids(adder, contact_ids)
        self._drop(collection_id, [each for each in members if each.contact_id not in there])
        return len(there)

    def _read(self, members: Sequence[Member]) -> dict[str, Contact]:
        found: dict[str, Contact] = {}
        for adder, contact_ids in _by_adder(members):
            found |= self.contacts.get_many(adder, contact_ids)
        return found

    def _drop(self, collection_id: str, gone: Sequence[Member]) -> None:
        settled = milliseconds(self.clock.now() - SETTLED)
        self.collections.drop(collection_id, [each for each in gone if each.added_at < settled])


@dataclass(frozen=True, slots=True)
class Added:
    """What became of the ids somebody sent: new members, members already, and none of the caller's contacts."""

    added: int
    already: int
    unknown: Sequence[str]


@dataclass(frozen=True)
class AddMembers:
    collections: CollectionStore
    contacts: ContactStore

    def __call__(self, person: str, collection_id: str, contact_ids: Sequence[str]) -> Added:
        """Contacts of one's own book become members. Sending them again changes nothing.

        Raises:
            NotFound, NotAllowed: as `for_editor`. Conflict: the collection would hold too many.
        """
        self.collections.for_editor(person, collection_id)
        wanted = list(dict.fromkeys(contact_ids))
        own = self.contacts.existing_ids(person, wanted)
        added = self.collections.add_members(person, collection_id, sorted(own))
        return Added(added, len(own) - added, [each for each in wanted if each not in own])


def _place(member: Member) -> tuple[int, str]:
    return member.added_at, member.contact_id


def _by_adder(members: Sequence[Member]) -> Iterator[tuple[str, list[str]]]:
    for adder in dict.fromkeys(member.adder for member in members):
        yield adder, [member.contact_id for member in members if member.adder == adder]

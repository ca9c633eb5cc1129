"""Stores the members of collections in blocks.

Methods named `…_write` and `…_check` return a write or condition for another transaction.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Collection as Several
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import TypeVar

from chalicelib.collections import member_rows as rows
from chalicelib.collections.collection import Member, check_room
from chalicelib.collections.collection_reads import TRIES, CollectionReads, too_many_changes
from chalicelib.collections.collection_writes import CollectionWrites
from chalicelib.foundation.dynamo import ConditionFailed, Item, TransactionCanceled, Write
from chalicelib.foundation.ids import fresh_id, id_of
from chalicelib.foundation.lost_responses import retry_lost
from chalicelib.tables.keys import COLLECTION_LINK, MEMBER_BLOCK, Key

ROOM_IN_BLOCK = 500  # members; larger blocks are not extended
BLOCKS_AT_ONCE = 50  # in one transaction

T = TypeVar("T")


@dataclass(frozen=True)
class MemberStore(CollectionReads):
    """Reads and writes members in the people table, in blocks of contacts that were added together."""

    @property
    def writes(self) -> CollectionWrites:
        return CollectionWrites(self.table)

    # ── reading

    def members(self, collection_id: str) -> list[Member]:
        """All members in the order they were added. Some may no longer exist in their books: see `drop`."""
        found: dict[str, Member] = {}
        every = rows.members_in(self._blocks(collection_id))
        for member in sorted(every, key=lambda each: (each.added_at, each.contact_id)):
            found.setdefault(member.contact_id, member)
        return list(found.values())

    def member_ids(self, collection_id: str) -> frozenset[str]:
        """The ids of all members, for callers that add many contacts."""
        return frozenset(member.contact_id for member in self.members(collection_id))

    def collections_by_contact(self, adder: str) -> dict[str, list[str]]:
        """The ids of the collections that this adder's contacts are in, by contact id."""
        found: dict[str, list[str]] = {}
        for collection_id in self._linked_ids(adder):
            for member in rows.members_in(self._blocks(collection_id, adder)):
                found.setdefault(member.contact_id, []).append(collection_id)
        return found

    def check_room(self, collection_id: str, more: int) -> None:
        """Checks that `more` members can be added. Concurrent additions are not counted.

        Raises:
            Conflict: the collection would exceed its limit.
        """
        check_room(len(self.members(collection_id)), more)

    # ── changing

    def edit_check(self, person: str, collection_id: str) -> Write:
        """A condition for a transaction: this person may edit the collection."""
        return self.writes.check_editor(person, collection_id)

    def members_write(self, collection_id: str, adder: str, contact_ids: Sequence[str]) -> Write:
        """Adds contacts of the adder, at least one; for a transaction with `edit_check`."""
        block = rows.to_block(collection_id, adder, fresh_id(), contact_ids, self.clock.now())
        return self.writes.put_block(block)

    def add_members(self, person: str, collection_id: str, contact_ids: Sequence[str]) -> int:
        """Adds contacts of this person's book; returns how many are new.

        Raises:
            NotFound, NotAllowed: as `for_editor`, also if the permission was withdrawn at the same time.
            Conflict: the collection would exceed its limit, or has too many concurrent changes.
        """

        def add() -> tuple[list[Write], int]:
            known = self.members(collection_id)
            new = sorted(set(contact_ids) - {member.contact_id for member in known})
            check_room(len(known), len(new))
            return [self._add_write(collection_id, person, known, new)] if new else [], len(new)

        return self._edit(person, collection_id, add)

    def remove_member(self, person: str, collection_id: str, contact_id: str) -> bool:
        """Removes a member that anyone added; False if it was not a member.

        Raises:
            NotFound, NotAllowed: as `for_editor`.
            Conflict: the collection has too many concurrent changes.
        """

        def remove() -> tuple[list[Write], list[str]]:
            every = rows.members_in(self._blocks(collection_id))
            blocks = [member.block for member in every if member.contact_id == contact_id]
            return [self.writes.shrink_block(collection_id, block, [contact_id]) for block in blocks], blocks

        blocks = self._edit(person, collection_id, remove)
        self._delete_empty_blocks(collection_id, blocks)
        return bool(blocks)

    def drop(self, collection_id: str, gone: Iterable[Member]) -> None:
        """Removes members that no longer exist in their books; contact ids are never reused."""
        by_block = groupby(sorted(gone, key=lambda member: member.block), lambda member: member.block)
        for block, members in by_block:
            action = self.writes.shrink_block(collection_id, block, [member.contact_id for member in members])
            with suppress(ConditionFailed):
                retry_lost(partial(self.dynamo.update, **action["Update"]))
            self._delete_empty_blocks(collection_id, [block])

    def forget_contacts(self, adder: str, contact_ids: Several[str]) -> None:
        """Removes this adder's deleted contacts from all collections. Idempotent."""
        ids = frozenset(contact_ids)
        for collection_id in self._linked_ids(adder):
            own = rows.members_in(self._blocks(collection_id, adder))
            self.drop(collection_id, [member for member in own if member.contact_id in ids])

    def _add_write(self, collection_id: str, adder: str, known: Sequence[Member], new: Sequence[str]) -> Write:
        """Adds the contacts to the adder's last block if it has room, else to a new block."""
        own = [member.block for member in known if member.adder == adder]
        if own and own.count(own[-1]) + len(new) <= ROOM_IN_BLOCK:
            return self.writes.extend_block(collection_id, own[-1], new)
        return self.members_write(collection_id, adder, new)

    def _edit(self, person: str, collection_id: str, edit: Callable[[], tuple[Sequence[Write], T]]) -> T:
        """Runs the writes of `edit` on condition that this person is an editor, and returns its result.

        After a conflict it calls `edit` again.
        """
        for _ in range(TRIES):
            self.for_editor(person, collection_id)
            actions, result = edit()
            with suppress(TransactionCanceled):
                for start in range(0, len(actions), BLOCKS_AT_ONCE):
                    self._transact(self.edit_check(person, collection_id), *actions[start : start + BLOCKS_AT_ONCE])
                return result
        raise too_many_changes()

    def _linked_ids(self, person: str) -> list[str]:
        """The ids of the collections that the person is in or has contacts in, also of deleted ones (see `_unlink`)."""
        links = self._query(COLLECTION_LINK, person=person)
        return [COLLECTION_LINK.parts(Key.of(link))["collection_id"] for link in links]

    def _blocks(self, collection_id: str, adder: str | None = None) -> Iterator[Item]:
        """The blocks of a collection, or those that one person added."""
        parts = {} if adder is None else {"hashed_adder": id_of(adder)}
        return self._query(MEMBER_BLOCK, collection_id=collection_id, **parts)

    def _unlink(self, person: str, collection_id: str) -> None:
        """Deletes the person's link, unless the collection is shared with them again or has contacts of theirs."""
        if next(self._blocks(collection_id, person), None) is not None:
            return
        link = self.writes.delete_link(person, collection_id)
        with suppress(TransactionCanceled):
            self._transact(self.writes.check_not_in_it(person, collection_id), link)

    def _delete_blocks(self, collection_id: str, adder: str | None = None) -> None:
        keys = [Key.of(block).item for block in self._blocks(collection_id, adder)]
        self.dynamo.delete_many(self.table, keys)

    def _delete_empty_blocks(self, collection_id: str, blocks: Iterable[str]) -> None:
        for block in blocks:
            with suppress(ConditionFailed):
                self.dynamo.delete(**self.writes.delete_empty_block(collection_id, block)["Delete"])

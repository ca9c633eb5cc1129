"""The collections as they are kept. Methods named `…_write` and `…_check` build an action for another's transaction."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Collection as Several
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from chalicelib.collections import rows, writes
from chalicelib.collections.collection import (
    MOST_COLLECTIONS,
    Collection,
    Member,
    Role,
    check_room,
    editable,
    owned,
    readable,
    shared,
    unshared,
)
from chalicelib.foundation.answers import until_answered
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.dynamo import Dynamo, Item, Refused, TransactionRefused, Write
from chalicelib.foundation.errors import Conflict, NotFound
from chalicelib.foundation.ids import fresh_id

ROOM_IN_BLOCK = 500  # members; a block with fewer takes what its adder adds next
BLOCKS_AT_ONCE = 50  # that one transaction changes
TRIES = 5  # of a change to a collection that others change at the same time


@dataclass(frozen=True)
class CollectionStore:
    dynamo: Dynamo
    table: str
    clock: Clock

    # ── asking

    def find(self, collection_id: str) -> Collection | None:
        item = self.dynamo.get(self.table, rows.collection_key(collection_id))
        return None if item is None else rows.to_collection(item)

    def for_reader(self, person: str, collection_id: str) -> Collection:
        """Raises NotFound: it is missing, or not shared with this person."""
        return readable(self.find(collection_id), person)

    def for_editor(self, person: str, collection_id: str) -> Collection:
        """Raises NotFound likewise, and NotAllowed for somebody who may only look."""
        return editable(self.find(collection_id), person)

    def for_owner(self, person: str, collection_id: str) -> Collection:
        """Raises NotFound likewise, and NotAllowed for everybody else who sees it."""
        return owned(self.find(collection_id), person)

    def role_of(self, person: str, collection_id: str) -> Role | None:
        known = self.find(collection_id)
        return None if known is None else known.role_of(person)

    def may_edit(self, person: str, collection_id: str) -> bool:
        role = self.role_of(person, collection_id)
        return role is not None and role.may_edit

    def of_person(self, person: str) -> list[Collection]:
        """All that this person sees, by name. What a deletion that was cut short left is deleted now."""
        ids = self._linked(person)
        items = self.dynamo.get_many(self.table, [rows.collection_key(each) for each in ids])
        known = {each.collection_id: each for each in map(rows.to_collection, items)}
        for collection_id in ids:
            if collection_id not in known:
                self._clear(collection_id, [person])
        seen = [each for each in known.values() if each.role_of(person) is not None]
        return sorted(seen, key=lambda each: (each.name.casefold(), each.collection_id))

    def members(self, collection_id: str) -> list[Member]:
        """Each once, in the order they were added. Some may be gone from their books: see `drop`."""
        found: dict[str, Member] = {}
        every = rows.members_in(self._blocks(collection_id, rows.MEMBERS))
        for member in sorted(every, key=lambda each: (each.added_at, each.contact_id)):
            found.setdefault(member.contact_id, member)
        return list(found.values())

    def member_ids(self, collection_id: str) -> frozenset[str]:
        """For whoever would add many: what is a member already need not be added again."""
        return frozenset(member.contact_id for member in self.members(collection_id))

    def seen_through(self, person: str, contact_ids: Several[str]) -> dict[str, Role]:
        """Which of these contacts this person sees as members of collections; the role that may most."""
        found: dict[str, Role] = {}
        for collection in self.of_person(person):
            role = collection.role_of(person)
            for member in self.members(collection.collection_id):
                if role is not None and member.contact_id in contact_ids:
                    found[member.contact_id] = min(role, found.get(member.contact_id, role), key=list(Role).index)
        return found

    def check_room(self, collection_id: str, more: int) -> None:
        """Raises Conflict: with so many more it would hold too many. Whoever adds beside us is not counted yet."""
        check_room(len(self.members(collection_id)), more)

    # ── collections

    def add(self, owner: str, name: str) -> Collection:
        """A new collection of this owner.

        Raises:
            Conflict: they are in as many as one can be.
        """
        self._check_count(owner, "You are in")
        now = self.clock.now()
        new = Collection(fresh_id(), name, owner, frozenset({owner}), frozenset(), 1, now, now)
        self._land(writes.put_new(self.table, new), writes.put_link(self.table, owner, new.collection_id))
        return new

    def rename(self, person: str, collection_id: str, name: str) -> Collection:
        """Only its owner may; raises what `for_owner` does."""
        return self._changed(lambda: replace(self.for_owner(person, collection_id), name=name))

    def share(self, person: str, collection_id: str, other: str, role: Role) -> Collection:
        """Let `other` look at it, or edit it too; the role they had before makes no difference. Only its owner may.

        Raises:
            Conflict: `other` is its owner, too many people see it, or `other` sees too many collections.
        """
        known = self.for_owner(person, collection_id)
        if known.role_of(other) is None:
            self._check_count(other, "They are in")
        return self._changed(
            lambda: shared(self.for_owner(person, collection_id), other, role),
            writes.put_link(self.table, other, collection_id),
        )

    def unshare(self, person: str, collection_id: str, other: str) -> None:
        """`other` sees it no more; what they added stays. Its owner may, and whoever leaves may themselves.

        Raises:
            Conflict: `other` is its owner.
        """

        def without() -> Collection:
            known = self.for_reader(person, collection_id)
            return unshared(known if person == other else owned(known, person), other)

        self._changed(without)
        self._unlink(other, collection_id)

    def delete(self, person: str, collection_id: str) -> None:
        """From this instant it is there for nobody. Only its owner may."""
        for _ in range(TRIES):
            known = self.for_owner(person, collection_id)
            with suppress(TransactionRefused):
                self._land(writes.delete(self.table, known))
                self._clear(collection_id, [*(known.people - {known.owner}), known.owner])
                return
        raise _busy()

    # ── members

    def edit_check(self, person: str, collection_id: str) -> Write:
        return writes.check_editor(self.table, person, collection_id)

    def members_write(self, collection_id: str, adder: str, contact_ids: Sequence[str]) -> Write:
        """Contacts of the adder become members, at least one; for a transaction with `edit_check`."""
        block = rows.to_block(collection_id, adder, fresh_id(), contact_ids, self.clock.now())
        return writes.put_block(self.table, block)

    def add_members(self, person: str, collection_id: str, contact_ids: Sequence[str]) -> int:
        """Contacts of this person's own book become members; returns how many were none before.

        Raises:
            Conflict: it would hold too many. And what `for_editor` does, also when the permission goes this instant.
        """
        new: list[str] = []

        def added() -> list[Write]:
            known = self.members(collection_id)
            new[:] = sorted(set(contact_ids) - {member.contact_id for member in known})
            check_room(len(known), len(new))
            return [self._added(collection_id, person, known, new)] if new else []

        self._edit(person, collection_id, added)
        return len(new)

    def remove_member(self, person: str, collection_id: str, contact_id: str) -> bool:
        """Take a contact out, whoever added it; False when it was none. Raises what `for_editor` does."""
        blocks: list[str] = []

        def removed() -> list[Write]:
            every = rows.members_in(self._blocks(collection_id, rows.MEMBERS))
            blocks[:] = [member.block for member in every if member.contact_id == contact_id]
            return [writes.shrink_block(self.table, collection_id, block, [contact_id]) for block in blocks]

        self._edit(person, collection_id, removed)
        self._tidy(collection_id, blocks)
        return bool(blocks)

    def drop(self, collection_id: str, gone: Iterable[Member]) -> None:
        """Forget members that are gone from their books. Ids are never given twice, so nobody else is meant."""
        by_block = groupby(sorted(gone, key=lambda member: member.block), lambda member: member.block)
        for block, members in by_block:
            action = writes.shrink_block(self.table, collection_id, block, [member.contact_id for member in members])
            with suppress(Refused):
                until_answered(lambda action=action: self.dynamo.update(**action["Update"]))  # type: ignore[misc]
            self._tidy(collection_id, [block])

    def forget_contacts(self, adder: str, contact_ids: Several[str]) -> None:
        """Contacts of this adder that were deleted leave every collection. May be repeated."""
        ids = frozenset(contact_ids)
        for collection_id in self._linked(adder):
            own = rows.members_in(self._blocks(collection_id, rows.block_name(adder)))
            self.drop(collection_id, [member for member in own if member.contact_id in ids])

    def erase(self, person: str) -> None:
        """Their collections go, their shares of others', and what they added to them. May be repeated."""
        for collection_id in self._linked(person):
            known = self.find(collection_id)
            with suppress(NotFound):  # somebody deleted it, or withdrew the share, just now
                if known is not None and known.owner == person:
                    self.delete(person, collection_id)
                elif known is not None and known.role_of(person) is not None:
                    self.unshare(person, collection_id, person)  # from here on nothing more is added
            if known is None:
                self._clear(collection_id, [person])
            self._delete_blocks(collection_id, rows.block_name(person))
            self._unlink(person, collection_id)

    # ── below

    def _added(self, collection_id: str, adder: str, known: Sequence[Member], new: Sequence[str]) -> Write:
        """Into the adder's last block while it has room, else into one of its own."""
        own = [member.block for member in known if member.adder == adder]
        if own and own.count(own[-1]) + len(new) <= ROOM_IN_BLOCK:
            return writes.extend_block(self.table, collection_id, own[-1], new)
        return self.members_write(collection_id, adder, new)

    def _edit(self, person: str, collection_id: str, make: Callable[[], Sequence[Write]]) -> None:
        """Change members as `make` says, while this person may; it is called again where somebody else came first."""
        for _ in range(TRIES):
            self.for_editor(person, collection_id)
            actions = make()
            with suppress(TransactionRefused):
                for start in range(0, len(actions), BLOCKS_AT_ONCE):
                    self._land(self.edit_check(person, collection_id), *actions[start : start + BLOCKS_AT_ONCE])
                return
        raise _busy()

    def _changed(self, make: Callable[[], Collection], *also: Write) -> Collection:
        """Store what `make` reads and changes; it is called again where somebody else came first."""
        for _ in range(TRIES):
            changed = replace(make(), updated_at=self.clock.now())
            with suppress(TransactionRefused):
                self._land(writes.put_changed(self.table, changed), *also)
                return replace(changed, version=changed.version + 1)
        raise _busy()

    def _check_count(self, person: str, who: str) -> None:
        if len(self._linked(person)) >= MOST_COLLECTIONS and len(self.of_person(person)) >= MOST_COLLECTIONS:
            raise Conflict(f"{who} {MOST_COLLECTIONS} collections, which is the most. Leave or delete one first.")

    def _linked(self, person: str) -> list[str]:
        return [rows.linked_id(link) for link in self._query(rows.PERSON + person, rows.LINK)]

    def _blocks(self, collection_id: str, prefix: str, **more: Any) -> Iterator[Item]:
        return self._query(rows.collection_key(collection_id)["pk"]["S"], prefix, **more)

    def _unlink(self, person: str, collection_id: str) -> None:
        """Forget that they were in it, unless they are again or contacts of theirs are still members."""
        if next(self._blocks(collection_id, rows.block_name(person)), None) is not None:
            return
        link = writes.delete_link(self.table, person, collection_id)
        with suppress(TransactionRefused):
            self._land(writes.check_stranger(self.table, person, collection_id), link)

    def _clear(self, collection_id: str, people: Sequence[str]) -> None:
        """What a deleted collection leaves: its members, and the links of these people and of everybody who added."""
        adders = [block["adder"]["S"] for block in self._blocks(collection_id, rows.MEMBERS)]
        self._delete_blocks(collection_id, rows.MEMBERS)
        for person in dict.fromkeys([*(set(adders) - set(people)), *people]):
            self._unlink(person, collection_id)

    def _delete_blocks(self, collection_id: str, prefix: str) -> None:
        keys = [rows.block_key(collection_id, block["sk"]["S"]) for block in self._blocks(collection_id, prefix)]
        self.dynamo.delete_many(self.table, keys)

    def _tidy(self, collection_id: str, blocks: Iterable[str]) -> None:
        for block in blocks:
            with suppress(Refused):
                self.dynamo.delete(**writes.empty_block(self.table, collection_id, block))

    def _query(self, pk: str, prefix: str, **more: Any) -> Iterator[Item]:
        return self.dynamo.query(
            TableName=self.table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues={":pk": {"S": pk}, ":prefix": {"S": prefix}},
            ConsistentRead=True,
            **more,
        )

    def _land(self, *actions: Write) -> None:
        """All of these or none, whatever answers get lost: the token makes a repetition the same transaction."""
        token = fresh_id()
        until_answered(lambda: self.dynamo.transact(actions, token=token))


def _busy() -> Conflict:
    return Conflict("Others change this collection at the same time. Try again.")

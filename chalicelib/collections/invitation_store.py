"""The store of invitations and blocked senders.

A sender's request reads nothing about the invited person, so that neither its response nor its duration depends on
them. Blocks apply when the invited person lists what they received.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from chalicelib.collections import invitation_rows as rows
from chalicelib.collections.collection import Collection
from chalicelib.collections.collection_reads import CollectionReads
from chalicelib.collections.collection_rows import collection_key, to_collection
from chalicelib.collections.invitation import (
    MOST_BLOCKED,
    BlockedSender,
    Invitation,
    ReceivedInvitation,
    check_blockable,
    invitation_not_found,
)
from chalicelib.collections.invitation_writes import InvitationWrites
from chalicelib.foundation.cursors import decode_time_cursor, encode_time_cursor
from chalicelib.foundation.dynamo import ConditionFailed, Item
from chalicelib.foundation.errors import Conflict
from chalicelib.foundation.lost_responses import retry_lost
from chalicelib.tables.keys import BLOCKED_SENDER, RECEIVED_INVITATION, SENT_INVITATION, Key

POINTERS_PER_QUERY = 100  # in one query
MOST_QUERIES = 5  # for one page; if most invitations are hidden, the page is short but has a cursor

Position = tuple[int, str]  # when an invitation was sent, in milliseconds, and its collection


@dataclass(frozen=True)
class InvitationStore(CollectionReads):
    """Reads and writes invitations and blocked senders in the people table."""

    @property
    def writes(self) -> InvitationWrites:
        return InvitationWrites(self.table)

    # ── for the sender

    def sent(self, owner: str, collection_id: str = "") -> list[Invitation]:
        """The open invitations that this owner sent, to all or one of their collections."""
        found = map(rows.to_invitation, self._sent_items(owner, collection_id))
        now = self.clock.now()
        return [each for each in found if each.is_open(now)]

    def get(self, owner: str, collection_id: str, person: str) -> Invitation | None:
        """The invitation, even if it has expired; None if there is none."""
        item = self.dynamo.get(self.table, rows.sent_key(owner, collection_id, person))
        return None if item is None else rows.to_invitation(item)

    # ── for the invited person

    def received(
        self, person: str, *, cursor: str | None = None, limit: int
    ) -> tuple[list[ReceivedInvitation], str | None]:
        """A page of the invitations that a person can answer, newest first, and the next cursor; None on the last page.

        Raises:
            InvalidInput: the cursor is invalid.
        """
        blocked = frozenset(each.person for each in self.blocked(person))
        after: Position | None = decode_time_cursor(cursor) if cursor else None
        found: list[ReceivedInvitation] = []
        for _ in range(MOST_QUERIES):
            pointers, is_end = self._pointers(person, after)
            answerable = self._answerable([each for each in pointers if each["owner"]["S"] not in blocked])
            for number, pointer in enumerate(pointers, 1):
                after = rows.position_of(pointer)
                found += [answerable[after]] if after in answerable else []
                if len(found) == limit:
                    return found, None if is_end and number == len(pointers) else encode_time_cursor(*after)
            if is_end:
                return found, None
        return found, None if after is None else encode_time_cursor(*after)

    def open_to(self, person: str, known: Collection) -> Invitation:
        """The invitation of this person to this collection.

        Raises:
            NotFound: there is none, it expired or was declined, or its sender is blocked.
        """
        found = self.get(known.owner, known.collection_id, person)
        if found is None or found.is_declined or not found.is_open(self.clock.now()):
            raise invitation_not_found()
        if self.dynamo.get(self.table, rows.block_key(person, known.owner)) is not None:
            raise invitation_not_found()
        return found

    def decline(self, person: str, collection_id: str) -> None:
        """Hides the invitation from this person until it expires or is withdrawn. The sender cannot tell.

        Raises:
            NotFound: as `open_to`.
        """
        known = self.find(collection_id)
        if known is None:
            raise invitation_not_found()
        invitation = self.open_to(person, known)
        request = self.writes.decline(invitation)["Update"]
        try:
            retry_lost(lambda: self.dynamo.update(**request))
        except ConditionFailed as refused:
            if refused.old is None or rows.to_invitation(refused.old).invited_at != invitation.invited_at:
                raise invitation_not_found() from None

    # ── blocks

    def block(self, person: str, sender: str) -> BlockedSender:
        """Hides all invitations of this sender, including future ones. The sender cannot tell. Safe to repeat.

        Raises:
            InvalidInput: the person and the sender are the same.
            Conflict: the person already blocks `MOST_BLOCKED` people.
        """
        check_blockable(person, sender)
        known = {each.person: each for each in self.blocked(person)}
        if sender in known:
            return known[sender]
        if len(known) >= MOST_BLOCKED:
            raise Conflict(f"You already block {MOST_BLOCKED} people, the maximum. Unblock one first.")
        item = rows.to_block(person, sender, self.clock.now())
        retry_lost(lambda: self.dynamo.put(TableName=self.table, Item=item))
        return rows.to_blocked(item)

    def block_sender(self, person: str, collection_id: str) -> BlockedSender:
        """Blocks the sender of this person's invitation to the collection.

        Raises:
            NotFound: as `decline`.
            Conflict: as `block`.
        """
        known = self.find(collection_id)
        if known is None:
            raise invitation_not_found()
        return self.block(person, self.open_to(person, known).owner)

    def unblock(self, person: str, sender: str) -> None:
        key = rows.block_key(person, sender)
        retry_lost(lambda: self.dynamo.delete(TableName=self.table, Key=key))

    def blocked(self, person: str) -> list[BlockedSender]:
        """The people that this person blocks, ordered by their id."""
        found = map(rows.to_blocked, self._query(BLOCKED_SENDER, person=person))
        return sorted(found, key=lambda each: each.person)

    # ── clearing

    def clear(self, owner: str, collection_id: str) -> None:
        """Deletes the invitations to a deleted collection. Safe to repeat."""
        self._clear(owner, collection_id)

    def erase(self, person: str) -> None:
        """Deletes the invitations this person sent and received, and their blocks. Safe to repeat."""
        self._clear(person)
        pointers = list(self._query(RECEIVED_INVITATION, person=person))
        self._delete_all(map(rows.invitation_key, pointers))
        self._delete_all(pointers)
        self._delete_all(self._query(BLOCKED_SENDER, person=person))

    def _sent_items(self, owner: str, collection_id: str = "") -> Iterator[Item]:
        """The invitations of a sender, or those to one of their collections."""
        parts = {"collection_id": collection_id} if collection_id else {}
        return self._query(SENT_INVITATION, person=owner, **parts)

    def _clear(self, owner: str, collection_id: str = "") -> None:
        """Deletes invitations of a sender, pointers first: they are found by what was sent."""
        sent = list(self._sent_items(owner, collection_id))
        self._delete_all(rows.pointer_of(rows.to_invitation(each)) for each in sent)
        self._delete_all(sent)

    def _delete_all(self, items: Iterable[Item]) -> None:
        self.dynamo.delete_many(self.table, _unique_keys(items))

    # ── queries

    def _pointers(self, person: str, after: Position | None) -> tuple[Sequence[Item], bool]:
        """The next pointers, newest first, and whether these are the last."""
        start = {} if after is None else {"ExclusiveStartKey": rows.pointer_key(person, *after)}
        request = {
            **self._query_request(RECEIVED_INVITATION, person=person),
            "ScanIndexForward": False,
            "Limit": POINTERS_PER_QUERY,
        }
        response = self.dynamo.query_page(**request, **start)
        return response["Items"], "LastEvaluatedKey" not in response

    def _answerable(self, pointers: Sequence[Item]) -> Mapping[Position, ReceivedInvitation]:
        """The invitations of these pointers that can be answered. Deletes the leftovers of interrupted deletions."""
        sent = self.dynamo.get_many(self.table, _unique_keys(map(rows.invitation_key, pointers)))
        invitations = {rows.position_of(rows.pointer_of(each)): each for each in map(rows.to_invitation, sent)}
        keys = _unique_keys(collection_key(each.collection_id) for each in invitations.values())
        names = {each.collection_id: each.name for each in map(to_collection, self.dynamo.get_many(self.table, keys))}
        orphans = [each for each in invitations.values() if each.collection_id not in names]
        self._delete_all(key for each in orphans for key in (rows.pointer_of(each), rows.sent_key_of(each)))
        self._delete_all(each for each in pointers if rows.position_of(each) not in invitations)
        now = self.clock.now()
        return {
            position: ReceivedInvitation(each, names[each.collection_id])
            for position, each in invitations.items()
            if each.collection_id in names and each.is_open(now) and not each.is_declined
        }


def _unique_keys(items: Iterable[Item]) -> list[Item]:
    """The keys of items, each once: DynamoDB rejects a batch that names a key twice."""
    return [key.item for key in dict.fromkeys(map(Key.of, items))]

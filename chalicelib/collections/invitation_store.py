"""Stores invitations and blocks.

A sender's request reads nothing of the person invited, so that its answer and its time say nothing about them; their
blocks are applied when they ask what they received. Methods named `…_writes` build actions for the transaction that
changes the collection: sending, withdrawing and accepting are in one order, that of the collection's versions.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.collections import invitation_rows as rows
from chalicelib.collections.collection import Collection
from chalicelib.collections.collection_reads import CollectionReads
from chalicelib.collections.collection_rows import collection_key, to_collection
from chalicelib.collections.invitation import (
    MOST_BLOCKED,
    Blocked,
    Invitation,
    Received,
    check_blockable,
    no_invitation,
)
from chalicelib.foundation.clock import milliseconds
from chalicelib.foundation.cursors import decode_time_cursor, encode_time_cursor
from chalicelib.foundation.dynamo import ConditionFailed, Item, Write
from chalicelib.foundation.errors import Conflict
from chalicelib.foundation.lost_responses import retry_lost
from chalicelib.tables.keys import BLOCKED_SENDER, RECEIVED_INVITATION, SENT_INVITATION, Key

AT_ONCE = 100  # pointers that one query reads
MOST_QUERIES = 5  # for one page; where most are hidden it is short, and has a cursor

Place = tuple[int, str]  # when an invitation was sent, in milliseconds, and its collection


@dataclass(frozen=True)
class InvitationStore(CollectionReads):
    # ── for the sender

    def sent(self, owner: str, collection_id: str = "") -> list[Invitation]:
        """The open invitations of this owner, or those to one of their collections."""
        found = map(rows.to_invitation, self._sent_items(owner, collection_id))
        now = self.clock.now()
        return [each for each in found if each.is_open(now)]

    def get(self, owner: str, collection_id: str, person: str) -> Invitation | None:
        """The invitation, even if it has expired."""
        item = self.dynamo.get(self.table, rows.sent_key(owner, collection_id, person))
        return None if item is None else rows.to_invitation(item)

    def send_writes(self, new: Invitation, old: Invitation | None) -> list[Write]:
        """The invitation's new state. Inviting again changes only the role of an open one, not its expiry or its place.

        Args:
            old: the stored one, possibly expired.
        """
        if old is not None and old.is_open(self.clock.now()):
            return [] if old.role is new.role else [self._role_write(replace(old, role=new.role))]
        replaced = [] if old is None else [self._delete(rows.pointer_of(old))]
        return [self._put(rows.to_sent(new)), self._put(rows.to_pointer(new)), *replaced]

    def withdraw_writes(self, invitation: Invitation) -> list[Write]:
        return [self._delete(rows.sent_key(*_parties(invitation))), self._delete(rows.pointer_of(invitation))]

    # ── for the person invited

    def received(self, person: str, *, cursor: str | None = None, limit: int) -> tuple[list[Received], str | None]:
        """The invitations a person may answer, newest first, and where the next page starts; None at the end.

        Raises:
            InvalidInput: the cursor is not ours.
        """
        blocked = frozenset(each.person for each in self.blocked(person))
        after: Place | None = decode_time_cursor(cursor) if cursor else None
        found: list[Received] = []
        for _ in range(MOST_QUERIES):
            pointers, is_end = self._pointers(person, after)
            shown = self._shown([each for each in pointers if each["owner"]["S"] not in blocked])
            for number, pointer in enumerate(pointers, 1):
                after = rows.place_of(pointer)
                found += [shown[after]] if after in shown else []
                if len(found) == limit:
                    return found, None if is_end and number == len(pointers) else encode_time_cursor(*after)
            if is_end:
                return found, None
        return found, None if after is None else encode_time_cursor(*after)

    def open_to(self, person: str, known: Collection) -> Invitation:
        """The invitation of this person to this collection.

        Raises:
            NotFound: there is none, or it expired, was declined, or its sender is blocked.
        """
        found = self.get(known.owner, known.collection_id, person)
        if found is None or found.is_declined or not found.is_open(self.clock.now()):
            raise no_invitation()
        if self.dynamo.get(self.table, rows.block_key(person, known.owner)) is not None:
            raise no_invitation()
        return found

    def accept_writes(self, invitation: Invitation) -> list[Write]:
        """Writes that are refused if the invitation was declined meanwhile, or no longer exists."""
        key = rows.sent_key(*_parties(invitation))
        answered = {"TableName": self.table, "Key": key, **_unanswered(invitation)}
        return [{"Delete": answered}, self._delete(rows.pointer_of(invitation))]

    def decline(self, person: str, collection_id: str) -> None:
        """Hide it from this person until it expires or is withdrawn; its sender sees no difference.

        Raises:
            NotFound: as `open_to`.
        """
        known = self.find(collection_id)
        if known is None:
            raise no_invitation()
        invitation = self.open_to(person, known)
        condition = _unanswered(invitation)
        request = {
            "TableName": self.table,
            "Key": rows.sent_key(*_parties(invitation)),
            "UpdateExpression": "SET declined = :yes",
            "ConditionExpression": condition["ConditionExpression"],
            "ExpressionAttributeValues": {**condition["ExpressionAttributeValues"], ":yes": {"BOOL": True}},
        }
        try:
            retry_lost(lambda: self.dynamo.update(**request))
        except ConditionFailed as refused:
            if refused.old is None or rows.to_invitation(refused.old).invited_at != invitation.invited_at:
                raise no_invitation() from None

    # ── blocks

    def block(self, person: str, sender: str) -> Blocked:
        """Hides all invitations of this sender, also future ones. The sender sees no difference; may be repeated.

        Raises:
            InvalidInput: it is the person themselves. Conflict: they block as many as they can.
        """
        check_blockable(person, sender)
        known = {each.person: each for each in self.blocked(person)}
        if sender in known:
            return known[sender]
        if len(known) >= MOST_BLOCKED:
            raise Conflict(f"You block {MOST_BLOCKED} people, the maximum. Unblock one first.")
        item = rows.to_block(person, sender, self.clock.now())
        retry_lost(lambda: self.dynamo.put(TableName=self.table, Item=item))
        return rows.to_blocked(item)

    def block_sender(self, person: str, collection_id: str) -> Blocked:
        """Blocks the person who invited this one to the collection.

        Raises:
            NotFound: as `decline`. Conflict: as `block`.
        """
        known = self.find(collection_id)
        if known is None:
            raise no_invitation()
        return self.block(person, self.open_to(person, known).owner)

    def unblock(self, person: str, sender: str) -> None:
        key = rows.block_key(person, sender)
        retry_lost(lambda: self.dynamo.delete(TableName=self.table, Key=key))

    def blocked(self, person: str) -> list[Blocked]:
        """The people this person blocks, by their `sub`."""
        found = map(rows.to_blocked, self._query(BLOCKED_SENDER, person=person))
        return sorted(found, key=lambda each: each.person)

    # ── clearing

    def clear(self, owner: str, collection_id: str) -> None:
        """Deletes the invitations to a deleted collection. May be repeated."""
        self._clear(owner, collection_id)

    def erase(self, person: str) -> None:
        """Deletes the invitations this person sent and received, and their blocks. May be repeated."""
        self._clear(person)
        pointers = list(self._query(RECEIVED_INVITATION, person=person))
        self._delete_all(map(rows.sent_by, pointers))
        self._delete_all(pointers)
        self._delete_all(self._query(BLOCKED_SENDER, person=person))

    def _sent_items(self, owner: str, collection_id: str = "") -> Iterator[Item]:
        """The invitations of a sender, or those to one of their collections."""
        parts = {"collection_id": collection_id} if collection_id else {}
        return self._query(SENT_INVITATION, person=owner, **parts)

    def _clear(self, owner: str, collection_id: str = "") -> None:
        """Pointers first: what was sent leads to them."""
        sent = list(self._sent_items(owner, collection_id))
        self._delete_all(rows.pointer_of(rows.to_invitation(each)) for each in sent)
        self._delete_all(sent)

    def _delete_all(self, items: Iterable[Item]) -> None:
        self.dynamo.delete_many(self.table, _each_once(items))

    # ── below

    def _pointers(self, person: str, after: Place | None) -> tuple[Sequence[Item], bool]:
        """The newest behind that place, and whether these are the last."""
        start = {} if after is None else {"ExclusiveStartKey": rows.pointer_key(person, *after)}
        asked = {**self._query_request(RECEIVED_INVITATION, person=person), "ScanIndexForward": False, "Limit": AT_ONCE}
        answer = self.dynamo.query_page(**asked, **start)
        return answer["Items"], "LastEvaluatedKey" not in answer

    def _shown(self, pointers: Sequence[Item]) -> Mapping[Place, Received]:
        """The invitations these point to that can be answered. Deletes what an interrupted deletion left."""
        sent = self.dynamo.get_many(self.table, _each_once(map(rows.sent_by, pointers)))
        invitations = {rows.place_of(rows.pointer_of(each)): each for each in map(rows.to_invitation, sent)}
        keys = _each_once(collection_key(each.collection_id) for each in invitations.values())
        names = {each.collection_id: each.name for each in map(to_collection, self.dynamo.get_many(self.table, keys))}
        self._delete_all(key for each in invitations.values() if each.collection_id not in names for key in _keys(each))
        self._delete_all(each for each in pointers if rows.place_of(each) not in invitations)
        now = self.clock.now()
        return {
            place: Received(each, names[each.collection_id])
            for place, each in invitations.items()
            if each.collection_id in names and each.is_open(now) and not each.is_declined
        }

    def _role_write(self, changed: Invitation) -> Write:
        """A write that is refused if the invitation no longer exists."""
        return {
            "Update": {
                "TableName": self.table,
                "Key": rows.sent_key(*_parties(changed)),
                "UpdateExpression": "SET #role = :role",
                "ConditionExpression": "attribute_exists(pk)",
                "ExpressionAttributeNames": {"#role": "role"},
                "ExpressionAttributeValues": {":role": {"S": changed.role.value}},
            }
        }

    def _put(self, item: Item) -> Write:
        return {"Put": {"TableName": self.table, "Item": item}}

    def _delete(self, key: Item) -> Write:
        return {"Delete": {"TableName": self.table, "Key": key}}


def _each_once(items: Iterable[Item]) -> list[Item]:
    """Their keys; DynamoDB refuses a batch that names one twice."""
    return [key.item for key in dict.fromkeys(map(Key.of, items))]


def _parties(invitation: Invitation) -> tuple[str, str, str]:
    return invitation.owner, invitation.collection_id, invitation.person


def _keys(invitation: Invitation) -> tuple[Item, Item]:
    return rows.pointer_of(invitation), rows.sent_key(*_parties(invitation))


def _unanswered(invitation: Invitation) -> dict[str, Any]:
    """The condition that this very invitation is there, and not declined."""
    return {
        "ConditionExpression": "invited_at = :at AND attribute_not_exists(declined)",
        "ExpressionAttributeValues": {":at": {"N": str(milliseconds(invitation.invited_at))}},
    }

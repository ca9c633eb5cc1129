"""Converts invitations and blocked senders to items of the people table and back.

An invitation is stored at its sender, with a pointer at the person invited. Both are written in one transaction and
expire together, so that an invitation to a `sub` that does not exist leaves nothing behind.
"""

from datetime import datetime

from chalicelib.collections.collection import Role
from chalicelib.collections.invitation import BlockedSender, Invitation
from chalicelib.foundation.clock import instant, milliseconds
from chalicelib.foundation.dynamo import Item
from chalicelib.foundation.ids import id_of
from chalicelib.tables.keys import BLOCKED_SENDER, RECEIVED_INVITATION, SENT_INVITATION, Key


def sent_key(owner: str, collection_id: str, person: str) -> Item:
    return SENT_INVITATION.key(person=owner, collection_id=collection_id, hashed_invited=id_of(person)).item


def sent_key_of(invitation: Invitation) -> Item:
    return sent_key(invitation.owner, invitation.collection_id, invitation.person)


def pointer_key(person: str, invited_at: int, collection_id: str) -> Item:
    """The key of the pointer; `invited_at` is in milliseconds."""
    return RECEIVED_INVITATION.key(person=person, invited_at=invited_at, collection_id=collection_id).item


def pointer_of(invitation: Invitation) -> Item:
    return pointer_key(invitation.person, milliseconds(invitation.invited_at), invitation.collection_id)


def block_key(person: str, sender: str) -> Item:
    return BLOCKED_SENDER.key(person=person, hashed_sender=id_of(sender)).item


def to_sent(invitation: Invitation) -> Item:
    return {
        **sent_key_of(invitation),
        "person": {"S": invitation.person},
        "label": {"S": invitation.label},
        "role": {"S": invitation.role.value},
        "invited_at": {"N": str(milliseconds(invitation.invited_at))},
        "ttl": _ttl(invitation.expires_at),
    }


def to_invitation(item: Item) -> Invitation:
    parts = SENT_INVITATION.parts(Key.of(item))
    return Invitation(
        collection_id=parts["collection_id"],
        owner=parts["person"],
        label=item["label"]["S"],
        person=item["person"]["S"],
        role=Role(item["role"]["S"]),
        invited_at=instant(int(item["invited_at"]["N"])),
        is_declined="declined" in item,
    )


def to_pointer(invitation: Invitation) -> Item:
    return {**pointer_of(invitation), "owner": {"S": invitation.owner}, "ttl": _ttl(invitation.expires_at)}


def position_of(pointer: Item) -> tuple[int, str]:
    """The position of a pointer: when the invitation was sent, in milliseconds, and its collection."""
    parts = RECEIVED_INVITATION.parts(Key.of(pointer))
    return int(parts["invited_at"]), parts["collection_id"]


def invitation_key(pointer: Item) -> Item:
    """The key of the invitation that a pointer refers to."""
    parts = RECEIVED_INVITATION.parts(Key.of(pointer))
    return sent_key(pointer["owner"]["S"], parts["collection_id"], parts["person"])


def to_block(person: str, sender: str, now: datetime) -> Item:
    return {**block_key(person, sender), "person": {"S": sender}, "blocked_at": {"N": str(milliseconds(now))}}


def to_blocked(item: Item) -> BlockedSender:
    return BlockedSender(item["person"]["S"], instant(int(item["blocked_at"]["N"])))


def _ttl(expires_at: datetime) -> Item:
    return {"N": str(int(expires_at.timestamp()) + 1)}  # in seconds, rounded up

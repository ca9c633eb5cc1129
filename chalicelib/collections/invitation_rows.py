"""Invitations and blocks as items of the people table and back.

    pk                 sk                                item
    person#<sender>    sent#<collection>#<person>        an invitation; the one truth about it
    person#<invited>   invitation#<instant>#<collection> a pointer to it, so that they find it, newest last
    person#<sub>       blocked#<sender>                  a sender whose invitations this person does not see

The second <person> and the last <sender> are hashes of their `sub`. An invitation and its pointer are written in one
transaction and expire together, so that one to a `sub` that does not exist leaves nothing.
"""

from datetime import datetime

from chalicelib.collections.collection import Role
from chalicelib.collections.invitation import Blocked, Invitation
from chalicelib.collections.rows import PERSON
from chalicelib.foundation.clock import instant, milliseconds
from chalicelib.foundation.dynamo import Item
from chalicelib.foundation.ids import id_of

SENT, POINTER, BLOCKED = "sent#", "invitation#", "blocked#"
_DIGITS = 15  # of milliseconds, so that keys are in the order of time


def sent_prefix(collection_id: str = "") -> str:
    """The key prefix of all invitations of a sender, or of those to one collection."""
    return f"{SENT}{collection_id}#" if collection_id else SENT


def sent_key(owner: str, collection_id: str, person: str) -> Item:
    return _key(owner, sent_prefix(collection_id) + id_of(person))


def pointer_key(person: str, invited_at: int, collection_id: str) -> Item:
    """Args:
    invited_at: in milliseconds.
    """
    return _key(person, f"{POINTER}{invited_at:0{_DIGITS}}#{collection_id}")


def pointer_of(invitation: Invitation) -> Item:
    return pointer_key(invitation.person, milliseconds(invitation.invited_at), invitation.collection_id)


def block_key(person: str, sender: str) -> Item:
    return _key(person, BLOCKED + id_of(sender))


def to_sent(invitation: Invitation) -> Item:
    return {
        **sent_key(invitation.owner, invitation.collection_id, invitation.person),
        "person": {"S": invitation.person},
        "label": {"S": invitation.label},
        "role": {"S": invitation.role.value},
        "invited_at": {"N": str(milliseconds(invitation.invited_at))},
        "ttl": _ttl(invitation.expires_at),
    }


def to_invitation(item: Item) -> Invitation:
    return Invitation(
        collection_id=item["sk"]["S"].removeprefix(SENT).partition("#")[0],
        owner=item["pk"]["S"].removeprefix(PERSON),
        label=item["label"]["S"],
        person=item["person"]["S"],
        role=Role(item["role"]["S"]),
        invited_at=instant(int(item["invited_at"]["N"])),
        is_declined="declined" in item,
    )


def to_pointer(invitation: Invitation) -> Item:
    return {**pointer_of(invitation), "owner": {"S": invitation.owner}, "ttl": _ttl(invitation.expires_at)}


def place_of(pointer: Item) -> tuple[int, str]:
    """When it was sent, in milliseconds, and the collection."""
    invited_at, _, collection_id = pointer["sk"]["S"].removeprefix(POINTER).partition("#")
    return int(invited_at), collection_id


def sent_by(pointer: Item) -> Item:
    """The key of the invitation it points to."""
    return sent_key(pointer["owner"]["S"], place_of(pointer)[1], pointer["pk"]["S"].removeprefix(PERSON))


def to_block(person: str, sender: str, now: datetime) -> Item:
    return {**block_key(person, sender), "person": {"S": sender}, "blocked_at": {"N": str(milliseconds(now))}}


def to_blocked(item: Item) -> Blocked:
    return Blocked(item["person"]["S"], instant(int(item["blocked_at"]["N"])))


def key_of(item: Item) -> Item:
    return {"pk": item["pk"], "sk": item["sk"]}


def _ttl(expires_at: datetime) -> Item:
    return {"N": str(int(expires_at.timestamp()) + 1)}  # in seconds, and never too early


def _key(person: str, sk: str) -> Item:
    return {"pk": {"S": PERSON + person}, "sk": {"S": sk}}

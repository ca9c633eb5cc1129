"""Invitations: the types of sharing, what a sender sees of it, and the limits.

An invitation counts against its sender only, and a sender's answers do not depend on the person invited: whether they
exist, declined, blocked the sender, or are at their limit of collections, it stays "invited" until they accept, the
sender withdraws it, or it expires.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.collections.collection import MOST_PEOPLE, Collection, Role
from chalicelib.foundation.errors import Conflict, InvalidInput, NotFound

LASTS = timedelta(days=30)
MOST_SENT = 500  # unanswered invitations of one sender
MOST_TO_ONE = 10  # of them to the same person
MOST_BLOCKED = 500  # senders, by one person
LONGEST_LABEL = 120  # characters of what the sender is called


class ShareState(StrEnum):
    INVITED = "invited"  # has no access yet; counts against the sender alone
    ACCEPTED = "accepted"  # is in the collection


@dataclass(frozen=True)
class Share:
    """What an owner sees of one person in their collection. `expires_at` is an invitation's."""

    person: str
    role: Role
    state: ShareState
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Invitation:
    """Args:
    owner: who sends it; label: the sender's name, shown next to their `sub`.
    is_declined: known to the person invited, never to the owner.
    """

    collection_id: str
    owner: str
    label: str
    person: str
    role: Role
    invited_at: datetime
    is_declined: bool = False

    @property
    def expires_at(self) -> datetime:
        return self.invited_at + LASTS

    def is_open(self, now: datetime) -> bool:
        return now < self.expires_at

    @property
    def as_share(self) -> Share:
        return Share(self.person, self.role, ShareState.INVITED, self.expires_at)


@dataclass(frozen=True)
class Received:
    """An invitation as the person invited sees it, with the collection's name."""

    invitation: Invitation
    name: str


@dataclass(frozen=True)
class Blocked:
    person: str
    blocked_at: datetime


def check_may_invite(known: Collection, other: str, sent: Iterable[Invitation]) -> None:
    """Whether the owner may invite one more person to this collection.

    Args:
        sent: all open invitations of the owner.

    Raises:
        Conflict: the collection or the owner is at a limit.
    """
    open_ones = [each for each in sent if (each.collection_id, each.person) != (known.collection_id, other)]
    invited = {each.person for each in open_ones if each.collection_id == known.collection_id}
    if len(known.people - {known.owner} | invited) >= MOST_PEOPLE:
        raise Conflict(f"A collection can be shared with {MOST_PEOPLE} people at most, invited people included.")
    if sum(each.person == other for each in open_ones) >= MOST_TO_ONE:
        raise Conflict(
            f"You have {MOST_TO_ONE} unanswered invitations to this person, the maximum. Withdraw one first."
        )
    if len(open_ones) >= MOST_SENT:
        raise Conflict(f"You have {MOST_SENT} unanswered invitations, the maximum. Withdraw one first.")


def good_label(label: str) -> str:
    """The sender's name, short and on one line; "" if nothing printable is left."""
    printable = "".join(each if each.isprintable() else " " for each in label)
    return " ".join(printable.split())[:LONGEST_LABEL]


def check_blockable(person: str, other: str) -> None:
    if person == other:
        raise InvalidInput("You cannot block yourself.", field="person")


def no_invitation() -> NotFound:
    """The same answer for an invitation that never existed, was withdrawn, expired, or was declined."""
    return NotFound("Invitation not found. It may have been withdrawn or have expired.")

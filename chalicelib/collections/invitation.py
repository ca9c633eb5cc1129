"""Invitations and shares: their types, what a sender sees, and the limits.

An invitation counts toward the limits of its sender only, and responses to the sender do not depend on the invited
person. Whether that person exists, declined, blocked the sender or is at a limit, the state is "invited" until they
accept, the sender withdraws the invitation, or it expires.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.collections.collection import MOST_PEOPLE, Collection, Role
from chalicelib.foundation.errors import Conflict, InvalidInput, NotFound

LIFETIME = timedelta(days=30)
MOST_SENT = 500  # unanswered invitations of one sender
MOST_TO_ONE = 10  # unanswered invitations of one sender to the same person
MOST_BLOCKED = 500  # senders that one person blocks
LONGEST_LABEL = 120  # characters of the sender's name


class ShareState(StrEnum):
    """Whether an invited person has accepted."""

    INVITED = "invited"  # has no access yet
    ACCEPTED = "accepted"  # has access


@dataclass(frozen=True)
class Share:
    """The share of one person, as the owner sees it."""

    person: str
    role: Role
    state: ShareState
    #: When the invitation expires; None after it was accepted.
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Invitation:
    """An invitation to a collection."""

    collection_id: str
    #: The sender.
    owner: str
    #: The sender's name, displayed next to their id.
    label: str
    #: The invited person.
    person: str
    role: Role
    invited_at: datetime
    #: Never revealed to the sender.
    is_declined: bool = False

    @property
    def expires_at(self) -> datetime:
        return self.invited_at + LIFETIME

    def is_open(self, now: datetime) -> bool:
        """Whether the invitation has not expired."""
        return now < self.expires_at

    @property
    def as_share(self) -> Share:
        """The invitation as its sender sees it."""
        return Share(self.person, self.role, ShareState.INVITED, self.expires_at)


@dataclass(frozen=True)
class ReceivedInvitation:
    """An invitation as the invited person sees it."""

    invitation: Invitation
    #: The name of the collection.
    name: str


@dataclass(frozen=True)
class BlockedSender:
    """A person whose invitations are hidden."""

    person: str
    blocked_at: datetime


def check_may_invite(known: Collection, other: str, sent: Iterable[Invitation]) -> None:
    """Checks that the owner can invite one more person to this collection.

    Args:
        sent: all open invitations of the owner.

    Raises:
        Conflict: the collection or the owner has reached a limit.
    """
    open_ones = [each for each in sent if (each.collection_id, each.person) != (known.collection_id, other)]
    invited = {each.person for each in open_ones if each.collection_id == known.collection_id}
    if len(known.people - {known.owner} | invited) >= MOST_PEOPLE:
        raise Conflict(f"A collection can be shared with at most {MOST_PEOPLE} people, including invited people.")
    if sum(each.person == other for each in open_ones) >= MOST_TO_ONE:
        raise Conflict(
            f"You have {MOST_TO_ONE} unanswered invitations to this person, the maximum. Withdraw one first."
        )
    if len(open_ones) >= MOST_SENT:
        raise Conflict(f"You have {MOST_SENT} unanswered invitations, the maximum. Withdraw one first.")


def clean_label(label: str) -> str:
    """The sender's name, shortened, on one line; "" if it has no printable characters."""
    printable = "".join(each if each.isprintable() else " " for each in label)
    return " ".join(printable.split())[:LONGEST_LABEL]


def check_blockable(person: str, other: str) -> None:
    """Checks that a person can block another.

    Raises:
        InvalidInput: they are the same person.
    """
    if person == other:
        raise InvalidInput("You cannot block yourself.", field="person")


def invitation_not_found() -> NotFound:
    """One error for invitations that never existed, were withdrawn, expired or were declined."""
    return NotFound("Invitation not found. It may have been withdrawn or have expired.")

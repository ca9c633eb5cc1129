"""The limits of invitations; they do not depend on the invited person."""

from datetime import UTC, datetime

import pytest

from chalicelib.collections import invitation_rows as rows
from chalicelib.collections.collection import Collection, Role
from chalicelib.collections.invitation import LIFETIME, MOST_SENT, Invitation, check_may_invite
from chalicelib.foundation.errors import Conflict

NOW = datetime(2030, 1, 1, tzinfo=UTC)
FRIENDS = Collection("friends", "Friends", "ann", frozenset({"ann"}), frozenset(), 1, NOW, NOW)


def sent(count: int) -> list[Invitation]:
    """Each to a different person and collection."""
    return [Invitation(f"c{each}", "ann", "Ann", f"person-{each}", Role.VIEWER, NOW) for each in range(count)]


def test_unanswered_invitations_of_a_sender_are_limited():
    check_may_invite(FRIENDS, "bob", sent(MOST_SENT - 1))

    with pytest.raises(Conflict, match="500 unanswered invitations"):
        check_may_invite(FRIENDS, "bob", sent(MOST_SENT))


def test_an_invitation_sent_again_counts_once():
    unanswered = [*sent(MOST_SENT - 1), Invitation("friends", "ann", "Ann", "bob", Role.VIEWER, NOW)]

    check_may_invite(FRIENDS, "bob", unanswered)
    with pytest.raises(Conflict, match="500 unanswered invitations"):
        check_may_invite(FRIENDS, "eve", unanswered)


def test_an_invitation_and_its_pointer_expire_together():
    [invitation] = sent(1)
    expires = int((NOW + LIFETIME).timestamp())

    ttls = [int(item["ttl"]["N"]) for item in (rows.to_sent(invitation), rows.to_pointer(invitation))]

    assert ttls == [expires + 1, expires + 1]

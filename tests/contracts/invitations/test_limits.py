"""The limits of invitations in the store."""

import pytest

from chalicelib.collections.collection import MOST_COLLECTIONS, MOST_PEOPLE, Role
from chalicelib.collections.invitation import LIFETIME, MOST_SENT, MOST_TO_ONE, Invitation, ShareState
from chalicelib.collections.invitation_rows import to_sent
from chalicelib.foundation.errors import Conflict
from tests.contracts.invitations.reading import shares_of


class TestLimits:
    def test_are_the_senders_own_and_not_of_the_person_invited(self, store):
        for number in range(MOST_COLLECTIONS - 1):
            store.add("vera", f"Number {number}")
        ids = [store.add("ann", f"Friends {number}").collection_id for number in range(2)]
        for collection_id in ids:
            store.share("ann", collection_id, "vera", Role.VIEWER)

        store.accept("vera", ids[0])
        with pytest.raises(Conflict, match="You are in 200 collections"):
            store.accept("vera", ids[1])
        assert shares_of(store, ids[1]) == {"vera": (Role.VIEWER, ShareState.INVITED)}
        store.unshare("vera", ids[0], "vera")
        store.accept("vera", ids[1])

    def test_to_one_person(self, store):
        ids = [store.add("ann", f"Number {number}").collection_id for number in range(MOST_TO_ONE + 1)]
        for collection_id in ids[:-1]:
            store.share("ann", collection_id, "vera", Role.VIEWER)

        with pytest.raises(Conflict, match="10 unanswered invitations to this person"):
            store.share("ann", ids[-1], "vera", Role.VIEWER)
        store.share("ann", ids[0], "vera", Role.EDITOR)
        store.share("ann", ids[-1], "sue", Role.VIEWER)
        store.accept("vera", ids[0])
        store.share("ann", ids[-1], "vera", Role.VIEWER)

    def test_of_one_collection(self, store, friends):
        people = [f"p{number}" for number in range(MOST_PEOPLE - 1)]
        for person in people:
            store.share("ann", friends, person, Role.VIEWER)

        with pytest.raises(Conflict, match="100 people"):
            store.share("ann", friends, "sue", Role.VIEWER)
        store.accept("p0", friends)
        with pytest.raises(Conflict, match="100 people"):
            store.share("ann", friends, "sue", Role.VIEWER)
        store.unshare("ann", friends, "p1")
        store.share("ann", friends, "sue", Role.VIEWER)

    def test_of_one_sender(self, store, clock):
        friends = store.add("ann", "Friends").collection_id
        for number in range(MOST_SENT):
            sent = Invitation(f"other-{number % 5}", "ann", "Ann", f"p{number}", Role.VIEWER, clock.now())
            store.dynamo.put(TableName=store.table, Item=to_sent(sent))

        with pytest.raises(Conflict, match="500 unanswered invitations"):
            store.share("ann", friends, "sue", Role.VIEWER)
        clock.advance(LIFETIME)
        store.share("ann", friends, "sue", Role.VIEWER)

"""Declining an invitation and blocking its sender, of which the sender learns nothing."""

from dataclasses import replace

import pytest

from chalicelib.collections.collection import MOST_COLLECTIONS, Role
from chalicelib.collections.collection_store import CollectionStore
from chalicelib.collections.invitation import LIFETIME, MOST_BLOCKED, ShareState
from chalicelib.collections.invitation_rows import to_block
from chalicelib.foundation.errors import Conflict, InvalidInput, NotFound
from tests.contracts.invitations.reading import names_of_received, stored_items, watch_calls


class TestDeclining:
    def test_hides_it_and_its_sender_sees_no_difference(self, store, friends):
        before = store.shares("ann", friends)
        store.invitations.decline("vera", friends)

        assert names_of_received(store, "vera") == []
        assert store.shares("ann", friends) == before
        for answer in (store.accept, store.invitations.decline):
            with pytest.raises(NotFound):
                answer("vera", friends)

    @pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
    def test_holds_when_the_same_invitation_is_sent_again(self, store, friends, role):
        store.invitations.decline("vera", friends)

        assert store.share("ann", friends, "vera", role).state is ShareState.INVITED
        assert names_of_received(store, "vera") == []

    @pytest.mark.parametrize("ends", ["withdrawn", "expired"])
    def test_does_not_hold_for_the_next_one(self, store, friends, clock, ends):
        store.invitations.decline("vera", friends)
        if ends == "withdrawn":
            store.unshare("ann", friends, "vera")
        clock.advance(LIFETIME)
        store.share("ann", friends, "vera", Role.VIEWER)

        assert names_of_received(store, "vera") == ["Friends"]


class TestBlocking:
    def test_hides_what_a_sender_sent_and_sends_until_they_are_unblocked(self, store, friends):
        store.invitations.block("vera", "ann")
        other = store.add("ann", "Other").collection_id
        store.share("ann", other, "vera", Role.VIEWER)
        store.share("bob", store.add("bob", "Bob's").collection_id, "vera", Role.VIEWER)

        assert names_of_received(store, "vera") == ["Bob's"]
        for collection_id in (friends, other):
            with pytest.raises(NotFound):
                store.accept("vera", collection_id)
        store.invitations.unblock("vera", "ann")
        assert sorted(names_of_received(store, "vera")) == ["Bob's", "Friends", "Other"]

    def test_can_be_done_by_the_invitation(self, store, friends):
        store.invitations.block_sender("vera", friends)

        assert [each.person for each in store.invitations.blocked("vera")] == ["ann"]

    def test_takes_nothing_away_that_was_accepted(self, store, friends):
        store.accept("vera", friends)
        store.invitations.block("vera", "ann")

        assert store.role_of("vera", friends) is Role.VIEWER

    def test_is_idempotent_and_people_cannot_block_themselves(self, store, clock):
        first = store.invitations.block("vera", "ann")
        clock.sleep(1)

        assert store.invitations.block("vera", "ann") == first
        with pytest.raises(InvalidInput):
            store.invitations.block("vera", "vera")
        store.invitations.unblock("vera", "ann")
        store.invitations.unblock("vera", "ann")
        assert stored_items(store, "vera") == []

    def test_has_a_limit(self, store):
        for number in range(MOST_BLOCKED):
            store.dynamo.put(TableName=store.table, Item=to_block("vera", f"p{number}", store.clock.now()))

        with pytest.raises(Conflict, match="500 people"):
            store.invitations.block("vera", "ann")
        store.invitations.block("vera", "p7")


class TestWhatASenderLearns:
    """The same result, after the same calls, for every invited person."""

    def prepared(self, store: CollectionStore) -> str:
        store.invitations.block("who blocked her", "ann")
        other = store.add("ann", "Other").collection_id
        for person in ("who declined", "who was invited before"):
            store.share("ann", other, person, Role.VIEWER)
        store.invitations.decline("who declined", other)
        for number in range(MOST_COLLECTIONS):
            store.add("who has 200 collections", f"Number {number}")
        return store.add("ann", "Friends").collection_id

    def test_is_nothing_of_the_person_invited(self, store):
        friends, answers = self.prepared(store), {}
        for person in (
            "unknown",
            "who blocked her",
            "who has 200 collections",
            "who declined",
            "who was invited before",
        ):
            looked, client = watch_calls(store)
            sent = looked.share("ann", friends, person, Role.VIEWER)
            again = looked.share("ann", friends, person, Role.EDITOR)
            shown = {each.person: each for each in looked.shares("ann", friends)[1]}[person]
            looked.unshare("ann", friends, person)
            answers[person] = ([replace(each, person="") for each in (sent, again, shown)], client.calls)

        first = answers.pop("unknown")
        assert first[1]
        assert all(each == first for each in answers.values())

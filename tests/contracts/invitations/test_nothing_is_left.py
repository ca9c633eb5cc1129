"""Invitations that ended: no item of them stays in the table."""

import pytest

from chalicelib.collections.collection import Role
from chalicelib.collections.invitation import LIFETIME
from chalicelib.foundation.ids import fresh_id
from tests.collections.making import join
from tests.contracts.invitations.reading import shares_of, stored_items


class TestNothingIsLeft:
    def test_of_an_invitation_after_it_expired(self, store, friends, clock):
        """DynamoDB deletes both items by their `ttl`."""
        items = stored_items(store, "ann", "vera")

        assert len(items) == 2
        due = int((clock.now() + LIFETIME).timestamp())
        assert all(0 <= int(item["ttl"]["N"]) - due <= 1 for item in items)

    @pytest.mark.parametrize("declined", [False, True])
    def test_after_it_was_withdrawn(self, store, friends, declined):
        if declined:
            store.invitations.decline("vera", friends)
        store.unshare("ann", friends, "vera")

        assert stored_items(store, "ann", "vera") == []

    @pytest.mark.parametrize("declined", [False, True])
    def test_after_its_collection_was_deleted(self, store, friends, declined):
        if declined:
            store.invitations.decline("vera", friends)
        store.delete("ann", friends)

        assert stored_items(store, "ann", "vera") == []

    @pytest.mark.parametrize("who", ["ann", "eddy"])
    def test_after_a_deletion_that_was_cut_short(self, store, friends, who):
        join(store, "ann", friends, "eddy", Role.EDITOR)
        store.add_members("ann", friends, ["a1"])
        store.dynamo.transact([store.writes.delete(store.find(friends))], token=fresh_id())

        assert store.of_person(who) == []
        assert stored_items(store, "ann", "vera") == []

    @pytest.mark.parametrize("declined", [False, True])
    @pytest.mark.parametrize("who", ["ann", "vera"])
    def test_after_one_of_the_two_was_erased(self, store, friends, who, declined):
        store.invitations.block("vera", "bob")
        store.invitations.block("ann", "bob")
        if declined:
            store.invitations.decline("vera", friends)
        store.erase(who)
        store.erase(who)

        assert stored_items(store, who) == []
        (block,) = stored_items(store, "ann", "vera")
        assert block["person"] == {"S": "bob"}
        if who == "vera":
            assert shares_of(store, friends) == {}

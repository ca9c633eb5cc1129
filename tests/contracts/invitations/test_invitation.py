"""The specification of the store of invitations: sending, accepting, listing and withdrawing one."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.collections.collection import Role
from chalicelib.collections.collection_store import CollectionStore
from chalicelib.collections.invitation import LIFETIME, ShareState
from chalicelib.foundation.errors import Conflict, InvalidInput, NotAllowed, NotFound
from chalicelib.foundation.ids import fresh_id
from tests.collections.making import join
from tests.contracts.invitations.reading import names_of_received, shares_of, stored_items


class TestAnInvitation:
    def test_gives_no_access_before_it_is_accepted(self, store, friends):
        assert store.role_of("vera", friends) is None
        assert store.of_person("vera") == []
        assert store.roles_by_contact("vera", ["c"]) == {}
        for ask in (store.for_reader, store.for_editor, store.for_owner):
            with pytest.raises(NotFound):
                ask("vera", friends)
        with pytest.raises(NotFound):
            store.unshare("vera", friends, "vera")

    def test_says_which_collection_and_who_invites_as_what(self, store, friends, clock):
        (received,), following = store.invitations.received("vera", limit=9)

        sent = received.invitation
        assert (received.name, sent.owner, sent.label, sent.role) == ("Friends", "ann", "Ann A.", Role.VIEWER)
        assert (sent.invited_at, sent.expires_at, following) == (clock.now(), clock.now() + LIFETIME, None)

    def test_gives_access_when_it_is_accepted_and_accepting_again_changes_nothing(self, store, friends):
        store.accept("vera", friends)
        seen = store.accept("vera", friends)

        assert seen.role_of("vera") is Role.VIEWER
        assert [each.name for each in store.of_person("vera")] == ["Friends"]
        assert shares_of(store, friends) == {"vera": (Role.VIEWER, ShareState.ACCEPTED)}
        assert names_of_received(store, "vera") == []
        assert stored_items(store, "ann", "vera") == []

    def test_is_for_the_person_invited_alone(self, store, friends):
        for answer in (store.accept, store.invitations.decline, store.invitations.block_sender):
            with pytest.raises(NotFound):
                answer("sue", friends)
            with pytest.raises(NotFound):
                answer("vera", fresh_id())

    def test_is_sent_by_the_owner_alone(self, store, friends):
        store.share("ann", friends, "eddy", Role.EDITOR)
        store.accept("eddy", friends)

        with pytest.raises(NotAllowed):
            store.share("eddy", friends, "sue", Role.VIEWER)
        with pytest.raises(Conflict):
            store.share("ann", friends, "ann", Role.VIEWER)

    def test_takes_another_role_and_keeps_its_date(self, store, friends, clock):
        first = store.share("ann", friends, "vera", Role.VIEWER)
        clock.advance(timedelta(days=20))
        second = store.share("ann", friends, "vera", Role.EDITOR)

        assert second == replace(first, role=Role.EDITOR)
        assert store.accept("vera", friends).role_of("vera") is Role.EDITOR

    def test_of_a_member_changes_the_role(self, store, friends):
        store.accept("vera", friends)
        changed = store.share("ann", friends, "vera", Role.EDITOR)

        assert (changed.state, changed.expires_at) == (ShareState.ACCEPTED, None)
        assert store.may_edit("vera", friends)
        assert names_of_received(store, "vera") == []

    def test_is_needed_again_after_leaving(self, store, friends):
        store.accept("vera", friends)
        store.unshare("vera", friends, "vera")

        assert store.share("ann", friends, "vera", Role.VIEWER).state is ShareState.INVITED
        assert store.role_of("vera", friends) is None

    def test_is_known_to_the_owner_and_to_no_other_member(self, store, friends):
        join(store, "ann", friends, "eddy", Role.EDITOR)

        assert shares_of(store, friends).keys() == {"eddy", "vera"}
        assert shares_of(store, friends, "eddy").keys() == {"eddy"}

    def test_expires_and_can_be_sent_again(self, store, friends, clock):
        clock.advance(LIFETIME)

        assert names_of_received(store, "vera") == []
        assert shares_of(store, friends) == {}
        with pytest.raises(NotFound):
            store.accept("vera", friends)
        store.share("ann", friends, "vera", Role.VIEWER)
        assert names_of_received(store, "vera") == ["Friends"]
        assert len(stored_items(store, "vera")) == 1

    def test_is_withdrawn_by_its_sender(self, store, friends):
        store.unshare("ann", friends, "vera")
        store.unshare("ann", friends, "vera")

        assert names_of_received(store, "vera") == []
        assert shares_of(store, friends) == {}
        with pytest.raises(NotFound):
            store.accept("vera", friends)

    def test_has_a_label_on_one_line(self, store, friends):
        store.share("ann", friends, "sue", Role.VIEWER, label="Ann\n\u202e " + "x" * 500)

        label = store.invitations.received("sue", limit=1)[0][0].invitation.label
        assert label.startswith("Ann x")
        assert (len(label), label.isprintable()) == (120, True)


class TestPages:
    def invite(self, store: CollectionStore, clock: Any, owner: str, *called: str) -> None:
        for name in called:
            store.share(owner, store.add(owner, name).collection_id, "vera", Role.VIEWER)
            clock.sleep(1)

    def test_have_the_newest_first_each_once(self, store, clock):
        self.invite(store, clock, "ann", *"abcde")
        found, cursor, pages = [], None, 0
        while cursor is not None or not pages:
            page, cursor = store.invitations.received("vera", cursor=cursor, limit=2)
            found += [each.name for each in page]
            pages += 1

        assert (found, pages) == (list("edcba"), 3)

    def test_are_full_where_some_are_hidden(self, store, clock):
        self.invite(store, clock, "ann", *"ab")
        self.invite(store, clock, "bob", *"cd")
        self.invite(store, clock, "ann", *"ef")
        store.invitations.block("vera", "bob")

        assert [each.name for each in store.invitations.received("vera", limit=3)[0]] == ["f", "e", "b"]

    def test_have_no_place_behind_a_made_up_cursor(self, store):
        with pytest.raises(InvalidInput):
            store.invitations.received("vera", cursor="Li4u", limit=3)

    def test_leave_off_a_collection_whose_deletion_was_cut_short_and_forget_it(self, store, friends):
        store.dynamo.transact([store.writes.delete(store.find(friends))], token=fresh_id())

        assert names_of_received(store, "vera") == []
        assert stored_items(store, "ann", "vera") == []

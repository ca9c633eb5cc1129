"""Changes of one invitation at the same time: the result is that of some order."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from chalicelib.collections.collection import Collection, Role
from chalicelib.collections.invitation import Invitation, ShareState
from chalicelib.collections.invitation_store import InvitationStore
from chalicelib.foundation.errors import NotFound
from tests.contracts.invitations.reading import names_of_received, stored_items, watch_calls


@dataclass(frozen=True)
class Late(InvitationStore):
    """The invitations, but for one that was read a while ago."""

    seen: Invitation

    def open_to(self, person: str, known: Collection) -> Invitation:
        return self.seen


class TestTwoAtOnce:
    """Whatever comes between reading and writing: one order, in which each is right."""

    def test_accepting_what_is_withdrawn_meanwhile_fails(self, store, friends):
        late, _ = watch_calls(store, lambda: store.unshare("ann", friends, "vera"))

        with pytest.raises(NotFound):
            late.accept("vera", friends)
        assert store.role_of("vera", friends) is None
        assert stored_items(store, "ann", "vera") == []

    def test_accepting_what_is_deleted_meanwhile_fails(self, store, friends):
        late, _ = watch_calls(store, lambda: store.delete("ann", friends))

        with pytest.raises(NotFound):
            late.accept("vera", friends)
        assert store.of_person("vera") == []
        assert stored_items(store, "ann", "vera") == []

    def test_accepting_what_was_declined_meanwhile_fails(self, store, friends):
        late, _ = watch_calls(store, lambda: store.invitations.decline("vera", friends))

        with pytest.raises(NotFound):
            late.accept("vera", friends)
        assert store.role_of("vera", friends) is None

    def test_accepting_gives_the_role_that_the_owner_gave_meanwhile(self, store, friends):
        late, _ = watch_calls(store, lambda: store.share("ann", friends, "vera", Role.EDITOR))

        assert late.accept("vera", friends).role_of("vera") is Role.EDITOR

    def test_accepting_twice_gives_one_share(self, store, friends):
        late, _ = watch_calls(store, lambda: store.accept("vera", friends))

        assert late.accept("vera", friends).role_of("vera") is Role.VIEWER

    def test_withdrawing_what_is_accepted_meanwhile_ends_the_share(self, store, friends):
        late, _ = watch_calls(store, lambda: store.accept("vera", friends))
        late.unshare("ann", friends, "vera")

        assert store.role_of("vera", friends) is None
        assert store.of_person("vera") == []

    def test_inviting_a_person_who_accepts_meanwhile_changes_their_role(self, store, friends):
        late, _ = watch_calls(store, lambda: store.accept("vera", friends))

        assert late.share("ann", friends, "vera", Role.EDITOR).state is ShareState.ACCEPTED
        assert store.role_of("vera", friends) is Role.EDITOR
        assert stored_items(store, "ann", "vera") == []

    def test_inviting_to_what_is_deleted_meanwhile_fails_and_leaves_nothing(self, store, friends):
        late, _ = watch_calls(store, lambda: store.delete("ann", friends))

        with pytest.raises(NotFound):
            late.share("ann", friends, "sue", Role.VIEWER)
        assert stored_items(store, "ann", "vera", "sue") == []

    def test_declining_what_is_withdrawn_and_sent_again_meanwhile_declines_no_other(self, store, friends, clock):
        seen = store.invitations.open_to("vera", store.find(friends))
        store.unshare("ann", friends, "vera")
        clock.sleep(1)
        store.share("ann", friends, "vera", Role.VIEWER)
        late = Late(store.dynamo, store.table, store.clock, seen)

        with pytest.raises(NotFound):
            late.decline("vera", friends)
        assert names_of_received(store, "vera") == ["Friends"]

    def test_everyone_who_accepts_is_a_member(self, store, friends):
        for person in "pqr":
            store.share("ann", friends, person, Role.VIEWER)
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(lambda person: store.accept(person, friends), "pqr"))

        assert store.find(friends).viewers == {"p", "q", "r"}

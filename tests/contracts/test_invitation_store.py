"""The store of invitations, on the fake and on the embedded AWS alike."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.collections.collection import MOST_COLLECTIONS, MOST_PEOPLE, Collection, Role
from chalicelib.collections.collection_store import CollectionStore
from chalicelib.collections.invitation import LIFETIME, MOST_BLOCKED, MOST_SENT, MOST_TO_ONE, Invitation, ShareState
from chalicelib.collections.invitation_rows import to_block, to_sent
from chalicelib.collections.invitation_store import InvitationStore
from chalicelib.foundation.errors import Conflict, InvalidInput, NotAllowed, NotFound
from chalicelib.foundation.ids import fresh_id
from tests.collections.making import join


@pytest.fixture
def store(ground: Any) -> CollectionStore:
    return CollectionStore(ground.dynamo, ground.names.people, ground.clock)


@pytest.fixture
def friends(store: CollectionStore) -> str:
    """A collection of Ann's, to which she invited Vera."""
    made = store.add("ann", "Friends").collection_id
    store.share("ann", made, "vera", Role.VIEWER, label="Ann A.")
    return made


def names(store: CollectionStore, person: str) -> list[str]:
    """The collections that a person is invited to, newest first."""
    return [each.name for each in store.invitations.received(person, limit=200)[0]]


def shares_of(store: CollectionStore, collection_id: str, owner: str = "ann") -> dict[str, tuple[Role, ShareState]]:
    """What an owner sees of everybody else."""
    return {each.person: (each.role, each.state) for each in store.shares(owner, collection_id)[1]}


def kept(store: CollectionStore, *people: str) -> list[Any]:
    """What is stored under these people but for the links to their collections."""
    asked = {"TableName": store.table, "KeyConditionExpression": "pk = :pk", "ConsistentRead": True}
    found = [
        item
        for person in people
        for item in store.dynamo.query(**asked, ExpressionAttributeValues={":pk": {"S": f"person#{person}"}})
    ]
    return [item for item in found if not item["sk"]["S"].startswith("collection#")]


class Client:
    """The client of a store, which notes what is called, and once does something before a transaction lands."""

    def __init__(self, client: Any, first: Callable[[], object] | None = None) -> None:
        self._client, self._first = client, first
        self.calls: list[str] = []

    def __getattr__(self, name: str) -> Any:
        def call(**request: Any) -> Any:
            self.calls.append(name)
            first, self._first = (self._first, None) if name == "transact_write_items" else (None, self._first)
            if first is not None:
                first()
            return getattr(self._client, name)(**request)

        return call


def watched(store: CollectionStore, first: Callable[[], object] | None = None) -> tuple[CollectionStore, Client]:
    client = Client(store.dynamo.client, first)
    return replace(store, dynamo=replace(store.dynamo, client=client)), client


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

    def test_lets_the_person_in_when_they_accept_and_twice_is_once(self, store, friends):
        store.accept("vera", friends)
        seen = store.accept("vera", friends)

        assert seen.role_of("vera") is Role.VIEWER
        assert [each.name for each in store.of_person("vera")] == ["Friends"]
        assert shares_of(store, friends) == {"vera": (Role.VIEWER, ShareState.ACCEPTED)}
        assert names(store, "vera") == []
        assert kept(store, "ann", "vera") == []

    def test_is_for_the_person_invited_alone(self, store, friends):
        for deed in (store.accept, store.invitations.decline, store.invitations.block_sender):
            with pytest.raises(NotFound):
                deed("sue", friends)
            with pytest.raises(NotFound):
                deed("vera", fresh_id())

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
        assert names(store, "vera") == []

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

        assert names(store, "vera") == []
        assert shares_of(store, friends) == {}
        with pytest.raises(NotFound):
            store.accept("vera", friends)
        store.share("ann", friends, "vera", Role.VIEWER)
        assert names(store, "vera") == ["Friends"]
        assert len(kept(store, "vera")) == 1

    def test_is_withdrawn_by_its_sender(self, store, friends):
        store.unshare("ann", friends, "vera")
        store.unshare("ann", friends, "vera")

        assert names(store, "vera") == []
        assert shares_of(store, friends) == {}
        with pytest.raises(NotFound):
            store.accept("vera", friends)

    def test_has_a_label_on_one_line(self, store, friends):
        store.share("ann", friends, "sue", Role.VIEWER, label="Ann\n\u202e " + "x" * 500)

        label = store.invitations.received("sue", limit=1)[0][0].invitation.label
        assert label.startswith("Ann x")
        assert (len(label), label.isprintable()) == (120, True)


class TestDeclining:
    def test_hides_it_and_its_sender_sees_no_difference(self, store, friends):
        before = store.shares("ann", friends)
        store.invitations.decline("vera", friends)

        assert names(store, "vera") == []
        assert store.shares("ann", friends) == before
        for deed in (store.accept, store.invitations.decline):
            with pytest.raises(NotFound):
                deed("vera", friends)

    @pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
    def test_holds_when_the_same_invitation_is_sent_again(self, store, friends, role):
        store.invitations.decline("vera", friends)

        assert store.share("ann", friends, "vera", role).state is ShareState.INVITED
        assert names(store, "vera") == []

    @pytest.mark.parametrize("ends", ["withdrawn", "expired"])
    def test_does_not_hold_for_the_next_one(self, store, friends, clock, ends):
        store.invitations.decline("vera", friends)
        if ends == "withdrawn":
            store.unshare("ann", friends, "vera")
        clock.advance(LIFETIME)
        store.share("ann", friends, "vera", Role.VIEWER)

        assert names(store, "vera") == ["Friends"]


class TestBlocking:
    def test_hides_what_a_sender_sent_and_sends_until_they_are_unblocked(self, store, friends):
        store.invitations.block("vera", "ann")
        other = store.add("ann", "Other").collection_id
        store.share("ann", other, "vera", Role.VIEWER)
        store.share("bob", store.add("bob", "Bob's").collection_id, "vera", Role.VIEWER)

        assert names(store, "vera") == ["Bob's"]
        for collection_id in (friends, other):
            with pytest.raises(NotFound):
                store.accept("vera", collection_id)
        store.invitations.unblock("vera", "ann")
        assert sorted(names(store, "vera")) == ["Bob's", "Friends", "Other"]

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
        assert kept(store, "vera") == []

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
            looked, client = watched(store)
            sent = looked.share("ann", friends, person, Role.VIEWER)
            again = looked.share("ann", friends, person, Role.EDITOR)
            shown = {each.person: each for each in looked.shares("ann", friends)[1]}[person]
            looked.unshare("ann", friends, person)
            answers[person] = ([replace(each, person="") for each in (sent, again, shown)], client.calls)

        first = answers.pop("unknown")
        assert first[1]
        assert all(each == first for each in answers.values())


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

        assert names(store, "vera") == []
        assert kept(store, "ann", "vera") == []


class TestNothingIsLeft:
    def test_of_an_invitation_after_it_expired(self, store, friends, clock):
        """DynamoDB deletes both items by their `ttl`."""
        items = kept(store, "ann", "vera")

        assert len(items) == 2
        due = int((clock.now() + LIFETIME).timestamp())
        assert all(0 <= int(item["ttl"]["N"]) - due <= 1 for item in items)

    @pytest.mark.parametrize("declined", [False, True])
    def test_after_it_was_withdrawn(self, store, friends, declined):
        if declined:
            store.invitations.decline("vera", friends)
        store.unshare("ann", friends, "vera")

        assert kept(store, "ann", "vera") == []

    @pytest.mark.parametrize("declined", [False, True])
    def test_after_its_collection_was_deleted(self, store, friends, declined):
        if declined:
            store.invitations.decline("vera", friends)
        store.delete("ann", friends)

        assert kept(store, "ann", "vera") == []

    @pytest.mark.parametrize("who", ["ann", "eddy"])
    def test_after_a_deletion_that_was_cut_short(self, store, friends, who):
        join(store, "ann", friends, "eddy", Role.EDITOR)
        store.add_members("ann", friends, ["a1"])
        store.dynamo.transact([store.writes.delete(store.find(friends))], token=fresh_id())

        assert store.of_person(who) == []
        assert kept(store, "ann", "vera") == []

    @pytest.mark.parametrize("declined", [False, True])
    @pytest.mark.parametrize("who", ["ann", "vera"])
    def test_after_one_of_the_two_was_erased(self, store, friends, who, declined):
        store.invitations.block("vera", "bob")
        store.invitations.block("ann", "bob")
        if declined:
            store.invitations.decline("vera", friends)
        store.erase(who)
        store.erase(who)

        assert kept(store, who) == []
        (block,) = kept(store, "ann", "vera")
        assert block["person"] == {"S": "bob"}
        if who == "vera":
            assert shares_of(store, friends) == {}


@dataclass(frozen=True)
class Late(InvitationStore):
    """The invitations, but for one that was read a while ago."""

    seen: Invitation

    def open_to(self, person: str, known: Collection) -> Invitation:
        return self.seen


class TestTwoAtOnce:
    """Whatever comes between reading and writing: one order, in which each is right."""

    def test_accepting_what_is_withdrawn_meanwhile_fails(self, store, friends):
        late, _ = watched(store, lambda: store.unshare("ann", friends, "vera"))

        with pytest.raises(NotFound):
            late.accept("vera", friends)
        assert store.role_of("vera", friends) is None
        assert kept(store, "ann", "vera") == []

    def test_accepting_what_is_deleted_meanwhile_fails(self, store, friends):
        late, _ = watched(store, lambda: store.delete("ann", friends))

        with pytest.raises(NotFound):
            late.accept("vera", friends)
        assert store.of_person("vera") == []
        assert kept(store, "ann", "vera") == []

    def test_accepting_what_was_declined_meanwhile_fails(self, store, friends):
        late, _ = watched(store, lambda: store.invitations.decline("vera", friends))

        with pytest.raises(NotFound):
            late.accept("vera", friends)
        assert store.role_of("vera", friends) is None

    def test_accepting_gives_the_role_that_the_owner_gave_meanwhile(self, store, friends):
        late, _ = watched(store, lambda: store.share("ann", friends, "vera", Role.EDITOR))

        assert late.accept("vera", friends).role_of("vera") is Role.EDITOR

    def test_accepting_twice_is_once(self, store, friends):
        late, _ = watched(store, lambda: store.accept("vera", friends))

        assert late.accept("vera", friends).role_of("vera") is Role.VIEWER

    def test_withdrawing_what_is_accepted_meanwhile_ends_the_share(self, store, friends):
        late, _ = watched(store, lambda: store.accept("vera", friends))
        late.unshare("ann", friends, "vera")

        assert store.role_of("vera", friends) is None
        assert store.of_person("vera") == []

    def test_inviting_a_person_who_accepts_meanwhile_changes_their_role(self, store, friends):
        late, _ = watched(store, lambda: store.accept("vera", friends))

        assert late.share("ann", friends, "vera", Role.EDITOR).state is ShareState.ACCEPTED
        assert store.role_of("vera", friends) is Role.EDITOR
        assert kept(store, "ann", "vera") == []

    def test_inviting_to_what_is_deleted_meanwhile_fails_and_leaves_nothing(self, store, friends):
        late, _ = watched(store, lambda: store.delete("ann", friends))

        with pytest.raises(NotFound):
            late.share("ann", friends, "sue", Role.VIEWER)
        assert kept(store, "ann", "vera", "sue") == []

    def test_declining_what_is_withdrawn_and_sent_again_meanwhile_declines_no_other(self, store, friends, clock):
        seen = store.invitations.open_to("vera", store.find(friends))
        store.unshare("ann", friends, "vera")
        clock.sleep(1)
        store.share("ann", friends, "vera", Role.VIEWER)
        late = Late(store.dynamo, store.table, store.clock, seen)

        with pytest.raises(NotFound):
            late.decline("vera", friends)
        assert names(store, "vera") == ["Friends"]

    def test_everyone_who_accepts_is_a_member(self, store, friends):
        for person in "pqr":
            store.share("ann", friends, person, Role.VIEWER)
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(lambda person: store.accept(person, friends), "pqr"))

        assert store.find(friends).viewers == {"p", "q", "r"}

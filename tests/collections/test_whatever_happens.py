"""Property test: after any actions in any order, a collection equals a simple model of it."""

import contextlib
import random
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.collections.collection import Role
from chalicelib.collections.collection_store import CollectionStore
from chalicelib.collections.invitation import LIFETIME
from chalicelib.foundation.dynamo import Dynamo
from chalicelib.foundation.errors import Conflict, InvalidInput, NotAllowed, NotFound
from tests.examples import examples
from tests.fakes.clock import FixedClock
from tests.fakes.tables import empty_tables

PEOPLE = ("ann", "eddy", "eddy#2", "vera")
people = st.sampled_from(PEOPLE)
contacts = st.lists(st.sampled_from([f"c{number}" for number in range(6)]), min_size=1, max_size=4)
actions = st.one_of(
    st.tuples(st.just("add"), people, contacts),
    st.tuples(st.just("remove"), people, contacts),
    st.tuples(st.just("delete_contacts"), people, contacts),
    st.tuples(st.just("share"), people, people, st.sampled_from([Role.EDITOR, Role.VIEWER])),
    st.tuples(st.just("unshare"), people, people),
    st.tuples(st.sampled_from(["accept", "decline"]), people),
    st.tuples(st.sampled_from(["accept", "accept", "decline", "block", "unblock"]), people),
    st.tuples(st.just("let_expire")),
    st.tuples(st.just("erase"), st.sampled_from(PEOPLE[1:])),
)


@dataclass
class Model:
    """The model of a collection that Ann owns.

    `members` maps each contact to its adder; `declined` and `blocking` are people who declined, and who block Ann.
    """

    roles: dict[str, Role] = field(default_factory=lambda: {"ann": Role.OWNER})
    invited: dict[str, Role] = field(default_factory=dict)
    declined: set[str] = field(default_factory=set)
    blocking: set[str] = field(default_factory=set)
    members: dict[str, str] = field(default_factory=dict)

    def add(self, person: str, ids: list[str]) -> None:
        if self._edits(person):
            self.members |= {own(person, each): person for each in ids}

    def remove(self, person: str, ids: list[str]) -> None:
        if self._edits(person):
            self._without({own(adder, each) for adder in PEOPLE for each in ids})

    def delete_contacts(self, person: str, ids: list[str]) -> None:
        self._without({own(person, each) for each in ids})

    def share(self, person: str, other: str, role: Role) -> None:
        if person == "ann" and other != "ann":
            (self.roles if other in self.roles else self.invited)[other] = role

    def accept(self, person: str) -> None:
        if person in self.may_answer:
            self.roles[person] = self.invited.pop(person)

    def decline(self, person: str) -> None:
        if person in self.may_answer:
            self.declined.add(person)

    def block(self, person: str) -> None:
        self.blocking |= {person} - {"ann"}

    def unblock(self, person: str) -> None:
        self.blocking.discard(person)

    def let_expire(self) -> None:
        self.invited.clear()
        self.declined.clear()

    @property
    def may_answer(self) -> set[str]:
        return self.invited.keys() - self.declined - self.blocking

    def unshare(self, person: str, other: str) -> None:
        if other != "ann" and (person == "ann" or (person == other and person in self.roles)):
            self.roles.pop(other, None)
            self._uninvite(other)

    def erase(self, person: str) -> None:
        self.roles.pop(person, None)
        self._uninvite(person)
        self.blocking.discard(person)
        self._without({each for each, adder in self.members.items() if adder == person})

    def _uninvite(self, person: str) -> None:
        self.invited.pop(person, None)
        self.declined.discard(person)

    def _edits(self, person: str) -> bool:
        return person in self.roles and self.roles[person].may_edit

    def _without(self, gone: set[str]) -> None:
        self.members = {each: adder for each, adder in self.members.items() if each not in gone}


@dataclass
class Real:
    """The same actions in the store."""

    store: CollectionStore
    collection_id: str
    clock: FixedClock

    def add(self, person: str, ids: list[str]) -> None:
        self.store.add_members(person, self.collection_id, [own(person, each) for each in ids])

    def remove(self, person: str, ids: list[str]) -> None:
        for contact_id in [own(adder, each) for adder in PEOPLE for each in ids]:
            self.store.remove_member(person, self.collection_id, contact_id)

    def delete_contacts(self, person: str, ids: list[str]) -> None:
        self.store.forget_contacts(person, [own(person, each) for each in ids])

    def share(self, person: str, other: str, role: Role) -> None:
        self.store.share(person, self.collection_id, other, role)

    def unshare(self, person: str, other: str) -> None:
        self.store.unshare(person, self.collection_id, other)

    def accept(self, person: str) -> None:
        self.store.accept(person, self.collection_id)

    def decline(self, person: str) -> None:
        self.store.invitations.decline(person, self.collection_id)

    def block(self, person: str) -> None:
        self.store.invitations.block(person, "ann")

    def unblock(self, person: str) -> None:
        self.store.invitations.unblock(person, "ann")

    def let_expire(self) -> None:
        self.clock.advance(LIFETIME + timedelta(seconds=1))

    def erase(self, person: str) -> None:
        self.store.erase(person)


def own(person: str, contact_id: str) -> str:
    return f"{person}/{contact_id}"


@settings(max_examples=examples(150), deadline=None)
@given(st.lists(actions, max_size=25))
def test_equals_the_model(done: list[tuple[Any, ...]]) -> None:
    client, clock = empty_tables(), FixedClock()
    store = CollectionStore(Dynamo(client, clock, random.Random(1)), "people", clock)
    model, real = Model(), Real(store, store.add("ann", "Friends").collection_id, clock)
    for action, *how in done:
        getattr(model, action)(*how)
        with contextlib.suppress(Conflict, InvalidInput, NotAllowed, NotFound):
            getattr(real, action)(*how)

        assert {each.contact_id: each.adder for each in store.members(real.collection_id)} == model.members
        roles = {who: store.role_of(who, real.collection_id) for who in PEOPLE}
        assert roles == {who: model.roles.get(who) for who in PEOPLE}
        assert {who for who in PEOPLE if store.of_person(who)} == set(model.roles)
        assert {who for who in PEOPLE if store.invitations.received(who, limit=9)[0]} == model.may_answer
        shares = {each.person: each.role for each in store.shares("ann", real.collection_id)[1]}
        assert shares == {who: role for who, role in {**model.roles, **model.invited}.items() if who != "ann"}

    store.delete("ann", real.collection_id)
    for person in PEOPLE:
        store.invitations.unblock(person, "ann")
    assert client.stored_items() == []

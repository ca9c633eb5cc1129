"""Whatever people do to a collection, in whatever order: it holds what a plain set would, for whom it should."""

import contextlib
import random
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.collections.collection import Role
from chalicelib.collections.store import CollectionStore
from chalicelib.foundation.dynamo import Dynamo
from chalicelib.foundation.errors import Conflict, NotAllowed, NotFound
from tests.contracts.conftest import fake_with_tables
from tests.fakes.clock import FixedClock

PEOPLE = ("ann", "eddy", "eddy#2", "vera")
people = st.sampled_from(PEOPLE)
contacts = st.lists(st.sampled_from([f"c{number}" for number in range(6)]), min_size=1, max_size=4)
deeds = st.one_of(
    st.tuples(st.just("add"), people, contacts),
    st.tuples(st.just("remove"), people, contacts),
    st.tuples(st.just("delete_contacts"), people, contacts),
    st.tuples(st.just("share"), people, people, st.sampled_from([Role.EDITOR, Role.VIEWER])),
    st.tuples(st.just("unshare"), people, people),
    st.tuples(st.just("erase"), st.sampled_from(PEOPLE[1:])),
)


@dataclass
class Plain:
    """A collection of Ann's as one would keep it on paper. `members` says who added each."""

    roles: dict[str, Role] = field(default_factory=lambda: {"ann": Role.OWNER})
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
            self.roles[other] = role

    def unshare(self, person: str, other: str) -> None:
        if other != "ann" and (person == "ann" or (person == other and person in self.roles)):
            self.roles.pop(other, None)

    def erase(self, person: str) -> None:
        self.roles.pop(person, None)
        self._without({each for each, adder in self.members.items() if adder == person})

    def _edits(self, person: str) -> bool:
        return person in self.roles and self.roles[person].may_edit

    def _without(self, gone: set[str]) -> None:
        self.members = {each: adder for each, adder in self.members.items() if each not in gone}


@dataclass
class Real:
    """The same, by the store."""

    store: CollectionStore
    collection_id: str

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

    def erase(self, person: str) -> None:
        self.store.erase(person)


def own(person: str, contact_id: str) -> str:
    return f"{person}/{contact_id}"


@settings(max_examples=150, deadline=None)
@given(st.lists(deeds, max_size=25))
def test_it_is_what_a_plain_set_would_be(done: list[tuple[Any, ...]]) -> None:
    client, clock = fake_with_tables(), FixedClock()
    store = CollectionStore(Dynamo(client, clock, random.Random(1)), "connections", clock)
    plain, real = Plain(), Real(store, store.add("ann", "Friends").collection_id)
    for deed, *how in done:
        getattr(plain, deed)(*how)
        with contextlib.suppress(Conflict, NotAllowed, NotFound):
            getattr(real, deed)(*how)

        assert {each.contact_id: each.adder for each in store.members(real.collection_id)} == plain.members
        roles = {who: store.role_of(who, real.collection_id) for who in PEOPLE}
        assert roles == {who: plain.roles.get(who) for who in PEOPLE}
        assert {who for who in PEOPLE if store.of_person(who)} == set(plain.roles)

    store.delete("ann", real.collection_id)
    assert client.stored_items() == []

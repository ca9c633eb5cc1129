"""Changing, moving, deleting and erasing: each identity belongs to at most one lead, whatever happens when."""

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.foundation.clock import SystemClock
from chalicelib.foundation.dynamo import TRIES
from chalicelib.foundation.errors import Conflict, NotFound, ServiceError, TooMany
from chalicelib.leads.lead import MOST_IDENTITIES, Lead, LeadIdentity
from chalicelib.leads.managing.change_leads import (
    ChangeLeads,
    IdentitySuppressed,
    IdentityTaken,
    LastIdentity,
)
from chalicelib.leads.store.entry import Entry
from tests.examples import examples
from tests.fakes.tables import empty_tables
from tests.leads.desk import Desk, email, outcomes, whatsapp
from tests.leads.faulty import Contended, FailsOnce, Fault, Meanwhile

MARIA, JOAO = whatsapp("+5511987654321"), whatsapp("+5521912345678")
MAIL, OTHER_MAIL = email("maria@x.org"), email("joao@x.org")


class Office(Desk):
    """A desk at which leads are changed too."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.change = ChangeLeads(self.store, self.clock)
        self._requests = 0

    def lead_of(self, sent: Any) -> Lead:
        """The lead of an input, created if need be."""
        self._requests += 1
        (answer,) = self.resolve(sent, source=f"api:office-{self._requests}")
        assert answer.lead is not None, answer
        return answer.lead

    def identity(self, sent: Any) -> LeadIdentity:
        (read,), _ = self.reader.inputs("acme", [sent], None)
        return read.identities[0]

    def owner(self, sent: Any) -> str | None:
        key = self.key(sent)
        entry = self.store.entry("acme", key)
        return None if entry is None else entry.owner

    def entries(self) -> list[Entry]:
        return [entry for _, found in self.store.all("acme") for entry in found]


def check(office: Office) -> None:
    """Each lead has exactly the identities that belong to it, and none is empty."""
    entries = office.entries()
    listed = Counter((each.key, entry.lead.id) for entry in entries if entry.lead for each in entry.lead.identities)
    owned = Counter((entry.key, entry.owner) for entry in entries if entry.owner and not is_home_alone(entry))
    assert listed == owned
    assert all(entry != Entry(entry.key, entry.rev) for entry in entries)
    assert all(entry.lead is None or entry.lead.identities for entry in entries)


def is_home_alone(entry: Entry) -> bool:
    """Whether the item is a lead's, under a key that is no identity's."""
    own = [each.key for each in entry.lead.identities] if entry.lead else []
    return entry.owner == entry.key and entry.key not in own


@pytest.fixture
def office() -> Office:
    return Office()


class TestEditing:
    def test_changes_the_profile(self, office):
        lead = office.lead_of(MARIA)

        after = office.change.edit("acme", lead.id, lambda profile: replace(profile, name="Maria"))

        assert after == office.store.find("acme", lead.id)
        assert (after.profile.name, after.rev) == ("Maria", 2)

    def test_that_changes_nothing_writes_nothing(self, office):
        lead = office.lead_of(MARIA)

        assert office.change.edit("acme", lead.id, lambda profile: profile).rev == 1

    @pytest.mark.parametrize("lead_id", ["a" * 24, "", "x", "a" * 23 + "1", "key"])
    def test_a_lead_that_does_not_exist_is_not_found(self, office, lead_id):
        with pytest.raises(NotFound):
            office.change.edit("acme", lead_id, lambda profile: profile)

    def test_a_lead_of_another_organization_is_not_found(self, office):
        lead = office.lead_of(MARIA)

        with pytest.raises(NotFound):
            office.change.delete("other", lead.id)


class TestIdentities:
    def test_a_free_one_is_added(self, office):
        lead = office.lead_of(MARIA)

        after = office.change.add_identity("acme", lead.id, office.identity(MAIL))

        assert after == office.store.find("acme", lead.id) == office.lead_of(MAIL)
        assert office.change.add_identity("acme", lead.id, office.identity(MAIL)) == after
        check(office)

    def test_one_of_another_lead_is_refused_and_names_it(self, office):
        lead, other = office.lead_of(MARIA), office.lead_of(MAIL)

        with pytest.raises(IdentityTaken) as refused:
            office.change.add_identity("acme", lead.id, office.identity(MAIL))

        assert refused.value.members == {"leadId": other.id}

    def test_one_that_was_erased_is_refused(self, office):
        lead = office.lead_of(MARIA)
        office.change.erase_identity("acme", office.identity(MAIL))

        with pytest.raises(IdentitySuppressed):
            office.change.add_identity("acme", lead.id, office.identity(MAIL))

    def test_no_more_than_fit_are_added(self, office):
        lead = office.lead_of(whatsapp("+5511987654321", *[email(f"a{n}@x.org") for n in range(MOST_IDENTITIES - 1)]))

        with pytest.raises(Conflict):
            office.change.add_identity("acme", lead.id, office.identity(MAIL))

    @pytest.mark.parametrize("moves", [MARIA, MAIL])
    def test_one_moves_to_another_lead_and_back(self, office, moves):
        lead, other = office.lead_of(whatsapp("+5511987654321", MAIL)), office.lead_of(JOAO)
        key = office.key(moves)

        former, owner = office.change.move_identity("acme", lead.id, key, other.id)

        assert office.owner(moves) == other.id
        assert [len(each.identities) for each in (former, owner)] == [1, 2]
        assert [former, owner] == [office.store.find("acme", each.id) for each in (lead, other)]
        check(office)
        office.change.move_identity("acme", other.id, key, lead.id)
        assert office.owner(moves) == lead.id
        check(office)

    def test_the_first_identity_can_move_to_a_lead_that_another_identity_made(self, office):
        """The lead stays where it is, and each is found by what it has."""
        lead, other = office.lead_of(whatsapp("+5511987654321", MAIL)), office.lead_of(JOAO)
        office.change.move_identity("acme", lead.id, office.key(MARIA), other.id)

        assert office.lead_of(MARIA).id == other.id
        assert office.lead_of(MAIL).id == lead.id == office.key(MARIA)

    @pytest.mark.parametrize("taken", [MARIA, MAIL])
    def test_one_is_taken_off_and_makes_a_new_lead(self, office, taken):
        lead = office.lead_of(whatsapp("+5511987654321", MAIL))

        office.change.remove_identity("acme", lead.id, office.key(taken))

        assert office.owner(taken) is None
        new = office.lead_of(taken)
        assert new.id != lead.id
        check(office)
        assert office.store.find("acme", lead.id) is not None

    def test_the_last_one_stays(self, office):
        lead, other = office.lead_of(MARIA), office.lead_of(JOAO)

        for change in (
            lambda: office.change.remove_identity("acme", lead.id, office.key(MARIA)),
            lambda: office.change.move_identity("acme", lead.id, office.key(MARIA), other.id),
        ):
            with pytest.raises(LastIdentity):
                change()

    def test_one_that_the_lead_does_not_have_is_not_found(self, office):
        lead, other = office.lead_of(whatsapp("+5511987654321", MAIL)), office.lead_of(JOAO)

        with pytest.raises(NotFound):
            office.change.remove_identity("acme", lead.id, office.key(JOAO))
        with pytest.raises(NotFound):
            office.change.move_identity("acme", lead.id, office.key(MAIL), "a" * 24)
        with pytest.raises(Conflict):
            office.change.move_identity("acme", lead.id, office.key(MAIL), lead.id)
        assert office.store.find("acme", other.id) == other


class TestRemoving:
    def test_a_deleted_lead_is_gone_with_all_identities_and_can_come_again(self, office):
        lead = office.lead_of(whatsapp("+5511987654321", MAIL))

        office.change.delete("acme", lead.id)

        assert office.leads() == []
        assert outcomes(office.resolve(MARIA, MAIL, source="api:2")) == ["created", "created"]
        check(office)
        with pytest.raises(NotFound):
            office.change.delete("acme", "a" * 24)

    def test_an_erased_lead_leaves_nothing_but_keys(self, office):
        lead = office.lead_of(whatsapp("+5511987654321", MAIL, name="Maria"))

        erased = office.change.erase("acme", lead.id)

        assert (erased.lead.id, set(erased.keys)) == (lead.id, {office.key(MARIA), office.key(MAIL)})
        assert outcomes(office.resolve(MARIA, MAIL, source="api:2")) == ["suppressed", "suppressed"]
        stored = str(office.client.stored_items())
        assert not any(text in stored for text in ("5511987654321", "maria", "Maria"))

    def test_erasing_by_an_identity_in_any_spelling_erases_its_lead(self, office):
        lead = office.lead_of(whatsapp("+5511987654321", MAIL))

        erased = office.change.erase_identity("acme", office.identity(whatsapp("55 11 8765-4321")))

        assert erased.lead.id == lead.id
        assert office.leads() == []

    def test_an_identity_of_nobody_is_suppressed_beforehand(self, office):
        erased = office.change.erase_identity("acme", office.identity(MAIL))

        assert (erased.lead, erased.keys) == (None, (office.key(MAIL),))
        assert outcomes(office.resolve(MAIL)) == ["suppressed"]
        assert office.change.erase_identity("acme", office.identity(MAIL)) == erased

    def test_an_identity_that_came_from_another_lead_goes_and_that_lead_stays(self, office):
        lead, other = office.lead_of(whatsapp("+5511987654321", MAIL)), office.lead_of(JOAO)
        office.change.move_identity("acme", lead.id, office.key(MARIA), other.id)

        office.change.erase("acme", other.id)

        assert outcomes(office.resolve(MARIA, MAIL, JOAO, source="api:2")) == ["suppressed", "existing", "suppressed"]
        assert [each.id for each in office.leads()] == [lead.id]
        check(office)
        office.change.erase("acme", lead.id)
        assert outcomes(office.resolve(MARIA, MAIL, source="api:3")) == ["suppressed", "suppressed"]

    def test_another_organization_keeps_its_lead(self, office):
        office.lead_of(MARIA)
        (other,) = office.resolve(MARIA, organization="other")

        office.change.erase_identity("acme", office.identity(MARIA))

        assert office.resolve(MARIA, organization="other", source="api:2")[0].lead == other.lead


CHANGES: dict[str, Callable[[Office, Lead, Lead], Any]] = {
    "edit": lambda office, lead, _: office.change.edit("acme", lead.id, lambda each: replace(each, name="X")),
    "add": lambda office, lead, _: office.change.add_identity("acme", lead.id, office.identity(OTHER_MAIL)),
    "move": lambda office, lead, other: office.change.move_identity("acme", lead.id, office.key(MARIA), other.id),
    "remove": lambda office, lead, _: office.change.remove_identity("acme", lead.id, office.key(MAIL)),
    "delete": lambda office, lead, _: office.change.delete("acme", lead.id),
    "erase": lambda office, lead, _: office.change.erase("acme", lead.id),
    "erase by identity": lambda office, *_: office.change.erase_identity("acme", office.identity(MAIL)),
}


@pytest.mark.parametrize("name", CHANGES)
class TestWhateverFails:
    @pytest.mark.parametrize("fault", list(Fault)[:3])
    @pytest.mark.parametrize("number", [1, 2, 3])
    def test_any_call_may_fail_once(self, name, fault, number):
        tables, quiet = empty_tables(), Office()
        leads = [
            [each.lead_of(whatsapp("+5511987654321", MAIL)), each.lead_of(JOAO)] for each in (Office(tables), quiet)
        ]

        CHANGES[name](Office(FailsOnce(tables, number, fault)), *leads[0])
        CHANGES[name](quiet, *leads[1])

        assert [without_times(each) for each in Office(tables).entries()] == list(map(without_times, quiet.entries()))
        check(Office(tables))

    def test_another_change_comes_first(self, name):
        tables = empty_tables()
        lead, other = Office(tables).lead_of(whatsapp("+5511987654321", MAIL)), Office(tables).lead_of(JOAO)

        def edit() -> None:
            Office(tables).change.edit("acme", lead.id, lambda each: replace(each, phone="1"))

        CHANGES[name](Office(Meanwhile(tables, "transact_write_items", edit)), lead, other)

        check(Office(tables))
        kept = Office(tables).store.find("acme", lead.id)
        assert kept is None or kept.profile.phone == "1"


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_waits_until_others_have_written(name):
    tables = empty_tables()
    lead, other = Office(tables).lead_of(whatsapp("+5511987654321", MAIL)), Office(tables).lead_of(JOAO)

    CHANGES[name](Office(Contended(tables, TRIES + 2)), lead, other)

    check(Office(tables))
    assert Office(tables).store.find("acme", lead.id) != lead


def without_times(entry: Entry) -> Any:
    lead = entry.lead and replace(entry.lead, created_at=0, changed_at=0)
    return replace(entry, lead=lead, gone=entry.gone and replace(entry.gone, at=0))


SENT = [MARIA, JOAO, MAIL, OTHER_MAIL, email("third@x.org")]


class Model:
    """An office, and the lead of each identity as it should be: None for one that was erased."""

    def __init__(self) -> None:
        self.office, self.owners, self.requests = Office(), dict[int, str | None](), 0

    def resolve(self, *indexes: int) -> None:
        self.requests += 1
        first, *more = [SENT[index] for index in indexes]
        (answer,) = self.office.resolve({**first, "identities": more}, source=f"api:{self.requests}")
        suppressed = any(index in self.owners and self.owners[index] is None for index in indexes)
        known = {self.owners[index] for index in indexes if index in self.owners}
        assert answer.outcome == (
            "suppressed" if suppressed else "ambiguous" if len(known) > 1 else "existing" if known else "created"
        )
        if answer.lead:
            self.owners |= dict.fromkeys(indexes, answer.lead.id)

    def add(self, one: int, two: int) -> None:
        if lead_id := self.owners.get(one):
            self.office.change.add_identity("acme", lead_id, self.office.identity(SENT[two]))
            assert self.owners.get(two, lead_id) == lead_id
            self.owners[two] = lead_id

    def move(self, one: int, two: int) -> None:
        lead_id, target = self.owners.get(one), self.owners.get(two)
        if lead_id and target:
            self.office.change.move_identity("acme", lead_id, self.office.key(SENT[one]), target)
            assert len(self.of(lead_id)) > 1
            self.owners[one] = target

    def remove(self, one: int, _: int) -> None:
        if lead_id := self.owners.get(one):
            self.office.change.remove_identity("acme", lead_id, self.office.key(SENT[one]))
            assert len(self.of(lead_id)) > 1
            del self.owners[one]

    def delete(self, one: int, _: int) -> None:
        if lead_id := self.owners.get(one):
            self.office.change.delete("acme", lead_id)
            self.owners = {index: owner for index, owner in self.owners.items() if owner != lead_id}

    def erase(self, one: int, _: int) -> None:
        lead_id = self.owners.get(one)
        self.office.change.erase_identity("acme", self.office.identity(SENT[one]))
        self.owners |= dict.fromkeys(self.of(lead_id) if lead_id else [one], None)

    def of(self, lead_id: str) -> list[int]:
        return [index for index, owner in self.owners.items() if owner == lead_id]


STEPS = st.tuples(
    st.sampled_from([Model.resolve, Model.add, Model.move, Model.remove, Model.delete, Model.erase]),
    st.integers(0, 4),
    st.integers(0, 4),
)


@given(steps=st.lists(STEPS, max_size=25))
@settings(max_examples=examples(60))
def test_whatever_is_done_in_whatever_order(steps):
    model = Model()
    for step, one, two in steps:
        with suppress(ServiceError):
            step(model, one, two)
        assert [model.office.owner(sent) for sent in SENT] == [model.owners.get(index) for index in range(5)]
    check(model.office)


@pytest.mark.ministack
class TestAtTheSameTime:
    def office(self, dynamodb: Any, fresh_tables: Any) -> Office:
        return Office(dynamodb, fresh_tables.leads, SystemClock())

    def test_an_identity_that_many_move_belongs_to_one(self, dynamodb, fresh_tables):
        office = self.office(dynamodb, fresh_tables)
        leads = [office.lead_of(email(f"a{n}@x.org")) for n in range(4)]
        office.change.add_identity("acme", leads[0].id, office.identity(MARIA))

        def move(seed: int) -> None:
            own, chance = self.office(dynamodb, fresh_tables), random.Random(seed)
            for _ in range(4):
                owner, target = own.owner(MARIA), chance.choice(leads).id
                with suppress(Conflict, NotFound, TooMany):
                    own.change.move_identity("acme", str(owner), own.key(MARIA), target)

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(move, range(8)))

        check(office)
        assert office.owner(MARIA) in {each.id for each in leads}

    def test_an_erasure_beside_requests_and_edits_leaves_nothing(self, dynamodb, fresh_tables):
        office = self.office(dynamodb, fresh_tables)
        lead = office.lead_of(whatsapp("+5511987654321", MAIL))

        def disturb(seed: int) -> None:
            own = self.office(dynamodb, fresh_tables)
            for each in range(3):
                own.resolve(MARIA, whatsapp("+5511987654321", MAIL), MAIL, source=f"api:{seed}-{each}")
                with suppress(NotFound, TooMany):
                    own.change.edit("acme", lead.id, lambda profile: replace(profile, name=f"{profile.name}x"))

        def erase(_: int) -> None:
            with suppress(TooMany):
                return self.office(dynamodb, fresh_tables).change.erase_identity("acme", office.identity(MARIA))
            return erase(0)

        with ThreadPoolExecutor(9) as pool:
            works = [pool.submit(disturb, seed) for seed in range(8)] + [pool.submit(erase, 0)]
            for work in works:
                work.result()

        check(office)
        assert outcomes(office.resolve(MARIA, source="api:last")) == ["suppressed"]
        assert office.store.find("acme", lead.id) is None

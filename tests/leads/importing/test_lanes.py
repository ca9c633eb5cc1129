"""An import gives the result of its rows one by one, whatever its lanes do and however often they are killed."""

import random
from collections import Counter
from collections.abc import Mapping, Sequence

import pytest

from chalicelib.leads.channels.identity import Identity
from chalicelib.leads.importing.final_lines import Line, final_line
from chalicelib.leads.importing.judging import Known, Lead, Row
from chalicelib.leads.importing.profiles import OnExisting, Policies
from chalicelib.leads.importing.superseding import Superseded
from chalicelib.leads.lead import Profile
from tests.leads.importing.lanes import ACCEPTED_AT, LanesOfImport

ROWS = 1_000
POLICIES = (OnExisting.KEEP, OnExisting.FILL, OnExisting.OVERWRITE)


class File:
    """Rows with dirt, and the leads that there are before they are imported."""

    def __init__(self, seed: int, *, identities: int = 1, people: Sequence[int] = (60, 400, 900)) -> None:
        self.chance = random.Random(seed)
        count = self.chance.choice(people)
        self.rows = [self._row(number, count, identities) for number in range(2, ROWS + 2)]
        self.before = self._leads_before(count)

    def _row(self, number: int, people: int, identities: int) -> Row:
        keys = {f"k{self.chance.randrange(people):03}" for _ in range(self.chance.randint(1, identities))}
        keys_in_order = tuple(sorted(keys, key=lambda _: self.chance.random()))
        profile = Profile(
            self.chance.choice(["", "Ann", "Bob", "Carla"]),
            self.chance.choice(["", "a@x.example"]),
            self.chance.choice(["", "+15550100"]),
            self.chance.choice([{}, {"city": "Lima"}, {"city": "Oslo", "plan": "a"}]),
            self.chance.choice([(), ("gold",), ("gold", "vip")]),
        )
        return Row(number, keys_in_order, tuple(_identity(key) for key in keys_in_order), profile)

    def _leads_before(self, people: int) -> dict[str, Known]:
        before: dict[str, Known] = {}
        for person in range(0, people, self.chance.choice([2, 5, 9])):
            key, kind = f"k{person:03}", self.chance.randrange(10)
            lead = Lead(Profile(self.chance.choice(["", "Ann", "Dora"]), "", "+15550100"), rev=3)
            before[key] = Known(key, lead)
            if kind == 0:
                before[key] = Known(is_suppressed=True)
            elif kind == 1:
                before[key] = Known(gone_at=ACCEPTED_AT + 5)
            elif kind == 2:
                before[key] = Known(gone_at=ACCEPTED_AT - 5)
            elif kind in (3, 4) and f"k{person + 1:03}" not in before:
                before[f"k{person + 1:03}"] = Known(key)
        return before


def _identity(key: str) -> Identity:
    return Identity("whatsapp", "*", "phone", key, key, key)


class OneByOne:
    """The reference: rows one by one, by the rules alone, with nothing of the code of imports."""

    def __init__(self, before: Mapping[str, Known], policy: str) -> None:
        self.policy = policy
        self.owners = {key: known.owner for key, known in before.items() if known.owner}
        self.suppressed = {key for key, known in before.items() if known.is_suppressed}
        self.deleted = {key for key, known in before.items() if known.gone_at >= ACCEPTED_AT}
        self.before = {key: known.lead.profile for key, known in before.items() if known.lead is not None}
        self.after = dict(self.before)
        self.winners: dict[str, int] = {}

    def line(self, row: Row) -> Line:
        owners = {self.owners[key] for key in row.keys if key in self.owners}
        if self.suppressed & set(row.keys):
            return Line(row.number, "skipped", (), "suppressed")
        if len(owners) > 1:
            return Line(row.number, "ambiguous", tuple(sorted(owners)), "identities_of_several_leads")
        if not owners and self.deleted & set(row.keys):
            return Line(row.number, "skipped", (), "deleted_meanwhile")
        lead = min(owners) if owners else row.keys[0]
        new_keys = [key for key in row.keys if key not in self.owners]
        if lead in self.before:
            after = self._merged(self.before[lead], row.profile)
            if after == self.before[lead] and not new_keys:
                return Line(row.number, "unchanged", (lead,))
        else:
            after = row.profile
        if lead in self.winners:
            return Line(row.number, "skipped", (lead,), "duplicate_in_file", "", self.winners[lead])
        self.winners[lead], self.after[lead] = row.number, after
        self.owners.update(dict.fromkeys(new_keys, lead))
        return Line(row.number, "updated" if lead in self.before else "created", (lead,))

    def _merged(self, before: Profile, given: Profile) -> Profile:
        if self.policy == "keep":
            return before

        def value(old: str, new: str) -> str:
            return new if new and (self.policy == "overwrite" or not old) else old

        old, new = before.custom, given.custom
        return Profile(
            value(before.name, given.name),
            value(before.email, given.email),
            value(before.phone, given.phone),
            {name: value(old.get(name, ""), new.get(name, "")) for name in {*old, *new}},
            tuple(sorted({*before.tags, *given.tags})),
        )


def profiles(leads: Mapping[str, Known]) -> dict[str, Profile]:
    return {key: known.lead.profile for key, known in leads.items() if known.lead is not None}


def imported(
    file: File, policy: OnExisting, lanes: int, *, has_several: bool
) -> tuple[list[Line], dict[str, Known], int]:
    """The final lines, the leads, and how often a lane took the place of another."""
    work = LanesOfImport(file.before, file.chance, Policies(policy), has_several=has_several)
    verdicts, leads = work.run(file.rows, lanes)
    superseded = Superseded((each.row, lost) for each in verdicts for lost in each.superseded)
    return [final_line(Line.of(each), superseded) for each in verdicts], leads, len(superseded)


def check(file: File, policy: OnExisting, lines: Sequence[Line], leads: Mapping[str, Known]) -> Counter[str]:
    reference = OneByOne(file.before, policy)
    assert lines == [reference.line(row) for row in file.rows]
    assert profiles(leads) == reference.after
    assert {key: known.owner for key, known in leads.items() if known.owner} == {
        **reference.owners,
        **{lead: lead for lead in reference.after},
    }
    return Counter(line.outcome for line in lines)


@pytest.mark.parametrize("seed", range(50))
def test_a_file_with_one_identity_in_each_row(seed):
    file = File(seed)
    policy, lanes = POLICIES[seed % 3], 1 + seed % 8

    lines, leads, _ = imported(file, policy, lanes, has_several=False)

    check(file, policy, lines, leads)


@pytest.mark.parametrize("seed", range(50))
def test_a_file_with_several_identities_in_each_row(seed):
    file = File(seed, identities=3, people=(60, 900, 20_000))

    lines, leads, _ = imported(file, POLICIES[seed % 3], 1 + seed % 8, has_several=True)

    check(file, POLICIES[seed % 3], lines, leads)


def test_rows_that_share_nothing_are_not_deferred():
    file = File(9, identities=2, people=(20_000,))
    work = LanesOfImport(file.before, file.chance, Policies(OnExisting.FILL), has_several=True)

    verdicts, _ = work.run(file.rows, 8)

    assert Counter(verdict.outcome for verdict in verdicts).keys() >= {"created", "updated", "ambiguous", "skipped"}
    assert 100 < len(work.deferred) < ROWS / 3


def test_lanes_do_take_the_place_of_one_another():
    lines, _, superseded = imported(File(7), OnExisting.FILL, 8, has_several=False)

    assert superseded > 10
    assert Counter(line.outcome for line in lines).keys() >= {"created", "updated", "unchanged", "skipped"}


def test_a_second_import_of_what_was_imported_writes_nothing():
    file = File(3)
    _, leads, _ = imported(file, OnExisting.FILL, 4, has_several=False)
    stored = profiles(leads)
    leads = {key: known._replace(lead=known.lead and known.lead._replace(stamp=None)) for key, known in leads.items()}
    first = [row._replace(profile=stored[key]) for row in file.rows if (key := row.keys[0]) in stored]
    again = LanesOfImport(leads, file.chance, Policies(OnExisting.OVERWRITE), kills=0)

    verdicts, _ = again.run(first, 4)

    assert {verdict.outcome for verdict in verdicts} == {"unchanged"}
    assert again.leads.writes == 0

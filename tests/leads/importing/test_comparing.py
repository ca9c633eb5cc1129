"""Rows that say what is stored are recognized by the stored text alone; they and all others get the same verdicts."""

import random
from dataclasses import replace

import pytest

from chalicelib.foundation.dynamo import Dynamo
from chalicelib.leads.channels.identity import ANYWHERE, Identity
from chalicelib.leads.importing.judging import Judge, Row
from chalicelib.leads.importing.outcome import Outcome
from chalicelib.leads.importing.profiles import OnExisting, Policies
from chalicelib.leads.importing.stored_leads import StoredLeads
from chalicelib.leads.lead import Lead, LeadIdentity, Profile, Stamp
from chalicelib.leads.store.entry import NOBODY, Entry, Gone, Removal
from chalicelib.leads.store.lead_store import EntryChange, LeadStore
from tests.fakes.clock import FixedClock
from tests.fakes.executor import InlineExecutor
from tests.fakes.tables import empty_tables
from tests.leads.making import KEYS, NOON

THIS, EARLIER = "this-import", "an-earlier-import"
PEOPLE = 40
PROFILES = [
    Profile("Ann", "ann@example.org", "+15550100", {"city": "São Paulo"}, ("gold",)),
    Profile("Ann", "ann@example.org", "+15550100", {"city": "São Paulo", "plan": "a"}, ("gold",)),
    Profile('Ann "s":', "", "", {"city": THIS}),
    Profile("Ann", "", "", {"s": "x"}),
    Profile("Ann"),
    Profile(),
]


def identity(number: int, raw: str = "") -> Identity:
    form = f"+49170{number:07d}"
    return Identity("whatsapp", ANYWHERE, "phone", form, form, raw or form)


def key(number: int) -> str:
    return KEYS.of("acme", identity(number))


class Stored:
    """Leads with everything that can have become of them, and rows about them."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        dynamo = Dynamo(empty_tables(), FixedClock(), self.chance)
        store = LeadStore(dynamo, "leads", InlineExecutor())
        self.leads = StoredLeads(store, "acme", THIS, FixedClock(), InlineExecutor())
        for number in range(PEOPLE):
            store.commit("acme", [EntryChange(Entry(key(number)), self._entry(number))])
        self.rows = [self._row(row) for row in range(2, 200)]

    def _entry(self, number: int) -> Entry:
        lead = self._lead(number)
        match self.chance.randrange(12):
            case 0:
                return Entry(key(number), lead=lead, moved_to=key(number + 1))
            case 1:
                return Entry(key(number), lead=lead, moved_to=NOBODY)
            case 2:
                return Entry(key(number), moved_to=key(number + 1))
            case 3:
                return Entry(key(number), gone=Gone(NOON, self.chance.choice(list(Removal))))
            case 4:
                return Entry(key(number), lead=lead, moved_to=NOBODY, gone=Gone(NOON, Removal.DELETED))
        return Entry(key(number), lead=lead)

    def _lead(self, number: int) -> Lead:
        first = LeadIdentity.of(identity(number, self.chance.choice(["", "", f"0170 {number:07d}"])), key(number))
        more = [LeadIdentity.of(identity(99), key(99))] if self.chance.random() < 0.1 else []
        stamp = Stamp(self.chance.choice([EARLIER, EARLIER, THIS]), self.chance.randrange(2, 200))
        made = Lead(key(number), "acme", (first, *more), self.chance.choice(PROFILES), stamp, NOON, NOON)
        if self.chance.random() < 0.7:
            return made
        again = Stamp(self.chance.choice([EARLIER, THIS]), self.chance.randrange(2, 200))
        return made.changed(again, NOON + 1, profile=self.chance.choice(PROFILES))

    def _row(self, row: int) -> Row:
        number = self.chance.randrange(PEOPLE + 5)
        written = identity(number, self.chance.choice(["", "", f"0170 {number:07d}"]))
        return Row(row, (key(number),), (written,), self.chance.choice(PROFILES))


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("policy", OnExisting)
def test_rows_get_the_verdicts_that_they_get_when_all_leads_are_read(seed, policy):
    stored = Stored(seed)
    known = stored.leads.find([row.keys[0] for row in stored.rows])
    expected = Judge(THIS, NOON, Policies(policy), known)(stored.rows)

    equal, others = stored.leads.compare(stored.rows)

    assert {each.outcome for each in expected if each.row in equal} <= {Outcome.UNCHANGED}
    rest = [row for row in stored.rows if row.number not in equal]
    assert Judge(THIS, NOON, Policies(policy), others)(rest) == [each for each in expected if each.row not in equal]


def test_a_lead_is_equal_to_the_row_that_an_earlier_import_created_it_with():
    stored = Stored(0)
    rows = [
        Row(2, (key(50),), (identity(50),), PROFILES[0]),
        Row(3, (key(51),), (identity(51, "0170-51"),), PROFILES[1]),
    ]
    earlier = replace(stored.leads, import_id=EARLIER)
    earlier.write([each.change for each in Judge(EARLIER, NOON, Policies(OnExisting.FILL), {})(rows) if each.change])

    assert stored.leads.compare(rows) == ({2, 3}, {})
    assert earlier.compare(rows)[0] == set()

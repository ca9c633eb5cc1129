"""A thousand dirty rows give the same bytes in all result files, and the same leads, by any number of lanes."""

import random
from collections import Counter
from typing import Any

import pytest

from chalicelib.jobs.job import Job, JobState
from chalicelib.leads.importing.import_details import LaneDetails, Work
from chalicelib.leads.importing.import_parts import Limits
from chalicelib.leads.importing.lanes import lanes_of_import
from chalicelib.leads.importing.profiles import OnExisting
from chalicelib.leads.importing.result_blobs import folder_of
from tests.leads.importing.import_desk import ImportDesk, csv_of
from tests.leads.making import lead_identity

ROWS, PEOPLE, KNOWN = 1_000, 500, 150
SINGLE, SEVERAL = ("WhatsApp", "Name", "E-mail", "City"), ("WhatsApp", "Telegram ID", "Name", "City")
EVERY = {"created", "updated", "unchanged", "skipped", "failed", "ambiguous"}


class Dirt:
    """The rows of a file, by a seed."""

    def __init__(self, seed: int, headers: tuple[str, ...]) -> None:
        self.chance, self.headers = random.Random(seed), headers

    def content(self, count: int, people: int) -> bytes:
        text = csv_of(self.headers, [self._row(people) for _ in range(count)])
        return text.replace("\n", self.chance.choice(["\n", "\r\n", "\r"])).encode()

    def _row(self, people: int) -> tuple[str, ...]:
        if self.chance.random() < 0.02:
            return ("",) * len(self.headers)
        name = self.chance.choice(["", "Ann", 'An"n', "Ann, Lee", "two\nlines", "J\u00f6rg"])
        phone, city = self._phone(self.chance.randrange(people)), self.chance.choice(["", "Lima", "=1+1"])
        if self.headers is SINGLE:
            return phone, name, self.chance.choice(["", "a@x.example"]), city
        telegram = str(10_000 + self.chance.randrange(people)) if self.chance.random() < 0.4 else ""
        return (phone if not telegram or self.chance.random() < 0.6 else ""), telegram, name, city

    def _phone(self, person: int) -> str:
        form = f"+49170{person:07d}"
        spellings = (form, form, form, f"0049170{person:07d}", f"+49 170 {person:07d}", "911", "x" * 300)
        return self.chance.choices(spellings, (30, 30, 30, 5, 5, 2, 1))[0]


def staged(seed: int, headers: tuple[str, ...], lanes: int) -> tuple[ImportDesk, dict[str, Any]]:
    """What imports the file of this seed, beside leads that there were before, some of which have gone."""
    dirt = Dirt(seed, headers)
    desk = ImportDesk(limits=Limits(lanes=lanes, smallest_range=100, block=4_096, chunk_rows=50))
    desk.imported(dirt.content(KNOWN, PEOPLE))
    for person in range(5):
        desk.change.erase_identity("acme", lead_identity(person))
    policy = (OnExisting.KEEP, OnExisting.FILL, OnExisting.OVERWRITE)[seed % 3]
    return desk, {"content": dirt.content(ROWS, PEOPLE), "on_existing": policy, "tags": ["spring"]}


def imported(seed: int, headers: tuple[str, ...], lanes: int) -> tuple[ImportDesk, Job]:
    desk, request = staged(seed, headers, lanes)
    return desk, desk.imported(**request)


def result(desk: ImportDesk, job: Job) -> Any:
    names = {each: f"{folder_of('acme', job.job_id)}results/{each}.csv" for each in EVERY}
    leads = [(lead.id, lead.identities, lead.profile, lead.stamp.row) for lead in desk.all_leads()]
    return dict(job.counts), {each: desk.blobs.kept[name] for each, name in names.items()}, leads


@pytest.mark.parametrize("headers", [SINGLE, SEVERAL], ids=["one identity", "several identities"])
@pytest.mark.parametrize("seed", range(8))
def test_any_number_of_lanes_gives_the_same_bytes(seed, headers):
    expected = result(*imported(seed, headers, 1))

    desk, job = imported(seed, headers, seed + 1)

    assert result(desk, job) == expected
    assert job.state is JobState.PARTIAL
    works = Counter(LaneDetails.of(lane).work for lane in lanes_of_import(desk.jobs, job))
    several = {Work.APART: seed + 1, Work.DEFERRED: 1}
    assert works == (several if headers is SEVERAL and seed else {Work.ROWS: seed + 1})


@pytest.mark.parametrize("headers", [SINGLE, SEVERAL], ids=["one identity", "several identities"])
@pytest.mark.parametrize("seed", range(4))
def test_a_dry_run_tells_what_an_import_does(seed, headers):
    desk, request = staged(seed, headers, 1 + 2 * seed)

    dry = desk.imported(**request, dry_run=True)
    real = desk.imported(**request)

    assert dict(dry.counts) == dict(real.counts)
    for outcome in EVERY:
        assert desk.result(dry, outcome) == desk.result(real, outcome)[:100], outcome


def test_the_files_have_every_outcome():
    counts: Counter[str] = Counter()
    for seed, headers in enumerate((SINGLE, SEVERAL)):
        counts.update(dict(imported(seed, headers, 1)[1].counts))

    assert {outcome for outcome, count in counts.items() if count > 3} == EVERY

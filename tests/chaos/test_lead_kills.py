"""SIGKILLs of the worker while lanes import a file of leads: each row has one outcome, and each person one lead."""

import csv
import io
import os
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import pytest

from chalicelib.jobs.job import Job, JobState
from chalicelib.leads.importing.import_details import ImportDetails
from chalicelib.leads.importing.lanes import CUT, FINISH, lanes_of_phase
from chalicelib.leads.importing.result_blobs import folder_of
from chalicelib.leads.importing.start_import import ImportRequest
from chalicelib.wiring import Wiring
from tests.chaos.hasty_stack import SHORTEST_LEASE_SECONDS, HastyStack, wait_for

KILLS = int(os.environ.get("LEAD_KILLS", "40"))
KEY = "imports/acme/people.csv"
LANES = 8
ROWS, PEOPLE, BAD_EVERY = 13_000, 9_000, 97
NOTE = "n" * 640  # so long that the file has a range for each lane
SEED = 11
pytestmark = pytest.mark.long


class Person(NamedTuple):
    """What a row says."""

    phone: str
    account: str  #: of Telegram; "" for none
    name: str


def rows(seed: int) -> list[Person]:
    """The rows of a file. Many people come again far behind their first row, in another lane's range.

    In every other file, people are known by two identities, one or both of which a row may have.
    """
    chance, several = random.Random(seed), seed % 2 == 0
    found = []
    for number in range(2, ROWS + 2):
        person = chance.randrange(PEOPLE)
        phone, account = f"+49151{seed:02}{person:06}", str(10_000_000 * seed + person) if several else ""
        shown = chance.choice([(phone, account), (phone, ""), ("", account)]) if several else (phone, "")
        found.append(Person(*(("911", "") if number % BAD_EVERY == 0 else shown), f"Row {number}"))
    return found


def expected_of(of: Sequence[Person]) -> tuple[dict[str, list[int]], dict[str, str]]:
    """What one reader says of the rows: their numbers by outcome, and the names of new leads by first identity."""
    numbers: dict[str, list[int]] = {"created": [], "skipped": [], "failed": [], "ambiguous": []}
    owners: dict[str, int] = {}
    names: dict[str, str] = {}
    for number, person in enumerate(of, 2):
        identities = [each for each in person[:2] if each]
        known = {owners[each] for each in identities if each in owners}
        outcome = "failed" if person.phone == "911" else ("created", "skipped", "ambiguous")[len(known)]
        numbers[outcome].append(number)
        if outcome == "created":
            owners.update(dict.fromkeys(identities, number))
            names[identities[0]] = person.name
    return numbers, names


def content(of: Sequence[Person]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    if any(person.account for person in of):
        writer.writerows([("WhatsApp", "Telegram ID", "Name", "Note"), *((*person, NOTE) for person in of)])
    else:
        writer.writerows([("Phone", "Name", "Note"), *((person.phone, person.name, NOTE) for person in of)])
    return text.getvalue().encode()


@dataclass
class LeadImports:
    """Imports of new people, one after the other."""

    wiring: Wiring
    job: Job | None = None
    seed: int = 0

    def advance(self) -> None:
        """Begin the next import if the last one has ended; it is checked first."""
        if self.job is None or self.stored().is_finished:
            if self.job is not None:
                self.is_exact()
            self.seed += 1
            self.wiring.shared.blobs.put(KEY, content(rows(self.seed)))
            self.job = self.wiring.leads.start_import("acme", ImportRequest(KEY))

    def stored(self) -> Job:
        assert self.job is not None
        return self.wiring.shared.jobs.get(self.job.job_id)

    def lanes(self) -> Sequence[Job]:
        return self.wiring.leads.follow_imports("acme", self.stored().job_id).lanes

    def lanes_at_work(self) -> Sequence[Job]:
        """Those of the present phase, which may read keys alone."""
        job = self.stored()
        if job.cursor is None or job.cursor["phase"] in (CUT, FINISH):
            return []
        lanes = lanes_of_phase(job.job_id, ImportDetails.of(job), job.cursor)
        return list(self.wiring.shared.jobs.get_many(list(lanes)).values())

    def progress(self) -> object:
        """Something that changes whenever a chunk is committed."""
        return [(job.job_id, job.chunk) for job in self.lanes_at_work()]

    def can_be_killed(self) -> bool:
        """Whether something is under way, and no lane was orphaned several times in a row."""
        self.advance()
        lanes = self.lanes_at_work()
        return any(not job.is_finished for job in lanes) and all(job.is_finished or job.crashes <= 1 for job in lanes)

    def is_exact(self) -> None:
        """Its results are what one reader of its rows would say, row by row, and its leads are those of first rows."""
        expected, names = expected_of(rows(self.seed))
        job = self.stored()
        assert job.state is JobState.PARTIAL, job
        assert len(self.lanes()) == LANES + (self.seed % 2 == 0)  # and the one that imports deferred rows
        assert {outcome: self.rows_in(job, outcome) for outcome in expected} == expected
        assert job.counts.read == ROWS
        leads = [entry.lead for _, found in self.wiring.leads.leads.all("acme") for entry in found if entry.lead]
        mine = {lead.identities[0].form: lead.profile.name for lead in leads if lead.source == job.job_id}
        assert mine == names
        assert sum(lead.source == job.job_id for lead in leads) == len(names)

    def rows_in(self, job: Job, outcome: str) -> list[int]:
        text = (self.wiring.shared.blobs.find(f"{folder_of('acme', job.job_id)}results/{outcome}.csv") or b"").decode()
        return [int(line["row"]) for line in csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))]


def has_moved(imports: LeadImports, before: object) -> bool:
    """Whether there is something to kill, and another chunk is committed since the progress was as before."""
    return imports.can_be_killed() and imports.progress() != before


def test_kills_leave_no_trace(hasty_stack: HastyStack, record_property: Callable[[str, object], None]) -> None:
    imports = LeadImports(Wiring(hasty_stack.stack.settings))
    chance, began = random.Random(SEED), time.monotonic()
    imports.advance()
    wait_for(lambda: imports.stored().is_finished)

    # On a slow machine a lease must not run out before a chunk can be committed.
    hasty_stack.worker.lease_seconds = max(SHORTEST_LEASE_SECONDS, (time.monotonic() - began) / 2)
    while hasty_stack.kills < KILLS:
        wait_for(partial(has_moved, imports, imports.progress()))
        time.sleep(chance.uniform(0, 0.8))
        hasty_stack.kill()
    wait_for(lambda: imports.stored().is_finished)

    imports.is_exact()
    record_property("chaos", f"{hasty_stack.kills} kills, {imports.seed} imports of leads")

"""SIGKILLs of the worker while lanes import a file of leads: each row has one outcome, and each person one lead."""

import csv
import io
import os
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import pytest

from chalicelib.jobs.job import Job, JobState
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


def rows(seed: int) -> list[tuple[str, str]]:
    """The phones and names of a file. Many people come again far behind their first row, in another lane's range."""
    chance = random.Random(seed)
    people = [chance.randrange(PEOPLE) for _ in range(ROWS)]
    return [
        ("911" if number % BAD_EVERY == 0 else f"+49151{seed:02}{person:06}", f"Row {number}")
        for number, person in enumerate(people, 2)
    ]


def content(of: Sequence[tuple[str, str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([("Phone", "Name", "Note"), *((phone, name, NOTE) for phone, name in of)])
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

    def commits(self) -> int:
        return sum(job.chunk for job in self.lanes()) if self.job is not None else 0

    def can_be_killed(self) -> bool:
        """Whether something is under way, and no lane was orphaned several times in a row."""
        self.advance()
        lanes = self.lanes()
        return any(not job.is_finished for job in lanes) and all(job.is_finished or job.crashes <= 1 for job in lanes)

    def is_exact(self) -> None:
        """Its results are what one reader of its rows would say, row by row, and its leads are those of first rows."""
        expected: dict[str, list[int]] = {"created": [], "skipped": [], "failed": []}
        first: dict[str, str] = {}
        for number, (phone, name) in enumerate(rows(self.seed), 2):
            outcome = "failed" if phone == "911" else "skipped" if phone in first else "created"
            expected[outcome].append(number)
            if phone != "911":
                first.setdefault(phone, name)
        job = self.stored()
        assert job.state is JobState.PARTIAL, job
        assert len(self.lanes()) == LANES
        assert {outcome: self.rows_in(job, outcome) for outcome in expected} == expected
        assert job.counts.read == ROWS
        leads = [entry.lead for _, found in self.wiring.leads.leads.all("acme") for entry in found if entry.lead]
        mine = {lead.identities[0].form: lead.profile.name for lead in leads if lead.source == job.job_id}
        assert mine == first
        assert sum(lead.source == job.job_id for lead in leads) == len(first)

    def rows_in(self, job: Job, outcome: str) -> list[int]:
        text = (self.wiring.shared.blobs.find(f"{folder_of('acme', job.job_id)}results/{outcome}.csv") or b"").decode()
        return [int(line["row"]) for line in csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))]


def has_moved(imports: LeadImports, before: int) -> bool:
    """Whether there is something to kill, and another chunk is committed since there were so many."""
    return imports.can_be_killed() and imports.commits() != before


def test_kills_leave_no_trace(hasty_stack: HastyStack, record_property: Callable[[str, object], None]) -> None:
    imports = LeadImports(Wiring(hasty_stack.stack.settings))
    chance, began = random.Random(SEED), time.monotonic()
    imports.advance()
    wait_for(lambda: imports.stored().is_finished)

    # On a slow machine a lease must not run out before a chunk can be committed.
    hasty_stack.worker.lease_seconds = max(SHORTEST_LEASE_SECONDS, (time.monotonic() - began) / 2)
    while hasty_stack.kills < KILLS:
        wait_for(partial(has_moved, imports, imports.commits()))
        time.sleep(chance.uniform(0, 0.8))
        hasty_stack.kill()
    wait_for(lambda: imports.stored().is_finished)

    imports.is_exact()
    record_property("chaos", f"{hasty_stack.kills} kills, {imports.seed} imports of leads")

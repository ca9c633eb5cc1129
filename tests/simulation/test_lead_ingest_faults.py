"""What a source sends to an organization, with a fault at every call of the job that imports it."""

import json
import random
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest

from chalicelib.foundation.http import Request
from chalicelib.foundation.service_owners import organization_owner
from chalicelib.ingest.job_kinds import INGEST_LEADS
from chalicelib.ingest.manage_sources import SourceRequest
from tests.fakes.account import FakeAccount
from tests.simulation.bulk import lines_of
from tests.simulation.faults import check_error, fresh_house
from tests.simulation.house import House
from tests.simulation.lead_imports import leads_in
from tests.simulation.promises import holds_at_every_step, jobs_in
from tests.simulation.test_ingest_faults import items, run_all
from tests.simulation.world import FOUR, Fault, World

ACME = organization_owner("acme")
FAULTS = (*FOUR, Fault.REFUSED)
RECORDS = [
    {"id": "1", "whatsapp": "+5511987654321", "name": "Maria", "updated_at": "2026-01-02T00:00:00Z"},
    {"id": "2", "whatsapp": "+5511987651111", "name": "Joao", "event_id": "j1"},
    {"id": "1", "whatsapp": "+5511987654321", "name": "Maria M", "updated_at": "2026-01-03T00:00:00Z"},
    {"id": "1", "whatsapp": "+5511987654321", "name": "Old", "updated_at": "2026-01-01T00:00:00Z"},
    {"id": "2", "whatsapp": "+5511987651111", "name": "Joao again", "event_id": "j1"},
    {"id": "3", "name": "Nobody"},
    {"id": "4", "whatsapp": "+5511987651111", "name": "Joao by another id"},
]


@dataclass
class Staged:
    """A house in which the job of a source waits; copied for each run."""

    house: House
    job_id: str


def stage() -> Staged:
    house = House(World(random.Random(0)), FakeAccount([]))
    ingest = house.outside.wiring.ingest
    wanted = SourceRequest(name="Forms", rules={"on_existing": "overwrite"})
    source, key = ingest.manage.create(ACME, "ines", wanted, ingest.lead_rules)
    given = {"authorization": f"Bearer {key}", "content-type": "application/json"}
    sent: Any = None
    for each in RECORDS:
        params = {"source": source.source_id}
        request = Request("POST", "/api/v1/ingest/{source}", params, {}, given, json.dumps(each).encode())
        sent = ingest.receive(request, source.source_id)
        house.world.now += 1
    house.world.now += 20  # the job no longer waits for more
    return Staged(house, sent["job_id"])


def run_with(staged: Staged, call: int, fault: Fault | None) -> int:
    """Run the job with this fault, then everything; returns how many calls it made before it first stopped."""
    house = fresh_house(staged)
    job = house.process(lambda parts: parts.run_job(staged.job_id))
    job.run({call: fault}.get if fault is not None else {}.get)
    calls = house.world.calls
    check_error(job.main.error)
    run_all(house)
    holds_at_every_step(house)
    holds_at_the_end(house)
    return calls


def holds_at_the_end(house: House) -> None:
    leads = leads_in(house)
    assert sorted(each.profile.name for each in leads) == ["Joao by another id", "Maria M"]
    assert items(house, "arrivals") == []
    assert [json.loads(item["record"]["S"])["cells"]["id"] for item in items(house, "failed")] == ["3"]
    lines = [line for job in jobs_in(house) if job.kind == INGEST_LEADS.name for line in lines_of(house, job)]
    outcomes = Counter(line.outcome for line in lines)
    assert (outcomes["created"], outcomes["failed"]) == (2, 1), outcomes


def stage_after_import() -> Staged:
    """The import of leads has ended, and the job that waits for it is due."""
    staged = stage()
    house = staged.house
    house.outside.run_job(staged.job_id)
    while others := [job for job in jobs_in(house) if not job.is_finished and job.job_id != staged.job_id]:
        house.world.now += 1
        for job in others:
            house.outside.run_job(job.job_id)
    house.world.now += 10
    return staged


@pytest.mark.parametrize("staged", [stage, stage_after_import])
class TestTheJob:
    def test_comes_out_right_when_nothing_goes_wrong(self, staged):
        assert run_with(staged(), 0, None) > 10

    @pytest.mark.parametrize("first", [0, 2])
    def test_comes_out_right_whichever_call_goes_wrong(self, staged, first):
        """Each call gets two of the faults; all of them in turn would take minutes."""
        house = staged()
        for call in range(run_with(house, 0, None)):
            run_with(house, call, FAULTS[(call + first) % len(FAULTS)])

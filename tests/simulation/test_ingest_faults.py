"""What a source sends, with a fault at every call of its request and of the job: nothing is lost, nothing is twice."""

import json
import random
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest

from chalicelib.books.intake import Limits
from chalicelib.foundation.http import Request
from chalicelib.ingest.manage_sources import SourceRequest
from chalicelib.jobs.job import JobState
from tests.fakes.account import FakeAccount
from tests.simulation.bulk import lines_of
from tests.simulation.faults import Plan, calls_to_fail, check_error, fresh_house, run_under
from tests.simulation.house import OWNER, House, Parts
from tests.simulation.promises import contacts_in, holds_at_every_step, jobs_in
from tests.simulation.world import FOUR, Fault, MadeCall, World

RECORDS = [
    {"id": "1", "name": "Ada", "email": "ada@x.org", "updated_at": "2026-01-02T00:00:00Z"},
    {"id": "2", "name": "Bob", "email": "bob@x.org", "event_id": "b1"},
    {"id": "1", "name": "Ada A", "updated_at": "2026-01-03T00:00:00Z"},
    {"id": "3", "zz": "nobody"},
    {"id": "1", "name": "Old Ada", "updated_at": "2026-01-01T00:00:00Z"},
    {"id": "2", "name": "Bob again", "event_id": "b1"},
    {"id": "4", "name": "Carol", "email": "carol@x.org"},
    {"id": "5", "name": "Dave", "email": "dave@x.org"},
]
EXPECTED = {"Ada A": "ada@x.org", "Bob": "bob@x.org", "Carol": "carol@x.org", "Dave": "dave@x.org"}
MOST_CALLS_OF_A_REQUEST = 14
MOST_ROUNDS = 20


@dataclass
class Staged:
    """A house in which the job of a source waits; copied for each run."""

    house: House
    job_id: str
    source_id: str
    key: str


def stage(records: list[dict[str, Any]]) -> Staged:
    house = House(World(random.Random(0)), FakeAccount([]), Limits(contacts=6, lines=5))
    ingest = house.outside.wiring.ingest
    wanted = SourceRequest(name="CRM", rules={})
    source, key = ingest.manage.create(OWNER, OWNER, wanted, ingest.contact_rules)
    staged = Staged(house, "", source.source_id, key)
    for each in records:
        staged.job_id = send(house.outside, staged, [each])["job_id"]
        house.world.now += 1
    house.world.now += 20  # the job no longer waits for more
    return staged


def send(parts: Parts, staged: Staged, records: list[dict[str, Any]], **headers: str) -> Any:
    given = {"authorization": f"Bearer {staged.key}", "content-type": "application/json", **headers}
    path = "/api/v1/ingest/{source}"
    body = json.dumps(records).encode()
    request = Request("POST", path, {"source": staged.source_id}, {}, given, body)
    return parts.wiring.ingest.receive(request, staged.source_id)


def run_all(house: House) -> None:
    """Run every job, and the schedule, until nothing waits."""
    for _ in range(MOST_ROUNDS):
        house.outside.run_schedule()
        house.world.now += 200
        if not any(not job.is_finished for job in jobs_in(house)) and not gates_due(house):
            return
    raise AssertionError("records wait without end")


def gates_due(house: House) -> list[Any]:
    return [key for key, item in house.dynamo.tables["jobs"].items.items() if key[1] == "gate" and "due" in item]


def items(house: House, kind: str) -> list[Any]:
    return [item for (pk, _), item in house.dynamo.tables["people"].items.items() if pk.endswith(f"#{kind}")]


def holds_at_the_end(house: House, source_id: str) -> None:
    shown = {
        each.shown["display"]: (each.shown.get("emails") or [{"value": "-"}])[0]["value"] for each in contacts_in(house)
    }
    assert shown == EXPECTED
    assert len(contacts_in(house)) == len(EXPECTED)
    assert items(house, "arrivals") == []
    assert [json.loads(item["record"]["S"])["cells"]["id"] for item in items(house, "failed")] == ["3"]
    outcomes = Counter(line.outcome for job in jobs_in(house) for line in lines_of(house, job))
    assert outcomes["created"] == len(EXPECTED)
    assert outcomes["failed"] == 1


class TestTheJob:
    def assert_import_under(self, staged: Staged, plan: Plan) -> list[MadeCall]:
        house = fresh_house(staged)
        job = run_under(house, staged.job_id, plan)
        assert job.state is JobState.PARTIAL, job
        calls = [*house.world.made]
        assert sum(job.counts.values()) == len(RECORDS)
        run_all(house)
        holds_at_the_end(house, staged.source_id)
        return calls

    def test_comes_out_right_when_nothing_goes_wrong(self):
        assert len(self.assert_import_under(stage(RECORDS), {})) > 10

    @pytest.mark.parametrize("fault", [*FOUR, Fault.REFUSED])
    def test_comes_out_right_whichever_call_goes_wrong(self, fault):
        staged = stage(RECORDS)
        for call in calls_to_fail(self.assert_import_under(staged, {}), fault):
            self.assert_import_under(staged, {call: fault})

    def test_a_record_that_kills_its_writer_fails_alone(self):
        staged = stage(RECORDS)
        staged.house.poison = "Dave"

        job = run_under(staged.house, staged.job_id, {})

        assert job.counts["failed"] == 2
        assert {each.shown["display"] for each in contacts_in(staged.house)} == set(EXPECTED) - {"Dave"}
        assert {json.loads(item["record"]["S"])["cells"]["id"] for item in items(staged.house, "failed")} == {"3", "5"}


class TestTheRequest:
    @pytest.mark.parametrize("fault", FOUR)
    @pytest.mark.parametrize("headers", [{}, {"idempotency-key": "k"}], ids=["plain", "with a key"])
    def test_a_sender_that_asks_until_it_is_answered_has_each_record_once(self, fault, headers):
        for call in range(MOST_CALLS_OF_A_REQUEST):
            staged = stage([])
            house = staged.house
            first = house.process(lambda parts, staged=staged: send(parts, staged, RECORDS, **headers))
            first.run({call: fault}.get)
            check_error(first.main.error)
            if first.dead or first.main.error is not None:
                send(house.outside, staged, RECORDS, **headers)
            run_all(house)
            holds_at_every_step(house)
            assert {each.shown["display"] for each in contacts_in(house)} == set(EXPECTED)
            outcomes = Counter(line.outcome for job in jobs_in(house) for line in lines_of(house, job))
            assert outcomes["created"] == len(EXPECTED)
            assert not headers or sum(outcomes.values()) == len(RECORDS), outcomes

    @pytest.mark.parametrize("fault", FOUR)
    def test_what_was_answered_is_imported_though_the_job_ends_at_that_moment(self, fault):
        """The request of a record, while the job of those before it runs and fails at one call."""
        for call in range(0, 40, 3):
            staged = stage(RECORDS[:2])
            house = staged.house
            job = house.process(lambda parts, staged=staged: parts.run_job(staged.job_id))
            job.run({call: fault}.get)
            for each in RECORDS[2:]:
                send(house.outside, staged, [each])
                house.world.now += 1
            run_all(house)
            holds_at_the_end(house, staged.source_id)

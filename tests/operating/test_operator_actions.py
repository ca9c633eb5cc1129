"""What operators can do with jobs of all people, and that it is logged."""

import logging
import random
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.foundation.errors import Conflict, NotFound
from chalicelib.jobs.cancel_job import CancelJob
from chalicelib.jobs.job import Job, JobState
from chalicelib.jobs.minute_schedule import RunSchedule
from chalicelib.jobs.new_job import NewJob
from chalicelib.jobs.run_now import RunNow
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.worker import Worker
from chalicelib.operating.allowed_actions import JobActions, may_cancel, may_retry
from chalicelib.operating.operator_actions import OperatorActions
from tests.fakes.executor import InlineExecutor


@dataclass
class Again:
    """Runs jobs again, and records the requests."""

    store: JobStore
    requests: list[Any] = field(default_factory=list)

    def __call__(self, owner: str, job_id: str, idempotency_key: str | None) -> Job:
        self.requests.append((owner, job_id, idempotency_key))
        return self.store.create(NewJob(f"{job_id}-again", owner, "copy", {}, retry_of=job_id))


@pytest.fixture
def again(store: JobStore) -> Again:
    return Again(store)


@pytest.fixture
def kinds(store: JobStore, work_queue: Any, again: Again) -> dict[str, JobActions]:
    return {
        "copy": JobActions("Copy", CancelJob(store, work_queue), retry=again),
        "removals": JobActions("Removal", CancelJob(store, work_queue)),
        "erase": JobActions("Erasure", not_cancelable="An erasure must run to its end."),
    }


@pytest.fixture
def act(store: JobStore, work_queue: Any, clock: Any, kinds: dict[str, JobActions]) -> OperatorActions:
    worker = Worker(store, {"copy": lambda run: run.fail("No.", "no")}, work_queue, clock, random.Random(1))
    return OperatorActions(store, kinds, RunNow(RunSchedule(store, worker, work_queue, clock, InlineExecutor()), clock))


@pytest.fixture
def noted(caplog: pytest.LogCaptureFixture) -> Any:
    """The logged actions: action, operator, job."""
    caplog.set_level(logging.INFO, logger="chalicelib")
    return lambda: [
        (record.act, record.operator, getattr(record, "job_id", None))
        for record in caplog.records
        if record.msg == "operator_acted"
    ]


def create_job(store: JobStore, job_id: str = "j", kind: str = "copy") -> str:
    return store.create(NewJob(job_id, "ann", kind, {})).job_id


class TestCancel:
    def test_cancels_the_job_and_starts_the_next_of_its_owner(self, act, store, work_queue):
        create_job(store, "first")
        create_job(store, "second")

        assert act.cancel("first", operator="oscar").state is JobState.CANCELED
        assert work_queue.sent == ["second"]

    def test_logs_the_operator_and_the_job(self, act, store, noted):
        act.cancel(create_job(store), operator="oscar")

        assert noted() == [("cancel", "oscar", "j")]

    @pytest.mark.parametrize(
        ("kind", "why"), [("erase", "An erasure must run to its end."), ("of-a-newer-release", "cannot be canceled")]
    )
    def test_refuses_kinds_that_cannot_be_canceled_with_the_reason(self, act, store, noted, kind, why):
        create_job(store, kind=kind)

        with pytest.raises(Conflict, match=why):
            act.cancel("j", operator="oscar")
        assert store.get("j").state is JobState.QUEUED
        assert noted() == []

    def test_a_missing_job_is_not_found(self, act):
        with pytest.raises(NotFound):
            act.cancel("nowhere", operator="oscar")


class TestRetry:
    def test_runs_it_again_for_its_owner(self, act, store, again, noted):
        act.cancel(create_job(store), operator="oscar")

        job = act.retry("j", operator="olga", idempotency_key="press-1")

        assert (job.owner, job.retry_of, again.requests) == ("ann", "j", [("ann", "j", "press-1")])
        assert noted()[-1] == ("retry", "olga", "j-again")

    def test_refuses_kinds_that_cannot_run_again(self, act, store):
        create_job(store, kind="removals")

        with pytest.raises(Conflict, match="Only imports"):
            act.retry("j", operator="oscar")


class TestSchedule:
    def test_runs_due_jobs_and_logs_it(self, act, store, noted):
        create_job(store)

        ran = act.run_schedule(operator="oscar", seconds_left=None)

        assert (ran["failed"], ran["job_ids"]["failed"]) == (1, ["j"])
        assert noted() == [("run_schedule", "oscar", None)]

    @pytest.mark.parametrize(("seconds_left", "bound"), [(None, 25), (29.0, 25), (10.0, 8)])
    def test_stays_within_the_time_of_a_request(self, clock, seconds_left, bound):
        bounds = []

        def run_schedule(*, until: Any, reserve: timedelta) -> Any:
            bounds.append(until - clock.now())
            raise StopIteration

        with pytest.raises(StopIteration):
            RunNow(run_schedule, clock)(seconds_left)  # type: ignore[arg-type] # it is only called
        assert bounds == [timedelta(seconds=bound)]


class TestAvailableActions:
    def test_cancel_while_unfinished_and_retry_when_finished(self, store, kinds, act):
        job = store.get(create_job(store))
        assert (may_cancel(kinds, job), may_retry(kinds, job)) == (True, False)

        job = act.cancel("j", operator="oscar")

        assert (may_cancel(kinds, job), may_retry(kinds, job)) == (False, True)

    def test_none_for_kinds_that_cannot_be_canceled(self, store, kinds):
        job = store.get(create_job(store, kind="erase"))

        assert (may_cancel(kinds, job), may_retry(kinds, job)) == (False, False)

"""A worker whose clock is minutes off leases a job for the right time, because it uses the time of its store."""

import random
from datetime import timedelta
from email.utils import format_datetime

import pytest

from chalicelib.foundation.dynamo import Dynamo
from chalicelib.foundation.store_clock import StoreClock
from chalicelib.jobs.job import ParkReason
from chalicelib.jobs.run import Run
from chalicelib.jobs.store import LEASE, JobStore
from chalicelib.jobs.worker import Worker
from chalicelib.tables.keys import NO_ITEM
from tests.fakes.clock import FixedClock, SkewedClock
from tests.fakes.executor import InlineExecutor
from tests.jobs.kinds import KINDS

WITHIN = timedelta(seconds=5)  # a `Date` has whole seconds, and up to two count as none


class Dated:
    """A store that says with each answer what time it is."""

    def __init__(self, client, clock):
        self._client, self._clock = client, clock

    def __getattr__(self, name):
        call = getattr(self._client, name)

        def answered(**request):
            date = format_datetime(self._clock.now().replace(microsecond=0), usegmt=True)
            return {**call(**request), "ResponseMetadata": {"HTTPHeaders": {"date": date}}}

        return answered


@pytest.fixture
def worker_of(client, clock, work_queue, chance):
    """A worker whose own clock is so far ahead."""

    def made(skew: timedelta = timedelta()) -> Worker:
        own = SkewedClock(clock, skew)
        times = StoreClock(own, lambda: dynamo.get("jobs", NO_ITEM.item))
        dynamo = Dynamo(Dated(client, clock), own, random.Random(1), times.observe)
        return Worker(
            JobStore(dynamo, "jobs", times, InlineExecutor(), shards=2, kinds=KINDS), {}, work_queue, own, chance
        )

    return made


@pytest.mark.parametrize("skew", [timedelta(minutes=3), timedelta(minutes=-3)], ids=["ahead", "behind"])
class TestAWorkerThreeMinutesOff:
    def test_that_crashes_is_replaced_once_its_lease_has_ended(self, worker_of, queued, clock: FixedClock, skew):
        queued("job-1")
        assert worker_of(skew).claim("job-1") is not None

        clock.at += LEASE - WITHIN
        assert worker_of().claim("job-1") is None
        clock.at += 2 * WITHIN
        assert worker_of().claim("job-1").crashes == 1

    def test_does_not_take_the_job_of_a_running_worker(self, worker_of, queued, clock, skew):
        queued("job-1")
        worker_of().claim("job-1")

        clock.at += LEASE - WITHIN

        assert worker_of(skew).claim("job-1") is None

    def test_parks_a_job_for_the_right_time(self, worker_of, queued, clock, skew):
        queued("job-1")
        worker = worker_of(skew)
        job = worker.claim("job-1")
        until = worker.clock.now() + timedelta(minutes=5)
        run = Run(worker.jobs, worker.clock, job, until=until, reserve=timedelta(seconds=15))

        run.park(timedelta(minutes=1), ParkReason.RETRY)

        assert abs(worker.jobs.get("job-1").due - clock.at - timedelta(minutes=1)) <= WITHIN

    def test_has_the_full_time_of_its_invocation(self, worker_of, queued, clock, skew):
        queued("job-1")
        worker = worker_of(skew)
        until = worker.clock.now() + timedelta(minutes=5)  # before the store has told the time

        run = Run(worker.jobs, worker.clock, worker.claim("job-1"), until=until, reserve=timedelta(seconds=15))

        assert run.time_left() == timedelta(minutes=5)

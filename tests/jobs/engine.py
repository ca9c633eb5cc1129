"""A job engine over an in-memory DynamoDB, with a clock that only a test moves."""

import random
from collections.abc import Callable
from typing import TypeVar

import pytest

from chalicelib.foundation.dynamo import Dynamo
from chalicelib.jobs.new_job import NewJob
from chalicelib.jobs.store import JobStore
from tests.fakes.clock import FixedClock
from tests.fakes.dynamodb import FakeDynamo
from tests.fakes.executor import InlineExecutor
from tests.fakes.queue import FakeQueue
from tests.fakes.tables import empty_tables
from tests.jobs.kinds import KINDS

T = TypeVar("T")


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def client() -> FakeDynamo:
    return empty_tables()


@pytest.fixture
def store(client, clock) -> JobStore:
    return JobStore(
        Dynamo(client, clock, random.Random(1)),
        "jobs",
        clock,
        InlineExecutor(),
        shards=2,
        max_queue_length=3,
        kinds=KINDS,
    )


@pytest.fixture
def chance() -> random.Random:
    return random.Random(3)


@pytest.fixture
def work_queue() -> FakeQueue:
    return FakeQueue()


@pytest.fixture
def queued(store) -> Callable[..., str]:
    """Create a job of `owner` and give its id."""

    def create(job_id: str, owner: str = "ann", **more: object) -> str:
        return store.create(NewJob(job_id, owner, "copy", {}), **more).job_id

    return create

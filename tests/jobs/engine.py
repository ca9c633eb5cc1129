"""An engine over an in-memory DynamoDB, with a clock that stands still until told otherwise."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest

from chalicelib.foundation.dynamo import Dynamo
from chalicelib.jobs.store import JobStore, NewJob
from chalicelib.tables.keys import TABLES
from local.embedded_aws.resources import schema
from tests.fakes.dynamodb import FakeDynamo
from tests.jobs.kinds import KINDS

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
T = TypeVar("T")


@dataclass
class StandingClock:
    at: datetime = NOON

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)

    def pass_(self, **span: float) -> None:
        self.at += timedelta(**span)


class Done:
    def __init__(self, work: Callable[[], T]) -> None:
        try:
            self._value, self._error = work(), None
        except Exception as error:
            self._error = error

    def result(self) -> T:
        if self._error is not None:
            raise self._error
        return self._value


class Inline:
    """Does at once what would be done beside."""

    def start(self, work: Callable[[], T]) -> Done:
        return Done(work)

    def all(self, works: Sequence[Callable[[], T]]) -> list[T]:
        return [work() for work in works]


@dataclass
class Kicked:
    sent: list[str] = field(default_factory=list)
    delays: dict[str, timedelta] = field(default_factory=dict)

    def send(self, job_id: str, *, after: timedelta = timedelta()) -> None:
        self.sent.append(job_id)
        self.delays[job_id] = after


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def client() -> FakeDynamo:
    fake = FakeDynamo()
    fake.create_table(TableName="jobs", **schema(TABLES["jobs"]))
    return fake


@pytest.fixture
def store(client, clock) -> JobStore:
    return JobStore(
        Dynamo(client, clock, random.Random(1)), "jobs", clock, Inline(), shards=2, max_queue_length=3, kinds=KINDS
    )


@pytest.fixture
def chance() -> random.Random:
    return random.Random(3)


@pytest.fixture
def work_queue() -> Kicked:
    return Kicked()


@pytest.fixture
def queued(store) -> Callable[..., str]:
    """Create a job of `owner` and give its id."""

    def create(job_id: str, owner: str = "ann", **more: object) -> str:
        return store.create(NewJob(job_id, owner, "copy", {}), **more).job_id

    return create

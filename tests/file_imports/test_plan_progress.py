"""How far reading and planning have come: committed now and then, not with every block of rows."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from chalicelib.file_imports.planning.plan_progress import COMMIT_EVERY, OutOfTime, RowProgress
from chalicelib.jobs.job import Job, JobState
from chalicelib.jobs.progress import Progress
from tests.fakes.clock import NOON


@dataclass
class FakeRun:
    """A run that only notes what is committed."""

    left: timedelta = timedelta(minutes=5)
    job: Job = field(default_factory=lambda: Job("job-1", "ann", "file-plan", JobState.PROCESSING, 1, NOON))
    committed: list[Progress] = field(default_factory=list)

    def time_left(self) -> timedelta:
        return self.left

    def out_of_time(self) -> bool:
        return self.left <= timedelta()

    def commit(self, progress: Progress) -> None:
        self.committed.append(progress)


def counts(run: FakeRun) -> list[object]:
    return [each.details["rows_read"] for each in run.committed]


def test_rows_that_take_less_than_a_second_are_not_committed():
    run = FakeRun()
    progress = RowProgress(run, "rows_read")

    progress(1_000)
    run.left -= COMMIT_EVERY / 2
    progress(2_000)

    assert counts(run) == []


def test_the_number_of_rows_is_committed_once_a_second():
    run = FakeRun()
    progress = RowProgress(run, "rows_read", estimate=5_000)

    for count in (1_000, 2_000, 3_000, 4_000):
        run.left -= COMMIT_EVERY * 0.5
        progress(count)

    assert counts(run) == [2_000, 4_000]
    assert {each.estimate for each in run.committed} == {5_000}


def test_the_step_ends_when_its_time_is_up():
    run = FakeRun(left=timedelta())

    with pytest.raises(OutOfTime):
        RowProgress(run, "rows_read")(1_000)
    assert counts(run) == []

"""What the log says of a job when it starts and when it ends: the numbers that metrics are made of."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.jobs.counts import Counts, Outcomes
from chalicelib.jobs.job import Job, JobState
from chalicelib.jobs.measures import end_measures, start_measures

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
OUTCOMES = Outcomes.of(["created", "failed"])
JOB = Job("a", "ann", "import", JobState.COMPLETED, 3, NOON, claimed_at=NOON + timedelta(seconds=2))
ENDED = replace(
    JOB,
    finished_at=NOON + timedelta(seconds=12),
    counts=Counts.of(OUTCOMES, {"created": 990, "failed": 10}),
    details={"provider": "google"},
)


def test_a_start_tells_how_long_the_job_waited_for_it():
    assert start_measures(JOB) == {"job_id": "a", "kind": "import", "provider": "none", "waited_seconds": 2.0}


def test_an_end_tells_what_was_read_and_how_fast():
    assert end_measures(ENDED) == {
        "job_id": "a",
        "kind": "import",
        "provider": "google",
        "ran": "completed",
        "processed": 1000,
        "failed": 10,
        "seconds": 10.0,
        "per_second": 100.0,
    }


def test_a_run_of_a_vendor_tells_what_its_calls_cost():
    measured = end_measures(replace(ENDED, details={"vendor": "hunter", "charged": 1_250_000}))

    assert (measured["provider"], measured["spent"]) == ("hunter", 1.25)


@pytest.mark.parametrize(
    "job",
    [
        pytest.param(replace(ENDED, counts=Counts()), id="read nothing"),
        pytest.param(replace(ENDED, finished_at=JOB.claimed_at), id="took no time"),
        pytest.param(replace(ENDED, claimed_at=None), id="was never claimed"),
    ],
)
def test_a_job_without_a_rate_tells_none(job):
    assert "per_second" not in end_measures(job)

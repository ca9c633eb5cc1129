"""The published status, which never goes back."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.jobs.job import UNFINISHED, Job, JobState, ParkReason
from chalicelib.jobs.waiting import WaitReason, poll_after, waiting_reason
from chalicelib.provider_imports.status import (
    ImportWaitContext,
    PublicState,
    public_state,
    status_body,
    total_contacts,
)
from tests.fakes.clock import NOON
from tests.jobs.kinds import counted

QUEUED = Job("j", "ann", "provider-import", JobState.QUEUED, 0, NOON, details={"provider": "google", "mode": "full"})
RUNNING = replace(QUEUED, state=JobState.PROCESSING, claimed_at=NOON, due=NOON + timedelta(seconds=60))
DONE = replace(RUNNING, state=JobState.COMPLETED, finished_at=NOON + timedelta(seconds=10), due=None)
COUNTS = counted(created=5, updated=3, unchanged=7, skipped=2, failed=1, removed=4)


def at(seconds: float = 0, **more: object) -> ImportWaitContext:
    return ImportWaitContext(now=NOON + timedelta(seconds=seconds), **more)


def waits(kind: ParkReason, seconds: float) -> Job:
    until = NOON + timedelta(seconds=seconds)
    return replace(RUNNING, state=JobState.QUEUED, waiting=kind, not_before=until, due=until)


class TestState:
    @pytest.mark.parametrize(
        ("job", "shown"),
        [
            (QUEUED, PublicState.FETCHING),
            (RUNNING, PublicState.PROCESSING),
            (waits(ParkReason.PROVIDER, 30), PublicState.PROCESSING),
            (waits(ParkReason.RETRY, 30), PublicState.PROCESSING),
            (DONE, PublicState.COMPLETED),
            (replace(DONE, state=JobState.PARTIAL), PublicState.COMPLETED),
            (replace(DONE, state=JobState.FAILED), PublicState.FAILED),
            (replace(DONE, state=JobState.CANCELED), PublicState.CANCELED),
            (replace(QUEUED, state=JobState.CANCELED), PublicState.CANCELED),
        ],
    )
    def test_each_state_maps_to_a_published_state(self, job, shown):
        assert public_state(job) is shown

    @given(st.lists(st.sampled_from(list(UNFINISHED)), max_size=8), st.sampled_from(list(JobState)))
    def test_the_state_never_goes_back(self, path, last):
        """Whatever way a job takes: once claimed it stays claimed."""
        order = [PublicState.FETCHING, PublicState.PROCESSING, PublicState.COMPLETED]
        claimed_at, seen = None, []
        for state in (JobState.QUEUED, *path, last):
            claimed_at = claimed_at or (NOON if state is JobState.PROCESSING else None)
            shown = public_state(replace(QUEUED, state=state, claimed_at=claimed_at))
            seen.append(min(order.index(shown) if shown in order else 2, 2))
        assert seen == sorted(seen)


class TestCounts:
    def test_the_published_numbers_are_sums_of_the_counts(self):
        body = status_body(replace(DONE, counts=COUNTS, estimate=99), at())

        assert body["imported_contacts"] == 8
        assert body["skipped_contacts"] == 9
        assert body["failed_contacts"] == 1
        assert body["total_contacts"] == body["processed_contacts"] == 18
        assert body["removed"] == 4

    @pytest.mark.parametrize(("estimate", "expected"), [(None, 18), (5, 18), (40, 40), (0, 18)])
    def test_a_running_imports_total_is_the_estimate_but_at_least_the_contacts_read(self, estimate, expected):
        assert total_contacts(replace(RUNNING, counts=COUNTS, estimate=estimate)) == expected

    def test_the_total_is_always_a_number(self):
        assert status_body(QUEUED, at())["total_contacts"] == 0

    def test_only_a_failure_has_an_error(self):
        waiting = replace(waits(ParkReason.RETRY, 5), error="Google does not answer.")

        assert status_body(waiting, at())["error_message"] is None
        assert status_body(replace(DONE, state=JobState.FAILED, error="No."), at())["error_message"] == "No."


class TestRate:
    def test_the_rate_counts_from_the_first_claim(self):
        assert status_body(replace(RUNNING, counts=COUNTS), at(9))["rate"] == 2.0
        assert status_body(replace(DONE, counts=COUNTS), at(86_400))["rate"] == 1.8

    def test_there_is_no_rate_before_anything_was_read(self):
        assert status_body(RUNNING, at())["rate"] is None
        assert status_body(RUNNING, at(5))["estimated_completion_at"] is None

    def test_the_end_is_estimated_from_the_rate(self):
        job = replace(RUNNING, counts=counted(created=100), estimate=300)

        assert status_body(job, at(10))["estimated_completion_at"] == "2026-03-03T12:00:31.000Z"

    def test_the_estimated_end_includes_the_wait(self):
        job = replace(waits(ParkReason.PROVIDER, 60), counts=counted(created=100), estimate=200)

        assert status_body(job, at(10))["estimated_completion_at"] == "2026-03-03T12:01:11.000Z"

    def test_a_finished_import_has_no_estimate(self):
        assert status_body(replace(DONE, counts=COUNTS), at(60))["estimated_completion_at"] is None


class TestWaiting:
    @pytest.mark.parametrize(
        ("job", "around", "reason", "sentence"),
        [
            (QUEUED, at(), WaitReason.SCHEDULE, "waiting for the next run"),
            (
                QUEUED,
                at(40, last_run=NOON),
                WaitReason.SCHEDULE,
                "waiting for the next run, the last one was 40 s ago",
            ),
            (QUEUED, at(ahead=1), WaitReason.JOBS_AHEAD, "1 import is ahead of yours"),
            (QUEUED, at(ahead=2), WaitReason.JOBS_AHEAD, "2 imports are ahead of yours"),
            (replace(QUEUED, kind="disconnect"), at(ahead=2), WaitReason.JOBS_AHEAD, "2 jobs are ahead of it"),
            (waits(ParkReason.PROVIDER, 38), at(ahead=2), WaitReason.PROVIDER, "Google asks us to wait 38 s"),
            (waits(ParkReason.RETRY, 12), at(), WaitReason.RETRY, "retrying in 12 s"),
            (waits(ParkReason.RETRY, 12), at(13), WaitReason.SCHEDULE, "waiting for the next run"),
            (waits(ParkReason.PROVIDER, 12), at(13, ahead=1), WaitReason.JOBS_AHEAD, "1 import is ahead of yours"),
            (waits(ParkReason.LATER, 600), at(), WaitReason.LATER, "continuing in 10 min"),
            (waits(ParkReason.HAND_OVER, 0), at(1), WaitReason.SCHEDULE, "waiting for the next run"),
            (RUNNING, at(61), WaitReason.RESCUE, "interrupted; the next run continues it"),
            (QUEUED, at(has_queue=True), WaitReason.WORK_QUEUE, "starting right away"),
            (QUEUED, at(14, has_queue=True), WaitReason.WORK_QUEUE, "starting right away"),
            (QUEUED, at(15, has_queue=True), WaitReason.SCHEDULE, "waiting for the next run"),
            (QUEUED, at(ahead=1, has_queue=True), WaitReason.JOBS_AHEAD, "1 import is ahead of yours"),
            (
                replace(QUEUED, due=NOON + timedelta(60)),
                at(86400 * 60, has_queue=True),
                WaitReason.WORK_QUEUE,
                "starting right away",
            ),
            (
                replace(waits(ParkReason.RETRY, 12), claimed_at=NOON),
                at(13, has_queue=True),
                WaitReason.WORK_QUEUE,
                "continuing right away",
            ),
            (waits(ParkReason.RETRY, 12), at(60, has_queue=True), WaitReason.SCHEDULE, "waiting for the next run"),
        ],
    )
    def test_the_reason_is_a_sentence(self, job, around, reason, sentence):
        body = status_body(job, around)

        assert (body["waiting_reason"], body["waiting"]) == (reason, sentence)

    @pytest.mark.parametrize("job", [RUNNING, DONE, replace(DONE, state=JobState.CANCELED)])
    def test_a_running_or_finished_import_does_not_wait(self, job):
        assert status_body(job, at())["waiting"] is None
        assert waiting_reason(job, at()) is None

    def test_the_provider_is_named(self):
        job = replace(waits(ParkReason.PROVIDER, 5), details={"provider": "microsoft"})

        assert status_body(job, at())["waiting"] == "Microsoft asks us to wait 5 s"


class TestRetryAfter:
    @pytest.mark.parametrize(
        ("job", "seconds"),
        [
            (RUNNING, 1),
            (QUEUED, 2),
            (waits(ParkReason.RETRY, 12), 12),
            (waits(ParkReason.PROVIDER, 3600), 30),
            (waits(ParkReason.PROVIDER, 0.2), 1),
        ],
    )
    def test_retry_after_fits_the_reason(self, job, seconds):
        assert poll_after(job, at()) == timedelta(seconds=seconds)

    def test_a_finished_import_has_no_retry_after(self):
        assert poll_after(DONE, at()) is None

"""The values of an import's page: progress, reason for waiting, outcomes, and possible actions."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.jobs.job import Job, JobState, ParkReason
from chalicelib.provider_imports.import_view import view
from chalicelib.provider_imports.status import ImportWaitContext, status_body
from tests.fakes.clock import NOON
from tests.jobs.kinds import counted

JOB = Job(
    "job",
    "ann",
    "provider-import",
    JobState.PROCESSING,
    3,
    NOON,
    due=NOON + timedelta(seconds=60),
    counts=counted(created=30, updated=10, unchanged=5, skipped=4, failed=1),
    estimate=200,
    claimed_at=NOON,
    details={"provider": "google", "connection_id": "c", "account": "ada@x.org", "mode": "full"},
)
LATER = NOON + timedelta(seconds=10)


def shown(job: Job = JOB, *, is_own: bool = True, **around: int):
    surroundings = ImportWaitContext(now=LATER, **around)
    return view(job, status_body(job, surroundings), surroundings, is_own=is_own)


def finished_job(state: JobState, **more) -> Job:
    return replace(JOB, state=state, due=None, finished_at=LATER, **more)


class TestRunning:
    def test_the_summary_has_progress_rate_and_time_left(self):
        assert shown()["summary"] == "50 of 200 read. 5 per second, about 31 s left."
        assert shown()["progress"] == 25

    def test_it_refreshes_soon_and_can_be_canceled(self):
        page = shown()

        assert (page["refresh_seconds"], page["can_cancel"], page["can_retry"]) == (1, True, False)

    def test_the_summary_before_the_total_is_known(self):
        assert shown(replace(JOB, counts=counted(), estimate=None))["summary"] == "Requesting the contacts."

    def test_the_summary_has_the_reason_for_waiting(self):
        waiting = replace(
            JOB, state=JobState.QUEUED, waiting=ParkReason.PROVIDER, not_before=LATER + timedelta(seconds=38)
        )

        assert shown(waiting)["summary"] == "50 of 200 read. Google asks us to wait 38 s."

    def test_the_outcomes_add_up_to_the_contacts_read(self):
        page = shown()

        assert page["outcomes"] == [
            ("created", "Created", 30),
            ("updated", "Updated", 10),
            ("unchanged", "Unchanged", 5),
            ("skipped", "Skipped", 4),
            ("failed", "Failed", 1),
        ]
        assert sum(count for _, _, count in page["outcomes"]) == page["status"]["processed_contacts"] == 50


class TestEnded:
    @pytest.mark.parametrize(
        ("job", "heading"),
        [
            (finished_job(JobState.COMPLETED, counts=counted(created=5)), "Done"),
            (finished_job(JobState.PARTIAL, counts=counted(created=5, failed=2)), "Done, but 2 failed"),
            (finished_job(JobState.FAILED), "Failed"),
            (finished_job(JobState.CANCELED), "Canceled"),
            (replace(finished_job(JobState.COMPLETED), kind="disconnect"), "Disconnected"),
        ],
    )
    def test_the_heading_names_the_end(self, job, heading):
        assert shown(job)["heading"] == heading

    def test_it_does_not_refresh_and_can_be_run_again(self):
        page = shown(finished_job(JobState.COMPLETED))

        assert (page["refresh_seconds"], page["can_cancel"], page["can_retry"]) == (None, False, True)

    def test_after_lost_consent_the_page_offers_to_reconnect_not_to_retry(self):
        page = shown(finished_job(JobState.FAILED, error="Connect Google again.", error_code="consent-needed"))

        assert (page["reconnect"], page["can_retry"]) == (True, False)
        assert "Reconnect the account" in page["advice"]

    def test_a_finished_import_has_full_progress(self):
        assert shown(finished_job(JobState.COMPLETED, counts=counted()))["progress"] == 100

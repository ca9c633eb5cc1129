from datetime import timedelta

from chalicelib.jobs.job import Job, JobState
from chalicelib.jobs.queue import JobQueue, front_change, with_new_job
from tests.fakes.clock import NOON

LATER = NOON + timedelta(minutes=5)


def job(job_id, state=JobState.QUEUED, **more):
    return Job(job_id, "ann", "copy", state, 1, NOON, **more)


class TestWithNewJob:
    def test_a_new_job_goes_to_the_end(self):
        head = job("a", JobState.PROCESSING, due=LATER)

        assert with_new_job(JobQueue("ann", ("a", "b")), "new", head, NOON) == ("a", "b", "new")

    def test_it_goes_before_a_front_job_that_waits_for_its_provider(self):
        head = job("a", due=LATER, not_before=LATER)

        assert with_new_job(JobQueue("ann", ("a",)), "new", head, NOON) == ("new", "a")

    def test_a_front_job_that_is_due_stays(self):
        head = job("a", due=NOON, not_before=NOON)

        assert with_new_job(JobQueue("ann", ("a",)), "new", head, NOON) == ("a", "new")


class TestFrontChange:
    def test_nothing_changes_while_the_front_stays(self):
        change = front_change(["a"], ["a", "b"], {}, NOON)

        assert (change.demoted, change.promoted) == (None, None)

    def test_the_next_one_is_due_at_once(self):
        change = front_change(["a", "b"], ["b"], {"b": job("b")}, NOON)

        assert (change.promoted.job_id, change.due) == ("b", NOON)

    def test_a_wait_outlives_losing_the_front(self):
        change = front_change(["a", "b"], ["b"], {"b": job("b", not_before=LATER)}, NOON)

        assert change.due == LATER

    def test_a_front_job_that_stays_in_the_queue_is_demoted(self):
        change = front_change(["a", "b"], ["b", "a"], {"a": job("a"), "b": job("b")}, NOON)

        assert change.demoted.job_id == "a"

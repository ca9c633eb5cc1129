"""People who edit, delete or add an address at any moment of a job that changes their book."""

import pytest

from chalicelib.foundation.outcomes import Outcome
from chalicelib.jobs.job import Job, JobState
from tests.simulation.changes import CHANGES, Change, Course, assert_consistent, contents_of
from tests.simulation.editing import (
    Crowd,
    assert_holds_at_every_call,
    delete_contact,
    give_nicknames,
    make_contact,
    share_address,
)

SEEDS, LONG_SEEDS = 4, 60
MOST_TIMES = 8  # as many calls as alone, on average; how often a job and its editors meet is chance


@pytest.fixture(scope="module", params=CHANGES.values(), ids=CHANGES)
def change(request) -> Change:
    return request.param()


@pytest.fixture(scope="module")
def calm(change) -> Course:
    course = Course(change)
    course.run()
    return course


class TestAnEditor:
    @pytest.mark.parametrize("meeting", [give_nicknames, delete_contact], ids=["edits", "deletes"])
    def test_is_met_at_any_call_and_has_the_last_word(self, change, calm, meeting):
        assert_holds_at_every_call(change, calm, meeting)

    @pytest.mark.parametrize(
        ("name", "address"), [("copying an account", "p7@example.org"), ("a bulk run", "eve@x.org")]
    )
    def test_adding_the_address_of_an_arriving_contact_reports_the_duplicate(self, name, address):
        change = CHANGES[name]()
        calm = Course(change)
        calm.run()

        assert_holds_at_every_call(change, calm, share_address(address))

    def test_making_a_contact_while_one_with_its_address_arrives_makes_two_that_know_of_each_other(self):
        change = CHANGES["a bulk run"]()
        calm = Course(change)
        calm.run()

        assert_holds_at_every_call(change, calm, make_contact("eve@x.org"))


class TestEditorsWhoNeverStop:
    """They make as many calls as the job, each of them; it ends all the same, soon, as if they had not been there."""

    @pytest.mark.parametrize("editors", [1, 3, 8])
    def test_only_delay_the_job(self, change, calm, editors):
        calls = [assert_holds_with_crowd(change, calm, editors, seed) for seed in range(SEEDS)]

        assert sum(calls) < MOST_TIMES * SEEDS * calm.calls, (calls, calm.calls)

    @pytest.mark.long
    @pytest.mark.parametrize("editors", range(1, 9))
    def test_delay_a_job_whose_tables_are_busy_too(self, change, calm, editors):
        for seed in range(LONG_SEEDS):
            assert_holds_with_crowd(change, calm, editors, seed, throttled=(0.0, 0.02, 0.1)[seed % 3])


def assert_holds_with_crowd(change: Change, calm: Course, editors: int, seed: int, *, throttled: float = 0.0) -> int:
    """Returns how many calls the job made."""
    course = Course(change, threads=bool(seed % 2))
    course.house.world.chance.seed(seed)
    course.house.traffic.throttled = throttled
    crowd = Crowd(course, editors)

    job = crowd.run()

    assert job.state is JobState.COMPLETED
    assert counted_total(job) == counted_total(calm.job)
    assert contents_of(course.house) == contents_of(calm.house)
    assert_consistent(course, job)
    crowd.words_stand()
    assert crowd.edits > 0
    assert (course.failures, job.crashes) == (0, 0)
    return course.calls


def counted_total(job: Job) -> int:
    """How many it counted; what a cleanup would remove stays, and counts as updated, where the person edited it."""
    return sum(getattr(job.counts, outcome.value) for outcome in Outcome)

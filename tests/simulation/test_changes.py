"""Every change of a book: with a fault at every call, too little time, a record that kills, and broken twins."""

from datetime import timedelta

import pytest

from chalicelib.jobs.job import JobState
from tests.simulation import runner_twins
from tests.simulation.changes import CHANGES, Change, Course, assert_consistent, assert_ends_as, contents_of
from tests.simulation.editing import assert_holds_at_every_call, delete_contact, give_nicknames, share_address
from tests.simulation.faults import calls_to_fail
from tests.simulation.house import RESERVE
from tests.simulation.world import FOUR, Fault, MadeCall

CALL = 0.02  # seconds


@pytest.fixture(scope="module", params=CHANGES.values(), ids=CHANGES)
def change(request) -> Change:
    return request.param()


@pytest.fixture(scope="module")
def calm(change) -> Course:
    """A run in which nothing goes wrong."""
    course = Course(change)
    assert course.run().state is JobState.COMPLETED
    return course


@pytest.fixture(scope="module")
def made(change) -> dict[bool, list[MadeCall]]:
    """The calls of a run in which nothing goes wrong, without threads and with."""
    courses = {threads: Course(change, threads=threads) for threads in (False, True)}
    for course in courses.values():
        course.run()
    return {threads: course.house.world.made for threads, course in courses.items()}


class TestAChange:
    @pytest.mark.parametrize("threads", [False, True], ids=["one thread", "threads"])
    @pytest.mark.parametrize("fault", [*FOUR, Fault.REFUSED])
    def test_comes_out_right_whichever_call_goes_wrong(self, change, calm, made, fault, threads):
        """A lost answer of a commit among them."""
        for call in calls_to_fail(made[threads], fault):
            course = Course(change, {call: fault}, threads=threads)
            assert_ends_as(course, course.run(), calm)
            assert course.house.world.made[call] == made[threads][call]

    def test_is_handed_over_when_the_time_is_up(self, change, calm):
        runs = []
        for calls in range(1, 11):  # the first of which claims the job
            course = Course(change, within=RESERVE + timedelta(seconds=change.shortest + calls * CALL))
            job = course.run()
            assert_ends_as(course, job, calm)
            assert (course.failures, job.crashes) == (0, 0)
            runs.append(course.runs)

        assert runs[0] > 1

    def test_gives_up_the_one_record_that_kills_every_worker_and_ends_partial(self, change, calm):
        course = Course(change, poison=change.poison)

        job = course.run()

        assert (job.state, job.counts.failed) == (JobState.PARTIAL, 1)
        assert_consistent(course, job)
        missing, odd = (
            contents_of(calm.house) - contents_of(course.house),
            contents_of(course.house) - contents_of(calm.house),
        )
        assert missing.total() <= 1
        assert odd.total() <= 1


class TestBrokenRunners:
    """Each must be found out by an editor at every call."""

    @pytest.mark.parametrize(
        ("twin", "name", "meeting"),
        [
            (runner_twins.KeepsRefusedPlans, "copying an account", give_nicknames),
            (runner_twins.TakesEveryBookForEmpty, "copying an account", give_nicknames),
            (runner_twins.NeverRereads, "a bulk run", share_address("eve@x.org")),
            (runner_twins.NeverRereads, "a cleanup", give_nicknames),
            (runner_twins.CountsConflicts, "disconnecting", delete_contact),
            (runner_twins.LosesExtraWrites, "a bulk run", give_nicknames),
            (runner_twins.TellsByLinesAlone, "removals after an import", give_nicknames),
        ],
    )
    def test_are_found_out(self, twin, name, meeting):
        change = CHANGES[name]()
        calm = Course(change)
        calm.run()

        with pytest.raises(AssertionError):
            assert_holds_at_every_call(change, calm, meeting, runner=twin)

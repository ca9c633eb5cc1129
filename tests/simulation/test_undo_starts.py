"""Two requests start the undo of one run, at any moments of each other, while calls fail: there is one undo."""

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.foundation.dynamo import ResponseLost
from chalicelib.jobs.job import Job
from chalicelib.undoing.job_kinds import UNDO
from tests.simulation.changes import Change
from tests.simulation.faults import calls_to_fail
from tests.simulation.house import OWNER, House, Parts
from tests.simulation.test_undo import creating_only
from tests.simulation.world import FOUR, Fault, MadeCall


@pytest.fixture(scope="module")
def undoable() -> Change:
    """A run that has ended."""
    change = creating_only()
    change.house.outside.run_job(change.job_id)
    return change


def starting(change: Change) -> Callable[[Parts], Job]:
    """What a request does: it has the numbers of a preview from before."""
    seen = change.house.outside.wiring.undoing.preview_undo(OWNER, change.job_id)
    return lambda parts: parts.wiring.undoing.start_undo(OWNER, change.job_id, seen.numbers, seen.preview_id)


def undos_of(house: House) -> list[Job]:
    return [job for job in house.outside.jobs.of_owner(OWNER)[0] if job.kind == UNDO.name]


def repeated(house: House, start: Callable[[Parts], Job]) -> str:
    """The id of the job that a request gets whose client tries again until there is a response."""
    process = house.process(start)
    process.run()
    assert process.main.error is None
    return str(process.main.value.job_id)


def calls_of(change: Change, start: Callable[[Parts], Any]) -> list[MadeCall]:
    house = change.fresh_house()
    before = house.world.calls
    repeated(house, start)
    return house.world.made[before:]


def test_however_far_the_first_has_come_when_the_second_runs_and_its_job_ends(undoable):
    start = starting(undoable)
    for passed in range(len(calls_of(undoable, start)) + 1):
        for is_run in (False, True):
            house = undoable.fresh_house()
            first = house.process(start)
            for _ in range(passed + 1):
                if not first.is_over:
                    first.step()
            second = repeated(house, start)
            if is_run:
                house.outside.run_job(second)
            first.run()

            assert first.main.error is None, passed
            assert first.main.value.job_id == second, passed
            assert [job.job_id for job in undos_of(house)] == [second], passed


@pytest.mark.parametrize("fault", [*FOUR, Fault.REFUSED])
def test_whichever_call_of_the_first_fails(undoable, fault):
    start = starting(undoable)
    for call in calls_to_fail(calls_of(undoable, start), fault):
        house = undoable.fresh_house()
        first, before = house.process(start), house.world.calls
        first.run(lambda at, failing=before + call: fault if at == failing else None)
        assert first.dead or first.main.error is None or isinstance(first.main.error, ResponseLost)

        again = repeated(house, start)

        assert [job.job_id for job in undos_of(house)] == [again], call

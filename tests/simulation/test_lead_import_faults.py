"""Imports of leads under faults at every call, and in storms: the leads and files of one that nothing disturbs."""

from functools import cache

import pytest

from chalicelib.foundation.service_owners import organization_owner
from chalicelib.jobs.job import JobState
from tests.simulation.faults import calls_to_fail
from tests.simulation.lead_imports import FEW, MANY, OUTCOMES, Result, Stage, Storm, Undisturbed
from tests.simulation.world import FOUR

SEVERAL = "several identities"


@cache
def stage(several: bool, rows: int) -> Stage:
    return Stage(several, rows)


@cache
def undisturbed(several: bool, rows: int) -> Undisturbed:
    return Undisturbed(stage(several, rows))


@cache
def expected(several: bool, rows: int) -> Result:
    """The result of the staged import without a fault."""
    return Result.of(undisturbed(several, rows).house, stage(several, rows).job_id)


@pytest.mark.parametrize("several", [False, True], ids=["one identity", SEVERAL])
def test_the_staged_file_has_every_outcome(several):
    result = expected(several, FEW)

    never = set() if several else {"ambiguous"}
    assert {outcome for outcome, count in result.counts.items() if count} == set(OUTCOMES) - never
    assert result.state is JobState.PARTIAL


@pytest.mark.parametrize("fault", FOUR)
@pytest.mark.parametrize("several", [False, True], ids=["one identity", SEVERAL])
def test_whichever_call_goes_wrong_the_result_is_the_same(several, fault):
    calm = undisturbed(several, FEW)

    for call in calls_to_fail(calm.made, fault):
        house = calm.with_fault(call, fault)
        assert Result.of(house, calm.stage.job_id) == expected(several, FEW), (call, fault)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("several", [False, True], ids=["one identity", SEVERAL])
def test_lanes_that_work_at_once_and_die_give_the_same_result(several, seed):
    staged = stage(several, MANY)
    storm = Storm(staged, seed, rate=0.02)

    storm.run()

    assert Result.of(storm.house, staged.job_id) == expected(several, MANY)
    owner = organization_owner("acme")
    assert storm.house.outside.jobs.lanes(owner).jobs == frozenset()

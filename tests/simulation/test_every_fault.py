"""An import that creates, updates, skips, fails and removes, with a fault at every call."""

from itertools import combinations, product

import pytest

from chalicelib.books.intake import Limits
from tests.simulation.faults import Plan, Staged, build_stage, fresh_house, import_under, run_under
from tests.simulation.scenario import KINDS
from tests.simulation.world import FOUR, Fault

MORE_CALLS = 8  # a pair of faults makes an import that much longer, at least
SLICES = 16
SMALL = Limits(contacts=1, lines=2)
LONGER = (*KINDS, "same", "changed", "new", "new", "new", "changed", "new", "new", "twin", "new")


@pytest.fixture(scope="module")
def small() -> Staged:
    """About twenty calls."""
    return build_stage(page_size=3, limits=SMALL)


@pytest.fixture(scope="module")
def large() -> Staged:
    """About fifty."""
    return build_stage(LONGER, page_size=3, limits=SMALL)


def pairs(calls: int) -> list[Plan]:
    both = product(combinations(range(calls + MORE_CALLS), 2), product(FOUR, repeat=2))
    return [{first: one, second: other} for (first, second), (one, other) in both]


class TestAnImport:
    def test_comes_out_right_when_nothing_goes_wrong(self, small, large):
        assert 20 <= import_under(small, {}) <= 36
        assert 40 <= import_under(large, {}) <= 65

    @pytest.mark.parametrize("fault", [*FOUR, Fault.REFUSED])
    def test_comes_out_right_whichever_call_goes_wrong(self, large, fault):
        for call in range(import_under(large, {})):
            import_under(large, {call: fault})

    @pytest.mark.parametrize("part", range(0, SLICES, 4))
    def test_comes_out_right_whichever_two_calls_go_wrong(self, small, part):
        """Every fourth pair; the others are among the long tests."""
        for plan in pairs(import_under(small, {}))[part::SLICES]:
            import_under(small, plan)

    @pytest.mark.long
    @pytest.mark.parametrize("part", [part for part in range(SLICES) if part % 4])
    def test_comes_out_right_whichever_other_two_calls_go_wrong(self, small, part):
        for plan in pairs(import_under(small, {}))[part::SLICES]:
            import_under(small, plan)

    @pytest.mark.long
    @pytest.mark.parametrize("part", range(SLICES))
    def test_comes_out_right_whichever_two_of_many_calls_go_wrong(self, large, part):
        for plan in pairs(import_under(large, {}))[part::SLICES]:
            import_under(large, plan)

    def test_goes_on_where_a_killed_worker_stopped(self, large):
        """Killed at every third call, it still makes progress: what was committed is not done again."""
        house = fresh_house(large)
        job = run_under(house, large.job_id, dict.fromkeys(range(20, 200, 20), Fault.KILLED_BEFORE))

        assert job.counts == large.scenario.counts()
        assert job.generation == 0


class TestAPoisonousRecord:
    """One whose reading kills the worker, every time."""

    def test_stands_alone_in_the_end_and_fails_while_all_others_arrive(self):
        stage = build_stage(("new", "new", "new", "new", "new", "new"), page_size=6, limits=Limits(contacts=4, lines=4))
        poison = stage.scenario.now[3].source_id
        house = fresh_house(stage)
        house.poison = poison

        job = run_under(house, stage.job_id, {})

        lines = {line.source_id: line for chunk in house.outside.jobs.ledger(job) for line in chunk.lines}
        assert (lines[poison].outcome, lines[poison].reason) == ("failed", "poison")
        assert job.counts.created == 5
        assert job.counts.failed == 1

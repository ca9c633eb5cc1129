"""An import that creates, updates, skips, fails and removes, with a fault at every call."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.books.intake import Limits
from tests.simulation.faults import (
    READS,
    Plan,
    Staged,
    assert_import_under,
    build_stage,
    calls_to_fail,
    fresh_house,
    makes_a_difference,
    run_under,
)
from tests.simulation.promises import contacts_in
from tests.simulation.scenario import KINDS
from tests.simulation.world import FOUR, Fault

SLICES = 16
SMALL = Limits(contacts=1, lines=2)
CLAIM = re.compile(r"(?<=^undo/)(.*/\d+-).*(?=-\d+$)")  # in the name of a blob with replaced words
LONGER = (*KINDS, "same", "changed", "new", "new", "new", "changed", "new", "new", "twin", "new")


@pytest.fixture(scope="module")
def small() -> Staged:
    """About twenty calls."""
    return build_stage(page_size=3, limits=SMALL)


@pytest.fixture(scope="module")
def large() -> Staged:
    """About fifty."""
    return build_stage(LONGER, page_size=3, limits=SMALL)


@pytest.fixture(scope="module")
def small_pairs(small) -> list[Plan]:
    return pairs(small)


@pytest.fixture(scope="module")
def large_pairs(large) -> list[Plan]:
    return pairs(large)


def pairs(stage: Staged) -> list[Plan]:
    """Every two faults of an import, the second one at a call that is made after the first."""
    return [both for first in with_another(stage, {}) for both in with_another(stage, first)]


def with_another(stage: Staged, plan: Plan) -> Iterator[Plan]:
    """The plan with one fault more, at any later call of an import under it."""
    calls = assert_import_under(stage, plan)
    for call in range(max(plan, default=-1) + 1, len(calls)):
        for fault in FOUR:
            if makes_a_difference(fault, calls[call]):
                yield {**plan, call: fault}


def ending(stage: Staged, plan: Plan) -> tuple[Any, ...]:
    """What an import under the plan does, and what is there at its end, without random ids."""
    house = fresh_house(stage)
    job = run_under(house, stage.job_id, plan)
    shown = sorted((str(contact.shown), contact.version) for contact in contacts_in(house))
    blobs = sorted(CLAIM.sub(r"\1", name) for name in house.blobs.kept)
    return house.world.called(), house.world.now, replace(job, holder=None), shown, blobs


class TestAnImport:
    def test_comes_out_right_when_nothing_goes_wrong(self, small, large):
        assert 20 <= len(assert_import_under(small, {})) <= 42
        assert 40 <= len(assert_import_under(large, {})) <= 65

    @pytest.mark.parametrize("fault", [*FOUR, Fault.REFUSED])
    def test_comes_out_right_whichever_call_goes_wrong(self, large, fault):
        for call in calls_to_fail(assert_import_under(large, {}), fault):
            assert_import_under(large, {call: fault})

    @pytest.mark.parametrize(
        ("fault", "other"), [(Fault.ANSWER_LOST, Fault.LOST), (Fault.KILLED_AFTER, Fault.KILLED_BEFORE)]
    )
    def test_is_the_same_whether_or_not_a_read_took_effect(self, small, fault, other):
        for number, call in enumerate(assert_import_under(small, {})):
            if call.name in READS:
                assert ending(small, {number: fault}) == ending(small, {number: other})

    @pytest.mark.parametrize("part", range(0, SLICES, 4))
    def test_comes_out_right_whichever_two_calls_go_wrong(self, small, small_pairs, part):
        """Every fourth pair; the others are among the long tests."""
        for plan in small_pairs[part::SLICES]:
            assert_import_under(small, plan)

    @pytest.mark.long
    @pytest.mark.parametrize("part", [part for part in range(SLICES) if part % 4])
    def test_comes_out_right_whichever_other_two_calls_go_wrong(self, small, small_pairs, part):
        for plan in small_pairs[part::SLICES]:
            assert_import_under(small, plan)

    @pytest.mark.long
    @pytest.mark.parametrize("part", range(SLICES))
    def test_comes_out_right_whichever_two_of_many_calls_go_wrong(self, large, large_pairs, part):
        for plan in large_pairs[part::SLICES]:
            assert_import_under(large, plan)

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

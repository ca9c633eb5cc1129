"""Merging, taking it back and splitting: beside a job, at any of its calls, and with a fault at each of their own."""

from collections.abc import Callable
from functools import partial

import pytest

from tests.simulation.changes import Course, by_process, cleaning_up, disconnecting
from tests.simulation.editing import assert_holds_at_every_call
from tests.simulation.faults import calls_to_fail, fresh_house
from tests.simulation.house import House, Parts
from tests.simulation.merging import (
    arrangement_of,
    copying_over_shelves,
    copying_what_was_merged,
    merge_two,
    merges,
    repeated,
    split_one,
    unmerge_one,
    unmerges,
)
from tests.simulation.promises import holds_at_every_step
from tests.simulation.runner_twins import MixesStates
from tests.simulation.world import FOUR, Fault

SITUATIONS = {
    "merging beside an import": (copying_over_shelves, merges),
    "taking a merge back beside an import": (copying_what_was_merged, unmerges),
    "merging beside a disconnect": (disconnecting, merges),
    "merging beside a cleanup": (cleaning_up, merges),
}


class TestBesideAJob:
    @pytest.mark.parametrize(("build", "meeting"), SITUATIONS.values(), ids=SITUATIONS)
    def test_leaves_each_record_in_the_book_once_at_any_call(self, build, meeting):
        change = build()
        calm = Course(change)
        calm.run()

        assert_holds_at_every_call(change, calm, meeting)

    def test_needs_a_book_that_was_read_in_one_state(self):
        """Without the check, an import that read the shelves before and after a merge has a record twice or not."""
        change = copying_over_shelves()
        calm = Course(change)
        calm.run()

        with pytest.raises(AssertionError):
            assert_holds_at_every_call(change, calm, merges, runner=MixesStates)


def act_on(house: House, act: str) -> Callable[[Parts], None]:
    acts = {
        "merge": partial(merge_two, house=house, which=0),
        "unmerge": unmerge_one,
        "split": partial(split_one, house=house),
    }
    return acts[act]


@pytest.mark.parametrize("act", ["merge", "unmerge", "split"])
class TestFaults:
    def test_at_every_call_leave_all_or_nothing_and_trying_again_completes_it(self, act):
        stage = copying_over_shelves() if act == "merge" else copying_what_was_merged()
        calm = fresh_house(stage)
        before = arrangement_of(calm)
        by_process(calm, act_on(calm, act))
        after, calls = arrangement_of(calm), calm.world.made
        assert before != after

        for fault in (*FOUR, Fault.REFUSED):
            for call in calls_to_fail(calls, fault):
                house = fresh_house(stage)
                process = house.process(act_on(house, act))
                process.run({call: fault}.get)
                assert arrangement_of(house) in (before, after), (call, fault)
                if arrangement_of(house) == before:
                    by_process(house, repeated(act_on(house, act)))
                assert arrangement_of(house) == after, (call, fault)
                holds_at_every_step(house)

"""Parallel lanes, with a fault at every call of each."""

import pytest

from chalicelib.books.job_kinds import CONTACTS
from chalicelib.jobs.job_kinds import JobKind, JobKinds, KindError
from chalicelib.jobs.store import JobStore
from tests.simulation.lanes import COUNT, COUNTED, GREET, Counting

SEEDS = 16
MOST_SEEDS = 200


@pytest.mark.parametrize(("lanes", "seeds"), [(2, SEEDS), (8, SEEDS // 3)])
def test_each_lane_runs_one_job_at_a_time_and_nothing_is_lost_or_counted_twice(lanes: int, seeds: int) -> None:
    for seed in range(seeds):
        counting = Counting(seed)
        for number in range(lanes * 2):
            counting.create(COUNT, f"lane-{number % lanes}", 4 + number)
        counting.create(GREET, "", 7)
        counting.create(GREET, "", 9)

        counting.run(workers=min(lanes, 4))

        counting.assert_all_is_done()


def test_lanes_meet_only_when_jobs_begin_and_end() -> None:
    counting = Counting(1)
    counting.rate = 0.0
    for number in range(8):
        counting.create(COUNT, f"lane-{number}", 9)

    counting.run(workers=8)

    counting.assert_all_is_done()
    assert {sort_key for _, (_, sort_key) in counting.traffic.met} <= {"owner", "job"}  # no line of any lane


class EverywhereAtOnce(JobStore):
    """Lets jobs that change the book run in any lane."""

    def __init__(self, *args: object, **more: object) -> None:
        super().__init__(
            *args, **{**more, "kinds": JobKinds([JobKind(COUNT, COUNTED, False), JobKind(GREET, CONTACTS, False)])}
        )  # type: ignore[arg-type]


def changed_in_two_lanes(seed: int, jobs_class: type[JobStore]) -> Counting:
    counting = Counting(seed, jobs_class)
    for lane in ("left", "right"):
        counting.create(GREET, lane, 9)
    counting.run(workers=2)
    return counting


def test_two_jobs_that_change_one_book_in_two_lanes_are_refused() -> None:
    with pytest.raises(KindError):
        changed_in_two_lanes(0, JobStore)


def test_an_engine_that_lets_them_is_found_out() -> None:
    assert any(not _ends_well(seed) for seed in range(MOST_SEEDS))


def _ends_well(seed: int) -> bool:
    try:
        changed_in_two_lanes(seed, EverywhereAtOnce).assert_all_is_done()
    except AssertionError:
        return False
    return True

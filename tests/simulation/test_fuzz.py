"""Thousands of histories: overlapping workers, skewed clocks, a faulty queue, and people who meddle meanwhile."""

import pytest

from tests.simulation.conftest import SEEDS, SLICES, seeds_of
from tests.simulation.fuzz import THEMES, History


@pytest.mark.parametrize("part", range(SLICES))
def test_every_history_ends_well(part):
    for seed in seeds_of(part):
        assert_ends_well(seed)


@pytest.mark.long
@pytest.mark.parametrize("part", range(16))
def test_every_one_of_twenty_thousand_histories_ends_well(part):
    for seed in range(SEEDS + part, SEEDS + 20_000, 16):
        assert_ends_well(seed)


def assert_ends_well(seed: int) -> None:
    try:
        History(seed).assert_ends_well()
    except BaseException as error:
        error.add_note(f"seed {seed}: tests.simulation.fuzz.History({seed}).assert_ends_well()")
        raise


@pytest.mark.parametrize("theme", THEMES)
def test_the_same_seed_is_the_same_history(theme):
    first, second = History(7, theme), History(7, theme)
    first.assert_ends_well()
    second.assert_ends_well()

    assert first.world.trace == second.world.trace
    assert first.world.now == second.world.now

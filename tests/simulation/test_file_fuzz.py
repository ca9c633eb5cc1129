"""Histories of file imports, each from its seed."""

import pytest

from tests.fakes.dynamodb import FakeDynamo
from tests.simulation import twins
from tests.simulation.bulk import bulk_house
from tests.simulation.conftest import SEEDS, SLICES, seeds_of
from tests.simulation.file_fuzz import FileHistory

FEW = SEEDS // 4


class TestWhateverHappens:
    @pytest.mark.parametrize("part", range(SLICES))
    def test_every_row_is_counted_once_and_no_draft_is_stuck(self, part):
        for seed in seeds_of(part, FEW):
            FileHistory(seed).assert_ends_well()

    @pytest.mark.long
    @pytest.mark.parametrize("part", range(SLICES))
    def test_the_same_of_many_more(self, part):
        for seed in seeds_of(part, 5_000):
            if seed >= FEW:
                FileHistory(seed).assert_ends_well()


class TestTwins:
    """A simulation that does not find broken twins of the store out would not find out the imports either."""

    @pytest.mark.parametrize("twin", [twins.WithoutFence, twins.ContactsFirst, twins.HalfTransactions])
    def test_a_dynamodb_that_forgets_a_condition_is_found_out(self, twin):
        assert any(_is_bad(seed, twin) for seed in range(100))


def _is_bad(seed: int, twin: type[FakeDynamo]) -> bool:
    try:
        FileHistory(
            seed, make=lambda chance, limits, **more: bulk_house(chance, limits, dynamo=twin(), **more)
        ).assert_ends_well()
    except AssertionError:
        return True
    return False

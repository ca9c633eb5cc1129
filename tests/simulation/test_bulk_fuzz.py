"""Histories of bulk runs, each from its seed."""

import pytest

from tests.fakes.dynamodb import FakeDynamo
from tests.simulation import twins
from tests.simulation.bulk import bulk_house
from tests.simulation.bulk_fuzz import BulkHistory
from tests.simulation.conftest import SEEDS, SLICES, seeds_of

FEW = SEEDS // 4


class TestWhateverHappens:
    @pytest.mark.parametrize("part", range(SLICES))
    def test_what_counts_as_created_is_there_and_what_is_cleaned_up_is_gone(self, part):
        for seed in seeds_of(part, FEW):
            BulkHistory(seed).assert_ends_well()

    @pytest.mark.long
    @pytest.mark.parametrize("part", range(SLICES))
    def test_the_same_of_many_more(self, part):
        for seed in seeds_of(part, 10_000):
            if seed >= FEW:
                BulkHistory(seed).assert_ends_well()


class TestTwins:
    """A simulation that does not find broken twins of the engine out would not find out the steps either."""

    @pytest.mark.parametrize(
        "twin", [twins.WithoutFence, twins.ContactsFirst, twins.HalfTransactions, twins.EagerClaims]
    )
    def test_a_dynamodb_that_forgets_a_condition_is_found_out(self, twin):
        assert any(_is_bad(seed, twin) for seed in range(200))


def _is_bad(seed: int, twin: type[FakeDynamo]) -> bool:
    try:
        BulkHistory(
            seed, make=lambda chance, limits, **more: bulk_house(chance, limits, dynamo=twin(), **more)
        ).assert_ends_well()
    except AssertionError:
        return True
    return False

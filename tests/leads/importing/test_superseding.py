"""A row that lost its place has that of the first row that took it, and so on to one that kept its own."""

import random

import pytest

from chalicelib.leads.importing.superseding import Superseded


@pytest.mark.parametrize("seed", range(20))
def test_the_place_is_that_of_the_first_row_that_took_it(seed):
    chance = random.Random(seed)
    pairs = [tuple(sorted(chance.sample(range(2, 60), 2))) for _ in range(chance.randrange(60))]

    superseded = Superseded([*pairs, *pairs])

    assert len(superseded) == len({lost for _, lost in pairs})
    for row in range(2, 70):
        winner = row
        while earlier := [took for took, lost in pairs if lost == winner]:
            winner = min(earlier)
        assert superseded.winner(row) == winner


def test_rows_keep_their_places_if_no_lane_met_another():
    assert not Superseded()
    assert Superseded().winner(10_000_000) == 10_000_000

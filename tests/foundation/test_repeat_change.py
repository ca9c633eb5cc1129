"""Changes that are repeated because others change the same items."""

import pytest

from chalicelib.foundation.errors import TooMany
from chalicelib.foundation.repeat_change import TRIES, repeat_change
from tests.fakes.clock import FixedClock


def test_the_first_result_counts():
    results = iter([None, None, "done", "again"])

    assert repeat_change(FixedClock(), lambda: next(results)) == "done"


def test_an_empty_result_is_one():
    assert repeat_change(FixedClock(), lambda: ()) == ()


def test_it_gives_up_when_every_attempt_met_another_change():
    attempts = []

    with pytest.raises(TooMany):
        repeat_change(FixedClock(), lambda: attempts.append("attempt"))
    assert len(attempts) == TRIES

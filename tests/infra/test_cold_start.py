"""What a cold start costs must not depend on what else the machine does."""

import pytest

from infra.cold_start import YARDSTICK_MS, undisturbed


class TestUndisturbed:
    def test_on_a_free_machine_the_median_counts(self):
        assert undisturbed([(900.0, YARDSTICK_MS), (230.0, YARDSTICK_MS), (210.0, YARDSTICK_MS)]) == 230.0

    @pytest.mark.parametrize("slower", [1.5, 3.0])
    def test_on_a_busy_one_what_the_yardstick_took_longer_is_taken_off(self, slower):
        assert undisturbed([(210.0 * slower, YARDSTICK_MS * slower)]) == pytest.approx(210.0)

    def test_one_disturbed_yardstick_excuses_nothing(self):
        assert undisturbed([(400.0, YARDSTICK_MS), (420.0, YARDSTICK_MS * 4), (410.0, YARDSTICK_MS)]) == 400.0

    def test_a_faster_machine_is_not_counted_as_slower(self):
        assert undisturbed([(150.0, YARDSTICK_MS / 2)]) == 150.0

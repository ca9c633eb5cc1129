import random
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.jobs.retry import FIRST_WAIT, LONGEST_WAIT, wait_before_retry


class TestWaitBeforeRetry:
    @given(st.integers(1, 200), st.integers())
    def test_is_between_zero_and_the_longest_wait(self, failures, seed):
        assert timedelta() <= wait_before_retry(failures, jitter=random.Random(seed)) <= LONGEST_WAIT

    @pytest.mark.parametrize(("failures", "factor"), [(1, 1), (2, 2), (3, 4), (4, 8)])
    def test_the_longest_wait_doubles_with_every_failure(self, failures, factor):
        class Highest(random.Random):
            def random(self):
                return 1.0

        assert wait_before_retry(failures, jitter=Highest()) == FIRST_WAIT * factor

    def test_a_retry_needs_at_least_one_failure(self):
        with pytest.raises(ValueError, match="at least one failure"):
            wait_before_retry(0, jitter=random.Random(1))

"""Comparing the lists of tests of several processes, and reordering tests."""

from itertools import pairwise

import pytest

from tests.collection import differences
from tests.order import arrange

TESTS = {
    f"{module}::{kind}::test_{number}[{number}]": number for module in "abc" for kind in "XY" for number in range(4)
}


class TestDifferences:
    def test_equal_lists_have_none(self):
        assert differences([["a", "b"], ["a", "b"], ["a", "b"]]) == []

    def test_another_id_is_one(self):
        assert differences([["a", "b[1]"], ["a", "b[2]"]]) == ["2: b[1] | b[2]"]

    def test_another_order_is_one_at_each_place(self):
        assert differences([["a", "b"], ["b", "a"]]) == ["1: a | b", "2: b | a"]

    def test_a_test_that_one_process_lacks_is_one(self):
        assert differences([["a"], ["a", "b"]]) == ["2: nothing | b"]

    def test_a_later_process_that_differs_is_found_too(self):
        assert differences([["a"], ["a"], ["b"]]) == ["1: a | b"]


class TestOrders:
    @pytest.mark.parametrize("order", ["reverse", "random:1", "random:2"])
    def test_every_test_still_runs_once(self, order):
        assert sorted(ids(order)) == sorted(TESTS)

    def test_reverse_begins_with_the_last(self):
        assert ids("reverse") == list(reversed(TESTS))

    def test_a_seed_gives_the_same_order_for_tests_in_any_order(self):
        assert ids("random:7") == list(arrange({test: test for test in reversed(TESTS)}, "random:7"))

    def test_another_seed_gives_another(self):
        assert ids("random:7") != ids("random:8")

    def test_a_class_stays_together_so_that_what_it_sets_up_is_set_up_once(self):
        classes = [test.rpartition("::")[0] for test in ids("random:7")]

        assert sum(before != after for before, after in pairwise(classes)) == 5


def ids(order):
    return arrange({test: test for test in TESTS}, order)

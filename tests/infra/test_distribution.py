"""Which tests are handed out together, to one of several test processes."""

import pytest

from tests.distribution import unit_of

FILE = "tests/books/test_book.py"


@pytest.mark.parametrize("test", ["test_one", "TestBook::test_two", "test_three[a::b]", "test_four[ada@example.org]"])
def test_those_of_one_file(test):
    assert unit_of(f"{FILE}::{test}", group=f"{FILE}::{test}") == FILE


def test_those_of_one_group_whatever_their_file():
    assert unit_of("tests/browser/test_keyboard.py::test_one@browser", group="browser") == "browser"


def test_each_of_the_simulation_alone():
    test = "tests/simulation/test_fuzz.py::test_every_history_ends_well[3]"

    assert unit_of(test, group=test) == test

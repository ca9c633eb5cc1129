"""The limits of a comparison and their table."""

import pytest
from rich.console import Console

from tests.bench.against.verdicts import Comparison, Limit, Measured, Verdict, notes, shown, table

SHARE = Limit("cpu", "CPU per contact", "µs", 0.6, is_share=True)
OWN = Limit("page", "slowest page", "ms", 60)


def measured(*values: float, note: str = "") -> Measured:
    return Measured([{"cpu": value, "note": note} for value in values])


class TestShareOfTheOtherCommit:
    def test_holds_up_to_the_limit(self):
        assert Verdict(SHARE, 100, 60).holds
        assert not Verdict(SHARE, 100, 61).holds

    def test_is_missed_when_either_side_failed(self):
        assert not Verdict(SHARE, None, 60).holds
        assert not Verdict(SHARE, 100, None).holds

    def test_is_missed_when_the_other_commit_measured_nothing(self):
        assert not Verdict(SHARE, 0, 0).holds


class TestLimitOfThisTree:
    def test_holds_up_to_the_limit_whatever_the_other_commit_measured(self):
        assert Verdict(OWN, 10, 60).holds
        assert not Verdict(OWN, 1000, 61).holds

    def test_needs_no_measurement_of_the_other_commit(self):
        assert Verdict(OWN, None, 60).holds

    def test_is_missed_when_this_tree_failed(self):
        assert not Verdict(OWN, 10, None).holds


class TestMedian:
    def test_one_slow_measurement_does_not_count(self):
        assert measured(3, 1, 100).median("cpu") == 3

    def test_a_failed_probe_has_none_even_if_it_measured_before(self):
        assert Measured([{"cpu": 1.0}], "ended").median("cpu") is None


class TestTable:
    def test_a_row_has_both_medians_their_ratio_and_the_verdict(self):
        text = printed(Comparison("new", [SHARE], measured(200, 210, 190), measured(110, 100, 90)))

        assert cells(text, "CPU per contact") == ["CPU per contact", "200 µs", "100 µs", "0.5", "ratio ≤ 0.6", "holds"]

    def test_a_missed_limit_stands_out(self):
        text = printed(Comparison("new", [SHARE], measured(200), measured(190)))

        assert cells(text, "CPU per contact")[3:] == ["0.95", "ratio ≤ 0.6", "MISSED"]

    def test_a_failed_side_keeps_its_row(self):
        text = printed(Comparison("new", [SHARE], Measured([], "no such name"), measured(100)))

        assert cells(text, "CPU per contact")[1:] == ["failed", "100 µs", "-", "ratio ≤ 0.6", "MISSED"]


class TestNotes:
    def test_tell_why_a_side_failed(self):
        compared = Comparison("new", [SHARE], Measured([], "no such name"), measured(100))

        assert list(notes([compared], "5bb8b8d")) == ["new, 5bb8b8d: failed: no such name"]

    def test_repeat_what_the_last_measurement_says(self):
        compared = Comparison("pages", [], measured(1, note="slowest: /a"), measured(2, note="slowest: /b"))

        assert list(notes([compared], "5bb8b8d")) == ["pages, 5bb8b8d: slowest: /a", "pages, this tree: slowest: /b"]


@pytest.mark.parametrize(
    ("value", "text"), [(0.35, "0.35 ×"), (1.2345, "1.23 ×"), (99.94, "99.9 ×"), (1234.5, "1,234 ×"), (None, "failed")]
)
def test_values_are_shown_with_three_digits(value, text):
    assert shown(value, "×") == text


def printed(comparison: Comparison) -> str:
    console = Console(width=140)
    with console.capture() as captured:
        console.print(table([comparison], "5bb8b8d", "title"))
    return captured.get()


def cells(text: str, title: str) -> list[str]:
    [line] = [line for line in text.splitlines() if title in line]
    return [cell.strip() for cell in line.strip("│").split("│")]

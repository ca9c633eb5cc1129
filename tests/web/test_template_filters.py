"""How the pages write numbers, instants and texts."""

import pytest

from chalicelib.web.template_filters import (
    alternatives,
    counted,
    day,
    moment,
    number,
    percent,
    shortened,
    strip_bidi,
    when,
)


class TestNumbers:
    def test_thousands_are_separated(self):
        assert number(1204567) == "1,204,567"

    @pytest.mark.parametrize(("count", "words"), [(0, "0 contacts"), (1, "1 contact"), (1204, "1,204 contacts")])
    def test_a_count_takes_the_singular_or_the_plural(self, count, words):
        assert counted(count, "contact") == words

    def test_an_irregular_plural_is_given(self):
        assert counted(2, "entry", "entries") == "2 entries"

    @pytest.mark.parametrize(
        ("count", "total", "text"),
        [(1, 3, "33%"), (1, 5_000, "<1%"), (0, 5_000, "0%"), (4_999, 5_000, "99%"), (5, 5, "100%"), (0, 0, "")],
    )
    def test_a_share_never_hides_a_contact(self, count, total, text):
        assert percent(count, total) == text


class TestLists:
    @pytest.mark.parametrize(
        ("words", "text"), [(["A"], "A"), (["A", "B"], "A or B"), (["A", "B", "C", "D"], "A, B, C, or D")]
    )
    def test_alternatives_are_joined_with_or(self, words, text):
        assert alternatives(words) == text


class TestInstants:
    def test_an_instant_is_readable_for_people_and_programs(self):
        assert when("2026-03-03T09:05:00.000Z") == (
            '<time datetime="2026-03-03T09:05:00.000Z" data-time="instant">March 3, 2026 at 9:05 AM UTC</time>'
        )

    def test_its_day(self):
        assert ">March 3, 2026<" in day("2026-03-03T09:05:00.000Z")

    @pytest.mark.parametrize(
        ("time", "text"),
        [("00:05:31", "12:05:31 AM UTC"), ("12:00:00", "12:00:00 PM UTC"), ("23:59:59", "11:59:59 PM UTC")],
    )
    def test_its_time_of_day(self, time, text):
        assert f">{text}<" in moment(f"2026-03-03T{time}.000Z")

    def test_no_instant_is_empty(self):
        assert when(None) == ""


class TestTexts:
    def test_a_short_text_stays_whole(self):
        assert shortened("Ada", 10) == "Ada"

    def test_a_long_text_is_cut(self):
        assert shortened("Ada Lovelace", 6) == "Ada L…"
        assert len(shortened("x" * 9_000)) == 5_000

    def test_bidirectional_controls_are_removed(self):
        assert strip_bidi("Ada\u202e\u2066 Lovelace") == "Ada Lovelace"

"""Numbers, instants and texts on the pages."""

import pytest

from chalicelib.web.template_filters import counted, day, number, shortened, strip_bidi, when


class TestNumbers:
    def test_thousands_are_set_apart(self):
        assert number(1204567) == "1,204,567"

    @pytest.mark.parametrize(("count", "words"), [(0, "0 contacts"), (1, "1 contact"), (1204, "1,204 contacts")])
    def test_what_is_counted_is_named_as_one_or_several(self, count, words):
        assert counted(count, "contact") == words

    def test_an_irregular_word_is_given(self):
        assert counted(2, "entry", "entries") == "2 entries"


class TestInstants:
    def test_an_instant_is_readable_for_people_and_machines(self):
        assert when("2026-03-03T09:05:00.000Z") == (
            '<time datetime="2026-03-03T09:05:00.000Z" data-time="instant">3 March 2026, 09:05 UTC</time>'
        )

    def test_its_day_alone(self):
        assert ">3 March 2026<" in day("2026-03-03T09:05:00.000Z")

    def test_no_instant_is_nothing(self):
        assert when(None) == ""


class TestTexts:
    def test_a_short_text_stays(self):
        assert shortened("Ada", 10) == "Ada"

    def test_a_long_one_ends_where_it_must(self):
        assert shortened("Ada Lovelace", 6) == "Ada L…"
        assert len(shortened("x" * 9_000)) == 5_000

    def test_signs_that_turn_the_reading_direction_do_not_reach_a_title(self):
        assert strip_bidi("Ada\u202e\u2066 Lovelace") == "Ada Lovelace"

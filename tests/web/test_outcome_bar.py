"""The bar of outcomes: in proportion, without gaps, and no outcome is too small to see."""

import re

from chalicelib.web.pages import WebPages

PAGES = WebPages("https://contacts.example", {})


def bar(*counts: tuple[str, str, int]) -> str:
    macro = PAGES._templates.get_template("parts.html").module.outcome_bar
    return str(macro(counts, sum(count for *_, count in counts)))


def segments(text: str) -> list[tuple[str, float, float]]:
    found = re.findall(r'<rect class="(\w+)" x="([\d.]+)" width="([\d.]+)"', text)
    return [(name, float(x), float(width)) for name, x, width in found]


class TestOutcomeBar:
    def test_segments_are_as_long_as_their_counts_and_follow_each_other(self):
        text = bar(("created", "Created", 60), ("updated", "Updated", 30), ("failed", "Failed", 10))

        assert segments(text) == [("created", 0, 60), ("updated", 60, 30), ("failed", 90, 10)]
        assert 'viewBox="0 0 100' in text

    def test_an_outcome_without_contacts_has_no_segment(self):
        assert [name for name, *_ in segments(bar(("created", "Created", 5), ("failed", "Failed", 0)))] == ["created"]

    def test_one_contact_of_many_can_still_be_seen(self):
        (_, _, created), (_, start, failed) = segments(bar(("created", "Created", 9_999), ("failed", "Failed", 1)))

        assert (start, failed) == (created, 100)

    def test_a_screen_reader_reads_the_numbers(self):
        text = bar(("created", "Created", 1_200), ("unchanged", "Unchanged", 0), ("failed", "Failed", 4))

        assert 'role="img" aria-label="Outcomes of 1,204 contacts: 1,200 created, 4 failed"' in text

    def test_nothing_in_it_is_an_inline_style(self):
        assert "style" not in bar(("created", "Created", 1))

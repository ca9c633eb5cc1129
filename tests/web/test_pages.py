"""The plain pages: everything from outside is text, never markup."""

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.web.pages import WebPages

PAGES = WebPages("https://contacts.example", {"settings": "https://app.example/s", "home": "/"})
STATUS = {
    "provider": "google",
    "account": "ada@x.org",
    "status": "processing",
    "total_contacts": 200,
    "processed_contacts": 50,
    "created": 50,
    "updated": 0,
    "unchanged": 0,
    "skipped": 0,
    "failed_contacts": 0,
    "removed": 0,
    "removals_pending": 0,
    "error_message": None,
    "waiting": None,
    "completed_at": None,
}
EVIL = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}", "javascript:alert(1)", "'>\u202e"]


class Read(HTMLParser):
    """The tags and the attributes of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.words += data


def pages_with(text: str) -> list[str]:
    return [
        PAGES.message(text, text, return_to=text),
        PAGES.question(action="https://contacts.example/confirm", key="k", title="Google", account=text, person=text),
        PAGES.status({**STATUS, "account": text, "error_message": text}, refresh_seconds=None, return_to=text),
    ]


class TestEscaping:
    @settings(max_examples=100, deadline=None)
    @given(st.one_of(st.sampled_from(EVIL), st.text(min_size=1)))
    def test_what_comes_from_outside_adds_no_tag_and_no_attribute(self, text):
        for page, plain in zip(map(Read, pages_with(text)), map(Read, pages_with("plain")), strict=True):
            assert page.tags == plain.tags
            assert [name for name, _ in page.attributes] == [name for name, _ in plain.attributes]

    def test_there_is_no_script_and_no_style_in_any_page(self):
        for page in (*pages_with("x"), PAGES.home()):
            read = Read(page)
            assert not {"script", "style", "iframe"} & set(read.tags)
            assert not [name for name, _ in read.attributes if name.startswith("on") or name == "style"]


class TestReturning:
    @pytest.mark.parametrize(
        ("name", "place"), [("settings", "https://app.example/s"), ("home", "https://contacts.example/")]
    )
    def test_a_configured_name_leads_to_its_place(self, name, place):
        assert ("href", place) in Read(PAGES.message("Done", "Done.", return_to=name)).attributes

    @pytest.mark.parametrize("name", [None, "", "elsewhere", "https://evil.example", "//evil.example"])
    def test_any_other_leads_nowhere(self, name):
        links = [
            value
            for attribute, value in Read(PAGES.message("Done", "Done.", return_to=name)).attributes
            if attribute == "href"
        ]

        assert links == ["https://contacts.example/style.css"]


class TestStatusPage:
    def test_it_says_how_far_it_is_and_asks_again(self):
        read = Read(PAGES.status({**STATUS, "waiting": "trying again in 12 s"}, refresh_seconds=2, return_to=None))

        assert "50 of 200 read; trying again in 12 s." in read.words
        assert ("value", "25") in read.attributes
        assert ("content", "2") in read.attributes

    def test_what_is_done_is_whole(self):
        done = {**STATUS, "status": "completed", "completed_at": "2026-03-03T12:00:00.000Z", "total_contacts": 0}

        assert ("value", "100") in Read(PAGES.status(done, refresh_seconds=None, return_to=None)).attributes

    def test_removals_that_wait_are_told(self):
        page = PAGES.status({**STATUS, "removals_pending": 12}, refresh_seconds=None, return_to=None)

        assert "12 contacts are gone at Google" in Read(page).words

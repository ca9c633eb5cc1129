"""The frame of the pages: everything from outside is text, never markup, and nothing is inline."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.foundation.http import Person, Request
from chalicelib.web.pages import HERE, WebPages, asset, version_of
from chalicelib.wiring.rooms import ROOMS
from tests.examples import examples

PLACES = {"settings": "https://app.example/s", "home": "/"}
PROVIDERS = ["Google", "Microsoft"]
NAVIGATION = [entry for room in ROOMS for entry in room.navigation]
PAGES = WebPages("https://contacts.example", PLACES, NAVIGATION, can_sign_in=True)
POSTING = re.compile(r'<form method="post".*?</form>', re.DOTALL)
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

    def links(self) -> list[str]:
        return [value for name, value in self.attributes if name == "href"]


def request(path: str = "/imports", person: Person | None = None, csrf: str = "") -> Request:
    return Request("GET", path, {}, {}, {}, person=person, csrf=csrf)


def pages_with(text: str) -> list[str]:
    signed_in = request(person=Person("sub", text), csrf="token")
    return [
        PAGES.message(signed_in, text, text, return_to=text),
        PAGES.question(
            request(), action="https://contacts.example/confirm", key="k", title="Google", account=text, person=text
        ),
        PAGES.home(signed_in, [text]),
    ]


class TestEscaping:
    @settings(max_examples=examples(100), deadline=None)
    @given(st.one_of(st.sampled_from(EVIL), st.text(min_size=1)).filter(lambda text: text not in PLACES))
    def test_what_comes_from_outside_adds_no_tag_and_no_attribute(self, text):
        for page, plain in zip(map(Read, pages_with(text)), map(Read, pages_with("plain")), strict=True):
            assert page.tags == plain.tags
            assert [name for name, _ in page.attributes] == [name for name, _ in plain.attributes]

    def test_no_page_has_anything_inline(self):
        for page in (*pages_with("x"), PAGES.home(request(), PROVIDERS)):
            read = Read(page)
            assert not {"style", "iframe"} & set(read.tags)
            assert read.tags.count("script") == 1  # our own file
            assert not [name for name, _ in read.attributes if name.startswith("on") or name == "style"]


class TestAssets:
    @pytest.mark.parametrize("name", ["style.css", "page.js", "icon.svg"])
    def test_a_page_names_the_version_of_a_file_that_it_was_made_for(self, name):
        address = f"https://contacts.example/{name}?v={version_of(name)}"

        assert address in [value for _, value in Read(PAGES.home(request(), PROVIDERS)).attributes]

    def test_style_and_script_are_light(self):
        assert len(asset("style.css")) + len(asset("page.js")) < 20_000

    def test_the_script_of_uploads_is_light_and_no_other_page_has_it(self):
        assert len(asset("uploads.js")) < 6_000
        assert "uploads.js" not in PAGES.home(request(), PROVIDERS)


class TestNavigation:
    def test_a_signed_in_person_sees_the_navigation_and_can_sign_out(self):
        page = PAGES.render(
            request(person=Person("a", "Anna"), csrf="the-token"), "home.html", can_sign_in=True, providers=PROVIDERS
        )

        read = Read(page)
        assert ("aria-current", "page") in read.attributes
        assert ("value", "the-token") in read.attributes
        assert "https://contacts.example/contacts" in read.links()
        assert "https://contacts.example/operator/jobs" not in read.links()

    def test_an_operator_sees_the_way_to_all_jobs(self):
        operator = Person("o", "Olga", frozenset({"operator"}))

        page = PAGES.render(request(person=operator, csrf="t"), "home.html", can_sign_in=True, providers=PROVIDERS)

        assert "https://contacts.example/operator/jobs" in Read(page).links()

    def test_an_anonymous_visitor_sees_neither(self):
        page = PAGES.render(request(), "home.html", can_sign_in=True, providers=PROVIDERS)

        assert "nav" not in Read(page).tags
        assert "form" not in Read(page).tags


class TestReturning:
    @pytest.mark.parametrize(
        ("name", "place"), [("settings", "https://app.example/s"), ("home", "https://contacts.example/")]
    )
    def test_a_configured_name_leads_to_its_place(self, name, place):
        assert place in Read(PAGES.message(request(), "Done", "Done.", return_to=name)).links()

    @pytest.mark.parametrize("name", [None, "", "elsewhere", "https://evil.example", "//evil.example"])
    def test_any_other_leads_nowhere_but_to_us(self, name):
        links = Read(PAGES.message(request(), "Done", "Done.", return_to=name)).links()

        assert all(link.startswith(("https://contacts.example/", "#")) for link in links)


class TestForms:
    def test_every_form_that_changes_something_carries_the_sessions_token(self):
        templates = list((HERE / "templates").rglob("*.html"))
        posting = [form for each in templates for form in POSTING.findall(each.read_text())]

        assert len(posting) > 5
        assert [form for form in posting if "csrf" not in form] == []

"""Hostile and unusual contacts: their values are text everywhere, never run, and fit a phone."""

import csv
import re

import pytest

from chalicelib.providers.registry import PROVIDERS
from local.sandbox.hostile import BIDI, FORMULA, KINDS, LONG, MARKUP
from tests.browser.person import Person, visitors

PHONE = {"width": 360, "height": 740}
NAMES = {"markup": MARKUP, "formula": FORMULA, "bidi": BIDI, "long-name": LONG}
INJECTED = "main :is(img, script, iframe, object, svg, style, b), [onerror], [onclick], [onload], [href^='javascript:']"
TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
TRIGGERS = tuple("=+-@\t\r\n\0＝＋－＠")


class Book:
    """A person with every kind of unusual contact, from every provider, on a phone."""

    def __init__(self, anna: Person) -> None:
        self.anna, self.imports = anna, []
        for provider in PROVIDERS:
            address = anna.world.account(provider, contacts=5)
            for kind in KINDS:
                person = {"given": "Somebody", "emails": [f"{kind}@{provider}.example"]}
                anna.world.sandbox.contacts(address, "add", people=[person], odd=kind)
            self.imports.append(anna.api.import_account(provider, address)["job_id"])

    def open(self, provider: str, kind: str) -> None:
        """The contact's page."""
        (found,) = self.anna.api.get("/api/v1/contacts", params={"q": f"{kind}@{provider}.example"})["contacts"]
        self.anna.open(f"/contacts/{found['contact_id']}")

    def is_harmless(self) -> bool:
        """Whether nothing came in that is more than text, and the page is no wider than the phone."""
        page = self.anna.page
        return not page.locator(INJECTED).count() and page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.fixture(scope="module")
def book(browser, world):
    with visitors(browser, world) as make:
        yield Book(make(viewport=PHONE).let_in())


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("kind", NAMES)
class TestOne:
    def test_its_page_shows_the_name_as_text(self, book, provider, kind):
        book.open(provider, kind)

        shown = book.anna.page.get_by_role("heading", level=1).locator("bdi").text_content()
        assert shown.rstrip("…") == NAMES[kind][: len(shown.rstrip("…"))]
        assert len(shown) >= min(len(NAMES[kind]), 300)
        assert book.is_harmless()

    def test_no_title_turns_the_reading_direction(self, book, provider, kind):
        book.open(provider, kind)

        assert not TURNING.search(book.anna.page.title())

    def test_its_form_holds_the_name_whole_and_saving_it_changes_nothing(self, book, provider, kind):
        book.open(provider, kind)
        book.anna.press("Edit")
        assert book.anna.page.get_by_label(re.compile("^Shown as")).input_value() == NAMES[kind]
        assert book.is_harmless()

        book.anna.press("Save")

        assert "You," not in book.anna.page.locator("main").inner_text()


class TestMany:
    def test_the_list_shows_them_as_text(self, book):
        book.anna.open("/contacts")

        names = book.anna.names()
        assert any(name.startswith("<script>alert(1)</script>") for name in names)
        assert any(name.startswith("=HYPERLINK(") for name in names)
        assert book.is_harmless()

    @pytest.mark.parametrize("text", ["<script>", "\u202e", "' OR 1=1 --", "x" * 200])
    def test_a_search_for_anything_is_a_search_for_text(self, book, text):
        book.anna.search(text)

        assert book.anna.page.get_by_label("Search", exact=True).input_value() == text
        assert book.is_harmless()

    def test_what_became_of_them_shows_them_as_text(self, book):
        for job_id in book.imports:
            book.anna.open(f"/imports/{job_id}/contacts")

            assert any(name.startswith("<script>alert(1)</script>") for name in book.anna.names())
            assert book.is_harmless()

    def test_every_one_has_a_page_that_fits(self, book):
        for contact in book.anna.api.book():
            book.anna.open(f"/contacts/{contact['contact_id']}")

            assert book.is_harmless(), contact


class TestDownloads:
    def downloaded(self, book, words: str) -> str:
        book.anna.open("/me")
        with book.anna.page.expect_download() as download:
            book.anna.button(words).click()
        return download.value.path().read_bytes().decode("utf-8-sig")

    def test_no_cell_of_the_spreadsheet_is_a_formula_and_the_value_is_there(self, book):
        text = self.downloaded(book, "CSV for spreadsheets")

        cells = [cell for row in csv.reader(text.splitlines(keepends=True)) for cell in row if cell]
        assert not [cell for cell in cells if cell.startswith(TRIGGERS)]
        assert any(cell.lstrip("'") == FORMULA for cell in cells)
        assert any(cell == LONG for cell in cells)

    def test_no_contact_breaks_out_of_its_card(self, book):
        text = self.downloaded(book, "vCard 4.0 for other address books")

        lines = text.replace("\r\n ", "").split("\r\n")
        assert lines.count("BEGIN:VCARD") == lines.count("END:VCARD") == len(book.anna.api.book())
        assert not [line for line in lines if line.lower().startswith("bcc")]
        assert f"FN:{LONG}" in lines


def test_a_person_s_own_name_is_text_too(person):
    evil = person(f"<img src=x onerror=alert(1)>{'x' * 100}", viewport=PHONE).let_in()
    evil.open("/accounts")

    assert evil.page.get_by_role("banner").locator("img").count() == 0
    assert "<img src=x" in evil.page.get_by_role("banner").inner_text()
    assert evil.page.evaluate("document.documentElement.scrollWidth") <= 360

"""Undoing a file import, with a keyboard alone."""

from pathlib import Path

import pytest

from tests.browser import axe
from tests.browser.test_keyboard import Hands

CARDS = "".join(
    f"BEGIN:VCARD\nVERSION:3.0\nFN:{name}\nN:{';'.join(reversed(name.split()))};;;\nEMAIL:{mail}\nEND:VCARD\n"
    for name, mail in (("Ada Lovelace", "ada@example.com"), ("Alan Turing", "alan@example.com"))
)


@pytest.fixture
def hands(anna) -> Hands:
    """Anna without a pointer."""
    return Hands(anna)


@pytest.fixture
def cards(tmp_path: Path) -> Path:
    path = tmp_path / "contacts.vcf"
    path.write_text(CARDS, encoding="utf-8")
    return path


def test_an_import_is_undone_from_its_page_and_says_so(hands, cards):
    anna = hands.anna
    anna.open("/file-imports")
    anna.page.locator("input[type=file]").set_input_files(cards)  # no key opens the dialog of the system
    hands.press("Read the file")
    anna.expect_heading("Plan")
    hands.reach("Import 2 new")
    hands.keys.press("Enter")
    anna.expect_heading("Imported")

    hands.press("Undo")
    anna.expect_heading("Undo this file import?")
    assert "2 contacts that it created are removed" in anna.text()
    assert axe.violations(anna.page) == []
    hands.press("Undo 2 contacts")
    anna.expect_heading("Undo")
    assert "Reversed (2)" in anna.text()
    assert sorted(anna.names()) == ["Ada Lovelace", "Alan Turing"]
    assert axe.violations(anna.page) == []

    anna.open("/file-imports")
    assert "Undone" in anna.text()
    hands.press("contacts.vcf")
    anna.expect_heading("Undone")
    assert axe.violations(anna.page) == []
    hands.press("What was undone, and what was kept")
    hands.press("View contacts")
    assert "No contacts yet" in anna.text()

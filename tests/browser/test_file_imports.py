"""A file from its upload to the results: columns to confirm, a cell to fix, the plan, and then exactly that."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import axe
from tests.browser.person import Person
from tests.browser.test_every_page import PHONE, TOO_WIDE

TABLE = (
    "Vorname;Nachname;Mail;Handy;Irgendwas\n"
    "Ada;Lovelace;ada@example.com;0170 1234567;x\n"
    "Grace;Hopper;not an address;0171 7654321;y\n"
    "Alan;Turing;alan@example.com;;z\n"
)


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def anna(person, request) -> Person:
    return person(java_script_enabled=request.param).let_in()


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "Kontakte.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def upload(anna: Person, path: Path) -> None:
    anna.open("/file-imports")
    anna.page.locator("input[type=file]").set_input_files(path)
    anna.press("Read the file")


def test_a_file_is_read_checked_planned_and_imported(anna, table):
    upload(anna, table)
    anna.expect_heading("Check the columns")
    anna.page.get_by_label("Field for Irgendwas").select_option(label="Nickname")
    anna.page.get_by_label("Country of phone numbers").select_option("DE")
    anna.press("Confirm the columns")

    anna.expect_heading("Plan")
    assert "Nothing has been imported yet." in anna.text()
    assert "Not an email address" in anna.text()
    anna.page.get_by_role("textbox", name="Row 3, Mail").fill("grace@example.com")
    anna.press("Save the cells")
    anna.expect_heading("Plan")
    assert "Not an email address" not in anna.text()
    anna.follow(anna.page.get_by_role("button", name="Leave out row 4"))
    anna.expect_heading("Plan")

    anna.press("Import 2 new")
    anna.expect_heading("Imported")
    assert anna.counts() == {
        "Created": 2, "Updated": 0, "Unchanged": 0, "To decide": 0, "Skipped": 1, "Failed": 0, "Total": 3
    }  # fmt: skip
    assert anna.search("hopper") == ["Grace Hopper"]
    assert anna.search("turing") == []


def test_a_file_that_cannot_be_read_says_what_to_upload_instead(anna, tmp_path):
    path = tmp_path / "contacts.pdf"
    path.write_bytes(b"%PDF-1.4\n\x00\x01")

    upload(anna, path)

    anna.expect_heading("The file could not be read")
    assert "PDF" in anna.text()


def test_each_page_is_accessible_and_fits_a_phone(person, table):
    anna = person(viewport=PHONE).let_in()

    def check() -> None:
        assert axe.violations(anna.page) == []
        assert anna.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert anna.page.evaluate(TOO_WIDE) == []

    anna.open("/file-imports")
    check()
    upload(anna, table)
    anna.expect_heading("Check the columns")
    for summary in anna.page.locator("main summary").all():
        summary.click()
    check()
    anna.press("Confirm the columns")
    anna.expect_heading("Plan")
    for summary in anna.page.locator("main summary").all():
        summary.click()
    check()
    anna.follow(anna.page.get_by_role("link", name="Edit row 3"))
    anna.expect_heading("Row 3")
    check()
    anna.open(anna.page.url.removeprefix(anna.world.url).partition("/rows")[0])
    anna.follow(anna.page.get_by_role("button", name=re.compile("^Import ")))
    anna.expect_heading("Imported")
    expect(anna.page.get_by_role("link", name="All rows")).to_be_visible()
    check()


def test_a_file_that_is_too_large_for_a_form_goes_to_the_bucket(person, tmp_path):
    anna = person().let_in()
    anna.watch.origins = (*anna.watch.origins, anna.world.running.settings["AWS_ENDPOINT_URL"])
    path = tmp_path / "large.csv"
    rows = "".join(f"Person,{number},p{number}@example.com,{'x' * 2_000}\n" for number in range(2_200))
    path.write_text(f"First Name,Last Name,Email Address,Notes\n{rows}")

    upload(anna, path)

    anna.expect_heading("Plan")
    assert "2,200 rows" in anna.text()


def test_a_refusal_of_a_large_file_is_shown_where_it_was_chosen(person, tmp_path):
    anna = person().let_in()
    anna.watch.expected.add(422)
    path = tmp_path / "large.csv"
    path.write_bytes(b"x" * 5_000_000)
    anna.open("/file-imports")
    anna.page.get_by_text("Settings").click()
    anna.page.get_by_label("Tag").fill("Not a tag")
    anna.page.locator("#tag").evaluate("field => field.removeAttribute('pattern')")
    anna.page.locator("input[type=file]").set_input_files(path)
    anna.button("Read the file").click()

    expect(anna.page.get_by_role("alert")).to_contain_text("lowercase letters")
    anna.page.get_by_label("Tag").fill("")
    expect(anna.button("Read the file")).to_be_enabled()


def test_a_file_can_be_dropped(person):
    anna = person().let_in()
    anna.open("/file-imports")
    dropped = anna.page.evaluate_handle(
        "() => { const data = new DataTransfer(); data.items.add(new File(['FN'], 'dropped.vcf')); return data; }"
    )

    anna.page.locator("form[data-drop]").dispatch_event("drop", {"dataTransfer": dropped})

    assert anna.page.locator("input[type=file]").evaluate("input => input.files[0].name") == "dropped.vcf"

"""Leads of an organization: a file from its upload to its results; a lead, found by another spelling and edited."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Route

from tests.browser import axe
from tests.browser.person import Person
from tests.browser.test_every_page import PHONE, TOO_WIDE
from tests.browser.test_keyboard import Hands

TABLE = (
    "Name,WhatsApp,Email,City\n"
    "Maria,+55 11 8765-4321,maria@mail.example,Santos\n"
    "João,+55 11 98888-7777,,\n"
    "Maria again,5511987654321,,\n"
    "Nobody,12,,\n"
)
COUNTS = {"Created": 2, "Updated": 0, "Unchanged": 0, "Skipped": 1, "Ambiguous": 0, "Failed": 1, "Total": 4}


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "expo.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def upload(person: Person, organization: str, path: Path) -> None:
    person.open(f"/organizations/{organization}/leads/imports")
    person.page.locator("input[type=file]").set_input_files(path)
    person.press("Upload")
    person.expect_heading("Check the columns")


def import_file(person: Person, organization: str, path: Path) -> None:
    upload(person, organization, path)
    person.press("Import")


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_an_importer_imports_a_file_and_edits_a_lead_of_it(person, table, scripts):
    organization = "with-scripts" if scripts else "without-scripts"
    ines: Person = person(java_script_enabled=scripts).let_in(organization, "importer")
    ines.watch.origins = (*ines.watch.origins, ines.world.running.settings["AWS_ENDPOINT_URL"])
    ines.open("/organizations")
    ines.press(organization)
    ines.press("Import leads")
    upload(ines, organization, table)
    assert "+55 11 98888-7777" in ines.text()
    ines.page.get_by_label("Field for City").select_option("ignore")
    ines.press("Import")

    ines.expect_heading("Imported, but some rows are not")
    assert ines.counts() == COUNTS
    with ines.page.expect_download() as download:
        ines.page.get_by_role("link", name="CSV of the rows: failed").click()
    assert "Nobody" in download.value.path().read_text(encoding="utf-8-sig")

    ines.press("Leads of this import")
    ines.fill("Number, address or ID", "55 (11) 98765 4321")
    ines.press("Find")
    assert ines.names() == ["Maria"]
    ines.press("Maria")
    assert "Santos" not in ines.text()
    ines.press("Edit")
    ines.fill("Name", "Maria da Silva")
    ines.press("Save")
    ines.expect_heading("Maria da Silva")
    assert "Saved." in ines.text()
    assert ines.page.get_by_role("link", name="Erase").count() == 0


def test_each_page_is_accessible_and_fits_a_phone(person, table):
    organization = "o" * 64
    olga: Person = person(viewport=PHONE).let_in(organization, "admin")

    def check() -> None:
        for summary in olga.page.locator("main summary").all():
            summary.click()
        assert axe.violations(olga.page) == []
        assert olga.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert olga.page.evaluate(TOO_WIDE) == []

    olga.open("/organizations")
    check()
    olga.watch.expected.add(422)
    unknown = table.with_name("unknown.csv")
    unknown.write_text("Quem,Onde\nMaria,Santos\n")
    upload(olga, organization, unknown)
    check()
    olga.press("Import")
    assert "No column identifies people" in olga.text()
    check()
    import_file(olga, organization, table)
    olga.expect_heading("Imported, but some rows are not")
    check()
    olga.open(f"/organizations/{organization}/leads/imports")
    check()
    olga.open(f"/organizations/{organization}/leads")
    check()
    olga.press("Maria")
    olga.page.get_by_text("Add an identity").click()
    olga.page.get_by_label("Channel").select_option("email")
    olga.fill("Number, address or ID", "maria@mail.example")
    olga.press("Add")
    olga.expect_heading("Maria")
    check()
    lead = olga.page.url.removeprefix(olga.world.url).partition("?")[0]
    for action in ("edit", "delete", "erase"):
        olga.open(f"{lead}/{action}")
        check()
    olga.open(f"/organizations/{organization}/leads?channel=email&channelIdentifier=nobody")
    olga.expect_heading(f"Leads of {organization}")
    check()


def test_a_lead_is_found_and_edited_by_keyboard(person, table):
    ines: Person = person().let_in("keys", "importer")
    import_file(ines, "keys", table)
    ines.expect_heading("Imported, but some rows are not")
    hands = Hands(ines)

    ines.open("/organizations/keys/leads")
    hands.type("Number, address or ID", "5511987654321")
    hands.press("Find")
    hands.press("Maria")
    hands.press("Edit")
    hands.type("Name", "Maria da Silva")
    hands.press("Save")

    ines.expect_heading("Maria da Silva")


def test_a_file_that_is_too_large_for_a_form_goes_to_the_bucket(person, tmp_path):
    ines: Person = person().let_in("large", "importer")
    ines.watch.origins = (*ines.watch.origins, ines.world.running.settings["AWS_ENDPOINT_URL"])
    path = tmp_path / "Große Datei.csv"
    rows = "".join(f"Person {number},+55119{80000000 + number},{'x' * 900}\n" for number in range(5_000))
    path.write_text(f"Name,WhatsApp,Notes\n{rows}")

    import_file(ines, "large", path)

    ines.expect_heading("Imported")
    assert ines.counts()["Created"] == 5_000
    assert "Große Datei.csv" in ines.text()


def test_a_large_file_is_sent_in_parts_and_goes_on_after_a_part_that_failed(person, tmp_path):
    ines: Person = person().let_in("parts", "importer")
    ines.watch.origins = (*ines.watch.origins, ines.world.running.settings["AWS_ENDPOINT_URL"])
    path = tmp_path / "parts.csv"
    rows = "".join(f"Person {number},+55119{80000000 + number},{'x' * 100_000}\n" for number in range(170))
    path.write_text(f"Name,WhatsApp,Notes\n{rows}")
    refused: list[str] = []
    second_part = re.compile(r"partNumber=2")

    def refuse_once(route: Route) -> None:
        refused.append(route.request.url)
        route.fulfill(status=503, headers={"Access-Control-Allow-Origin": "*"})

    ines.watch.expected.add(503)

    ines.page.route(second_part, refuse_once, times=1)
    ines.open("/organizations/parts/leads/imports")
    ines.page.evaluate("document.querySelector('form[data-drop]').dataset.partsAbove = '8000000'")
    ines.page.locator("input[type=file]").set_input_files(path)
    ines.press("Upload")
    ines.page.get_by_label("Field for Notes").select_option("ignore")
    ines.press("Import")

    ines.expect_heading("Imported")
    assert ines.counts()["Created"] == 170
    assert len(refused) == 1

"""Bulk runs: a file is tried, sent and followed, and what it created is deleted with the numbers on the button."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.person import ENDED_WITHIN, Person

CONTACTS = [
    {"external_id": f"crm-{each}", "display": f"Guest {each}", "emails": [{"value": f"g{each}@mail.example"}]}
    for each in range(1_204)
]


def send(who: Person, name: str, content: str) -> None:
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": content.encode()}
    who.page.locator("input[type=file]").set_input_files(file)
    who.press("Send")


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_file_is_tried_sent_and_cleaned_up(person, scripts):
    anna: Person = person(java_script_enabled=scripts).let_in()
    anna.open("/bulk")
    anna.page.get_by_label("Dry run: only tell what would happen").check()
    send(anna, "guests.json", json.dumps(CONTACTS))
    anna.expect_heading("Dry run")
    assert anna.counts()["Created"] == 1_204

    anna.press("Create now")
    anna.expect_heading("Contacts created")
    assert "crm-0" in anna.text()
    anna.follow(anna.page.get_by_role("link", name="Created", exact=True))
    with anna.page.expect_download() as download:
        anna.button("Download as CSV").click()
    assert len(download.value.path().read_text(encoding="utf-8-sig").splitlines()) == 1_205

    anna.press("Clean up …")
    anna.expect_heading("Delete these contacts?")
    expect(anna.button("Delete 1,204 contacts")).to_be_visible(timeout=ENDED_WITHIN)
    anna.press("Delete 1,204 contacts")
    anna.expect_heading("Contacts deleted")
    assert anna.api.book() == []


def test_what_is_wrong_with_a_file_is_said_where_it_was_sent(anna):
    anna.open("/bulk")
    anna.watch.expected |= {422}
    send(anna, "guests.csv", "Name,Email\nAda,ada@mail.example\n,x\n")

    assert "There is a problem" in anna.text()

"""An operator tries a vendor, runs it, undoes the run and turns it off; the activity has what happened alone."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.person import ENDED_WITHIN, Person

VENDOR = "/operator/enrichment/phone-metadata"
NUMBER = {"given": "Ada", "phones": [{"raw": "+49 30 901820"}]}


@pytest.fixture
def olga(person) -> Person:
    """An operator, whose vendor looks at the contacts of Anna alone."""
    return person(is_operator=True).let_in()


def test_a_pass_is_tried_run_undone_and_turned_off(olga, anna):
    anna.api.post("/api/v1/contacts", NUMBER)
    anna.api.post("/api/v1/contacts", {"given": "Eve"})
    olga.open("/accounts")
    olga.press("Enrichment")
    olga.press("Phone metadata")
    olga.page.get_by_label("Those of these people").check()
    olga.page.get_by_label(re.compile("^People")).fill(anna.name)
    olga.press("Save whose contacts")
    expect(olga.page.get_by_role("status")).to_contain_text("Saved")

    olga.press("Try it on 20 contacts")
    expect(olga.page.locator("main")).to_contain_text("Nothing was written", timeout=ENDED_WITHIN)
    expect(olga.page.locator("main")).to_contain_text("landline")

    olga.open(VENDOR)
    if olga.button("Turn on").count():
        olga.press("Turn on")
    olga.press("Run now")
    expect(olga.page.get_by_role("link", name=re.compile("run", re.IGNORECASE)).first).to_be_visible()
    run = olga.page.locator("main tbody a").first
    run.click()
    expect(olga.page.get_by_role("heading", level=1)).to_contain_text("Done", timeout=ENDED_WITHIN)
    assert "Enriched\n1" in olga.text()
    assert "landline" in str(anna.api.get("/api/v1/contacts")["contacts"])

    olga.press("Undo the run")
    expect(olga.page.locator("main")).to_contain_text("taken back in 1 contact", timeout=ENDED_WITHIN)
    assert "landline" not in str(anna.api.get("/api/v1/contacts")["contacts"])

    olga.open(VENDOR)
    olga.press("Turn off")
    expect(olga.page.get_by_role("status")).to_contain_text("The vendor is off")
    olga.open("/operator/activity?kind=enrichment_run")
    assert "skipped" not in olga.text()


def test_a_schedule_is_told_in_words_and_a_wrong_one_is_refused_with_what_to_write(olga):
    olga.open("/operator/enrichment/hunter")
    olga.page.get_by_label(re.compile("^Cron expression")).fill("0 3 * * 1-5")
    olga.page.get_by_label(re.compile("^Time zone")).fill("Europe/Berlin")
    olga.press("Save the schedule")
    expect(olga.page.locator("main")).to_contain_text("At 03:00 on Monday through Friday, Europe/Berlin")

    olga.watch.expected.add(422)
    olga.page.get_by_label(re.compile("^Cron expression")).fill("every day")
    olga.press("Save the schedule")
    expect(olga.page.locator("main")).to_contain_text("Write five fields")


def test_other_people_see_no_link_and_are_refused(anna):
    anna.watch.expected.add(403)
    anna.open("/accounts")
    assert anna.button("Enrichment").count() == 0

    assert anna.open("/operator/enrichment").status == 403

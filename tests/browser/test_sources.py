"""Sources of records: made on a page, and then it shows what they send and what becomes of it."""

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
import requests
from playwright.sync_api import expect

from local.sandbox.hostile import LONG, MARKUP
from tests.browser import axe
from tests.browser.person import ENDED_WITHIN, Person
from tests.browser.test_every_page import PHONE, TOO_WIDE

KEY = re.compile(r"in_[\w-]{22}\.[\w-]{43}")
ADA = {"id": "1", "first_name": "Ada", "last_name": "Lovelace", "email": "ada@mail.example", "shoe size": "37"}


def make_source(who: Person, name: str, path: str = "/sources") -> str:
    """Make a source on its page; returns its key, which the page then shows."""
    who.open(path)
    who.page.locator("#name").fill(name)
    who.press("Create the source")
    who.expect_heading(name)
    found = KEY.search(who.text())
    assert found is not None
    return found[0]


def send(who: Person, key: str, records: Any) -> int:
    """What the system does that has the key."""
    source_id = key.partition(".")[0].removeprefix("in_")
    headers: Mapping[str, str] = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    url = f"{who.world.url}api/v1/ingest/{source_id}"
    return requests.post(url, data=json.dumps(records), headers=headers, timeout=30).status_code


def page_of(key: str, path: str = "/sources") -> str:
    return f"{path}/{key.partition('.')[0].removeprefix('in_')}"


def wait_for_records(who: Person, address: str, *words: str) -> None:
    """Look at the page again until it shows them."""
    for _ in range(ENDED_WITHIN // 500):
        who.open(address)
        if all(word in who.text() for word in words):
            return
        who.page.wait_for_timeout(500)
    raise AssertionError(who.text())


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_source_is_made_sends_records_and_is_deleted(person, scripts):
    anna: Person = person(java_script_enabled=scripts).let_in()
    key = make_source(anna, "CRM")
    assert send(anna, key, [ADA, {"id": "2", "zz": "nobody"}]) == 202

    wait_for_records(anna, page_of(key), "Created", "Failed", "shoe size")  # which is listed once the job has ended
    assert KEY.search(anna.text()) is None
    assert "None of its fields is a name, an email address or a phone number." in anna.text()
    anna.press("Contact")
    anna.expect_heading("Ada Lovelace")

    anna.open(page_of(key))
    anna.press("Pause")
    assert send(anna, key, ADA) == 503
    anna.press("Resume")
    anna.press("New key, end the old ones now")
    assert send(anna, key, ADA) == 401

    anna.press("Delete …")
    anna.press("Delete the source")
    expect(anna.page.locator("main")).to_contain_text("None yet.")


def test_each_page_is_accessible_and_fits_a_phone(person):
    olga: Person = person(viewport=PHONE).let_in("acme-sources", "admin")
    olga.watch.expected.add(422)

    def check() -> None:
        for summary in olga.page.locator("main summary").all():
            summary.click()
        assert axe.violations(olga.page) == []
        assert olga.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert olga.page.evaluate(TOO_WIDE) == []

    olga.open("/sources")
    check()
    olga.page.locator("#name").fill("Shop")
    olga.page.locator("#tag").fill("Not a tag")
    olga.press("Create the source")
    check()
    key = make_source(olga, LONG[:90])
    check()
    send(
        olga, key, [{"id": "1", "given": MARKUP, LONG[:150]: LONG[:400], "email": "x@mail.example"}, {"zz": LONG[:300]}]
    )
    wait_for_records(olga, page_of(key), "Created", "Failed")
    check()
    olga.press("Delete …")
    check()
    leads = "/organizations/acme-sources/sources"
    key = make_source(olga, "Forms", leads)
    send(olga, key, [{"whatsapp": "+55 11 98765-4321", "name": "Maria"}, {"name": "Nobody"}])
    wait_for_records(olga, page_of(key, leads), "Created", "Failed")
    check()
    olga.press("Lead")
    olga.expect_heading("Maria")

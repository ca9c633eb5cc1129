"""Endpoints on the pages: a person registers a receiver of their own, sees events arrive, and takes it away again."""

import re

import pytest
from playwright.sync_api import expect

from local.receiver import Receiver
from tests.browser.person import ENDED_WITHIN, Person


@pytest.fixture
def receiver():
    with Receiver() as listening:
        yield listening


def register(person: Person, url: str) -> None:
    """From the navigation to the page with the secret."""
    person.open("/accounts")
    person.press("Webhooks")
    person.page.get_by_label(re.compile("^URL")).fill(url)
    person.press("Register")


def test_a_person_registers_tests_rotates_pauses_and_replays(anna, receiver):
    register(anna, receiver.url)
    receiver.secret = anna.page.get_by_label("Secret", exact=True).input_value()
    assert receiver.secret.startswith("whsec_")

    anna.press("Send a test event")
    expect(anna.page.get_by_role("status")).to_contain_text("on its way")
    wait_until_it_shows(anna, "Delivered")
    assert receiver.counts == {"endpoint.test": 1}

    anna.page.get_by_text("1 attempt", exact=True).click()
    expect(anna.page.locator("main")).to_contain_text("status 204")
    anna.follow(anna.page.locator(".card").get_by_role("button", name="Send again"))
    wait_until_it_shows(anna, "2 attempts")
    assert receiver.counts == {"endpoint.test": 1}  # the same id

    anna.press("Make a new secret")
    older, receiver.secret = receiver.secret, anna.page.get_by_label("Secret", exact=True).input_value()
    assert receiver.secret != older
    expect(anna.page.locator("main")).to_contain_text("signs too until")
    anna.press("Send a test event")
    wait_until_it_shows(anna, "Delivered")
    assert receiver.wrong == 0

    anna.press("Pause")
    expect(anna.page.get_by_role("status")).to_contain_text("Events wait")
    anna.press("Resume")
    expect(anna.page.get_by_role("status")).to_contain_text("sent again")
    anna.press("Delete the endpoint")
    expect(anna.page.get_by_role("status")).to_contain_text("deleted")
    expect(anna.page.locator("main")).to_contain_text("No endpoints yet")


def test_a_url_that_is_not_allowed_is_named_at_its_field(anna):
    anna.watch.expected.add(422)
    register(anna, "https://10.0.0.1/hook")

    expect(anna.page.get_by_role("alert")).to_contain_text("host on the public internet")
    assert anna.page.get_by_label(re.compile("^URL")).input_value() == "https://10.0.0.1/hook"


def test_an_import_arrives(anna, receiver):
    register(anna, receiver.url)
    receiver.secret = anna.page.get_by_label("Secret", exact=True).input_value()
    job_id = anna.connect("google", anna.world.account("google", contacts=5))
    anna.page.goto(anna.world.url + "webhooks")
    anna.follow(anna.page.locator("main .card a").first)
    wait_until_it_shows(anna, "import.completed ✓ Delivered")

    assert receiver.jobs("import.started") == receiver.jobs("import.completed") == {job_id}


def wait_until_it_shows(person: Person, words: str) -> None:
    """Reload the page until it says so."""
    for _ in range(ENDED_WITHIN // 500):
        person.page.wait_for_timeout(500)
        person.page.reload()
        if words in person.text():
            return
    raise AssertionError(f"The page never said {words!r}: {person.text()}")

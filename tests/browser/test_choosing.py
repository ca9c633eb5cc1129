"""Choosing what comes of an account: after consent, with counts, and later on its card."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.person import IMPORT
from tests.browser.test_refreshing import card_of


@pytest.fixture
def address(anna) -> str:
    """A Google account of ten contacts, two of which are family, and of four "Other contacts"."""
    made: str = anna.world.account("google", contacts=10, others=4)
    anna.world.sandbox.contacts(made, "change", numbers=list(range(10)), set={"groups": []})
    anna.world.sandbox.contacts(made, "change", numbers=[0, 1], set={"groups": ["Family"]})
    return made


def consent(anna, address: str) -> None:
    """To the page where Anna chooses."""
    anna.begin_to_connect("google", address)
    allow(anna)


def allow(anna) -> None:
    """Everything that the provider asks for."""
    for box in anna.page.get_by_role("checkbox").all():
        box.check()
    anna.press("Continue")
    anna.expect_heading(re.compile("^Choose what comes from Google"))


def start(anna, words: str = "Start importing") -> dict[str, int]:
    """Start the import; returns its counts."""
    anna.press(words)
    anna.page.wait_for_url(IMPORT)
    anna.expect_heading("Done")
    return anna.counts()


def contacts(anna) -> int:
    return len(anna.api.book())


def test_after_consent_everything_is_chosen_and_nothing_comes_before_the_button_is_pressed(anna, address):
    consent(anna, address)

    expect(anna.page.get_by_label("All contacts: 10 contacts")).to_be_checked()
    expect(anna.page.get_by_label("Family: 2 contacts")).not_to_be_checked()
    assert anna.api.get("/api/v1/imports")["imports"] == []
    start(anna)
    assert contacts(anna) == 10


def test_ticking_a_label_chooses_only_that(anna, address):
    consent(anna, address)
    anna.page.get_by_label("Family: 2 contacts").check()
    expect(anna.page.get_by_label("Only what I choose")).to_be_checked()
    start(anna)

    assert contacts(anna) == 2
    anna.open("/accounts")
    expect(card_of(anna, address)).to_contain_text("Family")


def test_other_contacts_are_counted_and_come_after_one_more_permission(anna, address):
    consent(anna, address)
    anna.press("Ask Google for this permission")
    if anna.page.get_by_role("button", name="Continue").count() == 0:
        anna.press(address)
    allow(anna)
    anna.page.get_by_label("Other contacts: 4 contacts").check()
    start(anna)

    assert contacts(anna) == 14


def test_a_person_who_leaves_without_choosing_finds_the_choice_on_the_card(anna, address):
    consent(anna, address)
    anna.open("/accounts")
    expect(card_of(anna, address)).to_contain_text("After you have chosen what comes")

    anna.press("Choose what comes")
    start(anna)
    assert contacts(anna) == 10


def test_a_later_choice_says_what_leaves_before_it_is_made_and_asks_before_so_many_go(anna, address):
    anna.connect("google", address)
    anna.expect_heading("Done")
    anna.open("/accounts")
    anna.press("Choose what comes")
    anna.page.get_by_label("Family: 2 contacts").check()
    anna.press("See what changes")

    assert "2 contacts come from this account in all" in anna.text()
    assert "8 contacts are left out and leave your address book" in anna.text()
    assert contacts(anna) == 10

    anna.press("Choose this")
    anna.expect_heading(re.compile("^Done"))
    assert contacts(anna) == 10
    assert "8 contacts" in anna.text()


def test_nothing_chosen_is_said_on_the_page(anna, address):
    anna.watch.expected |= {422}
    consent(anna, address)
    anna.page.get_by_label("Only what I choose").check()
    anna.press("Start importing")

    assert "Choose something." in anna.text()

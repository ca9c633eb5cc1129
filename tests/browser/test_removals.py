"""Contacts deleted at the provider: many are held back until the person decides."""

import pytest


@pytest.fixture
def held_back(anna):
    """Anna's import page, where 25 of 40 contacts are gone at Google and wait."""
    address = anna.world.account("google", contacts=40)
    anna.api.import_account("google", address)
    anna.world.sandbox.contacts(address, "delete", count=25)
    anna.import_again()
    return anna


def test_nothing_is_removed_before_the_decision_and_the_buttons_show_the_number(held_back):
    assert "25 contacts no longer come from Google" in held_back.text()
    buttons = held_back.page.locator("main").get_by_role("button").all_inner_texts()
    assert {"Keep 25 contacts", "Remove 25 contacts"} <= set(buttons)

    held_back.open("/contacts")
    assert "40 contacts" in held_back.text()


def test_removing_them_leaves_the_others(held_back):
    held_back.press("Remove 25 contacts")
    held_back.expect_heading("Contacts removed")

    held_back.open("/contacts")

    assert "15 contacts" in held_back.text()


def test_keeping_them_is_final(held_back):
    held_back.press("Keep 25 contacts")
    held_back.import_again()

    assert "no longer come" not in held_back.text()
    held_back.open("/contacts")
    assert "40 contacts" in held_back.text()

"""Disconnecting an account, with the numbers shown before."""

import pytest


@pytest.fixture
def two_accounts(anna):
    """30 people at Google; 20 at Microsoft, 8 of whom Google knows too. Returns Microsoft's address."""
    google = anna.world.account("google", contacts=30, seed=5)
    microsoft = anna.world.account("microsoft", contacts=20, seed=6, known_from=google, known=8)
    for provider, address in (("google", google), ("microsoft", microsoft)):
        anna.api.import_account(provider, address)
    return microsoft


def ask_to_disconnect(anna, address: str) -> None:
    anna.open("/accounts")
    anna.follow(anna.page.get_by_role("listitem").filter(has_text=address).get_by_role("link", name="Disconnect"))


def test_the_page_shows_how_many_contacts_come_from_the_account_and_how_many_would_be_deleted(anna, two_accounts):
    ask_to_disconnect(anna, two_accounts)

    assert "20 contacts come from this account; 8 of them also from other sources" in anna.text()
    buttons = anna.page.locator("main").get_by_role("button").all_inner_texts()
    assert buttons == ["Disconnect and keep 20 contacts", "Disconnect and remove 12 contacts"]


def test_keeping_leaves_every_contact_and_reads_no_more(anna, two_accounts):
    ask_to_disconnect(anna, two_accounts)
    anna.press("Disconnect and keep 20 contacts")
    anna.expect_heading("Disconnected")

    anna.open("/contacts")
    assert "42 contacts" in anna.text()
    anna.open("/accounts")
    card = anna.page.get_by_role("listitem").filter(has_text=two_accounts)
    assert "Disconnected" in card.inner_text()
    assert card.get_by_role("button", name="Import again").count() == 0


def test_removing_deletes_only_contacts_without_another_source(anna, two_accounts):
    ask_to_disconnect(anna, two_accounts)
    anna.press("Disconnect and remove 12 contacts")
    anna.expect_heading("Disconnected")

    anna.open("/contacts")
    assert "30 contacts" in anna.text()


def test_connecting_again_brings_them_back(anna, two_accounts):
    ask_to_disconnect(anna, two_accounts)
    anna.press("Disconnect and remove 12 contacts")
    anna.expect_heading("Disconnected")

    anna.connect("microsoft", two_accounts)
    anna.expect_heading("Done")

    anna.open("/contacts")
    assert "42 contacts" in anna.text()

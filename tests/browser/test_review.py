"""Reviewing possible duplicates: with keys alone, with a preview that follows the choices, and without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

SHARED = "family@mail.example"
ADA = {"given": "Ada", "family": "Lovelace", "emails": [SHARED]}
EDA = {"given": "Eda", "family": "Lovelace", "emails": [SHARED]}
BOB = {"given": "Robert", "family": "Bit", "emails": ["bits@mail.example"]}
ROB = {"given": "Carola", "family": "Bit", "emails": ["bits@mail.example"]}
PAIR = re.compile(r"/review/[\w-]{22}\.[\w-]{22}")


@pytest.fixture
def account(anna) -> str:
    """Two pairs of possible duplicates."""
    return import_pairs(anna)


def import_pairs(anna) -> str:
    address: str = anna.world.account("google", contacts=3)
    anna.world.sandbox.contacts(address, "add", people=[ADA, EDA, BOB, ROB])
    anna.api.import_account("google", address)
    return address


def press(anna, key: str) -> None:
    """Press a key that leads to another page."""
    with anna.page.expect_navigation(wait_until="domcontentloaded"):
        anna.page.keyboard.press(key)


def result(anna) -> str:
    return anna.page.locator("[data-result]").inner_text()


class TestWithKeysAlone:
    def test_pairs_are_chosen_merged_kept_apart_put_off_and_undone_until_nothing_is_left(self, anna, account):
        anna.open("/review")
        assert "2 pairs" in anna.text()
        anna.page.keyboard.press("j")
        anna.page.keyboard.press("j")
        anna.page.keyboard.press("k")
        press(anna, "Enter")  # the first pair has the focus again
        anna.page.wait_for_url(PAIR)
        first = anna.page.url

        press(anna, "j")
        assert anna.page.url != first
        press(anna, "k")
        assert anna.page.url == first

        press(anna, "Enter")  # the same person
        assert "Merged" in anna.text()
        press(anna, "u")
        assert anna.page.url == first
        press(anna, "d")
        assert "Kept as two contacts" in anna.text()
        press(anna, "l")
        assert "Put off" in anna.text()
        assert "Nothing to decide, except what you put off." in anna.text()

        anna.open("/review?later=yes")
        anna.page.keyboard.press("j")
        press(anna, "Enter")
        press(anna, "Enter")
        anna.open("/review")
        assert "Nothing to decide." in anna.text()

    def test_what_was_decided_does_not_come_up_again_with_the_next_import(self, anna, account):
        anna.open("/review")
        anna.page.keyboard.press("j")
        press(anna, "Enter")
        press(anna, "d")
        press(anna, "Enter")

        anna.import_again()

        anna.open("/review")
        assert "Nothing to decide." in anna.text()

    def test_1_and_2_choose_a_side_and_the_preview_follows(self, anna, account):
        anna.open("/review")
        anna.page.keyboard.press("j")
        press(anna, "Enter")
        names = [anna.page.locator(f"[data-field] td:nth-of-type({at}) .text").first.inner_text() for at in (1, 2)]

        for key, name in (("2", names[1]), ("1", names[0])):
            anna.page.keyboard.press(key)
            expect(anna.page.locator("[data-result] dd").first).to_have_text(name)

        anna.page.keyboard.press("2")
        press(anna, "Enter")
        anna.press("open the contact")
        anna.expect_heading(names[1])

    def test_the_keys_can_be_switched_off(self, anna, account):
        anna.open("/review")
        anna.page.get_by_text("Keys", exact=True).click()
        anna.page.get_by_label("Use these keys").uncheck()
        anna.page.reload()

        anna.page.keyboard.press("j")

        assert anna.page.evaluate("document.activeElement.tagName") == "BODY"


class TestWithoutScript:
    def test_a_pair_is_previewed_and_merged_with_the_chosen_name(self, person):
        anna = person(java_script_enabled=False).let_in()
        import_pairs(anna)
        anna.open("/review")
        anna.follow(anna.page.locator("main tbody th a").first)
        chosen = anna.page.locator("[data-field] td:nth-of-type(2) .text").first.inner_text()
        anna.page.locator("[data-field] input[value=right]").first.check()

        anna.press("Preview")
        assert chosen in result(anna)
        assert anna.page.locator("[data-field] input[value=right]").first.is_checked()

        anna.press("Same person: merge")
        anna.press("open the contact")
        anna.expect_heading(chosen)

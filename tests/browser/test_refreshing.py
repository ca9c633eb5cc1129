"""How often an account is imported again by itself: said before connecting, shown and changed on its card."""

from playwright.sync_api import Locator, expect


def card_of(anna, address: str) -> Locator:
    return anna.page.get_by_role("listitem").filter(has_text=address)


def choose(anna, address: str, words: str) -> None:
    card = card_of(anna, address)
    card.get_by_label("Import again").select_option(words)
    anna.follow(card.get_by_role("button", name="Save"))


def test_a_new_account_is_imported_daily_and_its_card_changes_that(anna):
    address = anna.world.account("google", contacts=3)
    anna.open("/accounts")
    assert "imported again every day" in anna.text()
    anna.connect("google", address)
    anna.expect_heading("Done")
    anna.open("/accounts")
    card = card_of(anna, address)
    expect(card.get_by_label("Import again")).to_have_value("daily")
    daily = card.locator("dt", has_text="Next import").locator("xpath=following-sibling::dd[1]").inner_text()

    choose(anna, address, "Every hour")
    hourly = card.locator("dt", has_text="Next import").locator("xpath=following-sibling::dd[1]").inner_text()
    choose(anna, address, "Only when I start it")

    assert (" at " in daily, " at " in hourly) == (True, True)
    expect(card).to_contain_text("Only when you start it")
    expect(card.get_by_label("Import again")).to_have_value("off")
    assert anna.page.url.endswith(f"#{card.get_attribute('id')}")


def test_an_account_that_lost_its_consent_says_that_the_next_import_waits_for_it(anna):
    address = anna.world.account("google", contacts=3)
    anna.connect("google", address)
    anna.expect_heading("Done")
    anna.world.sandbox.do(f"accounts/{address}/revoke")
    anna.open("/accounts")
    anna.press("Import again")
    anna.expect_heading("Failed")
    anna.open("/accounts")
    expect(card_of(anna, address)).to_contain_text("None until you reconnect the account")

    anna.press("Reconnect")
    anna.agree()

    anna.expect_heading("Done")
    assert "Incremental import, started" in anna.text()
    anna.open("/accounts")
    expect(card_of(anna, address)).not_to_contain_text("None until you reconnect the account")

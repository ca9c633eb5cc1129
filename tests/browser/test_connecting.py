"""Connecting an account through the provider's screens: agree, decline, and a missing permission."""

import re

import pytest
from playwright.sync_api import expect

from chalicelib.providers.registry import PROVIDERS


class TestYes:
    @pytest.mark.parametrize("provider", PROVIDERS)
    def test_every_contact_is_imported_and_counted_on_the_card(self, anna, provider):
        address = anna.world.account(provider, contacts=40)

        anna.connect(provider, address)

        anna.expect_heading("Done")
        assert anna.counts()["Created"] == anna.counts()["Total read"] == 40
        anna.open("/accounts")
        card = anna.page.get_by_role("listitem").filter(has_text=address)
        expect(card).to_contain_text("Connected")
        expect(card).to_contain_text("Contacts40")
        expect(card).to_contain_text("40 created or updated")

    def test_without_accounts_there_is_one_button_per_way_to_connect_a_provider(self, anna):
        anna.open("/accounts")

        assert "No accounts yet" in anna.text()
        links = anna.page.locator("main").get_by_role("link").all_inner_texts()
        assert links == ["Connect Google", "Connect Microsoft", "Connect HubSpot", "Connect HubSpot with a token"]

    def test_an_account_can_be_imported_again_and_nothing_is_doubled(self, anna):
        anna.connect("google", anna.world.account("google", contacts=12))
        anna.expect_heading("Done")

        anna.import_again()

        assert "Incremental import, started" in anna.text()
        assert anna.counts()["Created"] == 0
        anna.open("/contacts")
        assert len(anna.names()) == 12


class TestWithAToken:
    """A token that the person makes at HubSpot and pastes here."""

    def make(self, anna, address: str) -> str:
        anna.page.goto(f"{anna.world.sandbox.origin}/hubspot/private-apps")
        anna.press(f"Make a token for {address}")
        return anna.page.locator("code").inner_text()

    def test_it_is_pasted_and_the_import_begins(self, anna):
        address = anna.world.account("hubspot", contacts=7)
        token = self.make(anna, address)
        anna.open("/accounts")
        anna.press("Connect HubSpot with a token")
        assert "giving us the token is your consent" in anna.text()

        anna.fill("Access token", token)
        anna.press("Connect and import")

        anna.expect_heading("Done")
        anna.open("/accounts")
        assert "read contacts" in anna.text()

    def test_a_wrong_one_is_told_and_not_repeated(self, anna):
        anna.watch.expected |= {422}
        anna.open("/accounts/connect/hubspot/token")

        anna.fill("Access token", "pat-na1-made-up-by-somebody")
        anna.press("Connect and import")

        assert "HubSpot does not accept this token" in anna.text()
        assert "made-up" not in anna.page.content()


class TestNo:
    @pytest.mark.parametrize("provider", PROVIDERS)
    def test_declining_connects_nothing_and_explains_the_next_step(self, anna, provider):
        anna.watch.expected |= {400, 403, 409}
        anna.begin_to_connect(provider, anna.world.account(provider))

        anna.press("Cancel")

        assert anna.page.url.startswith(anna.world.url)
        assert "connect" in anna.text().lower()
        anna.open("/accounts")
        assert "No accounts yet" in anna.text()

    def test_a_missing_permission_is_reported_and_can_be_granted_later(self, anna):
        anna.watch.expected |= {400, 403, 409}
        address = anna.world.account("google", contacts=3)
        anna.begin_to_connect("google", address)
        anna.press("Continue")
        assert "select the checkbox" in anna.text().lower()

        anna.connect("google", address)

        anna.expect_heading("Done")

    def test_a_person_who_needs_admin_approval_learns_it(self, anna):
        anna.watch.expected |= {400, 403, 409}
        address = anna.world.account("microsoft")
        anna.world.sandbox.do(f"accounts/{address}/settings", {"wall": True})
        anna.begin_to_connect("microsoft", address)

        anna.press("Return to the application without granting consent")

        assert "your administrator must approve it" in anna.text()


class TestRevokedAccess:
    def test_it_is_reported_and_one_button_reconnects(self, anna):
        address = anna.world.account("google", contacts=5)
        anna.connect("google", address)
        anna.expect_heading("Done")
        anna.world.sandbox.do(f"accounts/{address}/revoke")
        anna.open("/accounts")
        anna.press("Import again")
        anna.expect_heading("Failed")
        expect(anna.page.get_by_role("link", name="Reconnect Google")).to_be_visible()

        anna.open("/accounts")
        assert "Reconnect needed" in anna.text()
        anna.press("Reconnect")
        anna.agree()

        anna.expect_heading("Done")
        anna.open("/accounts")
        assert len(anna.page.get_by_role("listitem").filter(has_text=address).all()) == 1
        assert "Connected" in anna.text()


class TestAnotherBrowser:
    def test_another_browser_has_to_confirm_and_declining_adds_nothing(self, anna, person):
        bert, address = person(), anna.world.account("google", contacts=4)
        bert.page.goto(anna.api.begin("google")["authorization_url"])
        bert.press(address)
        for box in bert.page.get_by_role("checkbox").all():
            box.check()
        bert.press("Continue")

        bert.expect_heading("Add these contacts?")
        assert f"the contacts of {address} at Google to the address book of {anna.name}" in bert.text()
        bert.press("No, do not add them")

        bert.expect_heading("Nothing was added")
        anna.open("/contacts")
        assert "No contacts yet" in anna.text()

    def test_the_browser_that_began_it_may_look_without_signing_in_and_not_touch(self, anna, person):
        bert, address = person(), anna.world.account("google", contacts=4)
        anna.open("/api/v1/contacts/import/google/start")  # which imports at once, as the pages do not
        anna.press(address)
        job_id = anna.agree()
        cookie = next(each for each in anna.context.cookies() if job_id[:8] in each["name"] or job_id in each["value"])
        bert.context.add_cookies([cookie])

        bert.open(f"/imports/{job_id}")

        bert.expect_heading(re.compile("^Done"))
        assert bert.page.locator("main").get_by_role("button").count() == 0

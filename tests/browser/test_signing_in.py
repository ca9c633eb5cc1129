"""Signing in and out with a browser."""

from playwright.sync_api import expect


class TestTheWayIn:
    def test_signing_in_leads_to_the_accounts_and_shows_the_person(self, person):
        anna = person("anna-who-signs-in")

        anna.sign_in()

        anna.expect_heading("Accounts")
        expect(anna.page.get_by_role("banner")).to_contain_text("anna-who-signs-in")

    def test_the_requested_page_follows_after_signing_in(self, person):
        anna = person()
        anna.watch.expected.add(401)
        anna.open("/contacts?q=ada")
        anna.expect_heading("Sign-in required")

        anna.press("Sign in")
        anna.say_who()

        anna.expect_heading("Contacts")
        expect(anna.page.get_by_label("Search", exact=True)).to_have_value("ada")

    def test_canceling_at_the_issuer_leads_back_and_offers_to_retry(self, person):
        anna = person()
        anna.watch.expected |= {400, 401, 403}
        anna.open("/sign-in")

        anna.press("Cancel")

        assert anna.page.url.startswith(anna.world.url)
        anna.press("Sign in")
        anna.say_who()
        anna.expect_heading("Accounts")

    def test_an_address_elsewhere_is_never_led_to(self, person):
        anna = person()
        anna.watch.expected |= {400, 422}
        for elsewhere in ("https://evil.example/", "//evil.example/", "/\\evil.example/"):
            anna.open(f"/sign-in?to={elsewhere}")
            if anna.page.url.startswith(anna.world.sandbox.origin):
                anna.say_who()

            assert anna.page.url.startswith(anna.world.url)


class TestTheWayOut:
    def test_after_signing_out_no_data_is_shown_even_after_going_back(self, anna):
        anna.watch.expected.add(401)
        anna.open("/me")

        anna.press("Sign out")

        anna.expect_heading("All your contacts in one address book")
        anna.page.go_back()
        anna.expect_heading("Sign-in required")

    def test_after_an_expired_session_signing_in_leads_back(self, anna):
        anna.watch.expected.add(401)
        session = next(each for each in anna.context.cookies() if each["name"] == "session")
        owner, _, secret = session["value"].partition(".")
        anna.context.add_cookies([{**session, "value": f"{owner}.{secret[::-1]}"}])
        anna.open("/imports")

        anna.expect_heading("Sign-in required")
        anna.press("Sign in")
        anna.say_who()

        anna.expect_heading("Imports")

    def test_a_form_of_another_session_is_refused(self, anna):
        anna.watch.expected.add(403)
        anna.open("/me")
        anna.page.locator("form[action$='/sign-out'] input[name=csrf_token]").evaluate("field => field.value = 'x'")

        anna.press("Sign out")

        assert anna.page.get_by_role("heading", level=1).is_visible()
        anna.open("/me")
        anna.expect_heading("My data")

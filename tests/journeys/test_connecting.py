"""Connecting an account, and everything that can go wrong. More: `tests/clients/journey_with_python.py`."""

import pytest
import requests

from chalicelib.providers.registry import PROVIDERS
from local.browser import Browser, Page
from tests.journeys.world import PersonHere, World

TOKEN_PAGE = "/accounts/connect/hubspot/token"


def question(person: PersonHere, provider: str, address: str) -> tuple[str, Page]:
    """The job's id that was promised, and the provider's question."""
    begun = person.begin(provider)
    return begun["job_id"], person.consent_page(begun["authorization_url"], address)


def nothing_came_of_it(person: PersonHere, job_id: str) -> bool:
    unknown = person.ask("GET", f"/api/v1/contacts/import/status/{job_id}").status_code == 404
    return unknown and person.connections() == [] and person.book() == []


class TestYes:
    def test_the_browser_ends_on_a_page_that_shows_the_import_without_signing_in(self, world, anna):
        job_id = anna.connect("google", world.account("google", contacts=5))
        anna.wait_until_finished(job_id)

        shown = anna.browser.open(f"{world.url}imports/{job_id}")

        assert (shown.status, "Done" in shown.text) == (200, True)
        assert Browser().open(f"{world.url}imports/{job_id}").status == 401

    def test_before_consent_came_back_there_is_no_job(self, anna):
        begun = anna.begin("google")

        assert anna.ask("GET", f"/api/v1/contacts/import/status/{begun['job_id']}").status_code == 404

    def test_the_connection_has_its_account_and_its_last_import(self, world, anna):
        address = world.account("google", contacts=7)
        job_id = anna.connect("google", address)
        anna.wait_until_finished(job_id)

        (connection,) = anna.connections()

        assert (connection["account"], connection["state"]) == (address, "connected")
        assert connection["last_import"]["job_id"] == job_id
        assert connection["last_import"]["imported_contacts"] == 7

    def test_connecting_the_same_account_again_keeps_its_id_and_changes_nothing(self, world, anna):
        address = world.account("google", contacts=7)
        anna.import_account("google", address)
        (before,) = anna.connections()

        status = anna.import_account("google", address)
        (after,) = anna.connections()

        assert after["connection_id"] == before["connection_id"]
        assert (status["created"], status["updated"], status["unchanged"]) == (0, 0, 0)  # asked for changes alone
        assert len(anna.book()) == 7

    @pytest.mark.parametrize("provider", ["microsoft", "hubspot"])
    def test_people_known_from_google_are_not_doubled_by_another_provider(self, world, anna, provider):
        google = world.account("google", contacts=30, seed=4)  # none of the eight has a middle name
        other = world.account(provider, contacts=20, seed=6, known_from=google, known=8)
        anna.import_account("google", google)

        status = anna.import_account(provider, other)

        assert (status["created"], status["updated"]) == (12, 8)
        assert len(anna.book()) == 42


class TestWithAToken:
    def token(self, world: World, address: str) -> str:
        made = world.sandbox.do(f"accounts/{address}/token", {"scopes": ["crm.objects.contacts.read"]})
        return str(made["token"])

    def connect(self, person: PersonHere, token: str) -> str:
        """Returns the id of the import."""
        answer = person.ask("POST", TOKEN_PAGE, data={"token": token}, headers={"Accept": "text/html"})
        assert answer.status_code == 303
        return answer.headers["Location"].rpartition("/")[2]

    def test_every_contact_arrives(self, world, anna):
        address = world.account("hubspot", contacts=130)

        status = anna.wait_until_finished(self.connect(anna, self.token(world, address)))

        assert (status["status"], status["created"]) == ("completed", 130)

    def test_the_account_is_the_one_of_a_consent(self, world, anna):
        address = world.account("hubspot", contacts=6)
        anna.import_account("hubspot", address)

        status = anna.wait_until_finished(self.connect(anna, self.token(world, address)))

        assert (status["created"], status["unchanged"]) == (0, 6)
        assert len(anna.connections()) == 1

    def test_a_token_that_was_ended_asks_for_another_one(self, world, anna):
        address = world.account("hubspot", contacts=6)
        anna.wait_until_finished(self.connect(anna, self.token(world, address)))
        world.sandbox.do(f"accounts/{address}/revoke")

        failed = anna.again(full=False)
        state = anna.connections()[0]["state"]
        again = anna.wait_until_finished(self.connect(anna, self.token(world, address)))

        assert (failed["status"], state) == ("failed", "needs_reconnect")
        assert (again["status"], len(anna.book())) == ("completed", 6)
        assert anna.connections()[0]["state"] == "connected"


class TestNo:
    @pytest.mark.parametrize("provider", PROVIDERS)
    def test_declining_at_the_provider_leads_to_a_page_with_the_next_step(self, world, anna, provider):
        job_id, page = question(anna, provider, world.account(provider))

        shown = anna.browser.press(page, "Cancel")

        assert shown.url.startswith(world.url)
        assert 400 <= shown.status < 500
        assert "<h1>" in shown.text
        assert nothing_came_of_it(anna, job_id)

    def test_a_missing_permission_creates_no_connection_and_is_reported(self, world, anna):
        job_id, page = question(anna, "google", world.account("google"))

        shown = anna.browser.press(page, "Continue", tick_all=False)

        assert 400 <= shown.status < 500
        assert "contacts" in shown.text.lower()
        assert nothing_came_of_it(anna, job_id)

    def test_an_unknown_state_is_refused(self, world, anna):
        shown = anna.browser.open(f"{world.url}api/v1/contacts/import/google/callback?state=made-up&code=4/abc")

        assert 400 <= shown.status < 500
        assert anna.connections() == []

    def test_a_callback_that_is_replayed_makes_no_second_import(self, world, anna):
        _, page = question(anna, "google", world.account("google", contacts=3))
        seen: list[str] = []
        anna.browser.session.hooks["response"].append(lambda answer, **_: seen.append(answer.url))
        anna.browser.press(page, "Continue", tick_all=True)
        callback = next(url for url in seen if "/callback" in url)

        again = anna.browser.open(callback)

        assert again.status in (200, 400, 409)
        assert len(anna.get("/api/v1/imports")["imports"]) == 1

    def test_an_unknown_provider_is_not_found(self, anna):
        assert anna.ask("GET", "/api/v1/contacts/import/yahoo/start").status_code in (404, 422)

    def test_only_names_that_were_configured_lead_back(self, anna):
        answer = anna.ask("GET", "/api/v1/contacts/import/google/start?return_to=https://evil.example")

        assert answer.status_code == 422


class TestAnotherBrowser:
    """A link from another person: the consent is theirs, the book is not."""

    def comes_back_elsewhere(self, world: World, person: PersonHere, contacts: int) -> tuple[str, Browser, Page]:
        address, begun, stranger = world.account("google", contacts=contacts), person.begin("google"), Browser()
        page = stranger.press(stranger.open(begun["authorization_url"]), address)
        return begun["job_id"], stranger, stranger.press(page, "Continue", tick_all=True)

    def test_a_browser_without_the_cookie_has_to_confirm(self, world, anna):
        job_id, _, shown = self.comes_back_elsewhere(world, anna, contacts=4)

        assert "Add these contacts?" in shown.text
        assert nothing_came_of_it(anna, job_id)

    def test_its_no_adds_nothing(self, world, anna):
        job_id, stranger, shown = self.comes_back_elsewhere(world, anna, contacts=4)

        assert stranger.press(shown, "No").status == 200
        assert nothing_came_of_it(anna, job_id)

    def test_its_yes_adds_them(self, world, anna):
        job_id, stranger, shown = self.comes_back_elsewhere(world, anna, contacts=4)
        stranger.press(shown, "Yes")

        assert anna.wait_until_finished(job_id)["created"] == 4


class TestAuthorization:
    def test_starting_requires_signing_in(self, world):
        answer = requests.get(f"{world.url}api/v1/contacts/import/google/start", timeout=10)
        world.description.check_response(answer)

        assert answer.status_code == 401
        assert answer.headers["Content-Type"] == "application/problem+json"

"""The pages of accounts and imports as a browser gets them: their text and their buttons."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from tests.routes.service import HOME, Service, jar_of


@pytest.fixture
def service() -> Service:
    return Service()


def page(service: Service, path: str, who: str = "ann") -> str:
    response = service.get(path, who=who, Accept="text/html")
    assert response.status == 200, response.text
    assert response.headers["content-type"].startswith("text/html")
    return " ".join(re.sub(r"<[^>]*>", " ", response.text).split())


def import_contacts(service: Service, names: tuple[str, ...] = ("Ada", "Bob")) -> str:
    job_id = service.start_import()
    return service.finish_import(job_id, names).details["connection_id"]


class TestAccounts:
    def test_before_the_first_account_it_says_what_will_be_here_and_the_one_thing_to_do(self, service):
        shown = page(service, "/accounts")

        assert "No accounts yet" in shown
        assert "Connect Google" in shown
        assert "Connect Microsoft" in shown

    def test_a_card_says_whose_it_is_how_it_is_what_we_may_and_how_many_contacts_it_brought(self, service):
        import_contacts(service, ("Ada", "Bob", "Cem"))

        shown = page(service, "/accounts")

        assert service.google.account.address in shown
        assert "✓ Connected" in shown
        assert "Contacts 3" in shown
        assert "3 created or updated" in shown
        assert "Connect another Google account" in shown

    def test_an_account_that_lost_its_consent_offers_to_connect_it_again(self, service):
        connection_id = import_contacts(service)
        connections = service.wiring.accounts.connections
        connections.mark_needs_reconnect(connections.get("ann", connection_id))

        response = service.get("/accounts", who="ann", Accept="text/html")

        assert "Reconnect needed" in response.text
        assert f"/accounts/connect/google?connection={connection_id}" in response.text

    def test_items_of_another_person_are_not_found(self, service):
        import_contacts(service)

        assert "No accounts yet" in page(service, "/accounts", who="bob")


class TestRefresh:
    def test_the_page_says_before_connecting_that_an_account_is_imported_daily(self, service):
        assert "imported again every day" in page(service, "/accounts")

    def test_a_card_says_when_the_next_import_is_and_its_form_changes_that(self, service):
        connection_id = import_contacts(service)
        assert re.search(r"Next import March \d, 2026 at", page(service, "/accounts"))

        response = service.post(f"/accounts/{connection_id}/refresh", who="ann", form={"interval": "off"})

        assert (response.status, response.headers["location"]) == (303, f"{HOME}/accounts#account-{connection_id}")
        assert "Next import Only when you start it" in page(service, "/accounts")

    def test_a_card_says_that_the_next_import_waits_for_a_decision_and_leads_to_it(self, service):
        job_id = service.start_import()
        service.finish_import(job_id, removals_pending=3)

        shown = service.get("/accounts", who="ann", Accept="text/html").text

        assert "decide about the contacts that no longer come from Google" in shown
        assert f'href="{HOME}/imports/{job_id}"' in shown

    def test_a_card_says_that_the_next_import_waits_for_the_account_to_be_reconnected(self, service):
        connection_id = import_contacts(service)
        connections = service.wiring.accounts.connections
        connections.mark_needs_reconnect(connections.get("ann", connection_id))

        assert "Next import None until you reconnect the account" in page(service, "/accounts")

    def test_a_card_says_that_imports_keep_failing(self, service):
        connection_id = import_contacts(service)
        refreshes = service.wiring.accounts.refreshes
        for _ in range(2):
            service.clock.at = refreshes.get("ann", connection_id).due
            service.wiring.provider_imports.start_due_refreshes()
            service.run(service.wiring.accounts.connections.get("ann", connection_id).last_import).fail("No.", "gone")

        assert "2 imports in a row have failed, so we try less often." in page(service, "/accounts")

    def test_the_page_of_an_import_says_that_it_started_by_itself(self, service):
        connection_id = import_contacts(service)
        service.clock.at = service.wiring.accounts.refreshes.get("ann", connection_id).due
        service.wiring.provider_imports.start_due_refreshes()
        job_id = service.wiring.accounts.connections.get("ann", connection_id).last_import

        assert "Incremental import, started by itself March" in page(service, f"/imports/{job_id}")

    def test_another_interval_is_refused(self, service):
        connection_id = import_contacts(service)

        assert service.post(f"/accounts/{connection_id}/refresh", who="ann", form={"interval": "x"}).status == 422


class TestConnecting:
    def test_it_leads_to_the_provider_and_binds_this_browser(self, service):
        response = service.get("/accounts/connect/google", who="ann", Accept="text/html")

        assert response.status == 302
        assert urlsplit(response.headers["location"]).scheme == "https"
        assert jar_of(response.cookies)

    def test_connecting_again_preselects_the_account(self, service):
        connection_id = import_contacts(service)

        response = service.get(f"/accounts/connect/google?connection={connection_id}", who="ann", Accept="text/html")

        assert service.google.account.address.replace("@", "%40") in response.headers["location"]

    def test_an_account_of_another_person_gives_no_login_hint(self, service):
        connection_id = import_contacts(service)

        response = service.get(f"/accounts/connect/google?connection={connection_id}", who="bob", Accept="text/html")

        assert response.status == 404


class TestDisconnecting:
    def test_the_page_and_its_buttons_show_the_numbers(self, service):
        connection_id = import_contacts(service, ("Ada", "Bob", "Cem"))

        shown = page(service, f"/accounts/{connection_id}/disconnect")

        assert "Disconnect and keep 3 contacts" in shown
        assert "Disconnect and remove 3 contacts" in shown

    @pytest.mark.parametrize("contacts", ["keep", "remove"])
    def test_a_button_begins_the_job_and_leads_to_it(self, service, contacts):
        connection_id = import_contacts(service)

        response = service.post(f"/accounts/{connection_id}/disconnect", who="ann", form={"contacts": contacts})

        job_id = response.headers["location"].rpartition("/")[2]
        assert (response.status, response.headers["location"]) == (303, f"{HOME}/imports/{job_id}")
        assert service.wiring.shared.jobs.get(job_id).details["contacts"] == contacts


class TestImportingAgain:
    @pytest.mark.parametrize(("form", "mode"), [({}, "incremental"), ({"full": "yes"}, "full")])
    def test_incremental_unless_a_full_import_is_requested(self, service, form, mode):
        connection_id = import_contacts(service)

        response = service.post(f"/accounts/{connection_id}/import", who="ann", form=form)

        job = service.wiring.shared.jobs.get(response.headers["location"].rpartition("/")[2])
        assert (response.status, job.details["mode"]) == (303, mode)


class TestAnImport:
    def test_the_owner_can_cancel_it_and_a_viewer_cannot(self, service):
        consent = service.begin_consent()
        jar = jar_of(service.come_back(consent).cookies)

        own = service.get(f"/imports/{consent.job_id}", who="ann", Accept="text/html").text
        looked_at = service.get(f"/imports/{consent.job_id}", cookies=jar, Accept="text/html").text

        assert f"/imports/{consent.job_id}/cancel" in own
        assert "/cancel" not in looked_at
        assert "Sign in" in looked_at

    def test_cancel_ends_it_and_leads_back_to_its_page(self, service):
        job_id = service.start_import()

        response = service.post(f"/imports/{job_id}/cancel", who="ann", form={})

        assert (response.status, response.headers["location"]) == (303, f"{HOME}/imports/{job_id}")
        assert "Canceled" in page(service, f"/imports/{job_id}")

    def test_without_scripts_the_page_refreshes_itself_until_it_is_done(self, service):
        job_id = service.start_import()
        running = service.get(f"/imports/{job_id}", who="ann", Accept="text/html").text
        service.finish_import(job_id)
        done = service.get(f"/imports/{job_id}", who="ann", Accept="text/html").text

        assert '<noscript><meta http-equiv="refresh"' in running
        assert "http-equiv" not in done
        assert "data-live" not in done

    def test_the_outcomes_are_a_bar_with_its_numbers_in_words(self, service):
        job_id = service.start_import()
        service.finish_import(job_id, ("Ada", "Bob"))

        text = service.get(f"/imports/{job_id}", who="ann", Accept="text/html").text

        assert 'role="img" aria-label="Outcomes of 2 contacts: 2 created"' in text
        assert re.findall(r'<rect class="(\w+)" x="([\d.]+)" width="([\d.]+)"', text) == [("created", "0", "2")]
        assert "2 100%" in page(service, f"/imports/{job_id}")

    def test_a_running_import_has_no_bar_of_outcomes(self, service):
        job_id = service.start_import()

        assert 'class="bar"' not in service.get(f"/imports/{job_id}", who="ann", Accept="text/html").text

    def test_every_outcome_leads_to_its_contacts(self, service):
        job_id = service.start_import()
        service.finish_import(job_id, ("Ada", "Bob"))

        shown = page(service, f"/imports/{job_id}/contacts?outcome=created")

        assert "Created contacts" in shown
        assert "Ada" in shown
        assert "Bob" in shown

    def test_all_imports_are_listed_newest_first(self, service):
        first = service.start_import()
        service.finish_import(first)
        service.clock.advance(timedelta(minutes=1))
        second = service.start_import()

        text = service.get("/imports", who="ann", Accept="text/html").text

        assert text.index(second) < text.index(first)


def test_an_error_is_a_page_for_a_browser_and_says_how_to_go_on(service):
    response = service.get("/imports/nothing", who="ann", Accept="text/html")

    assert response.status == 404
    assert "<h1>Not found</h1>" in response.text

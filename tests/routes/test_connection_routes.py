"""Connected accounts over HTTP."""

from datetime import datetime, timedelta

import pytest

from chalicelib.providers.provider import Account
from tests.routes.service import HOME

CONNECTIONS = "/api/v1/connections"


@pytest.fixture
def connection_id(service) -> str:
    """Ann's connected account, its first import done."""
    return service.finish_import(service.start_import()).details["connection_id"]


class TestConnections:
    def test_an_account_has_its_last_import(self, service, connection_id):
        [connection] = service.get(CONNECTIONS, who="ann").json["connections"]

        assert (connection["connection_id"], connection["state"]) == (connection_id, "connected")
        assert connection["account"] == "ada@example.com"
        assert connection["last_import"]["imported_contacts"] == 2

    def test_an_account_without_an_address_is_shown_by_its_id(self, service):
        service.google.account = Account("sub-7", "")
        job_id = service.start_import()

        [connection] = service.get(CONNECTIONS, who="ann").json["connections"]

        assert connection["account"] == "sub-7"
        assert service.get(f"/api/v1/imports/{job_id}", who="ann").json["account"] is None
        assert "Contacts from your Google account" in service.get(f"/imports/{job_id}", who="ann").text

    def test_an_invalid_choice_for_its_contacts_disconnects_nothing(self, service, connection_id):
        response = service.ask("DELETE", f"{CONNECTIONS}/{connection_id}?contact=remove", who="ann")

        assert (response.status, response.json["field"]) == (422, "contact")
        assert service.get(f"{CONNECTIONS}/{connection_id}", who="ann").json["state"] == "connected"

    def test_it_says_when_it_is_importing(self, service, connection_id):
        service.post(f"{CONNECTIONS}/{connection_id}/import", who="ann")

        assert service.get(f"{CONNECTIONS}/{connection_id}", who="ann").json["state"] == "importing"

    def test_no_token_is_in_it(self, service, connection_id):
        assert "canary" not in service.get(f"{CONNECTIONS}/{connection_id}", who="ann").text

    @pytest.mark.parametrize(("body", "mode"), [(None, "incremental"), ({}, "incremental"), ({"full": True}, "full")])
    def test_importing_again_is_incremental_unless_full_is_requested(self, service, connection_id, body, mode):
        response = service.post(f"{CONNECTIONS}/{connection_id}/import", who="ann", body=body)

        assert (response.status, response.json["mode"]) == (202, mode)
        assert response.headers["location"] == f"{HOME}/api/v1/contacts/import/status/{response.json['job_id']}"

    @pytest.mark.parametrize("full", ["yes", 1, None, []])
    def test_full_is_true_or_false(self, service, connection_id, full):
        response = service.post(f"{CONNECTIONS}/{connection_id}/import", who="ann", body={"full": full})

        assert (response.status, response.json["field"]) == (422, "full")

    def test_one_idempotency_key_one_import(self, service, connection_id):
        target = f"{CONNECTIONS}/{connection_id}/import"

        first, again = (service.post(target, who="ann", Idempotency_Key="k") for _ in range(2))
        other = service.post(target, who="ann", Idempotency_Key="k", body={"full": True})

        assert first.json["job_id"] == again.json["job_id"]
        assert other.status == 409

    @pytest.mark.parametrize("contacts", ["", "?contacts=keep", "?contacts=remove"])
    def test_disconnecting_is_a_job(self, service, connection_id, contacts):
        response = service.ask("DELETE", f"{CONNECTIONS}/{connection_id}{contacts}", who="ann")

        assert (response.status, response.json["kind"], response.json["mode"]) == (202, "disconnect", None)
        assert service.get(f"{CONNECTIONS}/{connection_id}", who="ann").json["state"] == "disconnecting"

    def test_disconnecting_runs_to_its_end(self, service, connection_id):
        job_id = service.ask("DELETE", f"{CONNECTIONS}/{connection_id}?contacts=remove", who="ann").json["job_id"]
        service.get("/api/cron/process-imports", x_cron_secret="a-secret-of-the-schedule")

        assert service.get(f"/api/v1/imports/{job_id}", who="ann").json["status"] == "completed"
        assert service.get("/api/v1/contacts", who="ann").json["contacts"] == []
        assert service.get(f"{CONNECTIONS}/{connection_id}", who="ann").json["state"] == "disconnected"

    def test_what_is_neither_kept_nor_removed_is_refused(self, service, connection_id):
        response = service.ask("DELETE", f"{CONNECTIONS}/{connection_id}?contacts=maybe", who="ann")

        assert (response.status, response.json["field"]) == (422, "contacts")


def run_schedule(service) -> None:
    service.get("/api/cron/process-imports", x_cron_secret="a-secret-of-the-schedule")


class TestRefresh:
    def test_a_new_account_is_imported_daily_and_says_when(self, service, connection_id):
        refresh = service.get(f"{CONNECTIONS}/{connection_id}", who="ann").json["refresh"]

        assert (refresh["interval"], refresh["failures"], refresh["paused_because"]) == ("daily", 0, None)
        assert refresh["last_at"] is refresh["import_to_decide"] is None
        due = datetime.fromisoformat(refresh["next_at"])
        assert timedelta() < due - service.clock.now() <= timedelta(days=1)

    def test_the_schedule_imports_it_when_it_is_due(self, service, connection_id):
        first = service.get(f"{CONNECTIONS}/{connection_id}", who="ann").json
        service.clock.at = datetime.fromisoformat(first["refresh"]["next_at"])

        run_schedule(service)

        now = service.get(f"{CONNECTIONS}/{connection_id}", who="ann").json
        assert now["last_import"]["job_id"] != first["last_import"]["job_id"]
        assert now["refresh"]["last_at"] == first["refresh"]["next_at"]
        assert now["refresh"]["next_at"] > first["refresh"]["next_at"]

    @pytest.mark.parametrize("interval", ["off", "hourly", "daily", "weekly"])
    def test_its_interval_is_chosen_and_may_be_chosen_again(self, service, connection_id, interval):
        for _ in range(2):
            response = service.ask(
                "PUT", f"{CONNECTIONS}/{connection_id}/refresh", who="ann", body={"interval": interval}
            )

            assert (response.status, response.json["refresh"]["interval"]) == (200, interval)
            assert (response.json["refresh"]["next_at"] is None) == (interval == "off")

    @pytest.mark.parametrize("body", [{}, {"interval": "yearly"}, {"interval": None}])
    def test_another_interval_is_refused(self, service, connection_id, body):
        response = service.ask("PUT", f"{CONNECTIONS}/{connection_id}/refresh", who="ann", body=body)

        assert (response.status, response.json["field"]) == (422, "interval")

    def test_a_disconnected_account_has_none(self, service, connection_id):
        service.ask("DELETE", f"{CONNECTIONS}/{connection_id}", who="ann")
        run_schedule(service)

        response = service.ask("PUT", f"{CONNECTIONS}/{connection_id}/refresh", who="ann", body={"interval": "daily"})

        assert response.status == 409
        assert service.get(f"{CONNECTIONS}/{connection_id}", who="ann").json["refresh"]["interval"] == "off"

    def test_undoing_an_import_of_the_account_turns_it_off_at_once(self, service, connection_id):
        job_id = service.get(f"{CONNECTIONS}/{connection_id}", who="ann").json["last_import"]["job_id"]
        numbers = service.get(f"/api/v1/runs/{job_id}/undo", who="ann").json

        body = {name: numbers[name] for name in ("removed", "restored", "returned", "kept", "failed", "preview_id")}
        undone = service.post(f"/api/v1/runs/{job_id}/undo", who="ann", body=body)

        assert "no longer imported again by itself" in numbers["notice"]
        assert undone.status == 202, undone.text
        assert service.get(f"{CONNECTIONS}/{connection_id}", who="ann").json["refresh"]["interval"] == "off"


class TestErasing:
    def test_people_erase_only_themselves(self, service, connection_id):
        service.start_import("bob")

        response = service.ask("DELETE", "/api/v1/me", who="ann")
        service.get("/api/cron/process-imports", x_cron_secret="a-secret-of-the-schedule")

        assert response.status == 202
        assert service.get("/api/v1/contacts", who="ann").json["contacts"] == []
        assert service.get(CONNECTIONS, who="ann").json["connections"] == []
        assert len(service.get(CONNECTIONS, who="bob").json["connections"]) == 1
        assert service.bucket.kept == {}

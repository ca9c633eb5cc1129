"""Imports from start to end, repeated, delayed, canceled, and hidden from others."""

import pytest

from chalicelib.providers.registry import PROVIDERS
from tests.journeys.world import World, adds_up, wait_for


class TestStatus:
    def test_it_never_goes_backwards_and_its_total_is_never_less_than_what_was_read(self, world: World, anna):
        address = world.account("google", contacts=2_200)
        seen = list(anna.watch(anna.connect("google", address)))

        order = {"fetching": 0, "processing": 1, "completed": 2}
        assert [order[each["status"]] for each in seen] == sorted(order[each["status"]] for each in seen)
        read = [each["processed_contacts"] for each in seen]
        assert read == sorted(read)
        assert all(each["total_contacts"] >= each["processed_contacts"] for each in seen)
        assert adds_up(seen[-1])

    def test_a_request_with_its_etag_returns_304(self, world, anna):
        job_id = anna.connect("google", world.account("google", contacts=3))
        anna.wait_until_finished(job_id)
        path = f"/api/v1/contacts/import/status/{job_id}"
        etag = anna.ask("GET", path).headers["ETag"]

        assert anna.ask("GET", path, headers={"If-None-Match": etag}).status_code == 304

    def test_other_people_cannot_see_it(self, world, anna, bert):
        job_id = anna.connect("google", world.account("google", contacts=3))
        anna.wait_until_finished(job_id)

        for path in (f"/api/v1/contacts/import/status/{job_id}", f"/api/v1/imports/{job_id}/ledger"):
            assert bert.ask("GET", path).status_code == 404
        assert bert.ask("POST", f"/api/v1/imports/{job_id}/cancel").status_code == 404


class TestLedger:
    def test_the_ledger_has_each_contact_and_the_same_counts(self, world, anna):
        status = anna.import_account("google", world.account("google", contacts=40, hostile=0.5))
        lines, cursor = [], ""
        while cursor is not None:
            query = {"limit": "25", **({"cursor": cursor} if cursor else {})}
            page = anna.get(f"/api/v1/imports/{status['job_id']}/ledger", params=query)
            lines += page["lines"]
            cursor = page["next_cursor"]

        assert len(lines) == status["processed_contacts"]
        assert sum(line["outcome"] == "created" for line in lines) == status["created"]
        assert all(line["reason"] for line in lines if line["outcome"] in ("skipped", "failed"))
        verdict = anna.get(f"/api/v1/imports/{status['job_id']}/verify")
        assert verdict["consistent"] is True
        assert verdict["counted"] == verdict["recorded"]

    def test_the_ledger_can_be_filtered_by_outcome(self, world, anna):
        status = anna.import_account("google", world.account("google", contacts=20, hostile=0.5))
        page = anna.get(f"/api/v1/imports/{status['job_id']}/ledger", params={"outcome": "created", "limit": "200"})

        assert len(page["lines"]) == status["created"]
        assert {line["outcome"] for line in page["lines"]} == {"created"}


class TestAgain:
    @pytest.mark.parametrize("provider", PROVIDERS)
    def test_in_full_everything_is_unchanged(self, world, anna, provider):
        anna.import_account(provider, world.account(provider, contacts=40))
        before = anna.book()

        status = anna.again(full=True)

        assert (status["mode"], status["unchanged"], status["processed_contacts"]) == ("full", 40, 40)
        assert anna.book() == before

    @pytest.mark.parametrize("provider", PROVIDERS)
    def test_incrementally_only_what_changed_is_read(self, world, anna, provider):
        address = world.account(provider, contacts=40)
        anna.import_account(provider, address)
        world.sandbox.contacts(address, "change", numbers=[0, 1])
        world.sandbox.contacts(address, "add", count=1)
        world.sandbox.contacts(address, "delete", numbers=[39])

        status = anna.again(full=False)

        counted = [status[name] for name in ("mode", "processed_contacts", "updated", "created", "removed")]
        assert counted == ["incremental", 3, 2, 1, 1]
        assert len(anna.book()) == 40

    def test_a_sync_state_that_expired_leads_to_one_full_import(self, world, anna):
        address = world.account("google", contacts=10)
        anna.import_account("google", address)
        world.sandbox.contacts(address, "expire_sync")

        status = anna.again(full=False)

        assert (status["status"], status["mode"], status["unchanged"]) == ("completed", "full", 10)

    def test_the_same_idempotency_key_starts_one_import(self, world, anna):
        anna.import_account("google", world.account("google", contacts=3))
        (connection,) = anna.connections()
        path = f"/api/v1/connections/{connection['connection_id']}/import"

        jobs = {anna.ask("POST", path, json={}, headers={"Idempotency-Key": "k"}).json()["job_id"] for _ in range(3)}

        assert len(jobs) == 1


class TestHeldUp:
    def test_an_access_token_that_expires_midway_is_refreshed(self, world, anna):
        address = world.account("google", contacts=2_100)
        world.sandbox.do("faults", {"fault": "expire-token", "provider": "google", "page": 2, "address": address})

        assert anna.import_account("google", address)["created"] == 2_100

    def test_the_status_shows_that_we_wait_for_the_provider(self, world, anna):
        address = world.account("google", contacts=5)
        fault = {"fault": "429", "provider": "google", "address": address, "seconds": 3}
        world.sandbox.do("faults", fault)

        job_id = anna.connect("google", address)
        wait_for(lambda: bool(anna.status(job_id)["waiting_reason"] == "provider"), 10, "the wait to be listed")
        assert "Google asks us to wait" in anna.status(job_id)["waiting"]
        wait_for(lambda: world.cron().ok and anna.status(job_id)["status"] == "completed", 30, "the end")

    def test_an_account_that_was_taken_back_asks_to_be_connected_again(self, world, anna):
        address = world.account("google", contacts=5)
        anna.import_account("google", address)
        world.sandbox.do(f"accounts/{address}/revoke")

        status = anna.again(full=True)

        assert (status["status"], bool(status["error_message"])) == ("failed", True)
        assert anna.connections()[0]["state"] == "needs_reconnect"
        assert len(anna.book()) == 5


class TestStopping:
    def slow(self, world: World) -> str:
        address = world.account("google", contacts=5_000)
        world.sandbox.do(f"accounts/{address}/settings", {"latency_ms": 700})
        return address

    def test_a_canceled_import_stops_writing_and_a_retry_finishes_it(self, world, anna):
        address = self.slow(world)
        job_id = anna.connect("google", address)
        wait_for(lambda: anna.status(job_id)["processed_contacts"] > 0, 20, "the first contacts")

        canceled = anna.post(f"/api/v1/imports/{job_id}/cancel")
        there = len(anna.book())
        world.sandbox.do(f"accounts/{address}/settings", {"latency_ms": 0})
        retried = anna.wait_until_finished(anna.post(f"/api/v1/imports/{job_id}/retry")["job_id"])

        assert canceled["status"] == "canceled"
        assert 0 < there == canceled["created"] < 5_000
        assert anna.status(job_id)["created"] == there
        assert (retried["status"], retried["retry_of"]) == ("completed", job_id)
        assert (retried["created"], retried["unchanged"]) == (5_000 - there, there)


class TestRemovals:
    def held_back(self, world: World, person) -> str:
        """Most of an account is deleted at the provider; returns the import that noticed."""
        address = world.account("google", contacts=40)
        person.import_account("google", address)
        world.sandbox.contacts(address, "delete", count=30)
        status = person.again(full=True)
        assert (status["status"], status["removed"], status["removals_pending"]) == ("completed", 0, 30)
        assert len(person.book()) == 40
        return str(status["job_id"])

    def test_too_many_removals_are_held_back_until_the_person_applies_them(self, world, anna):
        job_id = self.held_back(world, anna)

        decided = anna.post(f"/api/v1/imports/{job_id}/removals", {"decision": "apply"})
        anna.wait_until_finished(decided["job_id"])

        assert len(anna.book()) == 10
        assert anna.status(job_id)["removals_pending"] == 0

    def test_or_keep_what_is_there(self, world, anna):
        job_id = self.held_back(world, anna)

        anna.post(f"/api/v1/imports/{job_id}/removals", {"decision": "keep"})

        assert len(anna.book()) == 40
        assert anna.status(job_id)["removals_pending"] == 0


class TestWhatChangesBesideTheContacts:
    @pytest.mark.parametrize("provider", ["google", "microsoft"])
    def test_a_renamed_label_or_folder_is_renamed_on_everybody(self, world, anna, provider):
        address = world.account(
            provider, contacts=0, **({"folders": ["Choir 2025"]} if provider == "microsoft" else {})
        )
        group = {"groups": ["Choir 2025"]} if provider == "google" else {}
        people = [{"given": given, "family": "Alto", **group} for given in ("Ada", "Bea")]
        where = {"folder": "Choir 2025"} if provider == "microsoft" else {}
        world.sandbox.contacts(address, "add", people=people, **where)
        anna.import_account(provider, address)
        world.sandbox.contacts(address, "rename_group", group="Choir 2025", name="Choir 2026")

        status = anna.again(full=False)

        assert (status["mode"], status["updated"], status["processed_contacts"]) == ("incremental", 2, 2)
        assert [contact["groups"] for contact in anna.book()] == [["Choir 2026"]] * 2

    def test_so_is_a_lifecycle_stage_of_hubspot(self, world, anna):
        address = world.account("hubspot", contacts=0)
        world.sandbox.contacts(address, "add", people=[{"given": "Ada", "family": "Alto"}])
        anna.import_account("hubspot", address)
        world.sandbox.contacts(address, "rename_group", group="Subscriber", name="Reader")

        status = anna.again(full=False)

        assert (status["mode"], status["updated"]) == ("incremental", 1)
        assert [contact["groups"] for contact in anna.book()] == [["Reader"]]


class TestHubSpot:
    def test_a_contact_that_was_deleted_for_good_goes_with_the_next_full_import(self, world, anna):
        address = world.account("hubspot", contacts=12)
        anna.import_account("hubspot", address)
        world.sandbox.contacts(address, "purge", numbers=[4])

        incremental, full = anna.again(full=False), anna.again(full=True)

        assert (incremental["removed"], full["removed"]) == (0, 1)
        assert len(anna.book()) == 11

    def test_a_limit_only_makes_the_import_wait(self, world, anna):
        address = world.account("hubspot", contacts=12)
        world.sandbox.do("faults", {"fault": "429", "provider": "hubspot", "address": address, "seconds": 1})

        assert anna.import_account("hubspot", address)["created"] == 12


RUTH = {"given": "Ruth", "family": "Adeyemi", "emails": ["ruth@a.example"]}
R = {"given": "R.", "family": "Adeyemi", "phones": ["+234 805 550 0123"]}


class TestWhatAPersonWrote:
    def with_a_note(self, world: World, person, provider: str, name: str, *people) -> str:
        address = str(world.account(provider, contacts=0))
        world.sandbox.contacts(address, "add", people=list(people))
        person.import_account(provider, address)
        (contact_id,) = [each["contact_id"] for each in person.book() if each["display"] == name]
        edited = person.ask("PATCH", f"/api/v1/contacts/{contact_id}", json={"notes": "owes me a book"})
        assert edited.status_code == 200
        return address

    @pytest.mark.parametrize("provider", ["google", "hubspot"])
    def test_goes_to_the_contact_that_the_provider_made_of_two(self, world, anna, provider):
        address = self.with_a_note(world, anna, provider, "R. Adeyemi", RUTH, R)
        world.sandbox.contacts(address, "merge", numbers=[0, 1])

        status = anna.again(full=False)

        assert (status["removed"], status["removals_pending"]) == (1, 0)
        assert [(each["display"], each["notes"]) for each in anna.book()] == [("Ruth Adeyemi", "owes me a book")]

    @pytest.mark.parametrize("provider", PROVIDERS)
    def test_keeps_its_name_while_the_source_is_gone_and_finds_it_again(self, world, anna, provider):
        address = self.with_a_note(world, anna, provider, "Ruth Adeyemi", RUTH, R)
        world.sandbox.contacts(address, "delete", numbers=[0])
        anna.again(full=False)
        assert ("Ruth Adeyemi", "owes me a book") in [(each["display"], each["notes"]) for each in anna.book()]

        world.sandbox.contacts(address, "restore", numbers=[0])
        anna.again(full=False)

        listed = [(each["display"], each["notes"], len(each["emails"])) for each in anna.book()]
        assert sorted(listed) == [("R. Adeyemi", "", 0), ("Ruth Adeyemi", "owes me a book", 1)]


class TestDisconnecting:
    def disconnected(self, world: World, person, contacts: str) -> None:
        person.import_account("google", world.account("google", contacts=12))
        (connection,) = person.connections()
        answer = person.ask("DELETE", f"/api/v1/connections/{connection['connection_id']}?contacts={contacts}")
        assert answer.status_code == 202
        assert person.wait_until_finished(answer.json()["job_id"])["status"] == "completed"

    def test_its_contacts_can_be_kept(self, world, anna):
        self.disconnected(world, anna, "keep")

        assert anna.connections()[0]["state"] == "disconnected"
        assert len(anna.book()) == 12

    def test_or_go_with_it(self, world, anna):
        self.disconnected(world, anna, "remove")

        assert anna.connections()[0]["state"] == "disconnected"
        assert anna.book() == []

    def test_nothing_is_imported_from_it_any_more(self, world, anna):
        self.disconnected(world, anna, "keep")
        (connection,) = anna.connections()

        answer = anna.ask("POST", f"/api/v1/connections/{connection['connection_id']}/import", json={})

        assert answer.status_code == 409


class TestBook:
    def test_a_contact_is_found_by_its_words_and_names_the_source_of_each_value(self, world, anna):
        address = world.account("google", contacts=8)
        anna.import_account("google", address)
        wanted = anna.book()[0]

        found = anna.get("/api/v1/contacts", params={"q": wanted["display"]})["contacts"]
        whole = anna.get(f"/api/v1/contacts/{wanted['contact_id']}")

        assert wanted["contact_id"] in [each["contact_id"] for each in found]
        assert len(whole["sources"]) == 1

    def test_another_persons_contact_and_a_missing_one_get_the_same_response(self, world, anna, bert):
        anna.import_account("google", world.account("google", contacts=2))
        contact_id = anna.book()[0]["contact_id"]

        foreign, missing = (bert.ask("GET", f"/api/v1/contacts/{each}") for each in (contact_id, "A" * 22))

        assert (foreign.status_code, missing.status_code) == (404, 404)
        assert {**foreign.json(), "request_id": ""} == {**missing.json(), "request_id": ""}

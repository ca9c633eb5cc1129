"""Endpoints over REST: people for their own events, admins for their organization's, operators for the service's."""

import json
from datetime import timedelta
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from standardwebhooks import Webhook

from chalicelib.events.schemas import message_schema
from chalicelib.foundation.callbacks import CallbackReply
from chalicelib.jobs.events import EventType
from tests.fakes.account import Person
from tests.fakes.receiver import FakeCallbacks, Received, sent_at
from tests.routes.bulk import ADA, BOB, clean_up, create_contacts
from tests.routes.service import Service
from tests.routes.test_cron_route import Context, importing

MINE = "/api/v1/webhooks"
ACME = "/api/v1/organizations/acme/webhooks"
OPERATORS = "/api/v1/operator/webhooks"
ANN: dict[str, Any] = {"who": "ann"}
ADMIN: dict[str, Any] = {"who": "ann", "organizations": {"acme": ["admin"]}}
OSCAR: dict[str, Any] = {"who": "oscar", "roles": ("operator",)}
URL = "https://hooks.example.com/contacts"


@pytest.fixture
def receiver(service: Service) -> FakeCallbacks:
    service.wiring.events.callbacks = callbacks = FakeCallbacks()
    return callbacks


def register(service: Service, base: str = MINE, rights: dict[str, Any] = ANN, **body: Any) -> Any:
    answer = service.post(base, body={"url": URL, **body}, **rights)
    assert answer.status == 201, answer.text
    return answer.json


def tick(service: Service, minutes: int = 1) -> None:
    for _ in range(minutes):
        service.wiring.on_schedule(Context())
        service.clock.advance(minutes=1)


def import_two(service: Service) -> str:
    job_id = importing(service, [Person("1", "Ada", "ada@x.org"), Person("2", "Bob", "bob@x.org")], who="ann")
    service.wiring.on_message(json.dumps({"job_id": job_id}), Context())
    return job_id


def verified(secret: str, request: Received) -> bool:
    """Whether one of the signatures is what the library of receivers makes with this secret."""
    made = Webhook(secret).sign(request.message_id, sent_at(request), request.body.decode())
    return made in request.headers["webhook-signature"].split(" ")


class TestRegistering:
    def test_the_secret_is_shown_once(self, service):
        made = register(service)
        one = f"{MINE}/{made['endpoint_id']}"

        assert made["secret"].startswith("whsec_")
        for seen in (service.get(one, **ANN), service.get(MINE, **ANN)):
            assert "secret" not in seen.json
            assert made["secret"] not in seen.text
        assert made["secret"] not in str(service.dynamodb.tables["jobs"].items)

    def test_a_new_endpoint_gets_all_events_but_those_of_contacts(self, service):
        made = register(service)
        available = service.get(MINE, **ANN).json["available_events"]

        assert set(available) - set(made["events"]) == {each for each in available if each.startswith("contact.")}
        assert not any(each.startswith("leads.") for each in available)
        assert made["payload"] == "thin"

    def test_what_others_get_is_not_offered(self, service):
        assert service.get(ACME, **ADMIN).json["available_events"] == [
            "endpoint.disabled",
            "ingest.completed",
            "ingest.failed",
            "leads.completed",
            "leads.failed",
        ]
        assert not any("contact." in each for each in service.get(OPERATORS, **OSCAR).json["available_events"])

    @pytest.mark.parametrize(
        ("base", "rights", "body", "field"),
        [
            (MINE, ANN, {"url": "http://hooks.example.com/"}, "url"),
            (MINE, ANN, {"url": "https://127.0.0.1/"}, "url"),
            (MINE, ANN, {"events": ["leads.completed"]}, "events"),
            (MINE, ANN, {"events": ["endpoint.test"]}, "events"),
            (MINE, ANN, {"events": []}, "events"),
            (ACME, ADMIN, {"events": ["contact.created"]}, "events"),
            (OPERATORS, OSCAR, {"events": ["contact.created"]}, "events"),
            (OPERATORS, OSCAR, {"payload": "full"}, "payload"),
            (MINE, ANN, {"payload": "fat"}, "payload"),
        ],
    )
    def test_what_is_not_allowed_is_refused(self, service, base, rights, body, field):
        answer = service.post(base, body={"url": URL, **body}, **rights)

        assert (answer.status, answer.json["field"]) == (422, field)

    def test_an_owner_has_five_at_most(self, service):
        for _ in range(5):
            register(service)

        assert service.post(MINE, body={"url": URL}, **ANN).status == 409

    @pytest.mark.parametrize("role", ["member", "importer"])
    def test_only_admins_manage_those_of_an_organization(self, service, role):
        assert service.get(ACME, who="bob", organizations={"acme": [role]}).status == 403

    def test_a_person_who_is_being_erased_registers_nothing(self, service):
        service.ask("DELETE", "/api/v1/me", **ANN)

        assert service.post(MINE, body={"url": URL}, **ANN).status == 409


class TestEvents:
    def test_an_import_is_told_signed_and_as_described(self, service, receiver):
        made = register(service, payload="full", events=["import.started", "import.completed", "contact.created"])
        job_id = import_two(service)
        tick(service)

        assert sorted(receiver.types) == ["contact.created", "import.completed", "import.started"]
        schemas = service.description._document["components"]
        for request in receiver.received:
            assert verified(made["secret"], request)
            assert request.data["job_id"] == job_id
            schema = {**message_schema(EventType(request.type)), "components": schemas}
            Draft202012Validator(schema).validate(request.json)
        names = {each["display"] for request in receiver.received for each in request.data.get("contacts", ())}
        assert names == {"Ada", "Bob"}

    def test_contacts_that_an_undo_removes_are_told(self, service, receiver):
        job_id = import_two(service)
        tick(service)
        ids = {each["contact_id"] for each in service.get("/api/v1/contacts", **ANN).json["contacts"]}
        register(service, events=["contact.deleted"])
        numbers = service.get(f"/api/v1/runs/{job_id}/undo", **ANN).json
        body = {name: numbers[name] for name in ("removed", "restored", "returned", "kept")}
        undo = service.post(f"/api/v1/runs/{job_id}/undo", body=body, **ANN)
        assert undo.status == 202, undo.text
        tick(service, minutes=3)

        assert {each for request in receiver.received for each in request.data["contact_ids"]} == ids
        assert set(receiver.types) == {"contact.deleted"}

    def test_contacts_that_a_cleanup_deletes_are_told(self, service, receiver):
        made = create_contacts(service, ADA, BOB)
        ids = {each["contact_id"] for each in service.get("/api/v1/contacts", **ANN).json["contacts"]}
        register(service, events=["contact.deleted"])
        clean_up(service, tracking_key=made["tracking_key"])
        tick(service, minutes=3)

        assert {each for request in receiver.received for each in request.data["contact_ids"]} == ids

    def test_contacts_that_are_gone_at_the_provider_are_told(self, service, receiver):
        import_two(service)
        ids = {each["display"]: each["contact_id"] for each in service.get("/api/v1/contacts", **ANN).json["contacts"]}
        register(service, events=["contact.created", "contact.updated", "contact.deleted"])
        service.wiring.providers.accounts["google"].account.remove("2")
        job_id = service.start_import("ann")
        tick(service, minutes=3)

        told = [(each.type, each.data["contact_ids"], each.data["job_id"]) for each in receiver.received]
        assert told == [("contact.deleted", [ids["Bob"]], job_id)]

    def test_pairs_that_a_bulk_run_finds_are_told_once(self, service, receiver):
        create_contacts(service, ADA)
        register(service, events=["review.waiting"])
        made = create_contacts(service, {**ADA, "display": "Adam"}, {**ADA, "display": "Adina"}, BOB)
        tick(service, minutes=2)

        (told,) = receiver.received
        assert (told.data["job_id"], told.data["pairs"]) == (made["job_id"], 3)
        Draft202012Validator(message_schema(EventType.REVIEW_WAITING)).validate(told.json)

    def test_what_a_person_changes_by_hand_within_a_minute_is_one_event(self, service, receiver):
        register(service, events=["contact.created", "contact.updated", "contact.deleted"])
        ids = []
        for name in "ABC":
            ids.append(service.post("/api/v1/contacts", body={"given": name}, **ANN).json["contact_id"])
            service.clock.advance(seconds=1)
        service.ask("PATCH", f"/api/v1/contacts/{ids[0]}", body={"title": "Dr."}, **ANN)
        service.clock.advance(seconds=1)
        service.ask("DELETE", f"/api/v1/contacts/{ids[1]}", **ANN)
        tick(service)

        told = {each.type: each.data["contact_ids"] for each in receiver.received}
        assert {name: sorted(each) for name, each in told.items()} == {
            "contact.created": sorted(ids),
            "contact.updated": [ids[0]],
            "contact.deleted": [ids[1]],
        }

    def test_merging_and_taking_it_back_are_told(self, service, receiver):
        register(service, events=["contact.merged", "contact.created", "contact.updated"])
        into, other = (
            service.post("/api/v1/contacts", body={"given": name}, **ANN).json["contact_id"] for name in "AB"
        )
        tick(service)
        receiver.received.clear()
        service.post(f"/api/v1/contacts/{into}/merge", body={"others": [other]}, **ANN)
        service.post(f"/api/v1/contacts/{other}/unmerge", **ANN)
        tick(service)

        merged = next(each for each in receiver.received if each.type == "contact.merged")
        assert merged.data["merged"] == [{"contact_id": into, "merged_ids": [other]}]
        assert {each.type for each in receiver.received} == {"contact.merged", "contact.created", "contact.updated"}

    def test_a_bulk_run_is_told_with_its_tracking_key(self, service, receiver):
        register(service)
        begun = service.post("/api/v1/contacts/bulk", body={"contacts": [{"given": "Cem"}]}, **ANN).json
        service.wiring.on_message(json.dumps({"job_id": begun["job_id"]}), Context())
        tick(service)

        (done,) = receiver.received
        assert (done.type, done.data["tracking_key"]) == ("bulk.completed", begun["tracking_key"])
        assert done.data["counts"]["created"] == 1

    def test_an_account_that_must_be_reconnected_is_told(self, service, receiver):
        register(service)
        register(service, OPERATORS, OSCAR)
        service.finish_import(service.start_import())
        (connection,) = service.wiring.accounts.connections.of_owner("ann")
        service.wiring.accounts.note_lost_consent(connection)
        tick(service)

        lost = [each for each in receiver.received if each.type == "connection.needs_reconnect"]
        assert [each.data["connection_id"] for each in lost] == [connection.connection_id] * 2

    def test_leads_are_told_to_their_organization(self, service, receiver):
        register(service, ACME, ADMIN)
        service.bucket.put_object(Key="imports/acme/a.csv", Body=b"Phone,Name\n+5511987654321,Maria\n")
        for is_trial in (True, False):
            body = {"s3Key": "imports/acme/a.csv", "dryRun": is_trial}
            service.post("/api/v1/organizations/acme/leads/import", body=body, **ADMIN)
        tick(service, minutes=16)

        assert receiver.types == ["leads.completed"] * 2
        assert sorted(each.data["dry_run"] for each in receiver.received) == [False, True]


class TestManaging:
    def test_two_secrets_are_valid_for_a_day_after_a_rotation(self, service, receiver):
        made = register(service)
        one = f"{MINE}/{made['endpoint_id']}"
        rotated = service.post(f"{one}/rotate", **ANN).json
        service.post(f"{one}/test", **ANN)
        tick(service)
        service.clock.advance(timedelta(days=1))
        service.post(f"{one}/test", **ANN)
        tick(service)

        both, new_alone = receiver.received
        assert rotated["older_secret_valid_until"] is not None
        assert verified(made["secret"], both)
        assert verified(rotated["secret"], both)
        assert verified(rotated["secret"], new_alone)
        assert not verified(made["secret"], new_alone)

    def test_an_endpoint_is_changed_and_deleted(self, service, receiver):
        one = f"{MINE}/{register(service)['endpoint_id']}"
        changed = service.ask("PATCH", one, body={"events": ["import.failed"], "description": "CRM"}, **ANN).json

        assert (changed["events"], changed["description"], changed["url"]) == (["import.failed"], "CRM", URL)
        assert service.ask("DELETE", one, **ANN).status == 204
        assert service.get(one, **ANN).status == 404
        import_two(service)
        tick(service)
        assert receiver.received == []

    def test_pausing_holds_events_and_resuming_sends_them(self, service, receiver):
        one = f"{MINE}/{register(service, events=['import.completed'])['endpoint_id']}"
        assert service.post(f"{one}/pause", **ANN).json["state"] == "paused"
        assert service.post(f"{one}/test", **ANN).status == 409
        import_two(service)
        tick(service)
        assert receiver.received == []

        assert service.post(f"{one}/resume", **ANN).json["state"] == "active"
        tick(service)
        assert receiver.types == ["import.completed"]

    def test_the_log_shows_every_attempt_and_events_are_sent_again(self, service, receiver):
        one = f"{MINE}/{register(service, events=['import.completed'])['endpoint_id']}"
        receiver.answers = [CallbackReply(500, {}, b"Oops")]
        import_two(service)
        tick(service, minutes=3)
        (logged,) = service.get(f"{one}/deliveries", **ANN).json["deliveries"]

        assert [each["status"] for each in logged["attempts"]] == [500, 204]
        assert (logged["attempts"][0]["answer"], logged["state"]) == ("Oops", "delivered")
        assert service.post(f"{one}/deliveries/{logged['delivery_id']}/replay", **ANN).status == 202
        since = {"since": "2026-03-03T00:00:00+00:00"}
        tick(service)
        assert service.post(f"{one}/replay", body=since, **ANN).status == 202
        tick(service, minutes=2)
        assert len(receiver.received) == 4
        assert len({each.message_id for each in receiver.received}) == 1

    @pytest.mark.parametrize("since", [0, 1764540000, 1.5, True, None, "0", "1764540000", "2026-03-03", "soon"])
    def test_events_are_sent_again_only_since_an_instant_that_is_written_as_one(self, service, since):
        one = f"{MINE}/{register(service)['endpoint_id']}"

        refused = service.post(f"{one}/replay", body={"since": since}, **ANN)

        assert (refused.status, refused.json["field"]) == (422, "since")
        assert "such as 2026-11-30T08:00:00Z" in refused.json["detail"]

    @pytest.mark.parametrize("delivery_id", ["x", "1-", "-evt", "1-evt_none", "99999999999999-evt"])
    def test_an_event_that_was_never_sent_is_not_found(self, service, delivery_id):
        one = f"{MINE}/{register(service)['endpoint_id']}"

        assert service.post(f"{one}/deliveries/{delivery_id}/replay", **ANN).status == 404

    def test_the_log_comes_in_pages(self, service, receiver):
        one = f"{MINE}/{register(service)['endpoint_id']}"
        for _ in range(60):
            service.post(f"{one}/test", **ANN)
            service.clock.advance(seconds=1)
        first = service.get(f"{one}/deliveries", **ANN).json
        second = service.get(f"{one}/deliveries?cursor={first['next_cursor']}", **ANN).json

        ids = [each["delivery_id"] for page in (first, second) for each in page["deliveries"]]
        assert (len(first["deliveries"]), len(second["deliveries"]), second["next_cursor"]) == (50, 10, None)
        assert ids == sorted(set(ids), reverse=True)

    def test_other_people_s_endpoints_do_not_exist(self, service):
        mine = register(service)["endpoint_id"]

        assert service.get(f"{MINE}/{mine}", who="bob").status == 404
        assert service.post(f"{MINE}/{mine}/rotate", who="bob").status == 404
        assert service.get(f"{OPERATORS}/{mine}", **OSCAR).status == 404


def test_erasing_a_person_removes_their_endpoints_events_and_logs(service, receiver):
    register(service, events=["import.started", "contact.created"])
    register(service, OPERATORS, OSCAR)
    import_two(service)
    tick(service)
    service.post("/api/v1/contacts", body={"given": "Zoe"}, **ANN)
    job_id = service.ask("DELETE", "/api/v1/me", **ANN).json["job_id"]
    for _ in range(2):
        service.wiring.on_message(json.dumps({"job_id": job_id}), Context())
        service.clock.advance(hours=1)

    kept = [item["pk"]["S"] for item in service.dynamodb.tables["jobs"].items.values()]
    assert not any(pk.startswith(("endpoints#ann", "events#ann", "deliveries#ann")) for pk in kept)
    assert any(pk.startswith("deliveries#~service") for pk in kept)

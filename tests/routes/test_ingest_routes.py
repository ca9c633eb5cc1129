"""Records of sources over HTTP, from the request to the contact."""

import gzip
import hashlib
import hmac
import json
from datetime import timedelta

import pytest

from chalicelib.tables.keys import INGEST_GATE
from tests.routes.ingest import SOURCES, run_waiting, sender
from tests.routes.test_cron_route import Context

ADA = {"id": "1", "first_name": "Ada", "last_name": "Lovelace", "email": "ada@example.com"}
BOB = {"id": "2", "first_name": "Bob", "email": "bob@example.com"}


@pytest.fixture
def crm(service):
    """A source of Ann's contacts."""
    return sender(service)


def contacts(service, who="ann"):
    return service.get("/api/v1/contacts", who=who).json["contacts"]


def only(service):
    [contact] = contacts(service)
    return contact


class TestWhatIsSent:
    def test_a_record_becomes_a_contact_of_the_source_s_owner_alone(self, service, crm):
        job = crm.take(ADA)

        assert (job.state, dict(job.counts)["created"]) == ("completed", 1)
        assert only(service)["display"] == "Ada Lovelace"
        assert contacts(service, "bob") == []

    def test_a_record_that_names_another_owner_goes_nowhere_else(self, service, crm):
        crm.take({**ADA, "owner": "bob", "organization": "acme", "source_id": "google:g"})

        assert contacts(service, "bob") == []
        assert len(contacts(service)) == 1

    @pytest.mark.parametrize(
        ("body", "kind", "envelope"),
        [
            ([ADA, BOB], "application/json", "array"),
            ({"records": [ADA, BOB]}, "application/json", "records"),
            ({"data": [ADA, BOB]}, "application/vnd.api+json", "data"),
            ({"inputs": [ADA, BOB]}, "application/json", "inputs"),
            ({"events": [ADA, BOB]}, "application/json", "events"),
            (json.dumps(ADA).encode() + b"\n\n" + json.dumps(BOB).encode(), "application/x-ndjson", "lines"),
        ],
    )
    def test_several_records_come_in_any_envelope(self, service, crm, body, kind, envelope):
        response = crm.send(body, Content_Type=kind)

        assert (response.status, response.json["envelope"], response.json["accepted"]) == (202, envelope, 2)
        crm.run(response.json["job_id"])
        assert [each["given"] for each in contacts(service)] == ["Ada", "Bob"]

    def test_a_list_in_a_record_is_not_taken_for_the_records_once_the_source_says_what_an_object_is(self, service, crm):
        changed = crm.ask("PATCH", body={"of_object": "record"})

        assert changed.json["of_object"] == "record"
        crm.take({**ADA, "events": [{"type": "click"}]})
        assert only(service)["given"] == "Ada"

    def test_an_object_without_the_list_that_the_source_has_is_refused(self, crm):
        crm.ask("PATCH", body={"of_object": "events"})

        assert crm.send({"records": [ADA]}).status == 422
        assert crm.send({"records": [], "events": [ADA]}).json["envelope"] == "events"
        assert crm.send([ADA]).json["envelope"] == "array"

    def test_how_the_last_request_was_read_can_be_looked_at(self, crm):
        assert crm.ask("GET", "/records").json["last_envelope"] == ""
        crm.send({"data": [ADA]})
        assert crm.ask("GET", "/records").json["last_envelope"] == "data"

    def test_json_that_is_sent_as_a_form_is_refused(self, crm):
        refused = crm.send(json.dumps(ADA).encode(), Content_Type="application/x-www-form-urlencoded")

        assert (refused.status, "application/json" in refused.json["detail"]) == (422, True)

    def test_a_body_may_be_compressed(self, service, crm):
        crm.take(gzip.compress(json.dumps(ADA).encode()), Content_Encoding="gzip")

        assert only(service)["given"] == "Ada"

    def test_a_bad_line_spoils_none_of_the_others(self, service, crm):
        body = b"\n".join([json.dumps(ADA).encode(), b"{broken", b"7", json.dumps(BOB).encode()])

        response = crm.send(body, Content_Type="application/x-ndjson")

        assert response.json["results"] == [
            {"index": 1, "status": "refused", "reason": "not_json"},
            {"index": 2, "status": "refused", "reason": "not_an_object"},
        ]
        crm.run(response.json["job_id"])
        assert len(contacts(service)) == 2

    @pytest.mark.parametrize(
        ("body", "kind", "status"),
        [
            (b"{", "application/json", 422),
            (b"[]", "application/json", 422),
            (b"", "application/json", 422),
            (b"[1, 2]", "application/json", 422),
            (b"<a/>", "text/xml", 422),
            (b"%PDF", "application/pdf", 415),
            (b"[" + b",".join([b"{}"] * 501) + b"]", "application/json", 413),
            (b" " * (4 * 1024 * 1024 + 1), "application/json", 413),
        ],
    )
    def test_what_cannot_be_read_at_all_is_refused(self, crm, body, kind, status):
        assert crm.send(body, Content_Type=kind).status == status

    def test_the_limit_holds_for_what_is_unpacked(self, crm):
        bomb = gzip.compress(b" " * (64 * 1024 * 1024))

        assert crm.send(bomb, Content_Encoding="gzip").status == 413

    def test_unknown_fields_are_kept_and_listed(self, service, crm):
        crm.take({**ADA, "shoe_size": 42, "plan": {"tier": "gold"}})

        known = {each["name"]: each["value"] for each in only(service)["custom_fields"]}
        assert known == {"shoe_size": "42", "plan.tier": "gold"}
        assert crm.ask("GET", "/records").json["unknown_fields"] == ["plan.tier", "shoe_size"]

    def test_the_owner_s_mapping_goes_before_what_is_recognized(self, service):
        crm = sender(service, fields={"first_name": "family", "last_name": "", "mail": "emails.1=work"})

        crm.take({"first_name": "Byron", "last_name": "X", "mail": "b@example.com"})

        contact = only(service)
        assert (contact["family"], contact["given"]) == ("Byron", "")
        assert contact["emails"] == [{"value": "b@example.com", "label": "work"}]

    def test_a_contact_says_where_it_is_from(self, service, crm):
        crm.take(ADA)
        contact_id = only(service)["contact_id"]

        [source] = service.get(f"/api/v1/contacts/{contact_id}", who="ann").json["sources"]

        assert (source["source"], source["tag"]) == (f"ingest:{crm.source['source_id']}", "crm")


class TestOneRecordAgain:
    def test_what_a_record_does_not_say_stays(self, service, crm):
        crm.take({**ADA, "phone": "+49 170 1234567"})
        crm.take({"id": "1", "email": "new@example.com"})

        contact = only(service)
        assert contact["given"] == "Ada"
        assert [each["value"] for each in contact["emails"]] == ["new@example.com"]
        assert len(contact["phones"]) == 1

    @pytest.mark.parametrize(("rules", "left"), [({}, "Boss"), ({"empty_clears": True}, "")])
    def test_an_empty_text_leaves_the_value_unless_the_source_says_otherwise(self, service, rules, left):
        crm = sender(service, **rules)
        crm.take({**ADA, "job_title": "Boss"})
        crm.take({"id": "1", "job_title": ""})

        assert only(service)["title"] == left

    @pytest.mark.parametrize(("rules", "left"), [({}, "Boss"), ({"null_clears": True}, "")])
    def test_null_clears_a_value_if_the_source_says_so(self, service, rules, left):
        crm = sender(service, **rules)
        crm.take({**ADA, "job_title": "Boss"})
        crm.take({"id": "1", "job_title": None})

        assert only(service)["title"] == left

    def test_an_older_record_is_stale_which_is_no_failure(self, service, crm):
        crm.take({**ADA, "updated_at": "2026-03-02T00:00:00Z"})
        job = crm.take({**ADA, "first_name": "Old", "updated_at": "2026-03-01T00:00:00Z"})

        assert job.state == "completed"
        assert only(service)["given"] == "Ada"
        assert (crm.records()[0]["outcome"], crm.records()[0]["reason"]) == ("skipped", "stale")

    def test_the_last_of_a_b_a_is_applied_though_its_content_came_before(self, service, crm):
        for name in ("A", "B", "A"):
            crm.take({**ADA, "first_name": name})

        assert only(service)["given"] == "A"

    def test_a_b_a_in_one_request_leaves_a(self, service, crm):
        job = crm.take([{**ADA, "first_name": name} for name in ("A", "B", "A")])

        assert only(service)["given"] == "A"
        assert (job.counts["created"], job.counts["skipped"]) == (1, 2)

    def test_an_event_that_was_applied_is_not_applied_again(self, service, crm):
        for name in ("A", "B"):
            crm.take({**ADA, "first_name": name, "messageId": name})
        crm.take({**ADA, "first_name": "A", "messageId": "A"})

        assert only(service)["given"] == "B"
        assert crm.records()[0]["reason"] == "repeated"

    def test_a_record_without_an_id_is_known_by_its_address(self, service, crm):
        crm.take({"email": "ada@example.com", "first_name": "Ada"})
        job = crm.take({"email": "ADA@example.com", "first_name": "Augusta"})

        assert job.counts["updated"] == 1
        assert only(service)["given"] == "Augusta"

    def test_after_an_undo_a_record_changes_only_what_it_names(self, service, crm):
        crm.take({**ADA, "job_title": "Countess"})
        second = crm.take({"id": "1", "job_title": "Analyst", "note": "met"})
        service.post(f"/api/v1/runs/{second.job_id}/undo", who="ann", body=preview(service, second))
        run_waiting(service)
        assert only(service)["title"] == "Countess"

        crm.take({"id": "1", "last_name": "King"})

        contact = only(service)
        assert (contact["title"], contact["family"], contact["notes"]) == ("Countess", "King", "")


class TestRequestsAgain:
    def test_a_repeated_request_is_answered_and_not_applied_again(self, service, crm):
        first = crm.send(ADA, Idempotency_Key="k1")
        crm.run(first.json["job_id"])
        crm.take({**ADA, "first_name": "B"})

        again = crm.send(ADA, Idempotency_Key="k1")

        assert (again.status, again.json["repeated"], again.json["accepted"]) == (202, True, 1)
        assert again.json["job_id"] is None
        assert only(service)["given"] == "B"

    def test_the_same_key_with_another_body_is_a_conflict(self, crm):
        crm.send(ADA, Idempotency_Key="k1")

        assert crm.send(BOB, Idempotency_Key="k1").status == 409

    def test_the_key_of_a_request_is_that_of_one_source_alone(self, service, crm):
        crm.send(ADA, Idempotency_Key="k1")

        assert sender(service, name="Shop").send(BOB, Idempotency_Key="k1").status == 202


class TestGathering:
    def test_single_requests_become_one_job(self, service, crm):
        ids = {crm.send({**ADA, "id": str(n), "email": f"{n}@example.com"}).json["job_id"] for n in range(30)}

        [job_id] = ids
        assert crm.run(job_id).counts["created"] == 30

    def test_a_job_waits_for_what_comes_soon_after(self, service, crm):
        job_id = crm.send(ADA).json["job_id"]
        service.wiring.on_message(json.dumps({"job_id": job_id}), Context())
        crm.send(BOB)

        assert crm.run(job_id).counts["created"] == 2

    def test_what_comes_while_a_job_runs_waits_for_the_next(self, service, crm):
        first = crm.take(ADA)
        second = crm.send(BOB).json["job_id"]

        assert second != first.job_id
        assert crm.run(second).counts["created"] == 1

    def test_records_whose_job_could_not_be_created_are_found_by_the_schedule(self, service, crm):
        for _ in range(20):
            service.post("/api/v1/contacts/bulk", who="ann", body={"contacts": [{"given": "X"}]})
        response = crm.send(ADA)
        assert (response.status, response.json["job_id"]) == (202, None)
        run_waiting(service)

        service.clock.advance(timedelta(minutes=3))
        service.wiring.ingest.start_due()
        run_waiting(service)

        assert "Ada" in [each["given"] for each in contacts(service)]

    def test_a_source_that_has_sent_everything_is_not_looked_at_again(self, service, crm):
        crm.take(ADA)
        service.clock.advance(timedelta(hours=1))

        assert list(service.wiring.ingest.gates.due(service.clock.now(), limit=10)) == []


class TestLimits:
    def test_a_source_may_send_so_many_requests_a_minute(self, service):
        crm = sender(service, requests_per_minute=2)
        assert [crm.send(ADA).status for _ in range(3)] == [202, 202, 429]

        refused = crm.send(ADA)
        assert 0 < int(refused.headers["retry-after"]) <= 60
        service.clock.advance(timedelta(minutes=1))
        assert crm.send(ADA).status == 202

    def test_requests_in_which_nothing_can_be_read_count_too(self, service):
        crm = sender(service, requests_per_minute=2)

        assert [crm.send(body).status for body in (b"{", b"[1]", b"{", ADA)] == [422, 422, 429, 429]

    def test_wrong_signatures_count_apart_so_that_the_key_alone_uses_up_nothing(self, service):
        crm = sender(service, requests_per_minute=2, signature={"header": "X-Signature", "secret": "s"})
        body = json.dumps(ADA).encode()
        signed = hmac.new(b"s", body, hashlib.sha256).hexdigest()

        assert [crm.send(body, X_Signature="00").status for _ in range(3)] == [401, 401, 429]
        assert [crm.send(body, X_Signature=signed).status for _ in range(3)] == [202, 202, 429]

    def test_a_wrong_key_uses_up_nothing(self, service):
        crm = sender(service, requests_per_minute=1)

        assert [crm.send(ADA, key="in_x.y").status for _ in range(3)] == [401, 401, 401]
        assert crm.send(ADA).status == 202

    def test_counts_of_refused_requests_are_removed_when_their_minute_is_over(self, service):
        crm = sender(service)
        sizes = set()
        for _ in range(5):
            crm.send(b"{")
            gate = service.wiring.ingest.gates
            stored = gate.dynamo.get(gate.table, INGEST_GATE.key(source_id=crm.source["source_id"]).item)
            sizes.add(len(stored))
            service.clock.advance(timedelta(minutes=2))

        assert len(sizes) == 1

    def test_a_source_may_send_so_many_records_a_day(self, service):
        crm = sender(service, records_per_day=3)
        assert [crm.send([ADA, BOB]).status, crm.send([ADA, BOB]).status, crm.send(ADA).status] == [202, 429, 202]

        assert int(crm.send(ADA).headers["retry-after"]) > 60

    def test_the_first_request_of_a_day_holds_no_more_records_than_that(self, service):
        crm = sender(service, records_per_day=1)

        assert [crm.send([ADA, BOB]).status, crm.send(ADA).status] == [429, 202]

    def test_one_source_does_not_use_up_what_another_may_send(self, service):
        crm, shop = sender(service, requests_per_minute=1), sender(service, requests_per_minute=1)
        crm.send(ADA)

        assert shop.send(ADA).status == 202

    def test_a_limit_is_no_greater_than_the_deployment_s(self, service):
        response = service.post(SOURCES, who="ann", body={"name": "CRM", "requests_per_minute": 1_000_000})

        assert (response.status, response.json["field"]) == (422, "requests_per_minute")


NOBODY = {"id": "7", "zz": "Ada"}


class TestFailedRecords:
    def test_a_record_that_cannot_be_imported_is_kept_with_the_reason(self, crm):
        job = crm.take([NOBODY, BOB])

        assert (job.state, job.counts["failed"], job.counts["created"]) == ("partial", 1, 1)
        [failed] = crm.ask("GET", "/failed").json["records"]
        assert (failed["reason"], failed["record"]) == ("no_name_email_or_phone", NOBODY)

    def test_it_is_imported_once_the_mapping_is_mended(self, service, crm):
        crm.take({"id": "7", "zz": "Ada"})
        crm.ask("PATCH", body={"fields": {"zz": "given"}})

        replayed = crm.ask("POST", "/failed/replay")

        assert (replayed.status, replayed.json["replayed"]) == (202, 1)
        crm.run(replayed.json["job_id"])
        assert only(service)["given"] == "Ada"
        assert crm.ask("GET", "/failed").json["records"] == []

    def test_one_that_is_older_than_what_was_imported_since_changes_nothing(self, service, crm):
        crm.take({"id": "7", "zz": "Ada"})
        service.clock.advance(timedelta(minutes=1))
        crm.take({"id": "7", "email": "ada@example.com", "zz": "Augusta"})
        crm.ask("PATCH", body={"fields": {"zz": "given"}})

        crm.run(crm.ask("POST", "/failed/replay").json["job_id"])

        assert only(service)["given"] == ""
        assert crm.records()[0]["reason"] == "stale"

    def test_records_of_nobody_without_an_id_are_kept_each_by_itself(self, service, crm):
        crm.take([{"zz": "Ada"}, {"zz": "Bob"}, {"zz": "Ada"}])

        kept = [each["record"] for each in crm.ask("GET", "/failed").json["records"]]
        assert sorted(each["zz"] for each in kept) == ["Ada", "Bob"]
        crm.ask("PATCH", body={"fields": {"zz": "given"}})
        crm.run(crm.ask("POST", "/failed/replay").json["job_id"])
        assert sorted(each["given"] for each in contacts(service)) == ["Ada", "Bob"]

    def test_replaying_nothing_starts_nothing(self, crm):
        assert crm.ask("POST", "/failed/replay").json == {"replayed": 0, "job_id": None}


class TestTrial:
    def test_a_trial_says_what_would_happen_and_stores_nothing(self, service, crm):
        crm.take(ADA)

        response = crm.ask("POST", "/plan", body=[ADA, {**ADA, "first_name": "Augusta"}, BOB, {"x": "y"}, 7])

        assert [each["outcome"] for each in response.json["results"]] == [
            "skipped",
            "updated",
            "created",
            "failed",
            "refused",
        ]
        assert response.json["fields"]["first_name"] == "given"
        assert len(contacts(service)) == 1


class TestUndo:
    def test_what_came_in_can_be_undone(self, service, crm):
        job = crm.take([ADA, BOB])

        response = service.post(f"/api/v1/runs/{job.job_id}/undo", who="ann", body=preview(service, job))

        assert response.status == 202
        run_waiting(service)
        assert contacts(service) == []


class TestErasing:
    def test_a_person_s_erasure_leaves_nothing_of_their_sources(self, service):
        crm = sender(service, name="Canary system")
        crm.take([ADA, {"id": "7"}])
        crm.send({**BOB, "notes": "x" * 60_000})
        crm.send([{**BOB, "id": str(n), "notes": "x" * 60_000} for n in range(3)], Idempotency_Key="k")
        service.ask("DELETE", "/api/v1/me", who="ann")
        run_waiting(service)
        service.clock.advance(timedelta(minutes=20))
        run_waiting(service)

        keys = [key for table in service.dynamodb.tables.values() for key in table.items]
        assert [key for key in keys if "ingest" in str(key)] == []
        assert [key for key in service.bucket.kept if key.startswith("ingest/")] == []
        assert crm.send(ADA).status == 401


def preview(service, job):
    """What an undo of this run would do, as the person confirms it."""
    shown = service.get(f"/api/v1/runs/{job.job_id}/undo", who="ann").json
    return {name: shown[name] for name in ("removed", "restored", "returned", "kept")}

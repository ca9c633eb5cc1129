"""Sources over HTTP: who has them, their keys, and how their requests are signed."""

import base64
import hashlib
import hmac
import json
from collections import Counter
from datetime import timedelta

import pytest

from tests.routes.ingest import SOURCES, Sender, lead_sender, sender

ADA = {"id": "1", "first_name": "Ada", "email": "ada@example.com"}


@pytest.fixture
def crm(service):
    return sender(service)


class TestManaging:
    def test_the_key_is_shown_once_and_stored_as_a_hash(self, service, crm):
        key = crm.source["key"]

        assert key.startswith(f"in_{crm.source['source_id']}.")
        assert "key" not in crm.ask("GET").json
        stored = json.dumps([str(table.items) for table in service.dynamodb.tables.values()])
        assert key.partition(".")[2] not in stored

    def test_a_person_lists_their_own(self, service, crm):
        sender(service, name="Shop")

        assert [each["name"] for each in service.get(SOURCES, who="ann").json["sources"]] == ["CRM", "Shop"]
        assert service.get(SOURCES, who="bob").json["sources"] == []

    def test_what_is_not_named_stays_as_it_is(self, crm):
        crm.ask("PATCH", body={"fields": {"mail": "emails.1"}, "region": "de"})
        changed = crm.ask("PATCH", body={"name": "Sales"}).json

        assert (changed["name"], changed["fields"], changed["region"]) == ("Sales", {"mail": "emails.1"}, "DE")

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"name": ""}, "name"),
            ({"name": "a\nb"}, "name"),
            ({"tag": "Not a tag"}, "tag"),
            ({"fields": {"mail": "nothing"}}, "fields"),
            ({"region": "XX"}, "region"),
            ({"on_existing": "fill"}, "on_existing"),
            ({"records_per_day": 0}, "records_per_day"),
            ({"saved_mapping": "none"}, "saved_mapping"),
            ({"signature": {"header": "X Signature:", "secret": "s"}}, "signature.header"),
            ({"signature": {"header": "x", "secret": "s", "signed": ["id"]}}, "signature.signed"),
            (
                {"signature": {"header": "x", "secret": "s", "signed": ["body", "timestamp"]}},
                "signature.timestamp_header",
            ),
            ({"signature": {"header": "x", "secret": "%", "secret_encoding": "base64"}}, "signature.secret"),
            ({"signature": {"header": "x", "secret": "s", "tolerance_seconds": 90_000}}, "signature.tolerance_seconds"),
        ],
    )
    def test_what_cannot_be_followed_is_refused(self, crm, body, field):
        response = crm.ask("PATCH", body=body)

        assert (response.status, response.json["field"]) == (422, field)

    def test_there_can_be_fifty(self, service):
        for _ in range(50):
            sender(service)

        assert service.post(SOURCES, who="ann", body={"name": "One more"}).status == 409

    def test_a_paused_source_takes_nothing_and_says_when_to_try_again(self, crm):
        crm.ask("PATCH", body={"paused": True})
        response = crm.send(ADA)

        assert (response.status, response.headers["retry-after"]) == (503, "300")
        assert (response.json["title"], response.json["type"].rpartition("/")[2]) == ("Source paused", "source-paused")
        crm.ask("PATCH", body={"paused": False})
        assert crm.send(ADA).status == 202


class TestKeys:
    def test_two_keys_are_valid_while_a_key_is_rotated(self, service, crm):
        old = crm.source["key"]
        new = crm.ask("POST", "/rotate", body={"overlap_hours": 1}).json["key"]

        assert [crm.send(ADA, key=key).status for key in (old, new)] == [202, 202]
        service.clock.advance(timedelta(hours=1))
        assert [crm.send(ADA, key=key).status for key in (old, new)] == [401, 202]

    def test_never_more_than_two(self, crm):
        keys = [crm.source["key"], *(crm.ask("POST", "/rotate", body={}).json["key"] for _ in range(2))]

        assert [crm.send(ADA, key=key).status for key in keys] == [401, 202, 202]

    def test_without_an_overlap_the_last_one_ends_at_once(self, crm):
        crm.ask("POST", "/rotate", body={"overlap_hours": 0})

        assert crm.send(ADA).status == 401

    def test_the_key_may_come_as_other_senders_can_send_it(self, service, crm):
        key = crm.source["key"]
        basic = [base64.b64encode(each.encode()).decode() for each in (f"any:{key}", f"{key}:")]

        assert service.post(crm.path, body=ADA, x_api_key=key).status == 202
        assert [service.post(crm.path, body=ADA, Authorization=f"Basic {each}").status for each in basic] == [202, 202]

    def test_only_a_source_that_allows_it_takes_the_key_from_the_url(self, service, crm):
        url = f"{crm.path}?key={crm.source['key']}"
        assert service.post(url, body=ADA).status == 401

        crm.ask("PATCH", body={"key_in_url": True})

        assert service.post(url, body=ADA).status == 202

    def test_unknown_wrong_and_deleted_get_one_answer(self, service, crm):
        gone, shop = sender(service), sender(service)
        gone.ask("DELETE")
        unknown = Sender(service, {"source_id": "A" * 22, "key": f"in_{'A' * 22}.secret"})

        refused = [
            crm.send(ADA, key="in_x.wrong"),
            crm.send(ADA, key=""),
            crm.send(ADA, key=shop.source["key"]),
            gone.send(ADA),
            unknown.send(ADA),
        ]

        assert {each.status for each in refused} == {401}
        assert len({each.body for each in refused}) == 1

    def test_each_of_them_takes_the_same_requests_to_the_store(self, service, crm):
        gone = sender(service)
        gone.ask("DELETE")
        counts = []
        for each, key in ((crm, "in_x.wrong"), (gone, gone.source["key"])):
            before = Counter(service.dynamodb.calls)
            each.send(ADA, key=key)
            counts.append(Counter(service.dynamodb.calls) - before)

        assert counts == [{"get_item": 1}] * 2

    def test_a_person_s_token_is_no_key(self, service, crm):
        assert service.post(crm.path, who="ann", body=ADA).status == 401


class TestDeleting:
    def test_a_deleted_source_leaves_nothing_but_what_it_has_brought(self, service, crm):
        crm.take(ADA)
        crm.send(ADA)

        assert crm.ask("DELETE").status == 204

        assert crm.ask("GET").status == 404
        assert len(service.get("/api/v1/contacts", who="ann").json["contacts"]) == 1
        keys = [key for table in service.dynamodb.tables.values() for key in table.items]
        assert [key for key in keys if "ingest#" in str(key)] == []

    def test_its_waiting_job_ends_without_doing_anything(self, service, crm):
        job_id = crm.send(ADA).json["job_id"]
        crm.ask("DELETE")

        assert crm.run(job_id).state == "completed"
        assert service.get("/api/v1/contacts", who="ann").json["contacts"] == []


SECRET = "It's a secret"
STANDARD = {
    "header": "Webhook-Signature",
    "encoding": "base64",
    "prefix": "v1,",
    "signed": ["id", "timestamp", "body"],
    "separator": ".",
    "id_header": "webhook-id",
    "timestamp_header": "webhook-timestamp",
    "secret": "whsec_" + base64.b64encode(b"k" * 32).decode(),
    "secret_encoding": "base64",
}


class TestSignatures:
    def test_a_signed_body_is_accepted_and_no_other(self, service):
        crm = sender(service, signature={"header": "X-Signature", "secret": SECRET, "prefix": "sha256="})
        body = json.dumps(ADA).encode()
        good = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()

        assert crm.send(body, X_Signature=good).status == 202
        assert crm.send(body + b" ", X_Signature=good).status == 401
        assert crm.send(body).status == 401
        assert crm.send(body, X_Signature="sha256=zz").status == 401

    def test_a_signature_does_not_replace_the_key(self, service):
        crm = sender(service, signature={"header": "X-Signature", "secret": SECRET})
        body = json.dumps(ADA).encode()
        good = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()

        assert crm.send(body, key="", X_Signature=good).status == 401

    def test_the_secret_is_sealed_and_never_shown(self, service):
        crm = sender(service, signature={"header": "X-Signature", "secret": SECRET})

        assert SECRET not in crm.ask("GET").text
        assert SECRET not in str([table.items for table in service.dynamodb.tables.values()])
        assert crm.ask("PATCH", body={"signature": "none"}).json["signature"] is None
        assert crm.send(ADA).status == 202

    def sign(self, service, body, msg_id="msg_1", age=0):
        at = str(int(service.clock.now().timestamp()) - age)
        text = f"{msg_id}.{at}.".encode() + body
        signature = base64.b64encode(hmac.new(b"k" * 32, text, hashlib.sha256).digest()).decode()
        return {
            "webhook_id": msg_id,
            "webhook_timestamp": at,
            "Webhook_Signature": f"v1a,AAAA v1,{signature} v1,AAAA",
        }

    @pytest.mark.parametrize(("age", "status"), [(0, 202), (299, 202), (301, 401), (-299, 202), (-301, 401)])
    def test_a_signed_time_holds_for_five_minutes_both_ways(self, service, age, status):
        crm, body = sender(service, signature=STANDARD), json.dumps(ADA).encode()

        assert crm.send(body, **self.sign(service, body, age=age)).status == status

    def test_a_repeated_signed_id_is_answered_and_not_applied_again(self, service):
        crm, body = sender(service, signature=STANDARD), json.dumps(ADA).encode()
        crm.run(crm.send(body, **self.sign(service, body)).json["job_id"])

        again = crm.send(body, **self.sign(service, body, age=10))

        assert (again.status, again.json["repeated"], again.json["job_id"]) == (202, True, None)
        other = json.dumps({**ADA, "id": "2"}).encode()
        assert crm.send(other, **self.sign(service, other)).status == 409


class TestOrganizations:
    PATH = "/api/v1/organizations/acme/sources"

    @pytest.mark.parametrize(("role", "status"), [("member", 403), ("importer", 403), ("admin", 201)])
    def test_only_an_admin_makes_sources_of_leads(self, service, role, status):
        response = service.post(self.PATH, who="ann", organizations={"acme": [role]}, body={"name": "Forms"})

        assert response.status == status

    def test_they_are_the_organization_s_and_nobody_s_else(self, service):
        forms = lead_sender(service)

        assert [each["name"] for each in service.get(self.PATH, **forms.asked).json["sources"]] == ["Forms"]
        assert service.get(self.PATH, who="bob", organizations={"other": ["admin"]}).status == 404
        assert service.get(SOURCES, who="ines").json["sources"] == []
        other = "/api/v1/organizations/other/sources"
        assert (
            service.get(f"{other}/{forms.source['source_id']}", who="o", organizations={"other": ["admin"]}).status
            == 404
        )

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"fields": {"mail": "nothing"}}, "fields"),
            ({"fields": {"mail": "identity:fax"}}, "fields"),
            ({"channel": "fax"}, "channel"),
            ({"on_existing": "update"}, "on_existing"),
            ({"null_clears": True}, "null_clears"),
        ],
    )
    def test_what_cannot_be_followed_is_refused(self, service, body, field):
        response = lead_sender(service).ask("PATCH", body=body)

        assert (response.status, response.json["field"]) == (422, field)

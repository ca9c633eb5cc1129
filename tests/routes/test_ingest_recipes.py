"""The recipes of docs/ingest.md, each with a request as the sender sends it (tests/ingest/recorded)."""

import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest

from tests.routes.ingest import Sender, lead_sender, run_waiting, sender
from tests.routes.service import HOME

RECORDED = Path(__file__).parents[1] / "ingest" / "recorded"
SEGMENT = {
    "signature": {"header": "x-signature", "algorithm": "sha1", "secret": "segment-shared-secret"},
    "fields": {"context": "", "anonymousId": "", "type": ""},
}
HUBSPOT = {
    "header": "x-hubspot-signature-v3",
    "encoding": "base64",
    "signed": ["method", "url", "body", "timestamp"],
    "timestamp_header": "x-hubspot-request-timestamp",
    "unit": "ms",
    "secret": "hubspot-client-secret",
}


def recorded(name: str) -> dict[str, Any]:
    return json.loads((RECORDED / f"{name}.json").read_text("utf-8"))


def replay(source: Sender, name: str, **headers: str):
    """Send a recorded request, and let its records be imported."""
    request = recorded(name)
    given = {header.title().replace("-", "_"): value for header, value in request["headers"].items()}
    response = source.send(request["body"].encode(), **{**given, **headers})
    run_waiting(source.service)
    return response


def people(service):
    shown = service.get("/api/v1/contacts", who="ann").json["contacts"]
    return {each["display"]: [email["value"] for email in each["emails"]] for each in shown}


BOTH = {"Ada": ["ada@example.com"], "Bob": ["bob@example.com"]}


class TestHubSpotWorkflow:
    def test_its_properties_become_a_contact(self, service):
        source = sender(service, fields={"lifecyclestage": "groups"})

        assert replay(source, "hubspot_workflow").status == 202

        [contact] = service.get("/api/v1/contacts", who="ann").json["contacts"]
        assert (contact["display"], contact["organization"]) == ("Ada Lovelace", "Analytical Engines")
        assert contact["groups"] == ["lead"]

    @pytest.mark.parametrize(("age", "status"), [(0, 202), (299, 202), (301, 401)])
    def test_its_signature_covers_the_public_url_the_body_and_the_time(self, service, age, status):
        source, body = sender(service, signature=HUBSPOT), recorded("hubspot_workflow")["body"]
        at = str(int(service.clock.now().timestamp() * 1000) - age * 1000)
        text = f"POST{HOME}{source.path}{body}{at}".encode()
        signed = base64.b64encode(hmac.new(b"hubspot-client-secret", text, hashlib.sha256).digest()).decode()
        headers = {"x_hubspot_signature_v3": signed, "x_hubspot_request_timestamp": at}

        assert replay(source, "hubspot_workflow", **headers).status == status
        assert source.send(body.replace("Ada", "Eve").encode(), **headers).status == 401

    @pytest.mark.parametrize("query", ["?a=%20x", "?a=+x", "?a", "?a=", "?b=%c3%b6&a=1", "?to=crm%2fleads&a=1&a=2"])
    def test_its_signature_covers_the_url_as_it_was_written(self, service, query):
        source, body = sender(service, signature=HUBSPOT), recorded("hubspot_workflow")["body"]
        at = str(int(service.clock.now().timestamp() * 1000))

        def status(signed_query: str) -> int:
            text = f"POST{HOME}{source.path}{signed_query}{body}{at}".encode()
            signed = base64.b64encode(hmac.new(b"hubspot-client-secret", text, hashlib.sha256).digest()).decode()
            headers = {"X-HubSpot-Signature-v3": signed, "X-HubSpot-Request-Timestamp": at}
            key = {"Authorization": f"Bearer {source.source['key']}"}
            return service.ask("POST", source.path + query, body=body.encode(), **key, **headers).status

        assert [status(query), status(f"{query}x"), status("")] == [202, 401, 401]


class TestSalesforce:
    def test_a_message_is_acknowledged_and_its_objects_become_contacts(self, service):
        source = sender(service, key_in_url=True)
        request = recorded("salesforce_outbound_message")
        url = f"{source.path}?key={source.source['key']}"

        response = service.post(url, body=request["body"].encode(), Content_Type=request["headers"]["content-type"])

        assert response.status == 200
        assert response.headers["content-type"].startswith("text/xml")
        assert "<Ack>true</Ack>" in response.text
        run_waiting(service)
        assert people(service) == {"Ada Lovelace": ["ada@example.com"], "Byron": ["bob@example.com"]}

    def test_a_message_that_comes_again_changes_nothing(self, service):
        source = sender(service)
        replay(source, "salesforce_outbound_message")
        source.take({"Id": "003000000000001AAA", "FirstName": "Augusta", "SystemModstamp": "2026-03-03T12:00:00Z"})

        replay(source, "salesforce_outbound_message")

        assert "Augusta Lovelace" in people(service)
        assert [each["reason"] for each in source.records()[:2]] == ["repeated", "repeated"]


class TestZapier:
    def test_a_form_is_one_record(self, service):
        assert replay(sender(service), "zapier_form").json["envelope"] == "form"

        assert people(service) == {"Ada Lovelace": ["ada@example.com"]}


class TestMake:
    def test_an_array_of_an_aggregator_has_several(self, service):
        assert replay(sender(service), "make_http").json["accepted"] == 2

        assert people(service) == BOTH


class TestSegment:
    def test_the_traits_of_an_identify_become_a_contact(self, service):
        source = sender(service, **SEGMENT)

        assert replay(source, "segment_identify").status == 202

        [contact] = service.get("/api/v1/contacts", who="ann").json["contacts"]
        assert (contact["display"], contact["title"], contact["custom_fields"]) == ("Ada Lovelace", "Countess", [])

    def test_an_event_that_is_sent_again_is_applied_once(self, service):
        source = sender(service, **SEGMENT)
        replay(source, "segment_identify")
        replay(source, "segment_identify")

        assert source.records()[0]["reason"] == "repeated"

    def test_of_a_batch_the_signature_covers_the_first_event_alone(self, service):
        signature = {**SEGMENT["signature"], "signed": ["first_record"]}
        source = sender(service, **{**SEGMENT, "signature": signature})
        forged = recorded("segment_batch")["body"].replace("bob@example.com", "eve@example.com")

        assert replay(source, "segment_batch").status == 202
        assert (
            source.send(forged.encode(), x_signature=recorded("segment_batch")["headers"]["x-signature"]).status == 202
        )
        first = recorded("segment_batch")["body"].replace("ada@example.com", "eve@example.com")
        assert (
            source.send(first.encode(), x_signature=recorded("segment_batch")["headers"]["x-signature"]).status == 401
        )


class TestPolytomic:
    def test_the_fields_of_a_sync_become_contacts(self, service):
        assert replay(sender(service), "polytomic_sync").json["envelope"] == "object.records"

        assert people(service) == BOTH

    def test_its_hash_is_no_event_so_that_a_after_b_after_a_is_applied(self, service):
        source = sender(service)
        replay(source, "polytomic_sync")
        source.take({"id": "43", "first_name": "B"})

        replay(source, "polytomic_sync")

        assert people(service) == BOTH


class TestAFormIntoLeads:
    def test_a_form_becomes_a_lead(self, service):
        replay(lead_sender(service), "web_form_lead")

        asked = {"who": "ines", "organizations": {"acme": ["member"]}}
        [lead] = service.get("/api/v1/organizations/acme/leads", **asked).json["leads"]
        assert (lead["name"], lead["identities"][0]["channel"]) == ("Maria da Silva", "whatsapp")
        assert lead["custom"] == {"city": "Recife", "consent": "yes"}

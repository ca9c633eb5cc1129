"""Resolving leads over HTTP and GraphQL."""

from typing import Any

import pytest

from tests.routes.service import Service

PATH = "/organizations/acme/leads/resolve-batch"
IMPORTER = {"who": "ines", "organizations": {"acme": ["importer"]}}
MARIA = {"channel": "whatsapp", "channelIdentifier": "+55 11 8765-4321", "name": "Maria", "custom": {"size": "XL"}}


@pytest.fixture
def service() -> Service:
    return Service()


class TestOverHttp:
    def test_the_batch_of_the_specification(self, service):
        sent = [{"channel": "whatsapp", "channelIdentifier": "+551199", "name": "Joao"}, MARIA]

        answer = service.post(PATH, **IMPORTER, body=sent)

        assert answer.status == 200
        assert [(each["index"], each["outcome"]) for each in answer.json["results"]] == [(0, "invalid"), (1, "created")]
        lead = answer.json["results"][1]["lead"]
        assert (lead["name"], lead["custom"], lead["source"]) == ("Maria", {"size": "XL"}, "api")
        assert lead["identities"][0]["asGiven"] == "+55 11 8765-4321"

    def test_both_paths_are_one(self, service):
        first = service.post(PATH, **IMPORTER, body=[MARIA]).json["results"][0]

        again = service.post(f"/api/v1{PATH}", **IMPORTER, body=[MARIA]).json["results"][0]

        assert (again["outcome"], again["lead"]) == ("existing", first["lead"])

    def test_with_an_idempotency_key_the_answer_is_the_same(self, service):
        ask = {**IMPORTER, "Idempotency_Key": "once"}
        first = service.post(PATH, **ask, body=[MARIA])

        assert service.post(PATH, **ask, body=[MARIA]).json == first.json
        assert service.post(PATH, **ask, body=[{**MARIA, "name": "Other"}]).status == 409
        assert service.post(PATH, **{**ask, "who": "ivo"}, body=[{**MARIA, "name": "Other"}]).status == 200

    def test_the_country_of_numbers_can_be_given(self, service):
        local = {"channel": "whatsapp", "channelIdentifier": "(11) 98765-4321"}

        answer = service.post(f"{PATH}?region=br", **IMPORTER, body=[local])

        assert answer.json["results"][0]["lead"]["identities"][0]["channelIdentifier"] == "+5511987654321"
        assert service.post(f"{PATH}?region=xx", **IMPORTER, body=[local]).json["field"] == "region"

    @pytest.mark.parametrize(("body", "status"), [([], 422), ({}, 422), (b"", 422), (b"[", 422), ([MARIA] * 1001, 413)])
    def test_a_body_that_is_no_batch_is_refused(self, service, body, status):
        assert service.post(PATH, **IMPORTER, body=body).status == status

    def test_hostile_inputs_stop_nothing(self, service):
        hostile = [None, [], {"channel": {}}, {"channel": "whatsapp", "channelIdentifier": "\ud800"}, {"a": 1}]

        answer = service.post(PATH, **IMPORTER, body=[*hostile, MARIA])

        assert [each["outcome"] for each in answer.json["results"]] == ["invalid"] * 5 + ["created"]


MUTATION = """
mutation ($leads: [LeadInput!]!, $organization: ID!, $region: String, $key: String) {
  resolveLeads(organization: $organization, leads: $leads, region: $region, idempotencyKey: $key) {
    index outcome code field message conflictingLeadIds
    lead {
      leadId name email phone custom { name value } tags source sourceRow createdAt changedAt revision
      identities { identityKey channel scope kind channelIdentifier asGiven }
    }
  }
}
"""


class TestOverGraphQl:
    def resolve(self, service: Service, leads: list[Any], organization: str = "acme", **more: str) -> Any:
        variables = {"leads": leads, "organization": organization, **more}
        return service.post("/graphql", **IMPORTER, body={"query": MUTATION, "variables": variables}).json

    def test_is_the_twin_of_the_route(self, service):
        address = {"channel": "email", "channelIdentifier": "m@x.org"}
        given = {**MARIA, "custom": [{"name": "size", "value": "XL"}], "identities": [address]}
        created = self.resolve(service, [given, {"channel": "fax", "channelIdentifier": "1"}])["data"]["resolveLeads"]

        over_http = service.post(PATH, **IMPORTER, body=[MARIA]).json["results"][0]["lead"]

        assert [each["outcome"] for each in created] == ["created", "invalid"]
        assert created[1]["code"] == "unknown_channel"
        assert created[0]["lead"] == {**over_http, "custom": [{"name": "size", "value": "XL"}]}

    def test_another_organization_does_not_exist(self, service):
        answer = self.resolve(service, [{"channel": "email", "channelIdentifier": "m@x.org"}], organization="other")

        assert answer["data"] is None
        assert answer["errors"][0]["extensions"]["code"] == "NOT_FOUND"

"""The GraphQL endpoint: which requests it accepts, and how it answers all others."""

import pytest

from chalicelib.bulk.routes import LARGEST_BODY
from tests.routes.graphql_client import error_of, raw
from tests.routes.service import Service


class TestTransport:
    def test_an_anonymous_caller_is_refused(self, service):
        assert raw(service, "{ __typename }", who=None).status == 401

    @pytest.mark.parametrize(
        ("body", "member"),
        [
            ({}, "query"),
            ({"query": 7}, "query"),
            ({"query": "{ __typename }", "variables": []}, "variables"),
            ({"query": "{ __typename }", "operationName": {}}, "operationName"),
            ({"query": "{ __typename }", "batch": True}, "batch"),
        ],
    )
    def test_what_is_no_graphql_request_is_a_problem(self, service, body, member):
        response = service.post("/graphql", who="ann", body=body)

        assert (response.status, response.json["field"]) == (422, member)
        assert response.headers["content-type"].startswith("application/problem+json")

    def test_a_body_that_is_too_large_or_not_json_is_a_problem(self, service):
        large = service.post("/graphql", who="ann", body=b" " * (LARGEST_BODY + 1))
        assert (large.status, large.json["limit"], large.json["sent"]) == (413, LARGEST_BODY, LARGEST_BODY + 1)

        assert service.post("/graphql", who="ann", body=b"query", Content_Type="application/graphql").status == 415
        assert service.post("/graphql", who="ann", body=b"[]").status == 422

    def test_introspection_works_only_if_enabled(self, service):
        query = "{ __schema { queryType { name } } }"

        closed = raw(service, query).json
        assert "data" not in closed
        assert {each["extensions"]["code"] for each in closed["errors"]} == {"GRAPHQL_VALIDATION_FAILED"}
        body = raw(Service(GRAPHQL_INTROSPECTION="true"), query).json
        assert body == {"data": {"__schema": {"queryType": {"name": "Query"}}}}

    def test_a_query_that_is_too_complex_is_refused(self, service):
        error = error_of(service, "{ " + " ".join(f"j{n}: bulkJobs {{ nextCursor }}" for n in range(6)) + " }")

        assert error["extensions"]["code"] == "QUERY_TOO_LARGE"

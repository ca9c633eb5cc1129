"""The OpenAPI document."""

import inspect
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from chalicelib.foundation.csrf import UNSAFE_METHODS
from chalicelib.foundation.router import Access, Route
from tests.routes.service import Service


class Described:
    """The document, and its parts with what they refer to."""

    def __init__(self) -> None:
        self.service = Service()

    @cached_property
    def document(self) -> Mapping[str, Any]:
        document: Mapping[str, Any] = self.service.get("/api/v1/openapi.json").json
        return document

    @cached_property
    def routes(self) -> list[Route]:
        return list(self.service.app.router.routes)

    @property
    def operations(self) -> Iterator[tuple[Route, Mapping[str, Any]]]:
        for route in self.routes:
            yield route, self.document["paths"][route.path][route.method.lower()]

    def resolved(self, part: Mapping[str, Any]) -> Mapping[str, Any]:
        """The part, or the component to which it refers."""
        if "$ref" not in part:
            return part
        _, _, kind, name = part["$ref"].split("/")
        found: Mapping[str, Any] = self.document["components"][kind][name]
        return found

    def parameters(self, operation: Mapping[str, Any], kind: str) -> dict[str, Mapping[str, Any]]:
        found = map(self.resolved, operation["parameters"])
        return {each["name"]: each for each in found if each["in"] == kind}

    @property
    def fields(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        for name, schema in self.document["components"]["schemas"].items():
            for field, each in schema.get("properties", {}).items():
                yield f"{name}.{field}", each

    def allows(self, schema: Mapping[str, Any], value: Any) -> bool:
        """Whether a value is as a schema says."""
        whole = {**schema, "components": self.document["components"]}
        return bool(Draft202012Validator(whole).is_valid(value))


@pytest.fixture(scope="module")
def described() -> Described:
    return Described()


class TestDescription:
    def test_it_is_valid_openapi_3_1(self, described):
        OpenAPIV31SpecValidator(described.document).validate()
        assert described.document["openapi"].startswith("3.1")

    def test_every_route_is_in_it_and_no_other(self, described):
        paths = described.document["paths"]

        assert {(method.upper(), path) for path, item in paths.items() for method in item} == {
            (route.method, route.path) for route in described.routes
        }

    def test_every_component_that_is_named_is_there_and_every_schema_there_is_named(self, described):
        text = described.service.get("/api/v1/openapi.json").text
        named = {tuple(word.partition('"')[0].split("/")) for word in text.split('"$ref":"#/components/')[1:]}
        there = {(kind, name) for kind, parts in described.document["components"].items() for name in parts}

        assert named <= there
        assert {each for each in there if each[0] == "schemas"} <= named

    def test_a_list_takes_the_parameters_that_are_described_and_no_other(self, described):
        lists = [
            route.path.format_map(defaultdict(lambda: "j", org="acme"))
            for route, operation in described.operations
            if "cursor" in described.parameters(operation, "query") and route.path.startswith("/api/")
        ]

        assert len(lists) >= 10
        for path in [*lists, "/api/v1/connections"]:
            response = described.service.get(
                f"{path}?made_up=1", who="ann", roles=("operator",), organizations={"acme": ["admin"]}
            )
            assert (response.status, response.json["field"]) == (422, "made_up")

    def test_no_two_operations_have_one_name(self, described):
        names = [operation["operationId"] for _, operation in described.operations]

        assert len(names) == len(set(names))


class TestWhatClientsAreGeneratedFrom:
    def test_responses_may_get_further_fields_and_requests_may_not_have_any(self, described):
        schemas = described.document["components"]["schemas"]

        assert {name for name, each in schemas.items() if each.get("additionalProperties") is False} == {
            name
            for name, each in schemas.items()
            if ("properties" in each and name.endswith("Body")) or name.startswith("Input")
        }

    def test_no_field_of_a_request_is_null_by_default(self, described):
        assert not [name for name, each in described.fields if "default" in each and each["default"] is None]

    def test_every_enum_has_a_type(self, described):
        def untyped(part: Any) -> Iterator[Any]:
            children = part.values() if isinstance(part, Mapping) else part if isinstance(part, list) else ()
            if isinstance(part, Mapping) and isinstance(part.get("enum"), list) and "type" not in part:
                yield part
            for child in children:
                yield from untyped(child)

        assert not list(untyped(described.document))

    def test_nested_objects_and_enums_have_names(self, described):
        inline = [
            name
            for name, each in described.fields
            if "properties" in each or "properties" in each.get("items", {}) or "enum" in each
        ]

        assert not [name for name in inline if len(dict(described.fields)[name].get("enum", [1, 2])) > 1]


class TestHeaders:
    def test_what_changes_with_a_session_takes_the_csrf_token(self, described):
        signed_in = {Access.PERSON, Access.VIEWER, Access.ORGANIZATION, Access.OPERATOR}

        for route, operation in described.operations:
            takes = "x-csrf-token" in described.parameters(operation, "header")
            assert takes == (route.method in UNSAFE_METHODS and route.access in signed_in), route.path

    def test_what_can_answer_that_nothing_has_changed_has_an_etag(self, described):
        for route, operation in described.operations:
            can = "304" in operation["responses"]
            assert can == ("If-None-Match" in described.parameters(operation, "header")), route.path
            if can:
                assert "ETag" in operation["responses"]["200"]["headers"]

    def test_every_response_has_the_id_of_the_request(self, described):
        for route, operation in described.operations:
            for response in operation["responses"].values():
                assert "X-Request-Id" in described.resolved(response)["headers"], route.path


class TestDeclarations:
    def test_what_reads_an_idempotency_key_takes_one(self, described):
        for route in described.routes:
            code = _code_of(route)
            reads = "idempotency_key=request" in code or "_idempotency_key(request" in code
            assert not reads or route.takes_key, route.path

    def test_what_says_when_to_ask_again_is_polled(self, described):
        for route in described.routes:
            if route.method == "GET" and "retry_after(" in _code_of(route):
                assert route.is_polled, route.path


def _code_of(route: Route) -> str:
    return inspect.getsource(inspect.unwrap(route.view))


class TestWords:
    """Everything is described, with an example that is as the schema says."""

    def test_operations(self, described):
        tags = {each["name"] for each in described.document["tags"] if each["description"]}

        for route, operation in described.operations:
            assert operation["description"], route.path
            assert set(operation["tags"]) <= tags, route.path

    def test_contents(self, described):
        checked = set()
        for route, operation in described.operations:
            for response in [*operation["responses"].values(), operation.get("requestBody", {})]:
                for content in described.resolved(response).get("content", {}).values():
                    assert "example" in content or content.get("examples"), route.path
                    new = {name: each for name, each in content.get("examples", {}).items() if name not in checked}
                    checked |= set(new)
                    for name, each in new.items():
                        assert described.allows(content["schema"], described.resolved(each)["value"]), name

    def test_messages(self, described):
        for name, message in described.document["webhooks"].items():
            content = message["post"]["requestBody"]["content"]["application/json"]
            (example,) = content["examples"].values()
            assert described.allows(content["schema"], example["value"]), name

    def test_parameters(self, described):
        for _, operation in described.operations:
            for part in operation["parameters"]:
                parameter = described.resolved(part)
                assert parameter["description"], parameter
                assert described.allows(parameter["schema"], parameter["example"]), parameter

    def test_fields(self, described):
        lacking = [name for name, each in described.fields if "description" not in each or not _has_example(each)]

        assert not lacking

    def test_examples_of_fields(self, described):
        for name, each in described.fields:
            for example in each.get("examples", ()):
                assert described.allows(each, example), (name, example)


def _has_example(schema: Mapping[str, Any]) -> bool:
    """Whether it has one, or is made of other schemas, whose fields have one each."""
    parts = [
        *schema.get("anyOf", ()),
        *schema.get("oneOf", ()),
        schema.get("items"),
        schema.get("additionalProperties"),
    ]
    return (
        bool(schema.get("examples")) or "$ref" in schema or any(isinstance(x, dict) and "$ref" in str(x) for x in parts)
    )

"""The reference of the API, from a description."""

import pytest

from chalicelib.home.docs.example_text import example_text
from chalicelib.home.docs.reference import Reference
from chalicelib.home.docs.type_text import type_text

OK = {"200": {"description": "Success."}}


def described(**parts) -> Reference:
    document = {"openapi": "3.1.0", "paths": {}, "components": {"schemas": {}}}
    return Reference({**document, **parts})


def operation(**parts):
    return {"operationId": "list_contacts", "summary": "List contacts", "responses": OK, **parts}


def only_operation(**parts):
    (group,) = described(paths={"/api/v1/contacts": {"get": operation(**parts)}}).groups()
    (found,) = group.operations
    return found


class TestTypes:
    @pytest.mark.parametrize(
        ("schema", "text"),
        [
            ({"type": "string"}, "string"),
            ({"type": "string", "format": "date-time"}, "string (date-time)"),
            ({"type": "string", "minLength": 1, "maxLength": 255}, "string, up to 255 characters"),
            ({"type": ["string", "null"]}, "string or null"),
            ({"type": "integer", "minimum": 1, "maximum": 5_000}, "integer, 1 to 5,000"),
            ({"type": "integer", "minimum": 0}, "integer, 0 or more"),
            ({"type": "array", "items": {"type": "string"}, "maxItems": 20}, "list of string, up to 20"),
            ({"enum": ["name", "given", None]}, "<code>name</code>, <code>given</code> or null"),
            ({"$ref": "#/components/schemas/Contact"}, '<a href="#Contact">Contact</a>'),
            ({"anyOf": [{"type": "object"}, {"type": "null"}]}, "object or null"),
            ({}, "any value"),
        ],
    )
    def test_are_written_in_words(self, schema, text):
        assert type_text(schema) == text


class TestExamples:
    @pytest.mark.parametrize(
        ("node", "text"),
        [
            ({"example": "ada@example.com"}, "ada@example.com"),
            ({"examples": [3, 4]}, "3"),
            ({"example": {"name": "Zoë"}}, '{\n  "name": "Zoë"\n}'),
            ({"type": "string"}, ""),
        ],
    )
    def test_are_json_unless_they_are_texts(self, node, text):
        assert example_text(node) == text

    def test_are_cut_where_they_are_long(self):
        assert example_text({"example": "x" * 2_000}) == "x" * 1_500 + "\n…"


class TestOperations:
    def test_are_grouped_by_their_tags_with_what_these_are_about(self):
        paths = {
            "/api/v1/contacts": {"get": operation(tags=["Contacts"]), "post": operation(tags=["Contacts"])},
            "/api/v1/me": {"get": operation(tags=["My data"])},
        }
        groups = described(paths=paths, tags=[{"name": "Contacts", "description": "The `book`."}]).groups()

        assert [(each.name, each.description, len(each.operations)) for each in groups] == [
            ("Contacts", "The <code>book</code>.", 2),
            ("My data", "", 1),
        ]

    def test_of_pages_are_for_people_and_left_out(self):
        assert described(paths={"/contacts": {"get": operation()}}).groups() == []

    def test_have_their_parameters_also_those_that_are_referred_to(self):
        key = {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string"}, "example": "a-1"}
        reference = described(
            paths={"/api/v1/x": {"post": operation(parameters=[{"$ref": "#/components/parameters/Key"}])}},
            components={"schemas": {}, "parameters": {"Key": key}},
        )

        (field,) = reference.groups()[0].operations[0].parameters
        assert (field.name, field.place, field.is_required, field.example) == (
            "Idempotency-Key",
            "header",
            False,
            "a-1",
        )

    def test_have_their_bodies_with_examples(self):
        content = {"application/json": {"schema": {"type": "object"}, "example": {"a": 1}}}
        (body,) = only_operation(requestBody={"content": content}).body

        assert (body.media_type, body.type, body.example) == ("application/json", "object", '{\n  "a": 1\n}')

    def test_name_the_problems_that_they_answer(self):
        content = {"application/problem+json": {"examples": {"not-found": {}, "bad-token": {}}}}
        (answer,) = only_operation(responses={"404": {"description": "x", "content": content}}).answers

        assert (answer.status, list(answer.problems), list(answer.contents)) == ("404", ["not-found", "bad-token"], [])

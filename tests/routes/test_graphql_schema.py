"""The GraphQL schema in the repository against the code and the REST routes."""

import re

import pytest
from graphql import GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType, build_schema

from chalicelib.bulk import schemas as of_bulk
from chalicelib.bulk.bulk_job import KINDS, BulkState
from chalicelib.bulk.contact_input import InputCreateContact
from chalicelib.contacts.on_existing import OnExisting
from chalicelib.file_imports.job_kinds import FileOutcome
from chalicelib.file_imports.planning.plan_rows import RowOutcome
from chalicelib.file_imports.rest import schemas as of_file_imports
from chalicelib.file_imports.storing.match_by import MatchBy
from chalicelib.file_imports.storing.published_state import PublishedState
from chalicelib.foundation.graphql_names import to_camel
from tests.routes.service import Service

TYPES = build_schema(Service().wiring.home.graphql().schema).type_map


REST_SCHEMAS = {  # the type, and what the other routes answer in its place
    "BulkCreateContacts": "BulkCreate",
    "BulkCreateContactsJob": "BulkCreateInFull",
    "BulkDeleteCreatedContacts": "BulkCleanup",
    "BulkDeleteCreatedContactsJob": "BulkCleanupInFull",
}


class TestSchemaFile:
    """The file in the repository against the code."""

    @pytest.mark.parametrize(("name", "rest"), REST_SCHEMAS.items())
    def test_each_type_has_the_members_of_the_rest_routes(self, name, rest):
        members = {to_camel(member) for member in of_bulk.SCHEMAS[rest]["properties"]}

        assert set(TYPES[name].fields) == members | {"kind"}

    @pytest.mark.parametrize(
        ("name", "row"),
        [("BulkCreateContactError", of_bulk.ROW_ERROR), ("BulkDeleteContactError", of_bulk.CLEANUP_ERROR)],
    )
    def test_each_error_has_the_members_of_the_rest_routes(self, name, row):
        assert set(TYPES[name].fields) == {to_camel(member) for member in row["properties"]}

    def test_the_same_members_may_be_null_as_in_the_rest_routes(self):
        for name, rest in REST_SCHEMAS.items():
            for member, schema in of_bulk.SCHEMAS[rest]["properties"].items():
                nullable = "null" in schema.get("type", ()) or None in schema.get("enum", ())
                wanted = str(TYPES[name].fields[to_camel(member)].type)
                assert nullable is not wanted.endswith("!"), f"{name}.{member}"

    def test_a_contact_is_what_the_other_routes_take(self):
        document = InputCreateContact.model_json_schema()
        models = {"InputCreateContact": document, **document["$defs"]}

        inputs = {name: made for name, made in TYPES.items() if isinstance(made, GraphQLInputObjectType)}
        for name, model in models.items():
            assert set(inputs[name].fields) == {to_camel(member) for member in model["properties"]}, name
            needed = {member for member, field in inputs[name].fields.items() if str(field.type).endswith("!")}
            assert needed == {to_camel(member) for member in model.get("required", ())}, name

    def test_words_are_the_codes_own(self):
        assert set(TYPES["BulkJobStatus"].values) == {state.name for state in BulkState}
        assert set(TYPES["OnExisting"].values) == set(OnExisting)
        assert set(TYPES["BulkJobKind"].values) == set(KINDS)

    def test_every_root_field_has_a_resolver_and_every_resolver_a_field(self, service):
        fields = {f"{root}.{name}" for root in ("Query", "Mutation") for name in TYPES[root].fields}

        assert set(service.wiring.home.graphql().resolvers) == fields

    def test_the_published_names_are_there_with_ids_as_ids(self):
        published = {
            "startBulkCreateContacts": "BulkCreateContacts!",
            "startBulkDeleteCreatedContacts": "BulkDeleteCreatedContacts!",
        }
        assert published.items() <= {name: str(field.type) for name, field in TYPES["Mutation"].fields.items()}.items()
        for made in TYPES.values():
            if isinstance(made, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
                for name, field in made.fields.items():
                    if re.search(r"(?:^id|Id)s?$", name) and name != "clientReferenceId":
                        assert "ID" in str(field.type), f"{made.name}.{name}"


class TestFileImports:
    MEMBERS = of_file_imports.SCHEMAS["FileImport"]["properties"]

    @pytest.mark.parametrize(
        ("name", "members"),
        [
            ("Import", MEMBERS),
            ("EarlierImport", MEMBERS["newer_than"]["anyOf"][0]["properties"]),
            ("ImportProgress", MEMBERS["progress"]["properties"]),
            ("ImportCounts", MEMBERS["counts"]["properties"]),
            ("ImportPlan", MEMBERS["plan"]["anyOf"][0]["properties"]),
            ("ImportWaiting", MEMBERS["waiting"]["anyOf"][0]["properties"]),
            ("ImportError", MEMBERS["error"]["anyOf"][0]["properties"]),
            ("ImportLinks", MEMBERS["links"]["properties"]),
            ("ImportUpload", MEMBERS["upload"]["properties"]),
            ("ImportField", of_file_imports.COLUMN),
            ("ImportRecords", of_file_imports.SCHEMAS["FileImportRecords"]["properties"]),
            ("ImportRecord", of_file_imports.RECORD),
            ("ImportProblem", of_file_imports.RECORD["problems"]["items"]["properties"]),
        ],
    )
    def test_each_type_has_the_members_of_the_rest_routes(self, name, members):
        assert set(TYPES[name].fields) == {to_camel(member) for member in members}

    @pytest.mark.parametrize(
        ("name", "words"),
        [
            ("ImportState", PublishedState),
            ("ImportMatchBy", MatchBy),
            ("ImportPlanned", RowOutcome),
            ("ImportOutcome", FileOutcome),
        ],
    )
    def test_words_are_the_codes_own(self, name, words):
        assert set(TYPES[name].values) == set(words)

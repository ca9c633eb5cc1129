"""Bulk create and cleanup over GraphQL: the published names over the use cases of the REST routes."""

import re

import pytest
from graphql import GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType, build_schema

from chalicelib.bulk import schemas as of_bulk
from chalicelib.bulk.bulk_job import KINDS, BulkState
from chalicelib.bulk.contact_input import InputCreateContact
from chalicelib.bulk.resolvers import resolvers
from chalicelib.bulk.resolvers import schema as graphql_schema
from chalicelib.bulk.routes import LARGEST_BODY
from chalicelib.contacts.on_existing import OnExisting
from chalicelib.foundation.graphql_names import to_camel, to_snake
from tests.routes.service import CRON_SECRET, Service

START = """mutation($input: StartBulkCreateContactsInput!) { startBulkCreateContacts(input: $input) {
  jobId trackingKey clientSource clientReferenceId status totalCount processedCount successCount failureCount
  skippedCount
} }"""
JOB = """query($id: ID!) { bulkCreateContactsJob(jobId: $id) {
  jobId trackingKey clientSource clientReferenceId status totalCount processedCount successCount failureCount
  skippedCount
  contactIds errors { index field code message winnerIndex contactId }
} }"""
CONTACT = """query($id: ID!) { contact(contactId: $id) {
  contactId display customFields { name value type } emails { value label } birthday { year } groups
} }"""
START_CLEANUP = """mutation($input: StartBulkDeleteCreatedContactsInput!) {
  startBulkDeleteCreatedContacts(input: $input) {
  jobId bulkCreateJobId trackingKey dryRun status totalCount processedCount deletedCount notFoundCount forbiddenCount
  failedCount
} }"""
CLEANUP_JOB = """query($id: ID!) { bulkDeleteCreatedContactsJob(jobId: $id) {
  jobId bulkCreateJobId trackingKey dryRun status totalCount processedCount deletedCount notFoundCount forbiddenCount
  failedCount candidateContactIds deletedContactIds errors { contactId code message } kept { contactId reason }
} }"""
JOBS = """query($filter: BulkJobsFilter, $after: String, $first: Int) {
  bulkJobs(filter: $filter, after: $after, first: $first) { nextCursor jobs {
    __typename jobId status kind
    ... on BulkCreateContacts { successCount clientSource }
    ... on BulkDeleteCreatedContacts { deletedCount bulkCreateJobId }
  } }
}"""
ADA = {"display": "Ada", "emails": [{"value": "ada@x.org"}]}
BOB = {"display": "Bob", "emails": [{"value": "bob@x.org", "label": None}], "notes": None, "birthday": {"year": 1990}}
RICH = {
    "given": "Rita",
    "photoUrl": "https://x.org/rita.png",
    "addresses": [{"street": "Weg 1", "postalCode": "10115"}],
    "phones": [{"raw": "+49 30 901820"}],
    "urls": [{"value": "https://x.org"}],
    "groups": ["friends"],
    "phoneticGiven": "Riita",
    "customFields": [{"name": "Shoe size", "value": "38"}],
}


def raw(service: Service, query: str, variables: dict | None = None, who: str | None = "ann", **more):
    return service.post("/graphql", who=who, body={"query": query, "variables": variables, **more})


def run_query(service: Service, query: str, who: str = "ann", **variables: object) -> dict:
    """What a request that succeeds answers, without the name of its one field."""
    response = raw(service, query, variables, who)
    assert (response.status, response.json.get("errors")) == (200, None), response.text
    (body,) = response.json["data"].values()
    return body


def refused(service: Service, query: str, who: str = "ann", **variables: object) -> dict:
    """The one error of a request that does not."""
    response = raw(service, query, variables, who)
    assert response.status == 200, response.text
    (error,) = response.json["errors"]
    return error


def work(service: Service) -> None:
    for _ in range(3):  # a job a run: only the head of a line is due
        service.post("/api/cron/process-imports", x_cron_secret=CRON_SECRET)


def created(service: Service, *contacts: dict, who: str = "ann", **options: object) -> dict:
    begun = run_query(service, START, who, input={"contacts": list(contacts), **options})
    work(service)
    return run_query(service, JOB, who, id=begun["jobId"])


def cleaned(service: Service, who: str = "ann", **wanted: object) -> dict:
    begun = run_query(service, START_CLEANUP, who, input=wanted)
    work(service)
    return run_query(service, CLEANUP_JOB, who, id=begun["jobId"])


def book(service: Service, who: str = "ann") -> dict[str, dict]:
    return {each["display"]: each for each in service.get("/api/v1/contacts", who=who).json["contacts"]}


class TestCreating:
    def test_the_answer_comes_at_once_with_the_key_to_follow_it(self, service):
        begun = run_query(
            service, START, input={"contacts": [ADA, BOB], "clientSource": "ios", "clientReferenceId": "r1"}
        )

        assert begun == {
            "jobId": begun["jobId"],
            "trackingKey": f"bcc:j:{begun['jobId']}:s:ios:r:r1",
            "clientSource": "ios",
            "clientReferenceId": "r1",
            "status": "QUEUED",
            "totalCount": 2,
            **dict.fromkeys(("processedCount", "successCount", "failureCount", "skippedCount"), 0),
        }

    def test_the_job_says_what_became_of_each(self, service):
        job = created(service, ADA, BOB, {**ADA, "display": "Ada again"})

        assert (job["status"], job["successCount"], job["skippedCount"]) == ("COMPLETED", 2, 1)
        assert sorted(job["contactIds"]) == sorted(each["contact_id"] for each in book(service).values())
        [error] = job["errors"]
        assert (error["index"], error["winnerIndex"]) == (2, 0)

    def test_every_member_of_a_contact_arrives(self, service):
        created(service, RICH)

        [rita] = book(service).values()
        assert rita["photo_url"] == RICH["photoUrl"]
        assert rita["addresses"] == [{"street": "Weg 1", "postal_code": "10115"}]
        assert rita["phonetic_given"] == "Riita"
        assert rita["custom_fields"] == [{"name": "Shoe size", "value": "38", "type": "text"}]
        assert (rita["given"], rita["groups"], rita["phones"][0]["e164"]) == ("Rita", ["friends"], "+4930901820")

    def test_custom_fields_have_types_and_come_back_as_they_were_written(self, service):
        fields = [
            {"name": "Shoe size", "value": "0.10", "type": "number"},
            {"name": "Member since", "value": "2009-06-20", "type": "date"},
            {"name": "Motto", "value": "0.10", "type": "text"},
        ]
        created(service, {**BOB, "customFields": fields})
        [bob] = book(service).values()

        body = run_query(service, CONTACT, id=bob["contact_id"])

        assert body["customFields"] == bob["custom_fields"] == fields
        assert body["contactId"] == bob["contact_id"]

    def test_contacts_of_another_person_are_not_found(self, service):
        created(service, BOB)
        [bob] = book(service).values()

        response = service.post("/graphql", who="ben", body={"query": CONTACT, "variables": {"id": bob["contact_id"]}})

        assert response.json["data"] == {"contact": None}
        assert response.json["errors"][0]["extensions"]["code"] == "NOT_FOUND"

    def test_what_is_null_counts_as_left_out(self, service):
        created(service, BOB)

        assert book(service)["Bob"]["emails"] == [{"value": "bob@x.org"}]

    @pytest.mark.parametrize(
        ("how", "success", "skipped", "contacts"), [("create", 1, 0, 2), ("skip", 0, 1, 1), ("update", 1, 0, 1)]
    )
    def test_what_becomes_of_known_contacts_is_said_in_small_letters(self, service, how, success, skipped, contacts):
        created(service, ADA)
        job = created(service, ADA, onExisting=how)

        assert (job["successCount"], job["skippedCount"]) == (success, skipped)
        assert len(service.get("/api/v1/contacts", who="ann").json["contacts"]) == contacts

    def test_it_is_the_job_that_rest_shows(self, service):
        job = created(service, ADA)

        shown = service.get(f"/api/v1/contacts/bulk/{job['jobId']}", who="ann").json
        fields = {to_snake(name): value for name, value in job.items()}
        assert {**fields, "status": job["status"].lower()}.items() <= shown.items()

    def test_the_same_key_is_the_same_job_there_and_here(self, service):
        first = run_query(service, START, input={"contacts": [ADA], "idempotencyKey": "k"})
        again = run_query(service, START, input={"contacts": [ADA], "idempotencyKey": "k"})
        rest = service.post("/api/v1/contacts/bulk", who="ann", body={"contacts": [ADA]}, Idempotency_Key="k")

        assert first["jobId"] == again["jobId"] == rest.json["job_id"]
        other = refused(service, START, input={"contacts": [BOB], "idempotencyKey": "k"})
        assert other["extensions"]["code"] == "CONFLICT"

    @pytest.mark.parametrize("key", ["", "x" * 256, "a\nb"])
    def test_a_key_can_be_printed(self, service, key):
        error = refused(service, START, input={"contacts": [ADA], "idempotencyKey": key})

        assert error["extensions"] == {"code": "INVALID_INPUT", "field": "idempotencyKey"}


class TestWhatCannotBeCreated:
    def test_is_named_by_index_field_and_code_and_nothing_is_created(self, service):
        bad = [{**ADA, "emails": [{"value": "nonsense"}]}, {**RICH, "photoUrl": "ftp://x"}]
        error = refused(service, START, input={"contacts": [ADA, *bad]})

        assert error["extensions"]["code"] == "INVALID_CONTACTS"
        errors = [(each["index"], each["field"], each["code"]) for each in error["extensions"]["errors"]]
        assert errors == [(1, "emails.0.value", "not_an_email"), (2, "photoUrl", "not_a_link")]
        work(service)
        assert book(service) == {}

    def test_is_named_also_where_it_is_of_another_type(self, service):
        error = refused(service, START, input={"contacts": [ADA, {"given": 7}]})

        assert error["extensions"] == {"code": "BAD_USER_INPUT", "field": "input.contacts.1.given"}

    def test_is_more_than_five_thousand(self, service):
        error = refused(service, START, input={"contacts": [{"given": "A"}] * 5_001})

        assert error["extensions"] == {"code": "TOO_LARGE", "limit": 5_000, "sent": 5_001}


class TestCollections:
    def shared(self, service: Service, role: str) -> str:
        collection_id = service.post("/api/v1/collections", who="ann", body={"name": "Friends"}).json["collection_id"]
        path = f"/api/v1/collections/{collection_id}/shares/vera"
        service.ask("PUT", path, who="ann", body={"role": role})
        service.post(f"/api/v1/collections/invitations/{collection_id}/accept", who="vera")
        return collection_id

    def test_created_contacts_are_members(self, service):
        collection_id = self.shared(service, "viewer")
        job = created(service, ADA, BOB, collectionId=collection_id)

        members = service.get(f"/api/v1/collections/{collection_id}/members", who="vera").json["members"]
        assert sorted(each["contact_id"] for each in members) == sorted(job["contactIds"])

    def test_a_viewer_is_refused(self, service):
        error = refused(
            service, START, "vera", input={"contacts": [ADA], "collectionId": self.shared(service, "viewer")}
        )

        assert error["message"] == "FORBIDDEN: Not authorized to update the collection"
        assert error["extensions"]["code"] == "FORBIDDEN"

    def test_for_everybody_else_it_does_not_exist(self, service):
        error = refused(
            service, START, "sue", input={"contacts": [ADA], "collectionId": self.shared(service, "editor")}
        )

        assert error["extensions"]["code"] == "NOT_FOUND"

    def test_cleaned_up_contacts_are_members_no_more(self, service):
        collection_id = self.shared(service, "viewer")
        job = created(service, ADA, BOB, collectionId=collection_id)
        cleaned(service, bulkCreateJobId=job["jobId"])

        assert service.wiring.shared.collections.members(collection_id) == []


class TestCleaningUp:
    def test_a_dry_run_lists_and_deletes_nothing(self, service):
        job = created(service, ADA, BOB)
        dry = cleaned(service, bulkCreateJobId=job["jobId"], dryRun=True)

        assert (dry["dryRun"], dry["status"], dry["deletedCount"]) == (True, "COMPLETED", 0)
        assert sorted(dry["candidateContactIds"]) == sorted(job["contactIds"])
        assert len(book(service)) == 2

    def test_a_real_run_deletes_and_says_whom(self, service):
        job = created(service, ADA, BOB)
        done = cleaned(service, trackingKey=job["trackingKey"], contactIds=[job["contactIds"][0], "unknown"])

        assert (done["deletedCount"], done["notFoundCount"], done["forbiddenCount"]) == (1, 1, 0)
        assert done["deletedContactIds"] == [job["contactIds"][0]]
        assert done["errors"][0]["contactId"] == "unknown"
        assert len(book(service)) == 1

    def test_it_must_be_said_which_run_is_meant(self, service):
        error = refused(service, START_CLEANUP, input={"dryRun": True})

        assert error["extensions"] == {"code": "INVALID_INPUT", "field": "bulkCreateJobId"}
        assert error["message"] == "Either bulkCreateJobId or trackingKey is required."

    def test_a_job_can_be_stopped(self, service):
        begun = run_query(service, START, input={"contacts": [ADA]})
        query = "mutation($id: ID!) { cancelBulkJob(jobId: $id) { jobId status } }"

        assert run_query(service, query, id=begun["jobId"]) == {"jobId": begun["jobId"], "status": "CANCELED"}


class TestJobs:
    def test_are_listed_newest_first_each_as_what_it_is(self, service):
        job = created(service, ADA, clientSource="ios")
        service.clock.sleep(1)
        done = cleaned(service, bulkCreateJobId=job["jobId"])

        listed = run_query(service, JOBS)
        assert [(each["__typename"], each["jobId"]) for each in listed["jobs"]] == [
            ("BulkDeleteCreatedContacts", done["jobId"]),
            ("BulkCreateContacts", job["jobId"]),
        ]
        assert (listed["jobs"][0]["deletedCount"], listed["jobs"][1]["clientSource"]) == (1, "ios")

    @pytest.mark.parametrize(
        ("wish", "found"),
        [
            ({}, 3),
            ({"kind": "create"}, 2),
            ({"kind": "cleanup"}, 1),
            ({"status": "QUEUED"}, 0),
            ({"clientSource": "ios"}, 1),
            ({"kind": None, "status": "COMPLETED"}, 3),
        ],
    )
    def test_are_filtered(self, service, wish, found):
        job = created(service, ADA, clientSource="ios")
        created(service, BOB)
        cleaned(service, bulkCreateJobId=job["jobId"])

        assert len(run_query(service, JOBS, filter=wish)["jobs"]) == found

    def test_come_page_by_page(self, service):
        ids = []
        for contact in (ADA, BOB, RICH):
            ids.append(created(service, contact)["jobId"])
            service.clock.sleep(1)
        found, after = [], None
        while True:
            page = run_query(service, JOBS, first=1, after=after)
            found += [each["jobId"] for each in page["jobs"]]
            after = page["nextCursor"]
            if after is None:
                break

        assert found == ids[::-1]

    @pytest.mark.parametrize("wrong", [{"first": 0}, {"first": 201}, {"after": "made up"}])
    def test_are_not_listed_by_what_cannot_be(self, service, wrong):
        assert refused(service, JOBS, **wrong)["extensions"]["code"] == "INVALID_INPUT"

    def test_of_others_and_of_another_kind_are_not_there(self, service):
        job = created(service, ADA)

        missing = refused(service, JOB, "bob", id="A" * 22)
        assert refused(service, JOB, "bob", id=job["jobId"]) == missing
        assert refused(service, CLEANUP_JOB, id=job["jobId"])["extensions"]["code"] == "NOT_FOUND"
        assert missing["extensions"]["code"] == "NOT_FOUND"

    def test_the_ledger_is_read_only_by_who_asks_for_it(self, service):
        job = created(service, ADA)
        before = service.dynamodb.calls["query"]
        run_query(service, "query($id: ID!) { bulkCreateContactsJob(jobId: $id) { status } }", id=job["jobId"])

        assert service.dynamodb.calls["query"] == before


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

    def test_so_is_a_body_that_is_too_large_or_no_json(self, service):
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
        error = refused(service, "{ " + " ".join(f"j{n}: bulkJobs {{ nextCursor }}" for n in range(6)) + " }")

        assert error["extensions"]["code"] == "QUERY_TOO_LARGE"


TYPES = build_schema(graphql_schema()).type_map
AS_TOLD = {  # the type, and what the other routes answer in its place
    "BulkCreateContacts": "BulkCreate",
    "BulkCreateContactsJob": "BulkCreateInFull",
    "BulkDeleteCreatedContacts": "BulkCleanup",
    "BulkDeleteCreatedContactsJob": "BulkCleanupInFull",
}


class TestSchemaFile:
    """The file in the repository against the code."""

    @pytest.mark.parametrize(("name", "rest"), AS_TOLD.items())
    def test_each_type_has_the_members_that_the_other_routes_answer(self, name, rest):
        members = {to_camel(member) for member in of_bulk.SCHEMAS[rest]["properties"]}

        assert set(TYPES[name].fields) == members | {"kind"}

    @pytest.mark.parametrize(
        ("name", "row"),
        [("BulkCreateContactError", of_bulk.ROW_ERROR), ("BulkDeleteContactError", of_bulk.CLEANUP_ERROR)],
    )
    def test_so_have_the_errors(self, name, row):
        assert set(TYPES[name].fields) == {to_camel(member) for member in row["properties"]}

    def test_what_may_be_null_there_may_be_null_here(self):
        for name, rest in AS_TOLD.items():
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

        assert set(resolvers(service.wiring.bulk)) == fields

    def test_the_published_names_are_there_with_ids_as_ids(self):
        published = {
            "startBulkCreateContacts": "BulkCreateContacts!",
            "startBulkDeleteCreatedContacts": "BulkDeleteCreatedContacts!",
        }
        assert published.items() <= {name: str(field.type) for name, field in TYPES["Mutation"].fields.items()}.items()
        for made in TYPES.values():
            if isinstance(made, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
                for name, field in made.fields.items():
                    if re.search(r"(?i)ids?$", name) and name != "clientReferenceId":
                        assert "ID" in str(field.type), f"{made.name}.{name}"

"""File imports over GraphQL, over an in-memory AWS."""

import base64

import pytest

from tests.routes.bulk import book
from tests.routes.file_imports import CARDS, TABLE, plan, work

START = """mutation($input: StartImportInput!) { startImport(input: $input) {
  id fileName state tag matchBy rows plan { planId } progress { done total } counts { created } links { self page }
  upload { url fields { name value } expiresAt }
} }"""
IMPORT = """query($id: ID!) { import(id: $id) {
  id state format program rows region newerThan { id }
  plan { planId new update unchanged conflict skipped invalid gone }
  counts { created updated failed removed } waiting { reason sentence } error { code detail }
} }"""
FIELDS = """query($id: ID!) { importFields(id: $id) {
  position header target title dateOrder confidence reason detail samples asksDateOrder isCertain
} }"""
RECORDS = """query($id: ID!, $planned: [ImportPlanned!], $outcome: [ImportOutcome!], $after: String, $first: Int) {
  importRecords(id: $id, planned: $planned, outcome: $outcome, after: $after, first: $first) {
  total nextCursor records {
    number cells { header value } fixed name planned rule reason otherRow contactId changes { field before after }
    problems { column value code title advice } outcome outcomeReason explanation
  } }
}"""
COMMIT = """mutation($id: ID!, $planId: ID!, $new: Int!, $update: Int!) {
  commitImport(id: $id, planId: $planId, new: $new, update: $update) { state }
}"""
VERIFY = """query($id: ID!) { verifyImport(id: $id) {
  consistent total counted { created failed } recorded { created failed } listed { created failed }
} }"""
DECIDE = """mutation($id: ID!, $decisions: [ImportDecisionInput!]!) {
  decideImportRows(id: $id, decisions: $decisions) { jobId importId rows }
}"""
UPLOADED = "mutation($id: ID!) { importUploaded(id: $id) { state } }"


def ask(service, query, who="ann", **variables):
    response = service.post("/graphql", who=who, body={"query": query, "variables": variables})
    assert response.status == 200, response.text
    return response.json


def start(service, content=CARDS, **more):
    """The import of a file that was then read and planned."""
    encoded = base64.b64encode(content.encode()).decode()
    answer = ask(service, START, input={"fileName": "phone.vcf", "content": encoded, **more})
    work(service)
    return answer["data"]["startImport"]


class TestStarting:
    def test_a_file_is_read_and_planned(self, service):
        started = start(service, tag="iris-import")

        found = ask(service, IMPORT, id=started["id"])["data"]["import"]
        assert (started["state"], started["tag"], started["upload"]) == ("reading", "iris-import", None)
        assert (found["state"], found["format"], found["plan"]["new"]) == ("planned", "vcard", 2)
        assert book(service) == {}

    def test_a_larger_file_is_announced_and_uploaded(self, service):
        announced = ask(service, START, input={"fileName": "phone.vcf", "size": len(CARDS)})["data"]["startImport"]
        key = next(each["value"] for each in announced["upload"]["fields"] if each["name"] == "key")
        service.bucket.put_object(Key=key, Body=CARDS.encode())

        uploaded = ask(service, UPLOADED, id=announced["id"])["data"]["importUploaded"]

        assert (announced["state"], uploaded["state"]) == ("uploading", "reading")

    @pytest.mark.parametrize(
        ("fields", "field"),
        [({}, "content"), ({"content": "YQ==", "size": 1}, "content"), ({"content": "?"}, "content")],
    )
    def test_requires_the_content_or_the_size(self, service, fields, field):
        (error,) = ask(service, START, input={"fileName": "a.csv", **fields})["errors"]

        assert (error["extensions"]["code"], error["extensions"]["field"]) == ("INVALID_INPUT", field)


class TestReading:
    def test_fields_say_what_columns_become(self, service):
        fields = ask(service, FIELDS, id=plan(service, TABLE).json["id"])["data"]["importFields"]

        assert [each["target"] for each in fields] == ["given", "family", "emails.1", "phones.1=mobile"]

    def test_cards_have_no_fields(self, service):
        assert ask(service, FIELDS, id=start(service)["id"])["data"]["importFields"] is None

    def test_records_come_in_pages_and_are_filtered(self, service):
        import_id = plan(service, TABLE).json["id"]

        first = ask(service, RECORDS, id=import_id, first=2)["data"]["importRecords"]
        last = ask(service, RECORDS, id=import_id, first=2, after=first["nextCursor"])["data"]["importRecords"]
        none = ask(service, RECORDS, id=import_id, planned=["conflict", "update"])["data"]["importRecords"]

        assert [each["number"] for each in first["records"] + last["records"]] == [2, 3, 5]
        assert first["records"][0]["cells"][0] == {"header": "First Name", "value": "Ada"}
        assert (last["nextCursor"], none["total"]) == (None, 0)

    def test_changes_are_shown_as_json(self, service):
        commit(service, start(service))
        again = start(service, CARDS.replace("EMAIL:alan@example.com", "EMAIL:alan@example.com\nTITLE:Reader"))

        (record,) = ask(service, RECORDS, id=again["id"], planned=["update"])["data"]["importRecords"]["records"]

        assert record["changes"] == [{"field": "title", "before": None, "after": '"Reader"'}]

    @pytest.mark.parametrize("query", [IMPORT, FIELDS, RECORDS])
    def test_somebody_elses_import_is_not_found(self, service, query):
        (error,) = ask(service, query, who="bob", id=start(service)["id"])["errors"]

        assert error["extensions"]["code"] == "NOT_FOUND"


def commit(service, started):
    planned = ask(service, IMPORT, id=started["id"])["data"]["import"]["plan"]
    confirmed = {"planId": planned["planId"], "new": planned["new"], "update": planned["update"]}
    answer = ask(service, COMMIT, id=started["id"], **confirmed)
    work(service)
    return answer


class TestCommitting:
    def test_does_what_was_planned(self, service):
        started = start(service)

        answer = commit(service, started)

        done = ask(service, IMPORT, id=started["id"])["data"]["import"]
        assert answer["data"]["commitImport"]["state"] == "committing"
        assert (done["state"], done["counts"]["created"]) == ("completed", 2)

    def test_its_counts_are_verified(self, service):
        started = start(service)
        commit(service, started)

        check = ask(service, VERIFY, id=started["id"])["data"]["verifyImport"]

        created = {"created": 2, "failed": 0}
        assert check == {"consistent": True, "total": 2, "counted": created, "recorded": created, "listed": created}

    def test_leaves_conflicts_about_which_can_be_decided(self, service):
        commit(service, start(service))
        other = start(service, CARDS.replace("Ada Lovelace", "Grace Hopper"))
        commit(service, other)

        answer = ask(service, DECIDE, id=other["id"], decisions=[{"row": 1, "verdict": "new"}])
        refused = ask(service, DECIDE, id=other["id"], decisions=[{"row": 1, "verdict": "leave_out"}])

        assert answer["data"]["decideImportRows"]["rows"] == 1
        assert refused["errors"][0]["extensions"]["code"] == "CONFLICT"

    def test_is_refused_with_other_numbers(self, service):
        started = start(service)
        plan_id = ask(service, IMPORT, id=started["id"])["data"]["import"]["plan"]["planId"]

        (error,) = ask(service, COMMIT, id=started["id"], planId=plan_id, new=1, update=0)["errors"]

        assert error["extensions"]["code"] == "INVALID_INPUT"

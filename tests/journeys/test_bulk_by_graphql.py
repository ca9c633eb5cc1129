"""Bulk create and cleanup as a client sees them that knows nothing of us but the path: a GraphQL library of others.

It learns the schema from the service itself and holds every query and every answer to it.
"""

import subprocess
import sys
import time
from typing import Any

import gql
import pytest
from gql.transport.exceptions import TransportQueryError
from gql.transport.requests import RequestsHTTPTransport

from local.processes import ROOT
from tests.journeys.world import PersonHere, World

START = """mutation($input: StartBulkCreateContactsInput!) {
  startBulkCreateContacts(input: $input) { jobId trackingKey status totalCount }
}"""
JOB = """query($id: ID!) { bulkCreateContactsJob(jobId: $id) {
  jobId trackingKey status totalCount processedCount successCount failureCount skippedCount contactIds
  errors { index code }
} }"""
START_CLEANUP = """mutation($input: StartBulkDeleteCreatedContactsInput!) {
  startBulkDeleteCreatedContacts(input: $input) { jobId status dryRun }
}"""
CLEANUP_JOB = """query($id: ID!) { bulkDeleteCreatedContactsJob(jobId: $id) {
  status totalCount deletedCount notFoundCount candidateContactIds deletedContactIds
} }"""
JOBS = "{ bulkJobs { jobs { __typename jobId status } nextCursor } }"
FINAL = ("COMPLETED", "PARTIAL", "FAILED", "CANCELED")
MANY = 300


class Foreign:
    """A client that uses that library."""

    def __init__(self, person: PersonHere) -> None:
        headers = {"Authorization": f"Bearer {person.world.sandbox.token(person.name)}"}
        transport = RequestsHTTPTransport(url=f"{person.world.url}graphql", headers=headers, timeout=30)
        self._client = gql.Client(transport=transport, fetch_schema_from_transport=True, parse_results=True)

    def ask(self, query: str, **variables: Any) -> Any:
        """What the query's one field answers."""
        request = gql.gql(query)
        request.variable_values = variables
        (answer,) = self._client.execute(request).values()
        return answer

    def finished(self, query: str, job_id: str) -> Any:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            job = self.ask(query, id=job_id)
            if job["status"] in FINAL:
                return job
            time.sleep(0.2)
        raise AssertionError(f"{job_id} did not end")


def people(count: int) -> list[dict[str, Any]]:
    return [{"given": f"Ada {each}", "emails": [{"value": f"ada{each}@x.org"}]} for each in range(count)]


@pytest.fixture
def foreign(anna: PersonHere) -> Foreign:
    return Foreign(anna)


def create_contacts(foreign: Foreign, count: int = MANY, **options: Any) -> Any:
    begun = foreign.ask(START, input={"contacts": people(count), **options})
    return foreign.finished(JOB, begun["jobId"])


class TestBulkByGraphQl:
    def test_hundreds_are_created_followed_listed_and_cleaned_up_again(self, anna, foreign):
        job = create_contacts(foreign, clientSource="ios", clientReferenceId="journey")
        assert (job["status"], job["successCount"], job["errors"]) == ("COMPLETED", MANY, [])
        assert job["trackingKey"] == f"bcc:j:{job['jobId']}:s:ios:r:journey"
        assert sorted(job["contactIds"]) == sorted(each["contact_id"] for each in anna.book())

        dry = foreign.ask(START_CLEANUP, input={"trackingKey": job["trackingKey"], "dryRun": True})
        listed = foreign.finished(CLEANUP_JOB, dry["jobId"])
        assert sorted(listed["candidateContactIds"]) == sorted(job["contactIds"])
        assert len(anna.book()) == MANY

        real = foreign.ask(START_CLEANUP, input={"bulkCreateJobId": job["jobId"]})
        done = foreign.finished(CLEANUP_JOB, real["jobId"])
        assert (done["status"], done["deletedCount"]) == ("COMPLETED", MANY)
        assert anna.book() == []
        jobs = foreign.ask(JOBS)["jobs"]
        assert {each["jobId"] for each in jobs} == {job["jobId"], dry["jobId"], real["jobId"]}

    def test_the_rest_routes_show_the_same_job(self, anna, foreign):
        job = create_contacts(foreign, 3)

        status = anna.get(f"/api/v1/contacts/bulk/{job['jobId']}")
        assert (status["success_count"], sorted(status["contact_ids"])) == (3, sorted(job["contactIds"]))

    def test_created_contacts_are_members_until_they_are_cleaned_up(self, anna, bert, foreign):
        made = anna.post("/api/v1/collections", {"name": "Journey"})
        path = f"/api/v1/collections/{made['collection_id']}"
        assert anna.ask("PUT", f"{path}/shares/{bert.name}", json={"role": "viewer"}).status_code == 200
        assert bert.ask("POST", f"/api/v1/collections/invitations/{made['collection_id']}/accept").ok
        job = create_contacts(foreign, 120, collectionId=made["collection_id"])

        assert bert.get(path)["member_count"] == 120
        page = bert.get(f"{path}/members", params={"limit": 100})
        assert len(page["members"]) == 100
        assert {each["added_by"] for each in page["members"]} == {anna.name}
        with pytest.raises(TransportQueryError, match="FORBIDDEN: Not authorized to update the collection"):
            create_contacts(Foreign(bert), 1, collectionId=made["collection_id"])

        begun = foreign.ask(START_CLEANUP, input={"bulkCreateJobId": job["jobId"]})
        assert foreign.finished(CLEANUP_JOB, begun["jobId"])["deletedCount"] == 120
        assert bert.get(path)["member_count"] == 0
        assert bert.get(f"{path}/members")["members"] == []

    def test_errors_name_index_field_and_code(self, anna, foreign):
        bad = [*people(1), {"given": "B", "emails": [{"value": "nonsense"}]}]
        with pytest.raises(TransportQueryError) as refused:
            foreign.ask(START, input={"contacts": bad})

        [error] = refused.value.errors
        [row] = error["extensions"]["errors"]
        assert (row["index"], row["field"], row["code"]) == (1, "emails.0.value", "not_an_email")
        assert anna.book() == []


class TestCommandLine:
    def run(self, world: World, *words: str, answer: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "local", "bulk", *words, "--port", str(world.port)]
        return subprocess.run(command, cwd=ROOT, input=answer, capture_output=True, text=True, timeout=90, check=False)

    def test_an_operator_lists_looks_and_deletes(self, world, anna, foreign):
        job = create_contacts(foreign, 30)
        person = ("--person", anna.name)

        assert job["trackingKey"] in self.run(world, "list", *person).stdout
        dry = self.run(world, "dry-run", job["jobId"], *person)
        assert (dry.returncode, "30 would be deleted" in dry.stdout) == (0, True)
        unasked = self.run(world, "delete", job["jobId"], *person, answer="y\n")  # no terminal: no prompt
        assert (unasked.returncode, "Nothing was deleted." in unasked.stdout) == (4, True)
        assert len(anna.book()) == 30

        done = self.run(world, "delete", job["trackingKey"], *person, "--yes")
        assert (done.returncode, done.stdout.splitlines()[-1].split()) == (0, ["30", "deleted"])
        assert anna.book() == []

    def test_a_missing_run_is_reported_in_one_line(self, world, anna):
        refused = self.run(world, "dry-run", "A" * 22, "--person", anna.name)

        assert refused.returncode == 1
        assert len(refused.stderr.splitlines()) == 1

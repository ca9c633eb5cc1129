"""What became of each contact of a bulk create, over HTTP and GraphQL; also of a dry run."""

import csv
import io
from urllib.parse import urlencode

import pytest

from tests.routes.bulk import ADA, BOB, BULK, book, create_contacts, person, work
from tests.routes.service import Service

ITEMS = """query($job: ID!) { bulkCreateContactsItems(jobId: $job, first: 1000) {
  items { index externalId outcome contactId code message winnerIndex rivals } nextCursor } }"""


def items(service: Service, job_id: str, who: str = "ann", **query: object) -> dict:
    return service.get(f"{BULK}/{job_id}/items?{urlencode(query)}", who=who)


@pytest.fixture
def job(service) -> dict:
    """A run with every outcome but failed: two contacts that Moe may be are there already."""
    for email in ("m@x.org", "n@x.org"):
        create_contacts(service, person("Moe", email), {**ADA, "external_id": "a"})
    sent = (
        {**BOB, "external_id": "b"},
        {**ADA, "external_id": "a"},
        BOB,
        person("Moe", "m@x.org", emails=[{"value": "m@x.org"}, {"value": "n@x.org"}]),
        {**ADA, "title": "Countess"},
    )
    return create_contacts(service, *sent, on_existing="update")


class TestItems:
    def test_come_in_the_order_of_the_list_each_with_what_became_of_it(self, service, job):
        found = items(service, job["job_id"]).json["items"]

        told = [(each["index"], each["external_id"], each["outcome"], each["code"]) for each in found]
        assert told == [
            (0, "b", "created", None),
            (1, "a", "unchanged", None),
            (2, None, "skipped", "duplicate_in_batch"),
            (3, None, "skipped", "ambiguous"),
            (4, None, "skipped", "duplicate_in_batch"),
        ]
        assert [each["winner_index"] for each in found] == [None, None, 0, None, 1]

    def test_one_that_repeats_another_names_the_field_of_both(self, service):
        sent = {**BOB, "external_id": "b"}, {**ADA, "external_id": "b"}, BOB

        errors = create_contacts(service, *sent)["errors"]

        assert [(each["field"], each["winner_index"]) for each in errors] == [("external_id", 0), ("emails.0.value", 0)]

    def test_one_that_is_ambiguous_names_its_rivals(self, service, job):
        named = items(service, job["job_id"]).json["items"][3]["rivals"]

        assert {service.get(f"/api/v1/contacts/{each}", who="ann").json["display"] for each in named} == {"Moe"}
        assert len(named) == 2
        assert [each["rivals"] for each in job["errors"]] == [[], named, []]

    def test_are_paged_and_filtered(self, service, job):
        first = items(service, job["job_id"], limit=2).json
        rest = items(service, job["job_id"], cursor=first["next_cursor"]).json
        skipped = items(service, job["job_id"], outcome="skipped").json["items"]

        assert [each["index"] for each in (*first["items"], *rest["items"])] == [0, 1, 2, 3, 4]
        assert (rest["next_cursor"], [each["index"] for each in skipped]) == (None, [2, 3, 4])

    def test_are_the_same_as_csv_and_in_graphql(self, service, job):
        found = items(service, job["job_id"]).json["items"]
        text = service.get(f"{BULK}/{job['job_id']}/items.csv", who="ann").text.removeprefix("\ufeff")
        answer = service.post("/graphql", who="ann", body={"query": ITEMS, "variables": {"job": job["job_id"]}}).json

        rows = list(csv.DictReader(io.StringIO(text)))
        assert [int(row["index"]) for row in rows] == [each["index"] for each in found]
        assert rows[3]["rivals"].split(" ") == found[3]["rivals"]
        asked = answer["data"]["bulkCreateContactsItems"]["items"]
        assert [each["externalId"] for each in asked] == [each["external_id"] for each in found]
        assert [each["rivals"] for each in asked] == [each["rivals"] for each in found]

    def test_are_no_one_elses_and_of_no_cleanup(self, service, job):
        assert items(service, job["job_id"], who="bob").status == 404
        assert items(service, job["job_id"], cursor="nonsense").status == 422

    def test_lose_only_the_external_ids_once_the_list_has_expired(self, service, job):
        service.bucket.kept.clear()

        assert [each["external_id"] for each in items(service, job["job_id"]).json["items"]] == [None] * 5


class TestDryRun:
    def test_has_the_answer_of_a_run_and_changes_nothing(self, service):
        dry = create_contacts(service, ADA, BOB, ADA, dry_run=True)
        assert book(service) == {}
        real = create_contacts(service, ADA, BOB, ADA)

        counts = [name for name in real if name.endswith("_count")]
        assert {name: dry[name] for name in counts} == {name: real[name] for name in counts}
        assert (dry["dry_run"], dry["result"], dry["contact_ids"]) == (True, "completed", [])
        assert [each["outcome"] for each in items(service, dry["job_id"]).json["items"]] == [
            "created",
            "created",
            "skipped",
        ]

    def test_leaves_nothing_to_undo(self, service):
        dry = create_contacts(service, ADA, dry_run=True)

        numbers = service.get(f"/api/v1/runs/{dry['job_id']}/undo", who="ann")
        assert numbers.json["removed"] == numbers.json["restored"] == 0

    def test_is_another_request_than_the_run(self, service):
        body = {"contacts": [ADA], "idempotency_key": "once"}
        assert service.post(BULK, who="ann", body={**body, "dry_run": True}).status == 202
        assert service.post(BULK, who="ann", body=body).status == 409


def test_progress_has_a_rate_and_the_time_that_is_left(service):
    job = create_contacts(service, ADA)

    assert (job["rate"] > 0, job["seconds_left"], job["result"]) == (True, None, "completed")


def test_a_service_client_neither_finds_nor_sees_the_external_ids_of_another(service):
    service.post(
        "/me/service-clients/grant",
        session=service.sign_in("ann"),
        form={"client": "writer", "scope": "contacts:read contacts:write"},
    )
    token = service.issuer.token("writer", scope="contacts:read contacts:write")
    acting = {"Authorization": f"Bearer {token}", "X_On_Behalf_Of": "ann"}
    own = create_contacts(service, {**ADA, "external_id": "7"})
    theirs = service.post(BULK, body={"contacts": [{**BOB, "external_id": "7"}]}, **acting).json
    work(service)

    assert service.get(f"{BULK}/{theirs['job_id']}", **acting).json["created_count"] == 1
    seen = [service.get(f"{BULK}/{each['job_id']}/items", **acting).json["items"][0] for each in (own, theirs)]
    assert [each["external_id"] for each in seen] == [None, "7"]
    assert items(service, theirs["job_id"]).json["items"][0]["external_id"] == "7"
    exports = [service.get("/api/v1/contacts/export?format=json", **by) for by in ({"who": "ann"}, acting)]
    assert [each.text.count('"external_id":"7"') for each in exports] == [2, 0]

"""Bulk create and cleanup over GraphQL: the published names over the use cases of the REST routes."""

import pytest

from chalicelib.foundation.graphql_names import to_snake
from tests.routes.graphql_client import (
    ADA,
    BOB,
    CLEANUP_JOB,
    CONTACT,
    JOB,
    JOBS,
    RICH,
    START,
    START_CLEANUP,
    book,
    clean_up,
    create_contacts,
    error_of,
    run_query,
    work,
)
from tests.routes.service import Service


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
        job = create_contacts(service, ADA, BOB, {**ADA, "display": "Ada again"})

        assert (job["status"], job["successCount"], job["skippedCount"]) == ("COMPLETED", 2, 1)
        assert sorted(job["contactIds"]) == sorted(each["contact_id"] for each in book(service).values())
        [error] = job["errors"]
        assert (error["index"], error["winnerIndex"]) == (2, 0)

    def test_every_member_of_a_contact_arrives(self, service):
        create_contacts(service, RICH)

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
        create_contacts(service, {**BOB, "customFields": fields})
        [bob] = book(service).values()

        body = run_query(service, CONTACT, id=bob["contact_id"])

        assert body["customFields"] == bob["custom_fields"] == fields
        assert body["contactId"] == bob["contact_id"]

    def test_contacts_of_another_person_are_not_found(self, service):
        create_contacts(service, BOB)
        [bob] = book(service).values()

        response = service.post("/graphql", who="ben", body={"query": CONTACT, "variables": {"id": bob["contact_id"]}})

        assert response.json["data"] == {"contact": None}
        assert response.json["errors"][0]["extensions"]["code"] == "NOT_FOUND"

    def test_what_is_null_counts_as_left_out(self, service):
        create_contacts(service, BOB)

        assert book(service)["Bob"]["emails"] == [{"value": "bob@x.org"}]

    @pytest.mark.parametrize(
        ("how", "success", "skipped", "contacts"), [("create", 1, 0, 2), ("skip", 0, 1, 1), ("update", 1, 0, 1)]
    )
    def test_on_existing_is_given_in_lower_case(self, service, how, success, skipped, contacts):
        create_contacts(service, ADA)
        job = create_contacts(service, ADA, onExisting=how)

        assert (job["successCount"], job["skippedCount"]) == (success, skipped)
        assert len(service.get("/api/v1/contacts", who="ann").json["contacts"]) == contacts

    def test_it_is_the_job_that_rest_shows(self, service):
        job = create_contacts(service, ADA)

        shown = service.get(f"/api/v1/contacts/bulk/{job['jobId']}", who="ann").json
        fields = {to_snake(name): value for name, value in job.items()}
        assert {**fields, "status": job["status"].lower()}.items() <= shown.items()

    def test_the_same_key_is_the_same_job_there_and_here(self, service):
        first = run_query(service, START, input={"contacts": [ADA], "idempotencyKey": "k"})
        again = run_query(service, START, input={"contacts": [ADA], "idempotencyKey": "k"})
        rest = service.post("/api/v1/contacts/bulk", who="ann", body={"contacts": [ADA]}, Idempotency_Key="k")

        assert first["jobId"] == again["jobId"] == rest.json["job_id"]
        other = error_of(service, START, input={"contacts": [BOB], "idempotencyKey": "k"})
        assert other["extensions"]["code"] == "CONFLICT"

    @pytest.mark.parametrize("key", ["", "x" * 256, "a\nb"])
    def test_a_key_can_be_printed(self, service, key):
        error = error_of(service, START, input={"contacts": [ADA], "idempotencyKey": key})

        assert error["extensions"] == {"code": "INVALID_INPUT", "field": "idempotencyKey"}


class TestInvalidContacts:
    def test_is_named_by_index_field_and_code_and_nothing_is_created(self, service):
        bad = [{**ADA, "emails": [{"value": "nonsense"}]}, {**RICH, "photoUrl": "ftp://x"}]
        error = error_of(service, START, input={"contacts": [ADA, *bad]})

        assert error["extensions"]["code"] == "INVALID_CONTACTS"
        errors = [(each["index"], each["field"], each["code"]) for each in error["extensions"]["errors"]]
        assert errors == [(1, "emails.0.value", "not_an_email"), (2, "photoUrl", "not_a_link")]
        work(service)
        assert book(service) == {}

    def test_is_named_also_where_it_is_of_another_type(self, service):
        error = error_of(service, START, input={"contacts": [ADA, {"given": 7}]})

        assert error["extensions"] == {"code": "BAD_USER_INPUT", "field": "input.contacts.1.given"}

    def test_is_more_than_five_thousand(self, service):
        error = error_of(service, START, input={"contacts": [{"given": "A"}] * 5_001})

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
        job = create_contacts(service, ADA, BOB, collectionId=collection_id)

        members = service.get(f"/api/v1/collections/{collection_id}/members", who="vera").json["members"]
        assert sorted(each["contact_id"] for each in members) == sorted(job["contactIds"])

    def test_a_viewer_is_refused(self, service):
        error = error_of(
            service, START, "vera", input={"contacts": [ADA], "collectionId": self.shared(service, "viewer")}
        )

        assert error["message"] == "FORBIDDEN: Not authorized to update the collection"
        assert error["extensions"]["code"] == "FORBIDDEN"

    def test_for_everybody_else_it_does_not_exist(self, service):
        error = error_of(
            service, START, "sue", input={"contacts": [ADA], "collectionId": self.shared(service, "editor")}
        )

        assert error["extensions"]["code"] == "NOT_FOUND"

    def test_cleaned_up_contacts_are_members_no_more(self, service):
        collection_id = self.shared(service, "viewer")
        job = create_contacts(service, ADA, BOB, collectionId=collection_id)
        clean_up(service, bulkCreateJobId=job["jobId"])

        assert service.wiring.shared.collections.members(collection_id) == []


class TestCleaningUp:
    def test_a_dry_run_lists_and_deletes_nothing(self, service):
        job = create_contacts(service, ADA, BOB)
        dry = clean_up(service, bulkCreateJobId=job["jobId"], dryRun=True)

        assert (dry["dryRun"], dry["status"], dry["deletedCount"]) == (True, "COMPLETED", 0)
        assert sorted(dry["candidateContactIds"]) == sorted(job["contactIds"])
        assert len(book(service)) == 2

    def test_a_real_run_deletes_and_lists_the_contacts(self, service):
        job = create_contacts(service, ADA, BOB)
        done = clean_up(service, trackingKey=job["trackingKey"], contactIds=[job["contactIds"][0], "unknown"])

        assert (done["deletedCount"], done["notFoundCount"], done["forbiddenCount"]) == (1, 1, 0)
        assert done["deletedContactIds"] == [job["contactIds"][0]]
        assert done["errors"][0]["contactId"] == "unknown"
        assert len(book(service)) == 1

    def test_the_run_must_be_given(self, service):
        error = error_of(service, START_CLEANUP, input={"dryRun": True})

        assert error["extensions"] == {"code": "INVALID_INPUT", "field": "bulkCreateJobId"}
        assert error["message"] == "Either bulkCreateJobId or trackingKey is required."

    def test_a_job_can_be_stopped(self, service):
        begun = run_query(service, START, input={"contacts": [ADA]})
        query = "mutation($id: ID!) { cancelBulkJob(jobId: $id) { jobId status } }"

        assert run_query(service, query, id=begun["jobId"]) == {"jobId": begun["jobId"], "status": "CANCELED"}


class TestJobs:
    def test_are_listed_newest_first_each_as_what_it_is(self, service):
        job = create_contacts(service, ADA, clientSource="ios")
        service.clock.sleep(1)
        done = clean_up(service, bulkCreateJobId=job["jobId"])

        listed = run_query(service, JOBS)
        assert [(each["__typename"], each["jobId"]) for each in listed["jobs"]] == [
            ("BulkDeleteCreatedContacts", done["jobId"]),
            ("BulkCreateContacts", job["jobId"]),
        ]
        assert (listed["jobs"][0]["deletedCount"], listed["jobs"][1]["clientSource"]) == (1, "ios")

    @pytest.mark.parametrize(
        ("filters", "found"),
        [
            ({}, 3),
            ({"kind": "create"}, 2),
            ({"kind": "cleanup"}, 1),
            ({"status": "QUEUED"}, 0),
            ({"clientSource": "ios"}, 1),
            ({"kind": None, "status": "COMPLETED"}, 3),
        ],
    )
    def test_are_filtered(self, service, filters, found):
        job = create_contacts(service, ADA, clientSource="ios")
        create_contacts(service, BOB)
        clean_up(service, bulkCreateJobId=job["jobId"])

        assert len(run_query(service, JOBS, filter=filters)["jobs"]) == found

    def test_come_page_by_page(self, service):
        ids = []
        for contact in (ADA, BOB, RICH):
            ids.append(create_contacts(service, contact)["jobId"])
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
        assert error_of(service, JOBS, **wrong)["extensions"]["code"] == "INVALID_INPUT"

    def test_of_others_and_of_another_kind_are_not_there(self, service):
        job = create_contacts(service, ADA)

        missing = error_of(service, JOB, "bob", id="A" * 22)
        assert error_of(service, JOB, "bob", id=job["jobId"]) == missing
        assert error_of(service, CLEANUP_JOB, id=job["jobId"])["extensions"]["code"] == "NOT_FOUND"
        assert missing["extensions"]["code"] == "NOT_FOUND"

    def test_the_ledger_is_read_only_by_who_asks_for_it(self, service):
        job = create_contacts(service, ADA)
        before = service.dynamodb.calls["query"]
        run_query(service, "query($id: ID!) { bulkCreateContactsJob(jobId: $id) { status } }", id=job["jobId"])

        assert service.dynamodb.calls["query"] == before

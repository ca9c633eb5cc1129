"""Bulk create over HTTP, over an in-memory AWS."""

import gzip
import json

import pytest

from chalicelib.bulk.outcome_reasons import message_for
from chalicelib.collections.collection import Role
from tests.collections.making import join
from tests.routes.bulk import ADA, BOB, BULK, book, clean_up, create_contacts, person, start_create, work
from tests.routes.service import Service


class TestCreating:
    def test_the_answer_comes_at_once_and_says_where_to_look(self, service):
        response = start_create(service, ADA, BOB, client_source="ios", client_reference_id="run 7")

        job_id = response.json["job_id"]
        assert response.status == 202
        assert response.headers["location"].endswith(f"{BULK}/{job_id}")
        assert response.json["tracking_key"] == f"bcc:j:{job_id}:s:ios:r:run-7"
        assert (response.json["status"], response.json["total_count"], response.json["processed_count"]) == (
            "queued",
            2,
            0,
        )
        assert book(service) == {}

    def test_every_contact_is_created_and_carries_the_key(self, service):
        job = create_contacts(service, ADA, BOB, client_source="ios")

        assert (job["status"], job["success_count"], job["errors"]) == ("completed", 2, [])
        assert sorted(job["contact_ids"]) == sorted(each["contact_id"] for each in book(service).values())
        assert {each["external_source"] for each in book(service).values()} == {job["tracking_key"]}

    def test_an_option_that_is_null_counts_as_absent_too(self, service):
        options = dict.fromkeys(
            ("collection_id", "client_source", "client_reference_id", "on_existing", "idempotency_key")
        )
        job = create_contacts(service, ADA, **options)

        assert (job["on_existing"], job["created_count"]) == ("create", 1)
        assert clean_up(service, bulk_create_job_id=job["job_id"], dry_run=None, contact_ids=None)["deleted_count"] == 1

    def test_a_null_counts_as_absent_and_a_site_is_completed(self, service):
        job = create_contacts(service, {"given": "Ada", "nickname": None, "urls": [{"value": "ada.example"}]})

        assert (job["created_count"], job["errors"]) == (1, [])
        assert book(service)["Ada"]["urls"] == [{"value": "https://ada.example"}]

    def test_the_list_is_kept_encrypted_under_a_name_that_says_nothing(self, service):
        start_create(service, ADA)

        ((key, kept),) = service.bucket.kept.items()
        assert key.startswith("bulk/")
        assert "ann" not in key
        assert kept["ServerSideEncryption"] == "aws:kms"
        assert json.loads(gzip.decompress(kept["Body"])) == [ADA]

    def test_polling_has_a_retry_after_and_an_unchanged_status_is_a_304(self, service):
        job_id = start_create(service, ADA).json["job_id"]
        waiting = service.get(f"{BULK}/{job_id}", who="ann")
        work(service)
        done = service.get(f"{BULK}/{job_id}", who="ann")
        again = service.get(f"{BULK}/{job_id}", who="ann", If_None_Match=done.headers["etag"])

        assert (waiting.json["waiting_reason"], waiting.headers["retry-after"]) == ("schedule", "2")
        assert ("retry-after" in done.headers, again.status) == (False, 304)

    def test_with_a_queue_it_starts_at_once_and_says_so(self):
        service = Service(WORK_QUEUE_URL="https://sqs.example/work")
        job_id = start_create(service, ADA).json["job_id"]

        fresh = service.get(f"{BULK}/{job_id}", who="ann").json
        service.clock.sleep(20)
        late = service.get(f"{BULK}/{job_id}", who="ann").json

        assert (fresh["waiting_reason"], fresh["waiting"]) == ("queue", "starting right away")
        assert (late["waiting_reason"], late["waiting"]) == ("schedule", "waiting for the next run")

    def test_two_of_one_address_and_other_names_are_two_that_are_linked(self, service):
        job = create_contacts(service, person("Ada Moe", "moe@x.org"), person("Tom Moe", "moe@x.org"))

        ada, tom = (service.get(f"/api/v1/contacts/{each}", who="ann").json for each in job["contact_ids"])
        assert (job["created_count"], job["skipped_count"]) == (2, 0)
        assert (ada["possible_duplicates"], tom["possible_duplicates"]) == ([tom["contact_id"]], [ada["contact_id"]])

    def test_the_first_of_an_address_wins_and_those_without_are_never_dropped(self, service):
        job = create_contacts(service, ADA, person("Nobody"), person("ADA", " ADA@x.org "), person("Nobody"))

        assert (job["success_count"], job["skipped_count"], job["status"]) == (3, 1, "completed")
        (error,) = job["errors"]
        assert (error["index"], error["code"], error["winner_index"]) == (2, "duplicate_in_batch", 0)
        assert error["field"] == "emails.0.value"

    def test_equal_numbers_of_different_people_are_both_created(self, service):
        shared = [{"raw": "+1 202 555 0143"}]

        job = create_contacts(
            service, person("Ada", "ada@x.org", phones=shared), person("Ada", "other@x.org", phones=shared)
        )

        assert job["created_count"] == 2


class TestKnownContacts:
    @pytest.fixture
    def known(self, service) -> str:
        return create_contacts(service, ADA)["contact_ids"][0]

    def test_is_created_again_by_default_as_a_distinct_contact(self, service, known):
        job = create_contacts(service, {**ADA, "title": "Countess"})

        fresh = service.get(f"/api/v1/contacts/{job['contact_ids'][0]}", who="ann").json
        assert job["created_count"] == 1
        assert fresh["possible_duplicates"] == [known]

    def test_is_skipped_where_that_is_wanted_and_named(self, service, known):
        job = create_contacts(service, {**ADA, "title": "Countess"}, BOB, on_existing="skip")

        assert (job["success_count"], job["skipped_count"]) == (1, 1)
        (error,) = job["errors"]
        assert (error["index"], error["code"], error["contact_id"]) == (0, "exists", known)

    def test_is_updated_where_that_is_wanted(self, service, known):
        job = create_contacts(service, {**ADA, "title": "Countess"}, on_existing="update")

        assert (job["updated_count"], job["contact_ids"]) == (1, [known])
        assert service.get(f"/api/v1/contacts/{known}", who="ann").json["title"] == "Countess"

    def test_may_be_a_contact_of_the_same_list(self, service):
        shared = [{"raw": "+1 202 555 0143"}]

        job = create_contacts(service, person("Eve", phones=shared), person("Eve", phones=shared), on_existing="skip")

        assert (job["created_count"], job["skipped_count"]) == (1, 1)

    def test_is_never_a_contact_of_another_name_with_the_same_number(self, service):
        shared = [{"raw": "+44 1632 960123"}]
        create_contacts(service, person("Peter Hallam Sr.", phones=shared))

        job = create_contacts(service, person("Peter Hallam Jr.", phones=shared), on_existing="skip")

        assert (job["created_count"], job["skipped_count"]) == (1, 0)

    @pytest.mark.parametrize(("on_existing", "code"), [("skip", "exists"), ("update", "ambiguous")])
    def test_is_not_added_to_where_several_are_alike(self, service, known, on_existing, code):
        create_contacts(service, ADA)

        job = create_contacts(service, ADA, on_existing=on_existing)

        assert (job["success_count"], job["skipped_count"], job["errors"][0]["code"]) == (0, 1, code)
        assert job["errors"][0]["message"] == message_for(code)


class TestInvalidContacts:
    def test_every_invalid_contact_is_named_and_none_is_created(self, service):
        response = start_create(service, ADA, {}, {"emails": [{"value": "nonsense"}]}, {"given": 1, "rev": 2}, BOB)

        assert (response.status, response.json["type"], response.json["invalid_count"]) == (
            422,
            "/problems/invalid-contacts",
            3,
        )
        assert [(each["index"], each["field"], each["code"]) for each in response.json["errors"]] == [
            (1, "", "empty"),
            (2, "emails.0.value", "not_an_email"),
            (3, "given", "wrong_type"),
            (3, "rev", "unknown_field"),
        ]
        assert service.bucket.kept == {}
        assert service.get(BULK, who="ann").json["jobs"] == []

    def test_an_error_for_too_many_contacts_has_the_limit_and_their_number(self, service):
        response = start_create(service, *[person(f"P{number}") for number in range(5_001)])

        assert (response.status, response.json["limit"], response.json["sent"]) == (413, 5_000, 5_001)
        assert "5,001" in response.json["detail"]

    def test_an_error_for_a_too_large_body_has_the_limit_and_its_size(self, service):
        response = service.post(BULK, who="ann", body=b'{"contacts": [' + b" " * 4 * 1024 * 1024 + b"]}")

        assert (response.status, response.json["limit"]) == (413, 4 * 1024 * 1024)
        assert response.json["sent"] > response.json["limit"]
        assert "4 MB" in response.json["detail"]

    @pytest.mark.parametrize(
        ("body", "member"),
        [
            ({}, "contacts"),
            ({"contacts": []}, "contacts"),
            ({"contacts": {}}, "contacts"),
            ({"contacts": [ADA], "on_existing": "merge"}, "on_existing"),
            ({"contacts": [ADA], "client_source": ""}, "client_source"),
            ({"contacts": [ADA], "client_reference_id": "x" * 101}, "client_reference_id"),
            ({"contacts": [ADA], "owner": "bob"}, "owner"),
        ],
    )
    def test_other_members_are_named_too(self, service, body, member):
        response = service.post(BULK, who="ann", body=body)

        assert (response.status, response.json["field"]) == (422, member)


class TestAskingTwice:
    def test_the_same_key_and_body_are_the_same_job(self, service):
        first, second = start_create(service, ADA, once="k"), start_create(service, ADA, once="k")
        work(service)

        assert (first.status, second.status, second.json["job_id"]) == (202, 202, first.json["job_id"])
        assert len(book(service)) == 1
        assert start_create(service, ADA, once="k").json["status"] == "completed"

    def test_the_body_may_carry_the_key(self, service):
        first = start_create(service, ADA, once="k")

        assert start_create(service, ADA, idempotency_key="k").json["job_id"] == first.json["job_id"]
        assert start_create(service, ADA, once="k", idempotency_key="other").status == 422

    @pytest.mark.parametrize("other", [{"contacts": [BOB]}, {"contacts": [ADA], "on_existing": "skip"}])
    def test_the_same_key_with_another_body_is_refused(self, service, other):
        start_create(service, ADA, once="k")

        response = service.post(BULK, who="ann", body=other, Idempotency_Key="k")

        assert (response.status, response.json["type"]) == (409, "/problems/conflict")
        assert "different request" in response.json["detail"]

    def test_an_idempotency_key_belongs_to_one_person(self, service):
        assert (
            start_create(service, ADA, once="k").json["job_id"]
            != start_create(service, ADA, once="k", who="bob").json["job_id"]
        )

    def test_a_full_collection_does_not_hide_the_job_that_filled_it(self, service):
        friends = service.wiring.shared.collections.add("ann", "Friends").collection_id
        first = start_create(service, ADA, once="k", collection_id=friends)
        work(service)
        service.wiring.shared.collections.delete("ann", friends)

        assert start_create(service, ADA, once="k", collection_id=friends).json["job_id"] == first.json["job_id"]


class TestCollections:
    @pytest.fixture
    def friends(self, service) -> str:
        return service.wiring.shared.collections.add("ann", "Friends").collection_id

    def members(self, service, collection_id: str) -> list[str]:
        return [member.contact_id for member in service.wiring.shared.collections.members(collection_id)]

    def test_contacts_become_members(self, service, friends):
        job = create_contacts(service, ADA, BOB, collection_id=friends)

        assert job["collection_id"] == friends
        assert sorted(self.members(service, friends)) == sorted(job["contact_ids"])

    def test_an_editor_may_add_to_a_shared_collection(self, service, friends):
        join(service.wiring.shared.collections, "ann", friends, "bob", Role.EDITOR)

        assert create_contacts(service, ADA, who="bob", collection_id=friends)["contact_ids"] == self.members(
            service, friends
        )

    def test_a_viewer_is_forbidden_and_to_everybody_else_it_is_not_there(self, service, friends):
        join(service.wiring.shared.collections, "ann", friends, "vera", Role.VIEWER)

        viewer, stranger = (start_create(service, ADA, who=who, collection_id=friends) for who in ("vera", "eve"))
        missing = start_create(service, ADA, who="eve", collection_id="A" * 22)

        assert (viewer.status, viewer.json["detail"]) == (403, "FORBIDDEN: Not authorized to update the collection")
        assert (stranger.status, stranger.json) == (404, missing.json)
        assert service.bucket.kept == {}

    def test_where_the_permission_is_withdrawn_meanwhile_contacts_are_created_without(self, service, friends):
        join(service.wiring.shared.collections, "ann", friends, "bob", Role.EDITOR)
        job_id = start_create(service, ADA, BOB, who="bob", collection_id=friends).json["job_id"]
        service.wiring.shared.collections.share("ann", friends, "bob", Role.VIEWER)
        work(service)

        job = service.get(f"{BULK}/{job_id}", who="bob").json
        assert (job["status"], job["success_count"], job["not_added_count"]) == ("partial", 2, 2)
        assert {(each["code"], each["contact_id"]) for each in job["errors"]} == {
            ("not_added_to_collection", contact_id) for contact_id in job["contact_ids"]
        }
        assert self.members(service, friends) == []

    def test_a_contact_that_is_cleaned_up_is_in_none_any_more(self, service, friends):
        job = create_contacts(service, ADA, BOB, collection_id=friends)
        clean_up(service, bulk_create_job_id=job["job_id"])

        assert self.members(service, friends) == []

    def test_running_again_adds_no_member_twice(self, service, friends):
        first = create_contacts(service, ADA, BOB, collection_id=friends)
        stored = [item for item in service.dynamodb.stored_items() if "ids" in item]
        again = create_contacts(service, ADA, BOB, collection_id=friends, on_existing="update")

        assert (again["status"], again["updated_count"]) == ("completed", 2)
        assert [item for item in service.dynamodb.stored_items() if "ids" in item] == stored
        assert sorted(self.members(service, friends)) == sorted(first["contact_ids"])

    def test_one_that_was_taken_out_is_added_by_the_next_run(self, service, friends):
        first = create_contacts(service, ADA, BOB, collection_id=friends)
        service.wiring.shared.collections.remove_member("ann", friends, first["contact_ids"][0])
        create_contacts(service, ADA, BOB, collection_id=friends, on_existing="update")

        assert sorted(self.members(service, friends)) == sorted(first["contact_ids"])

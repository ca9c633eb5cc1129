"""The cleanup of a bulk run over HTTP, over an in-memory AWS."""

import pytest

from chalicelib.collections.collection import Role
from tests.collections.making import join
from tests.routes.bulk import ADA, BOB, BULK, CLEANUP, book, clean_up, create_contacts, person, start_create


class TestCleaningUp:
    def test_a_dry_run_lists_and_deletes_nothing(self, service):
        job = create_contacts(service, ADA, BOB)

        dry = clean_up(service, bulk_create_job_id=job["job_id"], dry_run=True)

        assert (dry["status"], dry["dry_run"], dry["total_count"], dry["deleted_count"]) == ("completed", True, 2, 0)
        assert sorted(dry["candidate_contact_ids"]) == sorted(job["contact_ids"])
        assert set(book(service)) == {"Ada", "Bob"}

    def test_a_real_one_deletes_exactly_what_the_run_made(self, service):
        create_contacts(service, person("Carol"))
        job = create_contacts(service, ADA, BOB)

        real = clean_up(service, bulk_create_job_id=job["job_id"])

        assert (real["status"], real["total_count"], real["processed_count"]) == ("completed", 2, 2)
        assert (real["deleted_count"], real["kept_count"], real["errors"]) == (2, 0, [])
        assert sorted(real["deleted_contact_ids"]) == sorted(job["contact_ids"])
        assert set(book(service)) == {"Carol"}

    def test_the_tracking_key_finds_it_with_and_without_its_parts(self, service):
        job = create_contacts(service, ADA, BOB, client_source="ios", client_reference_id="7")
        whole = clean_up(service, tracking_key=job["tracking_key"], dry_run=True)
        bare = clean_up(service, tracking_key=f"bcc:j:{job['job_id']}")

        assert whole["candidate_contact_ids"] == bare["candidate_contact_ids"]
        assert (bare["deleted_count"], bare["tracking_key"]) == (2, job["tracking_key"])

    def test_it_can_be_narrowed_and_what_is_not_the_runs_is_not_found(self, service):
        other = create_contacts(service, person("Carol"))["contact_ids"][0]
        theirs = create_contacts(service, person("Dave"), who="bob")["contact_ids"][0]
        job = create_contacts(service, ADA, BOB)
        (ada,) = [each["contact_id"] for each in book(service).values() if each["display"] == "Ada"]

        real = clean_up(service, bulk_create_job_id=job["job_id"], contact_ids=[ada, other, theirs, "no-such"])

        assert real["deleted_contact_ids"] == [ada]
        assert (real["total_count"], real["not_found_count"], real["forbidden_count"]) == (4, 3, 0)
        assert {each["code"] for each in real["errors"]} == {"not_found"}
        assert set(book(service)) == {"Carol", "Bob"}
        assert set(book(service, "bob")) == {"Dave"}

    def test_an_empty_list_of_contacts_is_none_of_them(self, service):
        job = create_contacts(service, ADA)

        assert clean_up(service, bulk_create_job_id=job["job_id"], contact_ids=[])["total_count"] == 0
        assert set(book(service)) == {"Ada"}

    def test_a_contact_with_another_source_is_kept_and_listed(self, service):
        known = create_contacts(service, ADA)["contact_ids"][0]
        job = create_contacts(service, {**ADA, "title": "Countess"}, BOB, on_existing="update")

        dry = clean_up(service, bulk_create_job_id=job["job_id"], dry_run=True)
        real = clean_up(service, bulk_create_job_id=job["job_id"])

        assert real["kept"] == dry["kept"] == [{"contact_id": known, "reason": "other_source"}]
        assert (real["deleted_count"], real["kept_count"], real["status"]) == (1, 1, "completed")
        assert book(service)["Ada"]["title"] == ""

    def test_contacts_of_others_in_a_read_only_collection_are_forbidden(self, service):
        friends = service.wiring.shared.collections.add("bob", "Friends").collection_id
        theirs = create_contacts(service, person("Dave"), who="bob", collection_id=friends)["contact_ids"][0]
        join(service.wiring.shared.collections, "bob", friends, "ann", Role.VIEWER)
        job = create_contacts(service, ADA)

        real = clean_up(service, bulk_create_job_id=job["job_id"], contact_ids=[theirs])

        assert (real["forbidden_count"], real["not_found_count"], real["status"]) == (1, 0, "partial")
        assert set(book(service, "bob")) == {"Dave"}

    def test_a_second_cleanup_finds_nothing(self, service):
        job = create_contacts(service, ADA, BOB)
        clean_up(service, bulk_create_job_id=job["job_id"])

        again = clean_up(service, bulk_create_job_id=job["job_id"])

        assert (again["status"], again["total_count"], again["deleted_count"]) == ("completed", 0, 0)

    def test_it_ends_a_run_that_has_not_ended_and_a_dry_one_does_not(self, service):
        job_id = start_create(service, ADA).json["job_id"]
        service.post(CLEANUP, who="ann", body={"bulk_create_job_id": job_id, "dry_run": True})
        before = service.get(f"{BULK}/{job_id}", who="ann").json["status"]

        clean_up(service, bulk_create_job_id=job_id)

        assert (before, service.get(f"{BULK}/{job_id}", who="ann").json["status"]) == ("queued", "canceled")
        assert book(service) == {}

    def test_what_it_deletes_may_come_again(self, service):
        job = create_contacts(service, ADA)
        clean_up(service, bulk_create_job_id=job["job_id"])

        assert create_contacts(service, ADA, on_existing="skip")["created_count"] == 1

    @pytest.mark.parametrize(
        ("body", "member"),
        [
            ({}, "bulk_create_job_id"),
            ({"tracking_key": "nonsense"}, "tracking_key"),
            ({"tracking_key": "bcc:j:a", "bulk_create_job_id": "b"}, "tracking_key"),
            ({"bulk_create_job_id": "b", "all": True}, "all"),
        ],
    )
    def test_it_must_be_clear_which_run_is_meant(self, service, body, member):
        response = service.post(CLEANUP, who="ann", body=body)

        assert (response.status, response.json["field"]) == (422, member)

    def test_a_run_of_another_person_is_not_found_by_id_or_key(self, service):
        job = create_contacts(service, ADA, who="bob")

        foreign = service.post(CLEANUP, who="ann", body={"bulk_create_job_id": job["job_id"]})
        missing = service.post(CLEANUP, who="ann", body={"bulk_create_job_id": "A" * 22})

        assert (foreign.status, foreign.json) == (404, missing.json)
        assert clean_up(service, tracking_key=job["tracking_key"])["total_count"] == 0
        assert set(book(service, "bob")) == {"Ada"}

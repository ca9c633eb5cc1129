"""Searching for duplicates over REST: a job that changes no contact and stores the pairs that it finds."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.books.pairs import Verdict, pair_of
from chalicelib.jobs.refusals import Fenced
from chalicelib.jobs.run import Run
from tests.routes.service import Service

LATER, RESERVE = datetime(2100, 1, 1, tzinfo=UTC), timedelta(seconds=15)
SEARCH = "/api/v1/reviews/find-duplicates"
ADA = {"given": "Ada", "family": "Lovelace", "emails": [{"value": "ada@x.example"}]}
SAME_ADA = {**ADA, "organization": "Engines"}
BOB = {"given": "Robert", "family": "Miller", "birthday": {"year": 1980, "month": 3, "day": 4}}
SAME_BOB = {**BOB, "given": "Bob"}
OTHER = {"given": "Grace", "family": "Hopper", "emails": [{"value": "grace@x.example"}]}


@pytest.fixture
def service() -> Service:
    """Ann's book has three people, two of them twice."""
    service = Service()
    for contacts in ([ADA, BOB, OTHER], [SAME_ADA, SAME_BOB]):
        body = {"contacts": contacts, "on_existing": "create"}
        job_id = service.post("/api/v1/contacts/bulk", who="ann", body=body).json["job_id"]
        service.wiring.bulk.create_contacts(service.run(job_id))
    return service


def search(service: Service, who: str = "ann"):
    """The published search, after it has ended."""
    job_id = service.post(SEARCH, who=who).json["job_id"]
    service.wiring.reviews.find_duplicates(service.run(job_id))
    return service.get(f"{SEARCH}/{job_id}", who=who).json


def names_of_reviews(service: Service) -> list[set[str]]:
    reviews = service.get("/api/v1/reviews", who="ann").json["reviews"]
    return [{review[side]["display"] for side in ("left", "right")} for review in reviews]


def test_a_search_is_accepted_and_can_be_followed(service):
    accepted = service.post(SEARCH, who="ann")

    assert accepted.status == 202
    assert accepted.headers["location"] == f"{SEARCH}/{accepted.json['job_id']}"
    assert (accepted.json["status"], accepted.json["pairs"]) == ("queued", None)


def test_it_tells_how_much_it_read_and_found(service):
    found = search(service)

    assert (found["status"], found["contacts"], found["pairs"], found["certain"]) == ("completed", 5, 2, 1)


def test_what_it_found_waits_for_a_decision(service):
    search(service)

    assert {"Robert Miller", "Bob Miller"} in names_of_reviews(service)


def test_it_changes_no_contact(service):
    before = service.get("/api/v1/contacts", who="ann").json

    search(service)

    assert service.get("/api/v1/contacts", who="ann").json == before


def test_the_next_search_replaces_what_was_found(service):
    search(service)
    bob = next(
        each for each in service.get("/api/v1/contacts", who="ann").json["contacts"] if each["display"] == "Bob Miller"
    )
    service.ask("DELETE", f"/api/v1/contacts/{bob['contact_id']}", who="ann")

    assert search(service)["pairs"] == 1


def test_the_certain_pairs_are_listed_until_they_are_decided(service):
    search(service)
    listed = service.get(SEARCH, who="ann").json

    assert listed["count"] == 1
    review_id = listed["certain"][0]["review_id"]
    service.post(f"/api/v1/reviews/{review_id}/decision", who="ann", body={"decision": "different"})
    assert service.get(SEARCH, who="ann").json == {"count": 0, "certain": []}


def test_without_a_search_nothing_is_certain():
    assert Service().get(SEARCH, who="ann").json == {"count": 0, "certain": []}


def test_a_pair_that_was_called_different_is_not_found_again(service):
    shared = service.wiring.shared
    one, other = (each for each in shared.contacts.all("ann") if each.shown["family"] == "Miller")
    pair = pair_of(one, other, Verdict.DIFFERENT, at=1, by="ann")
    shared.dynamo.transact([shared.pairs.put_write("ann", pair)], token="pair")

    assert search(service)["pairs"] == 1


def test_a_search_sees_the_book_of_its_person_alone(service):
    found = search(service, "bob")

    assert (found["contacts"], found["pairs"]) == (0, 0)


def test_it_does_not_wait_for_a_job_that_changes_the_book(service):
    service.post("/api/v1/contacts/bulk", who="ann", body={"contacts": [OTHER]})

    assert search(service)["status"] == "completed"


def test_a_key_starts_one_search(service):
    first, again = (service.post(SEARCH, who="ann", idempotency_key="once").json["job_id"] for _ in range(2))

    assert first == again


def test_a_search_without_time_begins_again(service):
    job_id = service.post(SEARCH, who="ann").json["job_id"]
    run = service.run(job_id)
    run.until = service.clock.now()

    service.wiring.reviews.find_duplicates(run)

    assert service.get(f"{SEARCH}/{job_id}", who="ann").json["status"] == "processing"
    assert service.wiring.reviews.found_pairs.find("ann") is None
    service.wiring.reviews.find_duplicates(Run(run._store, service.clock, run.job, until=LATER, reserve=RESERVE))
    assert service.get(f"{SEARCH}/{job_id}", who="ann").json["pairs"] == 2


def test_a_search_that_lost_its_job_stores_nothing(service):
    job_id = service.post(SEARCH, who="ann").json["job_id"]
    run = service.run(job_id)
    service.wiring.shared.cancel_job("ann", job_id)

    with pytest.raises(Fenced):
        service.wiring.reviews.find_duplicates(run)

    assert service.wiring.reviews.found_pairs.find("ann") is None

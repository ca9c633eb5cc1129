"""What a person decides, deletes or brings back, with a fault at every call of the store: repeated, it is done once."""

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from tests.fakes.lost_responses import no_response
from tests.routes import file_imports
from tests.routes.reviews import REVIEWS, decide, ids_by_name, import_sharing, review_of, undo, waiting
from tests.routes.service import Service
from tests.routes.test_cron_route import Context

CALLS = (
    *("get_item", "put_item", "update_item", "delete_item", "query"),
    *("batch_get_item", "batch_write_item", "transact_write_items"),
)
LEASE_MINUTES = 2  # more than a claim lasts


class Crash(Exception):
    """The process dies."""


class Fault:
    """Fails one call of a store's client after it takes effect; counts the calls."""

    def __init__(self, service: Service, at: int, error: Callable[[], Exception]) -> None:
        self.calls, self._at, self._error = 0, at, error
        for name in CALLS:
            setattr(service.dynamodb, name, self._faulty(getattr(service.dynamodb, name)))

    def _faulty(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def send(**request: Any) -> Any:
            number, self.calls = self.calls, self.calls + 1
            response = call(**request)
            if number == self._at:
                raise self._error()
            return response

        return send


@cache
def staged() -> Service:
    """Ann has Ada, Bob and Cem, who share an address, and a collection with Ada."""
    service = Service()
    ids = import_sharing(service, "Ada", "Bob", "Cem")
    collection = service.post("/api/v1/collections", who="ann", body={"name": "Friends"}).json["collection_id"]
    added = service.post(f"/api/v1/collections/{collection}/members", who="ann", body={"contact_ids": [ids["Ada"]]})
    assert added.status in (200, 201, 204), added.text
    return service


@cache
def decided(decision: str) -> Service:
    service = staged().copy()
    assert decide(service, pair(service), decision).status == 200
    return service


@cache
def without_ada() -> Service:
    service = staged().copy()
    assert service.ask("DELETE", ada(), who="ann").status == 204
    return service


@cache
def with_row() -> Service:
    """The same, and a row of a list that has the number of a known person and another name."""
    service = staged().copy()
    card = "BEGIN:VCARD\nVERSION:3.0\nFN:Dan Dell\nTEL;TYPE=CELL:+49 170 1111111\nEND:VCARD\n"
    file_imports.commit(service, file_imports.plan(service, card, "phone.vcf"))
    table = "First Name,Last Name,Mobile Phone\nGrace,Hopper,+49 170 1111111\n"
    file_imports.commit(service, file_imports.plan(service, table, "list.csv"))
    return service


def row() -> str:
    """The review of that row."""
    [review] = waiting(with_row(), reason="file_conflict")
    return review


def ada() -> str:
    """The path of her contact."""
    return f"/api/v1/contacts/{ids_by_name(staged())['Ada']}"


def pair(service: Service) -> str:
    names = ids_by_name(staged())
    return review_of(names, "Ada", "Bob")


def state(service: Service) -> Any:
    """All that a person can see."""
    contacts = service.get("/api/v1/contacts", who="ann").json["contacts"]
    book = {
        each["contact_id"]: (each["display"], sorted(each["possible_duplicates"]), len(each["emails"]))
        for each in contacts
    }
    note = service.wiring.reviews.reviews.find("ann", pair(service))
    members = sorted(service.wiring.shared.collections.collections_by_contact("ann").items())
    is_deleted = service.wiring.shared.contacts.was_deleted("ann", ada().rpartition("/")[2])
    reviews = sorted(waiting(service)), sorted(waiting(service, put_off="true")), note and (note.answer, note.into)
    return book, reviews, members, is_deleted


STORIES: dict[str, tuple[Callable[[], Service], Callable[[Service], Any]]] = {
    "same": (staged, lambda service: decide(service, pair(service), "same")),
    "different": (staged, lambda service: decide(service, pair(service), "different")),
    "later": (staged, lambda service: decide(service, pair(service), "later")),
    "same undone": (lambda: decided("same"), lambda service: undo(service, pair(service))),
    "different undone": (lambda: decided("different"), lambda service: undo(service, pair(service))),
    "a row is new": (with_row, lambda service: decide(service, row(), "different")),
    "a row is the same": (with_row, lambda service: decide(service, row(), "same")),
    "deleted": (staged, lambda service: service.ask("DELETE", ada(), who="ann")),
    "brought back": (without_ada, lambda service: service.post(f"{ada()}/restore", who="ann", body={})),
}
FAULTS = {
    "dies": Crash,
    "loses a response": no_response,
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("story", STORIES)
def test_it_is_done_once_whatever_fails(story, fault):
    stage, act = STORIES[story]
    calm = stage().copy()
    counted = Fault(calm, -1, Crash)
    assert act(calm).status in (200, 204)
    total, expected = counted.calls, state(calm)

    for at in range(total):
        service = stage().copy()
        Fault(service, at, FAULTS[fault])
        act(service)
        again = act(service)

        assert again.status in (200, 204, 404), f"call {at}: {again.text}"  # 404: it was undone before
        assert state(service) == expected, f"call {at}"


@pytest.mark.parametrize("decision", ["same", "different"])
def test_a_job_that_decides_many_decides_each_once_whichever_write_its_worker_dies_at(decision):
    started = staged().copy()
    body = {"review_id": pair(started), "decision": decision}
    job_id = started.post(f"{REVIEWS}/like", who="ann", body=body).json["job_id"]
    calm = started.copy()
    counted = Fault(calm, -1, Crash)
    run(calm, job_id)
    total, expected = counted.calls, state(calm)

    for at in range(0, total, 3):
        service = started.copy()
        Fault(service, at, Crash)
        run(service, job_id)
        for _ in range(2):
            service.clock.advance(minutes=LEASE_MINUTES)
            run(service, job_id)

        assert service.get(f"{REVIEWS}/like/{job_id}", who="ann").json["state"] == "completed", f"call {at}"
        assert state(service) == expected, f"call {at}"


@pytest.mark.parametrize("fault", FAULTS)
def test_a_search_for_duplicates_finds_the_same_whichever_call_fails(fault):
    started = staged().copy()
    job_id = started.post(f"{REVIEWS}/find-duplicates", who="ann").json["job_id"]
    calm = started.copy()
    counted = Fault(calm, -1, Crash)
    run(calm, job_id)
    total, expected = counted.calls, found(calm, job_id)
    assert expected["status"] == "completed"

    for at in range(total):
        service = started.copy()
        Fault(service, at, FAULTS[fault])
        for _ in range(2):
            run(service, job_id)
            service.clock.advance(minutes=LEASE_MINUTES)

        assert found(service, job_id) == expected, f"call {at}"


def found(service: Service, job_id: str) -> dict[str, Any]:
    """What the search says, apart from its times."""
    search = service.get(f"{REVIEWS}/find-duplicates/{job_id}", who="ann").json
    certain = service.get(f"{REVIEWS}/find-duplicates", who="ann").json
    listed = service.get(f"{REVIEWS}?reason=found_duplicate", who="ann").json["reviews"]
    return {
        **{name: search[name] for name in ("status", "contacts", "pairs", "certain", "error")},
        "listed": sorted(each["review_id"] for each in listed),
        "certain_pairs": certain,
    }


def run(service: Service, job_id: str) -> None:
    """One try of a worker."""
    try:
        service.wiring.on_message(json.dumps({"job_id": job_id}), Context())
    except Crash:
        return

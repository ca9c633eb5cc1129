"""A client that creates many contacts at once, and the cleanup. More: `tests/clients/journey_with_python.py`."""

import time
from typing import Any

import requests

from tests.journeys.world import PersonHere

BULK, CLEANUP, COLLECTIONS = "/api/v1/contacts/bulk", "/api/v1/contacts/bulk/cleanup", "/api/v1/collections"
FINAL = ("completed", "partial", "failed", "canceled")


def people(number: int, start: int = 0) -> list[dict[str, Any]]:
    return [
        {"given": f"Given{each}", "family": f"Family{each}", "emails": [{"value": f"p{each}@x.example"}]}
        for each in range(start, start + number)
    ]


def wait_until_done(person: PersonHere, path: str) -> Any:
    """The last status of a bulk job, polled as its answers ask for."""
    until = time.monotonic() + 60
    while True:
        answer = person.ask("GET", path)
        if answer.json()["status"] in FINAL:
            return answer.json()
        assert time.monotonic() < until, answer.text
        time.sleep(min(0.3, float(answer.headers["Retry-After"])))


def create_contacts(person: PersonHere, **wanted: Any) -> Any:
    return wait_until_done(person, f"{BULK}/{person.post(BULK, wanted)['job_id']}")


def clean_up(person: PersonHere, **wanted: Any) -> Any:
    return wait_until_done(person, f"{CLEANUP}/{person.post(CLEANUP, wanted)['job_id']}")


def members(person: PersonHere, collection_id: str) -> list[str]:
    found = person.get(f"{COLLECTIONS}/{collection_id}/members", params={"limit": "200"})["members"]
    return [member["contact_id"] for member in found]


def start_with_key(person: PersonHere, key: str, **wanted: Any) -> requests.Response:
    return person.ask("POST", BULK, json=wanted, headers={"Idempotency-Key": key})


def test_a_cleanup_keeps_contacts_that_have_another_source_or_an_edit(anna):
    """Contacts that an import brought, or that were edited since, lose what the run said, and stay under their name."""
    anna.import_account("google", anna.world.account("google", contacts=12))
    known = next(each for each in anna.book() if each["emails"])
    update = {"display": known["display"], "emails": [{"value": known["emails"][0]["value"]}], "title": "Countess"}

    job = create_contacts(anna, contacts=[update, *people(3)], on_existing="update")
    assert (job["created_count"], job["updated_count"]) == (3, 1)
    edited = next(each for each in job["contact_ids"] if each != known["contact_id"])
    assert anna.ask("PATCH", f"/api/v1/contacts/{edited}", json={"nickname": "Countess"}).ok

    real = clean_up(anna, bulk_create_job_id=job["job_id"])
    assert {each["contact_id"]: each["reason"] for each in real["kept"]} == {
        known["contact_id"]: "other_source",
        edited: "edited_by_person",
    }
    kept = anna.get(f"/api/v1/contacts/{edited}")
    assert (real["deleted_count"], kept["nickname"], kept["emails"]) == (2, "Countess", [])
    assert kept["display"].startswith("Given")  # the name it had, though the run that gave it says nothing any more
    assert {each["contact_id"]: each["title"] for each in anna.book()}[known["contact_id"]] == known["title"]


def test_a_repeated_request_has_one_run_and_a_different_one_is_refused(anna):
    first, second = (start_with_key(anna, "key-1", contacts=people(5)).json() for _ in range(2))
    wait_until_done(anna, f"{BULK}/{first['job_id']}")

    assert second["job_id"] == first["job_id"]
    assert start_with_key(anna, "key-1", contacts=people(5)).json()["status"] == "completed"
    assert start_with_key(anna, "key-1", contacts=people(6)).status_code == 409
    assert len(anna.book()) == 5


def test_a_list_with_errors_creates_nothing_and_reports_all_of_them(anna):
    answer = anna.ask("POST", BULK, json={"contacts": [*people(2), {}, {"emails": [{"value": "nonsense"}]}]})

    problem = answer.json()
    assert (answer.status_code, problem["invalid_count"]) == (422, 2)
    assert [(each["index"], each["code"]) for each in problem["errors"]] == [(2, "empty"), (3, "not_an_email")]
    assert anna.get(BULK)["jobs"] == []


def test_a_request_that_is_too_large_learns_the_limit_and_its_size(anna):
    """The service itself, and the gateway before it."""
    for megabytes in (5, 11):
        answer = anna.ask(
            "POST", BULK, data=b" " * megabytes * 1024 * 1024, headers={"Content-Type": "application/json"}
        )
        assert (answer.status_code, answer.json()["type"]) == (413, "/problems/too-large")
        assert "4 MB" in answer.json()["detail"]
        assert f"{megabytes} MB" in answer.json()["detail"]


def test_other_people_neither_see_a_run_nor_clean_it_up(anna, bert):
    job = create_contacts(anna, contacts=people(3))

    assert bert.ask("GET", f"{BULK}/{job['job_id']}").status_code == 404
    assert bert.ask("POST", CLEANUP, json={"bulk_create_job_id": job["job_id"]}).status_code == 404
    assert clean_up(bert, tracking_key=job["tracking_key"], contact_ids=job["contact_ids"])["not_found_count"] == 3
    assert len(anna.book()) == 3


def test_only_editors_fill_a_collection(anna, bert):
    friends = anna.post(COLLECTIONS, {"name": "Friends"})["collection_id"]
    wanted = {"contacts": people(2), "collection_id": friends}
    assert bert.ask("POST", BULK, json=wanted).status_code == 404

    anna.ask("PUT", f"{COLLECTIONS}/{friends}/shares/{bert.name}", json={"role": "viewer"})
    assert bert.ask("POST", BULK, json=wanted).status_code == 404  # invited only
    assert bert.ask("POST", f"{COLLECTIONS}/invitations/{friends}/accept").ok
    refused = bert.ask("POST", BULK, json=wanted)
    assert (refused.status_code, refused.json()["detail"]) == (
        403,
        "FORBIDDEN: Not authorized to update the collection",
    )

    anna.ask("PUT", f"{COLLECTIONS}/{friends}/shares/{bert.name}", json={"role": "editor"})
    job = create_contacts(bert, **wanted)
    assert sorted(members(anna, friends)) == sorted(job["contact_ids"])
    assert anna.book() == []


def test_a_client_that_sends_its_contacts_each_night_has_each_of_them_once(anna):
    """Tried first; found by the client's own ids whatever the email is now; each outcome in the order of the list."""
    tonight = [{**each, "external_id": f"crm-{at}"} for at, each in enumerate(people(120))]
    assert create_contacts(anna, contacts=tonight, client_source="crm")["created_count"] == 120
    moved = [{**each, "emails": [{"value": f"moved-{at}@x.example"}]} for at, each in enumerate(tonight[:3])]
    tomorrow = [*moved, *tonight[3:], {**people(1, start=500)[0], "external_id": "crm-500"}]

    dry = create_contacts(anna, contacts=tomorrow, client_source="crm", on_existing="update", dry_run=True)
    real = create_contacts(anna, contacts=tomorrow, client_source="crm", on_existing="update")

    counts = [name for name in real if name.endswith("_count")]
    assert {name: dry[name] for name in counts} == {name: real[name] for name in counts}
    assert (real["updated_count"], real["skipped_count"], real["created_count"]) == (3, 117, 1)
    items = anna.get(f"{BULK}/{real['job_id']}/items", params={"limit": "1000"})["items"]
    assert [each["external_id"] for each in items] == [each["external_id"] for each in tomorrow]
    assert [each["outcome"] for each in items] == [*["updated"] * 3, *["unchanged"] * 117, "created"]
    assert len(anna.book()) == 121
    assert clean_up(anna, bulk_create_job_id=real["job_id"])["deleted_count"] == 1

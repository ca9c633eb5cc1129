"""A client that imports a file: announced and uploaded to the bucket, or sent as the body."""

import csv
import io
import time
from typing import Any

import requests

from tests.journeys.world import PersonHere

IMPORTS = "/api/v1/file-imports"
WORKING = ("reading", "planning", "committing")
CONTACTS = "First Name,Last Name,Email Address,Mobile Phone\r\n" + "".join(
    f"Given{number},Family{number},p{number}@x.example,+49 170 10000{number:02}\r\n" for number in range(40)
)
ROWLESS = ",,,\r\n,,,not a number\r\n"


def wait_until_done(person: PersonHere, import_id: str) -> Any:
    """The import when no job works for it, polled as its answers ask for."""
    until = time.monotonic() + 60
    while True:
        answer = person.ask("GET", f"{IMPORTS}/{import_id}")
        if answer.json()["state"] not in WORKING:
            return answer.json()
        assert time.monotonic() < until, answer.text
        time.sleep(min(0.3, float(answer.headers["Retry-After"])))


def upload(announced: Any, content: bytes) -> requests.Response:
    form = announced["upload"]
    return requests.post(form["url"], data=form["fields"], files={"file": content}, timeout=20)


def commit(person: PersonHere, found: Any) -> Any:
    plan = found["plan"]
    confirmed = {"plan_id": plan["plan_id"], "new": plan["new"], "update": plan["update"]}
    person.post(f"{IMPORTS}/{found['id']}/commit", confirmed)
    return wait_until_done(person, found["id"])


def send(person: PersonHere, content: str) -> Any:
    answer = person.ask(
        "POST", f"{IMPORTS}?file_name=contacts.csv", data=content.encode(), headers={"Content-Type": "text/csv"}
    )
    assert answer.status_code == 202, answer.text
    return wait_until_done(person, answer.json()["id"])


def test_a_file_is_uploaded_to_the_bucket_planned_and_committed(anna):
    content = (CONTACTS + ROWLESS).encode()
    announced = anna.post(IMPORTS, {"file_name": "contacts.csv", "size": len(content), "tag": "fair"})
    import_id = announced["id"]

    assert upload(announced, content + b"x").status_code == 400, "it is larger than announced"
    assert anna.ask("POST", f"{IMPORTS}/{import_id}/uploaded").status_code == 409
    assert upload(announced, content).status_code == 204
    assert anna.ask("POST", f"{IMPORTS}/{import_id}/uploaded").status_code == 202
    planned = wait_until_done(anna, import_id)

    assert (planned["state"], planned["plan"]["new"], anna.book()) == ("planned", 40, [])
    done = commit(anna, planned)
    assert (done["counts"]["created"], done["counts"]["failed"], done["state"]) == (40, 1, "partial")
    ada = anna.get(f"/api/v1/contacts/{anna.book()[0]['contact_id']}")
    assert [source["tag"] for source in ada["sources"]] == ["fair"]

    report = anna.ask("GET", f"{IMPORTS}/{import_id}/reports/failed.csv")
    (failed,) = csv.DictReader(io.StringIO(report.content.decode("utf-8-sig"), newline=""))
    assert (failed["outcome"], failed["row"]) == ("failed", "43")


def test_a_row_is_fixed_and_another_one_left_out_before_the_commit(anna):
    found = send(anna, CONTACTS)

    fixed = anna.ask("PATCH", f"{IMPORTS}/{found['id']}/records/2", json={"cells": {"First Name": "Ada"}})
    assert fixed.status_code == 202, fixed.text
    anna.post(f"{IMPORTS}/{found['id']}/records/leave-out", {"numbers": [3]})
    done = commit(anna, wait_until_done(anna, found["id"]))

    assert (done["counts"]["created"], done["counts"]["skipped"]) == (39, 1)
    assert "Ada Family0" in {each["display"] for each in anna.book()}


def test_an_import_that_is_canceled_leaves_nothing(anna):
    found = send(anna, CONTACTS)

    canceled = anna.post(f"{IMPORTS}/{found['id']}/cancel", {})

    assert (canceled["state"], anna.book()) == ("canceled", [])
    assert anna.ask("GET", f"{IMPORTS}/{found['id']}/records").status_code == 409

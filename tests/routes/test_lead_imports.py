"""Imports of leads over HTTP."""

import json
from datetime import timedelta

import pytest

from tests.routes.service import Service
from tests.routes.test_cron_route import Context

PATH = "/organizations/acme/leads/import"
IMPORTER = {"who": "ines", "organizations": {"acme": ["importer"]}}
KEY = "imports/acme/contacts.csv"
FILE = b"Phone,Name\n+5511987654321,Maria\n911,Police\n+55 11 98765-4321,Maria again\n"


@pytest.fixture
def service() -> Service:
    made = Service()
    made.bucket.put_object(Key=KEY, Body=FILE, ContentType="text/csv")
    return made


def work(service: Service, job_id: str) -> None:
    """What the queue makes happen until the import has ended."""
    jobs = service.wiring.shared.jobs
    while not jobs.get(job_id).is_finished:
        for due in jobs.due(service.clock.now(), limit=10):
            service.wiring.on_message(json.dumps({"job_id": due}), Context())
        service.clock.advance(timedelta(seconds=3))


def test_a_file_is_imported_and_followed(service):
    started = service.post(PATH, **IMPORTER, body={"s3Key": KEY, "tags": ["spring"]})
    work(service, started.json["jobId"])

    assert started.status == 202
    assert started.headers["location"] == started.json["statusUrl"]
    answer = service.get(f"{PATH}/{started.json['jobId']}", **IMPORTER).json
    assert (answer["status"], answer["rows"], answer["rowsDone"]) == ("partial", 3, 3)
    assert (answer["created"], answer["failed"], answer["skipped"]) == (1, 1, 1)
    assert answer["mapping"] == {"Phone": "identity:whatsapp", "Name": "name"}
    assert answer["lanes"] == [{"lane": 0, "status": "completed", "rowsDone": 3}]
    assert set(answer["files"]) == {"created", "updated", "unchanged", "skipped", "failed", "ambiguous"}
    listed = service.get(f"/api/v1{PATH}", **IMPORTER).json["imports"]
    assert [each["jobId"] for each in listed] == [started.json["jobId"]]


def test_an_import_is_undone_after_a_look_at_the_numbers(service):
    job_id = service.post(PATH, **IMPORTER, body={"s3Key": KEY}).json["jobId"]
    undo = f"{PATH}/{job_id}/undo"
    assert service.post(undo, **IMPORTER).status == 409
    work(service, job_id)

    preview = service.get(f"/api/v1{undo}", **IMPORTER).json
    assert (preview["jobId"], preview["reversed"], preview["kept"], preview["isExact"]) == (None, 1, 0, True)
    started = service.post(undo, **IMPORTER)
    work(service, started.json["jobId"])

    done = service.get(undo, **IMPORTER).json
    assert (started.status, done["jobId"], done["status"]) == (202, started.json["jobId"], "completed")
    assert (done["reversed"], done["kept"], done["failed"]) == (1, 0, 0)
    assert set(done["files"]) == {"reversed", "kept", "failed"}
    leads = "/api/v1/organizations/acme/leads"
    assert service.get(leads, **IMPORTER).json["leads"] == []
    assert service.post(undo, who="ines", organizations={"acme": ["member"]}).status == 403


def test_an_import_is_canceled_and_run_again(service):
    job_id = service.post(PATH, **IMPORTER, body={"s3Key": KEY}).json["jobId"]

    assert service.post(f"{PATH}/{job_id}/cancel", **IMPORTER).status == 202
    work(service, job_id)
    assert service.get(f"{PATH}/{job_id}", **IMPORTER).json["status"] == "canceled"
    assert service.post(f"{PATH}/{job_id}/cancel", **IMPORTER).status == 409

    again = service.post(f"{PATH}/{job_id}/retry", **IMPORTER).json["jobId"]
    work(service, again)
    assert service.get(f"{PATH}/{again}", **IMPORTER).json["retryOf"] == job_id


def test_the_same_idempotency_key_is_the_same_import(service):
    ask = {**IMPORTER, "Idempotency_Key": "once", "body": {"s3Key": KEY}}

    assert service.post(PATH, **ask).json == service.post(PATH, **ask).json
    assert service.post(PATH, **{**ask, "body": {"s3Key": KEY, "dryRun": True}}).status == 409


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"s3Key": "imports/other/contacts.csv"}, "s3Key"),
        ({"s3Key": KEY, "channel": "fax"}, "channel"),
        ({"s3Key": KEY, "mapping": {"Phone": "nonsense"}}, "mapping"),
        ({"s3Key": KEY, "region": "xx"}, "region"),
        ({"s3Key": KEY, "onExisting": "merge"}, "onExisting"),
    ],
)
def test_a_request_that_cannot_be_carried_out_names_its_field(service, body, field):
    answer = service.post(PATH, **IMPORTER, body=body)

    assert (answer.status, answer.json["field"].partition(".")[0]) == (422, field)

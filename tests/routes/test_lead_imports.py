"""Imports of leads over HTTP."""

import json
from datetime import timedelta

import pytest

from tests.routes.file_imports import plan
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
    assert answer["mapping"] == {"Phone": "phone+identity:whatsapp", "Name": "name"}
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


@pytest.mark.parametrize("prefix", ["", "/api/v1"])
def test_every_answer_about_a_job_says_where_it_is_followed(service, prefix):
    url = service.post(prefix + PATH, **IMPORTER, body={"s3Key": KEY}).json["statusUrl"]
    job_id = url.rpartition("/")[2]
    path = f"{prefix}{PATH}/{job_id}"
    canceled = service.post(f"{path}/cancel", **IMPORTER)
    work(service, job_id)
    undo = service.post(f"{path}/undo", **IMPORTER)
    about_import = [service.get(path, **IMPORTER).json, *service.get(prefix + PATH, **IMPORTER).json["imports"]]

    assert url.endswith(path)
    assert {each["statusUrl"] for each in [canceled.json, *about_import]} == {canceled.headers["location"], url}
    assert service.get(f"{path}/undo", **IMPORTER).json["statusUrl"] == undo.json["statusUrl"] == f"{url}/undo"
    assert undo.headers["location"] == f"{url}/undo"


def test_jobs_that_change_leads_prepare_no_index_of_an_address_book(service):
    job_id = service.post(PATH, **IMPORTER, body={"s3Key": KEY}).json["jobId"]
    work(service, job_id)
    work(service, service.post(f"{PATH}/{job_id}/undo", **IMPORTER).json["jobId"])

    assert not [key for key in service.bucket.kept if key.startswith("index/")]


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


class TestASavedMapping:
    """Ines confirmed what the columns of a file of contacts are; a file of leads has the same ones."""

    TABLE = "Quem;Irgendwas;Handy\nMaria;Gold;+5511987654321\n"
    FIELDS = ("name", "custom_fields.1=Tariff", "phones.1")

    @pytest.fixture
    def saved(self, service) -> str:
        """The id of her file import."""
        service.bucket.put_object(Key=KEY, Body=self.TABLE.encode(), ContentType="text/csv")
        import_id: str = plan(service, self.TABLE, who="ines").json["id"]
        columns = [
            {"header": header, "target": target}
            for header, target in zip(("Quem", "Irgendwas", "Handy"), self.FIELDS, strict=True)
        ]
        path = f"/api/v1/file-imports/{import_id}/fields"
        assert service.ask("PUT", path, who="ines", body={"columns": columns}).status == 202
        return import_id

    def mapping(self, service, name: str) -> dict[str, str]:
        started = service.post(PATH, **IMPORTER, body={"s3Key": KEY, "savedMapping": name})
        assert started.status == 202, started.text
        found: dict[str, str] = service.get(f"{PATH}/{started.json['jobId']}", **IMPORTER).json["mapping"]
        return found

    def test_says_what_the_columns_of_leads_are(self, service, saved):
        expected = {"Quem": "name", "Irgendwas": "custom:Tariff", "Handy": "phone+identity:whatsapp"}

        assert self.mapping(service, saved) == expected
        assert self.mapping(service, "latest") == expected

    def test_is_that_of_the_import_when_it_is_run_again_by_others(self, service, saved):
        job_id = service.post(PATH, **IMPORTER, body={"s3Key": KEY, "savedMapping": saved}).json["jobId"]
        work(service, job_id)
        other = {"who": "olga", "organizations": {"acme": ["admin"]}}

        again = service.post(f"{PATH}/{job_id}/retry", **other)

        assert again.status == 202
        mappings = [service.get(f"{PATH}/{each}", **other).json["mapping"] for each in (job_id, again.json["jobId"])]
        assert mappings[0] == mappings[1]

    def test_of_another_person_does_not_exist(self, service, saved):
        other = {"who": "olga", "organizations": {"acme": ["admin"]}}

        for name in (saved, "latest", "made-up"):
            refused = service.post(PATH, **other, body={"s3Key": KEY, "savedMapping": name})
            assert (refused.status, refused.json["code"]) == (422, "unknown_mapping")

    def test_is_not_given_beside_another_mapping(self, service, saved):
        body = {"s3Key": KEY, "savedMapping": saved, "mapping": {"Handy": "identity"}}

        refused = service.post(PATH, **IMPORTER, body=body)

        assert (refused.status, refused.json["field"]) == (422, "savedMapping")

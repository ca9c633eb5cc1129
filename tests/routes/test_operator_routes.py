"""The operator's routes over HTTP."""

from typing import Any

import pytest

from chalicelib.jobs.job import ParkReason
from tests.routes.file_imports import CARDS, plan
from tests.routes.service import CRON_SECRET, Service

JOBS = "/api/v1/operator/jobs"
HEALTH = "/api/v1/health"
OSCAR = {"who": "oscar", "roles": ("operator",)}


def list_jobs(service: Service, query: str = "") -> list[Any]:
    answer = service.get(JOBS + query, **OSCAR)
    assert answer.status == 200, answer.text
    return answer.json["jobs"]


class TestJobs:
    def test_everybodys_are_there_with_whose_and_on_which_account(self, service):
        service.start_import("ann")
        service.clock.sleep(1)
        service.start_import("bob", "microsoft")

        assert [(job["owner"], job["kind"], job["provider"], job["account"]) for job in list_jobs(service)] == [
            ("bob", "provider-import", "microsoft", "ada@example.com"),
            ("ann", "provider-import", "google", "ada@example.com"),
        ]

    def test_those_of_files_have_the_counts_of_their_kind(self, service):
        plan(service, CARDS, "phone.vcf")

        (job,) = list_jobs(service)
        assert (job["kind"], job["counts"]) == ("file-plan", {})

    def test_a_job_has_its_engine_details(self, service):
        job_id = service.start_import()
        run = service.run(job_id)
        service.clock.sleep(1)
        run.park(
            service.clock.now() - service.clock.now(), ParkReason.RETRY, failed=True, error="Google does not answer."
        )
        service.clock.sleep(90)

        (job,) = list_jobs(service)

        assert (job["state"], job["rev"], job["failures"], job["attempts"]) == ("queued", 2, 1, 1)
        assert (job["error"], job["due_seconds"]) == ("Google does not answer.", 90)
        assert (job["waiting_reason"], job["waiting"]) == ("schedule", "waiting for the next run")

    def test_why_it_waits_names_its_provider_and_counts_its_line(self, service):
        first = service.start_import("ann")
        second = service.start_import("ann", "microsoft")
        run = service.run(first)
        service.clock.sleep(1)
        waiting = {job["job_id"]: job["waiting"] for job in list_jobs(service)}
        assert waiting == {first: None, second: "1 job is ahead of it"}

        run.park(run.until - service.clock.now(), ParkReason.PROVIDER)

        assert {job["job_id"]: job["waiting"] for job in list_jobs(service)}[first].startswith("Google asks us to wait")

    def test_nothing_of_what_was_imported_is_shown(self, service):
        service.finish_import(service.start_import(), ("Ada", "Bob"))

        answer = service.get(JOBS, **OSCAR)

        assert answer.json["jobs"][0]["counts"]["created"] == 2
        assert "Bob" not in answer.text
        assert "x.org" not in answer.text

    def test_the_schedules_last_run_and_the_oldest_due_age_come_with_them(self, service):
        service.start_import()
        service.clock.sleep(20)
        before = service.get(JOBS, **OSCAR).json
        assert (before["last_schedule_run"], before["oldest_due_seconds"]) == (None, 20)

        service.wiring.shared.jobs.record_schedule_run(service.clock.now())

        assert service.get(JOBS, **OSCAR).json["last_schedule_run"] == "2026-03-03T12:00:20.000Z"

    def test_filters_and_pages(self, service):
        service.finish_import(service.start_import("ann"))
        for who in ("bob", "eve"):
            service.clock.sleep(61)
            service.start_import(who)

        assert [job["owner"] for job in list_jobs(service, "?state=completed")] == ["ann"]
        assert [job["owner"] for job in list_jobs(service, "?state=unfinished")] == ["eve", "bob"]
        assert [job["owner"] for job in list_jobs(service, "?person=bob")] == ["bob"]
        assert [job["owner"] for job in list_jobs(service, "?older_than=1m")] == ["bob", "ann"]
        assert [job["owner"] for job in list_jobs(service, "?provider=google&kind=provider-import&limit=1")] == ["eve"]
        following = service.get(f"{JOBS}?limit=1", **OSCAR).json["next_cursor"]
        assert [job["owner"] for job in list_jobs(service, f"?limit=1&cursor={following}")] == ["bob"]

    @pytest.mark.parametrize(
        ("query", "member"),
        [
            ("state=fetching", "state"),
            ("kind=import", "kind"),
            ("provider=yahoo", "provider"),
            ("older_than=2w", "older_than"),
            ("younger_than=soon", "younger_than"),
            ("cursor=nonsense", "cursor"),
            ("limit=0", "limit"),
            ("owner=ann", "owner"),
        ],
    )
    def test_a_filter_that_is_none_is_refused_by_name(self, service, query, member):
        answer = service.get(f"{JOBS}?{query}", **OSCAR)

        assert (answer.status, answer.json["field"]) == (422, member)


class TestActs:
    def test_canceling_anybodys_import(self, service):
        job_id = service.start_import("ann")

        answer = service.post(f"{JOBS}/{job_id}/cancel", **OSCAR)

        assert (answer.status, answer.json["state"], answer.json["may_retry"]) == (200, "canceled", True)
        assert service.get(f"/api/v1/imports/{job_id}", who="ann").json["status"] == "canceled"

    def test_running_it_again_as_a_new_job_of_the_same_person(self, service):
        job_id = service.start_import("ann")
        service.finish_import(job_id)

        answer = service.post(f"{JOBS}/{job_id}/retry", **OSCAR, idempotency_key="press-1")
        same = service.post(f"{JOBS}/{job_id}/retry", **OSCAR, idempotency_key="press-1")

        assert (answer.status, answer.json["owner"], answer.json["retry_of"]) == (202, "ann", job_id)
        assert same.json["job_id"] == answer.json["job_id"]
        assert service.get(answer.headers["location"].removeprefix("https://contacts.example"), **OSCAR).status == 200

    def test_what_must_run_to_its_end_says_why(self, service):
        service.finish_import(service.start_import("ann"))
        connection = service.get("/api/v1/connections", who="ann").json["connections"][0]["connection_id"]
        disconnecting = service.ask("DELETE", f"/api/v1/connections/{connection}", who="ann").json["job_id"]
        erasing = service.ask("DELETE", "/api/v1/me", who="bob").json["job_id"]

        responses = [service.post(f"{JOBS}/{job_id}/cancel", **OSCAR) for job_id in (disconnecting, erasing)]

        assert [answer.status for answer in responses] == [409, 409]
        assert responses[0].json["detail"].startswith("Disconnecting cannot be canceled")
        assert responses[1].json["detail"].startswith("An erasure cannot be canceled")

    @pytest.mark.parametrize("act", ["cancel", "retry"])
    def test_a_job_that_is_not_there_is_not_found(self, service, act):
        assert service.post(f"{JOBS}/nowhere/{act}", **OSCAR).status == 404

    def test_running_the_schedule_answers_as_the_cron_route_does(self, service):
        by_operator = service.post("/api/v1/operator/schedule", **OSCAR)
        by_cron = service.post("/api/cron/process-imports", x_cron_secret=CRON_SECRET)

        assert by_operator.json == by_cron.json

    def test_who_did_what_is_logged(self, service, capsys):
        job_id = service.start_import()

        service.post(f"{JOBS}/{job_id}/cancel", **OSCAR)

        (line,) = [line for line in capsys.readouterr().out.splitlines() if "operator_acted" in line]
        assert (f'"job_id": "{job_id}"' in line, '"operator": "oscar"' in line, '"act": "cancel"' in line) == (
            True,
            True,
            True,
        )


class TestHealth:
    def test_shallow_needs_nothing_at_all(self):
        """Not even AWS."""
        service = Service()
        service.wiring.shared.__dict__["clients"] = None

        answer = service.get(HEALTH)

        assert (answer.status, answer.json, answer.headers["content-type"]) == (
            200,
            {"status": "ok"},
            "application/json",
        )

    def test_deep_asks_everything_the_service_stands_on(self, service):
        service.wiring.shared.jobs.record_schedule_run(service.clock.now())

        answer = service.get(f"{HEALTH}/deep", **OSCAR)

        assert (answer.status, answer.json["status"]) == (200, "ok")
        tables = {"jobs_table", "contacts_table", "people_table", "leads_table"}
        assert set(answer.json["parts"]) == {*tables, "bucket", "key"}

    def test_deep_asks_the_queue_where_there_is_one(self):
        queue = Queue()
        service = with_queue(queue)
        service.wiring.shared.jobs.record_schedule_run(service.clock.now())

        assert service.get(f"{HEALTH}/deep", **OSCAR).json["parts"]["queue"]["status"] == "ok"
        queue.gone = True
        answer = service.get(f"{HEALTH}/deep", **OSCAR)

        assert (answer.status, answer.json["parts"]["queue"]["status"]) == (503, "failing")

    def test_a_failing_part_is_named_without_further_details(self, service):
        service.wiring.shared.jobs.record_schedule_run(service.clock.now())
        service.wiring.shared.clients("kms").gone = True
        del service.dynamodb.tables["contacts"]

        answer = service.get(f"{HEALTH}/deep", **OSCAR)

        failing = {name for name, part in answer.json["parts"].items() if part["status"] == "failing"}
        assert (answer.status, answer.json["status"], failing) == (503, "failing", {"contacts_table", "key"})
        assert answer.headers["content-type"] == "application/json"
        assert "KMS" not in answer.text


class Queue:
    """A queue that says how many messages wait, until it is gone."""

    gone = False

    def get_queue_attributes(self, **request: Any) -> Any:
        if self.gone:
            raise OSError("no route to the queue")
        return {"Attributes": {"ApproximateNumberOfMessages": "0"}}


def with_queue(queue: Queue) -> Service:
    service = Service(WORK_QUEUE_URL="https://sqs.example/work")
    clients = service.wiring.shared.clients
    service.wiring.shared.__dict__["clients"] = lambda name: queue if name == "sqs" else clients(name)
    return service


def test_every_kind_of_job_is_known_to_the_operator(service):
    assert set(service.wiring.engine.job_actions) == set(service.wiring.engine.steps)

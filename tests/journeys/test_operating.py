"""What an operator, a cron caller and an anonymous caller may do."""

import subprocess
import sys

import pytest
import requests

from local.processes import ROOT
from tests.journeys.world import PersonHere, World, adds_up


@pytest.fixture
def oscar(world: World) -> PersonHere:
    return PersonHere(world, "oscar", operator=True)


class TestOperating:
    def test_the_schedule_by_hand_wants_the_secret(self, world):
        url = f"{world.url}api/cron/process-imports"
        secret = world.running.settings["CRON_SECRET"]
        answers = [
            requests.get(url, timeout=40),
            requests.get(url, headers={"x-cron-secret": "wrong-wrong-wrong-wrong"}, timeout=40),
            requests.get(url, headers={"x-vercel-cron": "1"}, timeout=40),
            requests.get(url, params={"key": secret}, timeout=40),
            requests.post(url, headers={"x-cron-secret": secret}, timeout=40),
        ]
        for answer in answers:
            world.description.check_response(answer)

        assert [answer.status_code for answer in answers] == [401, 401, 401, 200, 200]
        assert set(answers[-1].json()) == {"message", "processed", "failed", "job_ids"}
        assert set(answers[-1].json()["job_ids"]) == {"processed", "failed"}

    def test_anyone_may_check_liveness_and_an_operator_all_dependencies(self, world, oscar):
        shallow = requests.get(f"{world.url}api/v1/health", timeout=10)
        world.description.check_response(shallow)
        world.cron()

        deep = oscar.get("/api/v1/health/deep")

        assert (shallow.status_code, shallow.json()) == (200, {"status": "ok"})
        assert deep["status"] == "ok", deep
        tables = {"jobs_table", "contacts_table", "people_table", "leads_table"}
        assert set(deep["parts"]) == {*tables, "queue", "bucket", "key"}

    def test_an_operator_sees_an_import_of_anybody_cancels_it_and_runs_it_again(self, world, oscar, anna):
        job_id = anna.connect("google", world.account("google", 400))
        cancel = f"/api/v1/operator/jobs/{job_id}/cancel"
        listed = oscar.get("/api/v1/operator/jobs", params={"person": anna.name, "kind": "provider-import"})

        (job,) = listed["jobs"]
        assert (job["job_id"], job["owner"], job["provider"]) == (job_id, anna.name, "google")
        everybodys = oscar.get("/api/v1/operator/jobs", params={"younger_than": "1h", "limit": "200"})
        assert job_id in [each["job_id"] for each in everybodys["jobs"]]

        answer = oscar.ask("POST", cancel, json={})
        assert (answer.status_code, answer.json().get("state", "completed")) in [(200, "canceled"), (409, "completed")]

        again = oscar.post(f"/api/v1/operator/jobs/{job_id}/retry")
        oscar.post("/api/v1/operator/schedule")
        assert again["retry_of"] == job_id
        assert adds_up(anna.wait_until_finished(again["job_id"]))
        assert len(anna.book()) == 400

    def test_the_operators_page_shows_the_same_and_its_button_cancels(self, world, oscar, anna):
        job_id = anna.connect("microsoft", world.account("microsoft", 400))
        as_page = {"headers": {"Accept": "text/html"}}

        shown = oscar.ask("GET", f"/operator/jobs?person={anna.name}", **as_page)
        pressed = oscar.ask("POST", f"/operator/jobs/{job_id}/cancel", **as_page)

        assert (shown.status_code, job_id in shown.text) == (200, True)
        assert pressed.status_code in (303, 409)  # it may have finished meanwhile
        if pressed.status_code == 303:
            assert f"Job {job_id} was canceled" in oscar.ask("GET", pressed.headers["Location"], **as_page).text
        assert "OK" in oscar.ask("GET", "/operator/health", **as_page).text

    @pytest.mark.parametrize(
        "path", ["api/cron/process-imports", "api/v1/imports", "api/v1/contacts/import/google/start", "api/v1/contacts"]
    )
    def test_options_is_answered_everywhere(self, world, path):
        answer = requests.options(f"{world.url}{path}", timeout=10)

        assert (answer.status_code, "OPTIONS" in answer.headers["Allow"]) == (204, True)

    def test_an_unknown_path_is_a_problem_document(self, world):
        answer = requests.get(f"{world.url}api/v1/nowhere", timeout=10)

        assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")

    def test_a_token_is_printed_alone_and_opens_the_door_of_its_person(self, world):
        command = [sys.executable, "-m", "local", "token", "anna", "--port", str(world.port)]
        printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout

        assert len(printed.splitlines()) == 1
        answer = requests.get(
            f"{world.url}api/v1/connections", headers={"Authorization": f"Bearer {printed.strip()}"}, timeout=10
        )
        assert (answer.status_code, answer.json()) == (200, {"connections": []})

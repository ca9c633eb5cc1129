"""Operators follow, try and undo runs of vendors over HTTP and on pages."""

from datetime import timedelta
from typing import Any

import pytest

from tests.routes.service import Service

VENDOR, PAGE = "/api/v1/operator/enrichment/phone-metadata", "/operator/enrichment/phone-metadata"
OPERATOR: dict[str, Any] = {"who": "oscar", "roles": ("operator",)}


class Desk:
    """An operator, and a book with two numbers and a contact without one."""

    def __init__(self) -> None:
        self.service = Service()
        people = [
            {"given": "Ada", "phones": [{"raw": "+49 30 901820"}]},
            {"given": "Bob", "phones": [{"raw": "+49 151 12345678"}]},
            {"given": "Eve"},
        ]
        job = self.service.post("/api/v1/contacts/bulk", who="ann", body={"contacts": people}).json["job_id"]
        self._work(job)
        self.service.ask("PATCH", VENDOR, body={"enabled": True}, **OPERATOR)

    def run(self) -> str:
        job_id = str(self.service.post(f"{VENDOR}/run", **OPERATOR).json["job_id"])
        self._all(job_id)
        return job_id

    def preview(self) -> str:
        job_id = str(self.service.post(f"{VENDOR}/previews", **OPERATOR).json["job_id"])
        self._all(job_id)
        return job_id

    def undo(self, run: str) -> Any:
        response = self.service.post(f"{VENDOR}/runs/{run}/undo", **OPERATOR)
        self._all(response.json["undo"]["job_id"])
        return response

    def get(self, path: str) -> Any:
        return self.service.get(f"{VENDOR}{path}", **OPERATOR)

    def page(self, path: str = "") -> str:
        return str(self.service.get(f"{PAGE}{path}", Accept="text/html", **OPERATOR).text)

    def _all(self, job_id: str) -> None:
        for _ in range(10):
            if self.service.wiring.shared.jobs.get(job_id).is_finished:
                return
            self.service.wiring.engine.run_schedule(until=self._until(), reserve=timedelta(seconds=15))
            self.service.clock.advance(minutes=1)
        raise AssertionError("the job never ends")

    def _work(self, job_id: str) -> None:
        self.service.wiring.engine.start_job(job_id, until=self._until(), reserve=timedelta(seconds=15))

    def _until(self) -> Any:
        return self.service.clock.now() + timedelta(minutes=5)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def statuses(response: Any) -> dict[str, int]:
    return {each["status"]: each["contacts"] for each in response.json["statuses"]}


def test_a_run_is_followed_and_counted(desk):
    run = desk.get(f"/runs/{desk.run()}").json

    assert (run["state"], run["end"], run["looked_at"]) == ("completed", None, 3)
    assert {name: run["counts"][name] for name in ("enriched", "failed", "ineligible")} == {
        "enriched": 2,
        "failed": 0,
        "ineligible": 1,
    }
    assert statuses(desk.get("/counts")) == {"enriched": 2, "failed": 0, "ineligible": 1, "never_tried": 0}
    assert [each["job_id"] for each in desk.get("/runs").json["runs"]] == [run["job_id"]]


def test_runs_are_listed_with_as_many_requests_however_many_there_are(desk):
    requests = []
    for _ in range(3):
        desk.undo(desk.run())
        before = desk.service.dynamodb.calls.total()
        runs = desk.get("/runs").json["runs"]
        requests.append(desk.service.dynamodb.calls.total() - before)

    assert all(run["undo"]["state"] == "completed" for run in runs)
    assert len(set(requests)) == 1


def test_a_run_is_undone_in_every_book(desk):
    run = desk.run()
    response = desk.undo(run)
    undone = desk.get(f"/runs/{run}").json["undo"]

    assert response.status == 202
    assert (undone["state"], undone["restored"]) == ("completed", 2)
    assert statuses(desk.get("/counts")) == {"enriched": 0, "failed": 3, "ineligible": 0, "never_tried": 0}
    assert desk.service.post(f"{VENDOR}/runs/{run}/undo", **OPERATOR).json["undo"]["job_id"] == undone["job_id"]


def test_the_contacts_of_an_undone_run_are_asked_about_again_once_an_operator_says_so(desk):
    run = desk.run()
    refused = desk.service.post(f"{VENDOR}/runs/{run}/ask-again", **OPERATOR)
    desk.undo(run)
    desk.run()
    before = statuses(desk.get("/counts"))
    again = desk.service.post(f"{VENDOR}/runs/{run}/ask-again", **OPERATOR)
    desk.run()

    assert (refused.status, again.status, again.json["is_asked_again"]) == (409, 200, True)
    assert before["failed"] == 3
    assert statuses(desk.get("/counts")) == {"enriched": 2, "failed": 0, "ineligible": 1, "never_tried": 0}


def test_activity_tells_what_runs_and_their_undos_did_and_why_one_failed(desk):
    desk.undo(desk.run())
    desk.service.ask("PATCH", VENDOR, body={"scope": {"kind": "owners", "owners": ["nobody"]}}, **OPERATOR)
    entries = desk.service.get("/api/v1/operator/activity", **OPERATOR).json["entries"]
    told = {each["kind"]: each for each in entries}

    assert told["enrichment_run"]["summary"] == (
        "done: enriched 2, ineligible 1, calls 1, books 1, vendor phone-metadata"
    )
    assert told["enrichment_undo"]["summary"] == "done: restored 2, books 1, vendor phone-metadata"
    assert told["enrichment_run"]["person"] is None


def test_a_preview_that_has_not_finished_is_not_begun_again(desk):
    started = [desk.service.post(f"{VENDOR}/previews", **OPERATOR).json["job_id"] for _ in range(2)]
    other = desk.service.post("/api/v1/operator/enrichment/hunter/previews", **OPERATOR).json["job_id"]

    assert started[0] == started[1] != other


def test_a_preview_shows_what_would_change_and_changes_nothing(desk):
    preview = desk.get(f"/previews/{desk.preview()}").json

    assert preview["state"] == "completed"
    assert [each["field"] for contact in preview["contacts"] for each in contact["changes"]] == ["custom_fields"] * 2
    assert statuses(desk.get("/counts"))["never_tried"] == 3


@pytest.mark.parametrize("path", ["/runs?limit=5", "?page=2"])
def test_a_list_takes_no_parameter_that_it_does_not_know(desk, path):
    lists = VENDOR if path.startswith("/runs") else VENDOR.rpartition("/")[0]

    assert desk.service.get(f"{lists}{path}", **OPERATOR).status == 422


@pytest.mark.parametrize("path", ["/runs/none", "/previews/none"])
def test_what_the_vendor_never_had_is_not_found(desk, path):
    assert desk.get(path).status == 404


def test_a_run_of_another_vendor_is_not_found(desk):
    run = desk.run()

    assert desk.service.get(f"/api/v1/operator/enrichment/hunter/runs/{run}", **OPERATOR).status == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/runs"), ("GET", "/counts"), ("POST", "/previews"), ("POST", "/runs/x/undo"), ("GET", "/previews/x")],
)
def test_nobody_but_operators_may(desk, method, path):
    assert desk.service.ask(method, f"{VENDOR}{path}", who="ann").status == 403


class TestPages:
    def test_the_board_has_every_vendor_with_its_counts(self, desk):
        desk.run()
        board = desk.service.get("/operator/enrichment", Accept="text/html", **OPERATOR).text

        for title in ("Phone metadata", "People Data Labs", "Hunter", "Twilio Lookup"):
            assert title in board
        assert "Enriched 2, Failed 0, Not eligible 1, Never tried 0; 3 in all" in board

    def test_the_page_of_a_vendor_shows_its_runs(self, desk):
        run = desk.run()

        assert f"{PAGE}/runs/{run}" in desk.page()
        assert "No phone number" in desk.page()

    def test_the_page_of_a_run_offers_its_undo_and_says_when_it_is_undone(self, desk):
        run = desk.run()
        assert "Undo the run" in desk.page(f"/runs/{run}")

        desk.undo(run)
        assert "taken back in 2 contacts" in desk.page(f"/runs/{run}")
        assert "Ask about them again" in desk.page(f"/runs/{run}")

    def test_the_page_of_a_preview_shows_what_would_change(self, desk):
        assert "landline" in desk.page(f"/previews/{desk.preview()}")

"""Rows that a person decided about after a file was imported, when the import is undone: each is a run of its own."""

import pytest

from tests.routes.file_imports import get
from tests.undoing.test_undo_of_files import Files
from tests.undoing.test_undo_pages import shown, work

GRACE = 4  # the row in conflict


def decide(files: Files, import_id: str, **decision: object) -> str:
    """The id of the job that has carried out a decision about Grace."""
    path = f"/api/v1/file-imports/{import_id}/decisions"
    answer = files.service.post(path, who="ann", body={"decisions": [{"row": GRACE, **decision}]})
    assert answer.status == 202, answer.text
    job_id = str(answer.json["job_id"])
    work(files.service, job_id)
    return job_id


@pytest.fixture
def files() -> Files:
    return Files()


@pytest.fixture
def newer(files) -> str:
    """The id of the newer version of the file, once it is imported."""
    return str(files.import_newer().json["id"])


@pytest.fixture
def run(files, newer) -> str:
    return str(files.service.wiring.file_imports.imports.get("ann", newer).job_id)


def apart(files: Files, path: str) -> dict:
    return files.service.get(path, who="ann").json["decided_apart"]


def test_a_preview_has_the_number_of_rows_and_where_each_decision_is_undone(files, newer, run):
    assert apart(files, f"/api/v1/runs/{run}/undo") == {"rows": 0, "runs": []}
    decision = decide(files, newer, verdict="new")

    found = apart(files, f"/api/v1/runs/{run}/undo")

    assert (found["rows"], [(each["run_id"], each["rows"]) for each in found["runs"]]) == (1, [(decision, 1)])
    assert found["runs"][0]["links"]["undo"].endswith(f"/api/v1/runs/{decision}/undo")


def test_the_pages_of_the_preview_and_of_the_result_say_so_and_lead_there(files, newer, run):
    decision = decide(files, newer, verdict="new")

    before, after = shown(files.service, f"/runs/{run}/undo"), shown(files.service, f"/undos/{files.undo(run)}")

    for page in (before, after):
        assert (
            "1 row of this file was imported later, as you decided. It stays, unless you undo that decision too."
            in page
        )
        assert f"/runs/{decision}/undo" in page


def test_the_result_names_them_once_the_undo_has_ended_until_they_are_undone_too(files, newer, run):
    decision = decide(files, newer, verdict="new")
    undo = files.undo(run)
    assert "Grace Hopper" in {name for name, *_ in files.book().values()}
    assert apart(files, f"/api/v1/undos/{undo}")["rows"] == 1

    files.undo(decision)

    assert files.book() == files.before
    assert apart(files, f"/api/v1/undos/{undo}") == {"rows": 0, "runs": []}
    assert "Decided apart" not in shown(files.service, f"/undos/{undo}")


def test_a_row_that_was_left_out_or_is_undone_is_none_of_them(files, newer, run):
    files.undo(decide(files, newer, verdict="new"))
    assert get(files.service, files.service.get(f"/api/v1/file-imports/{newer}", who="ann"))["counts"]["conflict"] == 1
    decide(files, newer, verdict="leave_out")

    assert apart(files, f"/api/v1/runs/{run}/undo") == {"rows": 0, "runs": []}


def test_the_undo_of_a_decision_has_none_apart(files, newer, run):
    decision = decide(files, newer, verdict="new")

    assert apart(files, f"/api/v1/runs/{decision}/undo") == {"rows": 0, "runs": []}
    assert apart(files, f"/api/v1/undos/{files.undo(decision)}") == {"rows": 0, "runs": []}

"""Undoing a run with nothing in between leaves the book as it was: contacts, ids, records and memberships."""

import random
from typing import Any

import pytest

from chalicelib.bulk.start_bulk_create import CreateRequest
from chalicelib.file_imports.storing.row_decision import RowDecision, Verdict
from chalicelib.jobs.job import Job, JobState
from tests.simulation.bulk import bulk_house, contact_input
from tests.simulation.changes import CHANGES, Change, undo
from tests.simulation.file_imports import holds_at_rest, import_of, run_jobs
from tests.simulation.file_stage import KNOWN, SMALL, commit, known_house, stage_planned, start_commit, upload
from tests.simulation.house import OWNER, House
from tests.simulation.promises import contacts_in, holds_at_every_step


def committing() -> Change:
    """A file import that creates, updates, leaves rows to decide, and adds its contacts to a collection."""
    stage = stage_planned()
    job_id = start_commit(stage.house, stage.found).job_id
    return Change(stage.house, str(job_id), 0.2, "Bob Bit", stage.collection_id)


def committing_a_newer_version() -> Change:
    """A file that has one row of before, has changed one, has a new one and lacks one, which is taken away."""
    house = bulk_house(random.Random(0), SMALL)
    friends = house.outside.collections.add(OWNER, "Friends").collection_id
    commit(house, upload(house, KNOWN + "Otto,Old,otto@example.com,\n"))
    changed = KNOWN.replace("+49 170 1234567", "+49 170 7654321")
    newer = upload(house, changed + "Bob,Bit,bob@example.com,\n", collection_id=friends)
    assert newer.plan is not None
    assert newer.plan.gone == 1
    return Change(house, str(start_commit(house, newer, remove=1).job_id), 0.2, "Bob Bit", friends)


def creating_only() -> Change:
    """A bulk run that creates contacts and does nothing else."""
    house = bulk_house(random.Random(0), SMALL)
    friends = house.outside.collections.add(OWNER, "Friends").collection_id
    new = [contact_input(name, f"{name.lower()}@x.org") for name in ("Ada", "Bob", "Carol", "Dave", "Eve")]
    return Change(house, house.outside.bulk_create(CreateRequest(new, friends)).job_id, 0.08, "Dave", friends)


def deciding() -> Change:
    """Decisions about rows in conflict: one is a contact of its own, one is the contact, one is left out."""
    house = known_house()
    waiting = "".join(f"{name},Hopper,,+49 170 1234567\n" for name in ("Grace", "Hedy", "Ida"))
    found = commit(house, upload(house, waiting))
    ada = next(each.contact_id for each in contacts_in(house) if each.shown["display"] == "Ada Lovelace")
    decided = [RowDecision(2, Verdict.NEW), RowDecision(3, Verdict.SAME, ada), RowDecision(4, Verdict.LEAVE_OUT)]
    return Change(house, house.outside.file_imports.decide_rows(OWNER, found.import_id, decided).job_id, 0.2, "")


RUNS = {name: change for name, change in CHANGES.items() if "undo" not in name} | {
    "a bulk run that only creates": creating_only,
    "a file import": committing,
    "a newer version of a file": committing_a_newer_version,
    "decisions about rows": deciding,
}


def book_of(house: House) -> dict[str, Any]:
    """All that sources and the person say of each contact, by its id, and its collections."""
    inside = house.outside.collections.collections_by_contact(OWNER)
    return {
        contact.contact_id: (
            sorted(contact.records, key=lambda record: (record.source, record.source_id)),
            sorted(contact.possible_duplicates),
            contact.created_at,
            sorted(inside.get(contact.contact_id, ())),
        )
        for contact in contacts_in(house)
    }


def run_undo(change: Change, undone: str) -> Job:
    """Undo a finished run, to the end."""
    parts = change.house.outside
    numbers = parts.wiring.undoing.preview_undo(OWNER, undone).numbers
    job_id = parts.wiring.undoing.start_undo(OWNER, undone, numbers).job_id
    parts.run_job(job_id)
    job = parts.jobs.get(job_id)
    assert job.state is JobState.COMPLETED, job
    assert (job.counts.removed, job.counts.updated, job.counts.created) == (
        numbers.removed,
        numbers.restored,
        numbers.returned,
    )
    holds_at_every_step(change.house)
    return job


@pytest.fixture(params=RUNS.values(), ids=RUNS)
def change(request) -> Change:
    return request.param()


def test_a_canceled_file_import_is_undone_and_its_whole_plan_can_be_committed_then():
    house = known_house()
    before, rows = book_of(house), "".join(f"Bob{each},Bit,bob{each}@example.com,\n" for each in range(8))
    started = start_commit(house, upload(house, rows))
    worker = house.process(lambda parts: parts.run_job(str(started.job_id)))
    while not house.outside.jobs.get(str(started.job_id)).chunk:
        worker.step()
    house.outside.file_imports.cancel(OWNER, started.import_id)
    worker.run({}.get)
    run_jobs(house, {})
    assert len(before) < len(book_of(house)) < len(before) + 8

    undo_id = run_undo(Change(house, "", 0.2, ""), str(started.job_id)).job_id
    undone = import_of(house, started.import_id)
    assert (book_of(house), undone.undone_by) == (before, undo_id)
    committed = commit(house, undone)

    assert (len(book_of(house)), committed.undone_by) == (len(before) + 8, None)
    holds_at_rest(house)


class TestUndoing:
    def test_leaves_the_book_as_it_was_before_the_run(self, change):
        before = book_of(change.house)
        change.house.outside.run_job(change.job_id)
        assert book_of(change.house) != before

        job = run_undo(change, change.job_id)

        assert book_of(change.house) == before
        assert (job.counts.skipped, job.counts.failed) == (0, 0)

    def test_twice_finds_nothing_the_second_time(self, change):
        undo_id = undo(change)
        change.house.outside.run_job(undo_id)

        numbers = change.house.outside.wiring.undoing.preview_undo(OWNER, change.job_id).numbers

        assert (numbers.total, numbers.kept, numbers.failed) == (0, 0, 0)

    def test_can_itself_be_undone(self, change):
        change.house.outside.run_job(change.job_id)
        after = book_of(change.house)
        undo_id = run_undo(change, change.job_id).job_id

        again = run_undo(change, undo_id).job_id

        assert book_of(change.house) == after
        run_undo(change, again)

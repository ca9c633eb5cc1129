"""Undoing a run with nothing in between leaves the book as it was: contacts, ids, records and memberships."""

from typing import Any

import pytest

from chalicelib.jobs.job import Job, JobState
from tests.simulation.changes import CHANGES, Change, undo
from tests.simulation.house import OWNER, House
from tests.simulation.promises import contacts_in, holds_at_every_step

RUNS = {name: change for name, change in CHANGES.items() if name != "an undo"}


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

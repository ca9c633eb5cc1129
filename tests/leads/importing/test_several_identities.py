"""Files with several identities in a row: lanes import what shares nothing, and one lane the rest in its order."""

from typing import Any

import pytest

from chalicelib.jobs.job import Job, JobState
from chalicelib.leads.importing import lanes
from chalicelib.leads.importing.follow_import import ControlImports, FollowImports
from chalicelib.leads.importing.import_details import LaneDetails, Work
from chalicelib.leads.importing.key_hashes import KEYS
from chalicelib.leads.importing.lanes import lanes_of_import
from chalicelib.leads.importing.result_blobs import folder_of
from tests.leads.importing.import_desk import ImportDesk, csv_of, with_limits
from tests.leads.making import lead_identity

HEADERS = ("WhatsApp", "Telegram ID", "Name")


def phone(person: int) -> str:
    return f"+49170{person:07d}"


def apart(*persons: int) -> list[tuple[str, str, str]]:
    """Rows that share nothing."""
    return [(phone(person), str(50_000 + person), "Ann") for person in persons]


def lines_of(desk: ImportDesk, job: Job) -> dict[int, tuple[str, str]]:
    """Outcome and reason by row."""
    return {
        int(row["row"]): (outcome, row["reason"] or row["duplicate_of_row"])
        for outcome in ("created", "updated", "unchanged", "skipped", "failed", "ambiguous")
        for row in desk.result(job, outcome)
    }


def read_by(desk: ImportDesk, job: Job) -> dict[Work, int]:
    """How many rows which lanes imported."""
    read = dict.fromkeys(Work, 0)
    for lane in lanes_of_import(desk.jobs, job):
        read[LaneDetails.of(lane).work] += lane.counts.read
    return {work: count for work, count in read.items() if count}


@pytest.fixture
def desk() -> ImportDesk:
    return with_limits(lanes=4)


def test_rows_that_share_nothing_are_imported_by_many_lanes(desk):
    job = desk.imported(csv_of(HEADERS, apart(*range(60))))

    assert (job.state, job.counts.created) == (JobState.COMPLETED, 60)
    assert read_by(desk, job) == {Work.APART: 60}
    assert len(lanes_of_import(desk.jobs, job)) == 4


def test_rows_that_share_an_identity_are_imported_in_their_order(desk):
    rows = [*apart(*range(60)), (phone(3), "", "Bob"), ("", "50004", "Bob"), (phone(5), "50006", "Bob")]

    job = desk.imported(csv_of(HEADERS, rows))

    lines = lines_of(desk, job)
    assert [lines[row][0] for row in (5, 6, 7, 8, 62, 63, 64)] == ["created"] * 4 + ["skipped"] * 2 + ["ambiguous"]
    assert read_by(desk, job) == {Work.APART: 56, Work.DEFERRED: 7}


def test_a_chain_of_rows_is_one_lead_of_its_first_row(desk):
    rows = [*apart(*range(30)), (phone(90), "77", ""), *apart(*range(30, 60)), ("", "77", "Bob"), (phone(90), "78", "")]

    job = desk.imported(csv_of(HEADERS, rows))

    assert job.counts.created == 61
    assert [lines_of(desk, job)[row][0] for row in (32, 63, 64)] == ["created", "skipped", "skipped"]


def test_rows_that_share_only_a_lead_are_deferred_if_they_change_it(desk):
    desk.imported(csv_of(HEADERS, apart(100)))
    rows = [*apart(*range(30)), (phone(100), "", "Bob"), *apart(*range(30, 60)), ("", "50100", "Bea")]

    job = desk.imported(csv_of(HEADERS, rows), on_existing="overwrite")

    assert read_by(desk, job) == {Work.APART: 60, Work.DEFERRED: 2}
    assert [lines_of(desk, job)[row][0] for row in (32, 63)] == ["updated", "skipped"]
    assert desk.by_form()[phone(100)].profile.name == "Bob"


def test_a_file_that_comes_again_defers_nothing_but_rows_that_share_an_identity(desk):
    rows = [(*row[:1], "", *row[2:]) for row in apart(*range(60))]
    desk.imported(csv_of(HEADERS, apart(*range(60))))

    job = desk.imported(csv_of(HEADERS, rows))

    assert job.counts.unchanged == 60
    assert read_by(desk, job) == {Work.APART: 60}


def test_each_phase_begins_when_the_last_lane_of_the_one_before_has_ended(desk):
    began = desk.clock.now()

    job = desk.imported(csv_of(HEADERS, [*apart(*range(60)), (phone(3), "", "Bob")]))

    assert job.counts.read == 61
    assert desk.clock.now() == began


def test_few_rows_are_in_a_chunk_since_each_may_be_a_transaction():
    desk = with_limits(lanes=1, chunk_rows=50, several_rows=5)

    job = desk.imported(csv_of(HEADERS, apart(*range(23))))

    (lane,) = lanes_of_import(desk.jobs, job)
    assert [chunk.counted["created"] for chunk in desk.jobs.ledger(lane)] == [5, 5, 5, 5, 3]


def test_hashes_of_keys_are_deleted_when_the_import_ends(desk):
    job = desk.start(csv_of(HEADERS, apart(*range(60))))
    folder, seen = f"{folder_of('acme', job.job_id)}{KEYS}", set[str]()

    desk.run(job, between=lambda: seen.update(desk.blobs.keys(folder)))

    assert seen
    assert desk.blobs.keys(folder) == []


def cancel_in(phase: str, desk: ImportDesk, job: Job) -> Job:
    """The import, canceled when the lanes of this phase have been started."""
    follow = FollowImports(lambda: desk.parts)
    control = ControlImports(lambda: desk.parts, follow, desk.start_import)

    def cancel() -> None:
        cursor: Any = desk.jobs.get(job.job_id).cursor
        if cursor is not None and cursor["phase"] == phase:
            control.cancel("acme", job.job_id)

    return desk.run(job, between=cancel)


def test_an_import_that_is_canceled_while_keys_are_read_imports_nothing(desk):
    ended = cancel_in(lanes.KEYS, desk, desk.start(csv_of(HEADERS, apart(*range(60)))))

    assert (ended.state, ended.counts.read) == (JobState.CANCELED, 0)
    assert desk.all_leads() == []


def test_an_import_that_is_canceled_has_results_of_the_rows_that_it_imported(desk):
    rows = [*apart(*range(60)), *[(phone(person), "", "Bob") for person in range(30)]]

    ended = cancel_in(lanes.LAST, desk, desk.start(csv_of(HEADERS, rows)))

    assert ended.state is JobState.CANCELED
    assert ended.counts.created == len(desk.all_leads()) == 30
    assert len(lines_of(desk, ended)) == 30


def test_an_undo_takes_back_what_all_lanes_have_done(desk):
    rows = [*apart(*range(60)), (phone(3), "99", "Bob")]
    job = desk.imported(csv_of(HEADERS, rows))

    undone = desk.run(desk.undo.start("acme", job.job_id).job)

    assert undone.state is JobState.COMPLETED
    assert desk.all_leads() == []


def test_an_erasure_removes_deferred_rows_too(desk):
    rows = [*apart(*range(60)), (phone(3), "99", "Erasmus")]
    job = desk.imported(csv_of(HEADERS, rows))

    desk.run(desk.erase("acme", lead_identity(3).key).job)

    folder = folder_of("acme", job.job_id)
    kept = b"".join(content for key, content in desk.blobs.kept.items() if key.startswith(folder))
    assert b"Erasmus" not in kept
    assert phone(3).encode() not in kept
    assert phone(4).encode() in kept

"""Imports over a real DynamoDB protocol and a real S3 protocol, with threads."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.foundation.blobs import BucketBlobs
from chalicelib.foundation.clock import SystemClock
from chalicelib.foundation.executor import ThreadExecutor
from chalicelib.jobs.job import JobState
from chalicelib.leads.erasing.erasure_job import deleted_files
from chalicelib.leads.importing.result_blobs import folder_of
from chalicelib.leads.resolving.resolve_batch import Resolved
from tests.leads.desk import Desk, email, whatsapp
from tests.leads.importing.import_desk import SMALL, ImportDesk, csv_of
from tests.leads.importing.test_importing import HEADERS, row

ROWS = 120
SPELLINGS = ("+55 11 98765-4321", "+551187654321", "5511987654321", "0055 11 9 8765 4321")


@pytest.fixture
def desks(fresh_aws: Any) -> Any:
    """Makes desks over the same tables and bucket."""
    names = fresh_aws.names

    def make(**more: Any) -> ImportDesk:
        blobs = BucketBlobs(fresh_aws.client("s3"), names.bucket, names.key_alias)
        return ImportDesk(
            client=fresh_aws.client("dynamodb"),
            blobs=blobs,
            jobs_table=names.jobs,
            leads_table=names.leads,
            executor=ThreadExecutor(4),
            reading=ThreadExecutor(4),
            resting=SystemClock(),
            **more,
        )

    return make


def test_a_file_is_imported_by_lanes_with_threads(desks):
    desk = desks()
    rows = [row(number % 90, f"P {number}", "", "Lima, Peru") for number in range(ROWS)] + [("911", "", "", "")]

    job = desk.imported(csv_of(HEADERS, rows))

    assert job.state is JobState.PARTIAL
    assert (job.counts["created"], job.counts["skipped"], job.counts["failed"]) == (90, 30, 1)
    assert {lead.profile.name for lead in desk.all_leads()} == {f"P {number}" for number in range(90)}
    assert [line["row"] for line in desk.result(job, "failed")] == [str(ROWS + 2)]


def test_a_file_that_was_replaced_is_not_read(desks):
    desk = desks()
    job = desk.start(csv_of(HEADERS, [row(1)]))
    desk.upload(csv_of(HEADERS, [row(2)]))

    assert desk.run(job).error_code == "file_changed"
    assert desk.all_leads() == []


def test_lanes_that_meet_one_person_in_all_spellings_at_once_make_one_lead(desks):
    desk = desks(limits=replace(SMALL, chunk_rows=25))
    rows = [(SPELLINGS[index % 4], f"P {index}", "", "") for index in range(200)]
    job = desk.start(csv_of(HEADERS, rows), region="BR")

    ended = desk.run(job, workers=16)

    assert ended.state is JobState.COMPLETED
    assert (ended.counts["created"], ended.counts["skipped"]) == (1, 199)
    (lead,) = desk.all_leads()
    assert (lead.profile.name, lead.identities[0].form) == ("P 0", "+5511987654321")
    assert {line["duplicate_of_row"] for line in desk.result(job, "skipped")} == {"2"}


def test_sixteen_who_import_and_ask_for_one_person_at_once_share_one_lead(desks):
    desk = desks(limits=replace(SMALL, chunk_rows=25))
    job = desk.start(
        csv_of(HEADERS, [(SPELLINGS[index % 4], f"P {index}", "", "") for index in range(100)]), region="BR"
    )
    office = Desk(desk.client, desk.leads_table)

    def ask(number: int) -> list[Resolved]:
        sent = whatsapp(SPELLINGS[number % 4], *([email("maria@x.org")] if number % 4 else []))
        return [office.resolve(sent, source=f"api:{number}-{again}")[0] for again in range(3)]

    with ThreadPoolExecutor(8) as pool:
        asking = [pool.submit(ask, number) for number in range(8)]
        ended = desk.run(job, workers=8)
        answers = [answer for each in asking for answer in each.result()]

    (lead,) = desk.all_leads()
    assert {answer.lead.id for answer in answers} == {lead.id}
    assert ended.counts["created"] + [answer.outcome for answer in answers].count("created") == 1
    assert ended.counts.read == 100
    assert {each.channel for each in lead.identities} == {"whatsapp", "email"}


def test_an_import_is_undone_whatever_two_workers_do(desks):
    desk = desks()
    desk.imported(csv_of(HEADERS, [row(number, "") for number in range(20)]))
    before = desk.all_leads()
    desk.clock.advance(seconds=60)
    job = desk.imported(csv_of(HEADERS, [row(number, f"P {number}") for number in range(60)]))
    desk.clock.advance(seconds=60)

    undo = desk.undo.start("acme", job.job_id).job
    ended = desk.run(undo, workers=2)

    assert (ended.state, dict(ended.counts)) == (JobState.COMPLETED, {"reversed": 60, "kept": 0, "failed": 0})
    assert [(lead.id, lead.profile) for lead in desk.all_leads()] == [(lead.id, lead.profile) for lead in before]
    assert desk.blobs.size(f"{folder_of('acme', job.job_id)}undo/reversed.csv")


def test_an_erasure_leaves_no_trace_in_the_bucket_or_the_table(desks):
    desk = desks()
    desk.imported(csv_of(HEADERS, [row(number, f"Name of {number}") for number in range(40)]))
    erased = next(lead for lead in desk.all_leads() if lead.profile.name == "Name of 7")

    job = desk.run(desk.erase("acme", erased.id).job)

    assert (job.state, len(deleted_files(job))) == (JobState.COMPLETED, 7)  # the uploaded file, and six of results
    kept = [(desk.blobs.find(key) or b"").decode() for key in desk.blobs.keys("")]
    assert any("Name of 8" in text for text in kept)
    for trace in (erased.id, 'Name of 7"', "+491700000007"):
        assert not [text for text in kept if trace in text]
    assert len(desk.all_leads()) == 39
    assert desk.imported(csv_of(HEADERS, [row(7, "Back")])).counts["skipped"] == 1

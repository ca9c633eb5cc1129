"""Imports over a real DynamoDB protocol and a real S3 protocol, with threads."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.foundation.blobs import BucketBlobs
from chalicelib.foundation.clock import SystemClock
from chalicelib.foundation.executor import ThreadExecutor
from chalicelib.jobs.job import JobState
from tests.leads.importing.import_desk import SMALL, ImportDesk, csv_of
from tests.leads.importing.test_importing import HEADERS, row

ROWS = 120


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
    spellings = ("+55 11 98765-4321", "+551187654321", "5511987654321", "0055 11 9 8765 4321")
    desk = desks(limits=replace(SMALL, chunk_rows=25))
    rows = [(spellings[index % 4], f"P {index}", "", "") for index in range(200)]
    job = desk.start(csv_of(HEADERS, rows), region="BR")

    ended = desk.run(job, workers=16)

    assert ended.state is JobState.COMPLETED
    assert (ended.counts["created"], ended.counts["skipped"]) == (1, 199)
    (lead,) = desk.all_leads()
    assert (lead.profile.name, lead.identities[0].form) == ("P 0", "+5511987654321")
    assert {line["duplicate_of_row"] for line in desk.result(job, "skipped")} == {"2"}

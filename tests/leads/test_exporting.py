"""Exports: a file with every lead once, whatever the size, and wherever a worker stops."""

import csv
import io
import json
import random
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.foundation.blobs import BucketBlobs
from chalicelib.foundation.dynamo import Dynamo
from chalicelib.foundation.errors import NotFound
from chalicelib.foundation.part_uploads import PartUploads
from chalicelib.foundation.work_queue import NoQueue
from chalicelib.jobs.cancel_job import CancelJob
from chalicelib.jobs.job import Job, JobState
from chalicelib.jobs.job_kinds import JobKinds
from chalicelib.jobs.refusals import Fenced
from chalicelib.jobs.run import Run
from chalicelib.jobs.store import JobStore
from chalicelib.leads.channels.channels import Channels
from chalicelib.leads.exporting.export_job import LEAD_EXPORT, ExportFormat, ExportRequest
from chalicelib.leads.exporting.export_leads import ExportLeads
from chalicelib.leads.exporting.exports import Exports
from chalicelib.leads.managing.lead_filter import LeadFilter
from tests.fakes.executor import InlineExecutor
from tests.fakes.s3 import FakeS3
from tests.leads.desk import Desk, email, whatsapp

EVERYTHING = LeadFilter()
FORMULA = "=HYPERLINK(1)"


class ExportDesk(Desk):
    """A desk at which leads are exported, in parts of 2,000 bytes."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.s3 = FakeS3()
        blobs = BucketBlobs(self.s3, "blobs", "key")
        dynamo = Dynamo(self.client, self.clock, random.Random(3))
        kinds = JobKinds([LEAD_EXPORT])
        self.jobs = JobStore(dynamo, "jobs", self.clock, InlineExecutor(), max_queue_length=20, kinds=kinds)
        self.exports = Exports(self.jobs, NoQueue(), lambda: blobs, CancelJob(self.jobs, NoQueue()))
        uploads = PartUploads(self.s3, "blobs", "key")
        self.step = ExportLeads(self.store, blobs, uploads, Channels({}, "US"), part_bytes=2_000, read_before_commit=25)

    def export(self, form: ExportFormat = ExportFormat.NDJSON, wanted: LeadFilter = EVERYTHING) -> bytes:
        """The content of an exported file."""
        job = self.exports.start(ExportRequest("acme", form, wanted))
        return self.file_of(self.run(job))

    def run(self, job: Job, *, commits: int | None = None) -> Job:
        """Work on the job; a worker that may commit only so often is killed at the next commit."""
        run = self.claim(job, commits)
        try:
            self.step(run)
        except Killed:
            self.clock.advance(timedelta(minutes=2))
        return self.jobs.get(job.job_id)

    def claim(self, job: Job, commits: int | None) -> Run:
        claimed = self.jobs.claim(job.job_id, "worker", self.clock.now())
        assert claimed is not None
        until = self.clock.now() + timedelta(minutes=10)
        kind = Run if commits is None else DyingRun
        run = kind(self.jobs, self.clock, claimed, until=until, reserve=timedelta(seconds=1))
        if isinstance(run, DyingRun):
            run.commits = commits or 0
        return run

    def file_of(self, job: Job) -> bytes:
        assert job.state is JobState.COMPLETED
        (content,) = [each["Body"] for each in self.s3.kept.values()]  # and nothing else is left
        return bytes(content)

    def create(self, number: int) -> list[str]:
        """This many leads; returns their ids."""
        answers = self.resolve(*[whatsapp(f"+49170{each:07}", name=f"Lead {each}") for each in range(number)])
        return [each.lead.id for each in answers if each.lead]


class Killed(Exception):
    """The worker disappears."""


class DyingRun(Run):
    commits = 0

    def commit(self, progress: Any) -> None:
        if self.commits == 0:
            raise Killed
        self.commits -= 1
        super().commit(progress)


@pytest.fixture
def desk() -> ExportDesk:
    return ExportDesk()


def ids_in(content: bytes) -> list[str]:
    return [json.loads(line)["leadId"] for line in content.splitlines()]


def rows_of(content: bytes) -> Iterable[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


class TestTheFile:
    def test_has_every_lead_once_in_many_parts(self, desk):
        ids = desk.create(60)

        content = desk.export()

        assert sorted(ids_in(content)) == sorted(ids)
        assert len(content) > 6_000
        assert desk.s3.uploads == {}

    def test_counts_its_leads(self, desk):
        desk.create(30)
        job = desk.run(desk.exports.start(ExportRequest("acme", ExportFormat.CSV, EVERYTHING)))

        assert job.details["leads"] == 30

    @pytest.mark.parametrize(("form", "size"), [(ExportFormat.CSV, 1), (ExportFormat.NDJSON, 0)])
    def test_of_no_leads_has_no_lines(self, desk, form, size):
        assert len(desk.export(form).splitlines()) == size

    def test_has_only_the_leads_that_are_wanted(self, desk):
        desk.create(5)
        tagged, _ = desk.resolve(email("a@x.org", tags=["vip"]), email("b@x.org"), source="api:2")

        assert ids_in(desk.export(wanted=LeadFilter(tag="vip"))) == [tagged.lead.id]

    def test_in_csv_has_a_column_for_each_channel_and_no_cell_runs(self, desk):
        sent = whatsapp("+5511987654321", email("m@x.org"), email("n@x.org"), name=FORMULA, tags=["a", "b"])
        desk.resolve(
            {**sent, "custom": {"size": "XL"}}, {"channel": "messenger", "channelIdentifier": "1234567", "scope": "42"}
        )

        rows = {row["name"]: row for row in rows_of(desk.export(ExportFormat.CSV))}

        maria, other = rows[f"'{FORMULA}"], rows[""]
        assert maria["identity whatsapp"] == "'+5511987654321"
        assert (maria["identity email"], maria["tags"]) == ("m@x.org; n@x.org", "a; b")
        assert (json.loads(maria["custom"]), maria["source"]) == ({"size": "XL"}, "api")
        assert (other["identity messenger"], other["scope messenger"]) == ("1234567", "42")

    def test_has_nothing_of_other_organizations(self, desk):
        desk.create(3)
        desk.resolve(email("a@x.org"), organization="other")

        assert len(ids_in(desk.export())) == 3


class TestAWorkerThatIsKilled:
    @pytest.mark.parametrize("commits", range(12))
    def test_after_any_commit_changes_nothing(self, desk, commits):
        desk.create(60)
        expected = desk.export()
        desk.s3.kept.clear()
        job = desk.exports.start(ExportRequest("acme", ExportFormat.NDJSON, EVERYTHING))

        desk.run(job, commits=commits)
        job = desk.run(job) if not desk.jobs.get(job.job_id).is_finished else desk.jobs.get(job.job_id)

        assert desk.file_of(job) == expected
        assert job.details["leads"] == 60


def test_a_part_that_another_worker_replaced_begins_the_export_again(desk):
    desk.create(60)
    expected = desk.export()
    desk.s3.kept.clear()
    job = desk.exports.start(ExportRequest("acme", ExportFormat.NDJSON, EVERYTHING))
    desk.run(job, commits=3)
    (parts,) = desk.s3.uploads.values()
    parts[1] = b"something else"

    desk.run(job)
    job = desk.run(job)

    assert desk.file_of(job) == expected
    assert job.details["leads"] == 60


def test_an_export_of_rare_leads_goes_on_where_it_stopped(desk):
    desk.create(100)
    answers = desk.resolve(*[email(f"a{n}@x.org", tags=["vip"]) for n in range(5)], source="api:2")
    job = desk.exports.start(ExportRequest("acme", ExportFormat.CSV, LeadFilter(tag="vip")))

    for _ in range(3):
        desk.run(job, commits=1)
    job = desk.run(job)

    assert sorted(row["leadId"] for row in rows_of(desk.file_of(job))) == sorted(each.lead.id for each in answers)
    assert job.details["leads"] == 5


def test_an_export_that_an_erasure_canceled_leaves_no_file(desk):
    desk.create(3)
    job = desk.exports.start(ExportRequest("acme", ExportFormat.NDJSON, EVERYTHING))
    run = desk.claim(job, None)
    desk.exports.delete_all("acme")

    with pytest.raises(Fenced):
        desk.step(run)

    assert desk.s3.kept == {}


class TestExports:
    def test_of_another_organization_do_not_exist(self, desk):
        job = desk.exports.start(ExportRequest("acme", ExportFormat.CSV, EVERYTHING))

        assert desk.exports.get("acme", job.job_id) == job
        for organization, job_id in (("other", job.job_id), ("acme", "a")):
            with pytest.raises(NotFound):
                desk.exports.get(organization, job_id)

    def test_have_a_link_when_they_are_complete(self, desk):
        job = desk.exports.start(ExportRequest("acme", ExportFormat.CSV, EVERYTHING))
        assert desk.exports.link(job) is None

        assert "leads.csv" in str(desk.exports.link(desk.run(job)))

    def test_are_deleted_when_a_lead_is_erased_and_running_ones_canceled(self, desk):
        done = desk.run(desk.exports.start(ExportRequest("acme", ExportFormat.CSV, EVERYTHING)))
        running = desk.exports.start(ExportRequest("acme", ExportFormat.CSV, EVERYTHING))
        desk.exports.start(ExportRequest("other", ExportFormat.CSV, EVERYTHING))

        assert desk.exports.delete_all("acme") == sorted([done.job_id, running.job_id])
        assert desk.jobs.get(running.job_id).state is JobState.CANCELED
        assert desk.exports.link(done) is None
        assert desk.exports.delete_all("acme") == []

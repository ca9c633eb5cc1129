"""The room's use cases and steps over fresh tables, in the fake DynamoDB or the embedded AWS."""

import random
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.accounts.job_kinds import IMPORT
from chalicelib.books.book_store import BookStore
from chalicelib.books.change_book import ChangeBook
from chalicelib.books.contact_store import ContactStore
from chalicelib.books.deletions import DeletionKey
from chalicelib.books.intake import Intake, Limits
from chalicelib.books.pair_store import PairStore
from chalicelib.collections.collection_store import CollectionStore
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.source import PERSON, provider_source
from chalicelib.contacts.source_record import ContactFields, SourceContact, SourceRecord, Stamp
from chalicelib.file_imports.committing.cancel_file_import import CancelFileImport
from chalicelib.file_imports.committing.commit_import import CommitImport, Confirmation
from chalicelib.file_imports.committing.commit_plan import CommitPlan
from chalicelib.file_imports.committing.commit_results import CommitResults
from chalicelib.file_imports.comparing.compare import CompareImport
from chalicelib.file_imports.deciding.carry_out_decisions import CarryOutDecisions
from chalicelib.file_imports.deciding.decide_rows import DecideRows
from chalicelib.file_imports.deciding.waiting_rows import WaitingRows
from chalicelib.file_imports.job_kinds import COMMIT, DECISION, PLAN
from chalicelib.file_imports.planning.change_import import ChangeImport
from chalicelib.file_imports.planning.create_import import CreateFileImport, NewFile
from chalicelib.file_imports.planning.intakes import FileIntakes
from chalicelib.file_imports.planning.plan_import import PlanImport
from chalicelib.file_imports.planning.plan_rows import PlannedRow
from chalicelib.file_imports.planning.read_upload import ReadUpload
from chalicelib.file_imports.planning.start_planning import StartPlanning
from chalicelib.file_imports.records.follow_file_import import FollowFileImports
from chalicelib.file_imports.records.list_records import ListRecords
from chalicelib.file_imports.records.verify_import import VerifyImport
from chalicelib.file_imports.storing.decision_store import DecisionStore
from chalicelib.file_imports.storing.file_import import FileImport
from chalicelib.file_imports.storing.import_files import ImportFiles, plan_name
from chalicelib.file_imports.storing.import_store import FileImportStore
from chalicelib.file_imports.storing.row_decision import RowDecision
from chalicelib.foundation.clock import milliseconds
from chalicelib.foundation.dynamo import Dynamo
from chalicelib.foundation.ids import fresh_ids
from chalicelib.foundation.outcomes import Outcome
from chalicelib.jobs.cancel_job import CancelJob
from chalicelib.jobs.job import Job, LedgerLine
from chalicelib.jobs.new_job import NewJob
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.worker import Worker
from local.embedded_aws.resources import Names
from tests.fakes.blobs import FakeBlobs
from tests.fakes.clock import FixedClock
from tests.fakes.executor import InlineExecutor
from tests.fakes.queue import FakeQueue
from tests.fakes.tables import empty_tables
from tests.jobs.kinds import KINDS

ANN = "ann"


@dataclass
class Room:
    client: Any
    names: Names = field(default_factory=Names)
    clock: Any = field(default_factory=FixedClock)
    limits: Limits = field(default_factory=lambda: Limits(contacts=5, lines=7))

    def __post_init__(self) -> None:
        chance = random.Random(1)
        dynamo = Dynamo(self.client, self.clock, chance)
        self.blobs, self.queue = FakeBlobs(), FakeQueue()
        self.jobs = JobStore(dynamo, self.names.jobs, self.clock, InlineExecutor(), kinds=KINDS)
        self.contacts = ContactStore(dynamo, self.names.contacts, shelves=2, executor=InlineExecutor())
        self.imports = FileImportStore(dynamo, self.names.people, self.clock)
        self.files = ImportFiles(self.blobs, InlineExecutor())
        self.collections = CollectionStore(dynamo, self.names.people, self.clock)
        start_planning = StartPlanning(self.imports, self.jobs, self.queue)
        self.create = CreateFileImport(self.imports, self.files, start_planning, self.collections, self.clock)
        self.change = ChangeImport(self.imports, self.jobs, self.files, start_planning, self.collections)
        self.commit_import = CommitImport(self.imports, self.jobs, self.collections, self.queue)
        self.cancel = CancelFileImport(self.imports, self.files, self.jobs, CancelJob(self.jobs, self.queue))
        self.books = BookStore(dynamo, self.names.jobs, self.jobs)
        self.change_book = ChangeBook(self.books, InlineExecutor(), self.limits)
        self.pairs = PairStore(dynamo, self.names.contacts)
        self.decisions = DecisionStore(dynamo, self.names.people)
        self.results = CommitResults(self.files, self.jobs, self.decisions)
        self.follow = FollowFileImports(self.imports, self.files, self.jobs, self.clock)
        self.list_records = ListRecords(self.files, self.follow, self.results, self.contacts, "DE")
        self.waiting = WaitingRows(self.follow, self.list_records, self.results, self.decisions, self.files, self.jobs)
        self.decide = DecideRows(
            self.waiting, self.decisions, self.files, self.contacts, self.jobs, self.queue, self.clock
        )
        self.verify = VerifyImport(self.jobs, self.results, self.decisions, InlineExecutor())
        self.compare = CompareImport(self.list_records, self.contacts, InlineExecutor())
        intakes = FileIntakes(self.contacts, self.clock, "DE")
        steps = {
            PLAN.name: PlanImport(self.imports, self.files, ReadUpload(self.imports), intakes, self.decisions, "DE"),
            COMMIT.name: CommitPlan(
                self.imports, self.files, self.jobs, self.change_book, self.results, self.collections, intakes, "DE"
            ),
            DECISION.name: CarryOutDecisions(
                self.imports,
                self.files,
                self.decisions,
                self.waiting,
                self.change_book,
                self.collections,
                intakes,
                self.contacts,
                self.pairs,
                self.clock,
                "DE",
            ),
        }
        self.worker = Worker(self.jobs, steps, self.queue, self.clock, chance)

    def run(self, found: FileImport, *, chunks: int | None = None) -> FileImport:
        """The import after one run of its job, which stops after `chunks` chunks."""
        self.run_job(str(found.job_id), chunks=chunks)
        return self.imports.get(found.owner, found.import_id)

    def run_job(self, job_id: str, *, chunks: int | None = None) -> Job:
        """The job after one run, which stops after `chunks` chunks."""
        claimed = self.worker.claim(job_id)
        assert claimed is not None, "it is not due"
        reserve, committed = timedelta(seconds=15), self.jobs.get(job_id).chunk
        worker = self.worker
        if chunks is not None:
            worker = replace(worker, stopping=lambda: self.jobs.get(job_id).chunk >= committed + chunks)
        worker.run(claimed, until=self.clock.now() + reserve * 20, reserve=reserve)
        return self.jobs.get(job_id)

    def upload(self, content: str | bytes, name: str = "contacts.csv", **more: Any) -> FileImport:
        """The import of a file that was read, and planned if its mapping is certain."""
        self.clock.advance(timedelta(minutes=1))
        data = content.encode() if isinstance(content, str) else content
        return self.run(self.create.receive(ANN, NewFile(name, **more), data))

    def commit(self, found: FileImport, *, remove: int = 0) -> FileImport:
        """The import after its plan was committed."""
        return self.run(self.start_commit(found, remove=remove))

    def start_commit(self, found: FileImport, *, remove: int = 0) -> FileImport:
        assert found.plan is not None, "it is not planned"
        counts = found.plan.counts
        confirmed = Confirmation(found.plan.plan_id, counts["new"], counts["update"], remove)
        return self.commit_import(ANN, found.import_id, confirmed)

    def decided(self, found: FileImport, *decisions: RowDecision) -> Job:
        """The job that has carried out these decisions."""
        return self.run_job(self.decide(ANN, found.import_id, decisions).job_id)

    def job(self, found: FileImport) -> Job:
        return self.jobs.get(str(found.job_id))

    def planned(self, found: FileImport) -> list[PlannedRow]:
        """The rows of its plan."""
        assert found.plan is not None, "it is not planned"
        return [PlannedRow.of(row) for row in self.files.block(found, plan_name(found.plan.plan_id), 0)]

    def lines(self, found: FileImport) -> list[LedgerLine]:
        """What its commit did with each row."""
        return [line for chunk in self.jobs.ledger(self.job(found)) for line in chunk.lines]

    def edit(self, contact: Contact, fields: ContactFields) -> None:
        """The person edits a contact."""
        now = milliseconds(self.clock.now())
        own = SourceRecord(PERSON, "own", fields, "own", Stamp("", 0, Outcome.CREATED), now, now)
        contact.records.append(own)
        assert self.books.commit_edit(ANN, [contact.contact_id], [self.contacts.put_write(ANN, contact)])

    def delete(self, name: str) -> None:
        """The person deletes the contact with this name."""
        (contact,) = (each for each in self.contacts.all(ANN) if each.shown.get("display") == name)
        known = self.contacts.deletion_key(ANN)
        key = known or DeletionKey.fresh()
        removed = self.contacts.remove_write(ANN, contact)
        writes = [removed, self.contacts.deletion_marker_write(ANN, contact, key)]
        if known is None:
            writes.append(self.contacts.deletion_key_write(ANN, key))
        assert self.books.commit_edit(ANN, [contact.contact_id], writes)

    def names_in_book(self) -> list[str]:
        return sorted(str(contact.shown.get("display", "")) for contact in self.contacts.all(ANN))


@pytest.fixture
def room() -> Room:
    return Room(empty_tables())


def importing(room: Room, contacts: list[SourceContact]) -> None:
    """Takes contacts of a Google account into the book, as a job that has ended."""
    job = room.jobs.create(NewJob("import", ANN, IMPORT.name, {}))
    intake = Intake(
        room.contacts,
        owner=ANN,
        source=provider_source("google", "1"),
        region="DE",
        job=job.job_id,
        generation=0,
        now=room.clock.now,
        fresh_id=fresh_ids().__next__,
    )
    at = 0
    while at < len(contacts):
        chunk = intake.plan(contacts[at:], Limits())
        for write in chunk.writes:
            room.client.transact_write_items(TransactItems=[write])
        intake.confirm(chunk)
        at += chunk.consumed
    room.jobs.cancel(job.job_id)

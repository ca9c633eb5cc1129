"""The room's use cases and steps over fresh tables, in the fake DynamoDB or the embedded AWS."""

import random
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.books.book_store import BookStore
from chalicelib.books.change_book import ChangeBook
from chalicelib.books.contact_store import ContactStore
from chalicelib.books.intake import Limits
from chalicelib.bulk.bulk_job import CLEANUP_KIND, CREATE_KIND
from chalicelib.bulk.clean_up import CleanUp
from chalicelib.bulk.create_contacts import CreateContacts
from chalicelib.bulk.start_bulk_cleanup import StartBulkCleanup
from chalicelib.bulk.start_bulk_create import StartBulkCreate
from chalicelib.bulk.submitted_lists import SubmittedLists
from chalicelib.collections.collection_store import CollectionStore
from chalicelib.foundation.dynamo import Dynamo
from chalicelib.jobs.job import Job
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
        self.collections = CollectionStore(dynamo, self.names.people, self.clock)
        self.lists = SubmittedLists(self.blobs)
        self.create = StartBulkCreate(self.jobs, self.lists, self.collections, self.queue)
        self.clean_up = StartBulkCleanup(self.jobs, self.lists, self.queue)
        change_book = ChangeBook(BookStore(dynamo, self.names.jobs, self.jobs), InlineExecutor(), self.limits)
        steps = {
            CREATE_KIND: CreateContacts(
                self.jobs, self.contacts, change_book, self.lists, self.collections, InlineExecutor(), self.clock, "US"
            ),
            CLEANUP_KIND: CleanUp(self.jobs, self.contacts, change_book, self.lists, self.collections, self.clock),
        }
        self._worker = Worker(self.jobs, steps, self.queue, self.clock, chance)

    def run(self, job: Job, *, chunks: int | None = None) -> Job:
        """The job after one run, which stops after `chunks` chunks."""
        claimed = self._worker.claim(job.job_id)
        assert claimed is not None, "it is not due"
        reserve, committed = timedelta(seconds=15), self.jobs.get(job.job_id).chunk
        worker = self._worker
        if chunks is not None:
            worker = replace(worker, stopping=lambda: self.jobs.get(job.job_id).chunk >= committed + chunks)
        worker.run(claimed, until=self.clock.now() + reserve * 20, reserve=reserve)
        return self.jobs.get(job.job_id)


@pytest.fixture
def room() -> Room:
    return Room(empty_tables())

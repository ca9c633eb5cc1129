"""Bulk create and cleanup: the production steps on tables of their own, and the whole stack over real HTTP."""

import gc
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from chalicelib.books.book_store import BookStore
from chalicelib.books.change_book import ChangeBook
from chalicelib.books.contact_store import ContactStore
from chalicelib.books.replaced_words_store import WordStore
from chalicelib.bulk.bulk_job import CLEANUP_KIND, CREATE_KIND
from chalicelib.bulk.clean_up import CleanUp
from chalicelib.bulk.create_contacts import CreateContacts
from chalicelib.bulk.start_bulk_cleanup import CleanupRequest, StartBulkCleanup
from chalicelib.bulk.start_bulk_create import CreateRequest, StartBulkCreate
from chalicelib.bulk.submitted_lists import SubmittedLists
from chalicelib.collections.collection_store import CollectionStore
from chalicelib.contacts.on_existing import OnExisting
from chalicelib.foundation.blobs import BucketBlobs
from chalicelib.foundation.clock import SystemClock
from chalicelib.foundation.dynamo import Dynamo
from chalicelib.foundation.executor import Executor, ThreadExecutor
from chalicelib.foundation.work_queue import NoQueue
from chalicelib.jobs.job import Job, JobState
from chalicelib.jobs.run import Run
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.worker import Worker
from chalicelib.wiring.rooms import KINDS
from local.processes import ROOT
from local.sandbox_control import SandboxControl
from local.service_client import ServiceClient
from local.stack import Stack
from tests.bench.assembly import Machine
from tests.bench.counting import CountingClient

BULK = "/api/v1/contacts/bulk"
LOOK_SECONDS = 0.02
PERSON = "bench"


def people(number: int) -> list[dict[str, Any]]:
    """As a phone's address book has them."""
    return [
        {
            "given": f"Given{each}",
            "family": f"Family{each}",
            "organization": f"Company {each % 200}",
            "emails": [{"value": f"person{each}@company{each % 200}.example", "label": "work"}],
            "phones": [{"raw": f"+49 170 {each:07d}", "label": "mobile"}],
        }
        for each in range(number)
    ]


@dataclass
class Bulk:
    """The production worker and steps; keeps the transactions that pass, so that a floor can repeat them."""

    machine: Machine
    #: makes what keeps the words that its jobs replace; None: they are not kept
    words: Callable[[ContactStore, Executor], WordStore] | None = None
    #: of this process, for the latest job
    cpu_seconds: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        names = self.machine.fresh_names()
        self.client = CountingClient(self.machine.dynamodb(), keep=True)
        clock, executor, chance = SystemClock(), ThreadExecutor(), random.Random(1)
        dynamo = Dynamo(self.client, clock, chance)
        jobs, contacts = (
            JobStore(dynamo, names.jobs, clock, executor, kinds=KINDS),
            ContactStore(dynamo, names.contacts, executor=executor),
        )
        lists = SubmittedLists(BucketBlobs(self.machine.aws.client("s3"), names.bucket, names.key_alias))
        collections, work_queue = CollectionStore(dynamo, names.people, clock), NoQueue()
        words = None if self.words is None else self.words(contacts, executor)
        change_book = ChangeBook(BookStore(dynamo, names.jobs, jobs), executor, words=words)
        steps: dict[str, Callable[[Run], None]] = {
            CREATE_KIND: CreateContacts(jobs, contacts, change_book, lists, collections, executor, clock, "DE"),
            CLEANUP_KIND: CleanUp(jobs, contacts, change_book, lists, collections, clock),
        }
        self._start = StartBulkCreate(jobs, lists, collections, work_queue)
        self._clean = StartBulkCleanup(jobs, lists, work_queue)
        self._jobs, self._worker, self._clock = jobs, Worker(jobs, steps, work_queue, clock, chance), clock

    def create(self, number: int, on_existing: OnExisting = OnExisting.CREATE) -> tuple[Job, float, list[Any]]:
        """The job, wall seconds, and its transactions."""
        return self._timed(self._start(PERSON, CreateRequest(people(number), on_existing=on_existing)))

    def clean_up(self, create: Job, *, dry_run: bool = False) -> tuple[Job, float, list[Any]]:
        return self._timed(self._clean(PERSON, CleanupRequest(create.job_id, dry_run=dry_run)))

    def _timed(self, job: Job) -> tuple[Job, float, list[Any]]:
        self.client.transactions.clear()
        gc.collect()
        gc.freeze()  # what other figures left in this process is not a worker's to look through
        began, cpu_began = time.perf_counter(), time.process_time()
        claimed = self._worker.claim(job.job_id)
        if claimed is None:
            raise RuntimeError("the job could not be claimed")
        self._worker.run(claimed, until=self._clock.now() + timedelta(minutes=14), reserve=timedelta(seconds=15))
        seconds, self.cpu_seconds = time.perf_counter() - began, time.process_time() - cpu_began
        done = self._jobs.get(job.job_id)
        if done.state is not JobState.COMPLETED:
            raise RuntimeError(f"the job ended as {done.state}: {done.error} {done.counts}")
        return done, seconds, list(self.client.transactions)


class Client:
    """A person with a client of their own, over HTTP."""

    def __init__(self, stack: Stack, name: str) -> None:
        self._client = ServiceClient(stack.url, SandboxControl.of(stack.settings).token(name))

    def create(self, number: int) -> tuple[str, float]:
        """The run's job and the seconds from the request to its answer."""
        body = {"contacts": people(number)}
        began = time.perf_counter()
        job_id = self._client.post(BULK, body)["job_id"]
        return job_id, time.perf_counter() - began

    def created(self, job_id: str) -> None:
        self._until_done(f"{BULK}/{job_id}")

    def dry_run(self, job_id: str) -> tuple[int, float]:
        """How many candidates it lists, and the seconds from the request to the list."""
        began = time.perf_counter()
        dry = self._client.post(f"{BULK}/cleanup", {"bulk_create_job_id": job_id, "dry_run": True})
        status = self._until_done(f"{BULK}/cleanup/{dry['job_id']}")
        return len(status["candidate_contact_ids"]), time.perf_counter() - began

    def _until_done(self, path: str) -> Any:
        while (status := self._client.get(path))["status"] in ("queued", "processing"):
            time.sleep(LOOK_SECONDS)
        return status


@contextmanager
def stack() -> Iterator[Stack]:
    with Stack(port=None, data_dir=None, environment={"PATH": "/usr/bin:/bin", "HOME": str(ROOT)}) as running:
        yield running

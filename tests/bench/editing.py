"""People edit a book as fast as possible while an import changes it: the cost to each."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from chalicelib.contacts.contact import Contact
from chalicelib.contacts.source import PERSON
from chalicelib.foundation.clock import SystemClock
from chalicelib.foundation.ids import fresh_id
from chalicelib.jobs.job import Job
from chalicelib.jobs.new_job import NewJob
from chalicelib.provider_imports.follow_import import FollowImport
from chalicelib.wiring import Wiring
from local.embedded_aws.resources import Names
from local.processes import ROOT
from local.stack_settings import Ports, stack_settings
from tests.bench.assembly import Importer, Machine

OWNER = "bench"
BOOK, IMPORTED = 15_000, 5_000  # contacts; of the imported, half are in the book and have changed, half are new
LONGEST_SECONDS = 60.0  # of one import; then it counts as if it had ended
LOOK_SECONDS = 0.2
BATCH = 25  # items of one BatchWriteItem


@dataclass(frozen=True)
class Meeting:
    """One import, and what the editors saw meanwhile.

    Args:
        import_seconds: from its claim to its end.
        edit_seconds: of each edit.
        refused: the errors that edits were answered with.
        lost: edits that were accepted and are not in the book afterwards.
        job: how it stands at the end.
        most_failures: the highest `failures` of the job.
        statuses: what the published status said, each once, in order.
        went_back: whether the number of processed contacts ever became smaller.
    """

    import_seconds: float
    edit_seconds: list[float]
    refused: list[str]
    lost: int
    job: Job
    most_failures: int
    statuses: list[str]
    went_back: bool


class Scene:
    """A book of two accounts, copied for each measurement, and an account that has changed since."""

    def __init__(self, machine: Machine, book: int = BOOK, imported: int = IMPORTED) -> None:
        self._machine = machine
        half = imported // 2
        self._address = machine.account(half)
        names = machine.fresh_names()
        for address, connection in ((self._address, "bench"), (machine.account(book - half), "other")):
            importer = Importer.of(machine, address, names)
            importer.connection.connection_id = connection
            importer.import_all()
        self._items = list(_all_items(machine, names.contacts))
        self._contact_ids = sorted(item["sk"]["S"] for item in self._items)
        changes = f"/sandbox/accounts/{self._address}/contacts"
        machine.control(changes, {"do": "change", "count": half})
        machine.control(changes, {"do": "add", "count": imported - half})

    def meet(self, editors: int, *, elsewhere: bool = False) -> Meeting:
        """Import into a copy of the book while so many edit it.

        Args:
            elsewhere: they edit another copy, so that only the machine is shared.
        """
        names = self._copy()
        edited = self._copy() if elsewhere else names
        settings = self._settings(edited)
        importer = Importer.of(self._machine, self._address, names)
        wiring = Wiring(settings)
        os.environ.update({name: value for name, value in settings.items() if name.startswith("AWS_")})
        if editors:
            wiring.address_book.indexes.build(OWNER)
        with self._editors(settings, editors) as did:
            job, seconds, watch = _watched_import(importer)
        contacts = {contact.contact_id: contact for contact in wiring.shared.contacts.all(OWNER)} if did else {}
        return Meeting(
            seconds,
            [each for one in did for each in one["seconds"]],
            [each for one in did for each in one["refused"]],
            sum(_lost(contacts, one) for one in did),
            job,
            watch.most_failures,
            watch.statuses,
            watch.went_back,
        )

    def _copy(self) -> Names:
        names, client = self._machine.fresh_names(), self._machine.aws.client("dynamodb")
        for first in range(0, len(self._items), BATCH):
            puts = [{"PutRequest": {"Item": item}} for item in self._items[first : first + BATCH]]
            client.batch_write_item(RequestItems={names.contacts: puts})
        return names

    def _settings(self, names: Names) -> dict[str, str]:
        aws, sandbox = (int(url.rpartition(":")[2]) for url in (self._machine.aws.endpoint, self._machine.sandbox))
        return {**stack_settings(Ports(api=1, aws=aws, sandbox=sandbox), {}), **names.settings("")}

    @contextmanager
    def _editors(self, settings: dict[str, str], number: int) -> Iterator[list[Any]]:
        """What each of them did is in the list in the end."""
        did: list[Any] = []
        if not number:
            yield did
            return
        task = {"settings": settings, "owner": OWNER, "editors": number, "contact_ids": self._contact_ids}
        command = [sys.executable, "-m", "tests.bench.editor"]
        with subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            try:
                process.stdin.write(json.dumps(task) + "\n")
                process.stdin.flush()
                if (heard := process.stdout.readline().strip()) != "ready":
                    raise RuntimeError(f"the editors said {heard!r}")
                process.stdin.write("go\n")
                process.stdin.flush()
                yield did
                did += json.loads(process.communicate(timeout=LONGEST_SECONDS)[0])
            finally:
                process.kill()


@dataclass
class _Watch:
    """Polls the status as a page does, until the import has ended."""

    follow: FollowImport
    job_id: str
    most_failures: int = 0
    went_back: bool = False
    statuses: list[str] = field(default_factory=list)
    _processed: int = 0
    _ended: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def watching(self) -> Iterator["_Watch"]:
        thread = threading.Thread(target=self._until_ended)
        thread.start()
        try:
            yield self
        finally:
            self._ended.set()
            thread.join()
            self._look()

    def _until_ended(self) -> None:
        while not self._ended.wait(LOOK_SECONDS):
            self._look()

    def _look(self) -> None:
        job = self.follow.owned_job(OWNER, self.job_id)
        body = self.follow.status(job)
        status = ": ".join(filter(None, (body["status"], body["waiting_reason"], body["error_message"])))
        self.most_failures = max(self.most_failures, job.failures)
        self.went_back |= body["processed_contacts"] < self._processed
        self._processed = body["processed_contacts"]
        if self.statuses[-1:] != [status]:
            self.statuses.append(status)


def _watched_import(importer: Importer) -> tuple[Job, float, _Watch]:
    """Run one import to its end, claim after claim as the schedule would, or until it takes too long."""
    jobs, worker, clock = importer.jobs, importer.worker, SystemClock()
    details = {"mode": "full", "provider": "google", "connection_id": "bench"}
    job_id = fresh_id()
    jobs.create(NewJob(job_id, OWNER, "provider-import", details))
    end = clock.now() + timedelta(seconds=LONGEST_SECONDS)
    began = time.perf_counter()
    with _Watch(FollowImport(jobs, lambda _owner, _id: None, clock), job_id).watching() as watch:
        while not (job := jobs.get(job_id)).is_finished and clock.now() < end:
            claimed = worker.claim(job_id)
            if claimed is None:
                time.sleep(0.05)
            else:
                worker.run(claimed, until=end, reserve=timedelta(0))
    return job, time.perf_counter() - began, watch


def _lost(contacts: dict[str, Contact], did: dict[str, Any]) -> int:
    """How many of the accepted edits the book does not show."""
    titles: int = sum(_own(contacts, each).get("title") != text for each, text in did["titles"].items())
    emails = 0
    for contact_id, texts in did["emails"].items():
        kept = {email["value"] for email in _own(contacts, contact_id).get("emails", [])}
        emails += len(set(texts) - kept)
    return titles + emails


def _own(contacts: dict[str, Contact], contact_id: str) -> Any:
    """What the person said of it."""
    contact = contacts.get(contact_id)
    records = contact.records if contact else ()
    return next((record.fields for record in records if record.source == PERSON), {})


def _all_items(machine: Machine, table: str) -> Iterator[dict[str, Any]]:
    for page in machine.aws.client("dynamodb").get_paginator("scan").paginate(TableName=table, ConsistentRead=True):
        yield from page["Items"]

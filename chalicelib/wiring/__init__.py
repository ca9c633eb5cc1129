"""Builds every part once, when it is first needed: importing this reads no environment and asks nobody.

What is slow to load (providers' SDKs, cryptography, phone numbers, templates) is loaded by the part that needs it, or
imported inside the function that builds such a part.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from chalicelib.bulk.parts import BulkParts
from chalicelib.foundation.json import Json
from chalicelib.foundation.router import Route
from chalicelib.wiring.book import AddressBook
from chalicelib.wiring.collecting import Collecting
from chalicelib.wiring.kinds import KINDS
from chalicelib.wiring.operating import Operating
from chalicelib.wiring.signing_in import SigningIn

if TYPE_CHECKING:
    from chalicelib.address_book.export_contacts import ExportContacts
    from chalicelib.erasing.erase_person import ErasePerson
    from chalicelib.jobs.job import Job
    from chalicelib.jobs.run import Run
    from chalicelib.jobs.run_now import RunNow
    from chalicelib.jobs.schedule import RunSchedule
    from chalicelib.jobs.start_job import StartJob
    from chalicelib.jobs.worker import Step, Worker
    from chalicelib.operating.operator_actions import OperatorActions

log = logging.getLogger(__name__)

RESERVE = timedelta(seconds=15)  # before the end of an invocation; a job that is not finished then is handed over
VERSION = "1.0.0"  # of the API


class Wiring(Operating, AddressBook, Collecting, SigningIn):
    """All of it: what the routes, the queue and the schedule are given."""

    def __init__(self, environment: Mapping[str, str], **given: Any) -> None:
        super().__init__(environment, kinds=KINDS, **given)
        self.bulk: BulkParts = BulkParts(self)

    @cached_property
    def steps(self) -> Mapping[str, Step]:
        from chalicelib.wiring.steps import STEPS

        return {kind: self._made_when_run(make) for kind, make in STEPS.items()}

    @cached_property
    def worker(self) -> Worker:
        from chalicelib.jobs.worker import Worker

        return Worker(
            self.jobs, self.steps, self.work_queue, self.clock, self.chance, self.stopping, finished=self._prepare_index
        )

    def _prepare_index(self, job: Job) -> None:
        """Whoever looks at the book after an import need not wait for its index."""
        if job.has_changed:
            self.indexes.prepare(job.owner)

    @cached_property
    def run_schedule(self) -> RunSchedule:
        from chalicelib.jobs.schedule import RunSchedule

        limit = self.settings.import_claim_limit
        executor = self.executor_of(limit)
        return RunSchedule(self.jobs, self.worker, self.work_queue, self.store_clock, executor, claim_limit=limit)

    @cached_property
    def run_now(self) -> RunNow:
        from chalicelib.jobs.run_now import RunNow

        return RunNow(self.run_schedule, self.clock)

    @cached_property
    def act(self) -> OperatorActions:
        from chalicelib.operating.operator_actions import OperatorActions

        return OperatorActions(self.jobs, self.job_kinds, self.run_now)

    @cached_property
    def start_job(self) -> StartJob:
        from chalicelib.jobs.start_job import StartJob

        return StartJob(self.worker)

    @cached_property
    def export_contacts(self) -> ExportContacts:
        from chalicelib.address_book.export_contacts import ExportContacts

        return ExportContacts(self.contacts, self.indexes, self.clock)

    @cached_property
    def erase_person(self) -> ErasePerson:
        from chalicelib.erasing.erase_person import ErasePerson

        return ErasePerson(self.jobs, self.books)

    def on_schedule(self, context: Any) -> Json:
        """One run of the minute schedule, in an invocation with this much time; says what ran and what failed."""
        ran = self.run_schedule(until=self._end(context), reserve=RESERVE)
        return {"processed": list(ran.processed), "failed": list(ran.failed)}

    def on_message(self, body: str, context: Any) -> None:
        """One message of the work queue. What is not ours is dropped; it would only come again."""
        from chalicelib.foundation.work_queue import book_owner_in, job_id_in

        job_id, owner = job_id_in(body), book_owner_in(body)
        if job_id is not None:
            self.start_job(job_id, until=self._end(context), reserve=RESERVE)
        elif owner is not None:
            self.indexes.prepare(owner)
        else:
            log.warning("message_dropped")

    def described(self, routes: Sequence[Route]) -> Json:
        """The API's description of itself."""
        from chalicelib.address_book import schemas as of_the_book
        from chalicelib.bulk import schemas as of_bulk
        from chalicelib.erasing import schemas as of_erasing
        from chalicelib.foundation import download_link as of_downloads
        from chalicelib.foundation.openapi import describe
        from chalicelib.jobs import schemas as of_jobs
        from chalicelib.operating import schemas as of_operating
        from chalicelib.provider_imports import schemas as of_imports
        from chalicelib.sharing import schemas as of_collecting

        rooms = (of_imports, of_the_book, of_jobs, of_erasing, of_operating, of_collecting, of_bulk, of_downloads)
        schemas = {name: schema for room in rooms for name, schema in room.SCHEMAS.items()}
        return describe(routes, schemas, public_url=self.public_url, version=VERSION)

    def _made_when_run(self, make: Callable[[Wiring], Step]) -> Step:
        """A step whose parts are built for its first job: each of them may need another AWS client."""

        def step(run: Run) -> None:
            make(self)(run)

        return step

    def _end(self, context: Any) -> datetime:
        return self.clock.now() + timedelta(milliseconds=context.get_remaining_time_in_millis())

"""Creates the jobs that take what sources have sent: one for all records that wait, not one for each request."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.foundation.clock import Clock
from chalicelib.foundation.errors import CallerError
from chalicelib.foundation.ids import fresh_id
from chalicelib.foundation.log import error_origin
from chalicelib.ingest.batch import GATHERING
from chalicelib.ingest.gate_store import Gate, GateStore
from chalicelib.ingest.source import IngestSource
from chalicelib.ingest.source_store import SourceStore
from chalicelib.jobs.new_job import NewJob
from chalicelib.jobs.refusals import ExtraWriteRefused
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.worker import WorkQueue

log = logging.getLogger(__name__)

MOST_DUE = 50  # sources that one run of the schedule looks at
TRIES = 4


@dataclass(frozen=True)
class StartIngest:
    """Sees that a job will take the records of a source."""

    gates: GateStore
    sources: SourceStore
    jobs: JobStore
    work_queue: WorkQueue
    clock: Clock
    new_job: Callable[[IngestSource, str], NewJob]

    def __call__(self, source: IngestSource) -> str | None:
        """The id of the job that takes the records at the latest; a new one, if none waits yet.

        None if none can be created now, as the owner has too many; the minute schedule tries again.
        """
        for _ in range(TRIES):
            gate = self.gates.get(source.source_id)
            if gate.job is not None:
                return gate.job
            new = self.new_job(source, fresh_id())
            noted = self.gates.wait_write(source.source_id, new.job_id, self.clock.now())
            try:
                job = self.jobs.create(new, extra_writes=[noted])
            except ExtraWriteRefused:
                continue  # another request was faster
            except CallerError:
                return None
            self.work_queue.send(job.job_id, after=GATHERING)
            return job.job_id
        return None

    def start_due(self) -> None:
        """Look at the sources whose records have waited for long. Part of every run of the minute schedule."""
        for gate in self.gates.due(self.clock.now(), limit=MOST_DUE):
            try:
                self._look_at(gate)
            except Exception as error:  # the other sources are not to wait for it; the next minute tries again
                log.error("ingest_not_started", extra=error_origin(error))

    def _look_at(self, gate: Gate) -> None:
        source = self.sources.find(gate.source_id)
        if source is None:
            self.gates.delete(gate.source_id)
            return
        job = self.jobs.find(gate.job) if gate.job is not None else None
        if job is not None and not job.is_finished:
            self.gates.look_later(gate, self.clock.now(), without_job=False)
            return
        self.gates.look_later(gate, self.clock.now(), without_job=gate.job is not None)
        self(source)

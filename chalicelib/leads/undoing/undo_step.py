"""The step of an undo: reverses the rows of an import blob by blob, and then writes the three lists."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from chalicelib.foundation.executor import Task
from chalicelib.foundation.safe_csv import BYTE_ORDER_MARK, csv_rows
from chalicelib.jobs.job import Job, JobState
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.reads import LedgerChunk
from chalicelib.jobs.run import Run
from chalicelib.leads.importing.import_details import ImportDetails
from chalicelib.leads.importing.import_parts import ImportParts
from chalicelib.leads.importing.lanes import lanes_of_import
from chalicelib.leads.importing.outcome import Outcome
from chalicelib.leads.importing.result_blobs import ResultBlobs
from chalicelib.leads.importing.turns import let_next_go_first
from chalicelib.leads.importing.write_results import WriteResults
from chalicelib.leads.undoing.job_kind import Undone
from chalicelib.leads.undoing.judge_undo import Why
from chalicelib.leads.undoing.reverse_rows import ChangedLeads, ReverseRows
from chalicelib.leads.undoing.undo_job import HEADERS, UndoLine, lines_from, lines_key, lines_text, list_key

COMMIT_EVERY = timedelta(seconds=10)  # while the lists are written; the lease lasts a minute


@dataclass(frozen=True)
class UndoStep:
    """Runs the job of an undo."""

    parts: ImportParts

    def __call__(self, run: Run) -> None:
        job = self.parts.jobs.get(str(run.job.details["import_id"]))
        _Undoing(self.parts, run, job)()


class _Undoing:
    """One claim of the job of an undo."""

    def __init__(self, parts: ImportParts, run: Run, job: Job) -> None:
        self._parts, self._run, self._job = parts, run, job
        details = ImportDetails.of(job)
        self._results: ResultBlobs = parts.results(details, job.job_id)
        self._lanes = lanes_of_import(parts.jobs, job)
        self._superseded = WriteResults(parts, details, job.job_id).superseded(self._lanes)
        self._reverse = ReverseRows(parts, job, int(str(run.job.details["at"])), self._superseded)
        self._began: datetime = parts.clock.now()
        self._committed_at = self._began
        self._committing: Task[None] | None = None

    def __call__(self) -> None:
        chunks = [chunk for lane in self._lanes for chunk in self._parts.jobs.ledger(lane) if chunk.blob is not None]
        try:
            is_done = self._reverse_all(chunks)
        finally:
            self._wait_for_commit()
        if is_done:
            self._write_lists(len(chunks))
            self._run.commit(Progress(self._run.job.cursor, state=JobState.COMPLETED))
        else:
            let_next_go_first(self._run, self._parts.jobs)

    def _reverse_all(self, chunks: Sequence[LedgerChunk]) -> bool:
        """Reverse the rows of all blobs; False if the time is up before.

        While those of one are reversed, the next one is read, and the one before it is committed.
        """
        done = self._done()
        finding = self._start_finding(chunks, done)
        for number in range(done, len(chunks)):
            changed = finding.result()
            is_last = self._run.out_of_time() or self._parts.clock.now() - self._began >= self._parts.limits.turn
            if not is_last:
                finding = self._start_finding(chunks, number + 1)
            lines = self._reverse(changed)
            self._wait_for_commit()
            self._committing = self._parts.executor.start(partial(self._commit, number, lines))
            if is_last:
                return False
        return True

    def _done(self) -> int:
        cursor = self._run.job.cursor
        return int(str(cursor["done"])) if isinstance(cursor, Mapping) else 0

    def _start_finding(self, chunks: Sequence[LedgerChunk], number: int) -> Task[ChangedLeads]:
        """Start to read the rows of a blob, and their leads; nothing if there are no more blobs."""
        return self._parts.executor.start(partial(self._find, chunks[number : number + 1]))

    def _find(self, chunks: Sequence[LedgerChunk]) -> ChangedLeads:
        lost: list[UndoLine] = []
        for chunk in chunks:
            result = self._results.get(chunk.blob or "")
            if result is not None:
                return self._reverse.find(result)
            expired = chunk.counted.get(Outcome.CREATED, 0) + chunk.counted.get(Outcome.UPDATED, 0)
            lost = [UndoLine(0, "", Undone.FAILED, Why.EXPIRED)] * expired
        return ChangedLeads((), {}, lost)

    def _commit(self, number: int, lines: Sequence[UndoLine]) -> None:
        key = lines_key(self._results, number)
        self._parts.blobs().put(key, lines_text(lines))
        counts = Counter(line.outcome for line in lines)
        self._run.commit(Progress({"done": number + 1}, counted=counts, blob=key))

    def _wait_for_commit(self) -> None:
        committing, self._committing = self._committing, None
        if committing is not None:
            committing.result()

    def _write_lists(self, blobs: int) -> None:
        writers = {each.value: self._parts.blobs().writer(list_key(self._results, each)) for each in Undone}
        for writer in writers.values():
            writer.write((BYTE_ORDER_MARK + csv_rows([HEADERS])).encode())
        for number in range(blobs):
            content = self._parts.blobs().find(lines_key(self._results, number))
            for line in lines_from(content) if content is not None else ():
                writers[line.outcome].write(csv_rows([line.cells()]).encode())
            self._keep()
        for writer in writers.values():
            writer.close()

    def _keep(self) -> None:
        """Renew the lease if it is time."""
        now = self._parts.clock.now()
        if now - self._committed_at >= COMMIT_EVERY:
            self._committed_at = now
            self._run.commit(Progress(self._run.job.cursor))

"""The step of a vendor's run: asks about the contacts of book after book, and waits until the books have the findings.

A run ends without error when every contact in its scope has a status, whatever it is. One that was stopped, reached a
limit, tripped the breaker or met a paused vendor did not.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from chalicelib.enrichment.ask_book import AskBook, Session
from chalicelib.enrichment.due_contacts import owners_in_scope
from chalicelib.enrichment.hand_over import HandOver
from chalicelib.enrichment.job_kinds import ENRICHMENT
from chalicelib.enrichment.jobs_of_books import FULL_BOOK_WAIT, jobs_of_books, wait_for
from chalicelib.enrichment.pace import Pace
from chalicelib.enrichment.run_cursor import Phase, RunCursor
from chalicelib.enrichment.run_end import RunEnd
from chalicelib.enrichment.run_parts import RunParts
from chalicelib.foundation.clock import milliseconds
from chalicelib.foundation.errors import ProviderBusy, TooMany
from chalicelib.foundation.ids import id_of
from chalicelib.foundation.memory import tune_memory
from chalicelib.jobs.job import Job, JobState, ParkReason
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.run import Run
from chalicelib.vendors.vendor import VendorBusy


@dataclass(frozen=True)
class VendorRun:
    """Runs the job of a vendor's run."""

    parts: RunParts

    def __call__(self, run: Run) -> None:
        tune_memory()
        cursor = RunCursor.of(run.job.cursor)
        try:
            if cursor.phase is Phase.ASK:
                cursor = self._ask(run, cursor)
        except TooMany:
            run.park(FULL_BOOK_WAIT, ParkReason.LATER)
            return
        except VendorBusy as busy:
            title = self.parts.vendor(str(run.job.details["vendor"])).title
            raise ProviderBusy(f"{title} asks us to be slower.", retry_after=busy.retry_after) from busy
        if cursor.phase is Phase.APPLY:
            self._wait_for_books(run, cursor)

    # ── asking

    def _ask(self, run: Run, cursor: RunCursor) -> RunCursor:
        """Ask about the books from the cursor on. Returns where it came to: in the other phase once all are done."""
        session = self._session(run)
        for owner in owners_in_scope(self.parts, session.control):
            hashed = id_of(owner)
            if hashed < cursor.book:
                continue
            cursor = self._finish_hand_over(run, owner, cursor)
            if cursor.end or (cursor.is_finished and cursor.book == hashed):
                continue
            if run.out_of_time():
                return cursor
            asking = AskBook(session, owner, cursor.in_book(hashed))
            asking()
            cursor = asking.cursor
            if not (cursor.is_finished or cursor.end):
                return cursor  # the time is up
        cursor = replace(cursor, phase=Phase.APPLY)
        run.commit(Progress(cursor.json()))
        return cursor

    def _session(self, run: Run) -> Session:
        parts, name = self.parts, str(run.job.details["vendor"])
        vendor, control = parts.vendor(name), parts.controls.get(name)
        spend = parts.spend(control, run.job.job_id)
        pace = Pace(vendor.rate.windows, parts.clock, spend.latest_calls())
        return Session(run, parts, vendor, control, parts.credentials(control), spend, pace)

    def _finish_hand_over(self, run: Run, owner: str, cursor: RunCursor) -> RunCursor:
        """Complete what an earlier claim of this run began to hand over."""
        if not cursor.kept or not (cursor.handing_over or cursor.is_finished or cursor.end):
            return cursor
        if id_of(owner) != cursor.book:
            return cursor.without_findings()  # the owner was erased meanwhile
        return HandOver(run, self.parts)(owner, cursor)

    # ── waiting for the books

    def _wait_for_books(self, run: Run, cursor: RunCursor) -> None:
        jobs = jobs_of_books(self.parts.jobs, run.job)
        unfinished = sum(not job.is_finished for job in jobs)
        if unfinished:
            run.park(wait_for(unfinished), ParkReason.LATER)
            return
        self._finish(run, RunEnd.of(cursor.end), jobs)

    def _finish(self, run: Run, end: RunEnd | None, jobs: Sequence[Job]) -> None:
        failed = [job for job in jobs if job.state not in (JobState.COMPLETED, JobState.PARTIAL)]
        is_good = end is None and not failed
        now = milliseconds(self.parts.clock.now())
        control = self.parts.controls.get(str(run.job.details["vendor"]))
        ended = self.parts.controls.run_ended_write(
            replace(control, run=run.job.job_id),
            last_good_run=now if is_good else None,
            waits="" if end is None else end.waits,
        )
        counts = Counter[str]()
        for job in jobs:
            counts.update({name: job.counts[name] for name in ENRICHMENT.outcomes.names})
        run.commit(
            Progress(
                None,
                state=end.state if end is not None else JobState.PARTIAL if failed else JobState.COMPLETED,
                error=end.words if end is not None else _FAILED_BOOKS if failed else None,
                error_code=None if end is None else end.code,
                extra_writes=[ended] if control.run == run.job.job_id else (),
                details={**counts, "books": len(jobs), "end": "" if end is None else end.text},
            )
        )


_FAILED_BOOKS = "Some address books did not take all that was found out. The next run asks about these contacts again."

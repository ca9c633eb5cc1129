"""What operators do with the runs of a vendor: list them, try the vendor on a few contacts, and undo a run."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.books.status_kind import StatusKind
from chalicelib.enrichment.control_store import ControlStore
from chalicelib.enrichment.job_kinds import (
    ENRICHMENT_PREVIEW,
    ENRICHMENT_RUN,
    ENRICHMENT_UNDO,
    VENDOR_OWNER,
    vendor_lane,
)
from chalicelib.enrichment.preview_run import MOST_PREVIEWED
from chalicelib.enrichment.run_end import RunEnd
from chalicelib.enrichment.spend import Spent
from chalicelib.enrichment.spend_store import SpendStore
from chalicelib.enrichment.stored_answers import AnswerStore
from chalicelib.enrichment.undo_vendor_run import undo_id
from chalicelib.foundation.clock import Clock, rfc3339
from chalicelib.foundation.errors import Conflict, NotFound
from chalicelib.foundation.ids import fresh_id, id_of
from chalicelib.foundation.json import JsonObject
from chalicelib.jobs.job import Job
from chalicelib.jobs.job_result import result_word
from chalicelib.jobs.new_job import NewJob
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.worker import WorkQueue
from chalicelib.vendors.vendor import Vendor

log = logging.getLogger(__name__)

MOST_LISTED = 20  # runs of one page
MOST_READ = 200  # jobs of all vendors that one page looks at
_COUNTS = (*(kind.value for kind in StatusKind), "skipped", "not_used", "repeated", "opt_outs_unread")


@dataclass(frozen=True)
class OperatorRuns:
    """Reads and starts the jobs in the lane of a vendor."""

    jobs: JobStore
    answers: AnswerStore
    spends: SpendStore
    controls: ControlStore
    work_queue: WorkQueue
    clock: Clock
    lasts: timedelta  #: for how long a run can be undone
    owners: Callable[[], Iterator[str]]  #: of all books

    # ── runs

    def recent(self, vendor: Vendor) -> list[JsonObject]:
        """The latest runs of a vendor, newest first."""
        jobs, _ = self.jobs.of_owner(VENDOR_OWNER, limit=MOST_READ)
        runs = [job for job in jobs if job.kind == ENRICHMENT_RUN.name and job.details["vendor"] == vendor.name]
        return self._all_json(vendor, runs[:MOST_LISTED])

    def get(self, vendor: Vendor, run_id: str) -> Job:
        """Raises NotFound if the vendor had no such run."""
        return self._job(vendor, run_id, ENRICHMENT_RUN.name)

    def json(self, vendor: Vendor, job: Job) -> JsonObject:
        """What is published of a run."""
        return self._all_json(vendor, [job])[0]

    def _all_json(self, vendor: Vendor, runs: Sequence[Job]) -> list[JsonObject]:
        spend, asked_again = self.spends.get(vendor.name), self.controls.get(vendor.name).asked_again
        undos = self.jobs.get_many([undo_id(run.job_id) for run in runs])
        return [
            {
                **self._run_json(vendor, run, spend.of_run(run.job_id)),
                "undo": _undo_json(undos.get(undo_id(run.job_id))),
                "is_asked_again": run.job_id in asked_again,
            }
            for run in runs
        ]

    def _run_json(self, vendor: Vendor, job: Job, spent: Spent) -> JsonObject:
        end = RunEnd.of(str(job.details.get("end", "")))
        return {
            "job_id": job.job_id,
            "vendor": vendor.name,
            "state": job.state.value,
            "result": result_word(job),
            "due_at": job.details.get("due_at"),
            "created_at": rfc3339(job.created_at),
            "finished_at": rfc3339(job.finished_at),
            "end": None if end is None else end.code,
            "words": job.error if end is None else end.words,
            "looked_at": int(job.details.get("looked_at", 0)),
            "calls": int(job.details.get("calls", 0)),
            "books": int(job.details.get("books", 0)),
            "counts": {name: int(job.details.get(name, 0)) for name in _COUNTS},
            "charged": int(job.details.get("charged", spent.money)),
            "uncertain": int(job.details.get("uncertain", 0)),
            "unit": vendor.price.unit,
            "can_be_undone_until": rfc3339(self._until(job)) if self._can_be_undone(job) else None,
        }

    # ── undoing a run

    def undo(self, vendor: Vendor, run_id: str, *, operator: str) -> Job:
        """Begin to undo a run; the undo that was begun before is returned.

        Raises:
            NotFound: the vendor had no such run.
            Conflict: it has not finished, or was too long ago.
        """
        run = self.get(vendor, run_id)
        known = self.jobs.find(undo_id(run_id))
        if known is not None:
            return known
        if not run.is_finished:
            raise Conflict("This run has not finished. Stop it, or wait for its end.")
        if not self._can_be_undone(run):
            raise Conflict(f"A run can be undone for {self.lasts.days} days only.", code="undo_expired")
        details, lane = {"vendor": vendor.name, "run": run_id}, vendor_lane(vendor.name)
        return self._begin(NewJob(undo_id(run_id), VENDOR_OWNER, ENRICHMENT_UNDO.name, details, lane=lane), operator)

    def ask_again(self, vendor: Vendor, run_id: str, *, operator: str) -> None:
        """Let the next runs ask about the contacts of a run that was undone. May be repeated.

        Raises:
            NotFound: the vendor had no such run.
            Conflict: it was not undone, or is being undone.
        """
        self.get(vendor, run_id)
        undo = self.jobs.find(undo_id(run_id))
        if undo is None or not undo.is_finished:
            raise Conflict("Undo this run first. Then its contacts can be asked about again.")
        self.controls.ask_again(vendor.name, run_id)
        log.info("operator_acted", extra={"act": "ask_again", "operator": operator, "job_id": run_id})

    def _can_be_undone(self, run: Job) -> bool:
        return run.is_finished and self.clock.now() < self._until(run)

    def _until(self, run: Job) -> datetime:
        return run.created_at + self.lasts

    # ── previews

    def begin_preview(self, vendor: Vendor, *, operator: str, idempotency_key: str | None = None) -> Job:
        """Ask about a few contacts without writing any; a preview that has not finished is returned instead.

        Raises:
            TooMany: too much waits in the vendor's lane.
        """
        details = {"vendor": vendor.name}
        for job in self.jobs.unfinished(VENDOR_OWNER):
            if job.kind == ENRICHMENT_PREVIEW.name and job.details["vendor"] == vendor.name:
                return job
        new = NewJob(fresh_id(), VENDOR_OWNER, ENRICHMENT_PREVIEW.name, details, lane=vendor_lane(vendor.name))
        return self._begin(new, operator, idempotency_key)

    def preview_json(self, vendor: Vendor, job_id: str) -> JsonObject:
        """What a preview found out. Raises NotFound if the vendor had no such preview."""
        job = self._job(vendor, job_id, ENRICHMENT_PREVIEW.name)
        books = set(job.details.get("books", ()))
        owners = sorted((each for each in self.owners() if id_of(each) in books), key=id_of) if books else []
        return {
            "job_id": job.job_id,
            "vendor": vendor.name,
            "state": job.state.value,
            "result": result_word(job),
            "error": job.error,
            "most_contacts": MOST_PREVIEWED,
            "charged": int(job.details.get("charged", 0)),
            "unit": vendor.price.unit,
            "contacts": [told for owner in owners for told in self.answers.find_preview(owner, job_id) or ()],
        }

    def most_of_preview(self, vendor: Vendor) -> int:
        """The most that a preview can cost, in millionths of the vendor's unit."""
        return MOST_PREVIEWED * vendor.price.most

    # ── jobs

    def _begin(self, new: NewJob, operator: str, idempotency_key: str | None = None) -> Job:
        job = self.jobs.create(new, idempotency_key=idempotency_key)
        self.work_queue.send(job.job_id)
        log.info("operator_acted", extra={"act": new.kind, "operator": operator, "job_id": job.job_id})
        return job

    def _job(self, vendor: Vendor, job_id: str, kind: str) -> Job:
        job = self.jobs.find(job_id)
        if job is None or (job.owner, job.kind, job.details.get("vendor")) != (VENDOR_OWNER, kind, vendor.name):
            raise NotFound("There is no such run.")
        return job


def _undo_json(undo: Job | None) -> JsonObject | None:
    if undo is None:
        return None
    numbers = {name: int(undo.details.get(name, 0)) for name in ("books", "restored", "kept", "failed")}
    return {
        "job_id": undo.job_id,
        "state": undo.state.value,
        "result": result_word(undo),
        "finished_at": rfc3339(undo.finished_at),
        **numbers,
    }

"""Hands what a run found out about a book over to a job of that book, which writes it."""

from dataclasses import dataclass, replace

from chalicelib.enrichment.job_kinds import ENRICHMENT, HANDED_OVER
from chalicelib.enrichment.run_cursor import RunCursor
from chalicelib.enrichment.run_parts import RunParts
from chalicelib.foundation.errors import Conflict
from chalicelib.foundation.ids import id_of
from chalicelib.jobs.job import LedgerLine
from chalicelib.jobs.new_job import NewJob
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.run import Run

# A job gets findings once there are so many, in so many blobs: those of a slow vendor soon, and those of a fast one,
# whose blobs are large, together. The index of the whole book is built after each job, so a large book needs few.
FINDINGS_OF_JOB = 1_000
BLOBS_OF_JOB = 10


def is_to_hand_over(cursor: RunCursor) -> bool:
    """Whether a job of the book gets the findings of the cursor now."""
    if cursor.is_finished or cursor.end:
        return bool(cursor.findings)
    return cursor.findings >= FINDINGS_OF_JOB and len(cursor.kept) >= BLOBS_OF_JOB


@dataclass(frozen=True)
class HandOver:
    """Creates the jobs of books. The run's ledger names each, so that the run can wait for them."""

    run: Run
    parts: RunParts

    def __call__(self, owner: str, cursor: RunCursor) -> RunCursor:
        """Create the job that gets the findings of the cursor; a repetition creates no second one.

        Returns:
            The cursor after it, to be committed with what follows.

        Raises:
            TooMany: the owner has too many unfinished jobs; the same call succeeds later.
        """
        job = self.run.job
        if not cursor.handing_over:
            job_id = id_of(ENRICHMENT.name, job.job_id, str(job.generation), str(job.chunk))
            cursor = replace(cursor, handing_over=job_id)
            self.run.commit(Progress(cursor.json(), lines=[LedgerLine(job_id, HANDED_OVER)]))
        details = {"run": job.job_id, "vendor": job.details["vendor"], "blobs": list(cursor.kept)}
        try:
            created = self.parts.jobs.create(NewJob(cursor.handing_over, owner, ENRICHMENT.name, details))
        except Conflict:  # the owner is being erased
            return cursor.without_findings()
        self.parts.work_queue.send(created.job_id)
        return cursor.without_findings()

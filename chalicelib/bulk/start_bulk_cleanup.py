"""Start the cleanup of a bulk create, or a dry run of it that says what a cleanup would do."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.bulk.bulk_job import CLEANUP_KIND, CREATE_KIND, MOST_CONTACTS, CleanupDetails, key_of
from chalicelib.bulk.own_jobs import find_own_job, own_job
from chalicelib.bulk.submitted_lists import SubmittedList, SubmittedLists
from chalicelib.contacts.tracking_keys import job_of, tracking_key
from chalicelib.foundation.errors import InvalidInput, TooLarge
from chalicelib.foundation.ids import fresh_id
from chalicelib.jobs.job import Job
from chalicelib.jobs.store import JobStore, NewJob
from chalicelib.jobs.worker import WorkQueue

LONGEST_ID = 100  # characters


@dataclass(frozen=True, slots=True)
class CleanupRequest:
    """Args:
    bulk_create_job_id, tracking_key: which run; one of them is needed. The key finds also what a run made whose job
        nobody remembers.
    contact_ids: of what the run made only these; None for all of it, an empty list for none.
    """

    bulk_create_job_id: str | None = None
    tracking_key: str | None = None
    contact_ids: Sequence[str] | None = None
    dry_run: bool = False


@dataclass(frozen=True)
class StartBulkCleanup:
    jobs: JobStore
    lists: SubmittedLists
    work_queue: WorkQueue

    def __call__(self, owner: str, wanted: CleanupRequest, *, idempotency_key: str | None = None) -> Job:
        """The job. A run that is still creating ends with the beginning of its cleanup, unless that is a dry one.

        Raises:
            InvalidInput: nothing says which run, or not with one voice. NotFound: there is no such job.
            Conflict: the key was used for something else, or the person is being erased. TooMany: the line is full.
        """
        run = _run_of(wanted)
        if wanted.bulk_create_job_id is not None:
            creating: Job | None = own_job(self.jobs, owner, run, CREATE_KIND)
        else:
            creating = find_own_job(self.jobs, owner, run, CREATE_KIND)
        key = wanted.tracking_key or tracking_key(run)
        ids = None if wanted.contact_ids is None else SubmittedList.of(_checked_ids(wanted.contact_ids))
        details = CleanupDetails(
            run, key if creating is None else key_of(creating), None if ids is None else ids.name, wanted.dry_run
        )
        if ids is not None:
            self.lists.put(owner, ids)
        new = NewJob(fresh_id(), owner, CLEANUP_KIND, details.json())
        stops = creating is not None and not creating.is_finished and not wanted.dry_run
        job = self.jobs.create(new, idempotency_key=idempotency_key, canceling=[run] if stops else ())
        if job.job_id == new.job_id:
            self.work_queue.send(job.job_id)
        return job


def _run_of(wanted: CleanupRequest) -> str:
    named = None if wanted.tracking_key is None else job_of(wanted.tracking_key)
    if wanted.tracking_key is not None and named is None:
        raise InvalidInput("This is no tracking key; one begins with bcc:j: and a job's id.", field="tracking_key")
    if named and wanted.bulk_create_job_id and named != wanted.bulk_create_job_id:
        raise InvalidInput("The tracking key is another run's; send one of the two.", field="tracking_key")
    run = wanted.bulk_create_job_id or named
    if run is None:
        raise InvalidInput("Say which run: bulk_create_job_id or tracking_key.", field="bulk_create_job_id")
    return run


def _checked_ids(contact_ids: Sequence[str]) -> list[str]:
    if len(contact_ids) > MOST_CONTACTS:
        told = f"A request may name {MOST_CONTACTS:,} contacts at most; this one names {len(contact_ids):,}."
        raise TooLarge(told, limit=MOST_CONTACTS, sent=len(contact_ids))
    if not all(0 < len(each) <= LONGEST_ID and each.isprintable() for each in contact_ids):
        raise InvalidInput(f"An id has 1 to {LONGEST_ID} printable characters.", field="contact_ids")
    return sorted(set(contact_ids))

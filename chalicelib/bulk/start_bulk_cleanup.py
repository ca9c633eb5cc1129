"""Start the cleanup of a bulk create, or a dry run that lists what a cleanup would delete."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.bulk.bulk_job import CLEANUP_KIND, CREATE_KIND, MOST_CONTACTS, CleanupDetails, key_of
from chalicelib.bulk.own_jobs import find_own_job, own_job
from chalicelib.bulk.submitted_lists import SubmittedList, SubmittedLists
from chalicelib.contacts.tracking_keys import job_id_of, tracking_key
from chalicelib.foundation.errors import InvalidInput, TooLarge
from chalicelib.foundation.ids import fresh_id
from chalicelib.jobs.job import Job
from chalicelib.jobs.new_job import NewJob
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.worker import WorkQueue

LONGEST_ID = 100  # characters


@dataclass(frozen=True, slots=True)
class CleanupRequest:
    """The contacts to delete. One of `bulk_create_job_id` and `tracking_key` is required."""

    bulk_create_job_id: str | None = None
    #: Works even if the job of the bulk create has expired.
    tracking_key: str | None = None
    #: Delete only these of the run's contacts; None for all.
    contact_ids: Sequence[str] | None = None
    dry_run: bool = False


@dataclass(frozen=True)
class StartBulkCleanup:
    """Starts cleanups."""

    jobs: JobStore
    lists: SubmittedLists
    work_queue: WorkQueue

    def __call__(self, owner: str, request: CleanupRequest, *, idempotency_key: str | None = None) -> Job:
        """Creates the cleanup job and returns it. Unless it is a dry run, an unfinished bulk create is canceled.

        Raises:
            InvalidInput: the run is missing or ambiguous, or a contact id is invalid.
            TooLarge: there are more than `MOST_CONTACTS` contact ids.
            NotFound: the bulk create does not exist, or belongs to another person.
            Conflict: the idempotency key was used for another request, or the person is being erased.
            TooMany: the person has too many unfinished jobs.
        """
        run = _run_of(request)
        if request.bulk_create_job_id is not None:
            creating: Job | None = own_job(self.jobs, owner, run, CREATE_KIND)
        else:
            creating = find_own_job(self.jobs, owner, run, CREATE_KIND)
        key = request.tracking_key or tracking_key(run)
        ids = None if request.contact_ids is None else SubmittedList.of(_checked_ids(request.contact_ids))
        details = CleanupDetails(
            run, key if creating is None else key_of(creating), None if ids is None else ids.name, request.dry_run
        )
        if ids is not None:
            self.lists.put(owner, ids)
        new = NewJob(fresh_id(), owner, CLEANUP_KIND, details.json())
        stops = creating is not None and not creating.is_finished and not request.dry_run
        job = self.jobs.create(new, idempotency_key=idempotency_key, canceling=[run] if stops else ())
        if job.job_id == new.job_id:
            self.work_queue.send(job.job_id)
        return job


def _run_of(request: CleanupRequest) -> str:
    key_run = None if request.tracking_key is None else job_id_of(request.tracking_key)
    if request.tracking_key is not None and key_run is None:
        raise InvalidInput(
            "Invalid tracking key. A tracking key starts with bcc:j: and a job id.", field="tracking_key"
        )
    if key_run and request.bulk_create_job_id and key_run != request.bulk_create_job_id:
        raise InvalidInput(
            "The tracking key and the job id name different runs. Send one of them.", field="tracking_key"
        )
    run = request.bulk_create_job_id or key_run
    if run is None:
        raise InvalidInput("Either bulk_create_job_id or tracking_key is required.", field="bulk_create_job_id")
    return run


def _checked_ids(contact_ids: Sequence[str]) -> list[str]:
    if len(contact_ids) > MOST_CONTACTS:
        message = f"A request may list at most {MOST_CONTACTS:,} contact ids. This one lists {len(contact_ids):,}."
        raise TooLarge(message, limit=MOST_CONTACTS, sent=len(contact_ids))
    if not all(0 < len(each) <= LONGEST_ID and each.isprintable() for each in contact_ids):
        raise InvalidInput(f"A contact id must have 1 to {LONGEST_ID} printable characters.", field="contact_ids")
    return sorted(set(contact_ids))

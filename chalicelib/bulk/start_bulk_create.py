"""Start a bulk create: validate the contacts, store the list and create the job; or change nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.bulk.bulk_job import CREATE_KIND, CreateDetails, Update
from chalicelib.bulk.check_contacts import checked_contacts
from chalicelib.bulk.shared_collections import Collections
from chalicelib.bulk.submitted_lists import SubmittedList, SubmittedLists
from chalicelib.contacts.on_existing import OnExisting
from chalicelib.contacts.stored_names import to_stored
from chalicelib.foundation.errors import Conflict, InvalidInput
from chalicelib.foundation.ids import fresh_id
from chalicelib.jobs.job import Job
from chalicelib.jobs.new_job import NewJob
from chalicelib.jobs.refusals import ExtraWriteRefused
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.worker import WorkQueue

LONGEST_NAME = 100  # characters of a client's name, and of its name for a run


@dataclass(frozen=True, slots=True)
class CreateRequest:
    """The parameters of a bulk create."""

    #: Not validated yet; valid ones match `contact_input.InputCreateContact`.
    contacts: Sequence[Any]
    #: The collection to add the contacts to.
    collection_id: str | None = None
    #: The client's name ("ios"), and its name for this run; both are parts of the tracking key.
    client_source: str | None = None
    client_reference_id: str | None = None
    on_existing: OnExisting = OnExisting.CREATE
    update: Update = Update.FILL
    dry_run: bool = False
    #: The service client that acts for the person; "" for the person.
    client: str = ""


@dataclass(frozen=True)
class StartBulkCreate:
    """Starts bulk creates."""

    jobs: JobStore
    lists: SubmittedLists
    collections: Collections
    work_queue: WorkQueue

    def __call__(self, owner: str, request: CreateRequest, *, idempotency_key: str | None = None) -> Job:
        """Creates the job and returns it; with an idempotency key, the same request gets the same job for 24 hours.

        Raises:
            TooLarge: there are more than `MOST_CONTACTS` contacts.
            InvalidContacts: some contacts are invalid; the error lists each.
            InvalidInput: there are no contacts, or a client name is invalid.
            NotFound: the collection does not exist, or is not shared with the person.
            NotAllowed: the person is a viewer of the collection.
            Conflict: the key was used for another request, the collection is full or is being changed, or the person
                is being erased.
            TooMany: the person has too many unfinished jobs.
        """
        sent = SubmittedList.of([to_stored(each) for each in checked_contacts(request.contacts)])
        details = CreateDetails(
            sent.name,
            len(request.contacts),
            request.on_existing,
            request.collection_id,
            _checked_name(request.client_source, "client_source"),
            _checked_name(request.client_reference_id, "client_reference_id"),
            request.update,
            request.dry_run,
            request.client,
        )
        new = NewJob(fresh_id(), owner, CREATE_KIND, details.json())
        if idempotency_key is not None:
            known = self.jobs.find_duplicate(new, idempotency_key)
            if known is not None:
                return known
        return self._create_job(new, details, sent, idempotency_key)

    def _create_job(self, new: NewJob, details: CreateDetails, sent: SubmittedList, idempotency_key: str | None) -> Job:
        extra_writes = []
        if details.collection_id is not None:
            self.collections.for_editor(new.owner, details.collection_id)
            self.collections.check_room(details.collection_id, details.total)
            extra_writes = [self.collections.edit_check(new.owner, details.collection_id)]
        self.lists.put(new.owner, sent)  # before the job: its worker reads it
        try:
            job = self.jobs.create(new, idempotency_key=idempotency_key, extra_writes=extra_writes)
        except ExtraWriteRefused:
            self.collections.for_editor(new.owner, str(details.collection_id))
            raise Conflict("The collection was changed at the same time. Try again.") from None
        if job.job_id == new.job_id:
            self.work_queue.send(job.job_id)
        return job


def _checked_name(text: str | None, field: str) -> str | None:
    if text is not None and not (0 < len(text) <= LONGEST_NAME and text.isprintable()):
        raise InvalidInput(f"{field} must have 1 to {LONGEST_NAME} printable characters.", field=field)
    return text

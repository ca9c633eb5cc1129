"""Start a bulk create: everything is checked, the list is kept, and a job is on its way; or nothing has happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.bulk.bulk_job import CREATE_KIND, CreateDetails
from chalicelib.bulk.check_contacts import checked_contacts
from chalicelib.bulk.shared_collections import Collections
from chalicelib.bulk.submitted_lists import SubmittedList, SubmittedLists
from chalicelib.contacts.on_existing import OnExisting
from chalicelib.contacts.stored_names import to_stored
from chalicelib.foundation.errors import Conflict, InvalidInput
from chalicelib.foundation.ids import fresh_id
from chalicelib.jobs.job import Job
from chalicelib.jobs.refusals import ExtraWriteRefused
from chalicelib.jobs.store import JobStore, NewJob
from chalicelib.jobs.worker import WorkQueue

LONGEST_NAME = 100  # characters of what a client calls itself, and its run


@dataclass(frozen=True, slots=True)
class CreateRequest:
    """Args:
    contacts: as `contact_input.InputCreateContact` describes them. collection_id: where they become members.
    client_source, client_reference_id: what the client calls itself ("ios"), and its run; parts of the tracking key.
    """

    contacts: Sequence[Any]
    collection_id: str | None = None
    client_source: str | None = None
    client_reference_id: str | None = None
    on_existing: OnExisting = OnExisting.CREATE


@dataclass(frozen=True)
class StartBulkCreate:
    jobs: JobStore
    lists: SubmittedLists
    collections: Collections
    work_queue: WorkQueue

    def __call__(self, owner: str, wanted: CreateRequest, *, idempotency_key: str | None = None) -> Job:
        """The job; with an idempotency key, the same one for the same request, for 24 hours.

        Raises:
            TooLarge, InvalidContacts: see `checked_contacts`. InvalidInput: another member cannot be.
            NotFound: there is no such collection, or the person does not see it. NotAllowed: they may only look at it.
            Conflict: the key was used for something else, the collection is full, or the person is being erased.
            TooMany: the line is full.
        """
        sent = SubmittedList.of([to_stored(each) for each in checked_contacts(wanted.contacts)])
        details = CreateDetails(
            sent.name,
            len(wanted.contacts),
            wanted.on_existing,
            wanted.collection_id,
            _name(wanted.client_source, "client_source"),
            _name(wanted.client_reference_id, "client_reference_id"),
        )
        new = NewJob(fresh_id(), owner, CREATE_KIND, details.json())
        if idempotency_key is not None:
            known = self.jobs.find_duplicate(new, idempotency_key)
            if known is not None:
                return known
        return self._started(new, details, sent, idempotency_key)

    def _started(self, new: NewJob, details: CreateDetails, sent: SubmittedList, idempotency_key: str | None) -> Job:
        extra_writes = []
        if details.collection_id is not None:
            self.collections.for_editor(new.owner, details.collection_id)
            self.collections.check_room(details.collection_id, details.total)
            extra_writes = [self.collections.edit_check(new.owner, details.collection_id)]
        self.lists.put(new.owner, sent)  # first: whoever begins the job needs it
        try:
            job = self.jobs.create(new, idempotency_key=idempotency_key, extra_writes=extra_writes)
        except ExtraWriteRefused:
            self.collections.for_editor(new.owner, str(details.collection_id))
            raise Conflict("The collection is being changed at the same time. Try again.") from None
        if job.job_id == new.job_id:
            self.work_queue.send(job.job_id)
        return job


def _name(text: str | None, member: str) -> str | None:
    if text is not None and not (0 < len(text) <= LONGEST_NAME and text.isprintable()):
        raise InvalidInput(f"{member} must have 1 to {LONGEST_NAME} printable characters.", field=member)
    return text

"""Erases a lead, deletes the exports that may hold it, and starts the job that removes it from imports."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chalicelib.foundation.errors import NotFound
from chalicelib.foundation.ids import fresh_id
from chalicelib.foundation.service_owners import organization_owner
from chalicelib.jobs.job import Job
from chalicelib.jobs.new_job import NewJob
from chalicelib.jobs.refusals import ExtraWriteRefused
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.worker import WorkQueue
from chalicelib.leads.erasing.erasure_job import ERASURE_LANE, LEAD_ERASURE, erasure_details
from chalicelib.leads.lead import LeadIdentity
from chalicelib.leads.managing.change_leads import ChangeLeads, Erased
from chalicelib.leads.store.lead_store import EntryChange


@dataclass(frozen=True, slots=True)
class Erasure:
    """What an erasure did, and the job that does the rest."""

    erased: Erased
    #: the ids of the jobs of the exports that are deleted
    exports: Sequence[str]
    job: Job


@dataclass(frozen=True)
class EraseLeads:
    """One use case for the API and the pages, so that both leave nothing behind."""

    change: ChangeLeads
    #: of an organization; returns the ids of their jobs
    delete_exports: Callable[[str], Sequence[str]]
    #: of an organization: deletes the records that other systems have sent and that could not be imported
    forget_failed: Callable[[str], object]
    jobs: JobStore
    work_queue: WorkQueue

    def __call__(self, organization: str, whom: str | LeadIdentity) -> Erasure:
        """Erase the lead with this id, or whoever has the identity.

        The lead goes and the job is there in one transaction. Erasing an identity again starts another job.

        Raises:
            NotFound: there is no lead with this id.
            TooMany: too many erasures of this organization are under way.
        """
        created: list[Job] = []

        def commit(_: str, changes: Sequence[EntryChange]) -> bool:
            try:
                created.append(self._create(organization, [each.before.key for each in changes], changes))
            except ExtraWriteRefused:  # others have changed the items
                return False
            return True

        if isinstance(whom, str):
            erased = self.change.erase(organization, whom, commit)
        else:
            erased = self.change.erase_identity(organization, whom, commit)
        job = created[0] if created else self._create(organization, erased.keys)
        self.work_queue.send(job.job_id)
        self.forget_failed(organization)
        return Erasure(erased, self.delete_exports(organization), job)

    def job(self, organization: str, job_id: str) -> Job:
        """The job of an erasure. Raises NotFound if it is none of this organization's."""
        job = self.jobs.find(job_id)
        if job is None or (job.owner, job.kind) != (organization_owner(organization), LEAD_ERASURE.name):
            raise NotFound("This does not exist, or you do not have access to it.")
        return job

    def _create(self, organization: str, keys: Sequence[str], changes: Sequence[EntryChange] = ()) -> Job:
        """Create the job and change the items, in one transaction."""
        owner, details = organization_owner(organization), erasure_details(organization, keys)
        new = NewJob(fresh_id(), owner, LEAD_ERASURE.name, details, lane=ERASURE_LANE)
        return self.jobs.create(new, extra_writes=self.change.store.writes(organization, changes))

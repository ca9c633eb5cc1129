"""Takes a person's choice of what comes of an account, and starts the import that brings it.

That import is a full one: it takes away what is left out as it takes away what is gone at the provider, so removals are
held if they are too many. An import of the choice before may still be running. It keeps its choice to its end, and the
sync state that it leaves is not valid for the new one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.accounts.connection import FULL, IMPORT_KIND, RACES, Connection, job_details
from chalicelib.accounts.connection_store import ConnectionStore
from chalicelib.accounts.refresh_store import RefreshStore
from chalicelib.foundation.errors import Conflict
from chalicelib.foundation.ids import fresh_id
from chalicelib.jobs.job import Job
from chalicelib.jobs.new_job import NewJob
from chalicelib.jobs.refusals import ExtraWriteRefused
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.worker import WorkQueue
from chalicelib.provider_imports.account_choices import OfferChoices, OfferedChoices
from chalicelib.providers.choices import Chosen


@dataclass(frozen=True)
class ChooseContacts:
    """Stores a choice and starts its import, both in one transaction."""

    offer: OfferChoices
    connections: ConnectionStore
    refreshes: RefreshStore
    jobs: JobStore
    work_queue: WorkQueue

    def __call__(
        self,
        owner: str,
        connection_id: str,
        wanted: Sequence[str],
        *,
        person: str = "",
        offered: OfferedChoices | None = None,
    ) -> Job | None:
        """Make the choice. Safe to repeat: the choice that an account has starts nothing.

        Args:
            wanted: the ids of what comes.
            offered: what the account offers, if the caller has just asked.

        Returns:
            The import; None if nothing changed.

        Raises:
            InvalidInput: nothing was chosen, or something that is not offered.
            ConsentNeeded: the account must be connected again, or a permission is missing.
            NotFound, Conflict, TooMany: as `BeginImport`.
            ProviderBusy, ProviderBroken, Misconfigured: from the provider.
        """
        offered = offered or self.offer(owner, connection_id)
        chosen = offered.check(wanted)
        for _ in range(RACES):
            connection = self.connections.get(owner, connection_id)
            connection.check_usable()
            if connection.chosen == chosen and not connection.waits_for_choice:
                return None
            job = self._choose(connection, chosen, offered, person)
            if job is not None:
                self.work_queue.send(job.job_id)
                return job
        raise Conflict("This account was changed at the same time. Try again.")

    def _choose(self, connection: Connection, chosen: Chosen, offered: OfferedChoices, person: str) -> Job | None:
        """The import; None if the account has changed since it was read."""
        names = [offered.names.get(key, key) for key in chosen or ()]
        new = NewJob(
            fresh_id(),
            connection.owner,
            IMPORT_KIND,
            job_details(connection, mode=FULL, person=person, asked_full=True),
        )
        writes = [self.connections.writes.choose(connection, chosen, names, new.job_id)]
        if connection.waits_for_choice:
            writes.append(self.refreshes.start_write(connection.owner, connection.connection_id))
        try:
            return self.jobs.create(new, extra_writes=writes)
        except ExtraWriteRefused:
            return None

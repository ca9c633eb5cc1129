"""Lists connected accounts with their permissions, state and last import."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from chalicelib.accounts.connection import Connection, displayed_state
from chalicelib.accounts.connection_store import ConnectionStore
from chalicelib.accounts.refresh import Refresh, refresh_of
from chalicelib.accounts.refresh_store import RefreshStore
from chalicelib.foundation.clock import rfc3339
from chalicelib.foundation.json import Json
from chalicelib.jobs.job import Job
from chalicelib.jobs.job_result import result_word
from chalicelib.jobs.store import JobStore
from chalicelib.provider_imports.change_refresh import refresh_json
from chalicelib.provider_imports.held_removals import held_removals
from chalicelib.provider_imports.status import public_state


@dataclass(frozen=True)
class ListConnections:
    """The connected accounts of an owner, as JSON."""

    connections: ConnectionStore
    refreshes: RefreshStore
    jobs: JobStore

    def __call__(self, owner: str) -> list[dict[str, Json]]:
        return self._bodies(owner, self.connections.of_owner(owner))

    def get(self, owner: str, connection_id: str) -> dict[str, Json]:
        """One connected account.

        Raises:
            NotFound: this owner has no such connection.
        """
        return self._bodies(owner, [self.connections.get(owner, connection_id)])[0]

    def _bodies(self, owner: str, connections: Sequence[Connection]) -> list[dict[str, Json]]:
        if not connections:
            return []
        live, refreshes = self.jobs.unfinished(owner), self.refreshes.of_owner(owner)
        known = self.jobs.get_many(
            list({*filter(None, (job_id for each in connections for job_id in (each.last_import, each.last_finished)))})
        )
        return [
            _body(connection, live, known, refreshes.get(connection.connection_id) or refresh_of(connection))
            for connection in connections
        ]


def _body(connection: Connection, live: Sequence[Job], known: Mapping[str, Job], refresh: Refresh) -> dict[str, Json]:
    job = known.get(connection.last_import or "")
    return {
        "connection_id": connection.connection_id,
        "provider": connection.provider,
        "account": connection.account,
        "scopes": list(connection.scopes),
        "state": displayed_state(connection, live),
        "connected_at": rfc3339(connection.connected_at),
        "disconnected_at": rfc3339(connection.disconnected_at),
        "chosen": _chosen(connection),
        "waits_for_choice": connection.waits_for_choice,
        "last_import": None if job is None else _summary(job),
        "refresh": refresh_json(refresh, connection, job, held_removals(connection, known)),
    }


def _chosen(connection: Connection) -> list[dict[str, Json]] | None:
    """What the person chose; None if everything comes."""
    if connection.chosen is None:
        return None
    pairs = zip_longest(connection.chosen, connection.chosen_names)
    return [{"id": key, "name": name or key} for key, name in pairs]


def _summary(job: Job) -> dict[str, Json]:
    return {
        "job_id": job.job_id,
        "mode": job.details.get("mode"),
        "status": public_state(job).value,
        "result": result_word(job),
        "started_at": rfc3339(job.created_at),
        "completed_at": rfc3339(job.finished_at),
        "imported_contacts": job.counts.created + job.counts.updated,
        "failed_contacts": job.counts.failed,
    }

"""The operator's room: what the other rooms let an operator do about their jobs, and what everything stands on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.provider_imports.status import TITLES
from chalicelib.tables.keys import NO_ITEM
from chalicelib.wiring.imports import Imports

if TYPE_CHECKING:
    from chalicelib.jobs.job import Job
    from chalicelib.operating.allowed_actions import Kinds
    from chalicelib.operating.health import CheckHealth
    from chalicelib.operating.job_json import ShowJobs
    from chalicelib.operating.list_jobs import ListJobs

NOBODYS = "check"  # the folder of a page that no owner has


class Operating(Imports):
    """The operator's room."""

    @cached_property
    def job_kinds(self) -> Kinds:
        from chalicelib.accounts import disconnect
        from chalicelib.accounts.connection import IMPORT_KIND
        from chalicelib.bulk import bulk_job
        from chalicelib.erasing import erase_person
        from chalicelib.operating.allowed_actions import JobActions
        from chalicelib.provider_imports.held_removals import REMOVALS_KIND

        def retry(owner: str, job_id: str, idempotency_key: str | None) -> Job:
            return self.retry_import(owner, job_id, idempotency_key=idempotency_key)

        return {
            IMPORT_KIND: JobActions("Import", self.cancel_import, retry=retry),
            REMOVALS_KIND: JobActions("Removal", self.cancel_job),
            bulk_job.CREATE_KIND: JobActions("Bulk create", self.cancel_job),
            bulk_job.CLEANUP_KIND: JobActions("Bulk cleanup", self.cancel_job),
            disconnect.DISCONNECT_KIND: JobActions("Disconnect", kept=disconnect.CANNOT_CANCEL),
            erase_person.KIND: JobActions("Erasure", kept=erase_person.RUNS_TO_ITS_END),
        }

    @property
    def provider_titles(self) -> Mapping[str, str]:
        return TITLES

    @cached_property
    def list_jobs(self) -> ListJobs:
        from chalicelib.operating.list_jobs import ListJobs

        return ListJobs(self.jobs, self.executor)

    @cached_property
    def show_jobs(self) -> ShowJobs:
        from chalicelib.operating.job_json import ShowJobs

        has_queue = bool(self.settings.work_queue_url)
        return ShowJobs(self.jobs, self.store_clock, self.job_kinds, self.provider_titles, has_queue)

    @cached_property
    def check_health(self) -> CheckHealth:
        from chalicelib.foundation.work_queue import SqsQueue
        from chalicelib.operating.health import CheckHealth

        settings, work_queue = self.settings, self.work_queue
        tables = {
            "jobs_table": settings.jobs_table,
            "contacts_table": settings.contacts_table,
            "people_table": settings.people_table,
        }
        checks = {name: self._table_check(table) for name, table in tables.items()}
        if isinstance(work_queue, SqsQueue):
            checks["queue"] = work_queue.check
        return CheckHealth(
            self.jobs,
            self.store_clock,
            {**checks, "bucket": self._bucket_check(), "key": self.seal.check},
        )

    def _table_check(self, table: str) -> Callable[[], None]:
        dynamo = self.dynamo

        def check() -> None:
            dynamo.get(table, NO_ITEM.item)

        return check

    def _bucket_check(self) -> Callable[[], None]:
        from chalicelib.provider_imports.raw_pages import pages_prefix

        blobs, prefix = self.blobs, pages_prefix(NOBODYS)
        return lambda: blobs.check(prefix)

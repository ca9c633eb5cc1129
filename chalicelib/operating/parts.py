"""The parts of operating the service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from chalicelib.tables.keys import NO_ITEM

if TYPE_CHECKING:
    from chalicelib.jobs.minute_schedule import RunSchedule
    from chalicelib.jobs.run_now import RunNow
    from chalicelib.operating.activity_json import ActivityJson
    from chalicelib.operating.allowed_actions import ActionsByKind
    from chalicelib.operating.health import CheckHealth
    from chalicelib.operating.job_json import JobJson
    from chalicelib.operating.list_activity import ListActivity
    from chalicelib.operating.list_jobs import ListJobs
    from chalicelib.operating.operator_actions import OperatorActions
    from chalicelib.shared_parts import SharedParts


class Engine(Protocol):
    """Runs jobs, and knows what operators may do with them."""

    @property
    def run_schedule(self) -> RunSchedule: ...
    @property
    def job_actions(self) -> ActionsByKind: ...


class OperatingParts:
    """The parts, each built on first use."""

    def __init__(
        self,
        shared: SharedParts,
        *,
        engine: Engine,
        provider_titles: Mapping[str, str],
        check_bucket: Callable[[], None],
    ) -> None:
        """Connect the room to the engine.

        Args:
            provider_titles: the titles of the providers, by their names.
            check_bucket: raises an error if the bucket is unhealthy.
        """
        self.shared, self._engine = shared, engine
        self.provider_titles, self._check_bucket = provider_titles, check_bucket

    @property
    def job_actions(self) -> ActionsByKind:
        return self._engine.job_actions

    @cached_property
    def run_now(self) -> RunNow:
        from chalicelib.jobs.run_now import RunNow

        return RunNow(self._engine.run_schedule, self.shared.clock)

    @cached_property
    def actions(self) -> OperatorActions:
        from chalicelib.operating.operator_actions import OperatorActions

        return OperatorActions(self.shared.jobs, self.job_actions, self.run_now)

    @cached_property
    def list_jobs(self) -> ListJobs:
        from chalicelib.operating.list_jobs import ListJobs

        return ListJobs(self.shared.jobs, self.shared.executor)

    @cached_property
    def list_activity(self) -> ListActivity:
        from chalicelib.operating.list_activity import ListActivity

        shared = self.shared
        jobs = [job for room in shared.rooms for job in room.jobs if job.is_activity]
        kinds = frozenset(job.kind.name for job in jobs)
        own_kinds = frozenset(job.kind.name for job in jobs if job.is_own_activity)
        counted = {job.kind.name: job.counted for job in jobs}
        return ListActivity(shared.jobs, shared.activity, shared.executor, shared.clock, kinds, own_kinds, counted)

    def forget_activity(self, owner: str) -> None:
        """Take a person out of what happened, and note what their jobs were. May be repeated."""
        jobs, start = self.shared.jobs, None
        while True:
            page, start = jobs.of_owner(owner, before=start)
            for job in page:
                self.shared.activity.note_erased_job(job)
            if start is None:
                break
        self.shared.activity.forget(owner)

    @cached_property
    def activity_json(self) -> ActivityJson:
        from chalicelib.operating.activity_json import ActivityJson

        jobs = [job for room in self.shared.rooms for job in room.jobs]
        return ActivityJson({job.kind.name: job.title for job in jobs if job.is_activity})

    @cached_property
    def job_json(self) -> JobJson:
        from chalicelib.operating.job_json import JobJson

        shared = self.shared
        has_queue = bool(shared.settings.work_queue_url)
        return JobJson(shared.jobs, shared.store_clock, self.job_actions, self.provider_titles, has_queue)

    @cached_property
    def check_health(self) -> CheckHealth:
        from chalicelib.foundation.work_queue import SqsQueue
        from chalicelib.operating.health import CheckHealth

        shared, settings, work_queue = self.shared, self.shared.settings, self.shared.work_queue
        checks = {
            "jobs_table": self._table_check(settings.jobs_table),
            "contacts_table": self._table_check(settings.contacts_table),
            "people_table": self._table_check(settings.people_table),
            "leads_table": self._table_check(settings.leads_table),
        }
        if isinstance(work_queue, SqsQueue):
            checks["queue"] = work_queue.check
        checks |= {"bucket": self._check_bucket, "key": shared.seal.check}
        return CheckHealth(shared.jobs, shared.store_clock, checks)

    def _table_check(self, table: str) -> Callable[[], None]:
        dynamo = self.shared.dynamo

        def check() -> None:
            dynamo.get(table, NO_ITEM.item)

        return check

"""The JSON of jobs for operators: the state of each job in the engine, never the data it reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib.foundation.clock import Clock, rfc3339
from chalicelib.foundation.json import Json
from chalicelib.jobs.job import Job
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.waiting import UNNAMED_PROVIDER, WaitContext, waiting_reason, waiting_sentence
from chalicelib.operating.allowed_actions import ActionsByKind, may_cancel, may_retry
from chalicelib.operating.list_jobs import JobPage
from chalicelib.operating.schedule_health import ScheduleHealth


@dataclass(frozen=True)
class JobJson:
    """Renders jobs as JSON."""

    jobs: JobStore
    clock: Clock
    kinds: ActionsByKind
    #: The titles of the providers, by their names.
    providers: Mapping[str, str]
    #: Whether a work queue starts jobs.
    has_queue: bool = False

    def page(self, found: JobPage, schedule: ScheduleHealth) -> dict[str, Json]:
        """The published page of jobs, with the state of the schedule."""
        return {
            "jobs": self._bodies(found.jobs, schedule),
            "next_cursor": found.cursor,
            "looked_back_to": rfc3339(found.looked_back_to),
            "oldest_due_seconds": schedule.oldest_due_seconds,
            "last_schedule_run": rfc3339(schedule.last_run),
        }

    def single(self, job: Job) -> dict[str, Json]:
        return self._bodies([job], ScheduleHealth(self.clock.now(), self.jobs.last_schedule_run(), None))[0]

    def _bodies(self, jobs: Sequence[Job], schedule: ScheduleHealth) -> list[dict[str, Json]]:
        ahead = self.jobs.jobs_ahead(jobs)
        return [
            self._body(job, WaitContext(schedule.now, ahead.get(job.job_id, 0), schedule.last_run, self.has_queue))
            for job in jobs
        ]

    def _body(self, job: Job, context: WaitContext) -> dict[str, Json]:
        reason = waiting_reason(job, context)
        provider = job.details.get("provider")
        title = self.providers.get(str(provider), UNNAMED_PROVIDER)
        is_due = job.due is not None and job.due <= context.now
        return {
            "job_id": job.job_id,
            "owner": job.owner,
            "kind": job.kind,
            "provider": provider,
            "account": job.details.get("account") or None,
            "state": job.state.value,
            "waiting": None if reason is None else waiting_sentence(job, context, reason, provider=title),
            "waiting_reason": None if reason is None else reason.value,
            "rev": job.rev,
            "failures": job.failures,
            "crashes": job.crashes,
            "attempts": job.attempts,
            "counts": dict(job.counts),
            "read": job.counts.read,
            "estimate": job.estimate,
            "error": job.error,
            "error_code": job.error_code,
            "retry_of": job.retry_of,
            "request_id": job.request_id,
            "created_at": rfc3339(job.created_at),
            "claimed_at": rfc3339(job.claimed_at),
            "updated_at": rfc3339(job.updated_at),
            "due_at": rfc3339(job.due),
            "due_seconds": round((context.now - job.due).total_seconds()) if is_due and job.due is not None else None,
            "finished_at": rfc3339(job.finished_at),
            "may_cancel": may_cancel(self.kinds, job),
            "may_retry": may_retry(self.kinds, job),
        }

"""Looking after the service over HTTP: all jobs, what an operator may do about them, and how everything is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from chalicelib.foundation.door import Access, Door, Query
from chalicelib.foundation.http import Answer, Asked, whole_number, word
from chalicelib.jobs.job import JobState

if TYPE_CHECKING:
    from chalicelib.foundation.clock import Clock
    from chalicelib.jobs.store import JobStore
    from chalicelib.operating.act import Act
    from chalicelib.operating.health import CheckHealth
    from chalicelib.operating.kinds import Kinds
    from chalicelib.operating.list_jobs import Found, ListJobs, Wish
    from chalicelib.operating.pulse import Pulse
    from chalicelib.operating.shown import ShowJobs

JOBS = "/api/v1/operator/jobs"
HEALTH = "/api/v1/health"
SPAN = {"type": "string", "pattern": "^[0-9]{1,4}[mhd]$"}
FILTERS = [
    Query("state", "Only jobs in this state.", {"enum": ["unfinished", *JobState]}),
    Query("kind", "Only jobs of this kind."),
    Query("provider", "Only jobs on accounts of this provider."),
    Query("person", "Only jobs of this person: the `sub` of their tokens."),
    Query("older_than", "Only jobs created longer ago than this, such as 45m, 2h or 3d.", SPAN),
    Query("younger_than", "Only jobs created within this.", SPAN),
    Query("cursor", "Where the page starts; from `next_cursor` of the one before."),
    Query("limit", "How many at most.", {"type": "integer", "minimum": 1, "maximum": 200}),
]


class Parts(Protocol):
    @property
    def public_url(self) -> str: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def jobs(self) -> JobStore: ...
    @property
    def job_kinds(self) -> Kinds: ...
    @property
    def provider_titles(self) -> Mapping[str, str]: ...
    @property
    def list_jobs(self) -> ListJobs: ...
    @property
    def show_jobs(self) -> ShowJobs: ...
    @property
    def act(self) -> Act: ...
    @property
    def check_health(self) -> CheckHealth: ...


def routes(door: Door, parts: Parts) -> None:
    _job_routes(door, parts)
    _act_routes(door, parts)
    _health_routes(door, parts)


def looked_up(asked: Asked, parts: Parts, *, limit: int) -> tuple[Found, Pulse]:
    """The jobs that the query's filters and cursor ask for. Raises InvalidInput for a filter that is none."""
    from chalicelib.operating.pulse import read_pulse

    pulse = read_pulse(parts.jobs, parts.clock.now())
    return parts.list_jobs(_wish(asked, parts), pulse, cursor=asked.query.get("cursor") or None, limit=limit), pulse


def _wish(asked: Asked, parts: Parts) -> Wish:
    from chalicelib.operating.list_jobs import STATES, Wish
    from chalicelib.operating.spans import read_span

    return Wish(
        state=word(asked, "state", STATES),
        kind=word(asked, "kind", parts.job_kinds),
        provider=word(asked, "provider", parts.provider_titles),
        owner=asked.query.get("person") or None,
        older_than=read_span(asked.query.get("older_than"), "older_than"),
        younger_than=read_span(asked.query.get("younger_than"), "younger_than"),
    )


def _job_routes(door: Door, parts: Parts) -> None:
    @door.get(JOBS, Access.OPERATOR, "All jobs, newest first", {200: "OperatorJobs"}, query=FILTERS, only_known=True)
    def list_all_jobs(asked: Asked) -> Answer:
        return Answer(parts.show_jobs.page(*looked_up(asked, parts, limit=whole_number(asked, "limit", 50, 1, 200))))

    @door.get(f"{JOBS}/{{job_id}}", Access.OPERATOR, "One job, of anybody", {200: "OperatorJob"})
    def get_any_job(_: Asked, job_id: str) -> Answer:
        return Answer(parts.show_jobs.one(parts.jobs.get(job_id)))


def _act_routes(door: Door, parts: Parts) -> None:
    @door.post(f"{JOBS}/{{job_id}}/cancel", Access.OPERATOR, "Cancel anybody's job", {200: "OperatorJob"})
    def cancel_any_job(asked: Asked, job_id: str) -> Answer:
        return Answer(parts.show_jobs.one(parts.act.cancel(job_id, operator=asked.owner)))

    @door.post(f"{JOBS}/{{job_id}}/retry", Access.OPERATOR, "Run anybody's import again", {202: "OperatorJob"})
    def retry_any_job(asked: Asked, job_id: str) -> Answer:
        job = parts.act.retry(job_id, operator=asked.owner, once=asked.once)
        return Answer(parts.show_jobs.one(job), 202, {"Location": f"{parts.public_url}{JOBS}/{job.job_id}"})

    @door.post("/api/v1/operator/schedule", Access.OPERATOR, "Run the schedule's work now", {200: "ScheduleRun"})
    def run_schedule_now(asked: Asked) -> Answer:
        return Answer(parts.act.run_schedule(operator=asked.owner, seconds_left=asked.seconds_left))


def _health_routes(door: Door, parts: Parts) -> None:
    @door.get(HEALTH, Access.ANYONE, "Whether the service answers at all", {200: "Alive"})
    def health(_: Asked) -> Answer:
        return Answer({"status": "ok"})

    @door.get(f"{HEALTH}/deep", Access.OPERATOR, "Whether all it stands on answers", {200: "Health", 503: "Health"})
    def deep_health(_: Asked) -> Answer:
        body = parts.check_health()
        return Answer(body, 200 if body["status"] == "ok" else 503)

"""Looking after the service over HTTP: all jobs, what an operator may do about them, and how everything is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.foundation.http import Request, Response, choice, whole_number
from chalicelib.foundation.router import Access, Query, Router
from chalicelib.jobs.job import JobState

if TYPE_CHECKING:
    from chalicelib.operating.list_jobs import Found, JobFilter
    from chalicelib.operating.parts import OperatingParts
    from chalicelib.operating.schedule_health import ScheduleHealth

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


def routes(router: Router, parts: OperatingParts) -> None:
    _job_routes(router, parts)
    _act_routes(router, parts)
    _health_routes(router, parts)


def looked_up(request: Request, parts: OperatingParts, *, limit: int) -> tuple[Found, ScheduleHealth]:
    """The jobs that the query's filters and cursor ask for. Raises InvalidInput for a filter that is none."""
    from chalicelib.operating.schedule_health import read_pulse

    pulse = read_pulse(parts.shared.jobs, parts.shared.clock.now())
    return parts.list_jobs(_wish(request, parts), pulse, cursor=request.query.get("cursor") or None, limit=limit), pulse


def _wish(request: Request, parts: OperatingParts) -> JobFilter:
    from chalicelib.operating.durations import read_span
    from chalicelib.operating.list_jobs import STATES, JobFilter

    return JobFilter(
        state=choice(request, "state", STATES),
        kind=choice(request, "kind", parts.job_actions),
        provider=choice(request, "provider", parts.provider_titles),
        owner=request.query.get("person") or None,
        older_than=read_span(request.query.get("older_than"), "older_than"),
        younger_than=read_span(request.query.get("younger_than"), "younger_than"),
    )


def _job_routes(router: Router, parts: OperatingParts) -> None:
    @router.get(
        JOBS, Access.OPERATOR, "All jobs, newest first", {200: "OperatorJobs"}, query=FILTERS, strict_query=True
    )
    def list_all_jobs(request: Request) -> Response:
        return Response(
            parts.show_jobs.page(*looked_up(request, parts, limit=whole_number(request, "limit", 50, 1, 200)))
        )

    @router.get(f"{JOBS}/{{job_id}}", Access.OPERATOR, "One job, of anybody", {200: "OperatorJob"})
    def get_any_job(_: Request, job_id: str) -> Response:
        return Response(parts.show_jobs.one(parts.shared.jobs.get(job_id)))


def _act_routes(router: Router, parts: OperatingParts) -> None:
    @router.post(f"{JOBS}/{{job_id}}/cancel", Access.OPERATOR, "Cancel anybody's job", {200: "OperatorJob"})
    def cancel_any_job(request: Request, job_id: str) -> Response:
        return Response(parts.show_jobs.one(parts.act.cancel(job_id, operator=request.owner)))

    @router.post(f"{JOBS}/{{job_id}}/retry", Access.OPERATOR, "Run anybody's import again", {202: "OperatorJob"})
    def retry_any_job(request: Request, job_id: str) -> Response:
        job = parts.act.retry(job_id, operator=request.owner, idempotency_key=request.idempotency_key)
        return Response(parts.show_jobs.one(job), 202, {"Location": f"{parts.shared.public_url}{JOBS}/{job.job_id}"})

    @router.post("/api/v1/operator/schedule", Access.OPERATOR, "Run the schedule's work now", {200: "ScheduleRun"})
    def run_schedule_now(request: Request) -> Response:
        return Response(parts.act.run_schedule(operator=request.owner, seconds_left=request.seconds_left))


def _health_routes(router: Router, parts: OperatingParts) -> None:
    @router.get(HEALTH, Access.ANYONE, "Whether the service answers at all", {200: "Alive"})
    def health(_: Request) -> Response:
        return Response({"status": "ok"})

    @router.get(f"{HEALTH}/deep", Access.OPERATOR, "Whether all it stands on answers", {200: "Health", 503: "Health"})
    def deep_health(_: Request) -> Response:
        body = parts.check_health()
        return Response(body, 200 if body["status"] == "ok" else 503)

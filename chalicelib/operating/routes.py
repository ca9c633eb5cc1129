"""REST routes for operators: all jobs, actions on them, and health."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.foundation.http import Request, Response, choice, whole_number
from chalicelib.foundation.router import Access, Query, Router
from chalicelib.jobs.job import JobState

if TYPE_CHECKING:
    from chalicelib.operating.list_jobs import JobFilter, JobPage
    from chalicelib.operating.parts import OperatingParts
    from chalicelib.operating.schedule_health import ScheduleHealth

JOBS = "/api/v1/operator/jobs"
HEALTH = "/api/v1/health"
DURATION = {"type": "string", "pattern": "^[0-9]{1,4}[mhd]$"}
FILTERS = [
    Query("state", "Only jobs in this state.", {"enum": ["unfinished", *JobState]}),
    Query("kind", "Only jobs of this kind."),
    Query("provider", "Only jobs for accounts at this provider."),
    Query("person", "Only jobs of this person, identified by the `sub` claim of their tokens."),
    Query("older_than", "Only jobs older than this, such as 45m, 2h or 3d.", DURATION),
    Query("younger_than", "Only jobs newer than this.", DURATION),
    Query("cursor", "The `next_cursor` of the previous page."),
    Query("limit", "The maximum number of jobs.", {"type": "integer", "minimum": 1, "maximum": 200}),
]


def routes(router: Router, parts: OperatingParts) -> None:
    _job_routes(router, parts)
    _action_routes(router, parts)
    _health_routes(router, parts)


def find_jobs(request: Request, parts: OperatingParts, *, limit: int) -> tuple[JobPage, ScheduleHealth]:
    """The page of jobs that the query requests, and the state of the schedule.

    Raises:
        InvalidInput: a filter or the cursor is invalid.
    """
    from chalicelib.operating.schedule_health import read_schedule_health

    schedule = read_schedule_health(parts.shared.jobs, parts.shared.clock.now())
    return parts.list_jobs(
        _job_filter(request, parts), schedule, cursor=request.query.get("cursor") or None, limit=limit
    ), schedule


def _job_filter(request: Request, parts: OperatingParts) -> JobFilter:
    from chalicelib.operating.durations import parse_duration
    from chalicelib.operating.list_jobs import STATES, JobFilter

    return JobFilter(
        state=choice(request, "state", STATES),
        kind=choice(request, "kind", parts.job_actions),
        provider=choice(request, "provider", parts.provider_titles),
        owner=request.query.get("person") or None,
        older_than=parse_duration(request.query.get("older_than"), "older_than"),
        younger_than=parse_duration(request.query.get("younger_than"), "younger_than"),
    )


def _job_routes(router: Router, parts: OperatingParts) -> None:
    @router.get(
        JOBS, Access.OPERATOR, "List all jobs, newest first", {200: "OperatorJobs"}, query=FILTERS, strict_query=True
    )
    def list_all_jobs(request: Request) -> Response:
        return Response(
            parts.job_json.page(*find_jobs(request, parts, limit=whole_number(request, "limit", 50, 1, 200)))
        )

    @router.get(f"{JOBS}/{{job_id}}", Access.OPERATOR, "Get any person's job", {200: "OperatorJob"})
    def get_any_job(_: Request, job_id: str) -> Response:
        return Response(parts.job_json.single(parts.shared.jobs.get(job_id)))


def _action_routes(router: Router, parts: OperatingParts) -> None:
    @router.post(f"{JOBS}/{{job_id}}/cancel", Access.OPERATOR, "Cancel any person's job", {200: "OperatorJob"})
    def cancel_any_job(request: Request, job_id: str) -> Response:
        return Response(parts.job_json.single(parts.actions.cancel(job_id, operator=request.owner)))

    @router.post(
        f"{JOBS}/{{job_id}}/retry",
        Access.OPERATOR,
        "Run any person's import again",
        {202: "OperatorJob"},
        takes_key=True,
    )
    def retry_any_job(request: Request, job_id: str) -> Response:
        job = parts.actions.retry(job_id, operator=request.owner, idempotency_key=request.idempotency_key)
        return Response(parts.job_json.single(job), 202, {"Location": f"{parts.shared.public_url}{JOBS}/{job.job_id}"})

    @router.post("/api/v1/operator/schedule", Access.OPERATOR, "Run the schedule now", {200: "ScheduleRun"})
    def run_schedule_now(request: Request) -> Response:
        return Response(parts.actions.run_schedule(operator=request.owner, seconds_left=request.seconds_left))


def _health_routes(router: Router, parts: OperatingParts) -> None:
    @router.get(HEALTH, Access.ANYONE, "Liveness check", {200: "Alive"})
    def health(_: Request) -> Response:
        return Response({"status": "ok"})

    @router.get(f"{HEALTH}/deep", Access.OPERATOR, "Check all dependencies", {200: "Health", 503: "Health"})
    def deep_health(_: Request) -> Response:
        body = parts.check_health()
        return Response(body, 200 if body["status"] == "ok" else 503)

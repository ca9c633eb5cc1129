"""The operators' pages: all jobs, and the health of the service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from chalicelib.foundation.forms import read_form
from chalicelib.foundation.http import Request, Response, choice, page, redirect, whole_number
from chalicelib.foundation.router import Access, Query, Router
from chalicelib.operating import routes as api

if TYPE_CHECKING:
    from chalicelib.operating.parts import OperatingParts

JOBS, HEALTH = "/operator/jobs", "/operator/health"
ON_A_PAGE = 25
FILTERS = [query for query in api.FILTERS if query.name != "limit"]
FILTERS_FIELD = "filters"  # a hidden field of each form: the filters of the current list, as a query
DONE = ("canceled", "retried", "ran")
CONFIRMATION = [
    Query("done", "The action to confirm on the page.", {"enum": list(DONE)}),
    Query("job_id", "The job that the action was for."),
    Query("processed", "How many jobs the schedule ran successfully.", {"type": "integer"}),
    Query("failed", "How many jobs failed in the schedule.", {"type": "integer"}),
]


def routes(router: Router, parts: OperatingParts) -> None:
    _view_routes(router, parts)
    _action_routes(router, parts)


def _view_routes(router: Router, parts: OperatingParts) -> None:
    @router.page(JOBS, Access.OPERATOR, "All jobs page", query=[*FILTERS, *CONFIRMATION])
    def all_jobs_page(request: Request) -> Response:
        jobs, schedule = api.find_jobs(request, parts, limit=ON_A_PAGE)
        text = parts.shared.pages.render(
            request,
            "operator/jobs.html",
            **parts.job_json.page(jobs, schedule),
            is_late=schedule.is_late,
            chosen={query.name: request.query.get(query.name, "") for query in FILTERS},
            filters=_filters(request.query),
            newest=_filters({**request.query, "cursor": ""}),
            older=_filters({**request.query, "cursor": jobs.cursor or ""}),
            kinds={name: kind.title for name, kind in parts.job_actions.items()},
            providers=parts.provider_titles,
            done=_confirmation(request),
        )
        return page(text)

    @router.page(HEALTH, Access.OPERATOR, "Health page")
    def health_page(request: Request) -> Response:
        return page(parts.shared.pages.render(request, "operator/health.html", **parts.check_health()))


def _action_routes(router: Router, parts: OperatingParts) -> None:
    @router.form_action(f"{JOBS}/{{job_id}}/cancel", Access.OPERATOR, "Cancel a job from the All jobs page")
    def cancel_job_on_page(request: Request, job_id: str) -> Response:
        parts.actions.cancel(job_id, operator=request.owner)
        return _redirect_to_list(request, parts, done="canceled", job_id=job_id)

    @router.form_action(f"{JOBS}/{{job_id}}/retry", Access.OPERATOR, "Run an import again from the All jobs page")
    def retry_job_on_page(request: Request, job_id: str) -> Response:
        job = parts.actions.retry(job_id, operator=request.owner)
        return _redirect_to_list(request, parts, done="retried", job_id=job.job_id)

    @router.form_action("/operator/schedule", Access.OPERATOR, "Run the schedule now from the All jobs page")
    def run_schedule_on_page(request: Request) -> Response:
        ran = parts.actions.run_schedule(operator=request.owner, seconds_left=request.seconds_left)
        return _redirect_to_list(request, parts, done="ran", processed=ran["processed"], failed=ran["failed"])


def _redirect_to_list(request: Request, parts: OperatingParts, **confirmation: str | int) -> Response:
    """Redirects to the list with the same filters; the page then confirms the action."""
    filters = _filters(dict(parse_qsl(read_form(request).text(FILTERS_FIELD))))
    return redirect(f"{parts.shared.public_url}{JOBS}?{'&'.join(filter(None, [filters, urlencode(confirmation)]))}")


def _filters(query: Any) -> str:
    """The filters among these parameters, as a query string."""
    return urlencode({each.name: query[each.name] for each in FILTERS if query.get(each.name)})


def _confirmation(request: Request) -> dict[str, Any] | None:
    what = choice(request, "done", DONE)
    if what is None:
        return None
    numbers = {name: whole_number(request, name, 0, 0, 999_999) for name in ("processed", "failed")}
    return {"what": what, "job_id": request.query.get("job_id", ""), **numbers}

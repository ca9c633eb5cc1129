"""The operator's pages: all jobs with their buttons, and the health of everything."""

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
BACK = "filters"  # the field of each form that says with which filters the list was shown
DONE = ("canceled", "retried", "ran")
TOLD = [
    Query("done", "What was just done, to be said on the page.", {"enum": list(DONE)}),
    Query("job_id", "With which job."),
    Query("processed", "How many jobs the schedule worked on.", {"type": "integer"}),
    Query("failed", "How many of them failed.", {"type": "integer"}),
]


def routes(router: Router, parts: OperatingParts) -> None:
    _looking_routes(router, parts)
    _acting_routes(router, parts)


def _looking_routes(router: Router, parts: OperatingParts) -> None:
    @router.page(JOBS, Access.OPERATOR, "The page of all jobs", query=[*FILTERS, *TOLD])
    def all_jobs_page(request: Request) -> Response:
        found, pulse = api.looked_up(request, parts, limit=ON_A_PAGE)
        shown = parts.shared.pages.render(
            request,
            "operator/jobs.html",
            **parts.show_jobs.page(found, pulse),
            is_late=pulse.is_late,
            chosen={query.name: request.query.get(query.name, "") for query in FILTERS},
            filters=_filters(request.query),
            newest=_filters({**request.query, "cursor": ""}),
            older=_filters({**request.query, "cursor": found.cursor or ""}),
            kinds={name: kind.title for name, kind in parts.job_actions.items()},
            providers=parts.provider_titles,
            done=_done(request),
        )
        return page(shown)

    @router.page(HEALTH, Access.OPERATOR, "The page of the service's health")
    def health_page(request: Request) -> Response:
        return page(parts.shared.pages.render(request, "operator/health.html", **parts.check_health()))


def _acting_routes(router: Router, parts: OperatingParts) -> None:
    @router.form_action(f"{JOBS}/{{job_id}}/cancel", Access.OPERATOR, "The button that cancels")
    def press_cancel(request: Request, job_id: str) -> Response:
        parts.act.cancel(job_id, operator=request.owner)
        return _back(request, parts, done="canceled", job_id=job_id)

    @router.form_action(f"{JOBS}/{{job_id}}/retry", Access.OPERATOR, "The button that runs again")
    def press_retry(request: Request, job_id: str) -> Response:
        job = parts.act.retry(job_id, operator=request.owner)
        return _back(request, parts, done="retried", job_id=job.job_id)

    @router.form_action("/operator/schedule", Access.OPERATOR, "The button that runs the schedule")
    def press_schedule(request: Request) -> Response:
        ran = parts.act.run_schedule(operator=request.owner, seconds_left=request.seconds_left)
        return _back(request, parts, done="ran", processed=ran["processed"], failed=ran["failed"])


def _back(request: Request, parts: OperatingParts, **told: str | int) -> Response:
    """To the list with the same filters, which then says what was done."""
    filters = _filters(dict(parse_qsl(read_form(request).text(BACK))))
    return redirect(f"{parts.shared.public_url}{JOBS}?{'&'.join(filter(None, [filters, urlencode(told)]))}")


def _filters(query: Any) -> str:
    """What is filtered by, as a query; of what was sent only names that are filters."""
    return urlencode({each.name: query[each.name] for each in FILTERS if query.get(each.name)})


def _done(request: Request) -> dict[str, Any] | None:
    what = choice(request, "done", DONE)
    if what is None:
        return None
    numbers = {name: whole_number(request, name, 0, 0, 999_999) for name in ("processed", "failed")}
    return {"what": what, "job_id": request.query.get("job_id", ""), **numbers}

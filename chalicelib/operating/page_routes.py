"""The operator's pages: all jobs with their buttons, and the health of everything."""

from __future__ import annotations

from typing import Any, Protocol
from urllib.parse import parse_qsl, urlencode

from chalicelib.foundation.door import Access, Door, Query
from chalicelib.foundation.forms import read_form
from chalicelib.foundation.http import Answer, Asked, page, redirect, whole_number, word
from chalicelib.operating import routes as api

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


class Pages(Protocol):
    def shown(self, asked: Asked, template: str, **values: Any) -> str: ...


class Parts(api.Parts, Protocol):
    @property
    def pages(self) -> Pages: ...


def routes(door: Door, parts: Parts) -> None:
    _looking_routes(door, parts)
    _acting_routes(door, parts)


def _looking_routes(door: Door, parts: Parts) -> None:
    @door.page(JOBS, Access.OPERATOR, "The page of all jobs", query=[*FILTERS, *TOLD])
    def all_jobs_page(asked: Asked) -> Answer:
        found, pulse = api.looked_up(asked, parts, limit=ON_A_PAGE)
        shown = parts.pages.shown(
            asked,
            "operator/jobs.html",
            **parts.show_jobs.page(found, pulse),
            is_late=pulse.is_late,
            chosen={query.name: asked.query.get(query.name, "") for query in FILTERS},
            filters=_filters(asked.query),
            newest=_filters({**asked.query, "cursor": ""}),
            older=_filters({**asked.query, "cursor": found.cursor or ""}),
            kinds={name: kind.title for name, kind in parts.job_kinds.items()},
            providers=parts.provider_titles,
            done=_done(asked),
        )
        return page(shown)

    @door.page(HEALTH, Access.OPERATOR, "The page of the service's health")
    def health_page(asked: Asked) -> Answer:
        return page(parts.pages.shown(asked, "operator/health.html", **parts.check_health()))


def _acting_routes(door: Door, parts: Parts) -> None:
    @door.act(f"{JOBS}/{{job_id}}/cancel", Access.OPERATOR, "The button that cancels")
    def press_cancel(asked: Asked, job_id: str) -> Answer:
        parts.act.cancel(job_id, operator=asked.owner)
        return _back(asked, parts, done="canceled", job_id=job_id)

    @door.act(f"{JOBS}/{{job_id}}/retry", Access.OPERATOR, "The button that runs again")
    def press_retry(asked: Asked, job_id: str) -> Answer:
        job = parts.act.retry(job_id, operator=asked.owner)
        return _back(asked, parts, done="retried", job_id=job.job_id)

    @door.act("/operator/schedule", Access.OPERATOR, "The button that runs the schedule")
    def press_schedule(asked: Asked) -> Answer:
        ran = parts.act.run_schedule(operator=asked.owner, seconds_left=asked.seconds_left)
        return _back(asked, parts, done="ran", processed=ran["processed"], failed=ran["failed"])


def _back(asked: Asked, parts: Parts, **told: str | int) -> Answer:
    """To the list with the same filters, which then says what was done."""
    filters = _filters(dict(parse_qsl(read_form(asked).text(BACK))))
    return redirect(f"{parts.public_url}{JOBS}?{'&'.join(filter(None, [filters, urlencode(told)]))}")


def _filters(query: Any) -> str:
    """What is filtered by, as a query; of what was sent only names that are filters."""
    return urlencode({each.name: query[each.name] for each in FILTERS if query.get(each.name)})


def _done(asked: Asked) -> dict[str, Any] | None:
    what = word(asked, "done", DONE)
    if what is None:
        return None
    numbers = {name: whole_number(asked, name, 0, 0, 999_999) for name in ("processed", "failed")}
    return {"what": what, "job_id": asked.query.get("job_id", ""), **numbers}

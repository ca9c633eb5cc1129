"""The pages of searching for duplicates: the form that starts a search, and the certain pairs that can be merged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.foundation.errors import Conflict
from chalicelib.foundation.forms import read_form
from chalicelib.foundation.http import Request, Response, page, redirect, whole_number
from chalicelib.foundation.numbered_pages import numbered_page
from chalicelib.foundation.router import Access, Query, Router
from chalicelib.reviews.review_pages import queue_row

if TYPE_CHECKING:
    from chalicelib.reviews.parts import ReviewParts

CERTAIN = "/review/certain"
SEARCH = "/review/search"
PAGE_SIZE = 50
MOST_PAGES = 100_000


def routes(router: Router, parts: ReviewParts) -> None:
    @router.form_action(SEARCH, Access.PERSON, "Search my contacts for duplicates (form)")
    def search_on_page(request: Request) -> Response:
        latest = parts.searches.latest(request.owner)
        if latest is None or latest.is_finished:
            parts.searches.start(request.owner)
        return redirect(f"{parts.shared.public_url}/review")

    @router.page(
        CERTAIN,
        Access.PERSON,
        "Page of the certain pairs of the latest search",
        query=[Query("page", "The page number.", {"type": "integer", "minimum": 1})],
    )
    def certain_page(request: Request) -> Response:
        return page(_certain_page(parts, request))

    @router.form_action(
        CERTAIN,
        Access.PERSON,
        "Merge all certain pairs of the latest search (form)",
        {303: "", 409: "page", 422: "page"},
    )
    def accept_certain_on_page(request: Request) -> Response:
        from chalicelib.reviews.like_pages import confirmed_count

        count = confirmed_count(read_form(request))
        try:
            job = parts.accept_certain(request.owner, count)
        except Conflict as error:
            return page(_certain_page(parts, request, problem=error.detail), error.status)
        return redirect(f"{parts.shared.public_url}/review/jobs/{job.job_id}")


def _certain_page(parts: ReviewParts, request: Request, *, problem: str = "") -> str:
    pairs = parts.list_certain(request.owner)
    shown = numbered_page([pair.review for pair in pairs], whole_number(request, "page", 1, 1, MOST_PAGES), PAGE_SIZE)
    return parts.shared.pages.render(
        request,
        "reviews/certain.html",
        count=len(pairs),
        rows=[queue_row(sides) for sides in parts.read_review.sides(request.owner, shown.items)],
        shown=shown,
        problem=problem,
    )

"""The pages that decide many reviews at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.foundation.errors import Conflict, InvalidInput
from chalicelib.foundation.forms import Form, read_form
from chalicelib.foundation.http import Request, Response, page, redirect
from chalicelib.foundation.router import Access, Router
from chalicelib.reviews.like_routes import job_json
from chalicelib.reviews.review_pages import answer_in

if TYPE_CHECKING:
    from chalicelib.jobs.job import Job
    from chalicelib.reviews.parts import ReviewParts

LIKE = "/review/{review_id}/like"
JOB = "/review/jobs/{job_id}"
SHOWN = 20  # pairs on the page
REFRESH_SECONDS = 2
MOST_DIGITS = 9


def routes(router: Router, parts: ReviewParts) -> None:
    @router.page(LIKE, Access.PERSON, "Page to decide all pairs that are like one")
    def like_page(request: Request, review_id: str) -> Response:
        return page(_like_page(parts, request, review_id))

    @router.form_action(
        LIKE, Access.PERSON, "Decide all pairs that are like one (form)", {303: "", 409: "page", 422: "page"}
    )
    def decide_like_on_page(request: Request, review_id: str) -> Response:
        from chalicelib.reviews.review import Answer, ImportRow

        form = read_form(request)
        count, answer = confirmed_count(form), answer_in(form, "decision")
        try:
            like, job = parts.decide_like(request.owner, review_id, answer, count=count)
        except Conflict as error:
            return page(_like_page(parts, request, review_id, problem=error.detail), error.status)
        row = like.sides[0].review.left
        if isinstance(row, ImportRow) and answer is not Answer.LATER:
            return redirect(f"{parts.shared.public_url}/file-imports/{row.import_id}")
        return redirect(f"{parts.shared.public_url}/review/jobs/{job.job_id}")

    @router.page(JOB, Access.PERSON, "Page of a job that decides many pairs")
    def like_job_page(request: Request, job_id: str) -> Response:
        return page(_job_page(parts, request, parts.decide_like.get(request.owner, job_id)))

    @router.form_action(f"{JOB}/undo", Access.PERSON, "Undo what a job has decided of many pairs (form)")
    def undo_like_on_page(request: Request, job_id: str) -> Response:
        job = parts.decide_like.undo(request.owner, job_id)
        return redirect(f"{parts.shared.public_url}/review/jobs/{job.job_id}")


def confirmed_count(form: Form) -> int:
    """How many pairs the page showed. Raises InvalidInput if the form does not say."""
    count = form.text("count")
    if not (count.isascii() and count.isdecimal() and len(count) <= MOST_DIGITS):
        raise InvalidInput("The form is incomplete. Open the page again.", field="count")
    return int(count)


def _like_page(parts: ReviewParts, request: Request, review_id: str, *, problem: str = "") -> str:
    from chalicelib.reviews import words
    from chalicelib.reviews.compare_contacts import title_of

    like = parts.find_like(request.owner, review_id)
    return parts.shared.pages.render(
        request,
        "reviews/like.html",
        review_id=review_id,
        reason=words.REASONS[like.reason],
        differs=[title_of(field) for field in like.differs],
        count=len(like.sides),
        is_complete=like.is_complete,
        pairs=[
            (each.review.review_id, words.name_of(each.left), words.name_of(each.right)) for each in like.sides[:SHOWN]
        ],
        problem=problem,
    )


def _job_page(parts: ReviewParts, request: Request, job: Job) -> str:
    status = job_json(job)
    settled = status["decided"] + status["skipped"] + status["failed"]
    return parts.shared.pages.render(
        request,
        "reviews/like_job.html",
        status=status,
        is_finished=job.is_finished,
        settled=settled,
        percent=100 * settled // max(1, status["total"]),
        refresh_seconds=None if job.is_finished else REFRESH_SECONDS,
    )

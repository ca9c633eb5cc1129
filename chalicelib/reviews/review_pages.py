"""The pages of reviews: the queue, a pair side by side, and the forms that decide and undo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from chalicelib.foundation.clock import rfc3339
from chalicelib.foundation.errors import CallerError, InvalidInput
from chalicelib.foundation.forms import Form, read_form
from chalicelib.foundation.http import Request, Response, choice, page, redirect, whole_number
from chalicelib.foundation.numbered_pages import numbered_page
from chalicelib.foundation.router import Access, Query, Router
from chalicelib.reviews.routes import REASONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.foundation.json import Json
    from chalicelib.reviews.deciding import AlreadyDecided
    from chalicelib.reviews.parts import ReviewParts
    from chalicelib.reviews.read_review import ReadSides, ReviewDetails
    from chalicelib.reviews.review import Answer
    from chalicelib.reviews.review_store import Decided

REVIEW = "/review"
ONE = f"{REVIEW}/{{review_id}}"
PAGE_SIZE = 25
PREVIEW = "preview"
MOST_PAGES = 100_000
_DECIDED = Query("decided", "The review that was just decided, to offer to undo that.")


@dataclass(frozen=True, slots=True)
class Undoable:
    """The decision that was just made."""

    review_id: str
    words: str
    #: The contact that both are now; "" for none.
    into: str


def routes(router: Router, parts: ReviewParts) -> None:
    _queue_route(router, parts)
    _pair_routes(router, parts)


def _queue_route(router: Router, parts: ReviewParts) -> None:
    @router.page(
        REVIEW,
        Access.PERSON,
        "Review page",
        query=[
            Query("reason", "Only those with this reason.", {"enum": [*REASONS]}),
            Query("later", "Whether to list those that were put off.", {"enum": ["yes"]}),
            Query("page", "The page number.", {"type": "integer", "minimum": 1}),
            _DECIDED,
        ],
    )
    def review_queue_page(request: Request) -> Response:
        return page(_queue_page(parts, request))


def _pair_routes(router: Router, parts: ReviewParts) -> None:
    @router.page(ONE, Access.PERSON, "Page of a pair side by side", query=[_DECIDED])
    def review_page(request: Request, review_id: str) -> Response:
        from chalicelib.reviews.deciding import AlreadyDecided

        try:
            details = parts.read_review(request.owner, review_id)
        except AlreadyDecided as error:
            return page(_decided_page(parts, request, error))
        return page(_pair_page(parts, request, details, {}))

    @router.form_action(
        ONE,
        Access.PERSON,
        "Decide a pair, or preview the merged contact (form)",
        {200: "page", 303: "", 409: "page", 413: "page", 422: "page"},
    )
    def decide_pair_on_page(request: Request, review_id: str) -> Response:
        from chalicelib.reviews.deciding import AlreadyDecided
        from chalicelib.reviews.review_view import choices_in

        form = read_form(request)
        try:
            details = parts.read_review(request.owner, review_id)
            choices = choices_in(form, details.fields)
            if form.text("do") != PREVIEW:
                return _decide(parts, request, details, form, choices)
            return page(_pair_page(parts, request, details, choices))
        except AlreadyDecided as error:
            return page(_decided_page(parts, request, error), error.status)

    @router.form_action(f"{ONE}/undo", Access.PERSON, "Undo the decision on a pair (form)")
    def undo_decision_on_page(request: Request, review_id: str) -> Response:
        from chalicelib.reviews.undo_decision import RowImported

        try:
            parts.undo_decision(request.owner, review_id)
        except RowImported as imported:
            return redirect(f"{parts.shared.public_url}/runs/{imported.job_id}/undo")
        return redirect(f"{parts.shared.public_url}{REVIEW}/{review_id}")


def _decide(
    parts: ReviewParts, request: Request, details: ReviewDetails, form: Form, choices: Mapping[str, Json]
) -> Response:
    """Decides and leads to the next pair; the page again, with the problem, if that is not possible."""
    from chalicelib.reviews.deciding import AlreadyDecided, Choice
    from chalicelib.reviews.review import Answer

    review_id = details.sides.review.review_id
    answer = answer_in(form, "do")
    choice = Choice(answer, values=choices if answer is Answer.SAME else {}, versions=_versions_in(form, details))
    try:
        parts.decide_review(request.owner, review_id, choice)
    except AlreadyDecided:
        raise
    except CallerError as error:
        again = parts.read_review(request.owner, review_id)
        return page(_pair_page(parts, request, again, choices, problem=error.detail), error.status)
    _, after = details.queue.around(review_id)
    following = "" if after is None or after.review_id == review_id else f"/{after.review_id}"
    return redirect(f"{parts.shared.public_url}{REVIEW}{following}?{urlencode({'decided': review_id})}")


def answer_in(form: Form, field: str) -> Answer:
    """The answer that this field of a form has. Raises InvalidInput if it has none."""
    from chalicelib.reviews.review import Answer

    try:
        return Answer(form.text(field))
    except ValueError:
        raise InvalidInput(
            "Choose whether they are the same, different, or to be decided later.", field=field
        ) from None


def _versions_in(form: Form, details: ReviewDetails) -> dict[str, int]:
    """The versions of the contacts that the page showed."""
    sent = {each: form.text(f"version.{each}") for each in details.sides.review.contact_ids}
    return {each: int(text) for each, text in sent.items() if text.isascii() and text.isdecimal() and len(text) < 16}


# ── what the pages show


def _queue_page(parts: ReviewParts, request: Request) -> str:
    from chalicelib.reviews.review import Reason
    from chalicelib.reviews.review_json import WAITING
    from chalicelib.reviews.search_state import search_state
    from chalicelib.reviews.words import REASONS as TITLES

    reason = choice(request, "reason", REASONS)
    put_off = choice(request, "later", ("yes",)) is not None
    queue = parts.list_reviews(request.owner)
    counts = queue.counts
    matching = queue.of(Reason(reason) if reason else None, put_off=put_off)
    shown = numbered_page(matching, whole_number(request, "page", 1, 1, MOST_PAGES), PAGE_SIZE)
    return parts.shared.pages.render(
        request,
        "reviews/reviews.html",
        rows=[queue_row(sides) for sides in parts.read_review.sides(request.owner, shown.items)],
        reasons=[{"code": each.value, "title": TITLES[each], "count": counts.get(each, 0)} for each in WAITING],
        reason=reason,
        put_off=put_off,
        total=queue.total,
        put_off_count=len(queue.put_off),
        found=len(matching),
        shown=shown,
        query=_query(reason, put_off=put_off),
        as_of=rfc3339(queue.as_of),
        search=search_state(parts, request.owner, queue),
        undoable=_undoable(parts, request),
    )


def _pair_page(
    parts: ReviewParts,
    request: Request,
    details: ReviewDetails,
    choices: Mapping[str, Json],
    *,
    problem: str = "",
) -> str:
    from chalicelib.reviews import review_view, words
    from chalicelib.reviews.review import Reason

    sides, queue = details.sides, details.queue
    review, is_row = sides.review, sides.review.row is not None
    before, after = queue.around(review.review_id)
    return parts.shared.pages.render(
        request,
        "reviews/review.html",
        review_id=review.review_id,
        left_name=words.name_of(sides.left),
        right_name=words.name_of(sides.right),
        sides=words.SIDES[is_row],
        reason=words.REASONS[review.reason],
        evidence=words.evidence(review.reasons),
        score=None if review.score is None else f"{review.score:.2f}",
        explained=words.EXPLAINED[review.reason],
        is_put_off=details.is_put_off,
        before=before and before.review_id,
        after=after and after.review_id,
        waiting=queue.total,
        rows=review_view.rows_of(details.fields, parts.preview(sides, {}), choices),
        equal=review_view.equal_rows(details.fields),
        result=review_view.text_rows(parts.preview(sides, choices)),
        records={"left": review_view.records_of(details.left), "right": review_view.records_of(details.right)},
        has_right=bool(sides.right.contact_id),
        links=_links(sides),
        versions={} if is_row else {each.contact_id: each.version for each in (sides.left, sides.right)},
        has_choices=bool(sides.right.contact_id),
        can_be_same=bool(sides.right.contact_id),
        acts=words.ACTS[is_row],
        like_href="" if review.reason is Reason.CHOSEN else f"/review/{review.review_id}/like",
        problem=problem,
        undoable=_undoable(parts, request),
    )


def _links(sides: ReadSides) -> dict[str, str]:
    """Where each side is shown in full; "" for nowhere."""
    from chalicelib.reviews.review import ImportRow

    left, right = sides.review.left, sides.review.right
    return {
        "left": f"/file-imports/{left.import_id}" if isinstance(left, ImportRow) else f"/contacts/{left}",
        "right": f"/contacts/{right}" if right else "",
    }


def _decided_page(parts: ReviewParts, request: Request, error: AlreadyDecided) -> str:
    """What was decided of a pair that is no longer two contacts."""
    return parts.shared.pages.render(
        request,
        "reviews/decided.html",
        detail=error.detail,
        decided_at=error.members["decided_at"],
        undoable=_undoable_of(error.decided),
    )


def queue_row(sides: ReadSides) -> Mapping[str, object]:
    from chalicelib.reviews import words
    from chalicelib.reviews.compare_contacts import title_of

    return {
        "review_id": sides.review.review_id,
        "left": words.name_of(sides.left),
        "right": words.name_of(sides.right),
        "reason": words.REASONS[sides.review.reason],
        "evidence": words.evidence(sides.review.reasons),
        "differs": [title_of(field) for field in sides.differs],
    }


def _undoable(parts: ReviewParts, request: Request) -> Undoable | None:
    """The decision that the page before this one made, unless it was undone."""
    from chalicelib.reviews.review import Answer, ImportRow, sides_in

    review_id = request.query.get("decided", "")
    sides = sides_in(review_id)
    if sides is None:
        return None
    if isinstance(sides, ImportRow):
        decided = parts.file_rows.decided(request.owner, sides)
    else:
        decided = parts.reviews.find(request.owner, review_id)
    if decided is not None:
        return _undoable_of(decided)
    if parts.reviews.is_put_off(request.owner, review_id):
        return Undoable(review_id, _words(Answer.LATER), "")
    return None


def _undoable_of(decided: Decided) -> Undoable:
    return Undoable(decided.review_id, _words(decided.answer), decided.into)


def _words(answer: Answer) -> str:
    from chalicelib.reviews.words import DECIDED

    return DECIDED[answer]


def _query(reason: str | None, *, put_off: bool) -> str:
    """The query of the same list, followed by an ampersand unless it is empty."""
    parameters = {"reason": reason, "later": "yes" if put_off else None}
    return "".join(f"{urlencode({name: value})}&" for name, value in parameters.items() if value)

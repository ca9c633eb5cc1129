"""The REST API of reviews: list them, read one, decide it, and undo the decision."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from chalicelib.foundation.bodies import read_body
from chalicelib.foundation.clock import rfc3339
from chalicelib.foundation.cursors import decode_cursor, encode_cursor
from chalicelib.foundation.http import Request, Response, choice, conditional_response, whole_number
from chalicelib.foundation.router import Access, Query, Router
from chalicelib.foundation.scopes import Scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import BaseModel

    from chalicelib.foundation.errors import ServiceError
    from chalicelib.reviews.parts import ReviewParts
    from chalicelib.reviews.review import Review

REVIEWS = "/api/v1/reviews"
ONE = f"{REVIEWS}/{{review_id}}"
REASONS = ("file_conflict", "possible_duplicate", "found_duplicate")
MOST = 100  # reviews on one page
_POSITION = re.compile(r"([0-9]):(-?[0-9.e-]{1,30}):([A-Za-z0-9._~-]{1,150})", re.ASCII)


def routes(router: Router, parts: ReviewParts) -> None:
    _read_routes(router, parts)
    _decision_routes(router, parts)


def _read_routes(router: Router, parts: ReviewParts) -> None:
    @router.get(
        REVIEWS,
        Access.PERSON,
        "List what waits for a decision",
        {200: "Reviews", 304: ""},
        query=[
            Query("reason", "Only those with this reason.", {"enum": [*REASONS]}),
            Query("put_off", "Those that were put off instead of those that wait.", {"enum": ["true", "false"]}),
            Query("cursor", "Where the page starts: the `next_cursor` of the previous page."),
            Query("limit", "The maximum number of reviews.", {"type": "integer", "minimum": 1, "maximum": MOST}),
        ],
        strict_query=True,
        scopes=[Scope.CONTACTS_READ],
    )
    def list_reviews(request: Request) -> Response:
        from chalicelib.reviews.review import Reason
        from chalicelib.reviews.review_json import counts_json, review_json

        limit = whole_number(request, "limit", 50, 1, MOST)
        reason = choice(request, "reason", REASONS)
        put_off = choice(request, "put_off", ("true", "false")) == "true"
        queue = parts.list_reviews(request.owner)
        matching = queue.of(Reason(reason) if reason else None, put_off=put_off)
        shown, next_cursor = _page_after(matching, request.query.get("cursor"), limit)
        body = {
            "reviews": [
                review_json(sides, is_put_off=put_off) for sides in parts.read_review.sides(request.owner, shown)
            ],
            "next_cursor": next_cursor,
            "counts": counts_json(queue),
            "is_current": queue.is_current,
            "as_of": rfc3339(queue.as_of),
        }
        return conditional_response(request, body)

    @router.get(
        ONE,
        Access.PERSON,
        "Get a pair side by side",
        {200: "ReviewInFull", 304: ""},
        problems=_decided,
        scopes=[Scope.CONTACTS_READ],
    )
    def get_review(request: Request, review_id: str) -> Response:
        from chalicelib.reviews.review_json import review_details_json

        return conditional_response(request, review_details_json(parts.read_review(request.owner, review_id)))


def _decision_routes(router: Router, parts: ReviewParts) -> None:
    @router.post(
        f"{ONE}/decision",
        Access.PERSON,
        "Decide a pair",
        {200: "ReviewDecision"},
        body=_decision_body,
        problems=_decided,
        scopes=[Scope.CONTACTS_WRITE],
    )
    def decide_review(request: Request, review_id: str) -> Response:
        from chalicelib.reviews.deciding import Choice
        from chalicelib.reviews.review import Answer
        from chalicelib.reviews.review_json import decided_json

        body = read_body(request, _decision_body()).model_dump()
        choice = Choice(Answer(body["decision"]), body["into"], body["choices"], body["versions"])
        decided = parts.decide_review(request.owner, review_id, choice)
        return Response(decided_json(decided))

    @router.delete(
        f"{ONE}/decision", Access.PERSON, "Undo the decision on a pair", {204: ""}, scopes=[Scope.CONTACTS_WRITE]
    )
    def undo_review(request: Request, review_id: str) -> Response:
        parts.undo_decision(request.owner, review_id)
        return Response(None, 204)


def _decided() -> Sequence[type[ServiceError]]:
    from chalicelib.reviews.deciding import AlreadyDecided

    return [AlreadyDecided]


def _decision_body() -> type[BaseModel]:
    from chalicelib.reviews.bodies import DecisionBody

    return DecisionBody


def _page_after(reviews: Sequence[Review], cursor: str | None, limit: int) -> tuple[Sequence[Review], str | None]:
    """The reviews after a cursor, and the cursor of the next page; None on the last page."""
    start = 0
    if cursor:
        _, rank, score, review_id = decode_cursor(cursor, _POSITION)
        after = (int(rank), float(score), review_id)
        start = bisect_right(reviews, after, key=lambda review: review.order)
    shown = reviews[start : start + limit]
    if start + limit >= len(reviews):
        return shown, None
    return shown, encode_cursor("{}:{!r}:{}".format(*shown[-1].order))

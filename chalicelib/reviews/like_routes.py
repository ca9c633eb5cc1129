"""The REST API that decides many reviews at once: those that are like one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.foundation.bodies import read_body
from chalicelib.foundation.errors import NotFound
from chalicelib.foundation.http import Request, Response
from chalicelib.foundation.json import JsonObject
from chalicelib.foundation.router import Access, Router
from chalicelib.foundation.scopes import Scope
from chalicelib.jobs.job_result import result_word

if TYPE_CHECKING:
    from pydantic import BaseModel

    from chalicelib.jobs.job import Job
    from chalicelib.reviews.like_reviews import LikeReviews
    from chalicelib.reviews.parts import ReviewParts

LIKE = "/api/v1/reviews/like"
ONE = f"{LIKE}/{{job_id}}"


def routes(router: Router, parts: ReviewParts) -> None:
    @router.post(
        LIKE,
        Access.PERSON,
        "Decide all pairs that are like one, or count them",
        {200: "LikeReviews", 202: "LikeReviews"},
        body=_like_body,
        problems=lambda: [NotFound],
        scopes=[Scope.CONTACTS_WRITE],
    )
    def decide_like_reviews(request: Request) -> Response:
        from chalicelib.reviews.review import Answer

        body = read_body(request, _like_body()).model_dump()
        if body["preview"]:
            return Response(_like(parts.find_like(request.owner, body["review_id"]), None, None))
        like, job = parts.decide_like(request.owner, body["review_id"], Answer(body["decision"]), count=body["count"])
        links = _links(parts.shared.public_url, like, job)
        return Response(_like(like, job.job_id, links), 202, {"Location": links["status"], "Retry-After": "1"})

    @router.get(
        ONE,
        Access.PERSON,
        "Get the job that decides many pairs",
        {200: "LikeDecisions"},
        scopes=[Scope.CONTACTS_READ, Scope.CONTACTS_WRITE],
    )
    def get_like_decisions(request: Request, job_id: str) -> Response:
        return Response(job_json(parts.decide_like.get(request.owner, job_id)))

    @router.post(
        f"{ONE}/undo",
        Access.PERSON,
        "Undo what a job has decided of many pairs",
        {202: "LikeDecisions"},
        scopes=[Scope.CONTACTS_WRITE],
    )
    def undo_like_decisions(request: Request, job_id: str) -> Response:
        return Response(job_json(parts.decide_like.undo(request.owner, job_id)), 202)


def job_json(job: Job) -> JsonObject:
    """The state of such a job."""
    return {
        "job_id": job.job_id,
        "state": job.state.value,
        "result": result_word(job),
        "decision": job.details["answer"],
        "undoes": job.details["undoes"],
        "total": job.details["total"],
        "decided": job.counts.updated,
        "skipped": job.counts.skipped,
        "failed": job.counts.failed,
    }


def _links(public_url: str, like: LikeReviews, job: Job) -> dict[str, str]:
    """Where the state of the job is and where it is undone: for rows of a file, those of their import."""
    from chalicelib.reviews.job_kinds import DECIDE_LIKE
    from chalicelib.reviews.review import ImportRow

    row = like.sides[0].review.left
    if job.kind == DECIDE_LIKE.name or not isinstance(row, ImportRow):
        status = public_url + ONE.format(job_id=job.job_id)
        return {"status": status, "undo": f"{status}/undo"}
    return {
        "status": f"{public_url}/api/v1/file-imports/{row.import_id}",
        "undo": f"{public_url}/api/v1/runs/{job.job_id}/undo",
    }


def _like(like: LikeReviews, job_id: str | None, links: JsonObject | None) -> JsonObject:
    return {
        "reason": like.reason.value,
        "differs": list(like.differs),
        "count": len(like.sides),
        "is_complete": like.is_complete,
        "review_ids": like.review_ids,
        "job_id": job_id,
        "links": links,
    }


def _like_body() -> type[BaseModel]:
    from chalicelib.reviews.bodies import LikeBody

    return LikeBody

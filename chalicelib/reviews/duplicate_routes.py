"""The REST API of searching for duplicates: start a search, follow it, list the certain pairs, and merge them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.foundation.bodies import read_body
from chalicelib.foundation.http import Request, Response, conditional_response
from chalicelib.foundation.router import Access, Router
from chalicelib.foundation.scopes import Scope

if TYPE_CHECKING:
    from pydantic import BaseModel

    from chalicelib.reviews.parts import ReviewParts

SEARCH = "/api/v1/reviews/find-duplicates"
CERTAIN = "/api/v1/reviews/certain"


def routes(router: Router, parts: ReviewParts) -> None:
    @router.post(
        SEARCH,
        Access.PERSON,
        "Search my contacts for duplicates",
        {202: "DuplicateSearch"},
        takes_key=True,
        scopes=[Scope.CONTACTS_WRITE],
    )
    def find_duplicates(request: Request) -> Response:
        from chalicelib.reviews.search_job import search_body

        job = parts.searches.start(request.owner, idempotency_key=request.idempotency_key)
        headers = {"Location": f"{SEARCH}/{job.job_id}", "Retry-After": "1"}
        return Response(search_body(job), 202, headers)

    @router.get(
        f"{SEARCH}/{{job_id}}",
        Access.PERSON,
        "Get the status of a search for duplicates",
        {200: "DuplicateSearch", 304: ""},
        scopes=[Scope.CONTACTS_READ, Scope.CONTACTS_WRITE],
    )
    def get_duplicate_search(request: Request, job_id: str) -> Response:
        from chalicelib.reviews.search_job import search_body

        return conditional_response(request, search_body(parts.searches.get(request.owner, job_id)))

    @router.get(
        SEARCH,
        Access.PERSON,
        "List the certain pairs of the latest search",
        {200: "CertainDuplicates", 304: ""},
        scopes=[Scope.CONTACTS_READ, Scope.CONTACTS_WRITE],
    )
    def list_certain_duplicates(request: Request) -> Response:
        certain = [
            {"review_id": pair.review.review_id, "contact_ids": list(pair.review.contact_ids)}
            for pair in parts.list_certain(request.owner)
        ]
        return conditional_response(request, {"count": len(certain), "certain": certain})

    @router.post(
        CERTAIN,
        Access.PERSON,
        "Merge all certain pairs of the latest search",
        {202: "LikeDecisions"},
        body=_certain_body,
        scopes=[Scope.CONTACTS_WRITE],
    )
    def accept_certain_duplicates(request: Request) -> Response:
        from chalicelib.reviews.like_routes import LIKE, job_json

        job = parts.accept_certain(request.owner, read_body(request, _certain_body()).model_dump()["count"])
        return Response(job_json(job), 202, {"Location": f"{LIKE}/{job.job_id}", "Retry-After": "1"})


def _certain_body() -> type[BaseModel]:
    from chalicelib.reviews.bodies import CertainBody

    return CertainBody

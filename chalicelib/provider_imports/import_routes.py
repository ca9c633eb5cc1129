"""Routes of imports: status, list, ledger, cancel, retry, and the decision on held removals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.foundation.bodies import read_body
from chalicelib.foundation.errors import Conflict, ConsentNeeded
from chalicelib.foundation.http import Request, Response, choice, conditional_response, whole_number
from chalicelib.foundation.outcomes import Outcome
from chalicelib.foundation.router import Access, Query, Router
from chalicelib.foundation.scopes import Scope
from chalicelib.jobs.job import Job
from chalicelib.jobs.waiting import retry_after
from chalicelib.provider_imports.status import PublicState, status_body
from chalicelib.providers.registry import PROVIDERS

if TYPE_CHECKING:
    from chalicelib.provider_imports.bodies import RemovalsBody
    from chalicelib.provider_imports.parts import ImportsParts

IMPORTS = "/api/v1/imports"
STATUS = "/api/v1/contacts/import/status/{job_id}"
CURSOR = Query("cursor", "The `next_cursor` of the previous page.")
LIMIT = Query("limit", "The maximum number of items.", {"type": "integer", "minimum": 1, "maximum": 200})


def routes(router: Router, parts: ImportsParts) -> None:
    _status_routes(router, parts)
    _list_route(router, parts)
    _ledger_routes(router, parts)
    _deciding_routes(router, parts)


def accepted_response(parts: ImportsParts, job: Job) -> Response:
    """The 202 response for a new job: its status, and where to poll it."""
    location = parts.shared.public_url + STATUS.format(job_id=job.job_id)
    return Response(parts.follow_import.status(job), 202, {"Location": location, "Retry-After": "1"})


def _status_routes(router: Router, parts: ImportsParts) -> None:
    def status(request: Request, job_id: str) -> Response:
        job = parts.follow_import.viewable_job(request, job_id)
        context = parts.follow_import.wait_context(job)
        return conditional_response(request, status_body(job, context), retry_after(job, context))

    scopes = [Scope.CONTACTS_READ, Scope.IMPORTS_WRITE]
    responses = {200: "Status", 304: ""}
    router.get(STATUS, Access.VIEWER, "Get the status of an import", responses, scopes=scopes, is_polled=True)(status)

    @router.get(f"{IMPORTS}/{{job_id}}", Access.VIEWER, "Get an import", responses, scopes=scopes, is_polled=True)
    def get_import(request: Request, job_id: str) -> Response:
        return status(request, job_id)


def _list_route(router: Router, parts: ImportsParts) -> None:
    @router.get(
        IMPORTS,
        Access.PERSON,
        "List my imports, newest first",
        {200: "Imports", 304: ""},
        query=[
            Query("state", "Only imports in this state.", {"enum": list(PublicState)}),
            Query("provider", "Only imports from this provider.", {"enum": list(PROVIDERS)}),
            Query("connection", "Only imports of this connected account."),
            CURSOR,
            LIMIT,
        ],
        strict_query=True,
        scopes=[Scope.CONTACTS_READ, Scope.IMPORTS_WRITE],
    )
    def list_imports(request: Request) -> Response:
        from chalicelib.provider_imports.list_imports import ImportFilter

        filters = ImportFilter(
            state=choice(request, "state", PublicState),
            provider=choice(request, "provider", tuple(PROVIDERS)),
            connection_id=request.query.get("connection") or None,
        )
        cursor, limit = request.query.get("cursor") or None, whole_number(request, "limit", 50, 1, 200)
        jobs, following = parts.list_imports(request.owner, filters, cursor=cursor, limit=limit)
        return conditional_response(request, {"imports": parts.follow_import.statuses(jobs), "next_cursor": following})


def _ledger_routes(router: Router, parts: ImportsParts) -> None:
    @router.get(
        f"{IMPORTS}/{{job_id}}/ledger",
        Access.PERSON,
        "List the outcome of each contact",
        {200: "Ledger", 304: ""},
        problems=lambda: [Conflict],
        query=[Query("outcome", "Only contacts with this outcome.", {"enum": list(Outcome)}), CURSOR, LIMIT],
        strict_query=True,
        scopes=[Scope.CONTACTS_READ, Scope.IMPORTS_WRITE],
    )
    def read_ledger(request: Request, job_id: str) -> Response:
        job = parts.follow_import.owned_job(request.owner, job_id)
        lines, following = parts.read_ledger(
            job,
            choice(request, "outcome", Outcome),
            cursor=request.query.get("cursor") or None,
            limit=whole_number(request, "limit", 100, 1, 200),
        )
        return conditional_response(request, {"job_id": job_id, "lines": lines, "next_cursor": following})

    @router.get(
        f"{IMPORTS}/{{job_id}}/verify",
        Access.PERSON,
        "Compare the counts with the ledger",
        {200: "LedgerCheck"},
        scopes=[Scope.CONTACTS_READ, Scope.IMPORTS_WRITE],
    )
    def verify_import(request: Request, job_id: str) -> Response:
        from chalicelib.jobs.ledger import verify

        return Response(verify(parts.shared.jobs, parts.follow_import.owned_job(request.owner, job_id)).as_json())


def _deciding_routes(router: Router, parts: ImportsParts) -> None:
    @router.post(
        f"{IMPORTS}/{{job_id}}/cancel", Access.PERSON, "Cancel an import", {200: "Status"}, scopes=[Scope.IMPORTS_WRITE]
    )
    def cancel_import(request: Request, job_id: str) -> Response:
        return Response(parts.follow_import.status(parts.cancel_import(request.owner, job_id)))

    @router.post(
        f"{IMPORTS}/{{job_id}}/retry",
        Access.PERSON,
        "Run a finished import again",
        {202: "Status"},
        takes_key=True,
        problems=lambda: [ConsentNeeded],
        scopes=[Scope.IMPORTS_WRITE],
    )
    def retry_import(request: Request, job_id: str) -> Response:
        job = parts.retry_import(
            request.owner, job_id, idempotency_key=request.idempotency_key, person=request.signed_in.label
        )
        return accepted_response(parts, job)

    @router.post(
        f"{IMPORTS}/{{job_id}}/removals",
        Access.PERSON,
        "Decide on held removals",
        {200: "Status", 202: "Status"},
        body=_removals_body,
        scopes=[Scope.IMPORTS_WRITE],
    )
    def decide_removals(request: Request, job_id: str) -> Response:
        decision = read_body(request, _removals_body()).decision
        job = parts.decide_removals(request.owner, job_id, decision, person=request.signed_in.label)
        if job.job_id == job_id:
            return Response(parts.follow_import.status(job))
        return accepted_response(parts, job)


def _removals_body() -> type[RemovalsBody]:
    from chalicelib.provider_imports.bodies import RemovalsBody

    return RemovalsBody

"""REST routes of undoing: preview, start, status, results, and bringing a deleted contact back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.foundation.bodies import read_body
from chalicelib.foundation.clock import rfc3339
from chalicelib.foundation.errors import Conflict
from chalicelib.foundation.http import Request, Response, choice, conditional_response, whole_number
from chalicelib.foundation.router import Access, Query, Router
from chalicelib.foundation.scopes import Scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.foundation.json import JsonObject
    from chalicelib.jobs.job import Job
    from chalicelib.undoing.bodies import UndoBody
    from chalicelib.undoing.parts import UndoingParts
    from chalicelib.undoing.preview_undo import UndoPreview
    from chalicelib.undoing.runs_apart import RunApart

RUN = "/api/v1/runs/{job_id}/undo"
UNDO = "/api/v1/undos/{job_id}"
LISTS = ("reversed", "kept", "failed")
AGAIN = (
    "The account is then no longer imported again by itself. Import it to get its contacts back; the next import reads "
    "all of them."
)
CURSOR = Query("cursor", "The `next_cursor` of the previous page.")
LIMIT = Query("limit", "The maximum number of items.", {"type": "integer", "minimum": 1, "maximum": 200})


def routes(router: Router, parts: UndoingParts) -> None:
    _starting_routes(router, parts)
    _following_routes(router, parts)
    _restoring_route(router, parts)


def preview_json(preview: UndoPreview) -> JsonObject:
    """The published form of a preview."""
    return {
        "run_id": preview.run.job_id,
        "kind": preview.run.kind,
        "can_be_undone_until": rfc3339(preview.until),
        **preview.numbers.as_json(),
        "preview_id": preview.preview_id,
        "notice": AGAIN if preview.is_account_import else None,
    }


def _starting_routes(router: Router, parts: UndoingParts) -> None:
    @router.get(
        RUN,
        Access.PERSON,
        "Preview undoing an import or another run",
        {200: "UndoPreview"},
        problems=lambda: [Conflict],
        scopes=[Scope.CONTACTS_READ, Scope.CONTACTS_WRITE],
    )
    def preview_undo(request: Request, job_id: str) -> Response:
        preview = parts.preview_undo(request.owner, job_id)
        return Response({**preview_json(preview), **_apart(parts, parts.decided_apart(preview.run))})

    @router.post(
        RUN,
        Access.PERSON,
        "Undo an import or another run",
        {202: "Undo"},
        body=_undo_body,
        scopes=[Scope.CONTACTS_WRITE],
    )
    def start_undo(request: Request, job_id: str) -> Response:
        from chalicelib.undoing.preview_undo import UndoNumbers

        body = read_body(request, _undo_body())
        confirmed = UndoNumbers(body.removed, body.restored, body.returned, body.kept, body.failed)
        job = parts.start_undo(request.owner, job_id, confirmed, body.preview_id)
        location = parts.shared.public_url + UNDO.format(job_id=job.job_id)
        return Response(_status(parts, job), 202, {"Location": location, "Retry-After": "1"})


def _following_routes(router: Router, parts: UndoingParts) -> None:
    @router.get(
        UNDO,
        Access.PERSON,
        "Get the status of an undo",
        {200: "Undo", 304: ""},
        is_polled=True,
        scopes=[Scope.CONTACTS_READ, Scope.CONTACTS_WRITE],
    )
    def get_undo(request: Request, job_id: str) -> Response:
        job = parts.undo_results.job(request.owner, job_id)
        return conditional_response(request, _status(parts, job), None if job.is_finished else {"Retry-After": "2"})

    @router.get(
        f"{UNDO}/results",
        Access.PERSON,
        "List the contacts of an undo: reversed, kept or failed",
        {200: "UndoResults", 304: ""},
        query=[Query("list", "Which of the lists; `reversed` by default.", {"enum": list(LISTS)}), CURSOR, LIMIT],
        strict_query=True,
        scopes=[Scope.CONTACTS_READ, Scope.CONTACTS_WRITE],
    )
    def list_undo_results(request: Request, job_id: str) -> Response:
        from chalicelib.undoing.undo_results import UndoList

        job = parts.undo_results.job(request.owner, job_id)
        results, following = parts.undo_results.page(
            job,
            UndoList(choice(request, "list", LISTS) or UndoList.REVERSED),
            cursor=request.query.get("cursor") or None,
            limit=whole_number(request, "limit", 100, 1, 200),
        )
        return conditional_response(request, {"job_id": job_id, "results": results, "next_cursor": following})


def _restoring_route(router: Router, parts: UndoingParts) -> None:
    @router.get(
        "/api/v1/contacts/deleted",
        Access.PERSON,
        "List the contacts that I deleted and can bring back, the latest first",
        {200: "DeletedContacts"},
        scopes=[Scope.CONTACTS_READ],
    )
    def list_deleted_contacts(request: Request) -> Response:
        return Response({"contacts": parts.deleted_contacts(request.owner)})

    @router.post(
        "/api/v1/contacts/{contact_id}/restore",
        Access.PERSON,
        "Bring back a contact I deleted",
        {200: "RestoredContact"},
        scopes=[Scope.CONTACTS_WRITE],
    )
    def restore_contact(request: Request, contact_id: str) -> Response:
        return Response({"contact_id": parts.restore_contact(request.owner, contact_id)})


def _status(parts: UndoingParts, undo: Job) -> JsonObject:
    from chalicelib.undoing.undo_results import undo_status

    return {**undo_status(undo), **_apart(parts, parts.left_by(undo))}


def _apart(parts: UndoingParts, runs: Sequence[RunApart]) -> JsonObject:
    from chalicelib.undoing.runs_apart import runs_apart_json

    return {"decided_apart": runs_apart_json(runs, parts.shared.public_url)}


def _undo_body() -> type[UndoBody]:
    from chalicelib.undoing.bodies import UndoBody

    return UndoBody

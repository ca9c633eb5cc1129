"""The pages of undoing: what it would do, with the numbers on the button, and what it did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.foundation.clock import rfc3339
from chalicelib.foundation.forms import read_form
from chalicelib.foundation.http import Request, Response, choice, page, redirect
from chalicelib.foundation.router import Access, Query, Router

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.foundation.forms import Form
    from chalicelib.foundation.json import JsonObject
    from chalicelib.undoing.parts import UndoingParts
    from chalicelib.undoing.preview_undo import UndoNumbers
    from chalicelib.undoing.runs_apart import RunApart

RUN = "/runs/{job_id}/undo"
UNDO = "/undos/{job_id}"
LISTS = ("reversed", "kept", "failed")
ON_A_PAGE = 50
SOON = 2  # seconds until the page of a running undo refreshes


def routes(router: Router, parts: UndoingParts) -> None:
    _preview_routes(router, parts)
    _result_routes(router, parts)
    _restoring_route(router, parts)


def _preview_routes(router: Router, parts: UndoingParts) -> None:
    @router.page(RUN, Access.PERSON, "Page to preview undoing a run")
    def undo_page(request: Request, job_id: str) -> Response:
        preview = parts.preview_undo(request.owner, job_id)
        html = parts.shared.pages.render(
            request,
            "undoing/preview.html",
            job_id=job_id,
            run_title=parts.title_of(preview.run),
            run_path=parts.path_of(preview.run),
            numbers=preview.numbers,
            preview_id=preview.preview_id,
            started_at=rfc3339(preview.run.created_at),
            until=rfc3339(preview.until),
            is_account_import=preview.is_account_import,
            apart=_apart(parts.decided_apart(preview.run)),
        )
        return page(html)

    @router.form_action(RUN, Access.PERSON, "Undo a run from its page")
    def undo_on_page(request: Request, job_id: str) -> Response:
        form = read_form(request)
        job = parts.start_undo(request.owner, job_id, _confirmed(form), form.text("preview_id"))
        return redirect(parts.shared.public_url + UNDO.format(job_id=job.job_id))


def _result_routes(router: Router, parts: UndoingParts) -> None:
    @router.page(
        UNDO,
        Access.PERSON,
        "Page of an undo and its contacts",
        query=[
            Query("list", "Which contacts.", {"enum": list(LISTS)}),
            Query("cursor", "The `next_cursor` of the previous page."),
        ],
    )
    def undo_results_page(request: Request, job_id: str) -> Response:
        from chalicelib.undoing.undo_results import UndoList, undo_status

        job = parts.undo_results.job(request.owner, job_id)
        which = UndoList(choice(request, "list", LISTS) or UndoList.REVERSED)
        cursor = request.query.get("cursor") or None
        results, following = parts.undo_results.page(job, which, cursor=cursor, limit=ON_A_PAGE)
        html = parts.shared.pages.render(
            request,
            "undoing/results.html",
            status=undo_status(job),
            which=which.value,
            results=results,
            following=following,
            refresh_seconds=None if job.is_finished else SOON,
            apart=_apart(parts.left_by(job)),
        )
        return page(html)


def _restoring_route(router: Router, parts: UndoingParts) -> None:
    @router.page("/contacts/deleted", Access.PERSON, "Page of the contacts that I deleted")
    def deleted_contacts_page(request: Request) -> Response:
        deleted, days = parts.deleted_contacts(request.owner), parts.shared.settings.undo_days
        return page(parts.shared.pages.render(request, "undoing/deleted.html", deleted=deleted, undo_days=days))

    @router.form_action("/contacts/{contact_id}/restore", Access.PERSON, "Bring back a deleted contact from its page")
    def restore_on_page(request: Request, contact_id: str) -> Response:
        restored = parts.restore_contact(request.owner, contact_id)
        return redirect(f"{parts.shared.public_url}/contacts/{restored}")


def _apart(runs: Sequence[RunApart]) -> JsonObject:
    """What the pages show of runs that are undone by themselves."""
    from chalicelib.undoing.runs_apart import runs_apart_json

    return runs_apart_json(runs, "")


def _confirmed(form: Form) -> UndoNumbers:
    from chalicelib.undoing.preview_undo import UndoNumbers

    texts = [form.text(name) for name in ("removed", "restored", "returned", "kept", "failed")]
    return UndoNumbers(*(int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else -1 for text in texts))

"""What the forms on the pages of imports do: upload a file, cancel, import again, and undo."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from chalicelib.foundation.errors import CallerError, Conflict, InvalidInput
from chalicelib.foundation.http import Request, Response, page, redirect
from chalicelib.foundation.multipart import read_multipart
from chalicelib.foundation.organizations import Role
from chalicelib.foundation.router import Access, Router
from chalicelib.leads.pages.addresses import IMPORT, IMPORTS, columns_url, import_url
from chalicelib.leads.pages.import_pages import imports_page, show_import, show_undo

if TYPE_CHECKING:
    from chalicelib.leads.parts import LeadsParts

_RESPONSES = {303: "", 409: "page", 413: "page", 422: "page"}


def routes(router: Router, parts: LeadsParts) -> None:
    _upload_route(router, parts)
    _control_routes(router, parts)


def _upload_route(router: Router, parts: LeadsParts) -> None:
    @router.form_action(IMPORTS, Access.ORGANIZATION, "Upload a file of leads (form)", _RESPONSES, role=Role.IMPORTER)
    def upload_leads_on_page(request: Request, org: str) -> Response:
        try:
            form, files = read_multipart(request)
            key = form.text("s3_key")
            if (file := files.get("file")) is not None:
                key = parts.uploads.receive(org, file.name, file.content)
            if not key:
                raise InvalidInput("Choose a file first.", field="file")
            parts.look_at_file(org, key)
        except CallerError as error:
            return imports_page(parts, request, org, problem=error)
        return redirect(columns_url(parts, org, key))


def _control_routes(router: Router, parts: LeadsParts) -> None:
    @router.form_action(
        f"{IMPORT}/cancel", Access.ORGANIZATION, "Cancel an import of leads (form)", _RESPONSES, role=Role.IMPORTER
    )
    def cancel_lead_import_on_page(request: Request, org: str, job_id: str) -> Response:
        def cancel() -> str:
            return parts.control_imports.cancel(org, job_id).job.job_id

        return _done(parts, request, org, job_id, cancel)

    @router.form_action(
        f"{IMPORT}/retry", Access.ORGANIZATION, "Import a file of leads again (form)", _RESPONSES, role=Role.IMPORTER
    )
    def retry_lead_import_on_page(request: Request, org: str, job_id: str) -> Response:
        def retry() -> str:
            return parts.control_imports.retry(org, job_id, dry_run=False).job_id

        return _done(parts, request, org, job_id, retry)

    @router.form_action(
        f"{IMPORT}/undo", Access.ORGANIZATION, "Undo an import of leads (form)", _RESPONSES, role=Role.IMPORTER
    )
    def undo_lead_import_on_page(request: Request, org: str, job_id: str) -> Response:
        try:
            parts.undo_imports.start(org, job_id)
        except Conflict as refused:
            return page(show_undo(parts, request, org, job_id, problem=refused.detail), refused.status)
        return redirect(f"{import_url(parts, org, job_id)}/undo")


def _done(parts: LeadsParts, request: Request, org: str, job_id: str, change: Callable[[], str]) -> Response:
    """Leads to the page of the import whose id the change returns; a problem is shown on that of this one."""
    parts.follow_imports(org, job_id)
    try:
        following = change()
    except CallerError as error:
        return page(show_import(parts, request, org, job_id, problem=error.detail), error.status)
    return redirect(import_url(parts, org, following))

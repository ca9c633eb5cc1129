"""The routes of undoing imports of leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.foundation.errors import Conflict
from chalicelib.foundation.http import Request, Response
from chalicelib.foundation.organizations import Role
from chalicelib.foundation.router import Access, Router
from chalicelib.leads.import_routes import IMPORTS
from chalicelib.leads.status_url import with_status_url
from chalicelib.leads.two_paths import PREFIXES, named

if TYPE_CHECKING:
    from chalicelib.leads.parts import LeadsParts

UNDO = f"{IMPORTS}/{{job_id}}/undo"


def routes(router: Router, parts: LeadsParts) -> None:
    for prefix, version in PREFIXES:
        _undo_routes(router, parts, prefix, version)


def _undo_routes(router: Router, parts: LeadsParts, prefix: str, version: str) -> None:
    def status_url(org: str, job_id: str) -> str:
        return f"{parts.shared.public_url}{prefix}{UNDO.format(org=org, job_id=job_id)}"

    def get_lead_undo(_request: Request, org: str, job_id: str) -> Response:
        undo = parts.undo_json(parts.undo_imports.get(org, job_id))
        return Response(with_status_url(undo, status_url(org, job_id)))

    def undo_lead_import(_request: Request, org: str, job_id: str) -> Response:
        undo, url = parts.undo_json(parts.undo_imports.start(org, job_id)), status_url(org, job_id)
        return Response(with_status_url(undo, url), status=202, headers={"Location": url})

    access, role = Access.ORGANIZATION, Role.IMPORTER
    words = "Follow the undo of an import of leads, or see what it would do"
    router.get(prefix + UNDO, access, words, {200: "LeadUndo"}, role=role, problems=lambda: [Conflict])(
        named(get_lead_undo, version)
    )
    words = "Undo an import of leads; what was changed since is kept"
    router.post(prefix + UNDO, access, words, {202: "LeadUndo"}, role=role)(named(undo_lead_import, version))

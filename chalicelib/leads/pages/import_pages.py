"""The pages of imports of leads: the upload with the list, and one import with its progress and its results."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.foundation.clock import rfc3339
from chalicelib.foundation.http import Request, Response, page
from chalicelib.foundation.multipart import LARGEST_UPLOAD
from chalicelib.foundation.organizations import Role
from chalicelib.foundation.response_policy import page_policy
from chalicelib.foundation.router import Access, Query, Router
from chalicelib.leads.pages.addresses import IMPORT, IMPORTS, imports_url

if TYPE_CHECKING:
    from chalicelib.foundation.errors import CallerError
    from chalicelib.leads.parts import LeadsParts

ON_A_PAGE = 20
SENT_WHOLE = 64 << 20  # bytes; a script sends a larger file in parts


def routes(router: Router, parts: LeadsParts) -> None:
    @router.page(
        IMPORTS, Access.ORGANIZATION, "Page of imports of leads", query=[Query("cursor", "Where the page begins.")]
    )
    def lead_imports_page(request: Request, org: str) -> Response:
        return imports_page(parts, request, org)

    @router.page(IMPORT, Access.ORGANIZATION, "Page of an import of leads")
    def lead_import_page(request: Request, org: str, job_id: str) -> Response:
        return page(show_import(parts, request, org, job_id))

    @router.page(f"{IMPORT}/undo", Access.ORGANIZATION, "Page of the undo of an import of leads", role=Role.IMPORTER)
    def lead_undo_page(request: Request, org: str, job_id: str) -> Response:
        return page(show_undo(parts, request, org, job_id))


def imports_page(
    parts: LeadsParts,
    request: Request,
    org: str,
    *,
    problem: CallerError | None = None,
) -> Response:
    """The form to upload a file, and the imports. A script may send a large file to the bucket.

    Args:
        problem: what is wrong with the file that was sent.
    """
    from chalicelib.leads.pages.import_view import listed
    from chalicelib.leads.pages.lead_view import allowed

    jobs, cursor = parts.follow_imports.page(org, cursor=request.query.get("cursor") or None, limit=ON_A_PAGE)
    imports = [{**listed(parts.follow_imports(org, job.job_id)), "created_at": rfc3339(job.created_at)} for job in jobs]
    html = parts.shared.pages.render(
        request,
        "leads/imports.html",
        org=org,
        imports=imports,
        next_url=imports_url(parts, org, cursor) if cursor else None,
        largest=LARGEST_UPLOAD,
        parts_above=SENT_WHOLE,
        problem=problem.detail if problem else "",
        **allowed(request.signed_in, org),
    )
    policy = {"Content-Security-Policy": page_policy(parts.uploads.origin())}
    return replace(page(html, problem.status if problem else 200), headers=policy)


def show_import(parts: LeadsParts, request: Request, org: str, job_id: str, *, problem: str = "") -> str:
    """The page of an import, which follows its state."""
    from chalicelib.leads.importing.follow_import import LINK_LASTS
    from chalicelib.leads.pages.import_view import REFRESH_SECONDS, import_view
    from chalicelib.leads.pages.lead_view import allowed

    followed = parts.follow_imports(org, job_id)
    return parts.shared.pages.render(
        request,
        "leads/import.html",
        org=org,
        refresh_seconds=None if followed.job.is_finished else REFRESH_SECONDS,
        problem=problem,
        link_minutes=round(LINK_LASTS.total_seconds() / 60),
        **import_view(followed, parts.import_json(followed)),
        **allowed(request.signed_in, org),
    )


def show_undo(parts: LeadsParts, request: Request, org: str, job_id: str, *, problem: str = "") -> str:
    """The page that asks whether to undo an import, with the numbers, and then follows that."""
    from chalicelib.foundation.errors import Conflict
    from chalicelib.leads.lead import MOST_CHANGES
    from chalicelib.leads.pages.import_view import REFRESH_SECONDS, listed

    followed, undo = parts.follow_imports(org, job_id), None
    try:
        undo = parts.undo_json(parts.undo_imports.get(org, job_id))
    except Conflict as refused:
        problem = problem or refused.detail
    is_working = undo is not None and undo["jobId"] is not None and undo["finishedAt"] is None
    return parts.shared.pages.render(
        request,
        "leads/undo.html",
        org=org,
        undo=undo,
        imports_known=MOST_CHANGES,
        refresh_seconds=REFRESH_SECONDS if is_working else None,
        problem=problem,
        **listed(followed),
    )

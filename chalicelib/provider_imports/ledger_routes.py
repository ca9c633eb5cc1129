"""The route to download the outcome of each contact in an import."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.foundation.download_link import DELIVERY, wants_link
from chalicelib.foundation.http import Request, Response, choice
from chalicelib.foundation.outcomes import Outcome
from chalicelib.foundation.router import Access, Query, Router
from chalicelib.foundation.scopes import Scope

if TYPE_CHECKING:
    from chalicelib.provider_imports.parts import ImportsParts


def routes(router: Router, parts: ImportsParts) -> None:
    @router.get(
        "/api/v1/imports/{job_id}/ledger.csv",
        Access.PERSON,
        "Download the outcome of each contact, with explanations",
        {200: "csv|DownloadLink", 303: ""},
        query=[Query("outcome", "Only contacts with this outcome.", {"enum": list(Outcome)}), DELIVERY],
        strict_query=True,
        is_download=True,
        scopes=[Scope.CONTACTS_READ, Scope.IMPORTS_WRITE],
    )
    def download_ledger(request: Request, job_id: str) -> Response:
        from chalicelib.foundation.delivery import TimeLeft

        as_link, headers_only = wants_link(request), request.is_head
        job = parts.follow_import.owned_job(request.owner, job_id)
        wanted = choice(request, "outcome", Outcome)
        outcome = None if wanted is None else Outcome(wanted)
        file = parts.export_ledger(job, outcome, TimeLeft.of(request, parts.shared.clock))
        return parts.shared.deliver(request.owner, file, as_link=as_link, headers_only=headers_only)

"""REST routes of what became of each contact of a bulk create."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.bulk.paths import BULK
from chalicelib.foundation.download_link import DELIVERY, wants_link
from chalicelib.foundation.http import Request, Response, choice, conditional_response, whole_number
from chalicelib.foundation.outcomes import Outcome
from chalicelib.foundation.router import Access, Query, Router
from chalicelib.foundation.scopes import Scope

if TYPE_CHECKING:
    from chalicelib.bulk.parts import BulkParts

LARGEST_PAGE = 1_000  # items
_OUTCOMES = [outcome.value for outcome in Outcome if outcome is not Outcome.REMOVED]
_OUTCOME = Query("outcome", "Only contacts with this outcome.", {"enum": _OUTCOMES})


def item_routes(router: Router, parts: BulkParts) -> None:
    @router.get(
        f"{BULK}/{{job_id}}/items",
        Access.PERSON,
        "List what became of each contact of a bulk create, in the order of its list",
        {200: "BulkItems", 304: ""},
        query=[
            _OUTCOME,
            Query("cursor", "The `next_cursor` of the previous page."),
            Query(
                "limit",
                "The maximum number of items; 200 by default.",
                {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE},
            ),
        ],
        strict_query=True,
        scopes=[Scope.CONTACTS_READ, Scope.CONTACTS_WRITE],
    )
    def list_bulk_items(request: Request, job_id: str) -> Response:
        items, next_cursor = parts.list_items.page(
            request.signed_in,
            job_id,
            outcome=choice(request, "outcome", _OUTCOMES),
            cursor=request.query.get("cursor") or None,
            limit=whole_number(request, "limit", 200, 1, LARGEST_PAGE),
        )
        return conditional_response(request, {"items": items, "next_cursor": next_cursor})

    @router.get(
        f"{BULK}/{{job_id}}/items.csv",
        Access.PERSON,
        "Download what became of each contact of a bulk create",
        {200: "csv|DownloadLink", 303: ""},
        query=[_OUTCOME, DELIVERY],
        strict_query=True,
        scopes=[Scope.CONTACTS_READ, Scope.CONTACTS_WRITE],
        is_download=True,
    )
    def download_bulk_items(request: Request, job_id: str) -> Response:
        from chalicelib.foundation.delivery import TimeLeft

        as_link, headers_only = wants_link(request), request.is_head
        outcome = choice(request, "outcome", _OUTCOMES)
        file = parts.list_items.file(request.signed_in, job_id, outcome, TimeLeft.of(request, parts.shared.clock))
        return parts.shared.deliver(request.owner, file, as_link=as_link, headers_only=headers_only)

"""REST routes with which operators follow, try and undo runs of vendors, and see the statuses of all contacts."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.enrichment.control_routes import ONE
from chalicelib.foundation.http import Request, Response
from chalicelib.foundation.router import Access, Router

if TYPE_CHECKING:
    from chalicelib.enrichment.parts import EnrichmentParts

COUNT_FOR = timedelta(seconds=15)  # books that take longer to count are left out, and named by their number


def routes(router: Router, parts: EnrichmentParts) -> None:
    _run_routes(router, parts)
    _preview_routes(router, parts)

    @router.get(
        f"{ONE}/counts", Access.OPERATOR, "Count the contacts by their status with a vendor", {200: "EnrichmentCounts"}
    )
    def count_statuses(_: Request, vendor: str) -> Response:
        from chalicelib.enrichment.counts_json import counts_json

        parts.vendor(vendor)
        return Response(counts_json(parts.count_statuses(vendor, within=COUNT_FOR)))


def _run_routes(router: Router, parts: EnrichmentParts) -> None:
    @router.get(
        f"{ONE}/runs", Access.OPERATOR, "List the latest runs of a vendor", {200: "EnrichmentRuns"}, strict_query=True
    )
    def list_vendor_runs(_: Request, vendor: str) -> Response:
        return Response({"runs": parts.operator_runs.recent(parts.vendor(vendor))})

    @router.get(f"{ONE}/runs/{{job_id}}", Access.OPERATOR, "Get a run of a vendor", {200: "EnrichmentRun"})
    def get_vendor_run(_: Request, vendor: str, job_id: str) -> Response:
        found = parts.vendor(vendor)
        return Response(parts.operator_runs.json(found, parts.operator_runs.get(found, job_id)))

    @router.post(
        f"{ONE}/runs/{{job_id}}/undo", Access.OPERATOR, "Undo a run of a vendor in every book", {202: "EnrichmentRun"}
    )
    def undo_vendor_run(request: Request, vendor: str, job_id: str) -> Response:
        found, runs = parts.vendor(vendor), parts.operator_runs
        runs.undo(found, job_id, operator=request.owner)
        return Response(runs.json(found, runs.get(found, job_id)), 202)

    @router.post(
        f"{ONE}/runs/{{job_id}}/ask-again",
        Access.OPERATOR,
        "Let the next runs ask about the contacts of a run that was undone",
        {200: "EnrichmentRun"},
    )
    def ask_vendor_again(request: Request, vendor: str, job_id: str) -> Response:
        found, runs = parts.vendor(vendor), parts.operator_runs
        runs.ask_again(found, job_id, operator=request.owner)
        return Response(runs.json(found, runs.get(found, job_id)))


def _preview_routes(router: Router, parts: EnrichmentParts) -> None:
    @router.post(
        f"{ONE}/previews",
        Access.OPERATOR,
        "Ask a vendor about a few contacts without changing any",
        {202: "EnrichmentPreviewStarted"},
        takes_key=True,
    )
    def begin_vendor_preview(request: Request, vendor: str) -> Response:
        found, runs = parts.vendor(vendor), parts.operator_runs
        job = runs.begin_preview(found, operator=request.owner, idempotency_key=request.idempotency_key)
        path = f"{parts.shared.public_url}{ONE}/previews/{job.job_id}".replace("{vendor}", vendor)
        body = {"job_id": job.job_id, "most_money": runs.most_of_preview(found), "unit": found.price.unit}
        return Response(body, 202, {"Location": path})

    @router.get(
        f"{ONE}/previews/{{job_id}}", Access.OPERATOR, "Get what a preview found out", {200: "EnrichmentPreview"}
    )
    def get_vendor_preview(_: Request, vendor: str, job_id: str) -> Response:
        return Response(parts.operator_runs.preview_json(parts.vendor(vendor), job_id))

"""REST routes with which operators control vendors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.foundation.bodies import read_body
from chalicelib.foundation.http import Request, Response
from chalicelib.foundation.router import Access, Router

if TYPE_CHECKING:
    from chalicelib.enrichment.bodies import ControlBody
    from chalicelib.enrichment.parts import EnrichmentParts

VENDORS = "/api/v1/operator/enrichment"
ONE = f"{VENDORS}/{{vendor}}"


def routes(router: Router, parts: EnrichmentParts) -> None:
    _control_routes(router, parts)
    _run_routes(router, parts)


def _control_routes(router: Router, parts: EnrichmentParts) -> None:
    @router.get(
        VENDORS, Access.OPERATOR, "List the vendors of enrichment", {200: "EnrichmentVendors"}, strict_query=True
    )
    def list_vendors(_: Request) -> Response:
        shown = [parts.show_control(parts.vendor(control.vendor), control) for control in parts.controls.all()]
        return Response({"vendors": shown})

    @router.get(ONE, Access.OPERATOR, "Get a vendor of enrichment", {200: "EnrichmentVendor"})
    def get_vendor(_: Request, vendor: str) -> Response:
        found = parts.vendor(vendor)
        return Response(parts.show_control(found, parts.controls.get(vendor)))

    @router.patch(
        ONE,
        Access.OPERATOR,
        "Turn a vendor on or off, and change its schedule, scope, limits and keys",
        {200: "EnrichmentVendor"},
        body=_control_body,
    )
    def change_vendor(request: Request, vendor: str) -> Response:
        body = read_body(request, _control_body())
        changed = parts.change_control.change(vendor, body.edit(), operator=request.owner, rev=body.rev)
        return Response(parts.show_control(parts.vendor(vendor), changed))


def _run_routes(router: Router, parts: EnrichmentParts) -> None:
    @router.post(
        f"{ONE}/run", Access.OPERATOR, "Begin a run of a vendor", {202: "EnrichmentRunStarted"}, takes_key=True
    )
    def run_vendor(request: Request, vendor: str) -> Response:
        job = parts.change_control.run_now(vendor, operator=request.owner, idempotency_key=request.idempotency_key)
        location = f"{parts.shared.public_url}/api/v1/operator/jobs/{job.job_id}"
        return Response({"job_id": job.job_id}, 202, {"Location": location})

    @router.post(
        f"{ONE}/stop", Access.OPERATOR, "Stop the run of a vendor after what it has begun", {200: "EnrichmentVendor"}
    )
    def stop_vendor(request: Request, vendor: str) -> Response:
        stopped = parts.change_control.stop(vendor, operator=request.owner)
        return Response(parts.show_control(parts.vendor(vendor), stopped))


def _control_body() -> type[ControlBody]:
    from chalicelib.enrichment.bodies import ControlBody

    return ControlBody

"""The routes of exports of leads: start one, follow it until its file is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.foundation.bodies import read_body
from chalicelib.foundation.http import Request, Response
from chalicelib.foundation.organizations import Role
from chalicelib.foundation.router import Access, Router
from chalicelib.leads.status_url import with_status_url

if TYPE_CHECKING:
    from chalicelib.leads.bodies import ExportBody
    from chalicelib.leads.parts import LeadsParts

EXPORTS = "/api/v1/organizations/{org}/leads/exports"


def routes(router: Router, parts: LeadsParts) -> None:
    def status_url(org: str, job_id: str) -> str:
        return f"{parts.shared.public_url}{EXPORTS.format(org=org)}/{job_id}"

    @router.post(
        EXPORTS,
        Access.ORGANIZATION,
        "Export the leads of an organization to a file, as a job",
        {202: "LeadExport"},
        body=_export_body,
        takes_key=True,
        role=Role.IMPORTER,
    )
    def start_lead_export(request: Request, org: str) -> Response:
        from chalicelib.leads.exporting.export_job import ExportFormat, ExportRequest, export_json
        from chalicelib.leads.managing.lead_filter import LeadFilter

        body = read_body(request, _export_body())
        wanted = ExportRequest(org, ExportFormat(body.format), LeadFilter(body.tag, body.source))
        job = parts.exports.start(wanted, idempotency_key=request.idempotency_key)
        url = status_url(org, job.job_id)
        headers = {"Location": url, "Retry-After": "1"}
        return Response(with_status_url(export_json(job, None), url), 202, headers)

    @router.get(
        f"{EXPORTS}/{{job_id}}",
        Access.ORGANIZATION,
        "Get the status of an export, and the URL of its file",
        {200: "LeadExport"},
        role=Role.IMPORTER,
    )
    def get_lead_export(_request: Request, org: str, job_id: str) -> Response:
        from chalicelib.leads.exporting.export_job import export_json

        job = parts.exports.get(org, job_id)
        return Response(with_status_url(export_json(job, parts.exports.link(job)), status_url(org, job_id)))


def _export_body() -> type[ExportBody]:
    from chalicelib.leads.bodies import ExportBody

    return ExportBody

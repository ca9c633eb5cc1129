"""The routes of imports of leads: upload a file, import it, follow, cancel and repeat that."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from chalicelib.foundation.bodies import read_body
from chalicelib.foundation.http import Request, Response, conditional_response, whole_number
from chalicelib.foundation.organizations import Role
from chalicelib.foundation.router import Access, Query, Router
from chalicelib.leads.region import checked_region

if TYPE_CHECKING:
    from chalicelib.jobs.job import Job
    from chalicelib.leads.importing.import_bodies import LeadImportBody, LeadUploadBody
    from chalicelib.leads.importing.start_import import ImportRequest
    from chalicelib.leads.parts import LeadsParts

IMPORTS = "/organizations/{org}/leads/import"
UPLOADS = "/organizations/{org}/leads/uploads"
_PAGE = (
    Query("cursor", "The `nextCursor` of the previous page."),
    Query("limit", "The maximum number of imports.", {"type": "integer", "minimum": 1, "maximum": 100}),
)


def routes(router: Router, parts: LeadsParts) -> None:
    for prefix, version in (("", ""), ("/api/v1", "_v1")):
        _start_routes(router, parts, prefix, version)
        _follow_routes(router, parts, prefix, version)


def _start_routes(router: Router, parts: LeadsParts, prefix: str, version: str) -> None:
    def start_lead_import(request: Request, org: str) -> Response:
        wanted = _import_request(request)
        job = parts.start_import(org, wanted, idempotency_key=request.idempotency_key)
        return _accepted(parts, prefix, org, job)

    def upload_leads(request: Request, org: str) -> Response:
        body = read_body(request, _upload_body())
        key, form = parts.uploads.form(org, body.file_name, body.size)
        return Response({"s3Key": key, "url": form.url, "fields": dict(form.fields)}, status=201)

    def retry_lead_import(request: Request, org: str, job_id: str) -> Response:
        job = parts.control_imports.retry(org, job_id, idempotency_key=request.idempotency_key)
        return _accepted(parts, prefix, org, job)

    importer, access = Role.IMPORTER, Access.ORGANIZATION
    router.post(
        prefix + IMPORTS,
        access,
        "Import leads from a file in the bucket",
        {202: "LeadImportStarted"},
        body=_import_body,
        role=importer,
    )(_named(start_lead_import, version))
    router.post(
        prefix + UPLOADS,
        access,
        "Get a form that uploads a file of leads",
        {201: "LeadUpload"},
        body=_upload_body,
        role=importer,
    )(_named(upload_leads, version))
    router.post(
        f"{prefix}{IMPORTS}/{{job_id}}/retry",
        access,
        "Import the file again",
        {202: "LeadImportStarted"},
        role=importer,
    )(_named(retry_lead_import, version))


def _import_request(request: Request) -> ImportRequest:
    from chalicelib.leads.importing.start_import import ImportRequest

    body = read_body(request, _import_body())
    policy, by_field = body.policies()
    return ImportRequest(
        body.s3_key,
        body.mapping,
        body.channel,
        body.scope,
        checked_region(body.region),
        policy,
        by_field,
        body.tags,
        body.dry_run,
    )


def _follow_routes(router: Router, parts: LeadsParts, prefix: str, version: str) -> None:
    def get_lead_import(request: Request, org: str, job_id: str) -> Response:
        return conditional_response(request, parts.import_json(parts.follow_imports(org, job_id)))

    def list_lead_imports(request: Request, org: str) -> Response:
        cursor, limit = request.query.get("cursor") or None, whole_number(request, "limit", 50, 1, 100)
        jobs, next_cursor = parts.follow_imports.page(org, cursor=cursor, limit=limit)
        followed = [parts.follow_imports(org, job.job_id) for job in jobs]
        return Response({"imports": [parts.import_json(each) for each in followed], "nextCursor": next_cursor})

    def cancel_lead_import(_request: Request, org: str, job_id: str) -> Response:
        return Response(parts.import_json(parts.control_imports.cancel(org, job_id)), status=202)

    access = Access.ORGANIZATION
    router.get(
        prefix + IMPORTS,
        access,
        "List imports of leads, newest first",
        {200: "LeadImports"},
        query=_PAGE,
        strict_query=True,
        role=Role.MEMBER,
    )(_named(list_lead_imports, version))
    router.get(
        f"{prefix}{IMPORTS}/{{job_id}}",
        access,
        "Follow an import of leads",
        {200: "LeadImport", 304: ""},
        role=Role.MEMBER,
    )(_named(get_lead_import, version))
    router.post(
        f"{prefix}{IMPORTS}/{{job_id}}/cancel",
        access,
        "Cancel an import of leads; what it stored stays",
        {202: "LeadImport"},
        role=Role.IMPORTER,
    )(_named(cancel_lead_import, version))


def _named(view: Callable[..., Response], version: str) -> Callable[..., Response]:
    """The view under a name of its own, since the API has it at two paths."""
    view.__name__ += version
    return view


def _accepted(parts: LeadsParts, prefix: str, org: str, job: Job) -> Response:
    url = f"{parts.shared.public_url}{prefix}{IMPORTS.replace('{org}', org)}/{job.job_id}"
    return Response({"jobId": job.job_id, "statusUrl": url}, status=202, headers={"Location": url})


def _import_body() -> type[LeadImportBody]:
    from chalicelib.leads.importing.import_bodies import LeadImportBody

    return LeadImportBody


def _upload_body() -> type[LeadUploadBody]:
    from chalicelib.leads.importing.import_bodies import LeadUploadBody

    return LeadUploadBody

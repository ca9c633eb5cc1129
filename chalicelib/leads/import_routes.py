"""The routes of imports of leads: import a file of the bucket, follow, cancel and repeat that."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from chalicelib.foundation.bodies import read_body
from chalicelib.foundation.errors import InvalidInput, NotFound
from chalicelib.foundation.http import Request, Response, conditional_response, whole_number
from chalicelib.foundation.organizations import Role
from chalicelib.foundation.router import Access, Query, Router
from chalicelib.leads.region import checked_region
from chalicelib.leads.status_url import with_status_url
from chalicelib.leads.two_paths import PREFIXES, named

if TYPE_CHECKING:
    from chalicelib.foundation.json import Json
    from chalicelib.jobs.job import Job
    from chalicelib.leads.importing.follow_import import FollowedImport
    from chalicelib.leads.importing.import_bodies import LeadImportBody
    from chalicelib.leads.importing.start_import import ImportRequest
    from chalicelib.leads.parts import LeadsParts

IMPORTS = "/organizations/{org}/leads/import"
_PAGE = (
    Query("cursor", "The `nextCursor` of the previous page."),
    Query("limit", "The maximum number of imports.", {"type": "integer", "minimum": 1, "maximum": 100}),
)


def routes(router: Router, parts: LeadsParts) -> None:
    for prefix, version in PREFIXES:
        _start_routes(router, parts, prefix, version)
        _follow_routes(router, parts, prefix, version)


def _start_routes(router: Router, parts: LeadsParts, prefix: str, version: str) -> None:
    def start_lead_import(request: Request, org: str) -> Response:
        wanted = _import_request(request)
        job = parts.start_import(org, wanted, idempotency_key=request.idempotency_key)
        return _accepted(parts, prefix, org, job)

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
        takes_key=True,
        problems=lambda: [NotFound],
    )(named(start_lead_import, version))
    router.post(
        f"{prefix}{IMPORTS}/{{job_id}}/retry",
        access,
        "Import the file again",
        {202: "LeadImportStarted"},
        role=importer,
        takes_key=True,
    )(named(retry_lead_import, version))


def _import_request(request: Request) -> ImportRequest:
    from chalicelib.leads.importing.start_import import ImportRequest, SavedMapping

    body = read_body(request, _import_body())
    if body.mapping is not None and body.saved_mapping is not None:
        raise InvalidInput("Give either a mapping or a saved one.", field="savedMapping")
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
        None if body.saved_mapping is None else SavedMapping(request.owner, body.saved_mapping),
    )


def _follow_routes(router: Router, parts: LeadsParts, prefix: str, version: str) -> None:
    def shown(org: str, followed: FollowedImport) -> dict[str, Json]:
        return with_status_url(parts.import_json(followed), _status_url(parts, prefix, org, followed.job.job_id))

    def get_lead_import(request: Request, org: str, job_id: str) -> Response:
        return conditional_response(request, shown(org, parts.follow_imports(org, job_id)))

    def list_lead_imports(request: Request, org: str) -> Response:
        cursor, limit = request.query.get("cursor") or None, whole_number(request, "limit", 50, 1, 100)
        jobs, next_cursor = parts.follow_imports.page(org, cursor=cursor, limit=limit)
        followed = [parts.follow_imports(org, job.job_id) for job in jobs]
        imports = parts.imports.executor.all([partial(shown, org, each) for each in followed])
        return Response({"imports": imports, "nextCursor": next_cursor})

    def cancel_lead_import(_request: Request, org: str, job_id: str) -> Response:
        body = shown(org, parts.control_imports.cancel(org, job_id))
        return Response(body, status=202, headers={"Location": str(body["statusUrl"])})

    access = Access.ORGANIZATION
    router.get(
        prefix + IMPORTS,
        access,
        "List imports of leads, newest first",
        {200: "LeadImports"},
        query=_PAGE,
        strict_query=True,
        role=Role.MEMBER,
    )(named(list_lead_imports, version))
    router.get(
        f"{prefix}{IMPORTS}/{{job_id}}",
        access,
        "Follow an import of leads",
        {200: "LeadImport", 304: ""},
        role=Role.MEMBER,
    )(named(get_lead_import, version))
    router.post(
        f"{prefix}{IMPORTS}/{{job_id}}/cancel",
        access,
        "Cancel an import of leads; what it stored stays",
        {202: "LeadImport"},
        role=Role.IMPORTER,
    )(named(cancel_lead_import, version))


def _accepted(parts: LeadsParts, prefix: str, org: str, job: Job) -> Response:
    url = _status_url(parts, prefix, org, job.job_id)
    return Response({"jobId": job.job_id, "statusUrl": url}, status=202, headers={"Location": url})


def _status_url(parts: LeadsParts, prefix: str, org: str, job_id: str) -> str:
    return f"{parts.shared.public_url}{prefix}{IMPORTS.replace('{org}', org)}/{job_id}"


def _import_body() -> type[LeadImportBody]:
    from chalicelib.leads.importing.import_bodies import LeadImportBody

    return LeadImportBody

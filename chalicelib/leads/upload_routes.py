"""The routes of uploads of files of leads: by a form, or in parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.foundation.bodies import read_body
from chalicelib.foundation.clock import rfc3339
from chalicelib.foundation.http import Request, Response
from chalicelib.foundation.organizations import Role
from chalicelib.foundation.router import Access, Router
from chalicelib.leads.two_paths import PREFIXES, named

if TYPE_CHECKING:
    from chalicelib.foundation.json import Json
    from chalicelib.leads.importing import import_bodies as bodies
    from chalicelib.leads.importing.uploads_in_parts import PartPage
    from chalicelib.leads.parts import LeadsParts

UPLOADS = "/organizations/{org}/leads/uploads"
IN_PARTS = f"{UPLOADS}/multipart"


def routes(router: Router, parts: LeadsParts) -> None:
    for prefix, version in PREFIXES:
        _form_route(router, parts, prefix, version)
        _begin_routes(router, parts, prefix, version)
        _end_routes(router, parts, prefix, version)


def _form_route(router: Router, parts: LeadsParts, prefix: str, version: str) -> None:
    def upload_leads(request: Request, org: str) -> Response:
        body = read_body(request, _upload_body())
        key, form = parts.uploads.form(org, body.file_name, body.size)
        return Response({"s3Key": key, "url": form.url, "fields": dict(form.fields)}, status=201)

    router.post(
        prefix + UPLOADS,
        Access.ORGANIZATION,
        "Get a form that uploads a file of leads",
        {201: "LeadUpload"},
        body=_upload_body,
        role=Role.IMPORTER,
    )(named(upload_leads, version))


def _begin_routes(router: Router, parts: LeadsParts, prefix: str, version: str) -> None:
    def begin_lead_upload(request: Request, org: str) -> Response:
        from chalicelib.leads.importing.uploads_in_parts import PART_BYTES

        body = read_body(request, _begin_body())
        key, upload_id, page = parts.uploads_in_parts.begin(org, body.file_name, body.size, body.content_type)
        sent = {"s3Key": key, "uploadId": upload_id, "partSize": PART_BYTES, **_page_json(page)}
        return Response(sent, status=201)

    def list_lead_upload_parts(request: Request, org: str) -> Response:
        body = read_body(request, _parts_body())
        page = parts.uploads_in_parts.parts(org, body.s3_key, body.upload_id, body.size, body.first_part)
        return Response(_page_json(page))

    router.post(
        prefix + IN_PARTS,
        Access.ORGANIZATION,
        "Begin to upload a file of leads in parts",
        {201: "LeadUploadInParts"},
        body=_begin_body,
        role=Role.IMPORTER,
    )(named(begin_lead_upload, version))
    router.post(
        f"{prefix}{IN_PARTS}/parts",
        Access.ORGANIZATION,
        "List parts of an upload, with fresh URLs, and what is stored of them",
        {200: "LeadUploadParts"},
        body=_parts_body,
        role=Role.IMPORTER,
    )(named(list_lead_upload_parts, version))


def _end_routes(router: Router, parts: LeadsParts, prefix: str, version: str) -> None:
    def complete_lead_upload(request: Request, org: str) -> Response:
        body = read_body(request, _complete_body())
        parts.uploads_in_parts.join(org, body.s3_key, body.upload_id, body.size, body.tags())
        return Response({"s3Key": body.s3_key})

    def abort_lead_upload(request: Request, org: str) -> Response:
        body = read_body(request, _abort_body())
        parts.uploads_in_parts.give_up(org, body.s3_key, body.upload_id)
        return Response(None, status=204)

    router.post(
        f"{prefix}{IN_PARTS}/complete",
        Access.ORGANIZATION,
        "Make a file of leads of its parts",
        {200: "LeadUploadComplete"},
        body=_complete_body,
        role=Role.IMPORTER,
    )(named(complete_lead_upload, version))
    router.post(
        f"{prefix}{IN_PARTS}/abort",
        Access.ORGANIZATION,
        "Give up an upload in parts, and delete what is stored of it",
        {204: ""},
        body=_abort_body,
        role=Role.IMPORTER,
    )(named(abort_lead_upload, version))


def _page_json(page: PartPage) -> dict[str, Json]:
    parts = [{"partNumber": part.number, "size": part.size, "url": part.url, "etag": part.tag} for part in page.parts]
    return {"parts": parts, "nextPart": page.next_part, "expiresAt": rfc3339(page.expires_at)}


def _upload_body() -> type[bodies.LeadUploadBody]:
    from chalicelib.leads.importing.import_bodies import LeadUploadBody

    return LeadUploadBody


def _begin_body() -> type[bodies.LeadUploadInPartsBody]:
    from chalicelib.leads.importing.import_bodies import LeadUploadInPartsBody

    return LeadUploadInPartsBody


def _parts_body() -> type[bodies.LeadUploadPartsBody]:
    from chalicelib.leads.importing.import_bodies import LeadUploadPartsBody

    return LeadUploadPartsBody


def _complete_body() -> type[bodies.LeadUploadCompleteBody]:
    from chalicelib.leads.importing.import_bodies import LeadUploadCompleteBody

    return LeadUploadCompleteBody


def _abort_body() -> type[bodies.LeadUploadAbortBody]:
    from chalicelib.leads.importing.import_bodies import LeadUploadAbortBody

    return LeadUploadAbortBody

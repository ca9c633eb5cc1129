"""The responses about imports that all routes of this room give."""

from collections.abc import Sequence

from chalicelib.file_imports.parts import FileImportParts
from chalicelib.file_imports.paths import PATH
from chalicelib.file_imports.records.follow_file_import import FollowedImport
from chalicelib.file_imports.rest.status import status_body
from chalicelib.file_imports.storing.file_import import FileImport
from chalicelib.file_imports.storing.import_files import FORM_LASTS
from chalicelib.foundation.clock import rfc3339
from chalicelib.foundation.http import Request, Response, conditional_response
from chalicelib.foundation.json import JsonObject
from chalicelib.jobs.job import Job
from chalicelib.jobs.waiting import retry_after


def bodies(parts: FileImportParts, followed: Sequence[FollowedImport]) -> list[JsonObject]:
    """The published JSON of imports."""
    earlier = parts.follow.earlier_versions(followed)
    public_url = parts.shared.public_url
    return [status_body(each, earlier.get(each.found.newer_than or ""), public_url) for each in followed]


def status_response(request: Request, parts: FileImportParts, import_id: str) -> Response:
    """200 with the import; 304 if the client has it already."""
    followed = parts.follow(request.owner, import_id)
    return conditional_response(request, bodies(parts, [followed])[0], _retry_after(followed))


def changed_response(parts: FileImportParts, changed: FileImport, status: int = 202) -> Response:
    """The import as it was stored, and where to poll it."""
    followed = parts.follow.of(changed)
    location = f"{parts.shared.public_url}{PATH}/{changed.import_id}"
    return Response(bodies(parts, [followed])[0], status, {"Location": location, **_retry_after(followed)})


def announced_response(parts: FileImportParts, new: FileImport) -> Response:
    """The import of a file that is uploaded next, and the form that uploads it."""
    return Response(announced_body(parts, new), 201, {"Location": f"{parts.shared.public_url}{PATH}/{new.import_id}"})


def announced_body(parts: FileImportParts, new: FileImport) -> JsonObject:
    """The published JSON of such an import."""
    form = parts.files.upload_form(new)
    upload = {
        "url": form.url,
        "fields": dict(form.fields),
        "expires_at": rfc3339(parts.shared.clock.now() + FORM_LASTS),
    }
    return {**bodies(parts, [parts.follow.of(new)])[0], "upload": upload}


def decisions_body(job: Job) -> JsonObject:
    """The published JSON of decisions about rows, which this job carries out."""
    return {"job_id": job.job_id, "import_id": job.details["import_id"], "rows": job.details["rows"]}


def _retry_after(followed: FollowedImport) -> dict[str, str]:
    if followed.job is None or followed.context is None:
        return {}
    return dict(retry_after(followed.job, followed.context))

"""REST routes of file imports: create, follow, change, commit and cancel."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chalicelib.file_imports.paths import PATH
from chalicelib.foundation.bodies import human_size, read_body
from chalicelib.foundation.cursors import decode_cursor
from chalicelib.foundation.errors import Conflict, InvalidInput, NotFound, TooLarge
from chalicelib.foundation.http import Request, Response, choice, conditional_response, whole_number
from chalicelib.foundation.router import Access, Query, Router
from chalicelib.foundation.scopes import Scope

if TYPE_CHECKING:
    from chalicelib.file_imports.parts import FileImportParts
    from chalicelib.file_imports.planning.create_import import NewFile
    from chalicelib.file_imports.rest.bodies import AnnounceFileBody, CommitFileImportBody, FileImportChangeBody
    from chalicelib.file_imports.storing.file_import import FileImport
    from chalicelib.foundation.json import Json

ONE = f"{PATH}/{{import_id}}"
LARGEST_BODY = 4 * 1024 * 1024  # Lambda's 6 MB are for the whole event, in which a body comes as base64
LARGEST_PAGE = 200  # rows
CURSOR = Query("cursor", "The `next_cursor` of the previous page.")
LIMIT = Query("limit", "The maximum number of rows.", {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE})
_POSITION = re.compile(r"[0-9]{1,6}")
MATCH_BY = ("number_and_name", "number_or_email_and_name")
_CHOICES = ("encoding", "delimiter", "header_row", "sheet")  # about reading the file
_NEW_FILE = [
    Query("file_name", "The name of the file, if the body is the file itself."),
    Query("match_by", "How its rows match contacts.", {"enum": list(MATCH_BY)}),
    Query("tag", "The name of the source of its contacts."),
    Query("region", "The country of phone numbers without a country code."),
    Query("collection_id", "Add its contacts to this collection."),
]


def routes(router: Router, parts: FileImportParts) -> None:
    _create_routes(router, parts)
    _uploaded_route(router, parts)
    _status_routes(router, parts)
    _deciding_routes(router, parts)


def _create_routes(router: Router, parts: FileImportParts) -> None:
    @router.post(
        PATH,
        Access.PERSON,
        "Import a file of contacts: send the file itself, or announce it to upload it to the bucket",
        {201: "FileImport", 202: "FileImport"},
        query=_NEW_FILE,
        strict_query=True,
        body=_announce_body,
        takes_file=True,
        problems=lambda: [NotFound],
        scopes=[Scope.IMPORTS_WRITE],
    )
    def create_file_import(request: Request) -> Response:
        """With `file_name` in the query, the body is the file; else it is JSON that announces one."""
        return _announce(request, parts) if _announces(request) else _receive(request, parts)

    @router.get(
        PATH,
        Access.PERSON,
        "List my file imports, newest first",
        {200: "FileImports", 304: ""},
        strict_query=True,
        scopes=[Scope.CONTACTS_READ, Scope.IMPORTS_WRITE],
    )
    def list_file_imports(request: Request) -> Response:
        from chalicelib.file_imports.rest.responses import bodies

        return conditional_response(request, {"file_imports": bodies(parts, parts.follow.all(request.owner))})


def _uploaded_route(router: Router, parts: FileImportParts) -> None:
    @router.post(
        f"{ONE}/uploaded",
        Access.PERSON,
        "Say that an announced file has been uploaded; it is read",
        {202: "FileImport"},
        scopes=[Scope.IMPORTS_WRITE],
    )
    def file_import_uploaded(request: Request, import_id: str) -> Response:
        from chalicelib.file_imports.rest.responses import changed_response

        return changed_response(parts, parts.create.uploaded(request.owner, import_id))


def _status_routes(router: Router, parts: FileImportParts) -> None:
    @router.get(
        ONE,
        Access.PERSON,
        "Get a file import",
        {200: "FileImport", 304: ""},
        is_polled=True,
        scopes=[Scope.CONTACTS_READ, Scope.IMPORTS_WRITE],
    )
    def get_file_import(request: Request, import_id: str) -> Response:
        from chalicelib.file_imports.rest.responses import status_response

        return status_response(request, parts, import_id)

    @router.get(
        f"{ONE}/plan",
        Access.PERSON,
        "Get the plan of a file import",
        {200: "FileImportPlan", 304: ""},
        problems=lambda: [Conflict],
        scopes=[Scope.CONTACTS_READ, Scope.IMPORTS_WRITE],
    )
    def get_file_import_plan(request: Request, import_id: str) -> Response:
        from chalicelib.file_imports.rest.record_json import plan_body

        found = parts.follow(request.owner, import_id).found
        summary = parts.follow.plan_summary(found)
        return conditional_response(request, plan_body(found, summary, parts.gone_rows.of_plan(found)))

    @router.get(
        f"{ONE}/plan/gone",
        Access.PERSON,
        "List the rows that the plan can remove, because the file no longer has them",
        {200: "FileImportGoneRows", 304: ""},
        problems=lambda: [Conflict],
        query=[CURSOR, LIMIT],
        strict_query=True,
        scopes=[Scope.CONTACTS_READ, Scope.IMPORTS_WRITE],
    )
    def list_file_import_gone_rows(request: Request, import_id: str) -> Response:
        from chalicelib.file_imports.rest.record_json import gone_body

        start, limit = page_start(request), whole_number(request, "limit", 100, 1, LARGEST_PAGE)
        found = parts.follow(request.owner, import_id).found
        parts.follow.plan_summary(found)
        return conditional_response(request, gone_body(found, parts.gone_rows.of_plan(found, start, limit), start))

    @router.get(
        f"{ONE}/verify",
        Access.PERSON,
        "Count the rows of a file import again, and compare its counts with them",
        {200: "FileImportCheck"},
        problems=lambda: [Conflict],
        scopes=[Scope.CONTACTS_READ, Scope.IMPORTS_WRITE],
    )
    def verify_file_import(request: Request, import_id: str) -> Response:
        return Response(parts.verify(parts.follow(request.owner, import_id)).as_json())


def _deciding_routes(router: Router, parts: FileImportParts) -> None:
    @router.patch(
        ONE,
        Access.PERSON,
        "Change the settings of a file import; it is planned, or read, again",
        {202: "FileImport"},
        body=_change_body,
        scopes=[Scope.IMPORTS_WRITE],
    )
    def change_file_import(request: Request, import_id: str) -> Response:
        from chalicelib.file_imports.rest.responses import changed_response

        return changed_response(parts, _change(request, parts, import_id))

    @router.post(
        f"{ONE}/commit",
        Access.PERSON,
        "Commit the plan of a file import",
        {202: "FileImport"},
        body=_commit_body,
        scopes=[Scope.IMPORTS_WRITE],
    )
    def commit_file_import(request: Request, import_id: str) -> Response:
        from chalicelib.file_imports.committing.commit_import import Confirmation
        from chalicelib.file_imports.rest.responses import changed_response

        body = read_body(request, _commit_body())
        confirmed = Confirmation(body.plan_id, body.new, body.update, body.remove)
        return changed_response(parts, parts.commit(request.owner, import_id, confirmed))

    @router.post(
        f"{ONE}/cancel",
        Access.PERSON,
        "Cancel a file import",
        {200: "FileImport"},
        headers=["Location"],
        scopes=[Scope.IMPORTS_WRITE],
    )
    def cancel_file_import(request: Request, import_id: str) -> Response:
        from chalicelib.file_imports.rest.responses import changed_response

        return changed_response(parts, parts.cancel(request.owner, import_id), 200)


def page_start(request: Request) -> int:
    """The position at which the page starts. Raises InvalidInput."""
    cursor = request.query.get("cursor")
    return int(decode_cursor(cursor, _POSITION)[0]) if cursor else 0


# ── creating


def _announces(request: Request) -> bool:
    return _content_type(request) == "application/json" and "file_name" not in request.query


def _content_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _announce(request: Request, parts: FileImportParts) -> Response:
    from chalicelib.file_imports.planning.create_import import NewFile
    from chalicelib.file_imports.rest.responses import announced_response
    from chalicelib.file_imports.storing.match_by import MatchBy

    body = read_body(request, _announce_body())
    match_by = MatchBy(body.match_by) if body.match_by else None
    new = NewFile(body.file_name, match_by, body.tag or "", body.collection_id, body.region or "")
    return announced_response(parts, parts.create.announce(request.owner, new, body.size))


def _receive(request: Request, parts: FileImportParts) -> Response:
    from chalicelib.file_imports.rest.responses import changed_response

    if _content_type(request) == "multipart/form-data":
        raise InvalidInput("The body must be the file itself, not a form with it.", field="Content-Type")
    if len(request.body) > LARGEST_BODY:
        raise TooLarge(
            f"A request can bring a file of at most {human_size(LARGEST_BODY)}; this one has "
            f"{human_size(len(request.body))}. Announce it with its name and size as JSON, and upload it to the "
            "address in the response.",
            limit=LARGEST_BODY,
            sent=len(request.body),
        )
    return changed_response(parts, parts.create.receive(request.owner, _new_file(request), request.body))


def _new_file(request: Request) -> NewFile:
    """The file as the query describes it."""
    from chalicelib.file_imports.planning.create_import import NewFile
    from chalicelib.file_imports.storing.match_by import MatchBy

    query, match_by = request.query, choice(request, "match_by", MATCH_BY)
    if "file_name" not in query:
        raise InvalidInput("Send the name of the file as file_name in the query.", field="file_name")
    return NewFile(
        query["file_name"],
        MatchBy(match_by) if match_by else None,
        query.get("tag", ""),
        query.get("collection_id"),
        query.get("region", ""),
    )


def _announce_body() -> type[AnnounceFileBody]:
    from chalicelib.file_imports.rest.bodies import AnnounceFileBody

    return AnnounceFileBody


# ── changing


def _change(request: Request, parts: FileImportParts, import_id: str) -> FileImport:
    from chalicelib.file_imports.planning.change_import import SettingChanges
    from chalicelib.file_imports.storing.match_by import MatchBy

    body = read_body(request, _change_body())
    sent = body.model_dump(exclude_unset=True)
    if not sent:
        raise InvalidInput("Send at least one setting to change.")
    choices = {name: _choice(name, sent[name]) for name in _CHOICES if name in sent}
    changes = SettingChanges(
        MatchBy(body.match_by) if body.match_by else None,
        body.tag,
        body.region,
        body.collection_id,
        body.newer_than,
        choices or None,
    )
    return parts.change.settings(request.owner, import_id, changes)


def _choice(name: str, value: Json) -> Json:
    """The choice as readers take it; null and "" mean that it is found. Raises InvalidInput."""
    if name == "header_row":
        return value
    if name == "encoding" and value:
        from chalicelib.files.encodings import ENCODINGS

        if value not in ENCODINGS:
            raise InvalidInput(f"encoding must be one of: {', '.join(ENCODINGS)}.", field="encoding")
    return value or ""


def _change_body() -> type[FileImportChangeBody]:
    from chalicelib.file_imports.rest.bodies import FileImportChangeBody

    return FileImportChangeBody


def _commit_body() -> type[CommitFileImportBody]:
    from chalicelib.file_imports.rest.bodies import CommitFileImportBody

    return CommitFileImportBody

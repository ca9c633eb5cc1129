"""REST routes of what is in a file: the meaning of its columns, and its rows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chalicelib.file_imports.rest.routes import CURSOR, LARGEST_BODY, LARGEST_PAGE, LIMIT, ONE, page_start
from chalicelib.foundation.bodies import read_body
from chalicelib.foundation.cursors import encode_cursor
from chalicelib.foundation.errors import Conflict, InvalidInput
from chalicelib.foundation.http import Request, Response, conditional_response, whole_number
from chalicelib.foundation.router import Access, Query, Router, not_found
from chalicelib.foundation.scopes import Scope

if TYPE_CHECKING:
    from collections.abc import Sequence
    from enum import StrEnum
    from typing import TypeVar

    from chalicelib.file_imports.parts import FileImportParts
    from chalicelib.file_imports.rest.bodies import ChosenRecordsBody, FileImportFieldsBody, RecordChangeBody
    from chalicelib.file_imports.storing.file_import import FileImport

    Word = TypeVar("Word", bound=StrEnum)

_MOST_NAMED = 100  # numbers of a problem
_NUMBER = re.compile(r"[1-9][0-9]{0,6}")


def routes(router: Router, parts: FileImportParts) -> None:
    _fields_routes(router, parts)
    _list_route(router, parts)
    _row_route(router, parts)
    _rows_routes(router, parts)


def _fields_routes(router: Router, parts: FileImportParts) -> None:
    @router.get(
        f"{ONE}/fields",
        Access.PERSON,
        "Get what a file is, and what its columns become",
        {200: "FileImportFields", 304: ""},
        problems=lambda: [Conflict],
        scopes=[Scope.CONTACTS_READ, Scope.IMPORTS_WRITE],
    )
    def get_file_import_fields(request: Request, import_id: str) -> Response:
        from chalicelib.file_imports.rest.fields_json import fields_body

        found = parts.follow(request.owner, import_id).found
        description = parts.follow.description(found)
        mapping = parts.follow.mapping(found, description)
        return conditional_response(request, fields_body(found, description, mapping))

    @router.put(
        f"{ONE}/fields",
        Access.PERSON,
        "Confirm what the columns of a file become; its rows are planned",
        {202: "FileImport"},
        body=_fields_body,
        scopes=[Scope.IMPORTS_WRITE],
    )
    def confirm_file_import_fields(request: Request, import_id: str) -> Response:
        from chalicelib.file_imports.rest.fields_json import sent_mapping
        from chalicelib.file_imports.rest.responses import changed_response

        sent = read_body(request, _fields_body(), LARGEST_BODY).model_dump(exclude_none=True)
        found = parts.change.draft(request.owner, import_id)
        current = parts.follow.mapping(found, parts.follow.description(found))
        if current is None:
            raise InvalidInput("The columns of this file cannot be mapped: its format says what they mean.")
        remember = sent.pop("remember")
        mapping = sent_mapping(sent, found, current)
        return changed_response(parts, parts.change.mapping(request.owner, import_id, mapping, remember=remember))


def _list_route(router: Router, parts: FileImportParts) -> None:
    @router.get(
        f"{ONE}/records",
        Access.PERSON,
        "List the rows of a file: as written, as planned, and what was done",
        {200: "FileImportRecords", 304: ""},
        problems=lambda: [Conflict],
        query=[
            Query("planned", "Only rows with one of these outcomes in the plan, separated by commas."),
            Query("outcome", "Only rows with one of these outcomes of the commit, separated by commas."),
            Query("problem", "Only rows with this problem of the column in `column`, instead of the other filters."),
            Query("column", "The column of the problem, as the plan names it."),
            CURSOR,
            LIMIT,
        ],
        strict_query=True,
        scopes=[Scope.CONTACTS_READ, Scope.IMPORTS_WRITE],
    )
    def list_file_import_records(request: Request, import_id: str) -> Response:
        from chalicelib.file_imports.job_kinds import FileOutcome
        from chalicelib.file_imports.planning.plan_rows import RowOutcome
        from chalicelib.file_imports.rest.record_json import record_body

        planned, done = _words(request, "planned", RowOutcome), _words(request, "outcome", FileOutcome)
        start, limit = page_start(request), whole_number(request, "limit", 50, 1, LARGEST_PAGE)
        followed = parts.follow(request.owner, import_id)
        page = parts.list_records.page(
            followed, planned=planned, done=done, problem=_problem(request), start=start, limit=limit
        )
        headers = _headers(parts, request.owner, import_id)
        body = {
            "total": page.total,
            "records": [record_body(each, headers) for each in page.records],
            "next_cursor": None if page.next_position is None else encode_cursor(str(page.next_position)),
        }
        return conditional_response(request, body)


def _row_route(router: Router, parts: FileImportParts) -> None:
    @router.patch(
        f"{ONE}/records/{{number}}",
        Access.PERSON,
        "Fix cells of a row, leave it out, or take it in again; it is planned again",
        {202: "FileImport"},
        body=_record_body,
        scopes=[Scope.IMPORTS_WRITE],
    )
    def change_file_import_record(request: Request, import_id: str, number: str) -> Response:
        from chalicelib.file_imports.rest.record_json import headers_of_row, places_of_cells
        from chalicelib.file_imports.rest.responses import changed_response

        body = read_body(request, _record_body(), LARGEST_BODY)
        found = parts.change.draft(request.owner, import_id)
        row = _row_number(number)
        if not body.cells and body.left_out is None:
            raise InvalidInput("Send cells to fix, or left_out.", field="cells")
        written = parts.list_records.written(found, row)
        headers = headers_of_row(written, found.format, _headers(parts, request.owner, import_id))
        cells = places_of_cells(body.cells or {}, headers)
        changed = parts.change.change_row(request.owner, import_id, row, cells, left_out=body.left_out)
        return changed_response(parts, changed)


def _rows_routes(router: Router, parts: FileImportParts) -> None:
    @router.post(
        f"{ONE}/records/leave-out",
        Access.PERSON,
        "Leave rows out of the commit",
        {202: "FileImport"},
        body=_chosen_body,
        scopes=[Scope.IMPORTS_WRITE],
    )
    def leave_out_file_import_records(request: Request, import_id: str) -> Response:
        from chalicelib.file_imports.rest.responses import changed_response

        numbers = _chosen(request, parts, import_id)
        return changed_response(parts, parts.change.leave_out(request.owner, import_id, numbers))

    @router.post(
        f"{ONE}/records/take-in",
        Access.PERSON,
        "Take rows in again that were left out",
        {202: "FileImport"},
        body=_chosen_body,
        scopes=[Scope.IMPORTS_WRITE],
    )
    def take_in_file_import_records(request: Request, import_id: str) -> Response:
        from chalicelib.file_imports.rest.responses import changed_response

        numbers = _chosen(request, parts, import_id)
        return changed_response(parts, parts.change.take_in(request.owner, import_id, numbers))


def _headers(parts: FileImportParts, owner: str, import_id: str) -> Sequence[str]:
    """The distinct headers of a table; none for cards."""
    from chalicelib.file_imports.rest.record_json import distinct_headers

    description = parts.follow.description(parts.imports.get(owner, import_id))
    return distinct_headers([str(each["header"]) for each in description.columns or ()])


def _chosen(request: Request, parts: FileImportParts, import_id: str) -> Sequence[int]:
    """The numbers of the rows that the body means. Raises InvalidInput if it means none."""
    from chalicelib.file_imports.planning.plan_rows import RowOutcome

    body = read_body(request, _chosen_body(), LARGEST_BODY)
    followed = parts.follow.of(parts.change.draft(request.owner, import_id))
    if body.numbers is not None and body.planned is None:
        _check_numbers(parts, followed.found, body.numbers)
        return body.numbers
    if body.numbers is not None or body.planned is None:
        raise InvalidInput("Send either the numbers of rows, or what is planned for them.", field="numbers")
    numbers = parts.list_records.numbers(followed, [RowOutcome(body.planned)], body.reason)
    if not numbers:
        raise InvalidInput("There are no such rows. Read the plan again.", field="planned")
    return numbers


def _check_numbers(parts: FileImportParts, found: FileImport, numbers: Sequence[int]) -> None:
    """Raises InvalidInput if a row with one of these numbers does not exist."""
    if unknown := parts.list_records.unknown_numbers(found, numbers):
        detail = f"This file has no row {unknown[0]:,}. Send numbers that the list of records has."
        raise InvalidInput(detail, field="numbers", unknown=unknown[:_MOST_NAMED])


def _words(request: Request, name: str, words: type[Word]) -> list[Word]:
    """A query parameter with several words of an enum, separated by commas; none if it is absent."""
    sent = [word.strip() for word in request.query.get(name, "").split(",") if word.strip()]
    if not set(sent) <= set(words):
        raise InvalidInput(f"{name} must be one or more of: {', '.join(words)}, separated by commas.", field=name)
    return [words(word) for word in sent]


def _problem(request: Request) -> tuple[str, str] | None:
    """The code and the column of a problem; None for no such filter."""
    code, column = request.query.get("problem"), request.query.get("column")
    if code is None and column is not None:
        raise InvalidInput("column names the column of a problem. Send the problem as well.", field="problem")
    return None if code is None else (code, column or "")


def _row_number(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise not_found()
    return int(text)


def _fields_body() -> type[FileImportFieldsBody]:
    from chalicelib.file_imports.rest.bodies import FileImportFieldsBody

    return FileImportFieldsBody


def _record_body() -> type[RecordChangeBody]:
    from chalicelib.file_imports.rest.bodies import RecordChangeBody

    return RecordChangeBody


def _chosen_body() -> type[ChosenRecordsBody]:
    from chalicelib.file_imports.rest.bodies import ChosenRecordsBody

    return ChosenRecordsBody

"""The pages of file imports: the list, one import in each of its states, its columns, and one of its rows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from chalicelib.file_imports.job_kinds import FileOutcome
from chalicelib.file_imports.paths import PAGE
from chalicelib.foundation.clock import rfc3339
from chalicelib.foundation.errors import NotFound
from chalicelib.foundation.http import Request, Response, attachment, choice, page, whole_number
from chalicelib.foundation.multipart import LARGEST_UPLOAD
from chalicelib.foundation.response_policy import page_policy
from chalicelib.foundation.router import Access, Query, Router, not_found

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.collections.collection import Collection
    from chalicelib.file_imports.parts import FileImportParts
    from chalicelib.file_imports.records.follow_file_import import FollowedImport
    from chalicelib.file_imports.storing.file_description import FileDescription
    from chalicelib.file_imports.storing.file_import import FileImport
    from chalicelib.files.mapping.column_mapping import ColumnMapping

ONE = f"{PAGE}/{{import_id}}"
ON_A_PAGE = 50  # rows
_MOST_ROWS = 1_000_000
_PLANNED = ("new", "update", "unchanged", "conflict", "skipped", "invalid")
FILTERS = [
    Query("planned", "Only rows with this outcome in the plan.", {"enum": list(_PLANNED)}),
    Query("outcome", "Only rows with this outcome of the import.", {"enum": list(FileOutcome)}),
    Query("problem", "Only rows with this problem."),
    Query("column", "The column of the problem."),
    Query("start", "The first row of the page.", {"type": "integer", "minimum": 0}),
    Query("verify", "Count the rows again.", {"enum": ["1"]}),
]


def routes(router: Router, parts: FileImportParts) -> None:
    _list_routes(router, parts)
    _one_route(router, parts)
    _detail_routes(router, parts)


def _list_routes(router: Router, parts: FileImportParts) -> None:
    @router.page(PAGE, Access.PERSON, "File imports page")
    def file_imports_page(request: Request) -> Response:
        return list_page(parts, request)

    @router.get(
        f"{PAGE}/samples/{{name}}",
        Access.PERSON,
        "Download a sample file to import",
        {200: "csv|xlsx|ods|vcard|ldif|json|jcard"},
        is_download=True,
    )
    def sample_file(request: Request, name: str) -> Response:  # noqa: ARG001 # of every view
        from chalicelib.file_imports.pages.sample_files import SAMPLES

        sample = SAMPLES.get(name)
        if sample is None:
            raise not_found()
        headers = {"Content-Disposition": attachment(name)}
        return Response(sample.write(), headers=headers, content_type=sample.content_type)


def _one_route(router: Router, parts: FileImportParts) -> None:
    @router.page(ONE, Access.PERSON, "File import page", query=FILTERS)
    def file_import_page(request: Request, import_id: str) -> Response:
        return page(one_page(parts, request, import_id))


def _detail_routes(router: Router, parts: FileImportParts) -> None:
    @router.page(
        f"{ONE}/columns",
        Access.PERSON,
        "Page of a file's columns, and of how it was read",
        query=[Query("page", "The page of columns.", {"type": "integer", "minimum": 1})],
    )
    def columns_page(request: Request, import_id: str) -> Response:
        parts.change.draft(request.owner, import_id)
        return page(show_columns(parts, request, parts.follow(request.owner, import_id)))

    @router.page(
        f"{ONE}/gone",
        Access.PERSON,
        "Page of the rows that a file no longer has",
        query=[Query("start", "The first row of the page.", {"type": "integer", "minimum": 0})],
    )
    def gone_page(request: Request, import_id: str) -> Response:
        found = parts.follow.of(parts.change.draft(request.owner, import_id)).found
        start = whole_number(request, "start", 0, 0, _MOST_ROWS)
        gone = parts.gone_rows.of_plan(found, start)
        total = found.plan.gone if found.plan else 0
        html = parts.shared.pages.render(
            request, "file_imports/gone.html", found=found, gone_rows=gone, start=start, total=total
        )
        return page(html)

    @router.page(f"{ONE}/rows/{{position}}", Access.PERSON, "Page to edit a row of a file import")
    def row_page(request: Request, import_id: str, position: str) -> Response:
        from chalicelib.file_imports.pages.record_view import record_row, row_cells

        followed = parts.follow.of(parts.change.draft(request.owner, import_id))
        headers = headers_of(parts, followed)
        if not (position.isascii() and position.isdecimal() and int(position[:9]) < (followed.found.rows or 0)):
            raise not_found()
        record = next(parts.list_records.records(followed, [int(position[:9])]))
        html = parts.shared.pages.render(
            request,
            "file_imports/row.html",
            found=followed.found,
            row=record_row(record, headers, followed.found.format),
            cells=row_cells(record, headers, followed.found.format),
        )
        return page(html)


def list_page(parts: FileImportParts, request: Request, *, problem: str = "", status: int = 200) -> Response:
    """The form to upload a file, and the imports. A script may send a large file to the bucket."""
    from chalicelib.contacts.countries import countries
    from chalicelib.file_imports.pages.file_import_view import MATCH_TITLES, listed
    from chalicelib.file_imports.pages.sample_files import SAMPLES

    html = parts.shared.pages.render(
        request,
        "file_imports/file_imports.html",
        imports=[listed(each) for each in parts.follow.all(request.owner)],
        samples=SAMPLES,
        countries=countries(),
        default_region=parts.shared.settings.default_region,
        match_titles=MATCH_TITLES,
        collections=_collections(parts, request.owner),
        largest=LARGEST_UPLOAD,
        problem=problem,
    )
    return replace(page(html, status), headers={"Content-Security-Policy": page_policy(parts.files.upload_origin())})


def one_page(parts: FileImportParts, request: Request, import_id: str, *, problem: str = "") -> str:
    """The page of an import, which follows its state."""
    from chalicelib.file_imports.pages import file_import_view as view
    from chalicelib.file_imports.storing.published_state import PublishedState

    followed = parts.follow(request.owner, import_id)
    if followed.state is PublishedState.NEEDS_MAPPING:
        return show_columns(parts, request, followed, problem=problem)
    return parts.shared.pages.render(
        request,
        "file_imports/file_import.html",
        **view.state_view(followed),
        planned=None if followed.found.is_committed else view.planned_outcomes(followed.found),
        done=view.done_outcomes(followed),
        removed=view.removed(followed),
        waiting=_waiting(parts, followed),
        check=parts.verify(followed) if followed.found.is_committed and request.query.get("verify") else None,
        problem=problem,
        **_plan_values(parts, request, followed),
    )


def _waiting(parts: FileImportParts, followed: FollowedImport) -> int | None:
    """How many rows wait for a decision; 0 if a newer version of the file has come since, None if none can wait."""
    if not followed.found.stands or not followed.counts[FileOutcome.CONFLICT]:
        return None
    imports = parts.waiting_rows.imports(followed.found.owner)
    return next((each.rows for each in imports if each.import_id == followed.found.import_id), 0)


def show_columns(
    parts: FileImportParts,
    request: Request,
    followed: FollowedImport,
    *,
    mapping: ColumnMapping | None = None,
    problem: str = "",
) -> str:
    """How the file was read, and what its columns become.

    Args:
        mapping: as it was submitted, if it has a problem; None for the current one.
    """
    from chalicelib.file_imports.pages import column_view
    from chalicelib.file_imports.pages.file_import_view import format_words, state_view
    from chalicelib.file_imports.pages.record_view import written_values

    found = followed.found
    description = parts.follow.description(found)
    mapping = mapping or parts.follow.mapping(found, description)
    number = whole_number(request, "page", 1, 1, _MOST_ROWS) if request.method == "GET" else 1
    sample = parts.list_records.sample(found)
    return parts.shared.pages.render(
        request,
        "file_imports/columns.html",
        **state_view(followed),
        **_column_choices(),
        description=description,
        format_words=format_words(description),
        mapping=mapping,
        columns=column_view.column_page(description, mapping, number) if mapping else None,
        rules=column_view.field_rules(mapping) if mapping else (),
        has_whole_name=mapping is not None and any(each.target.field == "name" for each in mapping.columns),
        region=found.region or (mapping.region if mapping else ""),
        default_region=parts.shared.settings.default_region,
        headers=[str(each["header"]) for each in description.columns or ()],
        sample=[(row.number, getattr(row, "cells", ()), written_values(row)) for row in sample],
        problem=problem,
    )


def _column_choices() -> dict[str, Any]:
    """What a person can choose from for a file and its columns."""
    from chalicelib.contacts.countries import countries
    from chalicelib.file_imports.pages import column_view
    from chalicelib.file_imports.pages.file_import_view import DELIMITERS
    from chalicelib.files.encodings import ENCODINGS
    from chalicelib.files.mapping.person_names import NameOrder
    from chalicelib.files.mapping.written_dates import DateOrder

    return {
        "encodings": ENCODINGS,
        "delimiters": DELIMITERS,
        "groups": column_view.target_groups(),
        "default_fields": column_view.default_fields(),
        "name_orders": list(NameOrder),
        "date_orders": list(DateOrder),
        "countries": countries(),
    }


def headers_of(parts: FileImportParts, followed: FollowedImport) -> list[str]:
    """The headers of the columns; none for cards."""
    return [str(each["header"]) for each in parts.follow.description(followed.found).columns or ()]


def _plan_values(parts: FileImportParts, request: Request, followed: FollowedImport) -> dict[str, Any]:
    """What the page shows of a plan or a result; without rows if there is none, or its files have expired."""
    from chalicelib.file_imports.storing.published_state import PublishedState

    found = followed.found
    values: dict[str, Any] = {"problems": (), "rows": None, "filters": {}, "newer": None, "guessed": None}
    if found.plan is None or followed.state in (PublishedState.PLANNING, PublishedState.COMMITTING):
        return values
    try:
        values |= _rows(parts, request, followed)
    except NotFound:
        return values
    return {**values, **_settings(parts, followed)}


def _rows(parts: FileImportParts, request: Request, followed: FollowedImport) -> dict[str, Any]:
    from chalicelib.file_imports.pages.file_import_view import problem_lines
    from chalicelib.file_imports.pages.record_view import record_row
    from chalicelib.file_imports.planning.plan_rows import RowOutcome

    found, headers = followed.found, headers_of(parts, followed)
    planned = choice(request, "planned", _PLANNED)
    outcome = choice(request, "outcome", tuple(FileOutcome)) if found.is_committed else None
    code, column = request.query.get("problem", ""), request.query.get("column", "")
    start = whole_number(request, "start", 0, 0, _MOST_ROWS)
    listed = parts.list_records.page(
        followed,
        planned=[RowOutcome(planned)] if planned else [],
        done=[FileOutcome(outcome)] if outcome else [],
        problem=(code, column) if code else None,
        start=start,
        limit=ON_A_PAGE,
    )
    chosen = {"planned": planned, "outcome": outcome, "problem": code, "column": column if code else ""}
    rows = [record_row(each, headers, found.format) for each in listed.records]
    return {
        "rows": rows,
        "has_cells": any(problem.cell for row in rows for problem in row.problems),
        "filters": {name: str(value) for name, value in chosen.items() if value},
        "start": start,
        "previous_start": max(0, start - ON_A_PAGE),
        "next_start": listed.next_position,
        "matching": listed.total,
        "has_columns": bool(headers),
        "problems": () if found.is_committed else problem_lines(parts.follow.plan_summary(found)),
    }


def _settings(parts: FileImportParts, followed: FollowedImport) -> dict[str, Any]:
    from chalicelib.contacts.countries import countries
    from chalicelib.file_imports.pages.file_import_view import MATCH_TITLES, commit_words
    from chalicelib.files.encodings import ENCODINGS

    found = followed.found
    others = [each for each in parts.imports.of_owner(found.owner) if each.is_committed]
    newer = next((each for each in others if each.import_id == found.newer_than), None)
    return {
        "newer": newer,
        "encodings": ENCODINGS,
        "others": [each for each in others if each.import_id != found.import_id],
        "match_titles": MATCH_TITLES,
        "countries": countries(),
        "default_region": parts.shared.settings.default_region,
        "newer_at": rfc3339(newer.updated_at) if newer and newer.updated_at else None,
        "collections": _collections(parts, found.owner),
        "gone_rows": () if found.is_committed else parts.gone_rows.of_plan(found),
        "commit_words": commit_words(found.plan.counts) if found.plan else "",
        "guessed": _guessed_encoding(parts, found),
    }


def _guessed_encoding(parts: FileImportParts, found: FileImport) -> FileDescription | None:
    """How the file was decoded, if that is not certain and the person has not chosen it."""
    if found.is_committed or found.choices.get("encoding"):
        return None
    description = parts.follow.description(found)
    return None if description.is_encoding_certain else description


def _collections(parts: FileImportParts, owner: str) -> Sequence[Collection]:
    """The collections that the person may add contacts to."""
    seen = parts.shared.collections.of_person(owner)
    return [each for each in seen if (role := each.role_of(owner)) and role.may_edit]

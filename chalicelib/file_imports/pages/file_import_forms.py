"""What the forms on the pages of file imports do: upload, settings, columns, rows, commit and cancel."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from chalicelib.file_imports.pages.file_import_pages import ONE, list_page, one_page, show_columns
from chalicelib.file_imports.paths import PAGE
from chalicelib.foundation.errors import CallerError, InvalidInput, NotFound
from chalicelib.foundation.forms import Form, read_form
from chalicelib.foundation.http import Request, Response, page, redirect
from chalicelib.foundation.multipart import read_multipart
from chalicelib.foundation.router import Access, Router

if TYPE_CHECKING:
    from chalicelib.file_imports.parts import FileImportParts
    from chalicelib.file_imports.planning.change_import import SettingChanges

_RESPONSES = {303: "", 409: "page", 413: "page", 422: "page"}
_KEPT_FILTERS = ("planned", "problem", "column")


def routes(router: Router, parts: FileImportParts) -> None:
    _upload_route(router, parts)
    _setting_routes(router, parts)
    _row_route(router, parts)
    _deciding_routes(router, parts)


def _upload_route(router: Router, parts: FileImportParts) -> None:
    @router.form_action(PAGE, Access.PERSON, "Upload a file of contacts (form)", _RESPONSES)
    def upload_on_page(request: Request) -> Response:
        try:
            return redirect(_address(parts, _receive(parts, request)))
        except CallerError as error:
            return list_page(parts, request, problem=error.detail, status=error.status)


def _receive(parts: FileImportParts, request: Request) -> str:
    """The id of the import of the file in the form."""
    from chalicelib.file_imports.planning.create_import import NewFile
    from chalicelib.file_imports.storing.match_by import MatchBy

    form, files = read_multipart(request)
    file = files.get("file")
    if file is None:
        raise InvalidInput("Choose a file first.", field="file")
    match_by = form.text("match_by")
    new = NewFile(
        file.name,
        MatchBy(match_by) if match_by in tuple(MatchBy) else None,
        tag=form.text("tag").strip(),
        collection_id=form.text("collection_id") or None,
        region=form.text("region"),
    )
    return parts.create.receive(request.owner, new, file.content).import_id


def _setting_routes(router: Router, parts: FileImportParts) -> None:
    @router.form_action(f"{ONE}/settings", Access.PERSON, "Change the settings of a file import (form)", _RESPONSES)
    def change_file_import_on_page(request: Request, import_id: str) -> Response:
        form = read_form(request)

        def change() -> None:
            parts.change.settings(request.owner, import_id, _setting_changes(form))

        return _changed(parts, request, import_id, change)

    @router.form_action(f"{ONE}/columns", Access.PERSON, "Confirm the columns of a file import (form)", _RESPONSES)
    def confirm_columns_on_page(request: Request, import_id: str) -> Response:
        return _confirm_columns(parts, request, import_id)


def _setting_changes(form: Form) -> SettingChanges:
    """The settings that the form has. Raises InvalidInput."""
    from chalicelib.file_imports.planning.change_import import SettingChanges
    from chalicelib.file_imports.storing.match_by import MatchBy

    def sent(name: str) -> str | None:
        return form.text(name).strip() if name in form.fields else None

    match_by = form.text("match_by")
    choices = {name: form.text(name) for name in ("encoding", "delimiter", "sheet") if form.text(name)}
    row = form.text("header_row").strip()
    if row and not (row.isascii() and row.isdecimal() and len(row) < 8):
        raise InvalidInput("The number of the header row must be a whole number.", field="header_row")
    return SettingChanges(
        match_by=MatchBy(match_by) if match_by in tuple(MatchBy) else None,
        tag=sent("tag"),
        region=sent("region"),
        collection_id=sent("collection_id"),
        newer_than=sent("newer_than"),
        choices={**choices, **({"header_row": int(row)} if row else {})} if "reading" in form.fields else None,
    )


def _confirm_columns(parts: FileImportParts, request: Request, import_id: str) -> Response:
    from chalicelib.file_imports.pages.column_form import mapping_of_form
    from chalicelib.file_imports.planning.change_import import SettingChanges

    form, mapping = read_form(request), None
    found = parts.change.draft(request.owner, import_id)
    try:
        current = parts.follow.mapping(found, parts.follow.description(found))
        if current is None:
            raise InvalidInput("The format of this file says what its values mean.", field="columns")
        mapping = mapping_of_form(form, current)
        if found.region and mapping.region != found.region:
            parts.change.settings(request.owner, import_id, SettingChanges(region=mapping.region))
        parts.change.mapping(request.owner, import_id, mapping)
    except NotFound:
        raise
    except CallerError as error:
        followed = parts.follow(request.owner, import_id)
        return page(show_columns(parts, request, followed, mapping=mapping, problem=error.detail), error.status)
    further = form.text("further")
    if further.isascii() and further.isdecimal():
        return redirect(f"{_address(parts, import_id)}/columns?page={further[:6]}")
    return redirect(_address(parts, import_id))


def _row_route(router: Router, parts: FileImportParts) -> None:
    @router.form_action(f"{ONE}/rows", Access.PERSON, "Change the rows of a file import (form)", _RESPONSES)
    def change_rows_on_page(request: Request, import_id: str) -> Response:
        form = read_form(request)

        def change() -> None:
            _change_rows(parts, request.owner, import_id, form)

        return _changed(parts, request, import_id, change, {name: form.text(name) for name in _KEPT_FILTERS})


def _change_rows(parts: FileImportParts, owner: str, import_id: str, form: Form) -> None:
    from chalicelib.file_imports.planning.plan_rows import RowOutcome

    change = parts.change
    found = change.draft(owner, import_id)
    for button, act in (("leave_out", change.leave_out), ("take_in", change.take_in)):
        if button in form.fields:
            number = _number(form.text(button))
            parts.list_records.check_number(found, number)
            act(owner, import_id, [number])
            return
        if (planned := form.text(f"{button}_all")) in tuple(RowOutcome):
            act(owner, import_id, parts.list_records.numbers(parts.follow.of(found), [RowOutcome(planned)]))
            return
    if cells := _changed_cells(form):
        change.fix_cells(owner, import_id, cells)


def _changed_cells(form: Form) -> dict[int, dict[int, str]]:
    """The cells whose text differs from what the form was filled with, by the number of the row and the column."""
    from chalicelib.file_imports.pages.record_view import text_mark

    changed: dict[int, dict[int, str]] = {}
    for name in form.fields:
        kind, _, where = name.partition("-")
        if kind != "cell":
            continue
        text = form.text(name).replace("\r\n", "\n")
        if text_mark(text) != form.text(f"was-{where}"):
            number, _, place = where.partition("-")
            changed.setdefault(_number(number), {})[_number(place)] = text
    return changed


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise InvalidInput("The form is incomplete. Reload the page and try again.", field="rows")
    return int(text)


def _deciding_routes(router: Router, parts: FileImportParts) -> None:
    @router.form_action(f"{ONE}/commit", Access.PERSON, "Commit the plan of a file import (form)", _RESPONSES)
    def commit_file_import_on_page(request: Request, import_id: str) -> Response:
        from chalicelib.file_imports.committing.commit_import import Confirmation

        form = read_form(request)

        def commit() -> None:
            numbers = [_number(form.text(name, "0")) for name in ("new", "update", "remove")]
            parts.commit(request.owner, import_id, Confirmation(form.text("plan_id"), *numbers))

        return _changed(parts, request, import_id, commit)

    @router.form_action(f"{ONE}/cancel", Access.PERSON, "Cancel a file import (form)", _RESPONSES)
    def cancel_file_import_on_page(request: Request, import_id: str) -> Response:
        return _changed(parts, request, import_id, lambda: parts.cancel(request.owner, import_id))


def _changed(
    parts: FileImportParts,
    request: Request,
    import_id: str,
    change: Callable[[], object],
    filters: dict[str, str] | None = None,
) -> Response:
    """Changes the import and leads back to its page; a problem is shown there."""
    try:
        change()
    except NotFound:
        raise
    except CallerError as error:
        return page(one_page(parts, request, import_id, problem=error.detail), error.status)
    query = urlencode({name: value for name, value in (filters or {}).items() if value})
    return redirect(_address(parts, import_id) + (f"?{query}" if query else ""))


def _address(parts: FileImportParts, import_id: str) -> str:
    return f"{parts.shared.public_url}{PAGE}/{import_id}"

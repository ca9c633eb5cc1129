"""REST routes that compare the rows of an import with the book. They change nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chalicelib.file_imports.comparing.compared_kind import ComparedKind
from chalicelib.foundation.cursors import decode_cursor, encode_cursor
from chalicelib.foundation.download_link import DELIVERY, wants_link
from chalicelib.foundation.errors import Conflict, InvalidInput
from chalicelib.foundation.http import Request, Response, choice, conditional_response, whole_number
from chalicelib.foundation.router import Access, Query, Router
from chalicelib.foundation.scopes import Scope

if TYPE_CHECKING:
    from chalicelib.file_imports.comparing.compare import Compared
    from chalicelib.file_imports.parts import FileImportParts
    from chalicelib.foundation.json import JsonObject

_COMPARE = "/api/v1/file-imports/{import_id}/compare"
_POSITION = re.compile(r"[0-9]{1,9}")
_LARGEST_PAGE = 200  # items
_COUNTS = "counts"
TAG = Query("tag", "Of the contacts that only the book has, only those with a record of a source with this tag.")
_KIND = Query(
    "kind",
    f"Only these kinds, separated by commas: {', '.join(ComparedKind)}. Without it, all but equal.",
)


def routes(router: Router, parts: FileImportParts) -> None:
    _page_route(router, parts)
    _csv_route(router, parts)


def _page_route(router: Router, parts: FileImportParts) -> None:
    @router.get(
        _COMPARE,
        Access.PERSON,
        "Compare the rows of an import with the address book",
        {200: "FileComparison", 304: ""},
        problems=lambda: [Conflict],
        query=[
            _KIND,
            TAG,
            Query("cursor", "The `next_cursor` of the previous page."),
            Query("limit", "The maximum number of items.", {"type": "integer", "minimum": 1, "maximum": _LARGEST_PAGE}),
            Query(_COUNTS, "true: count the whole comparison, which takes longer.", {"enum": ["true"]}),
        ],
        strict_query=True,
        scopes=[Scope.CONTACTS_READ, Scope.IMPORTS_WRITE],
    )
    def compare_file_import(request: Request, import_id: str) -> Response:
        """Rows come in the order of the file, then contacts that no row is.

        A page may have fewer items than asked for, or none; the last one has no `next_cursor`.
        """
        from chalicelib.foundation.delivery import TimeLeft

        followed, tag = parts.follow(request.owner, import_id), chosen_tag(request)
        time_left = TimeLeft.of(request, parts.shared.clock)
        limit = whole_number(request, "limit", 50, 1, _LARGEST_PAGE)
        kinds, start = _kinds(request), _start(request)
        if choice(request, _COUNTS, ["true"]):
            page, counts = parts.compare.page_and_counts(
                followed, time_left, kinds=kinds, tag=tag, start=start, limit=limit
            )
        else:
            page = parts.compare.page(followed, time_left, kinds=kinds, tag=tag, start=start, limit=limit)
            counts = None
        body = {
            "items": [_item(each) for each in page.items],
            "counts": counts,
            "next_cursor": None if page.next_position is None else encode_cursor(str(page.next_position)),
        }
        return conditional_response(request, body)


def _csv_route(router: Router, parts: FileImportParts) -> None:
    @router.get(
        f"{_COMPARE}.csv",
        Access.PERSON,
        "Download the comparison of an import with the address book",
        {200: "csv|DownloadLink", 303: ""},
        problems=lambda: [Conflict],
        query=[TAG, DELIVERY],
        strict_query=True,
        is_download=True,
        scopes=[Scope.CONTACTS_READ, Scope.IMPORTS_WRITE],
    )
    def download_file_comparison(request: Request, import_id: str) -> Response:
        """One line for each field that differs, and for each row or contact that only one side has."""
        from chalicelib.file_imports.comparing.compare_csv import comparison_csv
        from chalicelib.foundation.delivery import File, TimeLeft
        from chalicelib.foundation.safe_csv import CSV

        as_link, headers_only = wants_link(request), request.is_head
        followed = parts.follow(request.owner, import_id)
        compared = parts.compare(followed, TimeLeft.of(request, parts.shared.clock), tag=chosen_tag(request))
        name = f"comparison-{followed.found.created_at:%Y-%m-%d}.csv"
        file = File(name, CSV, comparison_csv(compared))
        return parts.shared.deliver(request.owner, file, as_link=as_link, headers_only=headers_only)


def _kinds(request: Request) -> frozenset[ComparedKind]:
    """The chosen kinds. Raises InvalidInput."""
    if "kind" not in request.query:
        return frozenset(ComparedKind) - {ComparedKind.EQUAL}
    try:
        return frozenset(map(ComparedKind, request.query["kind"].split(",")))
    except ValueError:
        raise InvalidInput(f"kind must be one or several of: {', '.join(ComparedKind)}.", field="kind") from None


def chosen_tag(request: Request) -> str:
    """The tag; "" for none. Raises InvalidInput."""
    from chalicelib.contacts.source import validate_tag

    tag = request.query.get("tag", "")
    return validate_tag(tag) if tag else ""


def _start(request: Request) -> int:
    """The position of the page. Raises InvalidInput."""
    cursor = request.query.get("cursor")
    return int(decode_cursor(cursor, _POSITION)[0]) if cursor else 0


def _item(compared: Compared) -> JsonObject:
    from chalicelib.contacts.contact_fields import with_defaults

    def written(field: str, value: object) -> object:
        return [with_defaults(field, each) for each in value] if isinstance(value, list) else value

    return {
        "kind": compared.kind.value,
        "name": compared.name,
        "row": compared.row,
        "planned": compared.planned and compared.planned.value,
        "contact_id": compared.contact_id,
        "fields": {
            name: {"file": written(name, file), "book": written(name, book)}
            for name, (file, book) in compared.fields.items()
        },
    }

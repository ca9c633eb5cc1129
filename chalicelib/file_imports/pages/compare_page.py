"""The page that compares an import with the book. Looking at it changes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.file_imports.comparing.compared_kind import ComparedKind
from chalicelib.file_imports.paths import PAGE
from chalicelib.file_imports.rest.compare_routes import TAG, chosen_tag
from chalicelib.foundation.http import Request, Response, choice, page, whole_number
from chalicelib.foundation.router import Access, Query, Router

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.file_imports.parts import FileImportParts
    from chalicelib.file_imports.records.follow_file_import import FollowedImport
    from chalicelib.foundation.delivery import TimeLeft

ON_A_PAGE = 50  # rows or contacts
_LONGEST_COUNT = timedelta(seconds=4)
_LONGEST_LOOK = timedelta(seconds=8)  # for the rows of one page
_LAST_POSITION = 10**9 - 1


def routes(router: Router, parts: FileImportParts) -> None:
    @router.page(
        f"{PAGE}/{{import_id}}/compare",
        Access.PERSON,
        "Page that compares a file import with the address book",
        query=[
            Query("kind", "What is shown; differing without it.", {"enum": list(ComparedKind)}),
            TAG,
            Query("start", "Where the page starts.", {"type": "integer", "minimum": 0}),
        ],
    )
    def compare_page(request: Request, import_id: str) -> Response:
        return page(_comparison(parts, request, parts.follow(request.owner, import_id)))


def _comparison(parts: FileImportParts, request: Request, followed: FollowedImport) -> str:
    from chalicelib.file_imports.pages.compare_view import KINDS, compared_row
    from chalicelib.foundation.delivery import TimeLeft

    clock = parts.shared.clock
    kind = ComparedKind(choice(request, "kind", ComparedKind) or ComparedKind.DIFFERING)
    tag, start = chosen_tag(request), whole_number(request, "start", 0, 0, _LAST_POSITION)
    counts = parts.compare.quick_counts(followed, TimeLeft(clock, clock.now() + _LONGEST_COUNT), tag)
    time_left = _time_for_a_page(parts, request, kind)
    listed = parts.compare.page(followed, time_left, kinds={kind}, tag=tag, start=start, limit=ON_A_PAGE + 1)
    shown = listed.items[:ON_A_PAGE]
    return parts.shared.pages.render(
        request,
        "file_imports/compare.html",
        found=followed.found,
        kinds=KINDS,
        kind=kind,
        counts=counts,
        tag=tag,
        tags=_tags(parts, request.owner),
        rows=[compared_row(each) for each in shown],
        start=start,
        next_start=shown[-1].position + 1 if len(listed.items) > ON_A_PAGE else listed.next_position,
    )


def _time_for_a_page(parts: FileImportParts, request: Request, kind: ComparedKind) -> TimeLeft:
    """A few seconds for rows, since the next page goes on; each page of contacts reads the book from its beginning."""
    from chalicelib.foundation.delivery import TimeLeft

    clock = parts.shared.clock
    if kind is ComparedKind.ONLY_IN_BOOK:
        return TimeLeft.of(request, clock)
    return TimeLeft(clock, clock.now() + _LONGEST_LOOK)


def _tags(parts: FileImportParts, owner: str) -> Sequence[str]:
    """The tags of the person's files."""
    return sorted({each.tag for each in parts.imports.of_owner(owner) if each.tag})

"""Routes of what happened: for operators everything, for a person what concerns them. No entry has anyone's data."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from chalicelib.foundation.errors import InvalidInput
from chalicelib.foundation.http import Request, Response, choice, page, whole_number
from chalicelib.foundation.router import Access, Query, Router

if TYPE_CHECKING:
    from chalicelib.foundation.json import JsonObject
    from chalicelib.operating.parts import OperatingParts

ACTIVITY, OWN_ACTIVITY = "/api/v1/operator/activity", "/api/v1/me/activity"
PAGE, OWN_PAGE = "/operator/activity", "/me/activity"
ON_A_PAGE = 50
CURSOR = [
    Query("cursor", "The `next_cursor` of the previous page."),
    Query("limit", "The maximum number of entries.", {"type": "integer", "minimum": 1, "maximum": 200}),
]
KIND = Query("kind", "Only what is of this kind, such as `import` or `merged`.")
DAY = Query("day", "Only what happened on this day in UTC, such as 2026-11-30.", {"type": "string", "format": "date"})
PERSON = Query("person", "Only what this person did or was concerned by: the `sub` claim of their tokens.")
FILTERS = [KIND, PERSON, DAY]
OWN_FILTERS = [KIND, DAY]


def routes(router: Router, parts: OperatingParts) -> None:
    _api_routes(router, parts)
    _page_routes(router, parts)


def _api_routes(router: Router, parts: OperatingParts) -> None:
    @router.get(
        ACTIVITY,
        Access.OPERATOR,
        "List what happened, newest first",
        {200: "Activity"},
        query=[*FILTERS, *CURSOR],
        strict_query=True,
    )
    def list_all_activity(request: Request) -> Response:
        limit = whole_number(request, "limit", 50, 1, 200)
        return Response(_found(request, parts, person=request.query.get("person") or None, limit=limit))

    @router.get(
        OWN_ACTIVITY,
        Access.PERSON,
        "List what happened with my data, newest first",
        {200: "Activity"},
        query=[*OWN_FILTERS, *CURSOR],
        strict_query=True,
    )
    def list_own_activity(request: Request) -> Response:
        limit = whole_number(request, "limit", 50, 1, 200)
        return Response(_found(request, parts, person=request.owner, limit=limit))


def _page_routes(router: Router, parts: OperatingParts) -> None:
    @router.page(PAGE, Access.OPERATOR, "Activity page", query=[*FILTERS, CURSOR[0]])
    def activity_page(request: Request) -> Response:
        found = _found(request, parts, person=request.query.get("person") or None, limit=ON_A_PAGE)
        return _page(request, parts, found, PAGE, is_own=False)

    @router.page(OWN_PAGE, Access.PERSON, "Page of what happened with my data", query=[*OWN_FILTERS, CURSOR[0]])
    def own_activity_page(request: Request) -> Response:
        found = _found(request, parts, person=request.owner, limit=ON_A_PAGE)
        return _page(request, parts, found, OWN_PAGE, is_own=True)


def _found(request: Request, parts: OperatingParts, *, person: str | None, limit: int) -> JsonObject:
    """The page of entries that the query asks for. Raises InvalidInput."""
    from chalicelib.operating.list_activity import ActivityFilter

    kind = choice(request, "kind", parts.activity_json.titles)
    chosen = ActivityFilter(kind, person, _day(request.query.get("day", "")))
    found = parts.list_activity(chosen, cursor=request.query.get("cursor") or None, limit=limit)
    return parts.activity_json.page(found)


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput("Write a day such as 2026-11-30.", field="day") from None


def _page(request: Request, parts: OperatingParts, found: JsonObject, path: str, *, is_own: bool) -> Response:
    chosen = {each.name: request.query.get(each.name, "") for each in (OWN_FILTERS if is_own else FILTERS)}
    filters = {name: value for name, value in chosen.items() if value}
    text = parts.shared.pages.render(
        request,
        "operator/activity.html",
        **found,
        chosen=chosen,
        is_filtered=bool(filters),
        is_own=is_own,
        path=path,
        titles=sorted(parts.activity_json.titles.items(), key=lambda each: each[1]),
        older=urlencode({**filters, "cursor": found["next_cursor"] or ""}),
    )
    return page(text)

"""Which route a path belongs to.

API Gateway passes on every path by one greedy resource, because one for each route would exceed its limit of 300 for an
API. While a deployment replaces an older one, events of single resources arrive too; they name their route.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, NamedTuple

GREEDY = "/{proxy+}"  # every path but that of the root


class Match(NamedTuple):
    """The route of a path."""

    #: the pattern, such as "/contacts/{contact_id}"
    route: str
    #: the path parameters, still encoded
    params: Mapping[str, str]


class RouteTable:
    """Finds routes by paths.

    Args:
        routes: all patterns; read when the first path is looked for.
    """

    def __init__(self, routes: Iterable[str]) -> None:
        self._routes = routes

    def find(self, path: str) -> Match | None:
        """The route of an encoded path; one with fewer parameters takes precedence. None if there is none."""
        parts = path.rstrip("/").split("/") if path != "/" else ["", ""]
        for route, pattern in self._by_length.get(len(parts), ()):
            params = _params(pattern, parts)
            if params is not None:
                return Match(route, params)
        return None

    @cached_property
    def _by_length(self) -> Mapping[int, list[tuple[str, list[str]]]]:
        """The routes and their parts by the number of parts, in the order of precedence."""
        tables: dict[int, list[tuple[str, list[str]]]] = {}
        for route in self._routes:
            pattern = route.split("/")
            tables.setdefault(len(pattern), []).append((route, pattern))
        for table in tables.values():
            table.sort(key=lambda each: [_is_parameter(part) for part in each[1]])
        return tables


def event_of_route(event: Mapping[str, Any], table: RouteTable) -> Mapping[str, Any] | None:
    """The event as if its route had a resource of its own; None if no route has its path."""
    where = event.get("requestContext", {})
    if where.get("resourcePath") != GREEDY:
        return event
    match = table.find("/" + event["pathParameters"]["proxy"])
    if match is None:
        return None
    return {
        **event,
        "resource": match.route,
        "pathParameters": match.params or None,
        "requestContext": {**where, "resourcePath": match.route},
    }


def _params(pattern: list[str], parts: list[str]) -> dict[str, str] | None:
    """The parameters of a path of as many parts as the pattern; None if it does not match."""
    params: dict[str, str] = {}
    for known, given in zip(pattern, parts, strict=True):
        if _is_parameter(known) and given:
            params[known.strip("{}")] = given
        elif known != given:
            return None
    return params


def _is_parameter(part: str) -> bool:
    return part.startswith("{")

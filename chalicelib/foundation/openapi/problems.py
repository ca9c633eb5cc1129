"""The problems that an operation can answer, by name.

Most follow from the declaration of its route: who may call it, its path, its body. A route names only those of its own.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.foundation.bodies import NotJson
from chalicelib.foundation.csrf import UNSAFE_METHODS
from chalicelib.foundation.errors import (
    Conflict,
    InsufficientScope,
    InvalidInput,
    NotAllowed,
    NotFound,
    NotSignedIn,
    ServiceError,
    TooLarge,
    TooMany,
)
from chalicelib.foundation.openapi.components import REFERENCE
from chalicelib.foundation.openapi.vocabulary import Schema
from chalicelib.foundation.organizations import Role
from chalicelib.foundation.response_policy import PROBLEM
from chalicelib.foundation.router import Access, Route
from chalicelib.foundation.signed_tokens import BadToken

ProblemType = type[ServiceError]
SIGNED_IN = (Access.PERSON, Access.VIEWER, Access.ORGANIZATION, Access.OPERATOR)
PROBLEM_SCHEMA: Schema = {
    "type": "object",
    "description": "A problem document (RFC 9457). Further members belong to its type.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "request_id": {"type": "string"},
        "field": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "object"}},
    },
}


def problems_of(route: Route) -> Mapping[int, Sequence[ProblemType]]:
    """The problems of a route by their status, without those that are a fault of the service."""
    found: dict[int, list[ProblemType]] = defaultdict(list)
    for problem in (*_of_caller(route), *_of_request(route), *route.problems()):
        if problem.slug not in [each.slug for each in found[problem.status]]:
            found[problem.status].append(problem)
    return dict(sorted(found.items()))


def _of_caller(route: Route) -> list[ProblemType]:
    if route.access is Access.CRON:
        return [NotSignedIn]
    if route.access not in SIGNED_IN:
        return []
    by_role = route.access is Access.OPERATOR or (route.access is Access.ORGANIZATION and route.role is not Role.MEMBER)
    is_refused = by_role or route.method in UNSAFE_METHODS  # there, also for the CSRF token
    return [
        NotSignedIn,
        BadToken,
        *([NotAllowed] if is_refused else []),
        *([InsufficientScope] if route.access in (Access.PERSON, Access.VIEWER) else []),
        NotFound,  # also for a service client that may not act for the person
        *([Conflict] if route.method in UNSAFE_METHODS else []),  # others change it too
        TooMany,
    ]


def _of_request(route: Route) -> list[ProblemType]:
    has_session = route.access in SIGNED_IN and route.method in UNSAFE_METHODS
    has_body = route.body is not None or route.takes_file or route.form
    return [
        InvalidInput,  # at least of a query that is not UTF-8
        *([NotFound] if "{" in route.path else []),
        *([Conflict] if route.shows_pages else []),  # a page of something that is not in the state for it
        *([TooLarge] if has_body or has_session else []),
        *([NotJson] if has_body else []),
        *([Conflict] if route.takes_key else []),
    ]


class ProblemResponses:
    """The responses of problems, each of which is described once and referred to by the operations."""

    def __init__(self) -> None:
        self.responses: dict[str, Any] = {}
        self.examples: dict[str, Any] = {}

    def of(self, route: Route) -> dict[str, Any]:
        """References to the responses of a route, by status."""
        as_page = route.shows_pages or route.is_download
        return {
            str(status): self._reference("Or".join(each.__name__ for each in problems), problems, as_page=as_page)
            for status, problems in problems_of(route).items()
        } | {"default": self._reference("OtherProblem", [ServiceError], as_page=as_page)}

    def _reference(self, name: str, problems: Sequence[ProblemType], *, as_page: bool) -> dict[str, str]:
        name += "Page" if as_page else ""
        if name not in self.responses:
            self.responses[name] = self._response(problems, as_page=as_page)
        return {"$ref": f"#/components/responses/{name}"}

    def _response(self, problems: Sequence[ProblemType], *, as_page: bool) -> dict[str, Any]:
        for problem in problems:
            self.examples[problem.slug] = _example(problem)
        content: dict[str, Any] = {
            PROBLEM: {
                "schema": {"$ref": REFERENCE.format(name="Problem")},
                "examples": {each.slug: {"$ref": f"#/components/examples/{each.slug}"} for each in problems},
            }
        }
        if as_page:
            content["text/html"] = {"schema": {"type": "string"}, "example": f"<h1>{problems[0].title}</h1>"}
        return {"description": _text(problems), "headers": _headers(problems[0].status), "content": content}


def _text(problems: Sequence[ProblemType]) -> str:
    if problems == [ServiceError]:
        return "A fault of the service, or of one that it depends on. `type` says which, `detail` what to do."
    return " ".join(f"`{each.slug}`: {summary_of(each)}" for each in problems)


def summary_of(problem: ProblemType) -> str:
    """What a problem means, in a sentence."""
    return " ".join((problem.__doc__ or problem.title).split("\n\n")[0].split())


def _headers(status: int) -> dict[str, Any]:
    names = ["X-Request-Id"]
    if status != NotSignedIn.status:  # it is not known whose requests are left
        names += ["RateLimit", "RateLimit-Policy"]
    if status in (NotSignedIn.status, NotAllowed.status):
        names.append("WWW-Authenticate")
    if status in (429, ServiceError.status):
        names.append("Retry-After")
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _example(problem: ProblemType) -> dict[str, Any]:
    value = {
        "type": f"/problems/{problem.slug}",
        "title": problem.title,
        "status": problem.status,
        "detail": summary_of(problem),
        "request_id": "7f9c24e5-1c0b-4b58-8d36-1f1a7c1f2b1e",
    }
    return {"summary": problem.title, "value": value}

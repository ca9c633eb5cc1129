"""One operation of the description, from the declaration of its route."""

import inspect
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.foundation.csrf import CSRF_FIELD, UNSAFE_METHODS
from chalicelib.foundation.json import Json
from chalicelib.foundation.openapi.components import REFERENCE
from chalicelib.foundation.openapi.examples import example_of
from chalicelib.foundation.openapi.headers import header, parameter
from chalicelib.foundation.openapi.problems import SIGNED_IN, ProblemResponses
from chalicelib.foundation.openapi.vocabulary import Dictionary, Schema, plain_example
from chalicelib.foundation.router import LONGEST_PARAM, Access, Query, Route

_BRACES = re.compile(r"{(\w+)}")
_STATUSES = {
    200: "Success.",
    201: "Created.",
    202: "Accepted. A job does the work.",
    204: "Success, without a body.",
    302: "Redirect.",
    303: "Redirect.",
    304: "Nothing has changed since the `ETag` that was sent.",
    307: "Moved for now; do not store it.",
    409: "Conflict with the current state. Read it again.",
    413: "Request too large.",
    422: "Invalid request. The page names the invalid fields.",
    503: "Some dependencies are unhealthy. The body names them.",
}
_TEXTS: Mapping[str, tuple[str, str]] = {
    "page": ("text/html", "<!doctype html><title>Contacts</title>"),
    "text": ("text/plain", "# Contact Intake"),
    "markdown": ("text/markdown", "# Contact Intake"),
    "style": ("text/css", "body { margin: 0 }"),
    "script": ("text/javascript", "'use strict'"),
    "picture": ("image/svg+xml", '<svg xmlns="http://www.w3.org/2000/svg"/>'),
    "acknowledgment": ("text/xml", "<Response/>"),
    "csv": ("text/csv", "Display name,Email 1\r\nAda Lovelace,ada@example.com\r\n"),
    "vcard": ("text/vcard", "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ada Lovelace\r\nEND:VCARD\r\n"),
    "ldif": ("text/x-ldif", "dn: cn=Ada Lovelace\nobjectClass: person\ncn: Ada Lovelace\nsn: Lovelace\n"),
}  # with an example of each
_FILES: Mapping[str, tuple[str, Json]] = {
    "json": ("application/json", {"contacts": []}),
    "jcard": ("application/vcard+json", ["vcard", [["version", {}, "text", "4.0"]]]),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "PK…"),
    "ods": ("application/vnd.oasis.opendocument.spreadsheet", "PK…"),
}  # whose content is not described
_SECURITY: Mapping[Access, list[dict[str, list[str]]]] = {
    Access.ANYONE: [],
    Access.PERSON: [{"bearer": []}, {"session": []}],
    Access.ORGANIZATION: [{"bearer": []}, {"session": []}],
    Access.OPERATOR: [{"bearer": []}, {"session": []}],
    Access.VIEWER: [{"bearer": []}, {"session": []}, {"viewer": []}],
    Access.CRON: [{"cron": []}, {"cron_query": []}],
    Access.SOURCE: [{"source": []}, {"source_header": []}, {"source_query": []}],
}
_CALLERS = {
    Access.ANYONE: "Anyone may call it, without signing in.",
    Access.PERSON: "For a person who is signed in, and about their own data alone.",
    Access.VIEWER: "For the person whose job it is, and the browser that began it.",
    Access.ORGANIZATION: "For people with the role `{role}` or a greater one in the organization.",
    Access.OPERATOR: "For operators.",
    Access.CRON: "For a scheduler that knows the cron secret.",
    Access.SOURCE: "For a program that has the key of the source.",
}
FORM_NAME = "Form"
FORM: Schema = {
    "type": "object",
    "description": "The fields of a form on a page of the service.",
    "properties": {
        CSRF_FIELD: {"type": "string", "description": "The token of the page.", "examples": ["n3kq9hWc0yF1sP5bV7xLtA"]}
    },
}
_FILE_BODY = {
    "schema": {"type": "string", "format": "binary"},
    "example": "Display name,Email\r\nAda Lovelace,ada@example.com\r\n",
}


@dataclass(frozen=True, slots=True)
class Operations:
    """Describes operations.

    Args:
        tags: the name of the tag of each room.
        dictionaries: the words of each room.
        schemas: all named schemas.
    """

    tags: Mapping[str, str]
    dictionaries: Mapping[str, Dictionary]
    schemas: Mapping[str, Schema]
    problems: ProblemResponses

    def describe(self, route: Route, operation_id: str) -> dict[str, Any]:
        """The operation of a route."""
        operation: dict[str, Any] = {
            "operationId": operation_id,
            "tags": [tag_of(route, self.tags)],
            "summary": route.summary,
            "description": _description(route),
            "security": _SECURITY[route.access],
            "parameters": [*self._parameters(route), *_header_parameters(route)],
            "responses": self._responses(route),
        }
        body = self._request_body(route)
        return {**operation, "requestBody": body} if body else operation

    def _parameters(self, route: Route) -> list[dict[str, Any]]:
        path_schema = {"type": "string", "minLength": 1, "maxLength": LONGEST_PARAM}
        in_path = [
            {"name": name, "in": "path", "required": True, **self._described(route, name, path_schema)}
            for name in _BRACES.findall(route.path)
        ]
        in_query = [
            {
                "name": each.name,
                "in": "query",
                "required": False,
                **self._described(route, each.name, _query(route, each)),
            }
            for each in route.query
        ]
        return [*in_path, *in_query]

    def _described(self, route: Route, name: str, schema: Schema) -> dict[str, Any]:
        """The description, schema and example of a parameter."""
        whole = self.dictionaries[route.room].described("parameter", name, schema)
        beside = {"description": whole.pop("description")} if "description" in whole else {}
        examples = whole.pop("examples", None)
        return {**beside, "schema": whole, **({"example": examples[0]} if examples else {})}

    def _responses(self, route: Route) -> dict[str, Any]:
        problems = self.problems.of(route)
        default = problems.pop("default")
        own = {str(status): self._response(route, status, names) for status, names in route.responses.items()}
        for status, response in own.items():
            if status in problems:  # a page or, for a program, the problem
                problem = self.problems.responses[problems[status]["$ref"].rpartition("/")[2]]
                response["content"] = {**problem["content"], **response["content"]}
        return {**problems, **own, "default": default}

    def _response(self, route: Route, status: int, names: str) -> dict[str, Any]:
        """A response of a route.

        Args:
            names: the possible schemas, separated by "|"; "page", "csv" and so on for files, "" for no body.
        """
        content: dict[str, list[str]] = {}
        for name in filter(None, names.split("|")):
            content.setdefault(_media_type(name), []).append(name)
        headers = {name: header(name) for name in _response_headers(route, status, content)}
        response: dict[str, Any] = {"description": _STATUSES[status], "headers": headers}
        if content:
            response["content"] = {kind: self._content(alternatives) for kind, alternatives in content.items()}
        return response

    def _content(self, names: Sequence[str]) -> dict[str, Any]:
        if names[0] in _TEXTS:
            return {"schema": {"type": "string"}, "example": _TEXTS[names[0]][1]}
        schemas = [_reference(name) for name in names if name not in _FILES]
        examples = {name: {"value": self._example(name)} for name in names}
        if len(schemas) < len(names):
            return {"schema": {}, "examples": examples}
        return {"schema": schemas[0] if len(schemas) == 1 else {"oneOf": schemas}, "examples": examples}

    def _example(self, name: str) -> Json:
        return _FILES[name][1] if name in _FILES else example_of(self.schemas[name], self.schemas)

    def _request_body(self, route: Route) -> dict[str, Any] | None:
        content: dict[str, Any] = {}
        if route.body is not None:
            name = body_name(route)
            named = {"schema": _reference(name), "examples": {name: {"value": self._example(name)}}}
            content["application/json"] = named
            if route.form:
                content["application/x-www-form-urlencoded"] = named
        elif route.form:
            form = {"schema": _reference(FORM_NAME), "example": example_of(FORM, {})}
            content = {"application/x-www-form-urlencoded": form, "multipart/form-data": form}
        if route.takes_file:
            content["*/*"] = _FILE_BODY
        if not content:
            return None
        needed = route.takes_file if route.body is None else bool(self.schemas[body_name(route)].get("required"))
        return {"description": _about_body(route), "content": content, "required": needed}


def tag_of(route: Route, tags: Mapping[str, str]) -> str:
    """The tag of an operation: its room, or the pages of its room."""
    return tags[route.room] + ("" if is_of_api(route) else " pages")


def is_of_api(route: Route) -> bool:
    """Whether programs call it; the other routes are for browsers."""
    return not (route.shows_pages or route.form or any(name in _TEXTS for name in route.responses.values())) or (
        route.path.startswith("/api/")
    )


def body_name(route: Route) -> str:
    """The name of the schema of a route's body."""
    assert route.body is not None  # noqa: S101 # tells mypy
    return route.body().__name__


def _description(route: Route) -> str:
    sentences = [
        prose(route.view.__doc__),
        _CALLERS[route.access].format(role=route.role),
        f"Of the scopes of a token, one of these suffices: {', '.join(route.scopes)}." if route.scopes else "",
        "Give it an `Idempotency-Key`, so that sending it again begins no second job." if route.takes_key else "",
        "Send the last `ETag` as `If-None-Match`: 304 says that nothing has changed." if 304 in route.responses else "",
        "While it is under way, `Retry-After` says when to ask again." if route.is_polled else "",
        "A job does the work: follow `Location`." if 202 in route.responses else "",
    ]
    return " ".join(filter(None, sentences))


def prose(docstring: str | None) -> str:
    """The text of a docstring up to its sections."""
    text = re.split(r"^(?:Args|Raises|Returns):", inspect.cleandoc(docstring or ""), flags=re.MULTILINE)[0].strip()
    return re.sub(r"(?<!\n)\n(?!\n)", " ", text)


def _about_body(route: Route) -> str:
    if route.body is None:
        return "The form of the page." if route.form else "The file or the records, as they are."
    return prose(route.body().__doc__)


def _header_parameters(route: Route) -> list[dict[str, str]]:
    names = [
        *(["Idempotency-Key"] if route.takes_key else []),
        *(["If-None-Match"] if 304 in route.responses else []),
        *(["x-csrf-token"] if route.access in SIGNED_IN and route.method in UNSAFE_METHODS else []),
        *(["X-On-Behalf-Of"] if route.scopes else []),
        "X-Request-Id",
    ]
    return [parameter(name) for name in names]


def _response_headers(route: Route, status: int, content: Mapping[str, object]) -> list[str]:
    is_file = route.is_download or any(kind in content for kind in ("text/csv", "text/vcard"))
    return [
        "X-Request-Id",
        *(["RateLimit", "RateLimit-Policy"] if route.access in SIGNED_IN else []),
        *(["ETag"] if status == 304 or (status == 200 and 304 in route.responses) else []),
        *(["Location"] if status in (201, 202, 302, 303, 307) else []),
        *(["Retry-After"] if status in (202, 503) or (route.is_polled and status in (200, 304)) else []),
        *(["Content-Disposition"] if status == 200 and is_file else []),
        *(route.headers if status < 300 else []),
    ]


def _query(route: Route, query: Query) -> Schema:
    """The schema of a query parameter; routes that check their query strictly refuse empty ones."""
    schema = {"description": query.description, "type": "string", **query.schema}
    if query.example is not None:
        schema["examples"] = [query.example]
    is_free = schema["type"] == "string" and "enum" not in schema
    if is_free and not route.strict_query:  # forms send empty values, which have no format
        example = {"examples": [plain_example(schema)]} if "format" in schema else {}
        return {**example, **{key: value for key, value in schema.items() if key not in ("format", "pattern")}}
    return {"minLength": 1, **schema} if route.strict_query and is_free else schema


def _media_type(name: str) -> str:
    return {**_TEXTS, **_FILES}[name][0] if name in _TEXTS or name in _FILES else "application/json"


def _reference(name: str) -> dict[str, str]:
    return {"$ref": REFERENCE.format(name=name)}

"""Checks responses against the OpenAPI document: every status, header, content type, field and problem type.

The document leaves objects of responses open, since they may get further fields. Here they are closed, so that a field
that is not described fails a test.
"""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import requests
from jsonschema import Draft202012Validator

#: Those that clients act upon; headers of security and caches are the same everywhere.
CHECKED_HEADERS = ("Content-Disposition", "ETag", "Location", "Retry-After", "WWW-Authenticate", "X-Request-Id")
PROBLEM = "application/problem+json"


def closed(schema: Any) -> Any:
    """The schema whose objects have no other fields than those it names."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    whole = {name: closed(each) for name, each in schema.items()}
    return {"additionalProperties": False, **whole} if isinstance(schema.get("properties"), Mapping) else whole


class ApiDescription:
    """Checks responses against `document`, the content of /api/v1/openapi.json."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        components = document["components"]
        schemas = {name: closed(each) for name, each in components["schemas"].items()}
        schemas["Problem"] = components["schemas"]["Problem"]  # each type has members of its own
        self._document = {**document, "components": {**components, "schemas": schemas}}
        plain_first = sorted(document["paths"], key=lambda path: path.count("{"))
        self._paths = {path: re.compile(re.sub(r"{\w+}", "[^/]+", path)) for path in plain_first}

    def check(self, method: str, path: str, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Check one response.

        Raises:
            AssertionError: its path, method, status, content type, a header or the type of a problem is not described.
            ValidationError: its body does not have the described fields.
        """
        answer = f"{method} {path} answers {status}"
        response = self._response(method, path, status)
        lower = {name.lower(): value for name, value in headers.items()}
        self._check_headers(answer, response.get("headers", {}), lower)
        content, kind = response.get("content"), lower.get("content-type", "").partition(";")[0]
        if content is None or not body:
            assert not body, f"{answer} with a body that is not described"
            return
        assert kind in content, f"{answer} as {kind}; described are {list(content)}"
        if "json" in kind:
            value = json.loads(body)
            schema = {**content[kind]["schema"], "components": self._document["components"]}
            Draft202012Validator(schema).validate(value)
            if kind == PROBLEM and status < 500:
                described = [f"/problems/{slug}" for slug in content[kind]["examples"]]
                assert value["type"] in described, f"{answer} with {value['type']}; described are {described}"

    def check_response(self, response: requests.Response) -> None:
        """Check a response of a running service. Raises as `check`; a preflight request is not described."""
        method, path = str(response.request.method), urlsplit(str(response.request.url)).path
        if method != "OPTIONS":
            self.check(method, path, response.status_code, response.headers, response.content)

    def _check_headers(self, answer: str, described: Mapping[str, Any], sent: Mapping[str, str]) -> None:
        for name in CHECKED_HEADERS:
            known = self._resolved(described[name]) if name in described else None
            assert known is not None or name.lower() not in sent, f"{answer} with {name}, which is not described"
            needed = known is not None and known.get("required", False)
            assert not needed or name.lower() in sent, f"{answer} without {name}"

    def _response(self, method: str, path: str, status: int) -> Mapping[str, Any]:
        responses = self._operation(method, path)["responses"]
        known = responses.get(str(status)) or (responses["default"] if status >= 500 else None)
        assert known is not None, f"{method} {path} answers {status}; described are {list(responses)}"
        return self._resolved(known)

    def _operation(self, method: str, path: str) -> Mapping[str, Any]:
        for pattern, matches in self._paths.items():
            if matches.fullmatch(path) and method.lower() in self._document["paths"][pattern]:
                operation: Mapping[str, Any] = self._document["paths"][pattern][method.lower()]
                return operation
        raise AssertionError(f"{method} {path} is not described")

    def _resolved(self, part: Mapping[str, Any]) -> Mapping[str, Any]:
        """The part itself, where it refers to a component."""
        if "$ref" not in part:
            return part
        _, _, kind, name = part["$ref"].split("/")
        found: Mapping[str, Any] = self._document["components"][kind][name]
        return found

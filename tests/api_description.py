"""Checks responses against the OpenAPI document: every status, content type and field."""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import requests
from jsonschema import Draft202012Validator


class ApiDescription:
    """Checks responses against `document`, the content of /api/v1/openapi.json."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        plain_first = sorted(document["paths"], key=lambda path: path.count("{"))
        self._paths = {path: re.compile(re.sub(r"{\w+}", "[^/]+", path)) for path in plain_first}

    def check(self, method: str, path: str, status: int, content_type: str, body: bytes) -> None:
        """Check one response.

        Raises:
            AssertionError: its path, method, status or content type is not described.
            ValidationError: its body does not have the described fields.
        """
        content = self._content(method, path, status)
        kind = content_type.partition(";")[0]
        if content is None or not body:
            assert not body, f"{method} {path} returns {status} with a body that is not described"
            return
        assert kind in content, f"{method} {path} returns {status} as {kind}; described are {list(content)}"
        if "json" in kind:
            schema = {**content[kind]["schema"], "components": self._document["components"]}
            Draft202012Validator(schema).validate(json.loads(body))

    def check_response(self, response: requests.Response) -> None:
        """Check a response of a running service. Raises as `check`; a preflight request is not described."""
        method, path = str(response.request.method), urlsplit(str(response.request.url)).path
        if method != "OPTIONS":
            self.check(method, path, response.status_code, response.headers.get("Content-Type", ""), response.content)

    def _content(self, method: str, path: str, status: int) -> Mapping[str, Any] | None:
        operation = self._operation(method, path)
        responses = operation["responses"]
        known = responses.get(str(status)) or (responses["default"] if status >= 400 else None)
        assert known is not None, f"{method} {path} returns {status}; described are {list(responses)}"
        content: Mapping[str, Any] | None = known.get("content")
        return content

    def _operation(self, method: str, path: str) -> Mapping[str, Any]:
        for pattern, matches in self._paths.items():
            if matches.fullmatch(path) and method.lower() in self._document["paths"][pattern]:
                operation: Mapping[str, Any] = self._document["paths"][pattern][method.lower()]
                return operation
        raise AssertionError(f"{method} {path} is not described")

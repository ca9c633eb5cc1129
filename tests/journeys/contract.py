"""Checks every response against `/api/v1/openapi.json`."""

import json
import re
from typing import Any
from urllib.parse import urlsplit

import requests
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

DESCRIPTION = "urn:openapi"


class Contract:
    """Checks responses against `description`, the content of /api/v1/openapi.json."""

    def __init__(self, description: dict[str, Any]) -> None:
        self._description = description
        resource = Resource(contents=description, specification=DRAFT202012)
        self._registry = Registry().with_resource(DESCRIPTION, resource)
        self._paths = sorted(description["paths"], key=lambda path: path.count("{"))
        self.seen: set[tuple[str, str, int]] = set()

    def check(self, answer: requests.Response) -> None:
        """Raises AssertionError for a response that is not described."""
        method, path = (answer.request.method or "").lower(), urlsplit(answer.request.url).path
        if method == "options":
            return
        pattern = self._pattern(str(path))
        promised = self._description["paths"][pattern][method]["responses"]
        case = f"{method.upper()} {pattern} {answer.status_code}"
        status = str(answer.status_code) if str(answer.status_code) in promised else "default"
        assert status in promised, f"{case} is not promised, only {sorted(promised)}: {answer.text[:300]}"
        self.seen.add((method, pattern, answer.status_code))
        self._check_body(promised[status], f"#/paths/{_pointer(pattern)}/{method}/responses/{status}", answer, case)

    def _check_body(self, promised: dict[str, Any], place: str, answer: requests.Response, case: str) -> None:
        if "$ref" in promised:
            place = promised["$ref"]
            promised = self._at(place)
        contents = promised.get("content", {})
        if not answer.content:
            return
        kind = answer.headers["Content-Type"].partition(";")[0]
        assert kind in contents, f"{case} is {kind}, promised is {sorted(contents)}"
        if kind.endswith("json"):
            schema = {"$ref": f"{DESCRIPTION}{place}/content/{_pointer(kind)}/schema"}
            errors = list(Draft202012Validator(schema, registry=self._registry).iter_errors(answer.json()))
            assert not errors, (
                f"{case}: {errors[0].message} at {list(errors[0].path)} in {json.dumps(answer.json())[:500]}"
            )

    def _pattern(self, path: str) -> str:
        for pattern in self._paths:
            if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", pattern), path):
                return pattern
        raise AssertionError(f"{path} is not described")

    def _at(self, pointer: str) -> dict[str, Any]:
        found = self._description
        for part in pointer.removeprefix("#/").split("/"):
            found = found[part.replace("~1", "/").replace("~0", "~")]
        return found


def _pointer(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D")

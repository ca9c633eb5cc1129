"""A request and a response, as the sandbox's endpoints see them, independent of sockets."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email.message import Message
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs, urlencode

Json = Any  # what json.loads gives


@dataclass
class Request:
    """A request to the sandbox.

    Args:
        origin: scheme, host and port as the caller wrote them, so that links lead back to where it came from.
        route: what the path's placeholders held.
    """

    method: str
    path: str
    query_string: str
    headers: Message
    body: bytes
    origin: str
    route: dict[str, str] = field(default_factory=dict)

    @cached_property
    def lists(self) -> dict[str, list[str]]:
        return parse_qs(self.query_string, keep_blank_values=True)

    @cached_property
    def query(self) -> dict[str, str]:
        return {name: values[-1] for name, values in self.lists.items()}

    @cached_property
    def form(self) -> dict[str, list[str]]:
        """The fields of a posted form; empty for any other body."""
        try:
            return parse_qs(self.body.decode(), keep_blank_values=True)
        except UnicodeDecodeError:
            return {}

    @cached_property
    def json(self) -> Json:
        return json.loads(self.body) if self.body.strip() else {}

    def field(self, name: str) -> str:
        """A single form field, or a query parameter where the form has none, or "" """
        return self.form.get(name, [self.query.get(name, "")])[-1]

    @property
    def bearer(self) -> str:
        kind, _, token = self.headers.get("Authorization", "").partition(" ")
        return token.strip() if kind.lower() == "bearer" else ""


@dataclass
class Response:
    """A response of the sandbox.

    Args:
        stream: makes the body piece by piece where it is slow or huge; `length` then says how long it claims to be.
        cut: close the connection without a response.
    """

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json; charset=UTF-8"
    headers: dict[str, str] = field(default_factory=dict)
    stream: Callable[[], Iterator[bytes]] | None = None
    length: int | None = None
    cut: bool = False


def as_json(value: Json, status: int = 200, **headers: str) -> Response:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Response(status, encode_json(value), headers=named)


def as_page(html: str, status: int = 200) -> Response:
    return Response(status, html.encode(), "text/html; charset=utf-8", {"Cache-Control": "no-store"})


def redirect(url: str, parameters: Mapping[str, str]) -> Response:
    joint = "&" if "?" in url else "?"
    return Response(302, headers={"Location": url + joint + urlencode(parameters), "Cache-Control": "no-store"})


def encode_json(value: Json) -> bytes:
    """JSON in UTF-8; unpaired surrogates are escaped."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()


def with_members(first_member: str, rows: list[bytes], others: Mapping[str, Json]) -> bytes:
    """A JSON object whose first property is a list of encoded rows; without rows it is absent."""
    rest = encode_json(others)[1:]
    if not rows:
        return b"{" + rest
    joint = b"," if others else b""
    return b"".join((b'{"', first_member.encode(), b'":[', b",".join(rows), b"]", joint, rest))

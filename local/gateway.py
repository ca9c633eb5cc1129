"""API Gateway's part of a request: make the event that Lambda gets, and read its response."""

import base64
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from chalicelib.foundation.bodies import human_size
from chalicelib.foundation.request_id import HEADER
from chalicelib.foundation.route_table import GREEDY

STAGE = "api"
LARGEST_BODY = 10 * 1024 * 1024  # API Gateway's limit
LARGEST_EVENT = 6 * 1024 * 1024  # Lambda's, for the whole of what an invocation is given
Headers = Sequence[tuple[str, str]]
_STAYS = "".join(chr(each) for each in range(33, 127))  # printable characters, % included: those are encoded already
_WITHOUT_BODY = (204, 304)


@dataclass(frozen=True)
class HttpRequest:
    """An HTTP request as received."""

    method: str
    target: str  # path and query, still encoded
    headers: Headers
    body: bytes = b""


@dataclass(frozen=True)
class HttpResponse:
    """An HTTP response as sent."""

    status: int
    headers: Headers
    body: bytes

    def to(self, method: str) -> "HttpResponse":
        """The response for this method, with its length: some statuses and HEAD have no body."""
        if self.status in _WITHOUT_BODY:
            return HttpResponse(self.status, self.headers, b"")
        headers = (*self.headers, ("Content-Length", str(len(self.body))))
        return HttpResponse(self.status, headers, b"" if method == "HEAD" else self.body)


def encode_target(target: str) -> str:
    """The target with unencoded bytes in its path or query (`curl …?q=é`) percent-encoded.

    Args:
        target: as `http.server` gives it, one character per byte.
    """
    return target if target.isascii() else quote(target.encode("latin-1"), safe=_STAYS)


def event_of(request: HttpRequest, *, binary_types: Sequence[str]) -> dict[str, Any]:
    """The event of a REST API's Lambda proxy integration with one greedy resource. Paths stay encoded."""
    parts = urlsplit(request.target)
    resource = "/" if parts.path == "/" else GREEDY
    query = parse_qs(parts.query, keep_blank_values=True)
    headers: dict[str, list[str]] = {}
    for name, value in request.headers:
        headers.setdefault(name, []).append(value)
    return {
        "resource": resource,
        "path": parts.path,
        "httpMethod": request.method,
        "headers": {name: values[-1] for name, values in headers.items()},
        "multiValueHeaders": headers,
        "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": None if resource == "/" else {"proxy": parts.path.removeprefix("/")},
        "stageVariables": None,
        "requestContext": _request_context(request.method, resource, parts.path),
        **_body(request, headers, binary_types),
    }


def is_too_large(event: Mapping[str, Any]) -> bool:
    """Whether the event is too large for Lambda. As JSON, a body takes at most six times its length."""
    if len(event["body"] or "") * 6 <= LARGEST_EVENT:
        return False
    return len(json.dumps(event, ensure_ascii=False).encode(errors="replace")) > LARGEST_EVENT


def response_of(response: Mapping[str, Any]) -> HttpResponse:
    """The HTTP response from what a Lambda returned."""
    single = [(name, str(value)) for name, value in (response.get("headers") or {}).items()]
    multi = [
        (name, str(value)) for name, values in (response.get("multiValueHeaders") or {}).items() for value in values
    ]
    body = response.get("body") or ""
    if response.get("isBase64Encoded"):
        return HttpResponse(response["statusCode"], single + multi, base64.b64decode(body))
    headers = single + multi
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", "application/json"))
    return HttpResponse(response["statusCode"], headers, body if isinstance(body, bytes) else body.encode())


def too_large(sent: int, *, is_text: bool = False) -> HttpResponse:
    """The gateway's response for a body that is too large.

    Args:
        sent: the size of the body in bytes.
        is_text: whether the event has the body as text, in which quotation marks take two bytes.
    """
    counted = ", quotation marks counted twice" if is_text else ""
    detail = f"A request can be at most 4 MB{counted}; this one is {human_size(sent)}."
    return _problem(413, "too-large", "Request too large", detail)


def length_missing() -> HttpResponse:
    return _problem(411, "length-required", "Length required", "Send the length of the body as Content-Length.")


def problem_response(status: int, detail: str) -> HttpResponse:
    """A malformed HTTP request."""
    return _problem(status, "bad-request", "Malformed request", detail)


def internal_error() -> HttpResponse:
    detail = "This is our fault. Try again; if it keeps failing, contact support with this request ID."
    return _problem(500, "internal", "Internal error", detail)


def _request_context(method: str, resource: str, path: str) -> dict[str, Any]:
    return {
        "httpMethod": method,
        "resourcePath": resource,
        "path": f"/{STAGE}{path}",
        "stage": STAGE,
        "apiId": "local",
        "requestId": str(uuid.uuid4()),
        "protocol": "HTTP/1.1",
        "identity": {"sourceIp": "127.0.0.1", "userAgent": None},
    }


def _body(request: HttpRequest, headers: Mapping[str, Sequence[str]], binary_types: Sequence[str]) -> dict[str, Any]:
    if not request.body:
        return {"body": None, "isBase64Encoded": False}
    given = next((values[-1] for name, values in headers.items() if name.lower() == "content-type"), "")
    if {"*/*", given.partition(";")[0].strip().lower()} & set(binary_types):
        return {"body": base64.b64encode(request.body).decode(), "isBase64Encoded": True}
    return {"body": request.body.decode("utf-8", "replace"), "isBase64Encoded": False}


def _problem(status: int, slug: str, title: str, detail: str) -> HttpResponse:
    request_id = str(uuid.uuid4())
    body = {"type": f"/problems/{slug}", "title": title, "status": status, "detail": detail, "request_id": request_id}
    headers = (
        ("Content-Type", "application/problem+json"),
        ("Cache-Control", "no-store"),
        (HEADER, request_id),
    )
    return HttpResponse(status, headers, json.dumps(body).encode())

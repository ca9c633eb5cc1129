"""The headers and cookies of every response: security headers, CORS, and a check that no header can be split."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from chalicelib.foundation.http import HTML, JSON, Cookie, Request, Response
from chalicelib.foundation.request_id import HEADER

PROBLEM = "application/problem+json"
_UNSAFE = ("\r", "\n", "\0")
_API_POLICY = "default-src 'none'; frame-ancestors 'none'"
_ALLOWED_HEADERS = (
    "authorization, content-type, idempotency-key, if-none-match, x-cron-secret, x-csrf-token, "
    "x-on-behalf-of, x-request-id"
)
_EXPOSED_HEADERS = "Content-Disposition, ETag, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id"
ANY_ORIGIN = "*"
_NO_BODY = (204, 304)


class UnsafeHeader(Exception):
    """A header would contain a line break or characters that HTTP does not allow. This is a bug; nothing is sent."""


@dataclass(frozen=True)
class ResponsePolicy:
    """The headers and cookies of this deployment."""

    #: the URL at which people reach the service
    public_url: str
    #: the origins that may call the API from a browser; `ANY_ORIGIN` alone for any, without cookies
    allowed_origins: Sequence[str]

    @property
    def is_secure(self) -> bool:
        return self.public_url.startswith("https://")

    def cookie_name(self, name: str) -> str:
        """The name with the `__Host-` prefix, which binds a cookie to this host; browsers allow it only over HTTPS."""
        return f"__Host-{name}" if self.is_secure else name

    def headers(self, response: Response, request: Request) -> dict[str, str]:
        """All headers of a response, except for cookies."""
        policy = page_policy() if response.content_type == HTML else _API_POLICY
        headers = {
            "Cache-Control": "no-store",
            "Content-Security-Policy": policy,
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            HEADER: request.request_id,
            **self._cors(request),
            **response.headers,
        }
        if self.is_secure:
            headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
        if response.status not in _NO_BODY:
            headers["Content-Type"] = response.content_type
        return headers

    def preflight(self, methods: tuple[str, ...], allowed: tuple[str, ...], request: Request) -> Response:
        """The response to a CORS preflight.

        Args:
            methods: the methods that need a preflight (HEAD does not).
            allowed: all methods of the path.
        """
        headers = {"Allow": ", ".join(allowed)}
        if self._cors(request):
            headers["Access-Control-Allow-Methods"] = ", ".join(methods)
            headers["Access-Control-Allow-Headers"] = _ALLOWED_HEADERS
            headers["Access-Control-Max-Age"] = "600"
        return Response(None, 204, headers)

    def set_cookie(self, cookie: Cookie) -> str:
        """The value of a `Set-Cookie` header."""
        parts = [
            f"{self.cookie_name(cookie.name)}={cookie.value}",
            "Path=/",
            f"Max-Age={cookie.lasts_seconds}",
            "HttpOnly",
            "SameSite=Lax",
            *(["Secure"] if self.is_secure else []),
        ]
        return "; ".join(parts)

    def _cors(self, request: Request) -> dict[str, str]:
        if not self.allowed_origins:
            return {"Vary": "Accept"}
        shared = {"Access-Control-Expose-Headers": _EXPOSED_HEADERS}
        if ANY_ORIGIN in self.allowed_origins:
            return {**shared, "Access-Control-Allow-Origin": ANY_ORIGIN, "Vary": "Accept"}
        vary = {"Vary": "Accept, Origin"}
        origin = request.headers.get("origin", self.allowed_origins[0])
        if origin not in self.allowed_origins:
            return vary
        return {
            **shared,
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Allow-Credentials": "true",
            **vary,
        }


def page_policy(upload_origin: str = "") -> str:
    """The Content-Security-Policy of a page.

    Args:
        upload_origin: the one other origin to which the page may send a file.
    """
    targets = " ".join(filter(None, ("'self'", upload_origin)))
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src {targets}; "
        f"base-uri 'none'; form-action {targets}; frame-ancestors 'none'"
    )


def check_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers if they can be sent.

    Raises:
        UnsafeHeader: one contains a line break, a NUL or a character beyond Latin-1.
    """
    for name, value in headers.items():
        if any(mark in value for mark in _UNSAFE) or not _is_latin(value):
            raise UnsafeHeader(name)
    return dict(headers)


def body_content(response: Response) -> str | bytes:
    """The body as it is sent. We serialize it, because a failure inside Chalice would bypass our error responses."""
    if response.status in _NO_BODY or response.body is None:
        return ""
    is_file = isinstance(response.body, bytes) and response.content_type != JSON
    if is_file or isinstance(response.body, str):
        return response.body
    return json.dumps(response.body, separators=(",", ":"), allow_nan=False)


def path_of(public_url: str) -> str:
    """The path of the public URL; "" at the root of its host."""
    return urlsplit(public_url).path.rstrip("/")


def problem_body(slug: str, title: str, status: int, detail: str, **members: Any) -> dict[str, Any]:
    """A problem document (RFC 9457)."""
    return {**members, "type": f"/problems/{slug}", "title": title, "status": status, "detail": detail}


def _is_latin(value: str) -> bool:
    try:
        value.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True

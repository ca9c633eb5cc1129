"""What every answer carries besides its body: security headers, CORS, cookies, and nothing that can split a header."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from chalicelib.foundation.http import HTML, Cookie, Request, Response

PROBLEM = "application/problem+json"
_UNSAFE = ("\r", "\n", "\0")
_API_POLICY = "default-src 'none'; frame-ancestors 'none'"
_PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_ALLOWED_HEADERS = "authorization, content-type, idempotency-key, if-none-match, x-cron-secret, x-csrf-token"
_EXPOSED_HEADERS = "Content-Disposition, ETag, Location, Retry-After"
_NO_BODY = (204, 304)


class UnsafeHeader(Exception):
    """Something was about to become a header that could end it: a mistake of ours, never sent."""


@dataclass(frozen=True)
class ResponsePolicy:
    """How this deployment answers.

    Args:
        public_url: where people reach it. allowed_origin: who may call from a browser; "*" for any, without cookies.
    """

    public_url: str
    allowed_origin: str

    @property
    def is_secure(self) -> bool:
        return self.public_url.startswith("https://")

    def cookie_name(self, name: str) -> str:
        """With the prefix that binds a cookie to this very host, where browsers let it be kept: over https alone."""
        return f"__Host-{name}" if self.is_secure else name

    def headers(self, response: Response, request: Request | None) -> dict[str, str]:
        policy = _PAGE_POLICY if response.content_type == HTML else _API_POLICY
        headers = {
            "Cache-Control": "no-store",
            "Content-Security-Policy": policy,
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            **self._cors(request),
            **response.headers,
        }
        if self.is_secure:
            headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
        if response.status not in _NO_BODY:
            headers["Content-Type"] = response.content_type
        return headers

    def preflight(self, methods: tuple[str, ...], allowed: tuple[str, ...], request: Request | None) -> Response:
        """Args:
        methods: those that need a preflight (HEAD needs none). allowed: all methods.
        """
        headers = {"Allow": ", ".join(allowed)}
        if self._cors(request):
            headers["Access-Control-Allow-Methods"] = ", ".join(methods)
            headers["Access-Control-Allow-Headers"] = _ALLOWED_HEADERS
            headers["Access-Control-Max-Age"] = "600"
        return Response(None, 204, headers)

    def set_cookie(self, cookie: Cookie) -> str:
        parts = [
            f"{self.cookie_name(cookie.name)}={cookie.value}",
            "Path=/",
            f"Max-Age={cookie.lasts_seconds}",
            "HttpOnly",
            "SameSite=Lax",
            *(["Secure"] if self.is_secure else []),
        ]
        return "; ".join(parts)

    def _cors(self, request: Request | None) -> dict[str, str]:
        if not self.allowed_origin:
            return {"Vary": "Accept"}
        shared = {"Access-Control-Expose-Headers": _EXPOSED_HEADERS}
        if self.allowed_origin == "*":
            return {**shared, "Access-Control-Allow-Origin": "*", "Vary": "Accept"}
        vary = {"Vary": "Accept, Origin"}
        if request is not None and request.headers.get("origin", self.allowed_origin) != self.allowed_origin:
            return vary
        origin = {"Access-Control-Allow-Origin": self.allowed_origin, "Access-Control-Allow-Credentials": "true"}
        return {**shared, **origin, **vary}


def check_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers, when none of them could be cut in two.

    Raises:
        UnsafeHeader: one holds a line break or a NUL, or is not plain enough for HTTP.
    """
    for name, value in headers.items():
        if any(mark in value for mark in _UNSAFE) or not _is_latin(value):
            raise UnsafeHeader(name)
    return dict(headers)


def body_text(response: Response) -> str:
    """The body as text. Serialised here, because a framework that fails at it answers nothing we could tell."""
    if response.status in _NO_BODY or response.body is None:
        return ""
    if isinstance(response.body, str):
        return response.body
    return json.dumps(response.body, separators=(",", ":"), allow_nan=False)


def path_of(public_url: str) -> str:
    """The path under which the service is reached, "" at the root of its host."""
    return urlsplit(public_url).path.rstrip("/")


def problem_body(slug: str, title: str, status: int, detail: str, **members: Any) -> dict[str, Any]:
    """An RFC 9457 problem."""
    return {**members, "type": f"/problems/{slug}", "title": title, "status": status, "detail": detail}


def _is_latin(value: str) -> bool:
    try:
        value.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True

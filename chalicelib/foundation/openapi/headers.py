"""The headers of requests and responses that many operations have."""

from typing import Any

_TEXT = {"type": "string"}
_NUMBER = "7f9c24e5-1c0b-4b58-8d36-1f1a7c1f2b1e"
_ETAG = '"0f343b0931126a20f133d67c2b018a3b"'

PARAMETERS: dict[str, Any] = {
    "Idempotency-Key": {
        "description": "Names the request: sent again with the same key, it answers with the job that it began, and "
        "begins no second one. 1 to 255 printable characters, such as a UUID.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
        "example": _NUMBER,
    },
    "If-None-Match": {
        "description": "The `ETag` of the response that you have. If it is still current, the answer is 304.",
        "schema": _TEXT,
        "example": _ETAG,
    },
    "x-csrf-token": {
        "description": "Needed with a session cookie, which only the pages of the service have; not with a token.",
        "schema": _TEXT,
        "example": "n3kq9hWc0yF1sP5bV7xLtA",
    },
    "X-On-Behalf-Of": {
        "description": "For a service client with a token of its own: the `sub` claim of the person for whom it acts.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
        "example": "ann",
    },
    "X-Request-Id": {
        "description": "Your own ID of the request. The response, a job that the request begins and the log name it. "
        "1 to 128 letters, digits, dots, hyphens and underscores; anything else is ignored.",
        "schema": _TEXT,
        "example": _NUMBER,
    },
}
HEADERS: dict[str, Any] = {
    "X-Request-Id": {
        "description": "The ID of the request: yours, or one that the service made.",
        "required": True,
        "schema": _TEXT,
        "example": _NUMBER,
    },
    "ETag": {
        "description": "Changes with the body. Send it as `If-None-Match` with the next request.",
        "required": True,
        "schema": _TEXT,
        "example": _ETAG,
    },
    "Location": {
        "description": "Where to continue: what was created, or the status of the job.",
        "schema": {"type": "string", "format": "uri-reference"},
        "example": "/api/v1/imports/7QmC2xW9Lk0aRz5tVb8nYg",
    },
    "Retry-After": {
        "description": "Seconds to wait before the next request.",
        "schema": {"type": "integer", "minimum": 0},
        "example": 2,
    },
    "RateLimit": {
        "description": "How many requests are left (`r`), and in how many seconds there are more (`t`).",
        "schema": _TEXT,
        "example": '"person";r=287;t=2',
    },
    "RateLimit-Policy": {
        "description": "How many requests a person has at once (`q`), and in how many seconds these come back (`w`).",
        "schema": _TEXT,
        "example": '"person";q=300;w=30',
    },
    "Content-Disposition": {
        "description": "The name under which to save the file.",
        "schema": _TEXT,
        "example": 'attachment; filename="contacts-2026-11-30.csv"',
    },
    "WWW-Authenticate": {
        "description": "How to sign in: with a bearer token.",
        "schema": _TEXT,
        "example": "Bearer",
    },
}


def parameter_components() -> dict[str, Any]:
    """The header parameters, as components."""
    return {name: {"name": name, "in": "header", "required": False, **each} for name, each in PARAMETERS.items()}


def parameter(name: str) -> dict[str, str]:
    """A reference to a header parameter."""
    return {"$ref": f"#/components/parameters/{name}"}


def header(name: str) -> dict[str, str]:
    """A reference to a header of responses."""
    return {"$ref": f"#/components/headers/{name}"}

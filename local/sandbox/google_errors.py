"""Errors as Google's APIs write them: a code, a sentence, a status, and an ErrorInfo that says why."""

from collections.abc import Callable, Mapping

from local.sandbox.wire import Json, Response, as_json

_ERROR_INFO = "type.googleapis.com/google.rpc.ErrorInfo"
_METHOD = "google.people.v1.PeopleService.ListConnections"
_REALM = 'Bearer realm="https://accounts.google.com/"'

_SAID: dict[tuple[int, str], tuple[str, str]] = {
    (400, "EXPIRED_SYNC_TOKEN"): (
        "FAILED_PRECONDITION",
        "Sync token is expired. Clear local cache and retry call without the sync token.",
    ),
    (401, "ACCESS_TOKEN_EXPIRED"): (
        "UNAUTHENTICATED",
        "Request had invalid authentication credentials. Expected OAuth 2 access token or login cookie.",
    ),
    (403, "ACCESS_TOKEN_SCOPE_INSUFFICIENT"): (
        "PERMISSION_DENIED",
        "Request had insufficient authentication scopes.",
    ),
    (403, "SERVICE_DISABLED"): (
        "PERMISSION_DENIED",
        "People API has not been used in project 1234567890 before or it is disabled.",
    ),
    (403, "RATE_LIMIT_EXCEEDED"): (
        "PERMISSION_DENIED",
        "Quota exceeded for quota metric 'Critical read requests (Contact and Profile Reads)'",
    ),
    (429, "RATE_LIMIT_EXCEEDED"): (
        "RESOURCE_EXHAUSTED",
        "Quota exceeded for quota metric 'Critical read requests (Contact and Profile Reads)'",
    ),
}
_QUOTA = {
    "quota_limit": "CriticalReadsPerMinutePerProjectPerUser",
    "quota_metric": "people.googleapis.com/critical_read_requests",
    "consumer": "projects/1234567890",
}
_USUAL = {400: "EXPIRED_SYNC_TOKEN", 401: "ACCESS_TOKEN_EXPIRED", 403: "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}
_USUAL |= {429: "RATE_LIMIT_EXCEEDED"}


def failure(code: int, reason: str = "", **headers: str) -> Response:
    """The error with this code and reason, or with the reason this code usually has."""
    reason = reason or _USUAL[code]
    status, message = _SAID[code, reason]
    about = _QUOTA if reason == "RATE_LIMIT_EXCEEDED" else {"method": _METHOD}
    metadata = {"service": "people.googleapis.com", **about}
    info = {"@type": _ERROR_INFO, "reason": reason, "domain": "googleapis.com", "metadata": metadata}
    answer = _error(code, message, status, [info])
    if code in (401, 403) and reason.startswith("ACCESS_TOKEN"):
        error = "invalid_token" if code == 401 else "insufficient_scope"
        answer.headers["WWW-Authenticate"] = f'{_REALM}, error="{error}"'
    answer.headers |= {name.replace("_", "-"): value for name, value in headers.items()}
    return answer


def invalid_argument(message: str) -> Response:
    return _error(400, message, "INVALID_ARGUMENT")


def server_error(code: int) -> Response:
    """5xx in JSON, as most of them come."""
    status, message = ("INTERNAL", "Internal error encountered.")
    if code == 503:
        status, message = ("UNAVAILABLE", "The service is currently unavailable.")
    return _error(code, message, status)


def _error(code: int, message: str, status: str, details: list[Json] | None = None) -> Response:
    error = {"code": code, "message": message, "status": status, **({"details": details} if details else {})}
    return as_json({"error": error}, code)


REFUSALS: Mapping[str, Callable[[], Response]] = {
    "429": lambda: failure(429),
    "429-date": lambda: failure(429),
    "quota": lambda: failure(403, "RATE_LIMIT_EXCEEDED"),
    "500": lambda: server_error(500),
    "503": lambda: server_error(503),
    "expire-sync": lambda: failure(400),
    "expire-page-token": lambda: invalid_argument("Invalid page token."),
    "insufficient-scope": lambda: failure(403),
    "service-disabled": lambda: failure(403, "SERVICE_DISABLED"),
}

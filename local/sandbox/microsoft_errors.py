"""Errors as Microsoft Graph writes them: a code, a sentence and an inner error with the request's id."""

import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial

from local.sandbox.wire import Response, as_json

_SAID = {
    "InvalidAuthenticationToken": (401, "Access token has expired or is not yet valid."),
    "ErrorAccessDenied": (403, "Access is denied. Check credentials and try again."),
    "ErrorItemNotFound": (404, "The specified object was not found in the store."),
    "MailboxNotEnabledForRESTAPI": (404, "REST API is not yet supported for this mailbox."),
    "SyncStateNotFound": (410, "The sync state generation is not found."),
    "ApplicationThrottled": (429, "Application is over its MailboxConcurrency limit."),
    "ErrorQuotaExceeded": (403, "The request exceeds the quota."),
    "ErrorInternalServerError": (500, "An internal server error occurred. The operation failed."),
    "UnknownError": (502, ""),
    "ErrorServerBusy": (503, "The server cannot service this request right now. Try again later."),
}


def failure(code: str, **headers: str) -> Response:
    status, message = _SAID[code]
    return _error(status, code, message, headers)


def bad_request(message: str, code: str = "ErrorInvalidProperty") -> Response:
    return _error(400, code, message, {})


def _error(status: int, code: str, message: str, headers: dict[str, str]) -> Response:
    request_id = str(uuid.uuid4())
    inner = {"date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S"), "request-id": request_id}
    inner["client-request-id"] = request_id
    answer = as_json({"error": {"code": code, "message": message, "innerError": inner}}, status, **headers)
    if status == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="", authorization_uri="https://login.microsoftonline.com/"'
    return answer


REFUSALS: Mapping[str, Callable[[], Response]] = {
    fault: partial(failure, code)
    for fault, code in (
        ("429", "ApplicationThrottled"),
        ("429-date", "ApplicationThrottled"),
        ("quota", "ErrorQuotaExceeded"),
        ("500", "ErrorInternalServerError"),
        ("503", "ErrorServerBusy"),
        ("expire-sync", "SyncStateNotFound"),
        ("expire-page-token", "SyncStateNotFound"),
        ("insufficient-scope", "ErrorAccessDenied"),
        ("service-disabled", "ErrorAccessDenied"),
    )
}

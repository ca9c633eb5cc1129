"""Errors as problem documents (RFC 9457). They contain only our own sentences and codes, never an exception's text."""

import logging
import math
from datetime import timedelta

from chalicelib.foundation.errors import SHORT_WAIT, ServiceError
from chalicelib.foundation.http import Response
from chalicelib.foundation.log import error_origin
from chalicelib.foundation.response_policy import PROBLEM, problem_body

log = logging.getLogger(__name__)


def problem(error: ServiceError, request_id: str) -> Response:
    """The response for an error of ours."""
    headers = dict(error.headers)
    wait = getattr(error, "retry_after", None) or (SHORT_WAIT if error.status == 503 else None)
    if isinstance(wait, timedelta):
        headers["Retry-After"] = str(max(1, math.ceil(wait.total_seconds())))
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    members = {**error.members, "request_id": request_id}
    body = problem_body(error.slug, error.title, error.status, error.detail, **members)
    return Response(body, error.status, headers, content_type=PROBLEM)


def internal_problem(error: Exception, request_id: str) -> Response:
    """The response for a bug: only the request ID, under which the log has its origin."""
    log.error("request_failed", extra={"request_id": request_id, **error_origin(error)})
    detail = "This is our fault. Try again; if it keeps failing, contact support with this request ID."
    body = problem_body(ServiceError.slug, ServiceError.title, 500, detail, request_id=request_id)
    return Response(body, 500, content_type=PROBLEM)


def method_problem(methods: tuple[str, ...], request_id: str) -> Response:
    allowed = ", ".join(methods)
    detail = f"This path supports {allowed}."
    body = problem_body("method-not-allowed", "Method not allowed", 405, detail, request_id=request_id)
    return Response(body, 405, {"Allow": allowed}, content_type=PROBLEM)


def path_problem(request_id: str) -> Response:
    body = problem_body("not-found", "Not found", 404, "No route has this path.", request_id=request_id)
    return Response(body, 404, content_type=PROBLEM)

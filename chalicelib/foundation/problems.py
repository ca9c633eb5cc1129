"""Errors as problem documents (RFC 9457), made of our own sentences and codes, never of an exception's text."""

import logging
import math
from datetime import timedelta

from chalicelib.foundation.errors import SHORT_WAIT, ServiceError
from chalicelib.foundation.http import Response
from chalicelib.foundation.log import error_origin
from chalicelib.foundation.response_policy import PROBLEM, problem_body

log = logging.getLogger(__name__)


def problem(error: ServiceError) -> Response:
    """What the caller is told of an error that has a meaning for them."""
    headers = {}
    wait = getattr(error, "retry_after", None) or (SHORT_WAIT if error.status == 503 else None)
    if isinstance(wait, timedelta):
        headers["Retry-After"] = str(max(1, math.ceil(wait.total_seconds())))
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    body = problem_body(error.slug, error.title, error.status, error.detail, **error.members)
    return Response(body, error.status, headers, content_type=PROBLEM)


def internal_problem(error: Exception, request_id: str) -> Response:
    """What the caller is told of a bug: nothing but the id under which the log knows more."""
    log.error("request_failed", extra={"request_id": request_id, **error_origin(error)})
    return Response(internal_body(request_id), 500, content_type=PROBLEM)


def internal_body(request_id: str) -> dict[str, object]:
    told = "We have noted it under the request id. Try again; if it stays, send us the id."
    return problem_body(ServiceError.slug, ServiceError.title, 500, told, request_id=request_id)


def method_problem(methods: tuple[str, ...]) -> Response:
    allowed = ", ".join(methods)
    title, detail = "This path does not take that method", f"This path takes {allowed}."
    body = problem_body("method-not-allowed", title, 405, detail)
    return Response(body, 405, {"Allow": allowed}, content_type=PROBLEM)

"""Errors in GraphQL responses: our own sentences and a code for programs, never an exception's text."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from graphql import GraphQLError

from chalicelib.foundation.aws_errors import as_unavailable
from chalicelib.foundation.errors import NotAllowed, ServiceError
from chalicelib.foundation.graphql_limits import LimitExceeded
from chalicelib.foundation.graphql_names import to_camel
from chalicelib.foundation.json import Json
from chalicelib.foundation.log import error_origin

log = logging.getLogger(__name__)

_OUTAGES = ("UNAVAILABLE", "OUT_OF_TIME")
LONGEST_NAME = 100  # characters of a name in the request
LONGEST_MESSAGE = 300  # characters of a message of the library, which may quote the request


def limit_error(error: LimitExceeded) -> Json:
    """The error for a request that exceeds a limit."""
    return {"message": str(error), "extensions": {**error.members, "code": error.code}}


def input_error(path: Sequence[str | int], message: str) -> Json:
    """The error for a variable that its type does not allow; `path` leads to the wrong value."""
    field = ".".join(str(part)[:LONGEST_NAME] for part in path)
    return {
        "message": f"{field}: {message}"[:LONGEST_MESSAGE],
        "extensions": {"code": "BAD_USER_INPUT", "field": field},
    }


def library_error(error: GraphQLError, code: str) -> Json:
    """The error for one that the library found before or without calling a resolver."""
    return {**_location(error), "message": error.message[:LONGEST_MESSAGE], "extensions": {"code": code}}


def resolver_error(error: GraphQLError, request_id: str) -> Json:
    """The error that a resolver raised: the same text as in REST's problem document; for a bug, only the request ID."""
    cause = error.original_error
    if cause is not None and not isinstance(cause, ServiceError):
        cause = as_unavailable(cause) or cause
    if isinstance(cause, ServiceError):
        members = {to_camel(name): _in_camel_case(name, value) for name, value in cause.members.items()}
        code = "FORBIDDEN" if isinstance(cause, NotAllowed) else cause.slug.upper().replace("-", "_")
        wait = getattr(cause, "retry_after", None)
        waits = {} if wait is None else {"retryAfter": max(1, round(wait.total_seconds()))}
        return {
            **_location(error),
            "message": to_camel(cause.detail),
            "extensions": {**members, **waits, "code": code},
        }
    log.error("request_failed", extra={"request_id": request_id, **error_origin(cause or error)})
    message = "An internal error occurred. If it keeps happening, contact support with the request ID."
    return {**_location(error), "message": message, "extensions": {"code": "INTERNAL", "requestId": request_id}}


def seconds_to_wait(response: Mapping[str, Any]) -> int | None:
    """Seconds until a retry makes sense, if nothing could be resolved because of an outage; else None."""
    if response.get("data"):
        return None
    extensions = [error["extensions"] for error in response.get("errors", ())]
    waits = [each["retryAfter"] for each in extensions if each["code"] in _OUTAGES and "retryAfter" in each]
    return max(waits, default=None)


def _in_camel_case(name: str, value: Any) -> Any:
    """The value with all names in camelCase, also inside the list of errors."""
    if isinstance(value, list):
        return [_in_camel_case(name, each) for each in value]
    if isinstance(value, dict):
        return {to_camel(key): _in_camel_case(key, each) for key, each in value.items()}
    return to_camel(value) if name == "field" and isinstance(value, str) else value


def _location(error: GraphQLError) -> dict[str, Any]:
    """The path and locations of an error, if it has any, and its message."""
    return {name: value for name, value in error.formatted.items() if name != "extensions"}

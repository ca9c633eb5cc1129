"""Errors as GraphQL's clients are told them: our own sentences, a code for programs, never an exception's text."""

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

_SILENT = ("UNAVAILABLE", "OUT_OF_TIME")
LONGEST_NAME = 100  # characters of a name that was sent
LONGEST_MESSAGE = 300  # characters of what the library says; it may quote what was sent


def limit_error(much: LimitExceeded) -> Json:
    return {"message": str(much), "extensions": {**much.members, "code": much.code}}


def input_error(place: Sequence[str | int], message: str) -> Json:
    """A fault in a variable, with its place in the request."""
    field = ".".join(str(part)[:LONGEST_NAME] for part in place)
    return {
        "message": f"{field}: {message}"[:LONGEST_MESSAGE],
        "extensions": {"code": "BAD_USER_INPUT", "field": field},
    }


def library_error(error: GraphQLError, code: str) -> Json:
    told = _placed(error)
    return {**told, "message": error.message[:LONGEST_MESSAGE], "extensions": {"code": code}}


def resolver_error(error: GraphQLError, request_id: str) -> Json:
    """What a resolver met, in the words of the problem it is elsewhere; of a bug only where the log knows more."""
    cause = error.original_error
    if cause is not None and not isinstance(cause, ServiceError):
        cause = as_unavailable(cause) or cause
    if isinstance(cause, ServiceError):
        members = {to_camel(name): _camelled(name, value) for name, value in cause.members.items()}
        wait = getattr(cause, "retry_after", None)
        waits = {} if wait is None else {"retryAfter": max(1, round(wait.total_seconds()))}
        return {
            **_placed(error),
            "message": to_camel(cause.detail),
            "extensions": {**members, **waits, "code": _code(cause)},
        }
    log.error("request_failed", extra={"request_id": request_id, **error_origin(cause or error)})
    told = "Something went wrong on our side. We have noted it under the request id."
    return {**_placed(error), "message": told, "extensions": {"code": "INTERNAL", "requestId": request_id}}


def seconds_to_wait(answer: Mapping[str, Any]) -> int | None:
    """Seconds until a retry makes sense, if AWS does not respond and nothing could be resolved; else None."""
    if answer.get("data"):
        return None
    extensions = [error["extensions"] for error in answer.get("errors", ())]
    waits = [each["retryAfter"] for each in extensions if each["code"] in _SILENT and "retryAfter" in each]
    return max(waits, default=None)


def _code(error: ServiceError) -> str:
    return "FORBIDDEN" if isinstance(error, NotAllowed) else error.slug.upper().replace("-", "_")


def _camelled(name: str, value: Any) -> Any:
    """Names of members in the words of GraphQL, also inside the list of what is wrong."""
    if isinstance(value, list):
        return [_camelled(name, each) for each in value]
    if isinstance(value, dict):
        return {to_camel(key): _camelled(key, each) for key, each in value.items()}
    return to_camel(value) if name == "field" and isinstance(value, str) else value


def _placed(error: GraphQLError) -> dict[str, Any]:
    """The path and the locations of an error, where it has any."""
    told: dict[str, Any] = {**error.formatted}
    told.pop("extensions", None)
    return told

"""Recognises the transient errors of AWS's library: AWS does not respond."""

from botocore.exceptions import ClientError, HTTPClientError, IncompleteReadError
from botocore.exceptions import ConnectionError as NoConnection

from chalicelib.foundation.errors import Unavailable

_THROTTLED = {"RequestLimitExceeded", "SlowDown", "Throttling", "ThrottlingException", "TooManyRequestsException"}


def lost_response_errors() -> tuple[type[Exception], ...]:
    """No connection, a dropped one, no answer in time, or a truncated one; loaded when needed."""
    from botocore.parsers import ResponseParserError

    return (HTTPClientError, NoConnection, IncompleteReadError, ResponseParserError)


class ResponseLost(Exception):
    """No answer came: the request may or may not have taken effect."""


def is_transient(error: ClientError) -> bool:
    """Whether AWS itself failed, or asks us to slow down."""
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status >= 500 or error.response.get("Error", {}).get("Code") in _THROTTLED


def as_unavailable(error: Exception) -> Unavailable | None:
    """The error for the caller; None if this is not an outage but a bug."""
    passes = isinstance(error, (ResponseLost, *lost_response_errors())) or (
        isinstance(error, ClientError) and is_transient(error)
    )
    return data_store_unavailable() if passes else None


def data_store_unavailable() -> Unavailable:
    return Unavailable("Our data store does not answer. Try again in a moment.")

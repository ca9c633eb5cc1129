"""Recognizes the errors of AWS's library that mean an outage: no response, throttling, a failure inside AWS."""

from botocore.exceptions import ClientError, HTTPClientError, IncompleteReadError
from botocore.exceptions import ConnectionError as NoConnection

from chalicelib.foundation.errors import Unavailable

_THROTTLED = {"RequestLimitExceeded", "SlowDown", "Throttling", "ThrottlingException", "TooManyRequestsException"}


def lost_response_errors() -> tuple[type[Exception], ...]:
    """No connection, a dropped one, no response in time, or a truncated response."""
    from botocore.parsers import ResponseParserError

    return (HTTPClientError, NoConnection, IncompleteReadError, ResponseParserError)


class ResponseLost(Exception):
    """No response came: the request may or may not have taken effect."""


def is_transient(error: ClientError) -> bool:
    """Whether AWS itself failed or throttled us, so that a retry may succeed."""
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status >= 500 or error.response.get("Error", {}).get("Code") in _THROTTLED


def as_unavailable(error: Exception) -> Unavailable | None:
    """The error for the caller; None if this is a bug and not an outage."""
    is_outage = isinstance(error, (ResponseLost, *lost_response_errors())) or (
        isinstance(error, ClientError) and is_transient(error)
    )
    return data_store_unavailable() if is_outage else None


def data_store_unavailable() -> Unavailable:
    return Unavailable("The data store is not responding. Try again in a moment.")

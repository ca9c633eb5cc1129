"""What it looks like when AWS does not answer: the errors of its library that pass by themselves."""

from botocore.exceptions import ClientError, HTTPClientError, IncompleteReadError
from botocore.exceptions import ConnectionError as NoConnection
from botocore.parsers import ResponseParserError

from chalicelib.foundation.errors import Unavailable

NO_ANSWER = (HTTPClientError, NoConnection, IncompleteReadError, ResponseParserError)
"""No connection, one that was broken off, no answer in time, or half of one."""

_THROTTLED = {"RequestLimitExceeded", "SlowDown", "Throttling", "ThrottlingException", "TooManyRequestsException"}


class AnswerLost(Exception):
    """No answer came: the request may or may not have taken effect."""


def is_passing(error: ClientError) -> bool:
    """Whether AWS itself failed, or asks us to slow down."""
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status >= 500 or error.response.get("Error", {}).get("Code") in _THROTTLED


def unavailable(error: Exception) -> Unavailable | None:
    """What whoever asked is told; None when it is no silence but a mistake."""
    passes = isinstance(error, (AnswerLost, *NO_ANSWER)) or (isinstance(error, ClientError) and is_passing(error))
    return out_of_reach() if passes else None


def out_of_reach() -> Unavailable:
    return Unavailable("What keeps our data does not answer just now. Try again in a moment.")

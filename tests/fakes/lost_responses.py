"""DynamoDB clients of which some responses are lost."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ReadTimeoutError


class LosesResponses:
    """A client whose requests take effect, but the first responses of one operation are lost.

    Args:
        operation: the method, such as "update_item".
        count: how many of its responses are lost.
    """

    def __init__(self, client: Any, operation: str, count: int = 1) -> None:
        self._client, self._operation, self._count = client, operation, count

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._client, name)
        return self._lossy(call) if name == self._operation else call

    def _lossy(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def send(**request: Any) -> Any:
            response = call(**request)
            self._count -= 1
            if self._count >= 0:
                raise no_response()
            return response

        return send


class LosesRequests:
    """A client of which no request of one operation arrives."""

    def __init__(self, client: Any, operation: str) -> None:
        self._client, self._operation = client, operation

    def __getattr__(self, name: str) -> Any:
        if name == self._operation:
            return _never_respond
        return getattr(self._client, name)


def no_response() -> ReadTimeoutError:
    return ReadTimeoutError(endpoint_url="https://aws.example")


def _never_respond(**_: Any) -> None:
    raise no_response()

"""Sends requests to DynamoDB past most of botocore's layers, which take two thirds of a request's CPU time.

A request is encoded and signed as botocore does it, and sent once. If DynamoDB did what it was asked, its response is
the result. Anything else, an error or no response at all, is handed to botocore's client as what its own first attempt
led to, so errors, throttling and further attempts are botocore's work, as if it had sent the request (botocore 1.44).
"""

import threading
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import orjson
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSResponse

from chalicelib.foundation.kept_connections import KeptConnections, Received

DIRECT = {  # the operations, by the names of botocore's methods
    "get_item": "GetItem",
    "put_item": "PutItem",
    "update_item": "UpdateItem",
    "delete_item": "DeleteItem",
    "query": "Query",
    "batch_get_item": "BatchGetItem",
    "batch_write_item": "BatchWriteItem",
    "transact_write_items": "TransactWriteItems",
    "batch_execute_statement": "BatchExecuteStatement",
}


@dataclass(slots=True)
class _Request:
    """The part of a request that botocore's signature needs."""

    url: str
    headers: dict[str, str]
    body: bytes
    method: str = "POST"
    params: dict[str, str] = field(default_factory=dict)
    context: dict[str, str] = field(default_factory=dict)


class _Attempt(threading.local):
    """What the direct attempt of this thread's request led to, until botocore takes it for its own."""

    outcome: AWSResponse | Exception | None = None


class DirectClient:
    """botocore's client of DynamoDB, with direct requests. It can be shared by threads.

    Args:
        client: botocore's client, which takes and gives items as DynamoDB's JSON (`aws_models.py`).
        signature: returns the signature with the present credentials.
        connections: to the client's endpoint.
        check_time: is called before every attempt, and raises an error if it has too little time.
    """

    def __init__(
        self,
        client: Any,
        signature: Callable[[], SigV4Auth],
        connections: KeptConnections,
        check_time: Callable[[], None],
    ) -> None:
        self._client, self._signature, self._connections = client, signature, connections
        self._url: str = client.meta.endpoint_url
        self._host = urlsplit(self._url).netloc  # botocore would take it from the URL twice for each request
        self._check_time, self._attempt = check_time, _Attempt()
        client.meta.events.register("before-send", self._before_send)

    def __getattr__(self, name: str) -> Any:
        return partial(self.call, name) if name in DIRECT else getattr(self._client, name)

    def call(self, name: str, **request: Any) -> Any:
        """Send a request; the arguments, the result and the errors are those of botocore's method of this name."""
        outcome = self._attempted(DIRECT[name], request)
        if isinstance(outcome, dict):
            return outcome
        self._attempt.outcome = outcome
        try:
            return getattr(self._client, name)(**request)
        finally:
            self._attempt.outcome = None

    def _attempted(self, operation: str, request: dict[str, Any]) -> dict[str, Any] | AWSResponse | Exception | None:
        """The result, or else what botocore is to take for the outcome of its own attempt; None if nothing was sent."""
        if operation == "TransactWriteItems" and "ClientRequestToken" not in request:  # botocore adds one
            return None
        try:
            body = orjson.dumps(request)
        except TypeError:  # text with a lone surrogate, which botocore escapes
            return None
        self._check_time()
        headers = self._headers(operation, body)
        try:
            received = self._connections.post(headers, body)
        except Exception as error:
            return error
        return _result(received) or _as_received_by_botocore(self._url, received)

    def _headers(self, operation: str, body: bytes) -> dict[str, str]:
        headers = {
            "Host": self._host,
            "Content-Type": "application/x-amz-json-1.0",
            "X-Amz-Target": f"DynamoDB_20120810.{operation}",
        }
        request: Any = _Request(self._url, headers, body)
        self._signature().add_auth(request)
        headers["User-Agent"] = self._client.meta.config.user_agent
        return headers

    def _before_send(self, **_: Any) -> AWSResponse | None:
        """Called before every attempt of botocore; it sends nothing if this returns a response or raises an error."""
        outcome, self._attempt.outcome = self._attempt.outcome, None
        if outcome is None:
            self._check_time()
        elif isinstance(outcome, Exception):
            raise outcome
        return outcome


def _result(received: Received) -> dict[str, Any] | None:
    """The content of a success as botocore parses it; None for any other response."""
    headers = received.headers
    checksum = headers.get("x-amz-crc32")
    if received.status != 200 or not received.is_whole:
        return None
    if checksum is not None and checksum != str(zlib.crc32(received.content)):
        return None
    try:
        content = orjson.loads(received.content)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(content, dict):
        return None
    content["ResponseMetadata"] = {
        "RequestId": headers.get("x-amzn-requestid"),
        "HTTPStatusCode": received.status,
        "HTTPHeaders": headers,
        "RetryAttempts": 0,
    }
    return content


@dataclass(frozen=True, slots=True)
class _Content:
    """The content of a response as botocore reads it."""

    content: bytes

    def stream(self) -> Iterator[bytes]:
        yield self.content


def _as_received_by_botocore(url: str, received: Received) -> AWSResponse:
    headers: Any = received.headers
    return AWSResponse(url, received.status, headers, _Content(received.content))

"""The client that sends requests to DynamoDB: one signed POST of JSON for each.

botocore's client takes four times the CPU for the same request. It follows a description of the service, attribute by
attribute; our requests are DynamoDB's JSON already, with binary values in Base64. From botocore we take the credentials
and the errors.
"""

import json
import random
import ssl
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import orjson
import urllib3
from botocore.exceptions import ClientError, HTTPClientError

from chalicelib.foundation.aws_errors import data_store_unavailable, is_transient
from chalicelib.foundation.aws_signature import Signer
from chalicelib.foundation.request_time import seconds_left

ATTEMPTS = 3  # of one request, while AWS does not respond, fails or throttles us
FIRST_REST, FIRST_REST_THROTTLED = 0.025, 1.0  # seconds at most; the next rest takes up to twice as long
CONNECTIONS = 16  # that are kept open
_THROTTLED = {
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ThrottlingException",
    "TransactionInProgressException",  # an earlier attempt is not done yet
}
_CONTENT_TYPE = "application/x-amz-json-1.0"
_UNSIGNED_HEADERS = {"user-agent": "contact-intake"}  # a proxy may change it


class HttpDynamoClient:
    """Implements `DynamoClient`. It can be shared by threads, and keeps connections open.

    Every method raises:
        ClientError: DynamoDB refused the request.
        HTTPClientError: there was no response, or half of one.
        Unavailable: the current request of our own caller has too little time left for another attempt.
    """

    def __init__(
        self,
        endpoint: str,
        signer: Signer,
        *,
        connect_seconds: float,
        read_seconds: float,
        ca_file: str,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """A client of one endpoint.

        Args:
            read_seconds: how long one attempt waits for a response.
            ca_file: the path of the certificates to trust, if the endpoint has TLS.
        """
        url = urlsplit(endpoint)
        tls = ssl.create_default_context(cafile=ca_file) if url.scheme == "https" else None  # one for all connections
        timeout = urllib3.Timeout(connect=connect_seconds, read=read_seconds)
        pools = urllib3.PoolManager(maxsize=CONNECTIONS, timeout=timeout, ssl_context=tls)
        self._pool = pools.connection_from_url(endpoint)
        self._host, self._signer, self._read_seconds, self._sleep = url.netloc, signer, read_seconds, sleep

    def get_item(self, **request: Any) -> Any:
        return self.call("GetItem", request)

    def put_item(self, **request: Any) -> Any:
        return self.call("PutItem", request)

    def update_item(self, **request: Any) -> Any:
        return self.call("UpdateItem", request)

    def delete_item(self, **request: Any) -> Any:
        return self.call("DeleteItem", request)

    def query(self, **request: Any) -> Any:
        return self.call("Query", request)

    def batch_get_item(self, **request: Any) -> Any:
        return self.call("BatchGetItem", request)

    def batch_write_item(self, **request: Any) -> Any:
        return self.call("BatchWriteItem", request)

    def transact_write_items(self, **request: Any) -> Any:
        return self.call("TransactWriteItems", request)

    def call(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """The response, with the `date` header as botocore's client returns it."""
        body = _encoded(request)
        for attempt in range(ATTEMPTS - 1):
            try:
                return self._attempt(operation, body)
            except HTTPClientError:
                longest = FIRST_REST
            except ClientError as error:
                longest = _first_rest(error)
            self._sleep(random.uniform(0, longest * 2**attempt))  # noqa: S311 # no secret
        return self._attempt(operation, body)

    def _attempt(self, operation: str, body: bytes) -> dict[str, Any]:
        left = seconds_left()
        if left is not None and left < self._read_seconds:
            raise data_store_unavailable()
        target = f"DynamoDB_20120810.{operation}"
        headers = {"content-type": _CONTENT_TYPE, "host": self._host, "x-amz-target": target}
        headers = {**self._signer.signed(headers, body, datetime.now(UTC)), **_UNSIGNED_HEADERS}
        try:
            response = self._pool.urlopen("POST", "/", body, headers, retries=False, redirect=False)
            return _parsed(operation, response)
        except (urllib3.exceptions.HTTPError, orjson.JSONDecodeError) as error:
            raise HTTPClientError(error=type(error).__name__) from error


def _first_rest(error: ClientError) -> float:
    """How long to rest at most before a second attempt. Raises the error if another attempt would not help."""
    if error.response["Error"]["Code"] in _THROTTLED:
        return FIRST_REST_THROTTLED
    if is_transient(error):
        return FIRST_REST
    raise error


def _encoded(request: Mapping[str, Any]) -> bytes:
    try:
        return orjson.dumps(request)
    except TypeError:  # a lone surrogate, for which DynamoDB has an error
        return json.dumps(request).encode()


def _parsed(operation: str, response: urllib3.BaseHTTPResponse) -> dict[str, Any]:
    """The body of the response. Raises ClientError, JSONDecodeError."""
    metadata = {"HTTPStatusCode": response.status, "HTTPHeaders": {"date": response.headers.get("date", "")}}
    if response.status == 200:
        return {**orjson.loads(response.data), "ResponseMetadata": metadata}
    content = _error_content(response.data)
    code = str(content.get("__type", response.status)).rpartition("#")[2]
    error = {"Code": code, "Message": content.get("message") or content.get("Message") or ""}
    refusal: Any = {**content, "Error": error, "ResponseMetadata": metadata}
    raise ClientError(refusal, operation)


def _error_content(body: bytes) -> dict[str, Any]:
    """The members of an error; none if the body is not DynamoDB's, but that of a proxy in between."""
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return content if isinstance(content, dict) else {}

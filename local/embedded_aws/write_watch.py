"""WriteWatch: wraps ministack, notes whether anything was written, and refuses requests while nothing can be stored.

It imports only the standard library, because the launcher uses it in ministack's own environment.
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any

_READS = frozenset(
    {
        *("GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems", "DescribeTable", "ListTables"),
        *("DescribeTimeToLive", "DescribeContinuousBackups", "GetQueueUrl", "GetQueueAttributes", "ListQueues"),
        *("ReceiveMessage", "Encrypt", "Decrypt", "GenerateDataKey", "DescribeKey", "ListAliases", "ListKeys"),
    }
)

Scope = dict[str, Any]
Asgi = Callable[[Scope, Any, Any], Awaitable[None]]


class WriteWatch:
    """An ASGI application that wraps another one.

    `dirty` is whether a write may have happened since it was set to False. While `storage_problem` is not empty, every
    request gets a 503 with it.
    """

    def __init__(self, app: Asgi) -> None:
        self._app = app
        self.dirty = False
        self.storage_problem = ""

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        if self.storage_problem and scope["type"] == "http":
            await _refuse(send, self.storage_problem)
            return
        try:
            await self._app(scope, receive, send)
        finally:
            self.dirty = self.dirty or may_write(scope)


def may_write(scope: Scope) -> bool:
    """Whether this request can change data. True in doubt."""
    if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
        return False
    target = dict(scope["headers"]).get(b"x-amz-target", b"").decode("latin-1")
    return target.rpartition(".")[2] not in _READS


async def _refuse(send: Any, trouble: str) -> None:
    """AWS's response for an unavailable service, so that clients retry."""
    body = json.dumps({"__type": "ServiceUnavailable", "message": trouble}).encode()
    headers = [
        (b"content-type", b"application/x-amz-json-1.0"),
        (b"content-length", str(len(body)).encode()),
        (b"x-amzn-errortype", b"ServiceUnavailable"),
    ]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": body})

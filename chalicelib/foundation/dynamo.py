"""DynamoDB for the stores: one shared client, consistent reads, retries, and the reasons of canceled transactions.

The stores build rare requests with PynamoDB models, and by hand those that are made per contact. All of them are sent
here, so that lost responses, conflicts and unprocessed items of batches are handled in one place.
"""

import json
import random
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from botocore.exceptions import ClientError

from chalicelib.foundation.aws_errors import ResponseLost, is_transient, lost_response_errors
from chalicelib.foundation.clock import Clock

__all__ = [
    "CancellationReason",
    "ConditionFailed",
    "Dynamo",
    "DynamoClient",
    "Item",
    "ResponseLost",
    "Statement",
    "StatementRejected",
    "TransactionCanceled",
    "Write",
]

Item = dict[str, Any]  # one item in DynamoDB's own JSON: {"name": {"S": "Ada"}}
Write = dict[str, dict[str, Any]]  # one action of a transaction: {"Put": {...}}, {"Update": {...}}, …
Statement = dict[str, Any]  # one statement of PartiQL: {"Statement": "INSERT …", "Parameters": [{"S": "Ada"}, …]}

LARGEST_TRANSACTION = 100  # actions; DynamoDB's limit
KEYS_PER_BATCH_GET = 100
STATEMENTS_PER_BATCH = 25
TRIES = 5
READ_TRIES = 3  # of a read whose response is lost
COMMIT_TRIES = 4  # of a transaction whose response is lost

_TRANSIENT = {
    "InternalServerError",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ServiceUnavailable",
    "ThrottlingException",
    "TransactionConflictException",  # a single write met a transaction
    "TransactionInProgressException",
}
_TRANSIENT_REASONS = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
# Codes of single statements, within a response of status 200.
_TRANSIENT_CODES = {*_TRANSIENT_REASONS, "RequestLimitExceeded", "InternalServerError"}
_REFUSALS = {"DuplicateItem", "ConditionalCheckFailed"}


def size_of(write: Write) -> int:
    """An upper bound of the bytes that a write adds to its transaction: DynamoDB counts no more than its JSON has."""
    text = json.dumps(write, ensure_ascii=False, default=lambda content: content.decode("latin-1"))
    return len(text.encode("utf-8", "surrogatepass"))


class DynamoClient(Protocol):
    """The calls of the DynamoDB client that the service makes."""

    def get_item(self, **request: Any) -> Any: ...
    def put_item(self, **request: Any) -> Any: ...
    def update_item(self, **request: Any) -> Any: ...
    def delete_item(self, **request: Any) -> Any: ...
    def query(self, **request: Any) -> Any: ...
    def batch_get_item(self, **request: Any) -> Any: ...
    def batch_write_item(self, **request: Any) -> Any: ...
    def transact_write_items(self, **request: Any) -> Any: ...
    def batch_execute_statement(self, **request: Any) -> Any: ...


class ConditionFailed(Exception):
    """The condition of a write was false.

    Args:
        old: the stored item; None if there is none.
    """

    def __init__(self, old: Item | None) -> None:
        super().__init__("condition was false")
        self.old = old


@dataclass(frozen=True)
class CancellationReason:
    """The result of one action of a canceled transaction."""

    #: DynamoDB's code; "None" for an action that would have succeeded
    code: str
    #: the stored item, if the action asks for it and its condition was false
    old: Item | None

    @property
    def is_condition(self) -> bool:
        return self.code == "ConditionalCheckFailed"


class StatementRejected(Exception):
    """DynamoDB rejected a statement for a reason that trying again does not remove, such as its size."""


class TransactionCanceled(Exception):
    """DynamoDB canceled a transaction: nothing was written.

    Args:
        reasons: one for each action, in their order.
    """

    def __init__(self, reasons: Sequence[CancellationReason]) -> None:
        super().__init__(", ".join(reason.code for reason in reasons))
        self.reasons = reasons

    @property
    def by_others(self) -> bool:
        """Whether only what others do was in the way: a condition was false, or they write the same items."""
        return {reason.code for reason in self.reasons} <= {"None", "ConditionalCheckFailed", *_TRANSIENT_REASONS}


@dataclass(frozen=True)
class Dynamo:
    """The shared client. It repeats requests with full jitter, at most `TRIES` times."""

    client: DynamoClient
    #: this process's own clock
    clock: Clock
    #: the source of the jitter
    chance: random.Random
    #: called with the `Date` of each response and the times of request and response (`StoreClock.observe`)
    on_date: Callable[[str, datetime, datetime], None] | None = None

    def get(self, table: str, key: Item, **more: Any) -> Item | None:
        """One item, by a consistent read; None if there is none."""
        response = self._read(lambda: self.client.get_item(TableName=table, Key=key, ConsistentRead=True, **more))
        item: Item | None = response.get("Item")
        return item

    def put(self, **request: Any) -> None:
        """Send one PutItem. Raises as `update`."""
        self._send(lambda: self.client.put_item(ReturnValuesOnConditionCheckFailure="ALL_OLD", **request))

    def update(self, **request: Any) -> Item:
        """Send one UpdateItem; returns the whole item after it.

        Raises:
            ConditionFailed: the condition was false.
            ResponseLost: no response came; the write may have happened.
        """
        request = {**request, "ReturnValues": "ALL_NEW", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
        item: Item = self._send(lambda: self.client.update_item(**request))["Attributes"]
        return item

    def delete(self, **request: Any) -> None:
        """Send one DeleteItem. Raises as `update`."""
        self._send(lambda: self.client.delete_item(ReturnValuesOnConditionCheckFailure="ALL_OLD", **request))

    def query(self, **request: Any) -> Iterator[Item]:
        """Every item of a query, page by page."""
        while True:
            response = self.query_page(**request)
            yield from response["Items"]
            if "LastEvaluatedKey" not in response:
                return
            request["ExclusiveStartKey"] = response["LastEvaluatedKey"]

    def query_page(self, **request: Any) -> Mapping[str, Any]:
        """One page of a query, as DynamoDB returns it."""
        response: Mapping[str, Any] = self._read(lambda: self.client.query(**request))
        return response

    def get_many(self, table: str, keys: Sequence[Item], **more: Any) -> Iterator[Item]:
        """The items that exist among `keys`, by consistent reads, in no particular order.

        Raises:
            ResponseLost: DynamoDB left some keys unprocessed in every try.
        """
        for start in range(0, len(keys), KEYS_PER_BATCH_GET):
            request = {"Keys": list(keys[start : start + KEYS_PER_BATCH_GET]), "ConsistentRead": True, **more}
            for _, items in self._batch_get({table: request}):
                yield from items

    def get_together(self, items: Mapping[str, Item]) -> dict[str, Item]:
        """One item of each table, by one request of consistent reads. It is no snapshot of several tables.

        Args:
            items: the key of the item, by table.

        Returns:
            The items that exist, by table.

        Raises:
            ResponseLost: DynamoDB left some keys unprocessed in every try.
        """
        request = {table: {"Keys": [key], "ConsistentRead": True} for table, key in items.items()}
        return {table: item for table, found in self._batch_get(request) for item in found}

    def _batch_get(self, pending: dict[str, Any]) -> Iterator[tuple[str, Sequence[Item]]]:
        for waited in range(TRIES):
            response = self._read(partial(self.client.batch_get_item, RequestItems=pending))
            yield from response["Responses"].items()
            pending = response.get("UnprocessedKeys") or {}
            if not pending:
                return
            self._rest(waited)
        raise ResponseLost("keys stayed unprocessed")

    def delete_many(self, table: str, keys: Sequence[Item]) -> None:
        """Delete items without conditions, 25 at a time.

        Raises:
            ResponseLost: DynamoDB left some items unprocessed in every try.
        """
        for start in range(0, len(keys), 25):
            pending: dict[str, Any] = {table: [{"DeleteRequest": {"Key": key}} for key in keys[start : start + 25]]}
            for waited in range(TRIES):
                response = self._send(partial(self.client.batch_write_item, RequestItems=pending))
                pending = response.get("UnprocessedItems") or {}
                if not pending:
                    break
                self._rest(waited)
            else:
                raise ResponseLost("items stayed unprocessed")

    def transact(self, writes: Sequence[Write], *, token: str) -> None:
        """Write all of `writes` or none.

        Args:
            token: within ten minutes, a call with the same token is the same transaction.

        Raises:
            TransactionCanceled: a condition was false.
            ResponseLost: no response came; the write may have happened.
        """
        for waited in range(TRIES):
            try:
                self._send(
                    lambda: self.client.transact_write_items(TransactItems=list(writes), ClientRequestToken=token)
                )
                return
            except TransactionCanceled as refused:
                if any(reason.is_condition for reason in refused.reasons) or waited == TRIES - 1:
                    raise
                self._rest(waited)

    def commit(self, writes: Sequence[Write]) -> None:
        """As `transact`, repeated with one token while responses are lost."""
        token = str(uuid.uuid4())
        for _ in range(COMMIT_TRIES - 1):
            try:
                return self.transact(writes, token=token)
            except ResponseLost:
                continue
        return self.transact(writes, token=token)

    def execute(self, statements: Sequence[Statement]) -> list[bool]:
        """Send at most 25 conditional writes in PartiQL, each of them on its own: some may happen and others not.

        It costs half of a transaction. If a response is lost, they are sent again, so that a write may be refused
        because it happened before.

        Returns:
            Whether each was written; False where an item was there already, or the condition was false.

        Raises:
            ResponseLost: no response came, or DynamoDB was busy in every try; any of the writes may have happened.
            StatementRejected: one of them can never be written. Others may have been.
        """
        written = [False] * len(statements)
        pending = list(range(len(statements)))
        for waited in range(TRIES):
            request = {"Statements": [statements[index] for index in pending]}
            responses = self._read(partial(self.client.batch_execute_statement, **request))["Responses"]
            busy = []
            for index, response in zip(pending, responses, strict=True):
                code = response.get("Error", {}).get("Code")
                if code in _TRANSIENT_CODES:
                    busy.append(index)
                elif code is not None and code not in _REFUSALS:
                    raise StatementRejected(code)
                written[index] = code is None
            if not busy:
                return written
            pending = busy
            self._rest(waited)
        raise ResponseLost("statements stayed unprocessed")

    def _read(self, send: Callable[[], Any]) -> Any:
        """Send a read, or writes that may be repeated, and repeat it while responses are lost."""
        for waited in range(READ_TRIES - 1):
            try:
                return self._send(send)
            except ResponseLost:
                self._rest(waited)
        return self._send(send)

    def _send(self, send: Callable[[], Any]) -> Any:
        for waited in range(TRIES):
            sent_at = self.clock.now()
            try:
                response = send()
                self._pass_date(response, sent_at)
                return response
            except lost_response_errors() as lost:
                raise ResponseLost(type(lost).__name__) from lost
            except ClientError as error:
                self._pass_date(error.response, sent_at)
                _raise_if_final(error, last=waited == TRIES - 1)
            self._rest(waited)
        raise AssertionError("the last try returns or raises")

    def _pass_date(self, response: Mapping[str, Any], sent_at: datetime) -> None:
        if self.on_date is not None:
            date = response.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date")
            if date:
                self.on_date(date, sent_at, self.clock.now())

    def _rest(self, waited: int) -> None:
        self.clock.sleep(self.chance.uniform(0, 0.05 * 2**waited))


def _raise_if_final(error: ClientError, *, last: bool) -> None:
    code = error.response.get("Error", {}).get("Code", "")
    if code == "ConditionalCheckFailedException":
        raise ConditionFailed(error.response.get("Item")) from error  # type: ignore[arg-type] # the item is DynamoDB JSON
    if code == "TransactionCanceledException":
        raise TransactionCanceled(_reasons(error.response)) from error
    if code not in _TRANSIENT and not is_transient(error):
        raise error
    if last:
        raise ResponseLost(code) from error


def _reasons(response: Any) -> list[CancellationReason]:
    return [
        CancellationReason(reason.get("Code", "None"), reason.get("Item"))
        for reason in response.get("CancellationReasons", ())
    ]

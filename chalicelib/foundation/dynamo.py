"""DynamoDB as the stores speak it: one shared client, whole reads, and transactions that say why they were refused.

The stores build their requests with PynamoDB models where a request is rare and by hand where it is made per contact;
all of them are sent from here, so that one place knows lost answers, conflicts and half-answered batches.
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
    "TransactionCanceled",
    "Write",
]

Item = dict[str, Any]  # one item in DynamoDB's own JSON: {"name": {"S": "Ada"}}
Write = dict[str, dict[str, Any]]  # one action of a transaction: {"Put": {...}}, {"Update": {...}}, …

LARGEST_TRANSACTION = 100  # actions; DynamoDB's limit
KEYS_PER_BATCH_GET = 100
TRIES = 5
READS = 3  # of one read whose answers get lost
LANDINGS = 4  # of one transaction whose answers get lost

_PASSING = {
    "InternalServerError",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ServiceUnavailable",
    "ThrottlingException",
    "TransactionConflictException",  # a single write met a transaction
    "TransactionInProgressException",
}
_PASSING_REASONS = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}


def size_of(write: Write) -> int:
    """Bytes that a write adds to its transaction, at most: its JSON is never shorter than what DynamoDB counts."""
    text = json.dumps(write, ensure_ascii=False, default=lambda content: content.decode("latin-1"))
    return len(text.encode("utf-8", "surrogatepass"))


class DynamoClient(Protocol):
    """The few calls of boto3's DynamoDB client that the service makes."""

    def get_item(self, **request: Any) -> Any: ...
    def put_item(self, **request: Any) -> Any: ...
    def update_item(self, **request: Any) -> Any: ...
    def delete_item(self, **request: Any) -> Any: ...
    def query(self, **request: Any) -> Any: ...
    def batch_get_item(self, **request: Any) -> Any: ...
    def batch_write_item(self, **request: Any) -> Any: ...
    def transact_write_items(self, **request: Any) -> Any: ...


class ConditionFailed(Exception):
    """A condition was false. `old` is the item as it stands, None when there is none."""

    def __init__(self, old: Item | None) -> None:
        super().__init__("condition was false")
        self.old = old


@dataclass(frozen=True)
class CancellationReason:
    """Why one action of a transaction was refused; `code` is "None" for those that were not."""

    code: str
    old: Item | None

    @property
    def is_condition(self) -> bool:
        return self.code == "ConditionalCheckFailed"


class TransactionCanceled(Exception):
    """At least one condition was false, so nothing was written; one reason an action, in their order."""

    def __init__(self, reasons: Sequence[CancellationReason]) -> None:
        super().__init__(", ".join(reason.code for reason in reasons))
        self.reasons = reasons


@dataclass(frozen=True)
class Dynamo:
    """The shared client, and how requests are repeated: with full jitter, never more than `TRIES` times.

    Args:
        clock: this process's own.
        on_date: called with the `Date` of each answer and the times of request and answer (`StoreClock.observe`).
    """

    client: DynamoClient
    clock: Clock
    chance: random.Random
    on_date: Callable[[str, datetime, datetime], None] | None = None

    def get(self, table: str, key: Item, **more: Any) -> Item | None:
        """One item as it is at this instant (a consistent read)."""
        answer = self._read(lambda: self.client.get_item(TableName=table, Key=key, ConsistentRead=True, **more))
        item: Item | None = answer.get("Item")
        return item

    def put(self, **request: Any) -> None:
        self._sent(lambda: self.client.put_item(ReturnValuesOnConditionCheckFailure="ALL_OLD", **request))

    def update(self, **request: Any) -> Item:
        """Send one UpdateItem; returns the whole item as it became.

        Raises:
            ConditionFailed: the condition was false.
            ResponseLost: no response came; the write may have happened.
        """
        request = {**request, "ReturnValues": "ALL_NEW", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
        item: Item = self._sent(lambda: self.client.update_item(**request))["Attributes"]
        return item

    def delete(self, **request: Any) -> None:
        self._sent(lambda: self.client.delete_item(ReturnValuesOnConditionCheckFailure="ALL_OLD", **request))

    def query(self, **request: Any) -> Iterator[Item]:
        """Every item of a query, page after page."""
        while True:
            answer = self.query_page(**request)
            yield from answer["Items"]
            if "LastEvaluatedKey" not in answer:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def query_page(self, **request: Any) -> Mapping[str, Any]:
        answer: Mapping[str, Any] = self._read(lambda: self.client.query(**request))
        return answer

    def get_many(self, table: str, keys: Sequence[Item], **more: Any) -> Iterator[Item]:
        """The items that exist among `keys` (consistent reads), in no particular order."""
        for start in range(0, len(keys), KEYS_PER_BATCH_GET):
            pending = {table: {"Keys": list(keys[start : start + KEYS_PER_BATCH_GET]), "ConsistentRead": True, **more}}
            for waited in range(TRIES):
                answer = self._read(partial(self.client.batch_get_item, RequestItems=pending))
                yield from answer["Responses"].get(table, ())
                pending = answer.get("UnprocessedKeys") or {}
                if not pending:
                    break
                self._rest(waited)
            else:
                raise ResponseLost("keys stayed unprocessed")

    def delete_many(self, table: str, keys: Sequence[Item]) -> None:
        """Delete without conditions, 25 at a time."""
        for start in range(0, len(keys), 25):
            pending: dict[str, Any] = {table: [{"DeleteRequest": {"Key": key}} for key in keys[start : start + 25]]}
            for waited in range(TRIES):
                answer = self._sent(partial(self.client.batch_write_item, RequestItems=pending))
                pending = answer.get("UnprocessedItems") or {}
                if not pending:
                    break
                self._rest(waited)
            else:
                raise ResponseLost("items stayed unprocessed")

    def transact(self, writes: Sequence[Write], *, token: str) -> None:
        """All of `writes` or none. `token` makes a repetition within ten minutes the same transaction.

        Raises:
            TransactionCanceled: a condition was false.
            ResponseLost: no response came; the write may have happened.
        """
        for waited in range(TRIES):
            try:
                self._sent(
                    lambda: self.client.transact_write_items(TransactItems=list(writes), ClientRequestToken=token)
                )
                return
            except TransactionCanceled as refused:
                if any(reason.is_condition for reason in refused.reasons) or waited == TRIES - 1:
                    raise
                self._rest(waited)

    def commit(self, writes: Sequence[Write]) -> None:
        """The same, asked again as one transaction while answers get lost. Raises as `transact`."""
        token = str(uuid.uuid4())
        for _ in range(LANDINGS - 1):
            try:
                return self.transact(writes, token=token)
            except ResponseLost:
                continue
        return self.transact(writes, token=token)

    def _read(self, send: Callable[[], Any]) -> Any:
        """What reads may be asked for again when no answer came."""
        for waited in range(READS - 1):
            try:
                return self._sent(send)
            except ResponseLost:
                self._rest(waited)
        return self._sent(send)

    def _sent(self, send: Callable[[], Any]) -> Any:
        for waited in range(TRIES):
            asked_at = self.clock.now()
            try:
                answer = send()
                self._hear(answer, asked_at)
                return answer
            except lost_response_errors() as lost:
                raise ResponseLost(type(lost).__name__) from lost
            except ClientError as error:
                self._hear(error.response, asked_at)
                _raise_if_final(error, last=waited == TRIES - 1)
            self._rest(waited)
        raise AssertionError("the last try returns or raises")

    def _hear(self, answer: Mapping[str, Any], asked_at: datetime) -> None:
        if self.on_date is not None:
            date = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date")
            if date:
                self.on_date(date, asked_at, self.clock.now())

    def _rest(self, waited: int) -> None:
        self.clock.sleep(self.chance.uniform(0, 0.05 * 2**waited))


def _raise_if_final(error: ClientError, *, last: bool) -> None:
    code = error.response.get("Error", {}).get("Code", "")
    if code == "ConditionalCheckFailedException":
        raise ConditionFailed(error.response.get("Item")) from error  # type: ignore[arg-type] # the item is DynamoDB JSON
    if code == "TransactionCanceledException":
        raise TransactionCanceled(_reasons(error.response)) from error
    if code not in _PASSING and not is_transient(error):
        raise error
    if last:
        raise ResponseLost(code) from error


def _reasons(response: Any) -> list[CancellationReason]:
    return [
        CancellationReason(reason.get("Code", "None"), reason.get("Item"))
        for reason in response.get("CancellationReasons", ())
    ]

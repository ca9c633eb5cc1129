"""DynamoDB in memory, for the requests that the stores send: real conditions, transactions and errors, no network.

Every call is atomic. Returned items are not copies: changing one changes the table.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from tests.fakes import evaluation
from tests.fakes.dynamodb_answers import FAILED, check_names, condition_failure, project, transaction_canceled
from tests.fakes.dynamodb_table import Key, Table, table_like
from tests.fakes.partiql import request_of
from tests.fakes.query import answer_query
from tests.fakes.updates import apply_update
from tests.fakes.values import Item, item_size, refusal, validation_error

Request = Mapping[str, Any]

MOST_ACTIONS = 100
LARGEST_TRANSACTION = 4 * 1024 * 1024
ALWAYS_FIT = 10  # items of at most 400 KB
LARGEST_BATCH = 16 * 1024 * 1024
TOKEN_LIVES = 600.0  # seconds


class Refusal(Exception):
    """A condition was false; `old` is the current item."""

    def __init__(self, old: Item | None) -> None:
        self.old = old


class Unfit(Exception):
    """The update does not fit the current item; inside a transaction, this cancels the transaction."""

    def __init__(self, error: ClientError) -> None:
        self.error = error


@dataclass(frozen=True)
class Planned:
    """What one action would change."""

    table: Table
    key: Key
    old: Item | None
    new: Item | None
    writes: bool = True


@dataclass
class FakeDynamo:
    """A DynamoDB client over tables in memory."""

    #: Tables by name.
    tables: dict[str, Table] = field(default_factory=dict)
    #: The current time in seconds; transaction tokens expire by it.
    seconds: Callable[[], float] = lambda: 0.0
    #: Number of calls by operation.
    calls: Counter[str] = field(default_factory=Counter)
    #: Whether to count the consumed read and write units in `units`. This is slow.
    metered: bool = False
    units: Counter[str] = field(default_factory=Counter)
    _tokens: dict[str, tuple[float, Any]] = field(default_factory=dict)

    def create_table(self, **request: Any) -> dict[str, Any]:
        self.tables[request["TableName"]] = table_like(request)
        return {}

    def copy_from(self, other: "FakeDynamo") -> None:
        """Take over the items of `other`. Later changes to either do not affect the other."""
        for name, table in other.tables.items():
            self.tables[name].copy_from(table)
        self._tokens = dict(other._tokens)

    @property
    def writes(self) -> int:
        """Number of writes to items so far. While it stays the same, so does what is stored."""
        return sum(table.writes for table in self.tables.values())

    def stored_items(self) -> list[Item]:
        """Everything in every table: for sweeps over what is stored."""
        return [item for table in self.tables.values() for item in table.items.values()]

    # ── one item

    def get_item(self, **request: Any) -> dict[str, Any]:
        self.calls["get_item"] += 1
        check_names(request)
        table = self._table(request)
        item = table.items.get(table.only_key(request["Key"]))
        self._read(table, item, request)
        return {} if item is None else {"Item": project(request, item)}

    def put_item(self, **request: Any) -> dict[str, Any]:
        return self._written("put_item", "PutItem", request, self._put)

    def update_item(self, **request: Any) -> dict[str, Any]:
        return self._written("update_item", "UpdateItem", request, self._update)

    def delete_item(self, **request: Any) -> dict[str, Any]:
        return self._written("delete_item", "DeleteItem", request, self._delete)

    def _written(
        self, name: str, operation: str, request: Request, plan: Callable[[Request], Planned]
    ) -> dict[str, Any]:
        self.calls[name] += 1
        try:
            planned = plan(request)
        except Refusal as refused:
            wanted = request.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD" and refused.old is not None
            raise refusal(
                "ConditionalCheckFailedException", FAILED, operation, **({"Item": refused.old} if wanted else {})
            ) from None
        except Unfit as unfit:
            raise unfit.error from None
        self._apply(planned, times=1)
        returned = {"ALL_OLD": planned.old, "ALL_NEW": planned.new}.get(request.get("ReturnValues", "NONE"))
        return {} if not returned else {"Attributes": dict(returned)}

    # ── several items

    def query(self, **request: Any) -> dict[str, Any]:
        self.calls["query"] += 1
        check_names(request)
        answer, size = answer_query(self._table(request), request)
        self._count_read(size, request.get("ConsistentRead", False))
        return answer

    def batch_get_item(self, **request: Any) -> dict[str, Any]:
        self.calls["batch_get_item"] += 1
        tables = request["RequestItems"]
        if not 0 < sum(len(wanted["Keys"]) for wanted in tables.values()) <= 100:
            raise validation_error("Too many items requested for the BatchGetItem call", "BatchGetItem")
        answer: dict[str, Any] = {"Responses": {}, "UnprocessedKeys": {}}
        room = LARGEST_BATCH
        for name, wanted in tables.items():
            check_names(wanted)
            room = self._batch_of_table(name, wanted, answer, room)
        return answer

    def _batch_of_table(self, name: str, wanted: Request, answer: dict[str, Any], room: int) -> int:
        table, found, left = self._table({"TableName": name}), answer["Responses"].setdefault(name, []), []
        keys = [table.only_key(key) for key in wanted["Keys"]]
        if len(set(keys)) < len(keys):
            raise validation_error("Provided list of item keys contains duplicates", "BatchGetItem")
        for key, raw in zip(keys, wanted["Keys"], strict=True):
            item = table.items.get(key)
            size = table.size(key)
            if size > room:
                left.append(raw)
                continue
            room -= size
            self._read(table, item, wanted)
            if item is not None:
                found.append(project(wanted, item))
        if left:
            answer["UnprocessedKeys"][name] = {**wanted, "Keys": left}
        return room

    def batch_write_item(self, **request: Any) -> dict[str, Any]:
        self.calls["batch_write_item"] += 1
        planned = [self._batched(name, one) for name, some in request["RequestItems"].items() for one in some]
        if not 0 < len(planned) <= 25:
            raise validation_error("Too many items requested for the BatchWriteItem call", "BatchWriteItem")
        if len({(id(one.table), one.key) for one in planned}) < len(planned):
            raise validation_error("Provided list of item keys contains duplicates", "BatchWriteItem")
        for one in planned:
            self._apply(one, times=1)
        return {"UnprocessedItems": {}}

    def _batched(self, name: str, one: Request) -> Planned:
        if "PutRequest" in one:
            return self._put({"TableName": name, **one["PutRequest"]})
        return self._delete({"TableName": name, **one["DeleteRequest"]})

    def batch_execute_statement(self, **request: Any) -> dict[str, Any]:
        """Each statement on its own; a refusal is in its part of the response."""
        self.calls["batch_execute_statement"] += 1
        statements = request["Statements"]
        if not 0 < len(statements) <= 25:
            raise validation_error("Member must have length less than or equal to 25", "BatchExecuteStatement")
        return {"Responses": [self._executed(statement) for statement in statements]}

    def _executed(self, statement: Request) -> dict[str, Any]:
        kind, request = request_of(statement, ("pk", "sk"))
        table = {"TableName": request["TableName"]}
        try:
            self._apply(self._put(request) if kind == "put" else self._update(request), times=1)
        except Refusal:
            code = "DuplicateItem" if kind == "put" else "ConditionalCheckFailed"
            return {"Error": {"Code": code, "Message": FAILED}, **table}
        except (ClientError, Unfit):
            return {"Error": {"Code": "ValidationError", "Message": "Item size has exceeded the maximum allowed size"}}
        return table

    def transact_write_items(self, **request: Any) -> dict[str, Any]:
        """All or nothing; the same token again within ten minutes is the same transaction."""
        self.calls["transact_write_items"] += 1
        actions, token = request["TransactItems"], request.get("ClientRequestToken")
        if token is not None and self._is_known(token, actions):
            return {}
        if not 0 < len(actions) <= MOST_ACTIONS:
            raise validation_error(
                "Member must have length less than or equal to 100, and at least 1", "TransactWriteItems"
            )
        planned, reasons = self._planned(actions)
        if any(reason["Code"] != "None" for reason in reasons):
            raise transaction_canceled(reasons)
        kept = [one for one in planned if one is not None]
        if len(kept) > ALWAYS_FIT and sum(item_size(one.new or one.old or {}) for one in kept) > LARGEST_TRANSACTION:
            raise validation_error("Collection size cannot exceed 4 MB", "TransactWriteItems")
        for one in kept:
            self._apply(one, times=2)
        if token is not None:
            self._tokens[token] = (self.seconds(), actions)
        return {}

    def _is_known(self, token: str, actions: Sequence[Any]) -> bool:
        at, before = self._tokens.get(token, (0.0, None))
        if before is None or self.seconds() - at > TOKEN_LIVES:
            return False
        if before != actions:
            message = "The request token was used with different parameters"
            raise refusal("IdempotentParameterMismatchException", message, "TransactWriteItems")
        return True

    def _planned(self, actions: Sequence[Any]) -> tuple[list[Planned | None], list[dict[str, Any]]]:
        plans = {"Put": self._put, "Update": self._update, "Delete": self._delete, "ConditionCheck": self._check}
        planned: list[Planned | None] = []
        reasons: list[dict[str, Any]] = []
        touched: set[tuple[int, Key]] = set()
        for action in actions:
            ((name, request),) = action.items()
            place = self.place(request)
            if place in touched:
                message = "Transaction request cannot include multiple operations on one item"
                raise validation_error(message, "TransactWriteItems")
            touched.add(place)
            try:
                planned.append(plans[name](request))
                reasons.append({"Code": "None"})
            except Refusal as refused:
                reasons.append(condition_failure(request, refused.old))
            except Unfit as unfit:
                reasons.append({"Code": "ValidationError", "Message": unfit.error.response["Error"]["Message"]})
        return planned, reasons

    def place(self, request: Request) -> tuple[int, Key]:
        table = self._table(request)
        return id(table), table.only_key(request["Key"]) if "Key" in request else table.key_in(request["Item"])

    # ── what an action would do

    def _put(self, request: Request) -> Planned:
        table = self._table(request)
        key = table.key_in(request["Item"])
        old = self._held(table, key, request)
        return Planned(table, key, old, table.fit(request["Item"]))

    def _update(self, request: Request) -> Planned:
        table = self._table(request)
        key = table.only_key(request["Key"])
        old = self._held(table, key, request)
        base = old if old is not None else dict(request["Key"])
        text = request.get("UpdateExpression")
        if text is None:
            return Planned(table, key, old, base)
        names, values = request.get("ExpressionAttributeNames", {}), request.get("ExpressionAttributeValues", {})
        try:
            new, changed = apply_update(text, base, names, values)
            table.check_keys_stay(changed)
            table.check(new, changed)
        except ClientError as error:
            raise Unfit(error) from None
        return Planned(table, key, old, new)

    def _delete(self, request: Request) -> Planned:
        table = self._table(request)
        key = table.only_key(request["Key"])
        return Planned(table, key, self._held(table, key, request), None)

    def _check(self, request: Request) -> Planned:
        table = self._table(request)
        key = table.only_key(request["Key"])
        old = self._held(table, key, request)
        return Planned(table, key, old, old, writes=False)

    def _held(self, table: Table, key: Key, request: Request) -> Item | None:
        """The item as it stands, once its condition held."""
        check_names(request)
        old = table.items.get(key)
        text = request.get("ConditionExpression")
        if text is not None:
            names, values = request.get("ExpressionAttributeNames", {}), request.get("ExpressionAttributeValues", {})
            if not evaluation.condition(text)(old or {}, names, values):
                raise Refusal(old)
        return old

    # ── below

    def _table(self, request: Request) -> Table:
        table = self.tables.get(request["TableName"])
        if table is None:
            raise refusal("ResourceNotFoundException", "Requested resource not found: " + request["TableName"])
        return table

    def _apply(self, planned: Planned, times: int) -> None:
        if self.metered:
            size = max(item_size(planned.new or {}), item_size(planned.old or {}))
            self.units["write"] += times * (-(-size // 1024) or 1)
        if planned.writes:
            planned.table.replace(planned.key, planned.new)

    def _read(self, table: Table, item: Item | None, request: Request) -> None:
        table.reads += 1
        if self.metered:
            self._count_read(item_size(item or {}), request.get("ConsistentRead", False))

    def _count_read(self, size: int, consistent: bool) -> None:
        """Counted in halves: an eventually consistent read of 4 KB is half a unit."""
        self.units["read halves"] += (2 if consistent else 1) * (-(-size // 4096) or 1)

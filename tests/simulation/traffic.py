"""DynamoDB as processes that run at the same time meet it: transactions take time, and hot partitions refuse calls.

A transaction is ongoing from the moment it is sent until it has landed. Meanwhile every item it names, those of its
condition checks included, refuses other transactions and single writes; reads see what was there before.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from botocore.exceptions import ReadTimeoutError

from tests.fakes.dynamodb import FakeDynamo
from tests.fakes.dynamodb_answers import transaction_canceled
from tests.fakes.partiql import request_of
from tests.fakes.values import refusal
from tests.simulation.world import Process, World

ENDPOINT = "https://aws.example"
SINGLE_WRITES = ("put_item", "update_item", "delete_item")
WRITES = (*SINGLE_WRITES, "batch_write_item", "batch_execute_statement", "transact_write_items")
CALLS = ("get_item", "query", "batch_get_item", *WRITES)
HOT = 0.3  # share of the partitions that are asked for too much

Request = dict[str, Any]
Place = tuple[int, Any]


@dataclass(eq=False)
class Ongoing:
    """A transaction that was sent and has not landed yet.

    Args:
        places: the items it names. until: when it lands at the latest. land: what it does then.
    """

    places: frozenset[Place]
    token: str | None
    until: float
    land: Callable[[], Any]
    answer: Any = None
    error: Exception | None = None

    def result(self) -> Any:
        if self.error is not None:
            raise self.error
        return self.answer


@dataclass
class Traffic:
    """What goes on in the tables at this moment.

    Args:
        throttled: how often a call to a hot partition is refused.
        spans: how long transactions take, in calls; one of them, at most.
        met: the items at which a transaction was in the way of another call.
        hot: the partitions asked for so far, and whether they are hot; decided by chance at the first call.
    """

    world: World
    dynamo: FakeDynamo
    throttled: float = 0.0
    spans: Sequence[float] = (1, 3, 40)
    ongoing: list[Ongoing] = field(default_factory=list)
    met: set[Place] = field(default_factory=set)
    hot: dict[tuple[int, Any], bool] = field(default_factory=dict)

    def begin(self, request: Request) -> Ongoing:
        """Send a transaction; it lands with `end`, or by itself when its time is over."""
        self.pass_time()
        actions, token = request["TransactItems"], request.get("ClientRequestToken")
        if token is not None and any(one.token == token for one in self.ongoing):
            message = "The transaction with the given request token is already in progress."
            raise refusal("TransactionInProgressException", message, "TransactWriteItems")
        places = [self.dynamo.place(_only(action)) for action in actions]
        self._refuse_conflicts(places)
        self._refuse_hot_actions(places)
        chance = self.world.chance
        until = self.world.now + self.world.latency * chance.uniform(0, chance.choice(self.spans))
        land = partial(self.dynamo.transact_write_items, **request)
        begun = Ongoing(frozenset(places), token, until, land)
        self.ongoing.append(begun)
        return begun

    def end(self, one: Ongoing) -> None:
        if one not in self.ongoing:
            return
        self.ongoing.remove(one)
        try:
            one.answer = one.land()
        except Exception as error:
            one.error = error

    def end_all(self) -> None:
        for one in list(self.ongoing):
            self.end(one)

    def pass_time(self) -> None:
        for one in sorted(self.ongoing, key=lambda each: each.until):
            if one.until <= self.world.now:
                self.end(one)

    def answer(self, name: str, request: Request) -> Any:
        """Any call but a transaction."""
        self.pass_time()
        if name == "batch_write_item":
            return self._batch_write(request["RequestItems"])
        if name == "batch_get_item":
            return self._batch_get(request["RequestItems"])
        if name == "batch_execute_statement":
            return {"Responses": [self._execute(statement) for statement in request["Statements"]]}
        place = self._queried(request) if name == "query" else self.dynamo.place(request)
        if name in SINGLE_WRITES and self._is_taken(place):
            raise refusal("TransactionConflictException", "Transaction is ongoing for the item", name)
        if self._is_throttled(place):
            raise too_fast(self.world.chance)
        return getattr(self.dynamo, name)(**request)

    # ── refusals

    def _refuse_conflicts(self, places: Sequence[Place]) -> None:
        taken = [self._is_taken(place) for place in places]
        if any(taken):
            raise transaction_canceled([conflict() if one else {"Code": "None"} for one in taken])

    def _refuse_hot_actions(self, places: Sequence[Place]) -> None:
        throttled = [self._is_throttled(place) for place in places]
        if any(throttled):
            code = self.world.chance.choice(("ThrottlingError", "ProvisionedThroughputExceeded"))
            raise transaction_canceled(
                [{"Code": code, "Message": "Too fast"} if one else {"Code": "None"} for one in throttled]
            )

    def _is_taken(self, place: Place) -> bool:
        if not any(place in one.places for one in self.ongoing):
            return False
        self.met.add(place)
        return True

    def _is_throttled(self, place: Place) -> bool:
        if not self.throttled:
            return False
        table, key = place
        partition = (table, key[0])
        if partition not in self.hot:
            self.hot[partition] = self.world.chance.random() < HOT
        return self.hot[partition] and self.world.chance.random() < self.throttled

    def _queried(self, request: Request) -> Place:
        """The partition that a query reads; of an index or of the table."""
        name = request["KeyConditionExpression"].partition("= ")[2].split()[0]
        table = id(self.dynamo.tables[request["TableName"]])
        return table, (request.get("IndexName"), str(request["ExpressionAttributeValues"][name]))

    def _batch_get(self, tables: Request) -> Any:
        """What is throttled stays unprocessed; a call of which nothing is left is refused."""
        now, later = dict[str, Any](), dict[str, Any]()
        for table, wanted in tables.items():
            keys: dict[bool, list[Any]] = {False: [], True: []}
            for key in wanted["Keys"]:
                keys[self._is_throttled(self.dynamo.place({"TableName": table, "Key": key}))].append(key)
            now |= {table: {**wanted, "Keys": keys[False]}} if keys[False] else {}
            later |= {table: {**wanted, "Keys": keys[True]}} if keys[True] else {}
        if not now:
            raise too_fast(self.world.chance)
        answer = self.dynamo.batch_get_item(RequestItems=now)
        return answer if not later else {**answer, "UnprocessedKeys": {**later, **answer["UnprocessedKeys"]}}

    def _execute(self, statement: Request) -> Any:
        """One statement of a batch: refused inside a response that is none."""
        place = self.dynamo.place(request_of(statement, ("pk", "sk"))[1])
        if self._is_taken(place):
            return {"Error": {"Code": "TransactionConflict"}}
        if self._is_throttled(place):
            return {"Error": {"Code": "ThrottlingError"}}
        (response,) = self.dynamo.batch_execute_statement(Statements=[statement])["Responses"]
        return response

    def _batch_write(self, tables: Request) -> Any:
        """What an ongoing transaction holds stays unprocessed, as under throttling."""
        now, later = dict[str, list[Any]](), dict[str, list[Any]]()
        for table, writes in tables.items():
            for one in writes:
                place = self.dynamo.place({"TableName": table, **_only(one)})
                waits = self._is_taken(place) or self._is_throttled(place)
                (later if waits else now).setdefault(table, []).append(one)
        if now:
            self.dynamo.batch_write_item(RequestItems=now)
        return {"UnprocessedItems": later}


class Client:
    """A process's client of DynamoDB; each call goes through the scheduler of the process."""

    def __init__(self, process: Process, traffic: Traffic) -> None:
        self._process, self._traffic = process, traffic

    def __getattr__(self, name: str) -> Any:
        if name not in CALLS:
            raise AttributeError(name)
        call = partial(self._transact if name == "transact_write_items" else self._call, name)
        setattr(self, name, call)
        return call

    def _call(self, name: str, **request: Any) -> Any:
        return self._process.call(
            name, lambda: self._traffic.answer(name, request), timed_out, partial(self._refused, name)
        )

    def _transact(self, name: str, **request: Any) -> Any:
        """Sent at one instant and landed at a later one; others go on in between."""
        refused = partial(self._canceled, len(request["TransactItems"]))
        begun = self._process.call(name, lambda: self._traffic.begin(request), timed_out, refused)
        self._process.pause(name)
        self._traffic.end(begun)
        return begun.result()

    def _refused(self, name: str) -> Exception:
        if name in SINGLE_WRITES and self._traffic.world.chance.random() < 0.5:
            return refusal("TransactionConflictException", "Transaction is ongoing for the item", name)
        return too_fast(self._traffic.world.chance)

    def _canceled(self, actions: int) -> Exception:
        reasons: list[dict[str, Any]] = [{"Code": "None"}] * actions
        reasons[self._traffic.world.chance.randrange(actions)] = conflict()
        return transaction_canceled(reasons)


class Bystander:
    """The client of what happens outside the simulated processes: no call of it fails, so it waits for the others."""

    def __init__(self, traffic: Traffic) -> None:
        self._traffic = traffic

    def __getattr__(self, name: str) -> Any:
        if name in WRITES:
            self._traffic.end_all()
        return getattr(self._traffic.dynamo, name)


def conflict() -> dict[str, Any]:
    return {"Code": "TransactionConflict", "Message": "Transaction is ongoing for the item"}


def too_fast(chance: random.Random) -> Exception:
    code = chance.choice(("ThrottlingException", "ProvisionedThroughputExceededException"))
    return refusal(code, "Rate exceeded")


def timed_out() -> Exception:
    return ReadTimeoutError(endpoint_url=ENDPOINT)


def _only(action: Mapping[str, Any]) -> Mapping[str, Any]:
    (request,) = action.values()
    return dict(request)

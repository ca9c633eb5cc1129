"""A DynamoDB whose transactions take time: one that meets another at any item is refused, which emulators never do."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.values import refusal
from tests.simulation.world import Process

Key = tuple[str, str, str]  # table, partition, place in it


@dataclass
class Transactions:
    """What all processes have under way, and the items at which some have met."""

    live: list[frozenset[Key]] = field(default_factory=list)
    met: set[Key] = field(default_factory=set)


class Contended:
    """One process's client. While its transaction is under way, other processes go on.

    Without a process nothing takes time, so nothing is met.

    Args:
        client: what really writes. transactions: shared by all processes.
    """

    def __init__(self, client: Any, process: Process | None, transactions: Transactions) -> None:
        self._client, self._process, self._transactions = client, process, transactions

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def transact_write_items(self, **request: Any) -> Any:
        touched = [_key_of(next(iter(action.values()))) for action in request["TransactItems"]]
        taken = self._taken(touched)
        if taken:
            reasons = [{"Code": "TransactionConflict" if key in taken else "None"} for key in touched]
            raise refusal("TransactionCanceledException", "cancelled", CancellationReasons=reasons)
        with self._under_way(frozenset(touched)):
            return self._client.transact_write_items(**request)

    def update_item(self, **request: Any) -> Any:
        if self._taken([_key_of(request)]):
            raise refusal("TransactionConflictException", "Transaction is ongoing for the item")
        return self._client.update_item(**request)

    @contextmanager
    def _under_way(self, keys: frozenset[Key]) -> Iterator[None]:
        if self._process is None:
            yield
            return
        self._transactions.live.append(keys)
        try:
            self._process.call("transaction begins", lambda: None, None)
            yield
        finally:
            self._transactions.live.remove(keys)

    def _taken(self, touched: list[Key]) -> set[Key]:
        if self._process is None:
            return set()
        taken = {key for keys in self._transactions.live for key in keys.intersection(touched)}
        self._transactions.met |= taken
        return taken


def _key_of(request: dict[str, Any]) -> Key:
    key = request.get("Key") or request["Item"]
    return request["TableName"], key["pk"]["S"], key["sk"]["S"]

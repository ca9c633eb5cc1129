"""A DynamoDB client that counts requests and keeps the transactions, so that a floor can repeat them."""

from collections import Counter
from dataclasses import dataclass, field
from threading import Lock
from typing import Any


@dataclass
class CountingClient:
    """A client that counts the requests to `client`."""

    client: Any
    #: Whether to request and sum up the consumed capacity.
    units: bool = False
    #: Whether to keep the transactions.
    keep: bool = False
    requests: Counter[str] = field(default_factory=Counter)
    written_items: Counter[str] = field(default_factory=Counter)  # by table
    consumed: Counter[str] = field(default_factory=Counter)
    transactions: list[list[dict[str, Any]]] = field(default_factory=list)
    _counting: Lock = field(default_factory=Lock)

    def __getattr__(self, operation: str) -> Any:
        send = getattr(self.client, operation)

        def counted(**request: Any) -> Any:
            self.requests[operation] += 1
            if operation == "transact_write_items":
                self._note(request["TransactItems"])
            if self.units:
                request["ReturnConsumedCapacity"] = "TOTAL"
            answer = send(**request)
            if self.units:
                self._add(operation, answer.get("ConsumedCapacity"))
            return answer

        return counted

    def _note(self, actions: list[dict[str, Any]]) -> None:
        for action in actions:
            for kind, request in action.items():
                if kind != "ConditionCheck":
                    self.written_items[request["TableName"]] += 1
        if self.keep:
            self.transactions.append(actions)

    def _add(self, operation: str, consumed: Any) -> None:
        kind = "read" if operation in ("get_item", "query", "batch_get_item") else "write"
        for each in consumed if isinstance(consumed, list) else [consumed] if consumed else []:
            self.add_units(kind, each.get("CapacityUnits", 0))

    def add_units(self, kind: str, units: float) -> None:
        with self._counting:
            self.consumed[kind] += units  # type: ignore[assignment] # half units

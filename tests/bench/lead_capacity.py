"""Counts the capacity that imports of leads consume, as DynamoDB charges it, and keeps the requests about leads.

The embedded AWS charges nothing for a batch of reads, and a unit for each statement of a batch, whatever its size.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.bench.counting import CountingClient

WRITE_UNIT, READ_UNIT = 1_024, 4_096  # bytes
_BATCHES = ("batch_execute_statement", "batch_get_item")

Sent = tuple[str, dict[str, Any]]  # an operation and its request


@dataclass
class LeadCapacity(CountingClient):
    """A client that sums up the consumed units in `consumed`; with `keep`, the batches are in `sent`."""

    units: bool = True
    sent: list[Sent] = field(default_factory=list)

    def __getattr__(self, operation: str) -> Any:
        if operation not in _BATCHES:
            return super().__getattr__(operation)
        send = getattr(self.client, operation)

        def counted(**request: Any) -> Any:
            if self.keep:
                self.sent.append((operation, dict(request)))
            answer = send(**request)
            self.requests[operation] += 1
            if operation == "batch_get_item":
                self.add_units("read", sum(map(_read_units, request["RequestItems"].values(), _found_in(answer))))
            else:
                self.add_units("write", sum(map(_write_units, request["Statements"])))
            return answer

        return counted


def _found_in(answer: Mapping[str, Any]) -> list[Sequence[Any]]:
    return list(answer["Responses"].values())


def _read_units(wanted: Mapping[str, Any], found: Sequence[Any]) -> float:
    """Each key costs a unit of 4 KB, one without an item too; half of it if the read need not be consistent."""
    units = sum(-(-_size(item) // READ_UNIT) for item in found) + len(wanted["Keys"]) - len(found)
    return units if wanted.get("ConsistentRead") else units / 2


def _write_units(statement: Mapping[str, Any]) -> int:
    """What the statement costs, also if it is refused: its parameters are the whole item but for short names."""
    return -(-sum(map(_value_size, statement["Parameters"])) // WRITE_UNIT)


def _size(item: Mapping[str, Any]) -> int:
    return sum(len(name) + _value_size(value) for name, value in item.items())


def _value_size(value: Mapping[str, str]) -> int:
    (text,) = value.values()
    return len(text.encode())

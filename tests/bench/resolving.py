"""Resolving batches of leads: new ones, and the same again."""

import itertools
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from chalicelib.foundation.clock import SystemClock
from chalicelib.foundation.dynamo import Dynamo
from chalicelib.foundation.executor import ThreadExecutor
from chalicelib.leads.channels.channels import Channels
from chalicelib.leads.channels.lead_keys import LeadKeys, fresh_key
from chalicelib.leads.lead_json import resolved_json
from chalicelib.leads.read_inputs import InputReader
from chalicelib.leads.resolving.resolve_batch import ResolveBatch
from chalicelib.leads.store.lead_store import LeadStore
from tests.bench.assembly import Machine

KEYS = LeadKeys(b"a secret of the bench, 32 bytes.", 1)
THREADS = 16


@dataclass
class Resolver:
    """Resolves batches as the route does, from the decoded body to the answers."""

    client: Any
    table: str
    requests: Any = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        executor, clock = ThreadExecutor(THREADS), SystemClock()
        store = LeadStore(Dynamo(self.client, clock, random.Random(1)), self.table, executor)
        self._resolve = ResolveBatch(store, executor, clock, fresh_key)
        self._reader = InputReader(Channels({}, "US"), KEYS)

    @classmethod
    def of(cls, machine: Machine) -> "Resolver":
        return cls(machine.dynamodb(), machine.fresh_names().leads)

    def seconds(self, sent: Sequence[Any], outcome: str) -> float:
        """How long a batch takes, of which every input has this outcome."""
        began = time.perf_counter()
        valid, invalid = self._reader.inputs("acme", sent, None)
        answers = [resolved_json(each) for each in self._resolve("acme", valid, f"api:{next(self.requests)}")]
        took = time.perf_counter() - began
        if invalid or {each["outcome"] for each in answers} != {outcome}:
            raise RuntimeError(f"the inputs were not all {outcome}")
        return took


def batches(count: int, size: int) -> list[list[dict[str, str]]]:
    """Batches of numbers of which no two are the same."""
    numbers = (f"+551198{number:07}" for number in itertools.count())
    return [
        [
            {"channel": "whatsapp", "channelIdentifier": each, "name": f"Maria {each}", "email": f"m{each}@example.org"}
            for each in itertools.islice(numbers, size)
        ]
        for _ in range(count)
    ]

"""The use cases about leads over one DynamoDB, as a test calls them."""

import itertools
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chalicelib.foundation.clock import Clock
from chalicelib.foundation.dynamo import Dynamo
from chalicelib.leads.channels.channels import Channels
from chalicelib.leads.lead import Lead
from chalicelib.leads.read_inputs import InputReader
from chalicelib.leads.resolving.resolve_batch import ResolveBatch, Resolved
from chalicelib.leads.store.lead_store import LeadStore
from tests.fakes.clock import FixedClock
from tests.fakes.executor import InlineExecutor
from tests.fakes.tables import empty_tables
from tests.leads.making import KEYS

Sent = Mapping[str, Any]


@dataclass
class Desk:
    """Resolves leads of the organization acme."""

    client: Any = field(default_factory=empty_tables)
    table: str = "leads"
    clock: Clock = field(default_factory=FixedClock)

    def __post_init__(self) -> None:
        dynamo = Dynamo(self.client, self.clock, random.Random(3))
        self.store = LeadStore(dynamo, self.table, InlineExecutor())
        self.reader = InputReader(Channels({}, "US"), KEYS)
        numbers = itertools.count()
        self.resolve_batch = ResolveBatch(
            self.store, InlineExecutor(), self.clock, lambda: f"{next(numbers):a>24}".replace("0", "b")
        )

    def resolve(self, *sent: Sent, source: str = "api:1", organization: str = "acme") -> list[Resolved]:
        """The answers, in the order of the inputs."""
        valid, invalid = self.reader.inputs(organization, sent, None)
        answers = [*invalid, *(self.resolve_batch(organization, valid, source) if valid else ())]
        return sorted(answers, key=lambda each: each.index)

    def key(self, sent: Sent) -> str:
        """The key of an input's first identity."""
        (read,), _ = self.reader.inputs("acme", [sent], None)
        return read.identities[0].key

    def leads(self, organization: str = "acme") -> list[Lead]:
        """All leads that are stored."""
        entries = [entry for _, found in self.store.all(organization) for entry in found]
        return [entry.lead for entry in entries if entry.lead is not None]


def whatsapp(number: str, *more: Sent, **profile: Any) -> dict[str, Any]:
    """An input with a WhatsApp number, and further identities."""
    identities = [{name: value for name, value in each.items() if name != "identities"} for each in more]
    sent = {"channel": "whatsapp", "channelIdentifier": number, **profile}
    return {**sent, "identities": identities} if identities else sent


def email(address: str, **profile: Any) -> dict[str, Any]:
    return {"channel": "email", "channelIdentifier": address, **profile}


def outcomes(answers: Sequence[Resolved]) -> list[str]:
    return [each.outcome.value for each in answers]

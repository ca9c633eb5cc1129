"""What a person decides about enrichment: whether vendors may be asked about their contacts, or nobody at all.

One item per person, in the people table. An erasure deletes it.
"""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.foundation.clock import instant, milliseconds, rfc3339
from chalicelib.foundation.dynamo import Dynamo, Item
from chalicelib.foundation.json import JsonObject
from chalicelib.tables.keys import ENRICHMENT_CHOICE

ASSUMED = "assumed"  # the value of ENRICHMENT_CONSENT for a company's own books; else people are asked


@dataclass(frozen=True, slots=True)
class Choice:
    """A person's choice."""

    #: Whether they let us ask vendors over the network about their contacts; None if they never said.
    consents: bool | None = None
    consents_at: datetime | None = None
    #: Whether none of their contacts is to be enriched, not even offline.
    has_opted_out: bool = False
    opted_out_at: datetime | None = None

    def allows(self, consent: str) -> bool:
        """Whether vendors may be asked over the network.

        Args:
            consent: the setting ENRICHMENT_CONSENT. If it is `assumed`, silence is consent; a refusal still counts.
        """
        if self.has_opted_out:
            return False
        return consent == ASSUMED if self.consents is None else self.consents


@dataclass(frozen=True)
class ChoiceStore:
    """Every method may raise `ResponseLost`."""

    dynamo: Dynamo
    table: str  #: the people table

    def get(self, owner: str) -> Choice:
        item = self.dynamo.get(self.table, _key(owner))
        return Choice() if item is None else _to_choice(item)

    def put(
        self, owner: str, now: datetime, *, consents: bool | None = None, has_opted_out: bool | None = None
    ) -> Choice:
        """Change what is given; None leaves it as it is. A choice that was made before keeps its instant."""
        known = self.get(owner)
        values: Item = {}
        if consents is not None and consents != known.consents:
            values |= {"consents": {"BOOL": consents}, "consents_at": _number(now)}
        if has_opted_out is not None and has_opted_out != known.has_opted_out:
            values |= {"opted_out": {"BOOL": has_opted_out}, "opted_out_at": _number(now)}
        if not values:
            return known
        item = self.dynamo.update(
            TableName=self.table,
            Key=_key(owner),
            UpdateExpression="SET " + ", ".join(f"{name} = :{name}" for name in values),
            ExpressionAttributeValues={f":{name}": value for name, value in values.items()},
        )
        return _to_choice(item)

    def forget(self, owner: str) -> None:
        """Delete the choice. May be repeated."""
        self.dynamo.delete(TableName=self.table, Key=_key(owner))


def choice_json(choice: Choice, consent: str) -> JsonObject:
    """The choice in the API.

    Args:
        consent: the setting ENRICHMENT_CONSENT.
    """
    return {
        "consents": choice.consents,
        "consents_at": rfc3339(choice.consents_at),
        "has_opted_out": choice.has_opted_out,
        "opted_out_at": rfc3339(choice.opted_out_at),
        "is_allowed": choice.allows(consent),
    }


def _key(owner: str) -> Item:
    return ENRICHMENT_CHOICE.key(owner=owner).item


def _number(at: datetime) -> Item:
    return {"N": str(milliseconds(at))}


def _to_choice(item: Item) -> Choice:
    return Choice(
        item["consents"]["BOOL"] if "consents" in item else None,
        instant(int(item["consents_at"]["N"])) if "consents_at" in item else None,
        item.get("opted_out", {}).get("BOOL", False),
        instant(int(item["opted_out_at"]["N"])) if "opted_out_at" in item else None,
    )

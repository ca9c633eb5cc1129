"""An import of leads as one would write it at first: a row at a time, with boto3 as it comes."""

import csv
import io
from typing import Any

from boto3.dynamodb.types import TypeSerializer

from tests.bench.assembly import Machine
from tests.bench.lead_floors import cost_of


def plain_way(machine: Machine, content: bytes) -> float:
    """Look each row up, put its lead, its identity, and the link of the lead with the organization; seconds."""
    table, client = machine.fresh_names().leads, machine.aws.client("dynamodb")
    return cost_of(lambda: _import(client, table, content)).wall


def _import(client: Any, table: str, content: bytes) -> None:
    for row in csv.DictReader(io.StringIO(content.decode(), newline="")):
        identity = _key(f"whatsapp#{row['Phone']}", "identity")
        if "Item" in client.get_item(TableName=table, Key=identity):
            continue
        lead = f"lead#{row['Phone']}"
        client.put_item(TableName=table, Item={**_key(lead, "lead"), **_wire(row)})
        client.put_item(TableName=table, Item={**identity, **_wire({"lead": lead})})
        client.put_item(TableName=table, Item=_key(lead, "organization#acme"))


def _key(partition: str, sort: str) -> dict[str, Any]:
    return _wire({"pk": partition, "sk": sort})


def _wire(values: dict[str, str]) -> dict[str, Any]:
    serialize = TypeSerializer().serialize
    return {name: serialize(value) for name, value in values.items()}

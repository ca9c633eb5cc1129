"""What the same bytes cost without the service: the floors of the figures."""

import time
from collections.abc import Sequence
from typing import Any

import requests
from boto3.dynamodb.types import TypeSerializer

from chalicelib.providers.google.requested_parts import PARTIAL_RESPONSE, PERSON_FIELDS
from tests.bench.assembly import Machine

_KEYS = {"pk", "sk"}
_Transactions = Sequence[Sequence[dict[str, Any]]]


def download(machine: Machine, token: str) -> float:
    """Merely fetch every page that an import fetches; seconds."""
    began = time.perf_counter()
    with requests.Session() as session:
        session.trust_env = False
        query = {
            "personFields": PERSON_FIELDS,
            "fields": PARTIAL_RESPONSE,
            "prettyPrint": "false",
            "pageSize": "1000",
            "requestSyncToken": "true",
            "sources": "READ_SOURCE_TYPE_CONTACT",
        }
        token_of_page: str | None = ""
        while token_of_page is not None:
            answer = session.get(
                f"{machine.sandbox}/v1/people/me/connections",
                params={**query, **({"pageToken": token_of_page} if token_of_page else {})},
                headers={"Authorization": f"Bearer {token}"},
                timeout=60,
            )
            answer.raise_for_status()
            token_of_page = answer.json().get("nextPageToken")
    return time.perf_counter() - began


def write(machine: Machine, transactions: Sequence[Sequence[dict[str, Any]]], *, conditions: bool = True) -> float:
    """Merely write the same items in equal transactions, with boto3 as it comes; seconds.

    Args:
        conditions: each contact on the condition that it is not there yet, as in an import. Without them it is what
            bare puts cost, which the embedded AWS does twice as fast and which no import could use.
    """
    names = machine.fresh_names()
    client = machine.aws.client("dynamodb")
    plain = [actions for each in transactions if (actions := _puts(each, names, conditions=conditions))]
    began = time.perf_counter()
    for actions in plain:
        client.transact_write_items(TransactItems=actions)
    return time.perf_counter() - began


def take_away(machine: Machine, created: _Transactions, gone: _Transactions) -> float:
    """Merely delete the same items in equal transactions, each with its ledger; seconds.

    Args:
        created: the transactions that made the items; repeated first, and not timed.
    """
    names, client = machine.fresh_names(), machine.aws.client("dynamodb")
    for each in created:
        puts = [put for put in _puts(each, names, conditions=True) if put["Put"]["TableName"] == names.contacts]
        if puts:
            client.transact_write_items(TransactItems=puts)
    plain = [[*_puts(each, names, conditions=True), *_deletes(each, names)] for each in gone]
    plain = [actions for actions in plain if actions]
    began = time.perf_counter()
    for actions in plain:
        client.transact_write_items(TransactItems=actions)
    return time.perf_counter() - began


def _deletes(actions: Sequence[dict[str, Any]], names: Any) -> list[dict[str, Any]]:
    return [{"Delete": {**action["Delete"], "TableName": names.contacts}} for action in actions if "Delete" in action]


def _puts(actions: Sequence[dict[str, Any]], names: Any, *, conditions: bool) -> list[dict[str, Any]]:
    """The puts of one transaction: the contacts and the ledger, on other tables."""
    found = [action["Put"] for action in actions if "Put" in action]
    tables = {"jobs": names.jobs, "contacts": names.contacts, "people": names.people}
    kept = {"Item", "ConditionExpression", "ExpressionAttributeNames"} if conditions else {"Item"}
    return [
        {
            "Put": {
                "TableName": tables[put["TableName"].partition("-")[0]],
                **{name: value for name, value in put.items() if name in kept},
            }
        }
        for put in found
    ]


def read(machine: Machine, table: str, owner: str, shelves: int = 64) -> float:
    """One plain read of all of a book's items; seconds."""
    client = machine.aws.client("dynamodb")
    began = time.perf_counter()
    for shelf in range(shelves):
        request = {
            "TableName": table,
            "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": {":pk": {"S": f"{owner}#{shelf:02d}"}},
            "ConsistentRead": True,
        }
        while True:
            answer = client.query(**request)
            if "LastEvaluatedKey" not in answer:
                break
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
    return time.perf_counter() - began


def plain_way(machine: Machine, contacts: Sequence[dict[str, Any]]) -> float:
    """A contact at a time: look it up, put it, put a record of it; seconds."""
    names = machine.fresh_names()
    client, wire = machine.aws.client("dynamodb"), TypeSerializer().serialize
    began = time.perf_counter()
    for contact in contacts:
        key = {"pk": wire("bench"), "sk": wire(contact["id"])}
        client.get_item(TableName=names.contacts, Key=key)
        client.put_item(TableName=names.contacts, Item={**key, "said": wire(contact["said"])})
        client.put_item(TableName=names.jobs, Item={**key, "action": wire("created")})
    return time.perf_counter() - began

"""The fake DynamoDB gives the same responses as the embedded one, for any sequence of requests."""

from decimal import Decimal
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.foundation.ids import fresh_id
from tests.contracts.requests import DESCRIPTION, TABLE, keys, maps, numbers, requests, texts
from tests.examples import examples
from tests.fakes.dynamodb import FakeDynamo

pytestmark = pytest.mark.ministack
IGNORED = ("ResponseMetadata", "ConsumedCapacity", "ItemCollectionMetrics", "UnprocessedKeys", "UnprocessedItems")


@settings(max_examples=examples(100), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(requests, min_size=1, max_size=14))
def test_the_fake_answers_as_the_embedded_aws_does(dynamodb: Any, sequence: list[tuple[str, dict[str, Any]]]) -> None:
    fake, name = FakeDynamo(), fresh_id()
    fake.create_table(TableName=TABLE, **DESCRIPTION)
    dynamodb.create_table(TableName=name, **DESCRIPTION)
    try:
        for operation, request in sequence:
            expected = outcome(fake, operation, request)
            assert expected == outcome(dynamodb, operation, with_table(request, name)), (operation, request)
        assert contents(fake, TABLE) == contents(dynamodb, name)
    finally:
        dynamodb.delete_table(TableName=name)


def outcome(client: Any, operation: str, request: dict[str, Any]) -> Any:
    try:
        return plain(getattr(client, operation)(**request))
    except ClientError as error:
        code = error.response["Error"]["Code"]
        reasons = [
            (reason["Code"], plain(reason.get("Item"))) for reason in error.response.get("CancellationReasons", ())
        ]
        return code, plain(error.response.get("Item")), reasons


def contents(client: Any, table: str) -> list[Any]:
    query = {"TableName": table, "KeyConditionExpression": "pk = :pk", "ConsistentRead": True}
    return [plain(client.query(**query, ExpressionAttributeValues={":pk": {"S": pk}})) for pk in "pq"]


def with_table(request: Any, table: str) -> Any:
    if isinstance(request, list):
        return [with_table(one, table) for one in request]
    if isinstance(request, dict):
        return {name: table if name == "TableName" else with_table(one, table) for name, one in request.items()}
    return request


def plain(answer: Any) -> Any:
    """Without what the two need not share: the order in sets, how a number is written, the network's own members."""
    if isinstance(answer, dict):
        if isinstance(number := answer.get("N"), str):
            return {"N": Decimal(number)}
        kept = {name: plain(value) for name, value in answer.items() if name not in IGNORED}
        return {name: sorted(value) if name in ("SS", "NS", "BS") else value for name, value in kept.items()}
    return [plain(one) for one in answer] if isinstance(answer, list) else answer


def statement(text: str, *parameters: Any) -> dict[str, Any]:
    return {"Statement": text, "Parameters": list(parameters)}


INSERT = f"INSERT INTO \"{TABLE}\" VALUE {{'pk': ?, 'sk': ?, 'n': ?, 's': ?}}"
UPDATE = f'UPDATE "{TABLE}" SET "s" = ? SET "m" = ? WHERE "pk" = ? AND "sk" = ? AND "n" = ?'
REMOVE = f'UPDATE "{TABLE}" SET "n" = ? REMOVE "s" REMOVE "m" WHERE "pk" = ? AND "sk" = ? AND "n" = ?'
inserts = st.builds(lambda key, n, s: statement(INSERT, *key.values(), n, s), keys, numbers, texts | maps)
statement_updates = st.builds(lambda key, s, n: statement(UPDATE, s, s, *key.values(), n), keys, texts | maps, numbers)
removals = st.builds(lambda key, to, n: statement(REMOVE, to, *key.values(), n), keys, numbers, numbers)


@settings(max_examples=examples(60), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.lists(inserts | statement_updates | removals, min_size=1, max_size=5), min_size=1, max_size=5))
def test_the_fake_executes_statements_as_the_embedded_aws_does(dynamodb: Any, batches: list[list[Any]]) -> None:
    fake, name = FakeDynamo(), fresh_id()
    fake.create_table(TableName=TABLE, **DESCRIPTION)
    dynamodb.create_table(TableName=name, **DESCRIPTION)
    try:
        for batch in batches:
            there = [{**each, "Statement": each["Statement"].replace(TABLE, name)} for each in batch]
            assert codes(fake, batch) == codes(dynamodb, there)
        assert contents(fake, TABLE) == contents(dynamodb, name)
    finally:
        dynamodb.delete_table(TableName=name)


def codes(client: Any, statements: list[Any]) -> list[str | None]:
    responses = client.batch_execute_statement(Statements=statements)["Responses"]
    return [response.get("Error", {}).get("Code") for response in responses]


def test_both_refuse_a_reserved_word_as_a_name(dynamodb: Any) -> None:
    """Such as `blob`; `#names` stand for them."""
    fake, name = FakeDynamo(), fresh_id()
    condition = {"ConditionExpression": "blob = :blob", "ExpressionAttributeValues": {":blob": {"S": "b"}}}
    for client, table in ((fake, TABLE), (dynamodb, name)):
        client.create_table(TableName=table, **DESCRIPTION)
        with pytest.raises(ClientError, match="reserved keyword"):
            client.put_item(TableName=table, Item={"pk": {"S": "p"}, "sk": {"S": "s"}}, **condition)
    dynamodb.delete_table(TableName=name)

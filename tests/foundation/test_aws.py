"""The AWS clients over real sockets: a truncated response is an error, and no retry starts that cannot end in time."""

import random
from collections.abc import Iterator
from typing import ClassVar

import pytest
from botocore.exceptions import ClientError

from chalicelib.foundation.aws import AwsClients
from chalicelib.foundation.dynamo import Dynamo, ResponseLost
from chalicelib.foundation.errors import Unavailable
from chalicelib.foundation.executor import ThreadExecutor
from chalicelib.foundation.request_time import request_time, seconds_left
from tests.fakes.clock import FixedClock
from tests.fakes.silent import breaks_off, fails, hangs, refuses, resets, silent

READ_SECONDS = 0.2
KEY = {"pk": {"S": "a"}}


def table_at(address: str) -> Dynamo:
    client = AwsClients("us-east-1", address, read_seconds=READ_SECONDS)("dynamodb")
    return Dynamo(client, FixedClock(), random.Random(7))


class TestSilence:
    @pytest.fixture(params=["breaks off", "fails", "resets", "refuses"])
    def address(self, request) -> Iterator[str]:
        ways = {"breaks off": breaks_off, "fails": fails, "resets": resets}
        with refuses() if request.param == "refuses" else silent(ways[request.param]) as found:
            yield found

    def test_an_item_that_cannot_be_read_is_not_one_that_is_missing(self, address):
        with pytest.raises(ResponseLost):
            table_at(address).get("contacts", KEY)


class TestTime:
    def test_no_attempt_starts_that_cannot_finish_in_time(self):
        with silent(hangs) as address, request_time(READ_SECONDS / 2), pytest.raises(Unavailable):
            table_at(address).get("contacts", KEY)

    def test_a_thread_that_works_for_the_request_has_the_same_limit(self):
        threads = ThreadExecutor(1)
        with request_time(60.0):
            begun = threads.start(seconds_left)

        assert (begun.result() or 0) > 0
        assert threads.start(seconds_left).result() is None

    def test_what_has_no_request_has_no_such_limit(self):
        assert seconds_left() is None


@pytest.mark.ministack
class TestItems:
    """An item of every kind passes as it is: it is the JSON that DynamoDB speaks."""

    ITEM: ClassVar = {
        "pk": {"S": "a"},
        "sk": {"S": "Zoë 山"},
        "count": {"N": "12345678901234567890"},
        "flag": {"BOOL": True},
        "nothing": {"NULL": True},
        "ids": {"SS": ["x", "y"]},
        "sealed": {"B": "AP8="},
        "nested": {"L": [{"M": {"deep": {"L": []}}}]},
    }
    KEY: ClassVar = {"pk": {"S": "a"}, "sk": {"S": "Zoë 山"}}

    @pytest.fixture
    def client(self, fresh_aws):
        return AwsClients("us-east-1", fresh_aws.endpoint)("dynamodb")

    @pytest.fixture
    def table(self, fresh_aws):
        return fresh_aws.names.contacts

    def test_written_in_a_transaction_is_read_by_every_call(self, client, fresh_aws, table):
        client.transact_write_items(TransactItems=[{"Put": {"TableName": table, "Item": self.ITEM}}])

        plain = fresh_aws.client("dynamodb")
        key = {":pk": {"S": "a"}}
        queried = client.query(TableName=table, KeyConditionExpression="pk = :pk", ExpressionAttributeValues=key)
        batch = client.batch_get_item(RequestItems={table: {"Keys": [self.KEY]}})
        assert plain.get_item(TableName=table, Key=self.KEY)["Item"] == {**self.ITEM, "sealed": {"B": b"\x00\xff"}}
        assert client.get_item(TableName=table, Key=self.KEY)["Item"] == self.ITEM
        assert queried["Items"] == batch["Responses"][table] == [self.ITEM]

    def test_comes_back_from_an_update(self, client, table):
        client.put_item(TableName=table, Item=self.ITEM)

        updated = client.update_item(
            TableName=table,
            Key=self.KEY,
            UpdateExpression="SET flag = :no",
            ExpressionAttributeValues={":no": {"BOOL": False}},
            ReturnValues="ALL_NEW",
        )

        assert updated["Attributes"] == {**self.ITEM, "flag": {"BOOL": False}}

    def test_comes_back_from_a_refused_write(self, client, table):
        client.put_item(TableName=table, Item=self.ITEM)
        put = {
            "TableName": table,
            "Item": self.ITEM,
            "ConditionExpression": "attribute_not_exists(pk)",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }

        with pytest.raises(ClientError) as alone:
            client.put_item(**put)
        with pytest.raises(ClientError) as together:
            client.transact_write_items(TransactItems=[{"Put": put}])

        assert alone.value.response["Item"] == self.ITEM
        assert [each["Item"] for each in together.value.response["CancellationReasons"]] == [self.ITEM]

    def test_is_deleted_in_a_batch(self, client, table):
        client.put_item(TableName=table, Item=self.ITEM)

        client.batch_write_item(RequestItems={table: [{"DeleteRequest": {"Key": self.KEY}}]})

        assert "Item" not in client.get_item(TableName=table, Key=self.KEY)

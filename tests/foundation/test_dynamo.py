"""The DynamoDB client retries temporary errors and raises permanent ones."""

import random

import pytest

from chalicelib.foundation.dynamo import (
    TRIES,
    ConditionFailed,
    Dynamo,
    ResponseLost,
    StatementRejected,
    TransactionCanceled,
    size_of,
)
from tests.fakes.clock import FixedClock
from tests.fakes.dynamodb_answers import transaction_canceled
from tests.fakes.values import refusal

KEY = {"pk": {"S": "a"}, "sk": {"S": "b"}}
PASSING = ("TransactionConflictException", "ThrottlingException", "ProvisionedThroughputExceededException")
PASSING_REASONS = ("TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded")
CHECKS = [{"ConditionCheck": {"TableName": "jobs", "Key": KEY}}] * 2


class Busy:
    """A client that refuses the first `times` calls."""

    def __init__(self, error, times: int) -> None:
        self.error, self.times, self.calls = error, times, 0

    def __getattr__(self, name):
        def call(**request):
            self.calls += 1
            if self.calls <= self.times:
                raise self.error
            return {"Attributes": {}, "Item": KEY}

        return call


def dynamo(client: Busy) -> Dynamo:
    return Dynamo(client, FixedClock(), random.Random(7))


def single_writes(store: Dynamo):
    return {
        "put": lambda: store.put(TableName="jobs", Item=KEY),
        "update": lambda: store.update(TableName="jobs", Key=KEY),
        "delete": lambda: store.delete(TableName="jobs", Key=KEY),
    }


@pytest.mark.parametrize("write", ["put", "update", "delete"])
@pytest.mark.parametrize("code", PASSING)
class TestASingleWrite:
    def test_is_sent_again_while_it_is_refused_only_for_now(self, write, code):
        client = Busy(refusal(code, "later"), TRIES - 1)

        single_writes(dynamo(client))[write]()

        assert client.calls == TRIES

    def test_ends_as_an_answer_that_never_came(self, write, code):
        client = Busy(refusal(code, "later"), TRIES)

        with pytest.raises(ResponseLost, match=code):
            single_writes(dynamo(client))[write]()


def test_a_false_condition_is_final():
    client = Busy(refusal("ConditionalCheckFailedException", "no"), 1)

    with pytest.raises(ConditionFailed):
        dynamo(client).put(TableName="jobs", Item=KEY)

    assert client.calls == 1


@pytest.mark.parametrize("code", PASSING_REASONS)
class TestATransaction:
    def test_is_sent_again_while_another_is_in_its_way(self, code):
        client = Busy(transaction_canceled([{"Code": "None"}, {"Code": code}]), TRIES - 1)

        dynamo(client).transact(CHECKS, token="t")

        assert client.calls == TRIES

    def test_that_stays_in_the_way_of_others_is_refused_by_no_condition(self, code):
        client = Busy(transaction_canceled([{"Code": "None"}, {"Code": code}]), TRIES)

        with pytest.raises(TransactionCanceled) as refused:
            dynamo(client).transact(CHECKS, token="t")

        assert not any(reason.is_condition for reason in refused.value.reasons)
        assert refused.value.by_others

    def test_with_a_false_condition_too_is_final(self, code):
        client = Busy(transaction_canceled([{"Code": "ConditionalCheckFailed"}, {"Code": code}]), TRIES)

        with pytest.raises(TransactionCanceled):
            dynamo(client).transact(CHECKS, token="t")

        assert client.calls == 1


class Answering:
    """A client that answers the statements of each request with the next codes of its script; then all are written."""

    def __init__(self, *script: list[str | None]) -> None:
        self.script, self.sent = list(script), []

    def batch_execute_statement(self, *, Statements):  # noqa: N803 # as DynamoDB has it
        self.sent.append([each["Statement"] for each in Statements])
        codes = self.script.pop(0) if self.script else [None] * len(Statements)
        return {"Responses": [{"Error": {"Code": code}} if code else {"TableName": "jobs"} for code in codes]}


def statements(*texts: str):
    return [{"Statement": text, "Parameters": []} for text in texts]


class TestStatements:
    def test_each_is_written_or_refused_on_its_own(self):
        client = Answering([None, "DuplicateItem", "ConditionalCheckFailed"])

        assert dynamo(client).execute(statements("a", "b", "c")) == [True, False, False]

    @pytest.mark.parametrize(
        "code",
        [*PASSING_REASONS, "RequestLimitExceeded", "InternalServerError"],
    )
    def test_one_that_meets_a_busy_partition_is_sent_again_alone(self, code):
        client = Answering([None, code, "DuplicateItem", code], [code, None], [None])

        assert dynamo(client).execute(statements("a", "b", "c", "d")) == [True, True, False, True]
        assert client.sent == [["a", "b", "c", "d"], ["b", "d"], ["b"]]

    def test_one_that_stays_busy_ends_as_a_response_that_never_came(self):
        client = Answering(*[["ThrottlingError"]] * TRIES)

        with pytest.raises(ResponseLost):
            dynamo(client).execute(statements("a"))

    @pytest.mark.parametrize("code", ["ValidationError", "AccessDenied", "ResourceNotFound"])
    def test_one_that_can_never_be_written_is_an_error(self, code):
        with pytest.raises(StatementRejected, match=code):
            dynamo(Answering([None, code])).execute(statements("a", "b"))


def test_a_transaction_with_an_item_that_does_not_fit_is_no_fault_of_others():
    client = Busy(transaction_canceled([{"Code": "ConditionalCheckFailed"}, {"Code": "ValidationError"}]), 1)

    with pytest.raises(TransactionCanceled) as refused:
        dynamo(client).transact(CHECKS, token="t")

    assert not refused.value.by_others


class TestTheSizeOfAWrite:
    """Never less than what DynamoDB counts."""

    @pytest.mark.parametrize(
        "value",
        [{"S": "x" * 5_000}, {"S": "ü" * 2_500}, {"B": bytes(range(256)) * 20}, {"L": [{"S": "x" * 50}] * 100}],
        ids=["text", "umlauts", "bytes", "list"],
    )
    def test_counts_all_of_its_item(self, value):
        assert 5_000 <= size_of({"Put": {"TableName": "jobs", "Item": {**KEY, "value": value}}}) <= 11_000

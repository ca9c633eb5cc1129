"""Concurrent calls of two processes to one DynamoDB: which of them conflict."""

import random

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from tests.fakes.account import FakeAccount
from tests.simulation.house import House
from tests.simulation.traffic import SINGLE_WRITES, Client
from tests.simulation.world import Fault, Process, World

HERE, THERE = ({"pk": {"S": "owner#ada"}, "sk": {"S": sk}} for sk in ("here", "there"))


def action(kind, key=HERE):
    """One action on the item: as far as conflicts go, all are alike."""
    what = {
        "Put": {"Item": key},
        "Update": {"Key": key},
        "Delete": {"Key": key},
        "ConditionCheck": {"Key": key, "ConditionExpression": "attribute_not_exists(gone)"},
    }
    return {kind: {"TableName": "jobs", **what[kind]}}


class Pair:
    """One process whose transaction is ongoing, and another one that makes a call meanwhile."""

    def __init__(self, *ongoing, token="one", fault=None) -> None:
        self.world = World(random.Random(0))
        self.house = House(self.world, FakeAccount([]))
        self.house.traffic.spans = (1000,)
        self.first = self._process(lambda client: client.transact_write_items(**transaction(*ongoing, token=token)))
        self.first.step()
        self.first.step(fault)

    def _process(self, work) -> Process:
        process = Process(self.world)
        process.begin(lambda: work(Client(process, self.house.traffic)))
        return process

    def other(self, work):
        process = self._process(work)
        process.run()
        if process.main.error is not None:
            raise process.main.error
        return process.main.value

    def stored(self):
        return set(self.house.dynamo.tables["jobs"].items)


def transaction(*actions, token="other"):
    return {"TransactItems": list(actions), "ClientRequestToken": token}


KINDS = ("Put", "Update", "Delete", "ConditionCheck")


@pytest.mark.parametrize("held", KINDS)
class TestAnItemOfAnOngoingTransaction:
    @pytest.mark.parametrize("wanted", KINDS)
    def test_refuses_another_transaction_and_names_the_item(self, held, wanted):
        pair = Pair(action(held))

        with pytest.raises(ClientError) as refused:
            pair.other(lambda client: client.transact_write_items(**transaction(action("Put", THERE), action(wanted))))

        assert refused.value.response["Error"]["Code"] == "TransactionCanceledException"
        codes = [reason["Code"] for reason in refused.value.response["CancellationReasons"]]
        assert codes == ["None", "TransactionConflict"]

    @pytest.mark.parametrize("name", SINGLE_WRITES)
    def test_refuses_a_single_write(self, held, name):
        pair = Pair(action(held))
        request = {"Item": HERE} if name == "put_item" else {"Key": HERE}

        with pytest.raises(ClientError) as refused:
            pair.other(lambda client: getattr(client, name)(TableName="jobs", **request))

        assert refused.value.response["Error"]["Code"] == "TransactionConflictException"

    def test_stays_unprocessed_in_a_batch(self, held):
        pair = Pair(action(held))
        writes = [{"PutRequest": {"Item": THERE}}, {"DeleteRequest": {"Key": HERE}}]

        answer = pair.other(lambda client: client.batch_write_item(RequestItems={"jobs": writes}))

        assert answer == {"UnprocessedItems": {"jobs": writes[1:]}}

    def test_can_be_read_as_it_was_before(self, held):
        pair = Pair(action(held))

        assert pair.other(lambda client: client.get_item(TableName="jobs", Key=HERE)) == {}

    def test_is_free_when_the_transaction_has_landed(self, held):
        pair = Pair(action(held))
        pair.first.run()

        pair.other(lambda client: client.put_item(TableName="jobs", Item=HERE))

        assert pair.first.main.error is None

    def test_is_free_after_its_end_even_if_the_response_was_lost(self, held):
        pair = Pair(action(held))
        pair.world.now += 60

        pair.other(lambda client: client.put_item(TableName="jobs", Item=HERE))

        assert len(pair.stored()) == 1


class TestATransaction:
    def test_leaves_all_other_items_free(self):
        pair = Pair(action("Put"))

        pair.other(lambda client: client.transact_write_items(**transaction(action("Put", THERE))))

        assert len(pair.stored()) == 1
        pair.first.run()
        assert len(pair.stored()) == 2

    def test_that_is_sent_again_while_it_is_ongoing_is_in_progress(self):
        pair = Pair(action("Put"))

        with pytest.raises(ClientError, match="TransactionInProgressException"):
            pair.other(lambda client: client.transact_write_items(**transaction(action("Put"), token="one")))

    def test_whose_answer_was_lost_may_land_later(self):
        pair = Pair(action("Put"), fault=Fault.ANSWER_LOST)
        assert isinstance(pair.first.main.error, ReadTimeoutError)

        assert not pair.stored()
        pair.house.traffic.end_all()
        assert len(pair.stored()) == 1


class TestAHotPartition:
    @pytest.fixture
    def pair(self):
        pair = Pair(action("Put"))
        pair.first.run()
        pair.house.traffic.throttled = 1.0
        pair.house.traffic.hot = dict.fromkeys(
            ((id(table), "owner#ada") for table in pair.house.dynamo.tables.values()), True
        )
        return pair

    @pytest.mark.parametrize("name", ["get_item", "update_item", "delete_item"])
    def test_refuses_calls_of_one_item(self, pair, name):
        with pytest.raises(ClientError, match=r"ThrottlingException|ProvisionedThroughput"):
            pair.other(lambda client: getattr(client, name)(TableName="jobs", Key=HERE))

    def test_cancels_a_transaction(self, pair):
        with pytest.raises(ClientError) as refused:
            pair.other(lambda client: client.transact_write_items(**transaction(action("Put"))))

        (reason,) = refused.value.response["CancellationReasons"]
        assert reason["Code"] in ("ThrottlingError", "ProvisionedThroughputExceeded")

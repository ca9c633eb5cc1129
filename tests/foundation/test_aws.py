"""The AWS clients over real sockets: a truncated response is an error, and no retry starts that cannot end in time."""

import random
from collections.abc import Iterator

import pytest

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
    def test_no_try_begins_whose_answer_could_not_be_waited_for(self):
        with silent(hangs) as address, request_time(READ_SECONDS / 2), pytest.raises(Unavailable):
            table_at(address).get("contacts", KEY)

    def test_nor_on_a_thread_that_works_for_the_request(self):
        threads = ThreadExecutor(1)
        with request_time(60.0):
            begun = threads.start(seconds_left)

        assert (begun.result() or 0) > 0
        assert threads.start(seconds_left).result() is None

    def test_what_has_no_request_has_no_such_limit(self):
        assert seconds_left() is None

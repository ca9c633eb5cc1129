"""The specification of what people spent of their request limits, for the fake DynamoDB and the embedded AWS alike."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.jobs.spent_requests import SpentRequests
from chalicelib.tables.keys import SPENT_REQUESTS
from tests.fakes.clock import NOON

SECOND = timedelta(seconds=1)


@pytest.fixture
def spent(ground: Any) -> SpentRequests:
    return SpentRequests(ground.dynamo, ground.names.jobs)


def test_nothing_is_known_of_a_bucket_that_nobody_used(spent):
    assert spent.get("a") is None


def test_what_is_spent_adds_up_and_comes_back(spent):
    assert spent.add("a", SECOND * 5, NOON) == NOON + SECOND * 5
    assert spent.add("a", SECOND, NOON + SECOND) == NOON + SECOND * 6
    assert spent.add("a", SECOND, NOON + SECOND * 60) == NOON + SECOND * 61
    assert spent.get("a") == NOON + SECOND * 61
    assert spent.get("b") is None


def test_it_expires_a_day_later(spent):
    spent.add("a", SECOND, NOON)

    item = spent.dynamo.get(spent.table, SPENT_REQUESTS.key(bucket="a").item)
    assert int(item["ttl"]["N"]) == (NOON + timedelta(days=1)).timestamp()


@pytest.mark.parametrize("first", [NOON, NOON + SECOND * 5])
def test_processes_that_meet_are_all_counted(spent, first):
    """Some find the bucket as they expect it, and some do not."""
    spent.add("a", SECOND, NOON)

    with ThreadPoolExecutor(4) as processes:
        list(processes.map(lambda _: spent.add("a", SECOND, first), range(4)))

    assert spent.get("a") == max(NOON + SECOND, first) + SECOND * 4

"""What people spent of their limits, in the table."""

import random
from datetime import timedelta

import pytest

from chalicelib.foundation.dynamo import Dynamo
from chalicelib.jobs.spent_requests import SpentRequests
from tests.fakes.clock import NOON, FixedClock
from tests.fakes.tables import empty_tables

SECOND = timedelta(seconds=1)


@pytest.fixture
def spent() -> SpentRequests:
    return SpentRequests(Dynamo(empty_tables(), FixedClock(), random.Random(7)), "jobs")


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

    [item] = spent.dynamo.client.tables["jobs"].items.values()
    assert int(item["ttl"]["N"]) == (NOON + timedelta(days=1)).timestamp()


def test_a_write_that_meets_a_full_bucket_and_one_that_does_not_are_both_added(spent):
    """Another process adds between the two tries of this one."""
    update, others = spent.dynamo.client.update_item, [SECOND * 2]

    def meets(**request):
        if others:
            SpentRequests(spent.dynamo, "jobs")._add("a", others.pop(), NOON, is_full=True)
        return update(**request)

    spent.dynamo.client.update_item = meets

    assert spent.add("a", SECOND, NOON) == NOON + SECOND * 3

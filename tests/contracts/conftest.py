"""The places a store may stand on: the fake DynamoDB, and the embedded AWS. A contract holds on both."""

import random
from dataclasses import dataclass
from typing import Any

import pytest

from chalicelib.foundation.dynamo import Dynamo
from chalicelib.tables.keys import TABLES
from local.embedded_aws.resources import Names, schema
from tests.fakes.clock import FixedClock
from tests.fakes.dynamodb import FakeDynamo


@dataclass(frozen=True)
class Ground:
    """A DynamoDB with our three tables, empty."""

    dynamo: Dynamo
    names: Names
    clock: FixedClock


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture(params=["fake", pytest.param("ministack", marks=pytest.mark.ministack)])
def ground(request: pytest.FixtureRequest, clock: FixedClock) -> Ground:
    if request.param == "ministack":
        names = request.getfixturevalue("fresh_tables")
        client: Any = request.getfixturevalue("dynamodb")
    else:
        names, client = Names(), fake_with_tables()
    return Ground(Dynamo(client, clock, random.Random(1)), names, clock)


def fake_with_tables() -> FakeDynamo:
    fake = FakeDynamo()
    for table in TABLES:
        fake.create_table(TableName=table, **schema(TABLES[table]))
    return fake

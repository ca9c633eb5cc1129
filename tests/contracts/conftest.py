"""The places a store may stand on: the fake DynamoDB, and the embedded AWS. A contract holds on both."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from chalicelib.foundation.dynamo import Dynamo
from local.embedded_aws.resources import Names
from local.sandbox import Sandbox, running
from tests.fakes.clock import FixedClock
from tests.fakes.tables import empty_tables


@dataclass(frozen=True)
class Ground:
    """A DynamoDB with our tables, empty."""

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
        names, client = Names(), empty_tables()
    return Ground(Dynamo(client, clock, random.Random(1)), names, clock)


@pytest.fixture(scope="package")
def sandbox() -> Iterator[Sandbox]:
    """The providers, as the sandbox plays them."""
    with running() as sandbox:
        yield sandbox

"""The stack that `make clients` has started, and its people."""

import os

import pytest

from tests.journeys.world import PersonHere, World


@pytest.fixture(scope="session")
def world() -> World:
    return World.at(int(os.environ["STACK_PORT"]))


@pytest.fixture
def anna(world: World) -> PersonHere:
    return world.person()

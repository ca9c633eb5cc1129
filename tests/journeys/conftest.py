"""One stack for all journeys that leave it running, started once in one test process."""

from collections.abc import Iterator

import pytest

from tests.journeys.world import PersonHere, World

HERE = "tests/journeys/"


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.nodeid.startswith(HERE) and not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group("journeys"))


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    world = World()
    world.start()
    yield world
    world.stop()


@pytest.fixture
def anna(world: World) -> PersonHere:
    return world.person()


@pytest.fixture
def bert(world: World) -> PersonHere:
    return world.person()

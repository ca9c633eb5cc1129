"""A stack and a browser for each test process, and a context for each test that complains about what pages must not do.

Where there is no Chromium these tests are skipped and say how to get one; under CI that is a failure.
"""

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser import chromium
from tests.browser.person import Person, visitors
from tests.journeys.world import World

HERE = "tests/browser/"
OF_ITS_OWN = ("test_every_page", "test_hostile")  # modules that another process can take


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Two test processes at most, so that the stack and the browser start once in each."""
    for item in items:
        if item.nodeid.startswith(HERE):
            group = "browser pages" if item.path.stem in OF_ITS_OWN else "browser"
            item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if chromium.path() is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(chromium.HOW_TO)
    with chromium.launch() as launched:
        yield launched


@pytest.fixture(scope="session")
def world(browser: Browser) -> Iterator[World]:
    world = World()
    world.start()
    yield world
    world.stop()


@pytest.fixture
def person(browser: Browser, world: World) -> Iterator[Callable[..., Person]]:
    """Create a person with a browser of their own: `person("anna")`, with what a Playwright context takes.

    What their pages did and should not have done fails the test at its end.
    """
    with visitors(browser, world) as make:
        yield make


@pytest.fixture
def anna(person: Callable[..., Person]) -> Person:
    """A person who has signed in, with an empty book."""
    return person().let_in()

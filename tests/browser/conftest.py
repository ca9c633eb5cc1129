"""A stack and a browser for each test process, and a context for each test that complains about what pages must not do.

Where there is no Chromium these tests are skipped and say how to get one; under CI that is a failure.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from chalicelib.foundation.ids import fresh_id
from tests.browser import chromium
from tests.browser.person import Person
from tests.browser.watch import Watch
from tests.journeys.world import World

HERE = Path(__file__).parent
PATIENCE = 6_000  # milliseconds for one thing to appear, on a machine that is busy


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of them share a test process, so that the stack and the browser start once."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if chromium.path() is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(chromium.HOW_TO)
    with chromium.launched() as launched:
        yield launched


@pytest.fixture(scope="session")
def world(browser: Browser) -> Iterator[World]:
    world = World()
    world.start()
    yield world
    world.stop()


@pytest.fixture
def person(browser: Browser, world: World) -> Iterator[Callable[..., Person]]:
    """Make somebody with a browser of their own: `person("anna")`, with what a Playwright context takes.

    What their pages did and should not have done fails the test at its end.
    """
    made: list[Person] = []

    def make(name: str = "", *, is_operator: bool = False, **manners: Any) -> Person:
        context = browser.new_context(**manners)
        context.set_default_timeout(PATIENCE)
        watch = Watch((world.url.rstrip("/"), world.sandbox.origin)).over(context)
        made.append(Person(name or f"person-{fresh_id()}", world, context, watch, is_operator))
        return made[-1]

    yield make
    for each in made:
        each.context.close()
    assert [complaint for each in made for complaint in each.watch.complaints] == []


@pytest.fixture
def anna(person: Callable[..., Person]) -> Person:
    """Somebody who has signed in, with a book of her own that is empty."""
    return person().sign_in()

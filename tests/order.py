"""In which order the tests run: `--order reverse`, or `--order random:7` for one of many that comes out again.

No test may need another to have run before it. Modules, the classes within one and the tests within those change
places, each level by itself, so that what a module sets up once is still set up once. `make test ORDER=reverse`.
"""

import hashlib
from collections.abc import Iterator
from typing import TypeVar

import pytest

REVERSE = "reverse"
RANDOM = "random:"

Item = TypeVar("Item")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--order", type=_order, metavar="ORDER", help="reverse, or random:SEED; as written unless given")


@pytest.hookimpl(tryfirst=True)  # pytest may still bring together what shares a costly fixture
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    order = config.getoption("order")
    if order:
        items[:] = arrange({item.nodeid: item for item in items}, order)


def arrange(tests: dict[str, Item], order: str) -> list[Item]:
    """`tests`, each under its id, in another order that is the same in every process."""
    if order == REVERSE:
        return list(reversed(tests.values()))
    ids = sorted(tests, key=lambda test: [_lot(order, level) for level in _levels(test)])
    return [tests[test] for test in ids]


def _levels(test: str) -> Iterator[str]:
    """The module of a test, its class in that module, and so on to the whole id."""
    name, bracket, parameters = test.partition("[")
    parts = name.split("::")
    for depth in range(1, len(parts)):
        yield "::".join(parts[:depth])
    yield name + bracket + parameters


def _lot(order: str, level: str) -> bytes:
    return hashlib.sha256(f"{order} {level}".encode()).digest()


def _order(text: str) -> str:
    if text != REVERSE and not (text.startswith(RANDOM) and text != RANDOM):
        raise ValueError(text)
    return text

"""A fresh service for each test."""

from collections.abc import Iterator

import pytest

from chalicelib.tables.keys import TABLES, Key
from tests.routes.service import Service


@pytest.fixture
def service() -> Iterator[Service]:
    service = Service()
    yield service
    every_item_is_of_one_kind(service)


def every_item_is_of_one_kind(service: Service) -> None:
    """Whatever the test stored has a key that `tables/keys.py` lists."""
    for name, table in TABLES.items():
        for item in service.dynamodb.tables[name].items.values() if name in service.dynamodb.tables else ():
            assert len(table.kinds_of(Key.of(item))) == 1, f"no one kind has the key {Key.of(item)}"

"""A fresh service for each test."""

import pytest

from tests.routes.service import Service


@pytest.fixture
def service() -> Service:
    return Service()

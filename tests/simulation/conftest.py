"""How much is simulated: `SEEDS` histories, cut into slices so that several processes can share them."""

import logging
import os
from collections.abc import Iterator

import pytest

from tests.fakes.account import CANARY

SEEDS = int(os.environ.get("SEEDS", "640"))
SLICES = 8


class Eavesdropper(logging.Handler):
    """Reads every log line, with all that is attached to it, for what must not be there."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if CANARY in str(record.__dict__):
            self.messages.append(record.getMessage())


@pytest.fixture(autouse=True)
def no_token_is_logged() -> Iterator[None]:
    ear, root = Eavesdropper(), logging.getLogger("chalicelib")
    level = root.level
    root.addHandler(ear)
    root.setLevel(logging.DEBUG)
    yield
    root.removeHandler(ear)
    root.setLevel(level)
    assert not ear.messages


def seeds_of(slice_number: int, seeds: int = SEEDS) -> range:
    """Every `SLICES`-th seed, so that each slice sees every theme."""
    return range(slice_number, seeds, SLICES)

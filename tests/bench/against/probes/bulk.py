"""Bulk create and the cleanup of what it created, beside merely writing and deleting the same items."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from measuring import Measure

from tests.bench import floors
from tests.bench.assembly import Machine, machine
from tests.bench.bulk import Bulk


@contextmanager
def create_and_clean_up(contacts: int) -> Iterator[Measure]:
    with machine() as measured_on:
        _measured(measured_on, 100)  # loads what a process loads once
        yield lambda: _measured(measured_on, contacts)


def _measured(measured_on: Machine, contacts: int) -> dict[str, Any]:
    bulk = Bulk(measured_on)
    job, creating, created = bulk.create(contacts)
    _, cleaning, deleted = bulk.clean_up(job)
    return {
        "create": creating / floors.write(measured_on, created),
        "clean_up": cleaning / floors.take_away(measured_on, created, deleted),
        "create_wall": creating,
        "clean_up_wall": cleaning,
    }

"""Full imports of one account: of new contacts, of unchanged ones, and of slow pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from adapter import control
from measuring import Measure, drop_tables, timed_import

from tests.bench import floors
from tests.bench.assembly import Importer, machine
from tests.bench.counting import CountingClient

LATENCY_MILLISECONDS = 300


@contextmanager
def new(contacts: int) -> Iterator[Measure]:
    with machine() as measured_on:
        address = measured_on.account(contacts)
        kept = Importer.of(measured_on, address, wrap=lambda client: CountingClient(client, keep=True))
        kept.import_all()

        def measure() -> dict[str, Any]:
            importer = Importer.of(measured_on, address)
            wall, cpu = timed_import(importer)
            drop_tables(importer)
            downloading = floors.download(measured_on, importer.token)
            floor = downloading + floors.write(measured_on, kept.client.transactions)
            return {"cpu": _microseconds(cpu, contacts), "wall": wall, "to_floor": wall / floor}

        yield measure


@contextmanager
def unchanged(contacts: int) -> Iterator[Measure]:
    with machine() as measured_on:
        importer = Importer.of(measured_on, measured_on.account(contacts))
        for _ in range(2):  # the second loads what only an import of known contacts loads
            importer.import_all()

        def measure() -> dict[str, Any]:
            wall, cpu = timed_import(importer)
            downloading = floors.download(measured_on, importer.token)
            floor = downloading + floors.read(measured_on, importer.names.contacts, "bench")
            return {"cpu": _microseconds(cpu, contacts), "wall": wall, "to_floor": wall / floor}

        yield measure


@contextmanager
def slow_pages(contacts: int) -> Iterator[Measure]:
    with machine() as measured_on:
        address = measured_on.account(contacts)
        Importer.of(measured_on, measured_on.account(100)).import_all()  # loads what a process loads once
        control(measured_on, "/sandbox/settings", {"latency_ms": LATENCY_MILLISECONDS})

        def measure() -> dict[str, Any]:
            importer = Importer.of(measured_on, address)
            wall, _ = timed_import(importer)
            drop_tables(importer)
            return {"wall": wall, "to_download": wall / floors.download(measured_on, importer.token)}

        yield measure


def _microseconds(seconds: float, contacts: int) -> float:
    return seconds / contacts * 1e6

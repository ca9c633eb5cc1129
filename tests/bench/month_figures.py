"""What a month costs: an account of 5,000 contacts that is imported daily, of which ten change a day.

Prices: DynamoDB on demand in us-east-1 (since November 2024), in dollars for a million units and a gigabyte a month.
"""

from collections.abc import Iterator

from local.sandbox_control import SandboxControl
from tests.bench.assembly import Importer, Machine
from tests.bench.counting import CountingClient
from tests.bench.figures import Figure

CONTACTS, CHANGED, DAYS, PEOPLE = 5_000, 10, 30, 1_000
WRITE, READ, GIGABYTE = 0.625, 0.125, 0.25
AROUND = 12  # write units of a refresh that the importer here does not make: its connection, the list of imports


def month(machine: Machine, repeats: int) -> Iterator[Figure]:
    address = machine.account(CONTACTS)
    importer = Importer.of(machine, address, wrap=lambda client: CountingClient(client, units=True))
    first = _units(importer, "full")
    yield from _two("the first import", first, writes=13_000, reads=50)
    stored = _stored(machine, importer)
    yield Figure("stored for each contact", stored / CONTACTS, 1_000, "bytes", f"{stored:,} in the contacts table")
    quiet = _units(importer, "incremental")
    yield from _two("a refresh without changes", quiet, writes=30, reads=100)
    SandboxControl(machine.sandbox).contacts(address, "change", count=CHANGED)
    busy = _units(importer, "incremental")
    yield from _two(f"a refresh with {CHANGED} changes", busy, writes=70, reads=100)
    full = _units(importer, "full")
    yield from _two("the full import of a month", full, writes=900, reads=100)
    writes = (busy["write"] + AROUND) * (DAYS - 1) + full["write"] + AROUND
    reads = busy["read"] * (DAYS - 1) + full["read"]
    dollars = PEOPLE * (writes * WRITE / 1e6 + reads * READ / 1e6 + stored * GIGABYTE / 1e9)
    note = f"{PEOPLE:,} people; {writes:,.0f} write and {reads:,.0f} read units each"
    yield Figure("DynamoDB, a month", dollars, 4, "$", note)


def _units(importer: Importer, mode: str) -> dict[str, float]:
    importer.client.consumed.clear()
    importer.import_all(mode)
    return dict(importer.client.consumed)


def _two(what: str, units: dict[str, float], *, writes: float, reads: float) -> Iterator[Figure]:
    yield Figure(f"write units of {what}", units.get("write", 0), writes, "", f"{CONTACTS:,} contacts")
    yield Figure(f"read units of {what}", units.get("read", 0), reads, "", "")


def _stored(machine: Machine, importer: Importer) -> int:
    """The bytes of all items of the contacts table, as DynamoDB counts them: names and values."""
    pages = machine.dynamodb().get_paginator("scan").paginate(TableName=importer.names.contacts)
    return sum(_size(item) for page in pages for item in page["Items"])


def _size(value: object) -> int:
    match value:
        case dict():
            return sum(len(str(name)) + _size(each) for name, each in value.items())
        case list():
            return sum(map(_size, value))
        case bytes():
            return len(value)
    return len(str(value).encode())


MONTH = {"month": month}

"""Houses with file imports in the states in which they meet faults, and what is done with them."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.books.intake import Limits
from chalicelib.file_imports.planning.create_import import NewFile
from chalicelib.file_imports.storing.file_import import FileImport
from chalicelib.file_imports.storing.match_by import MatchBy
from tests.simulation.bulk import bulk_house
from tests.simulation.faults import Plan, makes_a_difference
from tests.simulation.file_imports import (
    HEADERS,
    confirmation,
    import_of,
    run_jobs,
)
from tests.simulation.house import OWNER, House
from tests.simulation.world import FOUR, Fault

FAULTS = (*FOUR, Fault.REFUSED)
KNOWN = "Ada,Lovelace,ada@example.com,+49 170 1234567\nZoe,Zander,zoe@example.com,\n"
ROWS = (
    "Ada,Lovelace,ada@new.example,+49 170 1234567\n"  # updates
    "Zoe,Zander,zoe@example.com,\n"  # changes nothing
    "Grace,Hopper,,+49 170 1234567\n"  # a conflict: this number is Ada's
    "Bob,Bit,bob@example.com,\n"
    "Carl,,,+49 170 1111111\n"
    "Bob,Bit,bob@example.com,\n"  # repeats a row
    ",,nobody,\n"  # invalid
    "Dora,Dell,dora@example.com,\n"
)
OUTCOMES = ["updated", "unchanged", "conflict", "created", "created", "skipped", "failed", "created"]
SMALL = Limits(contacts=3, lines=3)


@dataclass
class Staged:
    """A house in which an import is ready; copied for each run."""

    house: House
    found: FileImport
    collection_id: str = ""


def file_of(rows: str) -> bytes:
    return (HEADERS + rows).encode()


def receive(house: House, rows: str, name: str = "list.csv", **more: object) -> FileImport:
    house.world.now += 60
    return house.outside.file_imports.create.receive(OWNER, NewFile(name, **more), file_of(rows))


def upload(house: House, rows: str, name: str = "list.csv", **more: object) -> FileImport:
    """The import of a file that was planned."""
    received = receive(house, rows, name, **more)
    run_jobs(house, {})
    return import_of(house, received.import_id)


def start_commit(house: House, found: FileImport, *, remove: int = 0) -> FileImport:
    return house.outside.file_imports.commit(OWNER, found.import_id, confirmation(found, remove=remove))


def commit(house: House, found: FileImport, *, remove: int = 0) -> FileImport:
    start_commit(house, found, remove=remove)
    run_jobs(house, {})
    return import_of(house, found.import_id)


def known_house(limits: Limits = SMALL) -> House:
    """A house whose book has two contacts of a file."""
    house = bulk_house(random.Random(0), limits)
    commit(house, upload(house, KNOWN, "known.csv", match_by=MatchBy.NUMBER_AND_NAME))
    return house


def stage_planned(rows: str = ROWS) -> Staged:
    house = known_house()
    friends = house.outside.collections.add(OWNER, "Friends").collection_id
    return Staged(house, upload(house, rows, collection_id=friends), friends)


def whichever_call_goes_wrong(
    history: Callable[[Plan], House], fault: Fault, *, start: int = 0, every: int = 1
) -> None:
    """The history with this fault at each of its calls in turn, or at every second one: another one for each fault."""
    calls = history({}).world.made
    for call in range(start + FAULTS.index(fault) % every, len(calls), every):
        if makes_a_difference(fault, calls[call]):
            history({call: fault})

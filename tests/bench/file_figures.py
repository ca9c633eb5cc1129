"""The figures of files: reading, mapping, planning and committing them."""

import statistics
import subprocess
import sys
from collections.abc import Iterator

from local.processes import ROOT
from tests.bench import floors
from tests.bench.assembly import Machine
from tests.bench.figures import CONTACTS, FEW, MANY, READ, Figure, p95

FILE_ROWS, VCARDS = 100_000, 5_000


def file_rows(_machine: Machine, repeats: int) -> Iterator[Figure]:
    from tests.bench.file_rows import csv_of_people, seconds_of_csv_module, seconds_of_reading

    text = csv_of_people(FILE_ROWS)
    data = text.encode()
    seconds_of_reading(data)  # loads the known headers
    pairs = [(seconds_of_csv_module(text), seconds_of_reading(data)) for _ in range(repeats)]
    floor, reading = map(min, zip(*pairs, strict=True))
    note = f"{reading:.2f} s of CPU for {FILE_ROWS:,} rows"
    yield Figure("reading a CSV file / Python's csv module alone", reading / floor, 3, "×", note)


def vcards(_machine: Machine, repeats: int) -> Iterator[Figure]:
    from tests.bench.vcards import cards_of_people, seconds_of_reading, seconds_of_vobject

    text = cards_of_people(VCARDS)
    data = text.encode()
    seconds_of_reading(data)  # loads the readers
    pairs = [(seconds_of_vobject(text), seconds_of_reading(data)) for _ in range(repeats)]
    usual, reading = map(min, zip(*pairs, strict=True))
    note = f"{reading:.2f} s of CPU for {VCARDS:,} cards"
    yield Figure("reading vCards with vobject / reading them", usual / reading, 12, "×", note, at_least=True)


def file_mapping(_machine: Machine, repeats: int) -> Iterator[Figure]:
    from tests.bench.file_imports import file_of, seconds_of_bulk_check, seconds_of_mapping

    data = file_of(READ)
    seconds_of_mapping(data)
    pairs = [(seconds_of_bulk_check(READ), seconds_of_mapping(data)) for _ in range(repeats)]
    floor, mapping = map(min, zip(*pairs, strict=True))
    note = f"{mapping / READ * 1e6:.0f} µs of CPU per row"
    yield Figure("reading, mapping and cleaning rows / bulk's check", mapping / floor, 1.2, "×", note)


def file_imports(machine: Machine, repeats: int) -> Iterator[Figure]:
    from tests.bench.file_imports import FileImporter, file_of, seconds_of_mapping

    commits, took = [], []
    for _ in range(repeats):
        importer = FileImporter(machine)
        found, _ = importer.plan(file_of(CONTACTS))
        _, seconds = importer.commit(found)
        took.append(seconds)
        commits.append(seconds / floors.write(machine, importer.chunks))
    note = f"{statistics.median(took):.2f} s for {CONTACTS:,}"
    yield Figure("committing new rows of a file / writing alone", statistics.median(commits), 1.3, "×", note)

    importer, plans, took = FileImporter(machine), [], []
    importer.commit(importer.plan(file_of(MANY))[0])
    data = file_of(CONTACTS, MANY - CONTACTS // 2)
    for _ in range(repeats):
        _, seconds = importer.plan(data)
        took.append(seconds)
        plans.append(seconds / (importer.read_book_seconds() + seconds_of_mapping(data)))
    note = f"{statistics.median(took):.2f} s for {CONTACTS:,} rows against {MANY:,} contacts"
    yield Figure("planning a file / reading the book and mapping the rows", statistics.median(plans), 1.4, "×", note)

    command = [sys.executable, "-m", "tests.bench.file_imports", machine.aws.endpoint, machine.sandbox, str(FILE_ROWS)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)  # ourselves
    yield Figure(f"peak memory planning {FILE_ROWS:,} rows", float(done.stdout), 220, "MB", "a process of its own")


def file_over_http(_machine: Machine, repeats: int) -> Iterator[Figure]:
    from tests.bench.file_over_http import seconds_to_plan

    seconds = seconds_to_plan(FEW, max(20, repeats * 4))
    note = f"median {statistics.median(seconds):.2f} s for {FEW:,} rows"
    yield Figure("file accepted to plan on the page, p95", p95(seconds), 2.0, "s", note)


FILES = {
    "file-rows": file_rows,
    "vcards": vcards,
    "file-mapping": file_mapping,
    "file-imports": file_imports,
    "file-http": file_over_http,
}

"""In small: imports of generated files give each row the outcome that a count without the service's code gives it."""

import csv
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from chalicelib.jobs.job import JobState
from chalicelib.leads.importing.result_blobs import folder_of
from tests.bench.million.generator import FACTS, FILES, Generator
from tests.bench.million.imports import options_of
from tests.bench.million.recount import OUTCOMES, Recount, create_tables, recount
from tests.leads.importing.import_desk import ImportDesk, with_limits

ROWS = 600
ANSWERED = ("lead_id", "reason", "column", "duplicate_of_row")  # of the columns that result files add
COUNTS = {
    "known": dict(zip(OUTCOMES, (56, 0, 0, 3, 0, 0), strict=True)),
    "main": dict(zip(OUTCOMES, (412, 46, 31, 84, 20, 0), strict=True)),
    "pairs": dict(zip(OUTCOMES, (16, 15, 5, 3, 5, 15), strict=True)),
}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    Generator(ROWS).write(folder)
    return folder


def import_all(data: Path) -> ImportDesk:
    """Import the files over a store in memory; the answers are in the folder then."""
    desk = with_limits(lanes=8, smallest_range=1_000, chunk_rows=20)
    for file in FILES:
        job = desk.imported((data / f"{file.name}.csv").read_bytes(), **options_of(file))
        assert job.state in (JobState.COMPLETED, JobState.PARTIAL)
        answers = data / "answers" / file.name
        answers.mkdir(parents=True, exist_ok=True)
        for outcome in OUTCOMES:
            content = desk.blobs.find(f"{folder_of('acme', job.job_id)}results/{outcome}.csv")
            (answers / f"{outcome}.csv").write_bytes(content)
    return desk


def count_again(data: Path) -> Recount:
    with closing(sqlite3.connect(":memory:")) as database:
        create_tables(database)
        with (data / "rows.csv").open(encoding="utf-8", newline="") as facts:
            rows = ([row[name] for name in FACTS] for row in csv.DictReader(facts))
            database.executemany(f"INSERT INTO facts VALUES ({', '.join('?' * len(FACTS))})", rows)  # marks
        for path in data.glob("answers/*/*.csv"):
            with path.open(encoding="utf-8-sig", newline="") as answers:
                lines = [
                    (path.parent.name, row["row"], row["Ref"], path.stem, *(row[name] for name in ANSWERED))
                    for row in csv.DictReader(answers)
                ]
            database.executemany("INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?)", lines)
        return recount(database)


def test_every_row_has_the_outcome_that_was_counted_without_the_service(data):
    desk = import_all(data)

    counted = count_again(data)

    assert counted.examples == []
    assert counted.is_equal
    assert counted.expected == COUNTS
    assert len(desk.all_leads()) == sum(each["created"] for each in counted.expected.values())


def test_the_count_finds_a_single_wrong_row(data):
    import_all(data)
    path = data / "answers" / "main" / "skipped.csv"
    content = path.read_text(encoding="utf-8-sig")
    path.write_text(content.replace("duplicate_in_file", "suppressed", 1), encoding="utf-8")

    counted = count_again(data)

    assert not counted.is_equal
    assert counted.differing == 2  # what is there, and what should be


def test_the_same_seed_gives_the_same_files(data, tmp_path):
    Generator(ROWS).write(tmp_path)

    for path in tmp_path.iterdir():
        assert path.read_bytes() == (data / path.name).read_bytes()

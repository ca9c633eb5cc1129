"""`python -m tests.bench.million [--rows N]`: imports generated files, and compares each row with a second count."""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from local.embedded_aws.server import CREDENTIALS, EmbeddedAws
from local.processes import ROOT
from tests.bench.assembly import Machine
from tests.bench.environment import PYTHON
from tests.bench.million.generator import FILES, File, Generator
from tests.bench.million.known_counts import KNOWN_COUNTS
from tests.bench.million.recount import OUTCOMES, Recount
from tests.bench.million.runs import WORKERS, Imported, Runs

# Dollars per million units on demand, us-east-1 since November 2024: https://aws.amazon.com/dynamodb/pricing/on-demand/
WRITE_PRICE, READ_PRICE = 0.625, 0.125


def main() -> int:
    parser = argparse.ArgumentParser(description="Imports a million generated rows, compared row by row.")
    parser.add_argument("--rows", type=int, default=1_000_000, help="of the largest file")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    os.environ.update(CREDENTIALS)
    with TemporaryDirectory() as name:
        folder = Path(name)
        Generator(arguments.rows, arguments.seed).write(folder)
        with EmbeddedAws() as aws:
            runs = Runs(Machine(aws, ""), folder)
            imported = [_run(runs, file) for file in FILES]
        began = time.perf_counter()
        counted = _count_again(folder)
    Console(width=100).print(_table(imported))
    print(f"counted again by DuckDB in {time.perf_counter() - began:.1f} s: {_verdict(counted)}")
    for example in counted.examples:
        print(*example, sep=" | ")
    known = KNOWN_COUNTS.get((arguments.rows, arguments.seed), counted.expected)
    if counted.expected != known:
        print(f"the generator writes other rows than it did: {counted.expected} instead of {known}")
    totals = {each.file: each.counts for each in imported}
    return 0 if counted.is_equal and counted.expected == known == totals else 1


def _run(runs: Runs, file: File) -> Imported:
    print(f"importing {file.name} …", file=sys.stderr)
    return runs.run(file)


def _count_again(folder: Path) -> Recount:
    command = [str(PYTHON), "-m", "tests.bench.million.count_by_duckdb", str(folder)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)  # ourselves
    return Recount(**json.loads(done.stdout))


def _verdict(counted: Recount) -> str:
    if counted.is_equal:
        return "all rows have the outcome, lead, reason and duplicate that they should have"
    return f"{counted.differing} answers differ; {counted.shared_ids} leads are those of several people"


def _table(imported: list[Imported]) -> Table:
    """What was measured of each file, in a column."""
    table = Table(
        "", *(each.file for each in imported), title=f"Leads, imported by {WORKERS} processes on this machine"
    )
    for values in zip(*map(_measured, imported), strict=True):
        table.add_row(values[0][0], *(text for _, text in values))
    return table


def _measured(run: Imported) -> list[tuple[str, str]]:
    rows, took = run.rows, run.took
    dollars = (took.write_units * WRITE_PRICE + took.read_units * READ_PRICE) / 1e6
    return [
        ("rows", f"{rows:,}"),
        *((outcome, f"{run.counts[outcome]:,}") for outcome in OUTCOMES),
        ("lanes", str(run.lanes)),
        ("seconds", f"{run.seconds:.1f}"),
        ("of them cutting", f"{run.cutting:.1f}"),
        ("in lanes", f"{run.in_lanes:.1f}"),
        ("writing results", f"{run.finishing:.1f}"),
        ("rows a second", f"{rows / run.seconds:,.0f}"),
        ("CPU of all workers, µs a row", f"{took.cpu_seconds / rows * 1e6:.0f}"),
        ("write units a row", f"{took.write_units / rows:.3f}"),
        ("read units a row", f"{took.read_units / rows:.3f}"),
        ("dollars for capacity", f"{dollars:.3f}"),
        ("peak of a worker, MB", f"{took.megabytes:.0f}"),
    ]


if __name__ == "__main__":
    sys.exit(main())

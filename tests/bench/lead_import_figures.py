"""The figures of imports of leads: capacity, time, CPU, lanes and memory, beside what the requests alone cost."""

import statistics
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from chalicelib.jobs.job import Job
from local.processes import ROOT
from tests.bench.assembly import Machine
from tests.bench.figures import Figure, median

ROWS = 200_000
FEW = 2_000  # rows that are imported the plain way
LANES = 8
WRITES = {"new": 1.3, "unchanged": 0.03}
TIMES = {"new": (1.3, 1.5), "unchanged": (1.3, 1.4)}  # of wall time and CPU


def lead_import_figures(rows: int) -> Mapping[str, Callable[[Machine, int], Iterator[Figure]]]:
    """All of them, with files of so many rows."""
    return {
        "lead-imports": partial(_importing, rows),
        "lead-lanes": partial(_lanes, rows),
        "lead-memory": partial(_memory, rows),
        "lead-undo": partial(_undoing, rows),
        "lead-plain": _against_the_plain_way,
    }


def _importing(rows: int, machine: Machine, repeats: int) -> Iterator[Figure]:
    from tests.bench.lead_capacity import LeadCapacity
    from tests.bench.lead_floors import Recorded, ratios_of
    from tests.bench.lead_imports import LeadImporter, file_of

    content = file_of(rows)
    importer = LeadImporter(machine, lambda client: LeadCapacity(client, keep=True))
    importer.upload(content)
    recorded = {name: Recorded.run_of(importer) for name in TIMES}
    importer.forget()
    for name, each in recorded.items():
        note = f"{rows:,} rows, everything counted"
        yield Figure(f"write units per {name} lead", each.units["write"] / rows, WRITES[name], "units", note)
        yield Figure(f"read units per {name} lead", each.units["read"] / rows, 0.6, "units", note)
    runs = [ratios_of(machine, content, recorded) for _ in range(min(repeats, 3))]
    for name, (wall, cpu) in TIMES.items():
        ratios = [run[name] for run in runs]
        took = statistics.median(each.took.wall for each in ratios)
        spent = statistics.median(each.took.cpu for each in ratios) / rows * 1e6
        note = f"{took:.1f} s for {rows:,} rows in one lane"
        walls, cpus = (statistics.median(getattr(each, kind) for each in ratios) for kind in ("wall", "cpu"))
        yield Figure(f"import of {name} leads / reading and requests alone", walls, wall, "×", note)
        yield Figure(
            f"CPU per {name} lead / reading, keys and requests", cpus, cpu, "×", f"{spent:.0f} µs; {rows:,} rows"
        )


def _lanes(rows: int, _machine: Machine, _repeats: int) -> Iterator[Figure]:
    from tests.bench.lead_imports import file_of
    from tests.bench.lead_lanes import file_of_two_identities

    yield _faster_by_lanes(f"{LANES} lanes / one, 10 ms a request, faster", file_of(rows), rows)
    few = rows // 10  # each is a transaction
    yield _faster_by_lanes("the same with two identities a row", file_of_two_identities(few), few)


def _faster_by_lanes(name: str, content: bytes, rows: int) -> Figure:
    from tests.bench.lead_lanes import DistantImport

    one, several = DistantImport(1), DistantImport(LANES)
    for each in (one, several):
        each.run(content)
    whole = one.time.seconds / several.time.seconds
    note = f"{rows:,} rows, simulated; whole import {whole:.1f} ×"
    return Figure(name, one.seconds_of_lanes / several.seconds_of_lanes, 6, "×", note, at_least=True)


def _memory(rows: int, machine: Machine, _repeats: int) -> Iterator[Figure]:
    sizes = [rows // 16, rows // 4, rows]
    peaks = [_peak_importing(machine, each) for each in sizes]
    note = ", ".join(f"{peak:.0f} MB of {size:,}" for peak, size in zip(peaks, sizes, strict=True))
    yield Figure(f"peak memory importing {rows:,} leads", max(peaks), 200, "MB", "a process of its own")
    yield Figure("the same / of a quarter of the rows", peaks[-1] / peaks[-2], 1.1, "×", note)


def _peak_importing(machine: Machine, rows: int) -> float:
    """In megabytes, of a process of its own."""
    from tests.bench.lead_imports import file_of

    with TemporaryDirectory() as folder:
        path = Path(folder) / "leads.csv"
        path.write_bytes(file_of(rows))
        command = [sys.executable, "-m", "tests.bench.lead_memory", machine.aws.endpoint, str(path)]
        done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)  # ourselves
    return float(done.stdout)


def _undoing(rows: int, machine: Machine, _repeats: int) -> Iterator[Figure]:
    from tests.bench.lead_capacity import LeadCapacity
    from tests.bench.lead_imports import LeadImporter, cost_of, file_of

    importer = LeadImporter(machine, LeadCapacity)
    importer.upload(file_of(rows))
    jobs: list[Job] = []
    importing = cost_of(lambda: jobs.append(importer.run()))
    before = Counter(importer.client.consumed)
    undoing = cost_of(lambda: jobs.append(importer.undo(jobs[0])))
    writes = importer.client.consumed["write"] - before["write"]
    importer.forget()
    note = f"{undoing.wall:.1f} s for {rows:,} leads, CPU {undoing.cpu / importing.cpu:.2f} ×"
    yield Figure("undo of an import of leads / the import in one lane", undoing.wall / importing.wall, 2, "×", note)
    yield Figure("write units per lead that an undo deletes", float(writes) / rows, 1.1, "units", "everything counted")


def _against_the_plain_way(machine: Machine, repeats: int) -> Iterator[Figure]:
    from tests.bench.lead_imports import file_of, seconds_importing
    from tests.bench.lead_plain_way import plain_way

    content = file_of(FEW)
    plain = median(lambda: plain_way(machine, content), repeats)
    ours = median(lambda: seconds_importing(machine, content), repeats)
    note = f"{ours:.2f} s instead of {plain:.2f} s for {FEW:,} rows"
    yield Figure("import of leads, faster than a row at a time", plain / ours, 15, "×", note, at_least=True)

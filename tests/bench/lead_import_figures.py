"""The figures of imports of leads: capacity, and time and CPU against the same requests by boto3 as it comes."""

import statistics
from collections.abc import Iterator

from tests.bench.assembly import Machine
from tests.bench.figures import Figure

ROWS = 20_000


def importing_leads(machine: Machine, repeats: int) -> Iterator[Figure]:
    from tests.bench.lead_imports import LeadImporter, file_of

    content = file_of(ROWS)
    counted = LeadImporter(machine, count=True)
    counted.upload(content)
    for name, write_limit in (("new", 1.3), ("unchanged", 0.03)):
        counted.client.consumed.clear()
        counted.run()
        written, read = (counted.client.consumed[kind] / ROWS for kind in ("write", "read"))
        yield Figure(f"write units per {name} lead", written, write_limit, "units", "everything counted")
        yield Figure(f"read units per {name} lead", read, 0.6, "units", "everything counted")
    yield from _times(machine, content, repeats)


def _times(machine: Machine, content: bytes, repeats: int) -> Iterator[Figure]:
    from tests.bench.lead_imports import LeadImporter, cost_of, floors_of

    new, again = list[tuple[float, float]](), list[tuple[float, float]]()
    for _ in range(repeats):
        importer = LeadImporter(machine)
        importer.upload(content)
        floors = floors_of(machine, content)
        for costs, floor in ((new, floors.new), (again, floors.unchanged)):
            cost = cost_of(importer.run)
            costs.append((cost.wall / floor.wall, cost.cpu / floor.cpu))
    for name, costs, wall, cpu in (("new", new, 1.3, 1.5), ("unchanged", again, 1.3, 1.4)):
        walls, cpus = (statistics.median(each) for each in zip(*costs, strict=True))
        note = f"{ROWS:,} rows in one lane"
        yield Figure(f"import of {name} leads / reading the file and the requests alone", walls, wall, "×", note)
        yield Figure(f"CPU per {name} lead / reading, keys and the requests alone", cpus, cpu, "×", note)


IMPORTING_LEADS = {"importing leads": importing_leads}

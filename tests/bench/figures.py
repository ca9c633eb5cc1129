"""The figures: what each measures, its floor, and its limit."""

import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from chalicelib.jobs.store import JobStore
from local.processes import ROOT
from tests.bench import floors
from tests.bench.assembly import Importer, Machine
from tests.bench.counting import CountingClient

CONTACTS, MANY, READ, SMALL, FEW, BULK = 10_000, 25_000, 20_000, 4_000, 2_000, 5_000


@dataclass(frozen=True)
class Figure:
    """A measured value and its limit, both in `unit`. With `at_least`, the limit is a minimum."""

    name: str
    value: float
    limit: float
    unit: str
    detail: str
    at_least: bool = False

    @property
    def holds(self) -> bool:
        return self.value >= self.limit if self.at_least else self.value <= self.limit


def median(measure: Callable[[], float], repeats: int) -> float:
    return statistics.median(measure() for _ in range(repeats))


def new_contacts(machine: Machine, repeats: int) -> Iterator[Figure]:
    address = machine.account(CONTACTS)
    walls, cpus, ratios = [], [], []
    kept = Importer.of(machine, address, wrap=lambda client: CountingClient(client, keep=True))
    kept.import_all()
    for _ in range(repeats):
        importer = Importer.of(machine, address)
        _, wall, cpu = importer.import_all()
        floor = floors.download(machine, importer.token) + floors.write(machine, kept.client.transactions)
        walls.append(wall)
        cpus.append(cpu / CONTACTS * 1e6)
        ratios.append(wall / floor)
    note = f"{statistics.median(walls):.2f} s for {CONTACTS:,}"
    yield Figure("import of new contacts / writing + downloading alone", statistics.median(ratios), 1.5, "×", note)
    yield Figure("CPU per new contact", statistics.median(cpus), 250, "µs", "worker only")


def with_latency(machine: Machine, repeats: int) -> Iterator[Figure]:
    address = machine.account(MANY)
    machine.control("/sandbox/settings", {"latency_ms": 300})
    try:
        ratios, walls = [], []
        for _ in range(repeats):
            importer = Importer.of(machine, address)
            _, wall, _ = importer.import_all()
            walls.append(wall)
            ratios.append(wall / floors.download(machine, importer.token))
    finally:
        machine.control("/sandbox/settings", {"latency_ms": 0})
    note = f"{statistics.median(walls):.2f} s for {MANY:,}, 300 ms a page"
    yield Figure("the same, slow pages / the download alone", statistics.median(ratios), 1.25, "×", note)


def again(machine: Machine, repeats: int) -> Iterator[Figure]:
    importer = Importer.of(machine, machine.account(CONTACTS), wrap=CountingClient)
    importer.import_all()
    importer.client.written_items.clear()
    ratios, walls, cpus = [], [], []
    for _ in range(repeats):
        job, wall, cpu = importer.import_all()
        read = floors.read(machine, importer.names.contacts, "bench")
        walls.append(wall)
        cpus.append(cpu / CONTACTS * 1e6)
        ratios.append(wall / (floors.download(machine, importer.token) + read))
    note = f"{statistics.median(walls):.2f} s, {job.counts.unchanged:,} unchanged"
    yield Figure("import again, full / download + one plain read", statistics.median(ratios), 1.4, "×", note)
    writes = importer.client.written_items[importer.names.contacts]
    yield Figure("contact writes of it", writes, 0, "", "")
    yield Figure("CPU per unchanged contact", statistics.median(cpus), 120, "µs", "worker only")
    _forget_requests(machine)
    importer.import_all("incremental")
    yield Figure("requests to the provider, incremental", _requests(machine), 3, "", "")


def cost(machine: Machine, repeats: int) -> Iterator[Figure]:
    importer = Importer.of(machine, machine.account(CONTACTS), wrap=lambda client: CountingClient(client, units=True))
    importer.import_all()
    requests, units = sum(importer.client.requests.values()), importer.client.consumed
    yield Figure("DynamoDB requests per new contact", requests / CONTACTS, 0.05, "", f"{requests:,} in all")
    yield Figure("write units per new contact", units["write"] / CONTACTS, 6, "", f"{units['write']:,.0f} in all")
    importer.client.requests.clear()
    units.clear()
    importer.import_all()
    requests = sum(importer.client.requests.values())
    yield Figure("DynamoDB requests per unchanged contact", requests / CONTACTS, 0.02, "", f"{requests:,} in all")
    yield Figure("write units per unchanged contact", units["write"] / CONTACTS, 0.5, "", "")


def memory(machine: Machine, repeats: int) -> Iterator[Figure]:
    peak = _peak_importing(machine, machine.account(MANY))
    yield Figure(f"peak memory importing {MANY:,}", peak, 300, "MB", "a process of its own")
    address = machine.account(SMALL)
    few, many = _peak_importing(machine, address), _peak_importing(machine, address, "10")
    yield Figure(
        f"the same of {SMALL:,}, in pages of 10 / of 1,000", many / few, 1.5, "×", f"{many:.0f} MB, {few:.0f} MB"
    )


def _peak_importing(machine: Machine, *arguments: str) -> float:
    """In megabytes, of a process of its own."""
    command = [sys.executable, "-m", "tests.bench.memory", machine.aws.endpoint, machine.sandbox, *arguments]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)  # ourselves
    return float(done.stdout)


def peak_megabytes() -> float:
    """The peak of this process alone; the value of getrusage starts with the peak of its parent."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise LookupError("this machine does not say how much memory a process took")


def _claim_seconds(store: JobStore) -> float:
    from tests.bench.claims import claim_seconds

    return claim_seconds(store)[0]


def claiming(machine: Machine, repeats: int) -> Iterator[Figure]:
    from tests.bench.claims import claim_seconds, few_and_many

    few, many = few_and_many(machine)
    requests = [claim_seconds(store)[1] for store in (few, many)]
    times = [median(partial(_claim_seconds, store), max(5, repeats) * 4) for store in (few, many)]
    yield Figure("requests to claim among 50,000 finished / among 10", requests[1] / requests[0], 1, "×", f"{requests}")
    yield Figure("time to claim, the same", times[1] / times[0], 1.3, "×", f"{times[1] * 1000:.1f} ms")


def against_the_plain_way(machine: Machine, repeats: int) -> Iterator[Figure]:
    address = machine.account(FEW)
    contacts = [
        {"id": f"c{number}", "said": {"display": f"Person {number}", "emails": [f"p{number}@x.example"]}}
        for number in range(FEW)
    ]
    plain = median(lambda: floors.plain_way(machine, contacts), repeats)
    ours = median(lambda: Importer.of(machine, address).import_all()[1], repeats)
    note = f"{ours:.2f} s instead of {plain:.2f} s for {FEW:,}"
    yield Figure("faster than a contact at a time", plain / ours, 8, "×", note, at_least=True)


def instant_start(machine: Machine, repeats: int) -> Iterator[Figure]:
    from tests.bench.instant_start import seconds_to_processing

    waits = seconds_to_processing(max(20, repeats * 4))
    yield Figure(
        "callback to processing, queue on, p95", p95(waits), 1.0, "s", f"median {statistics.median(waits):.2f} s"
    )


def looking(machine: Machine, repeats: int) -> Iterator[Figure]:
    from tests.bench.looking import looks

    seconds = looks(MANY, repeats)
    others = f"first look {seconds.first:.2f} s, index rebuilt {seconds.rebuilt:.2f} s, edit {seconds.edit:.2f} s"
    yield Figure(f"contact list of {MANY:,}, first byte, p95", p95(seconds.lists), 0.3, "s", others)
    median = statistics.median(seconds.searches)
    yield Figure(f"search through {MANY:,}, first byte, p95", p95(seconds.searches), 0.3, "s", f"median {median:.2f} s")


def readers(machine: Machine, repeats: int) -> Iterator[Figure]:
    from tests.bench.readers import READERS, REST, first_looks, read_while_importing

    firsts = first_looks(MANY, max(1, repeats // 2))
    note = "each in a book of its own"
    yield Figure(f"first look after an import of {MANY:,}", statistics.median(firsts), 0.3, "s", note)
    read = read_while_importing(READ, repeats * 20)
    alone, together = p95(read.alone), p95(read.together)
    note = f"{together:.2f} s, {len(read.together)} lists, {REST:.0f} s apart; one alone {alone * 1000:.0f} ms"
    yield Figure(f"{READERS} readers while {READ:,} arrive / one alone, p95", together / alone, 10, "×", note)
    yield Figure("the slowest answer to any of them", max(read.together), 5, "s", f"{read.refused} refused")
    note = f"{read.import_read:.1f} s; alone {read.import_alone:.1f} s"
    yield Figure("the import meanwhile / alone", read.import_read / read.import_alone, 1.5, "×", note)
    note = f"{read.memory_read:.0f} MB; with one reader {read.memory_alone:.0f} MB"
    yield Figure("the API's peak memory / with one reader", read.memory_read / read.memory_alone, 1.5, "×", note)
    yield Figure("until the list is exact, after the import", read.exact_after, 15, "s", "")


def every_page(machine: Machine, repeats: int) -> Iterator[Figure]:
    from tests.bench.pages import pages

    measured = sorted(pages(MANY, repeats * 8), key=lambda page: p95(page.seconds), reverse=True)
    for page in measured:
        note = f"median {statistics.median(page.seconds) * 1000:.0f} ms"
        yield Figure(f"{_kind(page.path)}, first byte, p95", p95(page.seconds) * 1000, 60, "ms", note)
    heaviest = max(measured, key=lambda page: page.size)
    yield Figure("heaviest page, with style and script", heaviest.size / 1000, 100, "KB", _kind(heaviest.path))


def _kind(path: str) -> str:
    """A path without the ids in it."""
    return "/".join("…" if len(part) == 22 else part for part in path.split("/"))


def p95(seconds: list[float]) -> float:
    return sorted(seconds)[min(len(seconds) - 1, round(0.95 * len(seconds)))]


def bulk(machine: Machine, repeats: int) -> Iterator[Figure]:
    from tests.bench.bulk import Bulk

    creates, cleanups, walls = [], [], []
    for _ in range(repeats):
        runs = Bulk(machine)
        create, created_in, created = runs.create(BULK)
        _, cleaned_in, gone = runs.clean_up(create)
        creates.append(created_in / floors.write(machine, created))
        cleanups.append(cleaned_in / floors.take_away(machine, created, gone))
        walls.append((created_in, cleaned_in))
    notes = [f"{statistics.median(each):.2f} s for {BULK:,}" for each in zip(*walls, strict=True)]
    yield Figure("bulk create / writing alone", statistics.median(creates), 1.5, "×", notes[0])
    yield Figure("bulk cleanup / deleting alone", statistics.median(cleanups), 1.5, "×", notes[1])


def keeping_words(machine: Machine, repeats: int) -> Iterator[Figure]:
    from tests.bench.undoing import replacing_pairs

    pairs = replacing_pairs(machine, BULK, repeats)
    longer = sorted(1 + keeping.share_of(alone.wall) for alone, keeping in pairs)
    cpu = statistics.median(keeping.cpu / alone.cpu for alone, keeping in pairs)
    wall = statistics.median(keeping.wall / alone.wall for alone, keeping in pairs)
    note = (
        f"{longer[0]:.3f} to {longer[-1]:.3f}; {BULK:,} contacts, 30 ms a blob; pairs: CPU {cpu:.2f}, wall {wall:.2f}"
    )
    yield Figure("a run that keeps what it replaces / one that does not", statistics.median(longer), 1.05, "×", note)


def undoing(machine: Machine, repeats: int) -> Iterator[Figure]:
    from tests.bench.undoing import undo_import

    address = machine.account(CONTACTS)
    undone = [undo_import(machine, address) for _ in range(repeats)]
    ratio = statistics.median(each.seconds / each.floor for each in undone)
    note = f"{statistics.median(each.seconds for each in undone):.2f} s for {CONTACTS:,}"
    yield Figure("undo of an import / deleting alone", ratio, 1.4, "×", note)


def bulk_over_http(machine: Machine, repeats: int) -> Iterator[Figure]:
    from tests.bench.bulk import Client, stack

    accepted, listed = [], []
    with stack() as running:
        for number in range(repeats):
            client = Client(running, f"person-{number}")
            job_id, seconds = client.create(BULK)
            accepted.append(seconds)
            client.created(job_id)
            found, seconds = client.dry_run(job_id)
            listed.append(seconds)
    yield Figure(f"{BULK:,} contacts accepted, request to answer", statistics.median(accepted), 1.0, "s", "over HTTP")
    yield Figure("dry run of them, request to list", statistics.median(listed), 2.0, "s", f"{found:,} candidates")


def editing(machine: Machine, repeats: int) -> Iterator[Figure]:
    from tests.bench.editing import BOOK, IMPORTED, Meeting, Scene

    scene, crowds = Scene(machine), (1, 3, 8)
    alone: list[float] = []
    executor: dict[int, list[Meeting]] = {editors: [] for editors in crowds}
    elsewhere: list[float] = []  # the largest crowd in another book: only the machine is shared
    for _ in range(min(repeats, 3)):
        alone.append(scene.meet(0).import_seconds)  # each time: the machine is not the same all the time
        for editors in crowds:
            executor[editors].append(scene.meet(editors))
        elsewhere.append(scene.meet(crowds[-1], elsewhere=True).import_seconds)
    for editors, met in executor.items():
        took = statistics.median(each.import_seconds for each in met)
        note = f"{took:.1f} s; its status: {', '.join(met[-1].statuses)}"
        name = f"import of {IMPORTED:,} into {BOOK:,}, {editors} editing / alone"
        yield Figure(name, took / statistics.median(alone), 1.5, "×", note)
        edits = [seconds for each in met for seconds in each.edit_seconds]
        refused = sum(len(each.refused) for each in met)
        yield Figure(
            f"an edit beside it, {editors} editing, p95",
            p95(edits),
            0.5,
            "s",
            f"{len(edits):,} edits, {refused} refused",
        )
    shared = statistics.median(each.import_seconds for each in executor[crowds[-1]]) / statistics.median(elsewhere)
    yield Figure(f"the same, {crowds[-1]} editing this book / another", shared, 1.2, "×", "only the machine is shared")
    every = [each for met in executor.values() for each in met]
    yield Figure("failures of these imports", max(each.most_failures for each in every), 0, "", "")
    yield Figure("edits lost, or progress that went back", sum(each.lost + each.went_back for each in every), 0, "", "")


def _forget_requests(machine: Machine) -> None:
    import requests

    requests.delete(f"{machine.sandbox}/sandbox/requests", timeout=10).raise_for_status()


def _requests(machine: Machine) -> float:
    import requests

    log: Any = requests.get(f"{machine.sandbox}/sandbox/requests", timeout=10).json()
    return float(sum(log["counts"].values()))


ALL = {
    "new": new_contacts,
    "latency": with_latency,
    "again": again,
    "cost": cost,
    "memory": memory,
    "claiming": claiming,
    "plain": against_the_plain_way,
    "instant": instant_start,
    "bulk": bulk,
    "keeping-words": keeping_words,
    "undo": undoing,
    "bulk-http": bulk_over_http,
    "editing": editing,
    "looking": looking,
    "readers": readers,
    "pages": every_page,
}

"""The figures of resolving leads."""

import statistics
from collections.abc import Iterator, Sequence

from tests.bench.assembly import Machine
from tests.bench.figures import Figure

INPUTS, BATCHES = 100, 40


def resolving(machine: Machine, repeats: int) -> Iterator[Figure]:
    from tests.bench.resolving import Resolver, batches

    new: list[float] = []
    known: list[float] = []
    for _ in range(repeats):
        resolver, sent = Resolver.of(machine), batches(BATCHES, INPUTS)
        new += [resolver.seconds(each, "created") for each in sent]
        known += [resolver.seconds(each, "existing") for each in sent]
    yield Figure(f"{INPUTS} new leads in one request, 95 of 100 within", _p95(new), 300, "ms", _note(new))
    yield Figure(f"{INPUTS} existing leads, 95 of 100 within", _p95(known), 300, "ms", _note(known))


def _p95(seconds: Sequence[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1] * 1_000


def _note(seconds: Sequence[float]) -> str:
    return f"half of them within {statistics.median(seconds) * 1_000:.0f} ms"


RESOLVING = {"resolving": resolving}

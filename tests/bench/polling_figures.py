"""Figures of the request limit: how much one person's pollers slow down another person."""

from collections.abc import Callable, Iterator, Mapping

from tests.bench.assembly import Machine
from tests.bench.figures import Figure
from tests.bench.pollers import AS_DEPLOYED, POLLERS, UNLIMITED, p95, poll

MOST_SLOWER = 1.3


def pollers(_machine: Machine, _repeats: int) -> Iterator[Figure]:
    polled, free = poll(AS_DEPLOYED), poll(UNLIMITED, turns=1)
    let_in = polled.answers[200] + polled.answers[304]
    note = (
        f"{p95(polled.alone) * 1000:.1f} ms alone, {p95(polled.together) * 1000:.1f} ms beside {POLLERS} pollers, "
        f"{let_in / polled.answers.total():.0%} of whose requests were let in; without a limit {free.ratio:.1f} ×"
    )
    yield Figure("p95 beside another person's pollers / alone", polled.ratio, MOST_SLOWER, "×", note)


POLLING: Mapping[str, Callable[[Machine, int], Iterator[Figure]]] = {"pollers": pollers}

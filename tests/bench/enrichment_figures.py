"""The figures of enrichment."""

import statistics
from collections.abc import Iterator

from tests.bench.assembly import Machine
from tests.bench.figures import CONTACTS, Figure

ASKED = 300  # contacts, by a vendor of ten calls a second


def enrichment(machine: Machine, repeats: int) -> Iterator[Figure]:
    from tests.bench.enrichment import Enricher

    ratios, took = [], []
    for _ in range(repeats):
        enricher = Enricher(machine, CONTACTS)
        _, seconds = enricher.run("phone-metadata")
        took.append(seconds)
        ratios.append(seconds / enricher.floor())
    note = f"{statistics.median(took):.2f} s for {CONTACTS:,} contacts with one number"
    yield Figure("offline vendor / the library's calls + writing alone", statistics.median(ratios), 1.5, "×", note)


def enrichment_rate(machine: Machine, _repeats: int) -> Iterator[Figure]:
    from tests.bench.enrichment import share_of_rate

    share, refused = share_of_rate(machine, ASKED)
    note = f"{refused} refused; {ASKED} calls of 200 ms, 10 a second allowed"
    yield Figure("share of a vendor's rate that a run uses", share, 0.95, "", note, at_least=True)
    yield Figure("calls that came too fast", refused, 0, "", note)


ENRICHMENT = {"enrichment": enrichment, "enrichment-rate": enrichment_rate}

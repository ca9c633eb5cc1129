"""The figures: the probe that measures each, how many contacts it gets, and the limits of its values."""

from dataclasses import dataclass

from tests.bench.against.prober import Prober
from tests.bench.against.revisions import Side
from tests.bench.against.verdicts import Comparison, Limit, Measured


@dataclass(frozen=True)
class Figure:
    """What one probe measures."""

    #: The module and the function in `probes/`.
    probe: str
    contacts: int
    limits: tuple[Limit, ...]


FIGURES = {
    "new": Figure(
        "imports.new",
        10_000,
        (
            Limit("cpu", "CPU per new contact", "µs", 0.6, is_share=True),
            Limit("to_floor", "import of 10,000 new / writing + downloading", "×", 1.25),
        ),
    ),
    "unchanged": Figure(
        "imports.unchanged",
        10_000,
        (
            Limit("cpu", "CPU per unchanged contact, full import again", "µs", 0.35, is_share=True),
            Limit("wall", "import again of 10,000 unchanged, wall time", "s", 0.5, is_share=True),
            Limit("to_floor", "import again / download + one plain read", "×", 1.15),
        ),
    ),
    "latency": Figure(
        "imports.slow_pages",
        25_000,
        (Limit("to_download", "import of 25,000 new at 300 ms a page / the download", "×", 1.15),),
    ),
    "bulk": Figure(
        "bulk.create_and_clean_up",
        5_000,
        (
            Limit("create", "bulk create of 5,000 / writing", "×", 1.25),
            Limit("clean_up", "bulk cleanup of 5,000 / deleting", "×", 1.25),
        ),
    ),
    "memory": Figure(
        "memory.growth",
        25_000,
        (
            Limit("peak", "peak memory of a worker importing 25,000", "MB", 0.6, is_share=True),
            Limit("growth", "peak memory importing 100,000 / 25,000", "×", 1.6),
        ),
    ),
    "small-pages": Figure(
        "memory.small_pages",
        4_000,
        (Limit("growth", "peak memory importing 400 small pages / 4 large ones", "×", 1.5),),
    ),
    "pages": Figure(
        "pages.first_byte",
        25_000,
        (
            Limit("slowest", "first byte of the slowest page, 25,000 contacts, p95", "ms", 60),
            Limit("failed", "first byte of the page of failed contacts, p95", "ms", 60),
        ),
    ),
    "cold-start": Figure(
        "cold_start.status_by_bearer",
        0,
        (Limit("cpu", "cold start: a status with a bearer token, CPU", "ms", 0.7, is_share=True),),
    ),
}


def compare(name: str, that_commit: Side, this_tree: Side, repeats: int, scale: float) -> Comparison:
    """Measure both sides in alternation; only one side works at a time."""
    figure = FIGURES[name]
    contacts = round(figure.contacts * scale)
    with Prober(that_commit, figure.probe, contacts) as that, Prober(this_tree, figure.probe, contacts) as this:
        for _ in range(repeats):
            that.measure()
            this.measure()
        both = [Measured(each.measurements, each.failure) for each in (that, this)]
    return Comparison(name, figure.limits, *both)

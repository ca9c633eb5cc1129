"""`python -m tests.bench.against REVISION`: measures this tree against another commit; exits 1 if a limit is missed."""

import argparse
import json
import sys
from collections.abc import Sequence

from rich.console import Console

from tests.bench.against import suite
from tests.bench.against.figures import FIGURES, compare
from tests.bench.against.revisions import CACHE, RevisionUnavailable, Side, other_commit, this_tree
from tests.bench.against.verdicts import Comparison, notes, table

MEASUREMENTS = CACHE / "measurements.json"
NAMES = [*FIGURES, suite.NAME]


def main() -> int:
    arguments = _parser().parse_args()
    try:
        that_commit = other_commit(arguments.revision)
    except RevisionUnavailable as unavailable:
        sys.exit(str(unavailable))
    comparisons: list[Comparison] = []
    for name in arguments.only:
        print(f"measuring: {name} …", file=sys.stderr)
        comparisons.append(_compared(name, that_commit, arguments))
        _keep(comparisons)
    _print(comparisons, that_commit.name, arguments)
    return 0 if all(verdict.holds for each in comparisons for verdict in each.verdicts) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.against", description=__doc__)
    parser.add_argument("revision", help="the other commit")
    figures = f"figures, separated by commas, of {', '.join(NAMES)}; by default all but the last"
    parser.add_argument("--only", type=_names, default=list(FIGURES), metavar="NAMES", help=figures)
    parser.add_argument("--repeats", type=int, default=7, help="how often each side is measured (7)")
    parser.add_argument("--scale", type=float, default=1.0, help="the share of the contacts, to try the probes (1)")
    return parser


def _names(text: str) -> list[str]:
    names = text.split(",")
    if unknown := [name for name in names if name not in NAMES]:
        raise argparse.ArgumentTypeError(f"unknown: {', '.join(unknown)}")
    return names


def _compared(name: str, that_commit: Side, arguments: argparse.Namespace) -> Comparison:
    if name == suite.NAME:
        return suite.compare_suites(that_commit, this_tree())
    return compare(name, that_commit, this_tree(), arguments.repeats, arguments.scale)


def _keep(comparisons: Sequence[Comparison]) -> None:
    """Write every measurement to a file; the table shows only medians."""
    every = {
        each.name: {"that_commit": each.that_commit.measurements, "this_tree": each.this_tree.measurements}
        for each in comparisons
    }
    MEASUREMENTS.write_text(json.dumps(every, indent=1))


def _print(comparisons: Sequence[Comparison], that_commit: str, arguments: argparse.Namespace) -> None:
    scaled = "" if arguments.scale == 1 else f", {arguments.scale:g} × the contacts"
    console = Console(width=140)
    console.print(table(comparisons, that_commit, f"Medians of {arguments.repeats}{scaled}"))
    for note in notes(comparisons, that_commit):
        console.print(note, markup=False, highlight=False)
    console.print(f"All measurements: {MEASUREMENTS}", markup=False, highlight=False)


if __name__ == "__main__":
    sys.exit(main())

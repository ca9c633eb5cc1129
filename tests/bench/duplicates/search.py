"""Our search over a list of contacts, as the figures need it: the score of each pair of places, and which are certain.

As a program, it searches one file of contacts in a process of its own, and prints what that took as JSON.
"""

import json
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from chalicelib.contacts.source_record import ContactFields
from chalicelib.duplicates.find_pairs import find_pairs
from chalicelib.duplicates.profile import Profile, profile_of
from chalicelib.foundation.memory import tune_memory
from tests.bench.duplicates.judge import Pair

LEAST = -5.0  # score of a pair that is judged: far below the threshold


class Searched(NamedTuple):
    """The result of a search."""

    scores: dict[Pair, float]
    certain: set[Pair]


def search(contacts: Sequence[ContactFields], least: float = LEAST) -> Searched:
    scores: dict[Pair, float] = {}
    certain: set[Pair] = set()
    for pair in find_pairs(_profiles(contacts), least=least):
        places = int(pair.one), int(pair.other)
        scores[places] = pair.score
        if pair.is_certain:
            certain.add(places)
    return Searched(scores, certain)


def _profiles(contacts: Iterable[ContactFields]) -> list[Profile]:
    """Their ids are their places, padded so that they sort as numbers do."""
    return [profile_of(f"{place:08}", fields) for place, fields in enumerate(contacts)]


def _peak() -> float:
    """In megabytes, of this process alone."""
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM:"))


def main(path: str) -> None:
    """Prints seconds of CPU, megabytes above those of the imports, and the number of pairs."""
    from phonenumbers import parse

    parse("+4915123456789")  # its data is part of the runtime
    tune_memory()
    before = _peak()
    began = time.process_time()
    with Path(path).open(encoding="utf-8") as lines:
        found = sum(1 for _ in find_pairs(_profiles(map(json.loads, lines))))
    seconds = time.process_time() - began
    json.dump({"seconds": seconds, "megabytes": _peak() - before, "pairs": found}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])

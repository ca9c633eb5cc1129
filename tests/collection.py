"""`python -m tests.collection`: whether every process finds the same tests, in the same order.

Parallel test processes refuse to start when one finds another list than the next, so an id must not hold what differs
between processes: the time, an address in memory, a temporary path, the order of a set, chance. The tests are collected
in processes that differ in all of it, with the dates of their time zones a day apart, and the lists are compared. Only
the first one rewrites assertions, as test processes do, which then find them rewritten.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise, zip_longest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APART_SECONDS = 1.5  # what is written in seconds differs then
AT_ONCE = 2
SHOWN = 10  # differences, or lines of a process that failed

_ZONES = ("Pacific/Kiritimati", "Etc/GMT+12")  # 26 hours apart: never the same day


class NotCollected(Exception):
    """A process could not collect the tests; the text is the end of what it printed."""


def differences(lists: Sequence[Sequence[str]]) -> list[str]:
    """Where two lists that follow one another differ, place by place; empty when all are equal."""
    return [
        f"{place}: {left or 'nothing'} | {right or 'nothing'}"
        for before, after in pairwise(lists)
        for place, (left, right) in enumerate(zip_longest(before, after), start=1)
        if left != right
    ]


def collect(number: int) -> list[str]:
    """The ids that one process finds; `number` makes it another process than the ones before.

    Raises:
        NotCollected: a test module cannot be imported.
    """
    time.sleep(APART_SECONDS * (number % AT_ONCE))
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider"]
    command += [] if number == 0 else ["--assert", "plain"]
    done = subprocess.run(
        command, cwd=ROOT, env=_environment(number, os.environ), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise NotCollected("\n".join((done.stdout + done.stderr).splitlines()[-SHOWN:]))
    return [line for line in done.stdout.splitlines() if "::" in line]


def _environment(number: int, given: Mapping[str, str]) -> dict[str, str]:
    return {**given, "PYTHONHASHSEED": str(number + 1), "TZ": _ZONES[number % len(_ZONES)]}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.collection", description=__doc__)
    parser.add_argument("--times", type=int, default=AT_ONCE, help="how often to collect (2)")
    times = parser.parse_args().times
    try:
        with ThreadPoolExecutor(AT_ONCE) as processes:
            lists = list(processes.map(collect, range(times)))
    except NotCollected as failed:
        sys.exit(f"The tests cannot be collected.\n{failed}")
    found = differences(lists)
    if found:
        more = f"\n… and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        sys.exit("Not every process finds the same tests:\n" + "\n".join(found[:SHOWN]) + more)
    print(f"Collected {times} times: the same {len(lists[0])} tests in the same order.")


if __name__ == "__main__":
    main()

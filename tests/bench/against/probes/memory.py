"""The peak memory of a worker, which is a process of its own for each import."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from measuring import Measure

from tests.bench.assembly import Machine, machine

ONE_IMPORT = Path(__file__).with_name("one_import.py")
MANY = 4  # times as many contacts
SMALL_PAGE = 10  # contacts


@contextmanager
def growth(contacts: int) -> Iterator[Measure]:
    with machine() as measured_on:
        few, many = measured_on.account(contacts), measured_on.account(contacts * MANY)

        def measure() -> dict[str, Any]:
            peak, peak_of_many = _peak_megabytes(measured_on, few), _peak_megabytes(measured_on, many)
            return {"peak": peak, "peak_of_many": peak_of_many, "growth": peak_of_many / peak}

        yield measure


@contextmanager
def small_pages(contacts: int) -> Iterator[Measure]:
    with machine() as measured_on:
        address = measured_on.account(contacts)

        def measure() -> dict[str, Any]:
            small, large = _peak_megabytes(measured_on, address, SMALL_PAGE), _peak_megabytes(measured_on, address)
            return {"small": small, "large": large, "growth": small / large}

        yield measure


def _peak_megabytes(machine: Machine, address: str, page_size: int = 0) -> float:
    command = [sys.executable, str(ONE_IMPORT), machine.aws.endpoint, machine.sandbox, address, str(page_size)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return float(done.stdout)

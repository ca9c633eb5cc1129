"""One worker, in a process of its own: runs the jobs that are due, with the parts that the service's wiring builds.

Prints "ready", then, once its input is closed, what it took.
"""

import json
import select
import sys
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self

from chalicelib.jobs.job import Job
from chalicelib.wiring import RESERVE, Wiring
from local.embedded_aws.resources import Names
from local.embedded_aws.server import EmbeddedAws
from local.stack_settings import Ports, stack_settings
from tests.bench.assembly import Machine
from tests.bench.figures import peak_megabytes
from tests.bench.lead_capacity import LeadCapacity

LOOK_SECONDS = 0.2
RUNS = timedelta(minutes=14)  # one invocation at most


@dataclass(frozen=True)
class Took:
    """What one worker, or several, took."""

    megabytes: float  #: the peak of the largest one
    cpu_seconds: float
    write_units: float
    read_units: float

    def __add__(self, other: Self) -> "Took":
        return Took(
            max(self.megabytes, other.megabytes),
            self.cpu_seconds + other.cpu_seconds,
            self.write_units + other.write_units,
            self.read_units + other.read_units,
        )


def machine_at(endpoint: str) -> Machine:
    """The machine whose AWS runs already."""
    return Machine(EmbeddedAws(port=int(endpoint.rpartition(":")[2])), "")


def wiring_of(machine: Machine, names: Names, dynamodb: Any) -> Wiring:
    settings = {**stack_settings(Ports(api=1, aws=1, sandbox=1), {}), **names.settings("")}
    clients = machine.clients
    return Wiring(settings, clients=lambda service: dynamodb if service == "dynamodb" else clients(service))


def work(wiring: Wiring) -> None:
    """Run what is due until the input is closed."""
    worker, clock = wiring.engine.worker, wiring.shared.clock
    while not select.select([sys.stdin], [], [], 0)[0]:
        job = _claim(wiring)
        if job is None:
            time.sleep(LOOK_SECONDS)
        else:
            worker.run(job, until=clock.now() + RUNS, reserve=RESERVE)


def _claim(wiring: Wiring) -> Job | None:
    jobs = wiring.shared.jobs
    due = jobs.due(jobs.clock.now(), limit=20)
    return next(filter(None, map(wiring.engine.worker.claim, due)), None)


def main(endpoint: str, names: str) -> None:
    machine = machine_at(endpoint)
    capacity = LeadCapacity(machine.dynamodb())
    wiring = wiring_of(machine, Names(**json.loads(names)), capacity)
    print("ready", flush=True)
    work(wiring)
    units = capacity.consumed
    print(json.dumps([peak_megabytes(), time.process_time(), float(units["write"]), float(units["read"])]))


if __name__ == "__main__":
    main(*sys.argv[1:])

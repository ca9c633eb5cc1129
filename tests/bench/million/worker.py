"""One worker, in a process of its own: handles messages of the queue with the parts that the service's wiring builds.

Prints "ready", then, once its input is closed, what it took.
"""

import json
import select
import sys
import time
from dataclasses import dataclass, replace
from typing import Any, Self

from chalicelib.wiring import Wiring
from local.embedded_aws.resources import Names
from local.embedded_aws.server import EmbeddedAws
from local.stack_settings import Ports, stack_settings
from tests.bench.assembly import Machine
from tests.bench.figures import peak_megabytes
from tests.bench.lead_capacity import LeadCapacity

LISTEN_SECONDS = 1  # for a message
INVOCATION_SECONDS = 300  # as for the function of the queue
SMALLEST_RANGE = 1 << 16  # bytes, so that data sets of 20,000 rows have eight lanes too


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


def wiring_of(machine: Machine, names: Names, dynamodb: Any) -> Wiring:
    clients = machine.clients
    queue_url = clients("sqs").get_queue_url(QueueName=names.queue)["QueueUrl"]
    settings = {**stack_settings(Ports(api=1, aws=1, sandbox=1), {}), **names.settings(queue_url)}
    wiring = Wiring(settings, clients=lambda service: dynamodb if service == "dynamodb" else clients(service))
    imports = wiring.leads.imports
    wiring.leads.imports = replace(imports, limits=replace(imports.limits, smallest_range=SMALLEST_RANGE))
    return wiring


@dataclass(frozen=True)
class Invocation:
    """What Lambda would tell of the time that is left."""

    ends: float

    def get_remaining_time_in_millis(self) -> int:
        return round((self.ends - time.monotonic()) * 1_000)


def work(wiring: Wiring, sqs: Any, queue_url: str) -> None:
    """Handle messages until the input is closed. Each is deleted first: what gets lost, `Runs` sends again."""
    while not select.select([sys.stdin], [], [], 0)[0]:
        received = sqs.receive_message(QueueUrl=queue_url, WaitTimeSeconds=LISTEN_SECONDS)
        for message in received.get("Messages", ()):
            sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
            wiring.on_message(message["Body"], Invocation(time.monotonic() + INVOCATION_SECONDS))


def main(endpoint: str, names: str) -> None:
    machine = Machine(EmbeddedAws(port=int(endpoint.rpartition(":")[2])), "")  # not started here: it runs already
    capacity = LeadCapacity(machine.dynamodb())
    wiring = wiring_of(machine, Names(**json.loads(names)), capacity)
    print("ready", flush=True)
    began = time.process_time()
    work(wiring, machine.clients("sqs"), wiring.shared.settings.work_queue_url)
    units = capacity.consumed
    print(json.dumps([peak_megabytes(), time.process_time() - began, float(units["write"]), float(units["read"])]))


if __name__ == "__main__":
    main(*sys.argv[1:])

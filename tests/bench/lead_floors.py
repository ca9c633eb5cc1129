"""What importing a file of leads costs at least: reading it, the keys, and the same requests by boto3 as it comes."""

import csv
import io
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Self

from chalicelib.leads.channels.channels import Channels
from tests.bench.assembly import Machine
from tests.bench.lead_capacity import LeadCapacity, Sent
from tests.bench.lead_imports import KEY, THREADS, LeadImporter
from tests.bench.resolving import KEYS


@dataclass(frozen=True)
class Cost:
    """What a piece of work took, in seconds."""

    wall: float
    cpu: float

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.wall + other.wall, self.cpu + other.cpu)


def cost_of(work: Callable[[], object]) -> Cost:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Cost(time.perf_counter() - wall, time.process_time() - cpu)


@dataclass(frozen=True)
class Recorded:
    """What an import has sent about leads, and the capacity that it has consumed altogether."""

    sent: Sequence[Sent]
    units: Mapping[str, float]  #: "write" and "read"

    @classmethod
    def run_of(cls, importer: LeadImporter) -> Self:
        """Import the file. The importer's client keeps its requests."""
        client: LeadCapacity = importer.client
        client.sent.clear()
        client.consumed.clear()
        importer.run()
        return cls(list(client.sent), dict(client.consumed))


@dataclass(frozen=True)
class Ratio:
    """What an import took, and the floor of that."""

    took: Cost
    floor: Cost

    @property
    def wall(self) -> float:
        return self.took.wall / self.floor.wall

    @property
    def cpu(self) -> float:
        return self.took.cpu / self.floor.cpu


def ratios_of(machine: Machine, content: bytes, recorded: Mapping[str, Recorded]) -> dict[str, Ratio]:
    """Import the file as often as was recorded, and repeat each time what was recorded, by the same names."""
    importer = LeadImporter(machine)
    importer.upload(content)
    floors = _floors_of(machine, content, recorded)
    ratios = {name: Ratio(cost_of(importer.run), floor) for name, floor in floors.items()}
    importer.forget()
    return ratios


def _floors_of(machine: Machine, content: bytes, recorded: Mapping[str, Recorded]) -> dict[str, Cost]:
    names, client, s3 = machine.fresh_names(), machine.aws.client("dynamodb"), machine.aws.client("s3")
    s3.put_object(Bucket=names.bucket, Key=KEY, Body=content)
    reading = cost_of(lambda: _read_rows(s3.get_object(Bucket=names.bucket, Key=KEY)["Body"].read()))
    reading += Cost(0.0, cost_of(lambda: _key_rows(content)).cpu)
    floors = {name: reading + _cost_of_sending(client, each.sent, names.leads) for name, each in recorded.items()}
    for table in (names.leads, names.jobs):
        client.delete_table(TableName=table)
    return floors


def _cost_of_sending(client: Any, requests: Sequence[Sent], table: str) -> Cost:
    """Of the same requests about another table, several at once."""
    moved = [(getattr(client, operation), _moved(request, table)) for operation, request in requests]
    with ThreadPoolExecutor(THREADS) as pool:
        return cost_of(lambda: list(pool.map(lambda each: each[0](**each[1]), moved)))


def _moved(request: dict[str, Any], table: str) -> dict[str, Any]:
    if "RequestItems" in request:
        (wanted,) = request["RequestItems"].values()
        return {"RequestItems": {table: wanted}}
    statements = [
        {**each, "Statement": f'INSERT INTO "{table}" VALUE' + each["Statement"].partition("VALUE")[2]}
        for each in request["Statements"]
    ]
    return {"Statements": statements}


def _read_rows(content: bytes) -> None:
    for _ in csv.reader(io.TextIOWrapper(io.BytesIO(content), "utf-8", newline="")):
        pass


def _key_rows(content: bytes) -> None:
    """Merely find the normal form and the key of each row's number."""
    channels = Channels({}, "US")
    numbers = [line[:14].decode() for line in content.splitlines()[1:]]
    for number in numbers:
        KEYS.of("acme", channels.parse("whatsapp", number))

"""What the probes of imports share."""

import gc
from collections.abc import Callable
from typing import Any

from tests.bench.assembly import Importer

Measure = Callable[[], dict[str, Any]]


def timed_import(importer: Importer) -> tuple[float, float]:
    """Run a full import; wall and CPU seconds."""
    gc.collect()
    gc.freeze()  # what else this process holds is not the worker's to look through
    _, wall, cpu = importer.import_all()
    return wall, cpu


def drop_tables(importer: Importer) -> None:
    """Free the memory of the embedded AWS, which every import fills."""
    client = importer.machine.aws.client("dynamodb")
    for table in (importer.names.jobs, importer.names.contacts):
        client.delete_table(TableName=table)

"""From the answer that accepts a file to its plan, over real HTTP and the whole stack, queue on."""

import time

from local.sandbox_control import SandboxControl
from local.service_client import ServiceClient
from tests.bench.bulk import stack
from tests.bench.file_imports import file_of

IMPORTS = "/api/v1/file-imports"
LOOK_SECONDS = 0.02


def seconds_to_plan(rows: int, times: int) -> list[float]:
    """One person after the other."""
    data, seconds = file_of(rows), []
    with stack() as running:
        for number in range(times):
            client = ServiceClient(running.url, SandboxControl.of(running.settings).token(f"person-{number}"))
            seconds.append(_seconds(client, data))
    return seconds


def _seconds(client: ServiceClient, data: bytes) -> float:
    headers = {"Content-Type": "text/csv"}
    answer = client.ask("POST", IMPORTS, params={"file_name": "people.csv"}, data=data, headers=headers)
    answer.raise_for_status()
    path, began = f"{IMPORTS}/{answer.json()['id']}", time.perf_counter()
    while (state := client.get(path)["state"]) in ("reading", "planning"):
        time.sleep(LOOK_SECONDS)
    if state != "planned":
        raise RuntimeError(f"the import is {state}")
    return time.perf_counter() - began

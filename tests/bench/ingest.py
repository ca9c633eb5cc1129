"""Single records sent to a source of a whole stack on this machine, and the jobs that import them."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import requests

from local.processes import ROOT
from local.sandbox_control import SandboxControl
from local.stack import Stack

RECORDS = 10_000
SENDERS = 2  # at the same time, each with one connection
LIMITS = {"INGEST_REQUESTS_PER_MINUTE": "1000000", "INGEST_RECORDS_PER_DAY": "1000000"}
PATIENCE_SECONDS = 900


@dataclass(frozen=True)
class Sent:
    """What sending took, and what became of it."""

    #: of each request, in order
    seconds: list[float]
    #: that imported at least one record
    jobs: int

    @property
    def p95_milliseconds(self) -> float:
        return sorted(self.seconds)[int(len(self.seconds) * 0.95)] * 1000


def send_single_records(count: int = RECORDS) -> Sent:
    """Send so many records one by one, and wait until all are imported."""
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(ROOT), **LIMITS}
    with Stack(port=None, data_dir=None, environment=environment) as stack:
        api = _session(f"Bearer {SandboxControl.of(stack.settings).token('ingest')}")
        source = api.post(f"{stack.url}api/v1/sources", json={"name": "Bench"}, timeout=30).json()
        with ThreadPoolExecutor(SENDERS) as senders:
            parts = [range(start, count, SENDERS) for start in range(SENDERS)]
            seconds = [each for part in senders.map(lambda part: list(_send(source, part)), parts) for each in part]
        return Sent(seconds, _wait(api, f"{stack.url}api/v1/", count))


def _send(source: dict[str, Any], numbers: range) -> Iterator[float]:
    session = _session(f"Bearer {source['key']}")
    for number in numbers:
        record = {"id": str(number), "first_name": f"Ada {number}", "email": f"ada-{number}@bench.example"}
        began = time.perf_counter()
        session.post(source["url"], data=json.dumps(record), timeout=30).raise_for_status()
        yield time.perf_counter() - began


def _wait(api: requests.Session, url: str, count: int) -> int:
    """Wait until all records are imported; returns how many jobs have done that."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        activity = api.get(f"{url}me/activity?kind=ingest&limit=100", timeout=60).json()
        created = [each["counts"].get("created", 0) for each in activity["entries"]]
        if sum(created) >= count:
            assert sum(created) == count, "records came in twice"
            return sum(map(bool, created))
        time.sleep(2)
    raise AssertionError("records are missing")


def _session(authorization: str) -> requests.Session:
    session = requests.Session()
    session.headers.update({"Authorization": authorization, "Content-Type": "application/json"})
    return session

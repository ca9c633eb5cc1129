"""One person's 300 pollers beside another person, over HTTP and the whole stack.

Each poller does what the API asks: it sends the ETag of its last answer, and waits as long as `Retry-After` says, or
else a second. Other people ask for statuses of their own, alone and beside the pollers by turns, so that a busy machine
disturbs both alike.
"""

import asyncio
import http.client
import itertools
import random
import statistics
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import Any
from urllib.parse import urlsplit

from local.processes import ROOT
from local.sandbox_control import SandboxControl
from local.service_client import ServiceClient
from local.stack import Stack

POLLERS = 300
TURNS = 3
TURN_SECONDS = 6.0
SPENT_AFTER = 8.0  # seconds until the pollers have spent what they may send at once
OTHERS = 4  # people who ask in turn, since one may not ask that often
PAUSE = 0.02  # seconds between two requests of theirs
AS_DEPLOYED = {"REQUESTS_PER_MINUTE": "600", "REQUESTS_AT_ONCE": "300"}
UNLIMITED = {"REQUESTS_PER_MINUTE": "1000000", "REQUESTS_AT_ONCE": "1000000"}


@dataclass
class Polled:
    """Seconds of the other people's requests, and what the pollers were answered."""

    alone: list[float] = field(default_factory=list)
    together: list[float] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)

    @property
    def ratio(self) -> float:
        """How much longer 95 of 100 requests take beside the pollers."""
        return p95(self.together) / p95(self.alone)


def p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]


def poll(settings: dict[str, str], turns: int = TURNS) -> Polled:
    """Measure with these settings of the limit."""
    polled = Polled()
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(ROOT), **settings}
    with Stack(port=None, data_dir=None, environment=environment) as stack:
        path, token = _finished_import(stack, "crowd")
        others = Others(stack.url, [_finished_import(stack, f"other-{number}") for number in range(OTHERS)])
        others.ask_for(1.0)
        for _ in range(turns):
            polled.alone += others.ask_for(TURN_SECONDS)
            with _pollers(stack.url, path, token) as answers:
                time.sleep(SPENT_AFTER)
                polled.together += others.ask_for(TURN_SECONDS)
            polled.answers += answers
    return polled


def _finished_import(stack: Stack, person: str) -> tuple[str, str]:
    """The path of the status of an import, and the token of its person."""
    sandbox = SandboxControl.of(stack.settings)
    sandbox.account("google", f"{person}@gmail.example", 10)
    token = sandbox.token(person)
    client = ServiceClient(stack.url, token)
    job_id = client.connect("google", f"{person}@gmail.example")
    client.wait_until_finished(job_id)
    return f"/api/v1/contacts/import/status/{job_id}", token


class Others:
    """People who ask in turn for a status of their own, one after the other, over one connection."""

    def __init__(self, url: str, imports: Sequence[tuple[str, str]]) -> None:
        where = urlsplit(url)
        self._connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=30)
        self._imports = itertools.cycle(imports)

    def ask_for(self, seconds: float) -> list[float]:
        """The seconds of each request within this time."""
        took, until = [], time.monotonic() + seconds
        while time.monotonic() < until:
            path, token = next(self._imports)
            began = time.perf_counter()
            self._connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
            answer = self._connection.getresponse()
            answer.read()
            took.append(time.perf_counter() - began)
            if answer.status != 200:
                raise RuntimeError(f"another person is answered {answer.status}")
            time.sleep(PAUSE)
        return took


@contextmanager
def _pollers(url: str, path: str, token: str) -> Iterator[Counter[int]]:
    """Pollers in a process of their own; their answers are counted when they have stopped."""
    context, answers = get_context("spawn"), Counter[int]()
    stop, counted = context.Event(), context.SimpleQueue()
    process = context.Process(target=_run_pollers, args=(url, path, token, stop, counted))
    process.start()
    try:
        yield answers
    finally:
        stop.set()
        answers.update(counted.get())
        process.join()


def _run_pollers(url: str, path: str, token: str, stop: Any, counted: Any) -> None:
    counted.put(asyncio.run(_poll_all(url, path, token, stop)))


async def _poll_all(url: str, path: str, token: str, stop: Any) -> Counter[int]:
    answers, chance = Counter[int](), random.Random(7)
    polling = [asyncio.create_task(_poll(url, path, token, chance.random(), answers)) for _ in range(POLLERS)]
    while not stop.is_set():
        await asyncio.sleep(0.1)
    for each in polling:
        each.cancel()
    await asyncio.gather(*polling, return_exceptions=True)
    return answers


async def _poll(url: str, path: str, token: str, first_pause: float, answers: Counter[int]) -> None:
    await asyncio.sleep(first_pause)
    where, etag = urlsplit(url), ""
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    while True:
        known = f"If-None-Match: {etag}\r\n" if etag else ""
        writer.write(f"GET {path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n{known}\r\n".encode())
        status, headers = await _answer(reader)
        answers[status] += 1
        etag = headers.get("etag", etag)
        await asyncio.sleep(float(headers.get("retry-after", "1")))


async def _answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").strip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    await reader.readexactly(int(headers.get("content-length", "0")))
    return int(first.split()[1]), headers

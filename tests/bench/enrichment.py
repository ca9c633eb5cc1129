"""Runs of vendors: the production steps on tables of their own."""

import gc
import random
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock
from typing import Any

from chalicelib.bulk.bulk_job import MOST_CONTACTS
from chalicelib.bulk.start_bulk_create import CreateRequest
from chalicelib.enrichment.job_kinds import VENDOR_OWNER
from chalicelib.enrichment.start_due_runs import new_run
from chalicelib.foundation.ids import fresh_id
from chalicelib.jobs.job import Job, JobState
from chalicelib.jobs.worker import Worker
from chalicelib.vendors.answer import Answer, Question
from chalicelib.vendors.vendor import Rate, VendorBusy, Window
from chalicelib.wiring import RESERVE, Wiring
from local.stack_settings import Ports, stack_settings
from tests.bench import floors
from tests.bench.assembly import Machine
from tests.bench.counting import CountingClient
from tests.enrichment.vendors import FakeVendor, found

PERSON = "bench"
LONGEST = timedelta(minutes=14)


@dataclass
class SlowVendor(FakeVendor):
    """Answers after `seconds`, and refuses more calls than its windows allow, whenever they begin."""

    seconds: float = 0.2
    name: str = "phone-metadata"  # a vendor without keys and limits
    is_offline: bool = False
    refused: int = 0
    began: list[float] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)
    _arrived: deque[float] = field(default_factory=deque)

    def ask(self, questions: Sequence[Question], credentials: Any, *, timeout: timedelta) -> list[Answer]:
        now = time.monotonic()
        with self._lock:
            self.began.append(now)
            for window in self.rate.windows:
                if sum(now - each < window.seconds for each in self._arrived) >= window.calls:
                    self.refused += 1
                    raise VendorBusy(timedelta(seconds=1))
            self._arrived.append(now)
            while now - self._arrived[0] > max(each.seconds for each in self.rate.windows):
                self._arrived.popleft()
        time.sleep(self.seconds)
        return super().ask(questions, credentials, timeout=timeout)


@dataclass
class Enricher:
    """A book, and a worker that runs a vendor over it."""

    machine: Machine
    contacts: int

    def __post_init__(self) -> None:
        self.client = CountingClient(self.machine.dynamodb(), keep=True)
        settings = stack_settings(Ports(api=1, aws=1, sandbox=1), {})
        names = self.machine.fresh_names()
        self.wiring = Wiring(
            {**settings, **names.settings("")},
            clients=lambda service: self.client if service == "dynamodb" else self.machine.clients(service),
            chance=random.Random(1),
        )
        self._shared = shared = self.wiring.shared
        steps = self.wiring.engine.steps
        self._worker = Worker(shared.jobs, steps, shared.work_queue, shared.clock, shared.chance)
        people = [
            {"given": f"Given{each}", "emails": [{"value": f"p{each}@x.example"}], "phones": [{"raw": number}]}
            for each, number in enumerate(numbers(self.contacts))
        ]
        for start in range(0, self.contacts, MOST_CONTACTS):
            request = CreateRequest(people[start : start + MOST_CONTACTS], None)
            self._work(self.wiring.bulk.start_create(PERSON, request).job_id)
        self.wiring.enrichment.choices.put(PERSON, self._shared.clock.now(), consents=True)

    def run(self, vendor: str) -> tuple[Job, float]:
        """The run, and wall seconds until the book has everything.

        As in the other figures, the index of the book, which is built after a job, is not part of it.
        """
        self.client.transactions.clear()
        gc.collect()
        gc.freeze()
        began = time.perf_counter()
        run = self._shared.jobs.create(new_run(vendor, fresh_id()))
        while not self._shared.jobs.get(run.job_id).is_finished:
            waiting = [*self._shared.jobs.unfinished(VENDOR_OWNER), *self._shared.jobs.unfinished(PERSON)]
            for job in waiting:
                self._work(job.job_id)
        seconds, done = time.perf_counter() - began, self._shared.jobs.get(run.job_id)
        if done.state is not JobState.COMPLETED or done.details["enriched"] != self.contacts:
            raise RuntimeError(f"the run ended as {done.state}: {done.error} {done.details}")
        return done, seconds

    def floor(self) -> float:
        """Seconds of the library's own calls for the same numbers, and of the same writes alone."""
        written = [[_as_new(action) for action in actions] for actions in self.client.transactions]
        return seconds_of_library(numbers(self.contacts)) + floors.write(self.machine, written)

    def _work(self, job_id: str) -> None:
        claimed = self._worker.claim(job_id)
        if claimed is not None:
            self._worker.run(claimed, until=self._shared.clock.now() + LONGEST, reserve=RESERVE)


def _as_new(action: dict[str, Any]) -> dict[str, Any]:
    """A put on the condition that there is no such item: that the item has a version cannot hold in other tables."""
    put = action.get("Put")
    if put is None:
        return action
    named = {name: put[name] for name in ("TableName", "Item")}
    is_first = put["TableName"].startswith("contacts")
    return {"Put": {**named, **({"ConditionExpression": "attribute_not_exists(pk)"} if is_first else {})}}


def numbers(count: int) -> list[str]:
    """German mobile numbers, one for each contact."""
    return [f"+49 151 {10_000_000 + each:08d}" for each in range(count)]


def seconds_of_library(written: Sequence[str]) -> float:
    """Everything that the offline vendor asks of phonenumbers, for each number."""
    import phonenumbers
    from phonenumbers import carrier, timezone

    began = time.perf_counter()
    for text in written:
        number = phonenumbers.parse(text, "DE")
        phonenumbers.number_type(number)
        phonenumbers.region_code_for_number(number)
        carrier.safe_display_name(number, "en")
        timezone.time_zones_for_number(number)
    return time.perf_counter() - began


def share_of_rate(machine: Machine, contacts: int) -> tuple[float, int]:
    """The share of a vendor's rate that a run uses, and how many calls the vendor refused.

    The vendor takes 200 ms for an answer and allows 10 calls a second.
    """
    vendor = SlowVendor(answer=lambda _: found(title="CTO"), rate=Rate(windows=(Window(10, 1),), at_once=8))
    enricher = Enricher(machine, contacts)
    enricher.wiring.enrichment._vendors[vendor.name] = vendor
    enricher.run(vendor.name)
    span = vendor.began[-1] - vendor.began[0]
    return (len(vendor.began) - vendor.refused) / span / 10, vendor.refused

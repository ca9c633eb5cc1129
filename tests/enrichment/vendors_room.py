"""The control of vendors over an in-memory AWS, and processes that run its schedule."""

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.enrichment.control_store import ControlStore
from chalicelib.enrichment.job_kinds import ENRICHMENT_RUN
from chalicelib.enrichment.spend_store import SpendStore
from chalicelib.enrichment.start_due_runs import StartDueRuns
from chalicelib.enrichment.vendor_control import VendorControl
from chalicelib.foundation.clock import Clock, milliseconds
from chalicelib.foundation.dynamo import Dynamo
from chalicelib.jobs.activity import ActivityStore
from chalicelib.jobs.job import Job, JobState
from chalicelib.jobs.job_kinds import JobKinds
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.store import JobStore
from chalicelib.schedules.cron import Cron
from tests.fakes.clock import FixedClock
from tests.fakes.executor import InlineExecutor
from tests.fakes.queue import FakeQueue
from tests.fakes.tables import empty_tables

VENDORS = ("phone-metadata", "people-data-labs", "hunter", "twilio-lookup")
NIGHTLY = Cron.parse("0 3 * * *", "UTC")


class VendorsRoom:
    """One process over what is stored; `again` is another one over the same."""

    def __init__(self, client: Any = None, clock: Clock | None = None) -> None:
        self.client, self.clock = client or empty_tables(), clock or FixedClock()
        dynamo = Dynamo(self.client, self.clock, random.Random(1))
        kinds = JobKinds([ENRICHMENT_RUN])
        self.jobs = JobStore(dynamo, "jobs", self.clock, InlineExecutor(), shards=1, kinds=kinds)
        self.controls, self.work_queue = ControlStore(dynamo, "jobs", VENDORS), FakeQueue()
        self.activity = ActivityStore(dynamo, "jobs")
        self.spends = SpendStore(dynamo, "jobs")
        self.start_due_runs = StartDueRuns(self.controls, self.spends, self.jobs, self.work_queue, self.clock)

    def again(self, client: Any = None, clock: Clock | None = None) -> "VendorsRoom":
        return VendorsRoom(client or self.client, clock or self.clock)

    def turn_on(self, vendor: str = "hunter", schedule: Cron | None = NIGHTLY, **more: Any) -> VendorControl:
        now = milliseconds(self.clock.now())
        return self.change(vendor, **{"enabled": True, "schedule": schedule, "considered": now, "waits": "", **more})

    def turn_off(self, vendor: str = "hunter") -> VendorControl:
        return self.change(vendor, enabled=False)

    def change(self, vendor: str, **decided: Any) -> VendorControl:
        known = self.controls.get(vendor)
        assert self.controls.put(known, replace(known, **decided))
        return self.controls.get(vendor)

    def runs(self) -> list[Job]:
        """All runs, the earliest due first."""
        listed, _ = self.jobs.of_owner("~vendors", limit=10_000)
        return sorted(listed, key=lambda job: (job.details["due_at"], job.details["vendor"]))

    def finish(self, vendor: str = "hunter", **ended: Any) -> None:
        """The run under way ends."""
        control = self.controls.get(vendor)
        job = self.jobs.claim(control.run, "worker", self.clock.now() + timedelta(minutes=1))  # clocks may differ
        assert job is not None, "another run of the vendor is under way"
        write = self.controls.run_ended_write(control, **{"last_good_run": milliseconds(self.clock.now()), **ended})
        self.jobs.commit(job, Progress(None, state=JobState.COMPLETED, extra_writes=[write]))


def due_at(job: Job) -> datetime:
    return datetime.fromisoformat(job.details["due_at"])


def dump(tables: Mapping[str, Any]) -> dict[str, str]:
    """Everything in the tables, by table and key."""
    return {
        f"{name} {key}": repr(sorted(item.items()))
        for name, table in tables.items()
        for key, item in table.items.items()
    }

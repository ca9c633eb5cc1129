"""The room of events over a fake DynamoDB: jobs that begin and end, and endpoints that are told of it."""

import base64
import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from chalicelib.events.compose import Compose
from chalicelib.events.contact_batches import ContactBatches
from chalicelib.events.deliver import DeliverEvents
from chalicelib.events.delivery import Delivery
from chalicelib.events.delivery_store import DeliveryStore
from chalicelib.events.endpoint import Endpoint
from chalicelib.events.endpoint_secrets import EndpointSecrets
from chalicelib.events.endpoint_store import EndpointStore
from chalicelib.events.event_store import EventStore
from chalicelib.events.hand_out import HandOutEvents
from chalicelib.events.job_kinds import DELIVERY
from chalicelib.events.manage_endpoints import EndpointEdit, ManageEndpoints
from chalicelib.events.start_deliveries import StartDeliveries
from chalicelib.foundation.clock import milliseconds
from chalicelib.foundation.dynamo import Dynamo
from chalicelib.foundation.ids import fresh_id
from chalicelib.foundation.seal import Seal
from chalicelib.jobs.events import EventType, NewEvent
from chalicelib.jobs.job import Job, JobState, LedgerLine
from chalicelib.jobs.minute_schedule import RunSchedule
from chalicelib.jobs.new_job import NewJob
from chalicelib.jobs.outbox import Outbox
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.run import Run
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.worker import Worker
from tests.fakes.clock import FixedClock
from tests.fakes.executor import InlineExecutor
from tests.fakes.kms import FakeKms
from tests.fakes.queue import FakeQueue
from tests.fakes.receiver import FakeCallbacks
from tests.fakes.tables import empty_tables
from tests.jobs.kinds import KINDS

ANN = "ann"
URL = "https://hooks.example.com/events"
EVERYTHING = tuple(each.value for each in EventType if each is not EventType.ENDPOINT_TEST)
LONG = timedelta(minutes=10)


class EventHouse:
    """One process of the service. Others over the same tables are made by `restarted`."""

    def __init__(
        self,
        tables: Any = None,
        *,
        clock: FixedClock | None = None,
        callbacks: Any = None,
        kms: Any = None,
        queue: Any = None,
    ) -> None:
        self.tables, self.clock = tables or empty_tables(), clock or FixedClock()
        self.callbacks, self.kms = callbacks or FakeCallbacks(), kms or FakeKms()
        self.queue = queue or FakeQueue()
        self.dynamo = dynamo = Dynamo(self.tables, self.clock, random.Random(1))
        self.outbox = Outbox(dynamo, "jobs")
        self.jobs = JobStore(dynamo, "jobs", self.clock, InlineExecutor(), shards=1, kinds=KINDS, outbox=self.outbox)
        self.endpoints = EndpointStore(dynamo, "jobs", self.clock)
        self.deliveries, self.events = DeliveryStore(dynamo, "jobs", self.clock), EventStore(dynamo, "jobs")
        self.secrets = EndpointSecrets(Seal(self.kms, "key"))
        self.start = StartDeliveries(self.endpoints, self.jobs, self.queue, self.clock)
        self.hand_out = HandOutEvents(self.events, self.endpoints, self.deliveries, self.start, self.clock)
        self.manage = ManageEndpoints(self.endpoints, self.deliveries, self.secrets, self.start, self.clock)
        self.full: Callable[[Any], Any] = lambda _: {"is_full": True}
        self.told: list[Endpoint] = []
        deliver = DeliverEvents(
            self.endpoints,
            self.deliveries,
            Compose(
                ContactBatches(self.jobs),
                lambda _owner, _name, data: {**data, **self.full(data)},
            ),
            self.secrets,
            self.callbacks,
            self.clock,
            random.Random(2),
            told=self._told,
        )
        self.worker = Worker(self.jobs, {DELIVERY.name: deliver}, self.queue, self.clock, random.Random(3))
        self.schedule = RunSchedule(
            self.jobs,
            self.worker,
            self.queue,
            self.clock,
            InlineExecutor(),
            claim_limit=20,
            starters=[self.hand_out, self.start],
        )

    def _told(self, endpoint: Endpoint) -> list[Any]:
        self.told.append(endpoint)
        data = {"endpoint_id": endpoint.endpoint_id, "because": str(endpoint.disabled_because)}
        event = NewEvent(f"evt_{fresh_id()}", EventType.ENDPOINT_DISABLED.value, data, for_operators=False)
        return self.outbox.writes(endpoint.owner, [event], self.clock.now())

    def register(self, owner: str = ANN, url: str = URL, **edit: Any) -> tuple[Endpoint, str]:
        return self.manage.register(owner, EndpointEdit(url=url, **edit))

    # ── what happens

    def create(self, owner: str = ANN, kind: str = "provider-import", job_id: str = "", **more: Any) -> Job:
        details = more.pop("details", {"provider": "google", "connection_id": "c-1", "mode": "full"})
        return self.jobs.create(NewJob(job_id or fresh_id(), owner, kind, details, **more))

    def claim(self, job: Job) -> Run:
        claimed = self.jobs.claim(job.job_id, fresh_id(), self.clock.now())
        assert claimed is not None
        return Run(self.jobs, self.clock, claimed, until=self.clock.now() + LONG, reserve=timedelta(seconds=5))

    def end(self, job: Job, state: JobState = JobState.COMPLETED, created: int = 0, **details: Any) -> Job:
        run = self.claim(job)
        if created:
            lines = [LedgerLine(f"s{number}", "created", f"contact-{number:03d}") for number in range(created)]
            run.commit(Progress(None, lines=lines))
        run.commit(Progress(None, state=state, details=details))
        return run.job

    def tick(self, span: timedelta = timedelta(minutes=1)) -> None:
        """A run of the minute schedule, and time that passes after it."""
        until = self.clock.now() + timedelta(seconds=50)
        self.schedule(until=until, reserve=timedelta(seconds=5))
        self.clock.advance(span)

    def later(self, span: timedelta) -> None:
        """Runs of the schedule once in each minute; those without anything to do are left out."""
        end = self.clock.now() + span
        while self.clock.now() < end:
            self.tick()
            due = [item for item in self.tables.tables["jobs"].items.values() if "due" in item and "due_shard" in item]
            soonest = min((int(item["due"]["N"]) for item in due), default=None)
            idle = (
                end
                if soonest is None
                else self.clock.now() + timedelta(milliseconds=soonest - milliseconds(self.clock.now()))
            )
            self.clock.at = max(self.clock.now(), min(idle, end))

    # ── what is stored

    def log(self, endpoint: Endpoint) -> list[Delivery]:
        return self.deliveries.log(endpoint.owner, endpoint.endpoint_id, before="", limit=1_000)

    def stored(self, prefix: str) -> list[Any]:
        items = self.tables.tables["jobs"].items.values()
        return [item for item in items if item["pk"]["S"].startswith(prefix)]


def key_bytes(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix("whsec_"))

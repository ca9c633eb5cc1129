"""Events with a fault at every call: of DynamoDB, KMS, the work queue and the endpoint.

One process does everything: it starts and ends jobs, hands their events out and sends them. At one of its calls, each
in turn, it ends before or after the call, or the request or the response is lost. Others then go on by the schedule.
What was committed decides what must arrive: each event of it at least once, in the order of its job, correctly signed;
nothing that was not committed, and nothing at another endpoint.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from standardwebhooks import Webhook

from chalicelib.events.delivery import DeliveryState
from chalicelib.foundation.callbacks import CallbackFailure, CallbackReply
from chalicelib.foundation.dynamo import Write
from chalicelib.jobs.events import NewEvent
from chalicelib.jobs.job import JobState
from chalicelib.jobs.outbox import Outbox
from tests.events.house import ANN, URL, EventHouse
from tests.fakes.lost_responses import no_response
from tests.fakes.receiver import Received

FATES = ("ends before", "ends after", "loses the request", "loses the response")
JOBS = ("one", "two", "three")
WRITES = (
    "put_item",
    "update_item",
    "delete_item",
    "transact_write_items",
    "batch_write_item",
)
READS = ("get_item", "query", "batch_get_item")
CALLS = {*WRITES, *READS, "generate_data_key", "decrypt", "send", "post"}


class Ended(BaseException):
    """The process ends, in the middle of a call."""


class Fate:
    """Counts the calls of a process, and lets one of them fail."""

    def __init__(self, number: int, kind: str) -> None:
        self.left, self.kind = number, kind

    def of(self, target: Any) -> Any:
        return _Doomed(target, self)

    def call(self, call: Callable[..., Any], args: Any, named: Any) -> Any:
        self.left -= 1
        if self.left != 0:
            return call(*args, **named)
        if self.kind == "ends before":
            raise Ended
        if self.kind == "loses the request":
            return self._lost(call)
        call(*args, **named)
        if self.kind == "ends after":
            raise Ended
        return self._lost(call)

    @staticmethod
    def _lost(call: Callable[..., Any]) -> Any:
        if call.__name__ == "post":
            return CallbackFailure.TIMED_OUT
        if call.__name__ == "send":  # it never raises
            return None
        raise no_response()

    @property
    def has_come(self) -> bool:
        return self.left <= 0


class _Doomed:
    def __init__(self, target: Any, fate: Fate) -> None:
        self._target, self._fate = target, fate

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._target, name)
        return (lambda *args, **named: self._fate.call(found, args, named)) if name in CALLS else found


def run(number: int, kind: str, twin: Callable[[EventHouse], object] = lambda _: None) -> Fate:
    """One history: a fault at this call of the first process, then other processes until nothing is left to do.

    Args:
        twin: breaks a process on purpose.
    """
    right = EventHouse()
    _, secret = right.register(events=["import.started", "import.completed", "import.failed", "contact.created"])
    right.register("bob")
    fate = Fate(number, kind)
    first = EventHouse(
        fate.of(right.tables),
        clock=right.clock,
        callbacks=fate.of(right.callbacks),
        kms=fate.of(right.kms),
        queue=fate.of(right.queue),
    )
    twin(first)
    try:
        live(first)
    except Ended:
        pass
    except Exception:  # the process survives, but what it was about to do has failed
        assert fate.has_come, "only a fault may make it fail"
    right.later(timedelta(days=1))
    judge(right, secret)
    return fate


def live(house: EventHouse) -> None:
    """What the first process does."""
    house.callbacks.answers.append(CallbackReply(500, {}))
    house.create(job_id="one")
    house.tick()
    house.end(house.jobs.get("one"), created=2)
    house.hand_out.of_owner(ANN)
    house.create(job_id="two")
    house.clock.advance(seconds=1)
    house.jobs.cancel("two")
    house.create(job_id="three")
    house.clock.advance(seconds=1)
    house.end(house.jobs.get("three"), JobState.PARTIAL)
    house.tick()
    house.tick()


def judge(house: EventHouse, secret: str) -> None:
    """Compare what has arrived with what has happened."""
    received = house.callbacks.received
    arrived: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for request in received:
        assert request.headers["webhook-signature"] == signed_by_library(secret, request)
        assert request.url == URL
        arrived[request.data["job_id"]][request.type].add(request.message_id)
    assert {job_id: list(types) for job_id, types in arrived.items()} == happened(house)
    assert all(len(ids) == 1 for types in arrived.values() for ids in types.values())  # a repetition has the same id
    assert house.stored("events#") == []
    assert not any(each["sk"]["S"].startswith("waiting#") for each in house.stored("deliveries#"))


def happened(house: EventHouse) -> dict[str, list[str]]:
    """The events of each job that is stored, in their order."""
    expected = {}
    for job in filter(None, map(house.jobs.find, JOBS)):
        is_whole = job.state in (JobState.COMPLETED, JobState.PARTIAL)
        ended = "import.completed" if is_whole else "import.failed"
        contacts = ["contact.created"] if job.is_finished and job.counts.created else []
        expected[job.job_id] = ["import.started", *([ended] if job.is_finished else []), *contacts]
    return expected


def signed_by_library(secret: str, request: Received) -> str:
    """The signature that the library of receivers makes of the same message."""
    timestamp = datetime.fromtimestamp(int(request.headers["webhook-timestamp"]), UTC)
    return Webhook(secret).sign(request.message_id, timestamp, request.body.decode())


def calls_of_a_history() -> int:
    """How many calls the first process makes if none fails."""
    fate = run(1_000_000, FATES[0])
    return 1_000_000 - fate.left


COUNT = calls_of_a_history()


@pytest.mark.parametrize("kind", FATES)
def test_every_event_arrives_and_nothing_that_did_not_happen(kind):
    for number in range(1, COUNT + 1):
        assert run(number, kind).has_come


def test_there_are_enough_calls_to_fail():
    assert COUNT > 40


# ── broken on purpose


class TellsAfterwards(Outbox):
    """Writes events after what they tell of, instead of with it."""

    def writes(self, owner: str, events: Sequence[NewEvent], now: datetime) -> list[Write]:
        self.late.extend(super().writes(owner, events, now))
        return []

    @property
    def late(self) -> list[Write]:
        late: list[Write] = self.__dict__.setdefault("_late", [])
        return late

    def flush(self) -> None:
        while self.late:
            self.dynamo.commit([self.late.pop(0)])


def tells_afterwards(house: EventHouse) -> None:
    outbox = TellsAfterwards(house.dynamo, "jobs")
    house.jobs.__dict__["outbox"] = outbox
    tick = house.hand_out.events.owners

    def owners(now: datetime, *, limit: int) -> list[str]:
        outbox.flush()
        return tick(now, limit=limit)

    house.hand_out.events.__dict__["owners"] = owners


def notes_before_it_sends(house: EventHouse) -> None:
    post = house.callbacks.post

    class NotesFirst:
        """The endpoint's answer is taken for granted: a crash between noting and sending loses the event."""

        def post(self, *args: Any) -> Any:
            (waiting,) = house.deliveries.waiting(ANN, house.endpoints.of_owner(ANN)[0].endpoint_id, limit=1)
            house.deliveries.update(waiting, replace(waiting, state=DeliveryState.DELIVERED))
            return post(*args)

    house.worker.steps["event-delivery"].__dict__["callbacks"] = NotesFirst()  # type: ignore[index]


@pytest.mark.parametrize("twin", [tells_afterwards, notes_before_it_sends])
def test_what_is_broken_on_purpose_is_found(twin):
    def fails(number: int) -> bool:
        try:
            run(number, "ends before", twin)
        except (AssertionError, ValueError):
            return True
        return False

    assert any(fails(number) for number in range(1, COUNT + 1))

"""A delivery: one event for one endpoint, with all attempts to send it, and when the next one is due. Pure."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from chalicelib.foundation.callbacks import CallbackFailure, CallbackReply
from chalicelib.foundation.json import Json

#: The waits after the first attempt, the second one, and so on. After the last one follows one more attempt.
RETRY_AFTER = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
JITTER = 0.1  # of a wait, added or taken away
KEPT_ATTEMPTS = 20  # the last ones
LOGGED_BYTES = 1_024  # of an answer
GONE = 410
SLOW_DOWN = frozenset({429, 502, 503, 504})


class DeliveryState(StrEnum):
    """The states of a delivery."""

    WAITING = "waiting"  # for its first attempt, or for the next one
    DELIVERED = "delivered"
    FAILED = "failed"  # given up after the last attempt
    SKIPPED = "skipped"  # the endpoint does not want it any more, or may not get it
    STOPPED = "stopped"  # the endpoint was disabled before it was accepted; it can be replayed


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request. Instants are in milliseconds since 1970."""

    at: int
    milliseconds: int
    #: None without a response.
    status: int | None = None
    #: Why there was none; a `CallbackFailure`.
    failure: str = ""
    #: The beginning of the response.
    answer: str = ""
    #: How many milliseconds the endpoint wants us to wait.
    asked: int = 0

    @classmethod
    def of(cls, at: int, took: int, answer: CallbackReply | CallbackFailure, asked: int = 0) -> "Attempt":
        if isinstance(answer, CallbackFailure):
            return cls(at, took, failure=answer.value)
        text = answer.beginning[:LOGGED_BYTES].decode("utf-8", "replace")
        shown = "".join(each for each in text if each.isprintable() or each == "\n")
        return cls(at, took, answer.status, answer=shown, asked=asked)

    @property
    def is_success(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_slow(self) -> bool:
        """Whether the endpoint is to be spared for a while."""
        return self.status in SLOW_DOWN or self.failure == CallbackFailure.TIMED_OUT


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """An event on its way to an endpoint."""

    owner: str
    endpoint_id: str
    event_id: str
    #: An `EventType`, or `CONTACTS_OF_JOB`.
    type: str
    #: When the event happened, in milliseconds since 1970.
    at: int
    data: Mapping[str, Json]
    state: DeliveryState = DeliveryState.WAITING
    #: When the next attempt is due.
    next_at: int = 0
    #: How many attempts failed since it began, or since it was replayed.
    failures: int = 0
    attempts: tuple[Attempt, ...] = ()
    #: Of the contacts of a job: the chunk of its ledger and the part of it that comes next.
    batch: tuple[int, int] = (0, 0)
    #: Whether it was accepted before it was replayed.
    was_accepted: bool = False

    @property
    def job_id(self) -> str:
        """The job that the event is about; "" for none. Events of one job are sent in their order."""
        return str(self.data.get("job_id") or "")

    def with_attempt(self, attempt: Attempt) -> "Delivery":
        return replace(self, attempts=(*self.attempts, attempt)[-KEPT_ATTEMPTS:])

    def after_failure(self, now: int, chance: random.Random) -> "Delivery":
        """With its next attempt, or given up. Its last attempt is the one that failed."""
        failures = self.failures + 1
        if failures > len(RETRY_AFTER):
            return replace(self, state=DeliveryState.FAILED, failures=failures)
        wait = RETRY_AFTER[failures - 1] * chance.uniform(1 - JITTER, 1 + JITTER)
        longest = max(round(wait.total_seconds() * 1000), self.attempts[-1].asked)
        return replace(self, failures=failures, next_at=now + longest)

    def replayed(self, now: int) -> "Delivery":
        """To be sent again, from its beginning."""
        accepted = self.was_accepted or self.state is DeliveryState.DELIVERED
        waiting = replace(self, state=DeliveryState.WAITING, next_at=now, failures=0, batch=(0, 0))
        return replace(waiting, was_accepted=accepted)

    def unsent(self, state: DeliveryState) -> "Delivery":
        """Ended in this state because nothing more is sent. One that was accepted before it was replayed stays so."""
        return replace(self, state=DeliveryState.DELIVERED if self.was_accepted else state)

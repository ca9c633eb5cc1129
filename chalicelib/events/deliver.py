"""The step of the job that sends events to one endpoint.

At least once: an attempt is noted after it was made, so a crash in between repeats it, with the same id. The job ends
when nothing can be sent for a while; the endpoint's item says when the next one begins. An endpoint that is slow is
spared after each attempt that shows it, so that it takes little of a worker's time.
"""

import logging
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta

from chalicelib.events.compose import Compose
from chalicelib.events.delivery import GONE, Attempt, Delivery, DeliveryState
from chalicelib.events.delivery_store import DeliveryStore, sort_key
from chalicelib.events.endpoint import DisabledReason, Endpoint, EndpointState, SealedSecret
from chalicelib.events.endpoint_secrets import EndpointSecrets
from chalicelib.events.endpoint_store import EndpointStore
from chalicelib.events.message import headers
from chalicelib.foundation.callbacks import CallbackFailure, CallbackReply, Callbacks
from chalicelib.foundation.clock import Clock, milliseconds
from chalicelib.foundation.dynamo import Write
from chalicelib.foundation.errors import NotFound
from chalicelib.foundation.outbound import parse_retry_after
from chalicelib.jobs.job import JobState, ParkReason
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.refusals import ExtraWriteRefused
from chalicelib.jobs.run import Run

log = logging.getLogger(__name__)

READ_AT_ONCE = 200  # deliveries
LONGEST_ROUND = timedelta(seconds=20)  # then other jobs get their turn
SPARED_FOR = timedelta(seconds=30)  # an endpoint that is slow, unless it names a time
LONGEST_ASKED = timedelta(days=1)  # as long as the longest wait of our own
SHORT_WAIT = timedelta(minutes=1)  # for which the job stays, instead of another one
REPLAYED_AT_ONCE = 100


@dataclass(frozen=True)
class DeliverEvents:
    """Sends what an endpoint is to get."""

    endpoints: EndpointStore
    deliveries: DeliveryStore
    compose: Compose
    secrets: EndpointSecrets
    callbacks: Callbacks
    clock: Clock
    chance: random.Random
    #: Returns the writes that tell of an endpoint that is disabled, for the transaction that disables it.
    told: Callable[[Endpoint], Sequence[Write]]

    def __call__(self, run: Run) -> None:
        _Round(self, run).work()


class _Round:
    """One claim of the job of an endpoint."""

    def __init__(self, parts: DeliverEvents, run: Run) -> None:
        self._parts, self._run = parts, run
        self._owner, self._endpoint_id = run.job.owner, str(run.job.details["endpoint_id"])
        self._end = parts.clock.now() + LONGEST_ROUND
        self._opened: tuple[tuple[SealedSecret, ...], Sequence[str]] = ((), ())

    def work(self) -> None:
        while True:
            endpoint = self._parts.endpoints.find(self._owner, self._endpoint_id)
            if endpoint is None or endpoint.state is not EndpointState.ACTIVE:
                self._end_unsent(endpoint)
                return
            due = self._replay(endpoint) if endpoint.replay is not None else self._send_all(endpoint)
            if self._is_over():
                self._run.park(timedelta(), ParkReason.HAND_OVER)
                return
            if self._rest(endpoint, due):
                return

    def _end_unsent(self, endpoint: Endpoint | None) -> None:
        """End the job. What waits for a paused endpoint is sent later; for a disabled one it is stopped."""
        if endpoint is not None and endpoint.state is EndpointState.DISABLED:
            for delivery in self._waiting():
                if self._is_over():
                    self._run.park(timedelta(), ParkReason.HAND_OVER)
                    return
                self._parts.deliveries.update(delivery, delivery.unsent(DeliveryState.STOPPED))
        self._run.commit(Progress(None, state=JobState.COMPLETED))

    def _is_over(self) -> bool:
        return self._run.out_of_time() or self._parts.clock.now() >= self._end

    def _now(self) -> int:
        return milliseconds(self._parts.clock.now())

    def _rest(self, seen: Endpoint, due: int | None) -> bool:
        """End the job until something is due, or let it wait if that is soon. False if there is more to do now.

        Args:
            seen: the endpoint as it was before the deliveries were read; if it has changed, more may have come.
        """
        wait = None if due is None else timedelta(milliseconds=due - self._now())
        if wait is not None and wait <= timedelta():
            return False
        if wait is not None and wait <= SHORT_WAIT:
            self._run.park(wait, ParkReason.LATER)
            return True
        at_rest = self._parts.endpoints.put_write(seen, replace(seen, due=due))
        try:
            self._run.commit(Progress(None, state=JobState.COMPLETED, extra_writes=[at_rest]))
        except ExtraWriteRefused:
            return False
        return True

    # ── sending

    def _send_all(self, endpoint: Endpoint) -> int | None:
        """Send what can be sent now. Returns when the next of it can be; None if nothing waits any more.

        An event waits while an earlier one of the same job does, so that they arrive in their order.
        """
        if endpoint.not_before > self._now():
            return endpoint.not_before
        held: set[str] = set()
        soonest: int | None = None
        for delivery in self._waiting():
            if self._is_over():
                return self._now()
            if delivery.job_id in held:
                continue
            after = delivery
            while after.state is DeliveryState.WAITING and after.next_at <= self._now():
                after, attempt = self._attempt(endpoint, after)
                changed = endpoint if attempt is None else self._note(endpoint, attempt)
                if changed is None or changed.not_before > self._now():
                    return None if changed is None else changed.not_before
                endpoint = changed
            if after.state is DeliveryState.WAITING:
                soonest = after.next_at if soonest is None else min(soonest, after.next_at)
                held |= {after.job_id} - {""}
        return soonest

    def _waiting(self) -> Iterator[Delivery]:
        """All deliveries that wait, in the order in which the events happened."""
        after = ""
        while page := self._parts.deliveries.waiting(self._owner, self._endpoint_id, after=after, limit=READ_AT_ONCE):
            yield from page
            after = sort_key(page[-1])

    def _attempt(self, endpoint: Endpoint, delivery: Delivery) -> tuple[Delivery, Attempt | None]:
        """Send a message of a delivery, and store what became of it. No attempt if there is nothing to send."""
        parts = self._parts
        made = parts.compose(endpoint, delivery)
        if made is None:
            state = DeliveryState.SKIPPED if delivery.batch == (0, 0) else DeliveryState.DELIVERED
            after = delivery.unsent(state)
            parts.deliveries.update(delivery, after)
            return after, None
        began, body = self._now(), made.message.body
        signed = headers(made.message.message_id, body, self._secrets(endpoint, began), began)
        answer = parts.callbacks.post(endpoint.url, signed, body)
        now = self._now()
        attempt = Attempt.of(began, now - began, answer, self._asked(answer))
        if not attempt.is_success:
            log.info("webhook_failed", extra={"job_id": self._run.job.job_id, "status": attempt.status})
        tried = delivery.with_attempt(attempt)
        after = made.after_success(tried, now) if attempt.is_success else tried.after_failure(now, parts.chance)
        parts.deliveries.update(delivery, after)
        return after, attempt

    def _asked(self, answer: CallbackReply | CallbackFailure) -> int:
        """How many milliseconds the endpoint wants us to wait; 0 if it does not say."""
        if isinstance(answer, CallbackFailure):
            return 0
        asked = parse_retry_after(answer.headers.get("retry-after"), self._parts.clock.now(), longest=LONGEST_ASKED)
        return 0 if asked is None else round(asked.total_seconds() * 1000)

    def _secrets(self, endpoint: Endpoint, now: int) -> Sequence[str]:
        valid = endpoint.valid_secrets(now)
        if self._opened[0] != valid:
            self._opened = valid, self._parts.secrets.valid(endpoint, now)
        return self._opened[1]

    def _note(self, endpoint: Endpoint, attempt: Attempt) -> Endpoint | None:
        """Note on the endpoint what an attempt says of it. None if nothing more can be sent to it."""
        now, spared = self._now(), round(SPARED_FOR.total_seconds() * 1000)

        def noted(seen: Endpoint) -> Endpoint:
            if seen.state is not EndpointState.ACTIVE:
                return seen
            if attempt.is_success:
                return seen.after_success()
            if attempt.status == GONE:
                return seen.disabled(DisabledReason.GONE)
            failing = seen.after_failure(now)
            return replace(failing, not_before=now + max(spared, attempt.asked)) if attempt.is_slow else failing

        if noted(endpoint) == endpoint:
            return endpoint
        try:
            changed = self._parts.endpoints.change(self._owner, self._endpoint_id, noted, self._told)
        except NotFound:
            return None
        return changed if changed.state is EndpointState.ACTIVE else None

    def _told(self, changed: Endpoint) -> Sequence[Write]:
        return self._parts.told(changed) if changed.state is EndpointState.DISABLED else ()

    # ── sending again

    def _replay(self, endpoint: Endpoint) -> int:
        """Let past deliveries wait again, some at a time. Returns now: the others, or sending them, come next."""
        parts, (after, before) = self._parts, endpoint.replay or ("", "")
        past = parts.deliveries.past(self._owner, self._endpoint_id, after=after, before=before, limit=REPLAYED_AT_ONCE)
        for delivery in past:
            parts.deliveries.update(delivery, delivery.replayed(self._now()))
        rest = (sort_key(past[-1]), before) if len(past) == REPLAYED_AT_ONCE else None

        def moved_on(seen: Endpoint) -> Endpoint:
            return replace(seen, replay=rest) if seen.replay == endpoint.replay else seen

        with suppress(NotFound):
            parts.endpoints.change(self._owner, self._endpoint_id, moved_on)
        return self._now()

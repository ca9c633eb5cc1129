"""The limit on each person's requests: a token bucket, kept in this process and settled with the store.

A request costs no write. What this process let in is added to the store after ten requests, or sooner where others let
in requests of the same person too or little is left, and at most once a second. A process hears of the others by what
the store answers. A request that this process knows to be too many is refused before anything is read or verified. If
the store does not respond, each process goes by what it knows, and adds it later.

The bucket is one instant: when everything that was spent will be back. So adding is one atomic change, whoever adds,
and clocks that differ shift it by no more than they differ.
"""

import logging
import math
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Protocol, TypeVar

from chalicelib.foundation.clock import Clock
from chalicelib.foundation.errors import TooMany
from chalicelib.foundation.http import Person
from chalicelib.foundation.ids import id_of
from chalicelib.foundation.log import error_origin

T = TypeVar("T")
log = logging.getLogger(__name__)

POLICY = "person"
SETTLED_TOGETHER = 10  # requests that one process may keep to itself
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
MOST_REMEMBERED = 10_000  # people, and credentials of theirs, in one process


class SpentStore(Protocol):
    """The port to what all processes spent: by bucket, the instant when all of it will be back."""

    def get(self, bucket: str) -> datetime | None:
        """None if nothing was spent lately."""

    def add(self, bucket: str, cost: timedelta, since: datetime) -> datetime:
        """Move the instant by `cost`, from `since` if that is later; returns the new one."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How fast a bucket fills, and how much it holds."""

    per_minute: int
    #: requests that may come at once
    at_once: int

    @property
    def interval(self) -> timedelta:
        """How long one request takes to come back."""
        return MINUTE / self.per_minute

    @property
    def window(self) -> timedelta:
        """How long an empty bucket takes to be full."""
        return self.interval * self.at_once

    def left(self, full_at: datetime, now: datetime) -> int:
        """How many requests may come at once now; below zero if others have let in too many meanwhile."""
        return self.at_once - math.ceil(max(timedelta(), full_at - now) / self.interval)

    def fields(self, full_at: datetime, now: datetime) -> Mapping[str, str]:
        """The RateLimit fields (draft-ietf-httpapi-ratelimit-headers)."""
        left = self.left(full_at, now)
        return self._fields(left, full_at - now if left > 0 else self.next_at(full_at) - now)

    def fields_of_refusal(self, wait: timedelta) -> Mapping[str, str]:
        return self._fields(0, wait)

    def _fields(self, left: int, wait: timedelta) -> Mapping[str, str]:
        return {
            "RateLimit-Policy": f'"{POLICY}";q={self.at_once};w={_seconds(self.window)}',
            "RateLimit": f'"{POLICY}";r={left};t={_seconds(wait)}',
        }

    def next_at(self, full_at: datetime) -> datetime:
        """When a request may come again after all were spent."""
        return full_at - self.window + self.interval


class RequestLimitReached(TooMany):
    """A person has sent more requests than allowed."""

    def __init__(self, rate: Rate, wait: timedelta) -> None:
        detail = f"More than {rate.per_minute:,} requests a minute were sent for one person. Wait, then go on slower."
        super().__init__(detail, retry_after=wait)
        self.headers = rate.fields_of_refusal(wait)


@dataclass(slots=True)
class _Bucket:
    """What this process knows of one bucket."""

    full_at: datetime
    settled_at: datetime
    #: requests that were let in here and not added to the store
    unsettled: int = 0
    #: whether the store was ever asked
    is_known: bool = False
    #: whether others spent of it between the last two times
    is_shared: bool = False
    #: until when the last one waits who was refused
    waits_until: datetime = LONG_AGO


class RequestLimit:
    """Counts requests of people and refuses those that are too many. It can be shared by threads.

    Args:
        store: returns it; called when it is first needed.
        clock: the store's, so that processes agree.
    """

    def __init__(self, rate: Rate, store: Callable[[], SpentStore], clock: Clock) -> None:
        self._rate, self._store, self._clock = rate, store, clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._by_credential: OrderedDict[str, str] = OrderedDict()
        self._lock = Lock()

    def check(self, credential: str) -> None:
        """Refuse a request by its credential alone, if that was verified before and its bucket is spent.

        Raises:
            RequestLimitReached: it is spent.
        """
        with self._lock:
            bucket = self._buckets.get(self._by_credential.get(id_of(credential), ""))
            if bucket is not None:
                self._refuse_spent(bucket)

    def spend(self, person: Person, credential: str) -> Mapping[str, str]:
        """Count a request of a person, or of a client that acts for them: each has a bucket of its own.

        Args:
            credential: what identified them, for `check`.

        Returns:
            The RateLimit fields of the response; none for operators, who are not limited.

        Raises:
            RequestLimitReached: they have sent too many.
        """
        if person.is_operator:
            return {}
        name = bucket_of(person)
        bucket = self._find(name, credential)
        self._settle_if_due(name, bucket)
        return self._take(bucket)

    def _find(self, name: str, credential: str) -> _Bucket:
        with self._lock:
            _remember(self._by_credential, id_of(credential), name)
            bucket = self._buckets.get(name)
            if bucket is None:
                now = self._clock.now()
                bucket = _Bucket(now, now - SECOND)
            _remember(self._buckets, name, bucket)
            return bucket

    def _refuse_spent(self, bucket: _Bucket) -> None:
        """Refuse a request if nothing is left. Each is told a later time than the one refused before it, as in a queue,
        so that those who keep to it come one after the other and are let in."""
        now = self._clock.now()
        if self._rate.left(bucket.full_at, now) > 0:
            return
        next_at = max(self._rate.next_at(bucket.full_at), bucket.waits_until + self._rate.interval)
        bucket.waits_until = min(next_at, now + self._rate.window)
        raise RequestLimitReached(self._rate, bucket.waits_until - now)

    def _take(self, bucket: _Bucket) -> Mapping[str, str]:
        with self._lock:
            self._refuse_spent(bucket)
            now = self._clock.now()
            bucket.full_at = max(bucket.full_at, now) + self._rate.interval
            bucket.unsettled += 1
            return self._rate.fields(bucket.full_at, now)

    # ── settling with the store

    def _settle_if_due(self, name: str, bucket: _Bucket) -> None:
        now = self._clock.now()
        with self._lock:
            is_spent = self._rate.left(bucket.full_at, now) < 1  # whatever others say, it will be refused
            is_due = now - bucket.settled_at >= SECOND and self._is_worth_settling(bucket, now)
            if is_spent or not is_due:
                return
            bucket.settled_at = now  # other threads go on meanwhile
            adds = bucket.unsettled if bucket.is_known and self._must_tell(bucket, now) else 0
            since = bucket.full_at - self._rate.interval * bucket.unsettled
            bucket.unsettled -= adds
        try:
            store = self._store()
            cost = self._rate.interval * adds
            full_at = store.add(name, cost, since) if adds else store.get(name)
        except Exception as error:  # a limit that cannot be settled must not fail the request
            log.warning("request_limit_not_settled", extra=error_origin(error))
            with self._lock:
                bucket.unsettled += adds
            return
        with self._lock:
            self._learn(bucket, full_at, now)

    def _is_worth_settling(self, bucket: _Bucket, now: datetime) -> bool:
        if not bucket.is_known:
            return bucket.unsettled > 0  # the first request in a process costs nothing
        return bucket.is_shared or self._must_tell(bucket, now) or now - bucket.settled_at > MINUTE

    def _must_tell(self, bucket: _Bucket, now: datetime) -> bool:
        is_low = self._rate.left(bucket.full_at, now) * 2 < self._rate.at_once
        return bucket.unsettled >= SETTLED_TOGETHER or (bucket.unsettled > 0 and (bucket.is_shared or is_low))

    def _learn(self, bucket: _Bucket, full_at: datetime | None, now: datetime) -> None:
        """Take over what the store says, beside what was let in here since."""
        here = self._rate.interval * bucket.unsettled
        of_all = bucket.full_at if full_at is None else max(bucket.full_at, full_at + here)
        bucket.is_shared = of_all > bucket.full_at + self._rate.interval
        bucket.full_at = min(of_all, now + self._rate.window * 2)  # a wrong clock or a crowd locks nobody out for long
        bucket.is_known = True


def bucket_of(person: Person) -> str:
    """The id of the bucket: of a person, of a client for a person, or of a client that may do nothing for one."""
    return id_of("" if person.client and not person.scopes else person.sub, person.client)


def _remember(known: OrderedDict[str, T], name: str, value: T) -> None:
    known[name] = value
    known.move_to_end(name)
    if len(known) > MOST_REMEMBERED:
        known.popitem(last=False)


def _seconds(span: timedelta) -> int:
    return max(1, math.ceil(span.total_seconds()))

"""A document of somebody else's, kept a while: one thread fetches it, what is known serves all others meanwhile."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from chalicelib.foundation.clock import Clock
from chalicelib.foundation.errors import ServiceError
from chalicelib.foundation.log import origin_of

log = logging.getLogger(__name__)

T = TypeVar("T")
REST_AFTER_FAILURE = timedelta(seconds=5)
REST_WITH_SOMETHING = timedelta(minutes=1)  # after a failure while there is something to go on with
PATIENCE_SECONDS = 6.0  # with a fetch that another thread began


class Kept(Generic[T]):
    """Nobody waits for a fetch but who needs it: the thread that makes it, and those that what is known cannot serve.

    Args:
        fetch: gets it; raises anything at all when it cannot. what: its name in the log's events.
        lasts: how long it is good for. rest: the least time between two fetches that somebody asks for.
    """

    def __init__(
        self, fetch: Callable[[], T], clock: Clock, what: str, *, lasts: timedelta, rest: timedelta = timedelta()
    ) -> None:
        self._fetch, self._clock, self._event = fetch, clock, f"{what}_not_fetched"
        self._lasts, self._rest = lasts, rest
        self._value: T | None = None
        self._fetched_at: datetime | None = None
        self._not_before: datetime | None = None
        self._is_silent = False
        self._under_way: threading.Event | None = None
        self._lock = threading.Lock()  # of the members above; never held while somebody is asked

    @property
    def is_silent(self) -> bool:
        """Whether the last fetch brought nothing."""
        return self._is_silent

    def get(self) -> T | None:
        """What is known; fetched when it is too old, by whoever notices first. None when it cannot be had."""
        value, fetched_at = self._value, self._fetched_at
        if value is None or fetched_at is None or self._clock.now() - fetched_at >= self._lasts:
            return self.again(waits=value is None)
        return value

    def again(self, *, waits: bool = True) -> T | None:
        """The same, fetched again unless that was done just now.

        Args:
            waits: for a fetch that another thread began; otherwise what is known is good enough.
        """
        with self._lock:
            other = self._under_way
            if other is None:
                if self._not_before is not None and self._clock.now() < self._not_before:
                    return self._value
                mine = self._under_way = threading.Event()
        if other is None:
            self._refetch(mine)
        elif waits:
            other.wait(PATIENCE_SECONDS)
        return self._value

    def _refetch(self, done: threading.Event) -> None:
        """What was known stays when nothing comes. Raises a ServiceError that `fetch` raised; nothing is kept then."""
        began = self._clock.now()
        try:
            self._keep(self._fetch(), began)
        except ServiceError:
            raise
        except Exception as error:  # whatever went wrong on the way
            log.warning(self._event, extra=origin_of(error))
            self._do_without(began)
        finally:
            with self._lock:
                self._under_way = None
            done.set()

    def _keep(self, value: T, now: datetime) -> None:
        with self._lock:
            self._value, self._fetched_at = value, now
            self._is_silent, self._not_before = False, now + self._rest

    def _do_without(self, now: datetime) -> None:
        """Who has something to go on with waits longer: each try may cost somebody some seconds."""
        rest = REST_AFTER_FAILURE if self._value is None else REST_WITH_SOMETHING
        with self._lock:
            self._is_silent, self._not_before = True, now + rest

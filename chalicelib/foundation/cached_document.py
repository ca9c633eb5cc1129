"""A cached remote document: one thread fetches it, and the cached value serves the others meanwhile."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from chalicelib.foundation.clock import Clock
from chalicelib.foundation.errors import ServiceError
from chalicelib.foundation.log import error_origin

log = logging.getLogger(__name__)

T = TypeVar("T")
REST_AFTER_FAILURE = timedelta(seconds=5)
REST_WITH_SOMETHING = timedelta(minutes=1)  # after a failure, if there is a cached value
PATIENCE_SECONDS = 6.0  # with a fetch that another thread began


class CachedDocument(Generic[T]):
    """A cache of one value. Only the fetching thread waits, and those that the cached value cannot serve.

    Args:
        fetch: gets the value, or raises any exception. what: its name in the log's events.
        lasts: how long a value is valid. rest: the least time between two fetches by `again`.
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
        self._lock = threading.Lock()  # for the members above; never held during a fetch

    @property
    def is_silent(self) -> bool:
        """Whether the last fetch brought nothing."""
        return self._is_silent

    def get(self) -> T | None:
        """The value; if it is too old, the first thread to notice fetches it. None if there is none."""
        value, fetched_at = self._value, self._fetched_at
        if value is None or fetched_at is None or self._clock.now() - fetched_at >= self._lasts:
            return self.again(waits=value is None)
        return value

    def again(self, *, waits: bool = True) -> T | None:
        """The same, fetched again unless that was done just now.

        Args:
            waits: wait for a fetch that another thread began; otherwise return the cached value.
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
        """On failure the cached value stays. Raises a ServiceError that `fetch` raised; nothing is cached then."""
        began = self._clock.now()
        try:
            self._keep(self._fetch(), began)
        except ServiceError:
            raise
        except Exception as error:  # any failure on the way
            log.warning(self._event, extra=error_origin(error))
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
        """With a cached value the next try comes later, because each try may delay a caller by some seconds."""
        rest = REST_AFTER_FAILURE if self._value is None else REST_WITH_SOMETHING
        with self._lock:
            self._is_silent, self._not_before = True, now + rest

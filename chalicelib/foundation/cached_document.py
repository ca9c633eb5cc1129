"""A cached remote document: one thread fetches it while others use the cached value."""

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
REST_WITH_VALUE = timedelta(minutes=1)  # after a failure, if there is a cached value
PATIENCE_SECONDS = 6.0  # while waiting for a fetch of another thread


class CachedDocument(Generic[T]):
    """A cache of one value. Only the fetching thread waits, and threads for which there is no cached value.

    Args:
        fetch: gets the value, or raises any exception.
        what: its name in the log's events.
        lasts: how long a value is valid.
        rest: the minimum time between two fetches by `refetch`.
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
        self._fetching: threading.Event | None = None
        self._lock = threading.Lock()  # for the attributes above; never held during a fetch

    @property
    def is_silent(self) -> bool:
        """Whether the last fetch failed."""
        return self._is_silent

    def get(self) -> T | None:
        """The value; if it is too old, the first thread to notice fetches it. None if there is none."""
        value, fetched_at = self._value, self._fetched_at
        if value is None or fetched_at is None or self._clock.now() - fetched_at >= self._lasts:
            return self.refetch(waits=value is None)
        return value

    def refetch(self, *, waits: bool = True) -> T | None:
        """The value, fetched again unless that was done within `rest`.

        Args:
            waits: wait for a fetch of another thread; otherwise return the cached value.
        """
        with self._lock:
            other = self._fetching
            if other is None:
                if self._not_before is not None and self._clock.now() < self._not_before:
                    return self._value
                mine = self._fetching = threading.Event()
        if other is None:
            self._fetch_now(mine)
        elif waits:
            other.wait(PATIENCE_SECONDS)
        return self._value

    def _fetch_now(self, done: threading.Event) -> None:
        """On failure the cached value stays. A ServiceError of `fetch` is raised, and does not count as a failure."""
        began = self._clock.now()
        try:
            self._keep(self._fetch(), began)
        except ServiceError:
            raise
        except Exception as error:  # any failure of the network or the document
            log.warning(self._event, extra=error_origin(error))
            self._note_failure(began)
        finally:
            with self._lock:
                self._fetching = None
            done.set()

    def _keep(self, value: T, now: datetime) -> None:
        with self._lock:
            self._value, self._fetched_at = value, now
            self._is_silent, self._not_before = False, now + self._rest

    def _note_failure(self, now: datetime) -> None:
        """Note a failed fetch. With a cached value we wait longer, because each try may delay a caller by seconds."""
        rest = REST_AFTER_FAILURE if self._value is None else REST_WITH_VALUE
        with self._lock:
            self._is_silent, self._not_before = True, now + rest

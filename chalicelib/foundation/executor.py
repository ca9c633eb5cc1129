"""Doing two things at once: the next page is fetched while this one is committed, shelves are read side by side.

A port, so that the simulator can run the same code on one deterministic thread.
"""

import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Protocol, TypeVar

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Task(Protocol[T_co]):
    def result(self) -> T_co:
        """Wait for it; raises what it raised."""


class Executor(Protocol):
    def start(self, work: Callable[[], T]) -> Task[T]:
        """Begin `work` while the caller goes on."""

    def all(self, works: Sequence[Callable[[], T]]) -> list[T]:
        """Do all of them side by side; results in their order. Raises what the first failing one raised."""


SWITCH_SECONDS = 0.001  # how long a thread may keep others waiting; Python's own 5 ms slows commits by a fifth


class ThreadExecutor:
    """The real thing: a few threads, made when first needed and kept while the process lives.

    What is begun for a request shares its time (`request_time`).
    """

    def __init__(self, most: int = 8) -> None:
        sys.setswitchinterval(SWITCH_SECONDS)
        self._pool = ThreadPoolExecutor(most, thread_name_prefix="executor")

    def start(self, work: Callable[[], T]) -> Task[T]:
        return self._pool.submit(copy_context().run, work)

    def all(self, works: Sequence[Callable[[], T]]) -> list[T]:
        return [begun.result() for begun in [self.start(work) for work in works]]

"""Runs functions concurrently: the next page is fetched while a chunk is committed, shelves are read in parallel.

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
    """Work that was started."""

    def result(self) -> T_co:
        """Wait for the task and return its result. Raises the error of the task."""


class StartedTask(Task[T_co], Protocol[T_co]):
    """Work that an executor has started."""

    def result(self, timeout: float | None = None) -> T_co:
        """Wait for the task and return its result. Raises the error of the task.

        Args:
            timeout: the seconds after which it raises TimeoutError instead; the task goes on.
        """


class Executor(Protocol):
    """The port for work that runs concurrently."""

    def start(self, work: Callable[[], T]) -> StartedTask[T]:
        """Run `work` while the caller continues."""

    def all(self, works: Sequence[Callable[[], T]]) -> list[T]:
        """Run all of `works` concurrently and return their results in order. Raises the first error among them."""


SWITCH_SECONDS = 0.001  # how long a thread may keep others waiting; Python's own 5 ms slows commits by a fifth


class ThreadExecutor:
    """A pool of threads that lives as long as the process.

    Work that is started by a request shares its time (`request_time`).

    Args:
        most: the number of threads.
    """

    def __init__(self, most: int = 8) -> None:
        sys.setswitchinterval(SWITCH_SECONDS)
        self._pool = ThreadPoolExecutor(most, thread_name_prefix="executor")

    def start(self, work: Callable[[], T]) -> StartedTask[T]:
        return self._pool.submit(copy_context().run, work)

    def all(self, works: Sequence[Callable[[], T]]) -> list[T]:
        return [task.result() for task in [self.start(work) for work in works]]

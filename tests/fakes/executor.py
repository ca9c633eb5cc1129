"""Executors without threads: they run each task at once."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


class FinishedTask(Generic[T]):
    """Work that is done at once; its error is raised when its result is read, as a thread's would be."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._values: list[T] = []
        self._error: Exception | None = None
        try:
            self._values.append(work())
        except Exception as error:
            self._error = error

    def result(self, timeout: float | None = None) -> T:
        if self._error is not None:
            raise self._error
        return self._values[0]


class InlineExecutor:
    """Does everything at once, on the thread of the test."""

    def start(self, work: Callable[[], T]) -> FinishedTask[T]:
        return FinishedTask(work)

    def all(self, works: Sequence[Callable[[], T]]) -> list[T]:
        return [work() for work in works]


class UnnestedExecutor(InlineExecutor):
    """Refuses what threads could not do if all of them did it: work that waits for work of the same executor."""

    def __init__(self) -> None:
        self._depth = 0

    def start(self, work: Callable[[], T]) -> "UnnestedTask[T]":
        return UnnestedTask(self, lambda: self._count(work))

    def all(self, works: Sequence[Callable[[], T]]) -> list[T]:
        return [task.result() for task in [self.start(work) for work in works]]

    def check(self) -> None:
        assert not self._depth, "with as many such works as threads, each would wait forever"

    def _count(self, work: Callable[[], T]) -> T:
        self._depth += 1
        try:
            return work()
        finally:
            self._depth -= 1


class UnnestedTask(FinishedTask[T]):
    """Work that other work of the same executor may not wait for."""

    def __init__(self, executor: UnnestedExecutor, work: Callable[[], T]) -> None:
        super().__init__(work)
        self._executor = executor

    def result(self, timeout: float | None = None) -> T:
        self._executor.check()
        return super().result(timeout)

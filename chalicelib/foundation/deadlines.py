"""Doing several things at once and waiting for each only so long."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from time import monotonic
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class TimedResult(Generic[T]):
    """What came of one of them.

    Args:
        value: what it gave; None where it raised, or did not end in time. error: what it raised, or TimeoutError.
    """

    milliseconds: int
    value: T | None = None
    error: Exception | None = None


def run_within(works: Mapping[str, Callable[[], T]], seconds: float) -> dict[str, TimedResult[T]]:
    """Do all of `works` side by side, each on a thread of its own; whoever takes longer than `seconds` is left alone.

    A thread that is left alone ends by the time limits of what it waits for; until then it holds up nobody else.
    """
    pool = ThreadPoolExecutor(len(works), thread_name_prefix="in-time")
    begun = {name: pool.submit(_timed, work) for name, work in works.items()}
    wait(begun.values(), timeout=seconds)
    pool.shutdown(wait=False, cancel_futures=True)
    return {name: _of(future, seconds) for name, future in begun.items()}


def _timed(work: Callable[[], T]) -> TimedResult[T]:
    began = monotonic()
    try:
        value = work()
    except Exception as error:  # whatever it is, it is told
        return TimedResult(_since(began), error=error)
    return TimedResult(_since(began), value)


def _of(future: Future[TimedResult[T]], seconds: float) -> TimedResult[T]:
    return future.result() if future.done() else TimedResult(round(seconds * 1000), error=TimeoutError())


def _since(began: float) -> int:
    return round((monotonic() - began) * 1000)

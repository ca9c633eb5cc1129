"""Runs several functions concurrently, with one time limit."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from time import monotonic
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class TimedResult(Generic[T]):
    """The result of one function, and how long it took."""

    milliseconds: int
    #: what it returned; None if it raised an error or exceeded the limit
    value: T | None = None
    #: what it raised; TimeoutError if it exceeded the limit
    error: Exception | None = None


def run_within(works: Mapping[str, Callable[[], T]], seconds: float) -> dict[str, TimedResult[T]]:
    """Run all of `works` concurrently, each on its own thread, and return after `seconds` at the latest.

    A thread that exceeds the limit is abandoned; it ends by the time limits of the calls that it makes.
    """
    pool = ThreadPoolExecutor(len(works), thread_name_prefix="run-within")
    futures = {name: pool.submit(_timed, work) for name, work in works.items()}
    wait(futures.values(), timeout=seconds)
    pool.shutdown(wait=False, cancel_futures=True)
    return {
        name: future.result() if future.done() else TimedResult(round(seconds * 1000), error=TimeoutError())
        for name, future in futures.items()
    }


def _timed(work: Callable[[], T]) -> TimedResult[T]:
    began = monotonic()
    try:
        value = work()
    except Exception as error:  # the caller judges it
        return TimedResult(_since(began), error=error)
    return TimedResult(_since(began), value)


def _since(began: float) -> int:
    return round((monotonic() - began) * 1000)

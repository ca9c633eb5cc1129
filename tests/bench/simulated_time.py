"""Time that passes only while every thread waits, so that a figure tells what waiting costs on any machine.

One thread works at a time. When all of them sleep or wait for others, the clock goes on to the first one that wakes.
Work itself takes no time.
"""

import heapq
import itertools
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from threading import Event
from typing import Any, Generic, TypeVar

from tests.fakes.clock import NOON

T = TypeVar("T")


@dataclass
class SimulatedTime:
    """The clock and the scheduler. The thread that makes it takes part."""

    seconds: float = 0.0
    _ready: deque[Event] = field(default_factory=deque)
    _sleeping: list[tuple[float, int, Event]] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.seconds)

    def sleep(self, seconds: float) -> None:
        turn = Event()
        heapq.heappush(self._sleeping, (self.seconds + seconds, next(self._numbers), turn))
        self.wait(turn)

    def start(self, work: Callable[[], T]) -> "SimulatedTask[T]":
        """Work on another thread, which gets its turn when this one waits."""
        task, turn = SimulatedTask[T](self), Event()
        self._ready.append(turn)
        threading.Thread(target=task.run, args=(turn, work), daemon=True).start()
        return task

    def wait(self, turn: Event) -> None:
        """Let others work until it is this thread's turn."""
        self.hand_over()
        turn.wait()

    def hand_over(self) -> None:
        if self._ready:
            self._ready.popleft().set()
            return
        self.seconds, _, turn = heapq.heappop(self._sleeping)
        turn.set()

    def wake(self, turns: Sequence[Event]) -> None:
        self._ready.extend(turns)


@dataclass
class SimulatedTask(Generic[T]):
    """Work that was started."""

    time: SimulatedTime
    _values: list[T] = field(default_factory=list)
    _error: BaseException | None = None
    _is_done: bool = False
    _waiting: list[Event] = field(default_factory=list)

    def run(self, turn: Event, work: Callable[[], T]) -> None:
        turn.wait()
        self.do(work)
        self.time.hand_over()

    def do(self, work: Callable[[], T]) -> None:
        """Work on this thread."""
        try:
            self._values.append(work())
        except BaseException as error:
            self._error = error
        self._is_done = True
        self.time.wake(self._waiting)

    def result(self, timeout: float | None = None) -> T:
        if not self._is_done:
            turn = Event()
            self._waiting.append(turn)
            self.time.wait(turn)
        if self._error is not None:
            raise self._error
        return self._values[0]


@dataclass
class SimulatedExecutor:
    """A pool of so many threads."""

    time: SimulatedTime
    most: int
    _busy: int = 0
    _waiting: deque[Callable[[], None]] = field(default_factory=deque)

    def start(self, work: Callable[[], T]) -> SimulatedTask[T]:
        task = SimulatedTask[T](self.time)
        self._waiting.append(partial(task.do, work))
        if self._busy < self.most:
            self._busy += 1
            self.time.start(self._work)
        return task

    def all(self, works: Sequence[Callable[[], T]]) -> list[T]:
        return [task.result() for task in [self.start(work) for work in works]]

    def _work(self) -> None:
        """One thread of the pool."""
        while self._waiting:
            self._waiting.popleft()()
        self._busy -= 1


@dataclass(frozen=True)
class Distant:
    """Something each of whose calls takes a request of so many seconds."""

    near: Any
    time: SimulatedTime
    seconds: float

    def __getattr__(self, name: str) -> Any:
        call = getattr(self.near, name)

        def called(*arguments: Any, **named: Any) -> Any:
            self.time.sleep(self.seconds)
            return call(*arguments, **named)

        return called

"""A world in which processes share one thread, one virtual time, and whatever a scheduler does to their calls.

Each process is production code in greenlets. Where it would reach outside (a table, a provider, the queue), it comes
here instead, and the scheduler decides whether the call happens, and whether the process lives to see the answer.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from greenlet import getcurrent, greenlet

from tests.fakes.clock import NOON
from tests.fakes.executor import FinishedTask

T = TypeVar("T")
Failure = Callable[[], Exception]


class Fault(StrEnum):
    """What may happen to a call."""

    LOST = "lost"  # no effect; the caller's time runs out
    ANSWER_LOST = "answer lost"  # it takes effect, and the caller's time runs out
    KILLED_BEFORE = "killed before"  # the process dies, nothing happened
    KILLED_AFTER = "killed after"  # it takes effect, and the process dies
    REFUSED = "refused"  # no effect; asked to try again


FOUR = (Fault.LOST, Fault.ANSWER_LOST, Fault.KILLED_BEFORE, Fault.KILLED_AFTER)
_KILLS = (Fault.KILLED_BEFORE, Fault.KILLED_AFTER)
_EFFECTIVE = (None, Fault.ANSWER_LOST, Fault.KILLED_AFTER)


@dataclass(frozen=True)
class MadeCall:
    """A call to the outside, and which faults can happen to it."""

    name: str
    can_be_lost: bool
    can_be_refused: bool


class Killed(BaseException):
    """SIGKILL, as far as one thread can simulate it. Code that catches it and continues is broken."""


@dataclass
class World:
    """The virtual time that all processes share, and the faults of their calls."""

    #: The only source of randomness.
    chance: random.Random
    #: Seconds per call.
    latency: float = 0.02
    now: float = 0.0
    calls: int = 0
    #: The calls so far, with their faults.
    trace: list[str] = field(default_factory=list)
    made: list[MadeCall] = field(default_factory=list)
    hub: greenlet = field(default_factory=getcurrent)

    def called(self) -> list[str]:
        """The names of the calls so far."""
        events = [entry.partition(": ") for entry in self.trace]
        return [name for name, _, event in events if event != "landed"]

    def clock(self, process: "Process | None" = None, skew: float = 0.0) -> "ProcessClock":
        return ProcessClock(self, process, skew)

    def instant(self, skew: float = 0.0) -> datetime:
        return NOON + timedelta(seconds=self.now + skew)


@dataclass
class ProcessClock:
    """A process's own clock; sleeping lets the others go on."""

    world: World
    process: "Process | None"
    skew: float

    def now(self) -> datetime:
        return self.world.instant(self.skew)

    def sleep(self, seconds: float) -> None:
        self.world.now += seconds
        if self.process is not None:
            self.process.call("sleep", lambda: None, None)


@dataclass(eq=False)
class Task:
    """One thread of a process.

    `asks` is the call it waits to make, `waits_for` the task it waits for, and `waits_until` the time until it does.
    """

    process: "Process"
    work: Callable[[], Any]
    asks: str | None = "start"
    waits_for: "Task | None" = None
    waits_until: float | None = None
    done: bool = False
    value: Any = None
    error: Exception | None = None

    def __post_init__(self) -> None:
        self.greenlet = greenlet(self._run, parent=self.process.world.hub)

    def result(self, timeout: float | None = None) -> Any:
        until = None if timeout is None else self.process.world.now + timeout
        while not self.done:
            if until is not None and self.process.world.now >= until:
                raise TimeoutError
            self.process.wait(self, until)
        if self.error is not None:
            raise self.error
        return self.value

    def is_ready(self) -> bool:
        return not self.done and (self.waits_for is None or self.waits_for.done or self.is_late())

    def is_late(self) -> bool:
        """Whether it has waited for another task for as long as it wants to."""
        return not self.done and self.waits_until is not None and self.process.world.now >= self.waits_until

    def resume(self, fault: Fault | None) -> None:
        self.asks, self.waits_for, self.waits_until = None, None, None
        self.process.running = self
        self.greenlet.switch(fault)

    def end(self) -> None:
        """The process is dead; whatever this thread would still do must not reach outside."""
        if self.greenlet and not self.greenlet.dead:
            self.greenlet.throw(Killed)
        self.done = True

    def _run(self, _fault: Fault | None = None) -> None:
        try:
            self.value = self.work()
        except Killed:
            return
        except Exception as error:
            self.error = error
        finally:
            self.done = True
        if self.process.dead:
            raise AssertionError(f"a kill was swallowed: {self.process.world.trace[-5:]}")


class Process:
    """One worker process: a main thread, what it began beside it, and its own idea of the time."""

    #: The thread that went on last, and so the one that makes a call.
    running: Task

    def __init__(self, world: World, *, skew: float = 0.0, threads: bool = False) -> None:
        self.world, self.dead = world, False
        self.clock = world.clock(self, skew)
        self.executor = Beside(self, threads=threads)
        self.tasks: list[Task] = []

    def begin(self, work: Callable[[], Any]) -> Task:
        task = Task(self, work)
        self.tasks.append(task)
        return task

    @property
    def main(self) -> Task:
        return self.tasks[0]

    @property
    def is_over(self) -> bool:
        return self.dead or self.main.done

    def step(self, fault: Fault | None = None) -> None:
        """Let one thread make the call it waits to make, and run on to its next one."""
        task = self.next_task()
        task.resume(fault if task.asks != "start" else None)
        if len(self.tasks) > 1:
            self.tasks[1:] = [one for one in self.tasks[1:] if not one.done]
        if self.dead:
            self.kill()

    def kill(self) -> None:
        """SIGKILL between two calls."""
        self.dead = True
        for task in self.tasks:
            task.end()

    def next_task(self) -> Task:
        ready = [task for task in self.tasks if task.is_late()] or [task for task in self.tasks if task.is_ready()]
        return ready[0] if len(ready) == 1 else self.world.chance.choice(ready)

    def run(self, faults: Callable[[int], Fault | None] = lambda call: None) -> None:
        """Run to the end; `faults` says what happens to which call, counted over the whole world."""
        while not self.is_over:
            self.step(faults(self.world.calls))

    # ── called from inside

    def call(self, name: str, effect: Callable[[], T], lost: Failure | None, refused: Failure | None = None) -> T:
        """A call to the outside. Where it cannot be lost or refused, those faults do not happen to it."""
        if self.dead:
            raise Killed
        fault = self._next_fault(name)
        self.world.made.append(MadeCall(name, lost is not None, refused is not None))
        if (fault is Fault.REFUSED and refused is None) or (
            lost is None and fault in (Fault.LOST, Fault.ANSWER_LOST, Fault.REFUSED)
        ):
            fault = None
        self.world.trace.append(f"{name}: {fault}" if fault else name)
        if fault is None:
            return effect()
        if fault in _EFFECTIVE:
            _taking_effect(effect)
        if fault in _KILLS:
            self.dead = True
            raise Killed
        failure = refused if fault is Fault.REFUSED else lost
        assert failure is not None
        raise failure()

    def pause(self, name: str) -> None:
        """Let the others go on while a call is under way; what happens to the call was decided when it was made."""
        self.running.asks = name
        self.world.hub.switch()
        if self.dead:
            raise Killed
        self.world.trace.append(f"{name}: landed")

    def wait(self, task: Task, until: float | None = None) -> None:
        self.running.waits_for, self.running.waits_until = task, until
        self.world.hub.switch()
        if self.dead:
            raise Killed

    def _next_fault(self, name: str) -> Fault | None:
        self.running.asks = name
        fault: Fault | None = self.world.hub.switch()
        if self.dead:
            raise Killed
        self.world.calls += 1
        self.world.now += self.world.latency
        return fault


def _taking_effect(effect: Callable[[], Any]) -> None:
    """The call takes effect, but its response is lost."""
    try:
        effect()
    except Exception:
        return


class Beside:
    """Doing two things at once, within one process: in turns as the scheduler likes, or one after the other."""

    def __init__(self, process: Process, *, threads: bool) -> None:
        self._process, self._threads = process, threads

    def start(self, work: Callable[[], T]) -> Any:
        return self._process.begin(work) if self._threads else FinishedTask(work)

    def all(self, works: Sequence[Callable[[], T]]) -> list[T]:
        return [begun.result() for begun in [self.start(work) for work in works]]


class Wire:
    """A client of something outside: each of the named calls goes through the process's scheduler."""

    def __init__(
        self, process: Process, target: Any, calls: Sequence[str], lost: Failure | None, refused: Any = None
    ) -> None:
        self._process, self._target, self._calls = process, target, frozenset(calls)
        self._lost, self._refused = lost, refused

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._target, name)
        if name not in self._calls:
            return attribute
        refused = None if self._refused is None else self._refused(name)

        def call(*args: Any, **kwargs: Any) -> Any:
            return self._process.call(name, lambda: attribute(*args, **kwargs), self._lost, refused)

        setattr(self, name, call)
        return call

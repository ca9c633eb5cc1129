"""A whole stack whose worker is ours to kill, and begins again with a short lease."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.processes import start
from local.stack import Part, Stack

PATIENCE_SECONDS = 1_200.0
SHORTEST_LEASE_SECONDS = 4.0


class HastyWorker(Part):
    lease_seconds = SHORTEST_LEASE_SECONDS

    def begin(self, settings: Any) -> None:
        ready = str(self.log.parent.resolve() / "hasty.ready")
        Path(ready).unlink(missing_ok=True)
        command = [sys.executable, "-m", "tests.chaos.hasty_worker", ready, str(self.lease_seconds)]
        self.process = start(command, settings, log=self.log)

    def is_ready(self) -> bool:
        return (self.log.parent / "hasty.ready").exists()


@dataclass
class HastyStack:
    """The stack and its worker."""

    stack: Stack
    worker: HastyWorker
    kills: int = 0

    def kill(self) -> None:
        """SIGKILL; another worker begins at once."""
        process = self.worker.process
        assert process is not None
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        self.kills += 1
        self.begin()

    def begin(self) -> None:
        self.worker.begin(self.stack.settings)
        wait_for(self.worker.is_ready)


@contextmanager
def running_hasty_stack() -> Iterator[HastyStack]:
    with Stack(None, None, {**os.environ, "AWS_ENDPOINT_URL": ""}) as stack:
        usual = next(part for part in stack.parts if part.name == "worker")
        assert usual.process is not None
        usual.process.terminate()
        usual.process.wait()
        worker = HastyWorker("worker", [], lambda: True, usual.log)
        stack.parts[stack.parts.index(usual)] = worker
        hasty = HastyStack(stack, worker)
        hasty.begin()
        yield hasty


def wait_for(holds: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it takes far too long"
        time.sleep(0.05)

"""`python -m local up`: everything, until Ctrl-C."""

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from local.stack import LOOPBACK, Stack

POLL_SECONDS = 0.2
CHECK_SECONDS = 1.0  # between two checks of the storage


class StopRequested(Exception):
    """SIGTERM or Ctrl-C."""


def up(port: int, data_dir: Path | None, *, host: str = LOOPBACK, sandbox_port: int | None = None) -> int:
    """Run the stack and restart its parts until SIGTERM or Ctrl-C; returns the exit code, 1 if data was lost."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _request_stop)
    stack = None
    try:
        with Stack(port, data_dir, os.environ, host, sandbox_port) as stack:
            print(f"Contact Intake is running: {stack.url}", flush=True)
            print(f"Sandbox: http://127.0.0.1:{stack.ports.sandbox}", flush=True)
            print(f"Logs: {stack.logs}   Stop: Ctrl-C", flush=True)
            _keep(stack)
    except StopRequested:
        pass
    if stack is not None and stack.lost:
        print(f"Stopped, but {stack.lost}", file=sys.stderr, flush=True)
        return 1
    print("Stopped.", flush=True)
    return 0


def _keep(stack: Stack) -> None:
    monitor = StorageMonitor(stack.storage_problem, lambda line: print(line, file=sys.stderr, flush=True))
    try:
        while True:
            stack.restart_dead()
            monitor.check(time.monotonic())
            time.sleep(POLL_SECONDS)
    except StopRequested:
        print("Stopping …", flush=True)
        raise


class StorageMonitor:
    """Reports once when data can no longer be stored, and once when it can again.

    Args:
        trouble: why data cannot be stored; "" if it can.
    """

    def __init__(self, trouble: Callable[[], str], report: Callable[[str], None]) -> None:
        self._trouble, self._report = trouble, report
        self._before = ""
        self._next = 0.0

    def check(self, now: float) -> None:
        """Check, at most once in `CHECK_SECONDS`; `now` is in seconds."""
        if now < self._next:
            return
        self._next = now + CHECK_SECONDS
        found = self._trouble()
        if found and not self._before:
            self._report(f"The service is unavailable because data cannot be stored: {found}.")
        elif self._before and not found:
            self._report("The service is available again.")
        self._before = found


def _request_stop(*_: object) -> None:
    """Only once: a second Ctrl-C must not interrupt saving."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    raise StopRequested

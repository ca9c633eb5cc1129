"""`python -m local up`: everything, until Ctrl-C."""

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from local.stack import Stack

LOOK_SECONDS = 0.2
ASK_SECONDS = 1.0  # between two checks for room


class Told(Exception):
    """Somebody wants us to stop."""


def up(port: int, data_dir: Path | None) -> int:
    """Runs the stack and restarts its parts until SIGTERM or Ctrl-C; returns the exit code, 1 if data was lost."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _tell)
    stack = None
    try:
        with Stack(port, data_dir, os.environ) as stack:
            print(f"Contact Intake is running: {stack.url}", flush=True)
            print(f"Logs: {stack.logs}   Stop: Ctrl-C", flush=True)
            _keep(stack)
    except Told:
        pass
    if stack is not None and stack.not_kept:
        print(f"Stopped, but {stack.not_kept}", file=sys.stderr, flush=True)
        return 1
    print("Stopped.", flush=True)
    return 0


def _keep(stack: Stack) -> None:
    room = Room(stack.trouble, lambda line: print(line, file=sys.stderr, flush=True))
    try:
        while True:
            stack.mend()
            room.look(time.monotonic())
            time.sleep(LOOK_SECONDS)
    except Told:
        print("Stopping …", flush=True)
        raise


class Room:
    """Reports once when nothing more can be stored, and once when it can again.

    Args:
        trouble: why nothing can be stored; empty if it can.
    """

    def __init__(self, trouble: Callable[[], str], say: Callable[[str], None]) -> None:
        self._trouble, self._say = trouble, say
        self._before = ""
        self._next = 0.0

    def look(self, now: float) -> None:
        """`now` in seconds; it asks at most once in `ASK_SECONDS`."""
        if now < self._next:
            return
        self._next = now + ASK_SECONDS
        found = self._trouble()
        if found and not self._before:
            self._say(f"Nothing more can be kept, so the service is not available until it can: {found}.")
        elif self._before and not found:
            self._say("Everything can be kept again.")
        self._before = found


def _tell(*_: object) -> None:
    """Once: a second Ctrl-C must not interrupt the saving."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    raise Told

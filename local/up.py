"""`python -m local up`: everything, until Ctrl-C."""

import os
import signal
import time
from pathlib import Path

from local.stack import Stack

LOOK_SECONDS = 0.2


class Told(Exception):
    """Somebody wants us to stop."""


def up(port: int, data_dir: Path | None) -> None:
    """Run the stack and mend it until SIGTERM or Ctrl-C."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _tell)
    try:
        with Stack(port, data_dir, os.environ) as stack:
            print(f"Contact Intake is running: {stack.url}", flush=True)
            print(f"Logs: {stack.logs}   Stop: Ctrl-C", flush=True)
            _keep(stack)
    except Told:
        print("Stopped.", flush=True)


def _keep(stack: Stack) -> None:
    try:
        while True:
            stack.mend()
            time.sleep(LOOK_SECONDS)
    except Told:
        print("Stopping …", flush=True)
        raise


def _tell(*_: object) -> None:
    """Once: a second Ctrl-C must not interrupt the saving."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    raise Told

"""Processes of the stack: start on a free port, wait until ready, stop, leave no orphans."""

import contextlib
import os
import select
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PARENT = "LOCAL_PARENT"  # the setting that names the process without which a part stops
#: For a part to become ready: the first start compiles what was installed, and the machine may be busy. One that ends
#: is noticed at once.
START_SECONDS = 240.0
_WATCH_SECONDS = 0.5
_LAST_RESORT_SECONDS = 15.0  # for a part that still runs after a stop signal


class PartFailed(Exception):
    """A part did not start or did not respond; the message says which and why, `code` is the exit code."""

    def __init__(self, sentence: str, code: int = 1) -> None:
        super().__init__(sentence)
        self.code = code


def free_ports(count: int) -> list[int]:
    """Distinct free ports."""
    with contextlib.ExitStack() as open_sockets:
        found = [open_sockets.enter_context(socket.socket()) for _ in range(count)]
        for each in found:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in found]


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def start(
    command: Iterable[str], environment: Mapping[str, str], *, log: Path | None = None
) -> subprocess.Popen[bytes]:
    """Start a part in a process group of its own, so that Ctrl-C reaches the parent alone; it stops with the parent."""
    environment = {**environment, PARENT: str(os.getpid())}
    if log is None:
        return subprocess.Popen(list(command), env=environment, cwd=ROOT, start_new_session=True)
    with log.open("ab") as output:
        return subprocess.Popen(
            list(command), env=environment, cwd=ROOT, start_new_session=True, stdout=output, stderr=subprocess.STDOUT
        )


def stop(process: subprocess.Popen[bytes], *, within_seconds: float = 20.0) -> None:
    """Ask the process to stop, and kill it if it does not."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(within_seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_for(url: str, process: subprocess.Popen[bytes], what: str, *, seconds: float = START_SECONDS) -> None:
    """Wait until `url` returns a status below 500.

    Raises:
        PartFailed: the process ended, or the time is up.
    """
    wait_until(lambda: answers(url), process, what, seconds=seconds)


def wait_until(ready: Callable[[], bool], process: subprocess.Popen[bytes], what: str, *, seconds: float) -> None:
    until = time.monotonic() + seconds
    while not ready():
        if process.poll() is not None:
            raise PartFailed(f"{what} ended with exit code {process.returncode} while starting.")
        if time.monotonic() > until:
            raise PartFailed(f"{what} was not ready within {seconds:.0f} s.")
        time.sleep(0.05)


def answers(url: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5) as answer:
            return int(answer.status) < 500
    except urllib.error.HTTPError as error:
        return error.code < 500
    except (OSError, ValueError):
        return False


class StopSignal:
    """Whether SIGTERM or Ctrl-C asked this process to stop. Made in the main thread, which alone handles signals.

    A handler that sets a `threading.Event` deadlocks when it interrupts the main thread inside that event's own `wait`,
    where it holds the event's lock; writing to a pipe takes no lock.
    """

    def __init__(self) -> None:
        self._reading, self._writing = os.pipe()
        os.set_blocking(self._writing, False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for a stop signal, at most this long. True after the signal; later calls return at once."""
        return bool(select.select([self._reading], [], [], seconds)[0])

    def _ask(self, *_: object) -> None:
        with contextlib.suppress(BlockingIOError):  # the pipe is full of earlier signals
            os.write(self._writing, b"\0")


def end_with_parent() -> None:
    """Stop this process, as SIGTERM would, when the parent that started it as a part is gone, even by a kill."""
    parent = int(os.environ.pop(PARENT, "0"))
    if parent:
        threading.Thread(target=_watch, args=(parent,), daemon=True, name="watch-parent").start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_WATCH_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_LAST_RESORT_SECONDS)
    os._exit(1)

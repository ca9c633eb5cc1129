"""Runs ministack on 127.0.0.1, and keeps what it holds in a directory, so that even a kill loses seconds only.

This file runs in ministack's own environment (`.venv/embedded-aws`), therefore it imports the standard library and, in
time, ministack. ministack itself saves at a clean stop alone. Here a snapshot is taken whenever something was written:
the process forks between two requests, so the child sees every table at one instant, and writes while the parent goes
on serving. The snapshot is a directory of its own; renaming one symbolic link makes it the current one, whole or not
at all. `_build_persistence_save_dict` and `save_state` are ministack's own affair: its version is pinned exactly and
`tests/local/test_embedded_aws.py` holds them to this use.
"""

import argparse
import asyncio
import fcntl
import os
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

EVERY_SECONDS = 4.0  # between the beginnings of two snapshots; one of 100,000 items takes about 3 s to write
LONGEST_SECONDS = 60.0  # a snapshot that takes longer hangs
GRACE_SECONDS = 0.5  # what open connections get at a stop
TICK_SECONDS = 0.2

_READS = frozenset(
    {
        *("GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems", "DescribeTable", "ListTables"),
        *("DescribeTimeToLive", "DescribeContinuousBackups", "GetQueueUrl", "GetQueueAttributes", "ListQueues"),
        *("ReceiveMessage", "Encrypt", "Decrypt", "GenerateDataKey", "DescribeKey", "ListAliases", "ListKeys"),
    }
)

Scope = dict[str, Any]
Asgi = Callable[[Scope, Any, Any], Awaitable[None]]


class Watched:
    """An ASGI application that remembers whether anything may have been written since `dirty` was last set False."""

    def __init__(self, app: Asgi) -> None:
        self._app = app
        self.dirty = False

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        try:
            await self._app(scope, receive, send)
        finally:
            self.dirty = self.dirty or may_write(scope)


def may_write(scope: Scope) -> bool:
    """Whether this request can change what is kept. In doubt it can."""
    if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
        return False
    target = dict(scope["headers"]).get(b"x-amz-target", b"").decode("latin-1")
    return target.rpartition(".")[2] not in _READS


class Snapshots:
    """Numbered directories under `home`, and the link `current` that names the one that counts."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.current = home / "current"

    def write(self, fill: Callable[[Path], None], *, if_still: Callable[[], bool] = lambda: True) -> None:
        """Let `fill` write a new snapshot, then make it the current one, unless `if_still` says no by then."""
        fresh = self.home / f"state-{self._next_number()}"
        fresh.mkdir(parents=True)
        fill(fresh)
        if if_still():
            self._make_current(fresh)
            self.tidy()

    def tidy(self) -> None:
        """Remove every snapshot but the current one: older ones, and those a kill left half written."""
        kept = self.current.resolve().name
        for found in self.home.glob("state-*"):
            if found.name != kept:
                shutil.rmtree(found, ignore_errors=True)

    def _make_current(self, fresh: Path) -> None:
        link = self.home / "next"
        link.unlink(missing_ok=True)
        link.symlink_to(fresh.name)
        link.replace(self.current)

    def _next_number(self) -> int:
        return 1 + max((int(found.name.removeprefix("state-")) for found in self.home.glob("state-*")), default=0)


def fill_from_ministack(directory: Path) -> None:
    """Write what every service of ministack holds; raises when one cannot be written, so that nothing half is kept."""
    from ministack import app  # type: ignore[import-not-found] # in its own environment only
    from ministack.core import persistence  # type: ignore[import-not-found] # in its own environment only

    persistence.STATE_DIR = str(directory)
    states: Mapping[str, Callable[[], Any]] = app._build_persistence_save_dict()
    for service, get_state in states.items():
        state = get_state()
        if state is None:
            continue
        persistence.save_state(service, state)
        if not (directory / f"{service}.json").exists():
            raise RuntimeError(f"the state of {service} could not be written")


class Keeper:
    """Takes a snapshot in a forked child whenever something was written, at most every few seconds."""

    def __init__(self, snapshots: Snapshots, watched: Watched) -> None:
        self._snapshots, self._watched = snapshots, watched
        self._child: int | None = None

    async def keep(self) -> None:
        while True:
            if self._watched.dirty:
                self._watched.dirty = False
                await asyncio.gather(self._snapshot(), asyncio.sleep(EVERY_SECONDS))
            await asyncio.sleep(TICK_SECONDS)

    def last(self) -> None:
        """The clean stop: write in this very process, after the last request."""
        self._end_child()
        self._snapshots.write(fill_from_ministack)

    async def _snapshot(self) -> None:
        self._child = _forked(self._write_as_child)
        for _ in range(int(LONGEST_SECONDS / TICK_SECONDS)):
            await asyncio.sleep(TICK_SECONDS)
            ended, status = os.waitpid(self._child, os.WNOHANG)
            if ended:
                self._child = None
                self._watched.dirty = self._watched.dirty or status != 0
                return
        self._end_child()
        self._watched.dirty = True

    def _write_as_child(self) -> None:
        parent = os.getppid()
        _let_go_of_the_server()
        self._snapshots.write(fill_from_ministack, if_still=lambda: os.getppid() == parent)

    def _end_child(self) -> None:
        if self._child is not None:
            with suppress(ProcessLookupError):
                os.kill(self._child, signal.SIGKILL)
            with suppress(ChildProcessError):
                os.waitpid(self._child, 0)
            self._child = None


def _forked(work: Callable[[], None]) -> int:
    """Run `work` in a copy of this process; returns the copy's id."""
    child = os.fork()
    if child:
        return child
    try:
        work()
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        os._exit(1)


def _let_go_of_the_server() -> None:
    """Close every socket, so that the port is free when the parent is killed, and leave Ctrl-C to the parent."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))


async def serve(port: int, snapshots: Snapshots | None, *, parent: int | None) -> None:
    """Serve until SIGTERM, SIGINT or the end of the process `parent`."""
    from hypercorn.asyncio import serve as serve_asgi  # type: ignore[import-not-found] # in its own environment only
    from hypercorn.config import Config  # type: ignore[import-not-found] # in its own environment only
    from ministack import app

    config = Config()
    config.bind = [f"127.0.0.1:{port}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = GRACE_SECONDS
    config.loglevel = "ERROR"
    watched = Watched(app.app)
    keeper = Keeper(snapshots, watched) if snapshots else None
    keeping = asyncio.create_task(keeper.keep()) if keeper else None

    async def until_told() -> None:
        await _told_to_stop(parent)
        app.PERSIST_STATE = False  # its own saving would overwrite the current snapshot file by file

    await serve_asgi(watched, config, shutdown_trigger=until_told)
    if keeper and keeping:
        keeping.cancel()
        keeper.last()


async def _told_to_stop(parent: int | None) -> None:
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    while not told.is_set():
        if parent is not None and os.getppid() != parent:
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(told.wait(), TICK_SECONDS)


def _settings(port: int, home: Path | None) -> dict[str, str]:
    """What ministack reads from its environment; it must be set before it is imported."""
    settings = {
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LOG_LEVEL": "ERROR",
    }
    if home:
        settings |= {"PERSIST_STATE": "1", "STATE_DIR": str(home / "current")}
        settings |= {"S3_PERSIST": "1", "S3_DATA_DIR": str(home / "s3")}
    return settings


def _locked(home: Path, patience: float) -> Any:
    """Hold the directory for this process alone; the lock ends with the process, however it ends."""
    home.mkdir(parents=True, exist_ok=True)
    lock = (home / "lock").open("w")
    until = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                sys.exit(f"Another embedded AWS is using {home}. Stop it first, or give another directory.")
            time.sleep(TICK_SECONDS)
        else:
            return lock


def main() -> None:
    parser = argparse.ArgumentParser(description="Run the embedded AWS in the foreground.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--home", type=Path, help="keep everything in this directory")
    parser.add_argument("--patience", type=float, default=0.0, help="seconds to wait for the one before to save")
    parser.add_argument("--scratch", type=Path, required=True, help="for the Lambdas it unpacks; removed at the end")
    parser.add_argument("--parent", type=int, help="stop when this process, our parent, is gone")
    asked = parser.parse_args()
    lock = _locked(asked.home, asked.patience) if asked.home else None
    shutil.rmtree(asked.scratch, ignore_errors=True)
    asked.scratch.mkdir(parents=True)
    os.environ.update(_settings(asked.port, asked.home), TMPDIR=str(asked.scratch))
    snapshots = Snapshots(asked.home) if asked.home else None
    if snapshots:
        snapshots.tidy()
    try:
        asyncio.run(serve(asked.port, snapshots, parent=asked.parent))
    except OSError as error:
        sys.exit(f"The embedded AWS cannot serve on port {asked.port}: {error.strerror or error}.")
    finally:
        shutil.rmtree(asked.scratch, ignore_errors=True)
    del lock


if __name__ == "__main__":
    main()

"""Runs ministack on 127.0.0.1 and stores its state in a directory, so that a kill loses only the last few seconds.

This file runs in ministack's own environment (`.venv/embedded-aws`). Therefore it imports only the standard library,
three files of this package and, later, ministack. ministack itself saves only at a clean stop. Here a snapshot is taken
soon after each write: the process forks between two requests, so the child has all tables as of one instant, and writes
them while the parent continues serving. While the directory cannot store more, every request is refused, so that
nothing is accepted and then lost. `_build_persistence_save_dict` and `save_state` are private to ministack: its version
is pinned exactly, and `tests/local/test_embedded_aws.py` tests this use of them.
"""

import argparse
import asyncio
import errno
import fcntl
import os
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

_ROOT = str(Path(__file__).resolve().parents[2])
sys.path.insert(0, _ROOT)  # only for three imports: Lambdas must not find our code
from local.embedded_aws.disk_space import storage_problem
from local.embedded_aws.snapshots import Snapshots
from local.embedded_aws.write_watch import WriteWatch

sys.path.remove(_ROOT)

EVERY_SECONDS = 4.0  # between the beginnings of two snapshots; one of 100,000 items takes about 3 s to write
LONGEST_SECONDS = 180.0  # a snapshot that takes longer hangs
TOO_SLOW = errno.ETIMEDOUT  # its exit code
GRACE_SECONDS = 0.5  # what open connections get at a stop
TICK_SECONDS = 0.2
_OF_DISKS = (errno.EIO, errno.EACCES, errno.ENOSPC, errno.EROFS, errno.EDQUOT)  # exit codes that say why
PROBE_BYTES = 1_000_000  # written to find out why a snapshot could not be


def fill_from_ministack(directory: Path) -> None:
    """Write the state of every service of ministack.

    Raises:
        Exception: the state of a service cannot be written, so the snapshot must not be used.
    """
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
            raise _write_error(directory, service)


def _write_error(directory: Path, service: str) -> Exception:
    """The reason, which ministack swallows: found by writing another file in the same directory."""
    try:
        (directory / "probe").write_bytes(bytes(PROBE_BYTES))
    except OSError as error:
        return error
    return RuntimeError(f"the state of {service} could not be written")


class SnapshotKeeper:
    """Takes a snapshot in a forked child after writes, at most every few seconds.

    While the disk has no space for another one, it makes the write watch refuse requests.
    """

    def __init__(self, snapshots: Snapshots, watch: WriteWatch) -> None:
        self._snapshots, self._watch = snapshots, watch
        self._child: int | None = None
        self._failed = ""  # why the last snapshot could not be written
        self._wanted = snapshots.size()

    async def keep(self) -> None:
        await asyncio.gather(self._save_what_changes(), self._watch_disk())

    async def _save_what_changes(self) -> None:
        while True:
            if self._watch.dirty:
                self._watch.dirty = False
                await asyncio.gather(self._snapshot(), asyncio.sleep(EVERY_SECONDS))
            await asyncio.sleep(TICK_SECONDS)

    async def _watch_disk(self) -> None:
        while True:
            self.look()
            await asyncio.sleep(TICK_SECONDS)

    def look(self) -> None:
        """Refuse requests while nothing more can be stored."""
        found = storage_problem(self._snapshots.home, self._wanted) or self._failed
        if found != self._watch.storage_problem:
            _log(f"Cannot store data in {self._snapshots.home}: {found}" if found else "Data is stored again.")
        self._watch.storage_problem = found

    def last(self, fill: Callable[[Path], None] = fill_from_ministack) -> None:
        """Write a snapshot in this process, at a clean stop after the last request.

        Raises:
            Exception: it cannot be written, and the previous snapshot is incomplete.
        """
        unsaved = self._watch.dirty or self._child is not None or bool(self._failed)
        self._end_child()
        try:
            self._snapshots.write(fill)
        except Exception:
            if unsaved:
                raise

    async def _snapshot(self) -> None:
        self._child = _fork(self._write_as_child)
        for _ in range(int(LONGEST_SECONDS / TICK_SECONDS)):
            await asyncio.sleep(TICK_SECONDS)
            ended, status = os.waitpid(self._child, os.WNOHANG)
            if ended:
                self._child = None
                self.child_exited(os.waitstatus_to_exitcode(status))
                return
        self._end_child()
        self.child_exited(TOO_SLOW)

    def child_exited(self, code: int) -> None:
        """Evaluate the exit code of the child. A failed snapshot is tried again."""
        self._failed = reason(code)
        self._watch.dirty = self._watch.dirty or code != 0
        self._wanted = self._snapshots.size()
        self.look()

    def _write_as_child(self) -> None:
        parent = os.getppid()
        _detach_from_server()
        self._snapshots.write(fill_from_ministack, if_still=lambda: os.getppid() == parent)

    def _end_child(self) -> None:
        if self._child is not None:
            with suppress(ProcessLookupError):
                os.kill(self._child, signal.SIGKILL)
            with suppress(ChildProcessError):
                os.waitpid(self._child, 0)
            self._child = None


def _fork(work: Callable[[], None]) -> int:
    """Run `work` in a fork of this process; returns the id of the child."""
    child = os.fork()
    if child:
        return child
    try:
        work()
        os._exit(0)
    except BaseException as error:
        _log(traceback.format_exc())
        os._exit(code_of(error))


def _log(text: str) -> None:
    """Write to the log, which may be on the full disk."""
    with suppress(OSError):
        print(text, file=sys.stderr, flush=True)


def code_of(error: BaseException) -> int:
    """The exit code for an error: its errno if that is one of a disk, else 1."""
    return error.errno if isinstance(error, OSError) and error.errno in _OF_DISKS else 1


def reason(code: int) -> str:
    """The reason for an exit code of `code_of`, as the end of a sentence; "" for 0."""
    if code == 0:
        return ""
    if code == TOO_SLOW:
        return f"writing it took longer than {LONGEST_SECONDS:.0f} s"
    return os.strerror(code) if code in _OF_DISKS else "it could not be written; see the log"


def _detach_from_server() -> None:
    """Close all sockets, so that the port is free when the parent is killed, and ignore Ctrl-C."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))


class SnapshotFailed(SystemExit):
    """The last snapshot could not be written. The exit code says why."""


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
    watch = WriteWatch(app.app)
    keeper = SnapshotKeeper(snapshots, watch) if snapshots else None
    keeping = asyncio.create_task(keeper.keep()) if keeper else None

    async def until_stopped() -> None:
        await _wait_for_stop(parent)
        app.PERSIST_STATE = False  # its own saving would overwrite the current snapshot file by file

    await serve_asgi(watch, config, shutdown_trigger=until_stopped)
    if keeper and keeping:
        keeping.cancel()
        try:
            keeper.last()
        except Exception as error:
            _log(traceback.format_exc())
            raise SnapshotFailed(code_of(error)) from error


async def _wait_for_stop(parent: int | None) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    while not stop.is_set():
        if parent is not None and os.getppid() != parent:
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), TICK_SECONDS)


def _settings(port: int, home: Path | None) -> dict[str, str]:
    """The environment variables of ministack, which must be set before it is imported."""
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


def _lock_directory(home: Path, patience: float) -> Any:
    """Lock the directory for this process. The lock ends with the process."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock = (home / "lock").open("w")
    except OSError as error:
        sys.exit(f"Cannot store data in {home}: {error.strerror}")
    until = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                sys.exit(f"Another embedded AWS is using {home}. Stop it first, or use another directory.")
            time.sleep(TICK_SECONDS)
        else:
            return lock


def main() -> None:
    parser = argparse.ArgumentParser(description="Run the embedded AWS in the foreground.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--home", type=Path, help="store everything in this directory")
    parser.add_argument("--patience", type=float, default=0.0, help="seconds to wait until the previous one has saved")
    parser.add_argument(
        "--scratch", type=Path, required=True, help="directory for unpacked Lambdas; removed at the end"
    )
    parser.add_argument("--parent", type=int, help="stop when this parent process has ended")
    options = parser.parse_args()
    lock = _lock_directory(options.home, options.patience) if options.home else None
    shutil.rmtree(options.scratch, ignore_errors=True)
    options.scratch.mkdir(parents=True)
    os.environ.update(_settings(options.port, options.home), TMPDIR=str(options.scratch))
    snapshots = Snapshots(options.home) if options.home else None
    if snapshots:
        snapshots.tidy()
    try:
        asyncio.run(serve(options.port, snapshots, parent=options.parent))
    except OSError as error:
        sys.exit(f"The embedded AWS cannot serve on port {options.port}: {error.strerror or error}.")
    finally:
        shutil.rmtree(options.scratch, ignore_errors=True)
    del lock


if __name__ == "__main__":
    main()

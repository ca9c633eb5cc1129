"""A stack's data directory: whether it can be used, and which process has it locked."""

import fcntl
import os
from contextlib import suppress
from pathlib import Path

from local.embedded_aws.disk_space import Look, storage_problem
from local.embedded_aws.snapshots import Snapshots
from local.processes import PartFailed

ANOTHER = "or choose another directory: --data-dir DIR"


def ensure_usable(directory: Path, *, look: Look = os.statvfs) -> None:
    """Create the directory if it is missing, and check that data can be stored there.

    Raises:
        PartFailed: it cannot; one sentence says why.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise PartFailed(f"{directory} is a file. Choose a directory: --data-dir DIR") from None
    except OSError as error:
        raise PartFailed(cannot_store(directory, error.strerror or str(error))) from None
    if why := storage_problem(directory, Snapshots(directory / "aws").size(), look=look):
        raise PartFailed(cannot_store(directory, why))


class DirectoryLock:
    """Locks a directory for this process until it is released or the process ends.

    Raises:
        PartFailed: another process holds it, or nothing can be stored there; nothing in it was touched.
    """

    def __init__(self, directory: Path, by: str) -> None:
        ensure_usable(directory)
        self._file = self._open(directory)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(self._file, 200, 0).decode(errors="replace").strip() or "another process"
            self.release()
            raise PartFailed(f"{directory} is in use by {holder}. Stop it first, {ANOTHER}") from None
        with suppress(OSError):  # the holder's name only makes the message better
            os.ftruncate(self._file, 0)
            os.pwrite(self._file, by.encode(), 0)

    def release(self) -> None:
        if self._file >= 0:
            os.close(self._file)
        self._file = -1

    @staticmethod
    def _open(directory: Path) -> int:
        try:
            return os.open(directory / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise PartFailed(cannot_store(directory, error.strerror or str(error))) from None


def cannot_store(directory: Path, why: str) -> str:
    """The sentence for a directory that cannot store data."""
    return f"Cannot store data in {directory}: {why}. Fix this, {ANOTHER}"

"""Whether a directory can still store data. It checks without writing, so it may be called often.

It imports only the standard library, because the launcher uses it in ministack's own environment too.
"""

import errno
import os
from collections.abc import Callable
from pathlib import Path

SPARE_BYTES = 16_000_000  # more than is written between two snapshots
_MEGABYTE = 1_000_000

Look = Callable[[Path], os.statvfs_result]


def storage_problem(directory: Path, wanted: int = 0, *, look: Look = os.statvfs) -> str:
    """Why the directory cannot store more, as the end of a sentence; empty if it can.

    Args:
        wanted: bytes that must fit, in addition to a reserve.
    """
    try:
        disk = look(directory)
    except OSError as error:
        return error.strerror or str(error)
    if disk.f_flag & os.ST_RDONLY:
        return os.strerror(errno.EROFS)
    if not os.access(directory, os.W_OK | os.X_OK):
        return os.strerror(errno.EACCES)
    free, needed = disk.f_bavail * disk.f_frsize, wanted + SPARE_BYTES
    if free >= needed:
        return ""
    return f"the disk is full ({free / _MEGABYTE:.0f} MB are free there, {needed / _MEGABYTE:.0f} MB are needed)"


def size_of(directory: Path) -> int:
    """Bytes of all files in it; those that are removed meanwhile are not counted."""
    total = 0
    for found in directory.rglob("*"):
        try:
            total += found.stat().st_size if found.is_file() else 0
        except OSError:  # removed while we look
            continue
    return total

"""Whether a directory can still keep what is written there. It is looked at, not tried, so it may be asked often.

Imports the standard library alone: the launcher uses it in ministack's own environment too.
"""

import errno
import os
from collections.abc import Callable
from pathlib import Path

SPARE_BYTES = 16_000_000  # more than is written between two snapshots
_MEGABYTE = 1_000_000

Look = Callable[[Path], os.statvfs_result]


def trouble(directory: Path, wanted: int = 0, *, look: Look = os.statvfs) -> str:
    """Why nothing more can be kept in it, as the end of a sentence; empty when all is well.

    Args:
        wanted: bytes that must find room there, besides some to spare.
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
    """Bytes of all files in it; those that vanish meanwhile are not counted."""
    total = 0
    for found in directory.rglob("*"):
        try:
            total += found.stat().st_size if found.is_file() else 0
        except OSError:  # removed while we look
            continue
    return total

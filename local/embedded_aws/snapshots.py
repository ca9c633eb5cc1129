"""Snapshots of the data of the embedded AWS, each in its own directory.

Renaming a symbolic link makes a new snapshot the current one atomically. This module imports only the standard library,
because the launcher uses it in ministack's own environment.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

from local.embedded_aws.disk_space import size_of


class Snapshots:
    """Numbered directories in `home`, and a symbolic link `current` to one of them."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.current = home / "current"

    def write(self, fill: Callable[[Path], None], *, if_still: Callable[[], bool] = lambda: True) -> None:
        """Let `fill` write a new snapshot and make it the current one, unless `if_still` then returns False."""
        fresh = self.home / f"state-{self._next_number()}"
        fresh.mkdir(parents=True)
        try:
            fill(fresh)
        except BaseException:
            shutil.rmtree(fresh, ignore_errors=True)  # it may be the reason why the disk is full
            raise
        if if_still():
            self._make_current(fresh)
            self.tidy()

    def size(self) -> int:
        """Bytes of the current snapshot; the next one takes about as many."""
        return size_of(self.current) if self.current.exists() else 0

    def tidy(self) -> None:
        """Remove all snapshots but the current one: older ones, and unfinished ones after a kill."""
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

"""`python -m local logs`: the lines of all parts of a stack in the order of their times, chosen by job or by text."""

import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from local.processes import PartFailed
from local.running import HOME, find_running

POLL_SECONDS = 0.2
NAME_WIDTH = 8


@dataclass(frozen=True, slots=True)
class Line:
    """A line of one part's log."""

    part: str
    text: str
    #: When it was logged, as in the line; of a line that is not JSON, that of the line before it.
    at: str
    job_id: str
    request_id: str

    def __str__(self) -> str:
        return f"{self.part:<{NAME_WIDTH}} {self.text}"


@dataclass
class PartLog:
    """The log of one part, read on from where the last reading ended."""

    path: Path
    _read: int = 0
    _file: int = 0  # its inode: another one is a log that was begun anew
    _at: str = ""

    def new_lines(self) -> Iterator[Line]:
        """The whole lines that came since; an unfinished one comes with its end."""
        try:
            with self.path.open("rb") as log:
                self._begin_anew_if_replaced(log.fileno())
                log.seek(self._read)
                content = log.read()
        except FileNotFoundError:
            return
        whole = content[: content.rfind(b"\n") + 1]
        self._read += len(whole)
        for text in whole.decode(errors="replace").splitlines():
            yield self._line(text)

    def _begin_anew_if_replaced(self, descriptor: int) -> None:
        found = os.fstat(descriptor)
        if found.st_ino != self._file or found.st_size < self._read:
            self._file, self._read = found.st_ino, 0

    def _line(self, text: str) -> Line:
        try:
            fields = json.loads(text)
        except ValueError:
            fields = None
        if not isinstance(fields, dict):
            fields = {}
        self._at = str(fields.get("at", self._at))
        return Line(self.path.stem, text, self._at, str(fields.get("job_id", "")), str(fields.get("request_id", "")))


@dataclass
class Chosen:
    """Which lines are shown: those of a job and of the request that created it, and those with a text."""

    job: str | None = None
    pattern: str | None = None
    _requests: set[str] = field(default_factory=set)

    def learn(self, line: Line) -> None:
        """Note the request of a line of the job, whose other lines belong to it."""
        if self.job is not None and line.job_id == self.job and line.request_id:
            self._requests.add(line.request_id)

    def has(self, line: Line) -> bool:
        of_job = self.job is None or line.job_id == self.job or line.request_id in self._requests
        return of_job and (self.pattern is None or self.pattern.casefold() in line.text.casefold())


def show_logs(
    directory: Path,
    chosen: Chosen,
    show: Callable[[str], None],
    *,
    follow: bool = False,
    wait: Callable[[], object] = lambda: time.sleep(POLL_SECONDS),
) -> None:
    """Show the lines there are, and with `follow` those that come, until `wait` raises.

    Raises:
        PartFailed: the directory has no logs.
    """
    logs: dict[Path, PartLog] = {}
    while True:
        for path in sorted(directory.glob("*.log")):
            logs.setdefault(path, PartLog(path))
        if not logs:
            raise PartFailed(f"There are no logs in {directory}.")
        lines = sorted((line for log in logs.values() for line in log.new_lines()), key=lambda line: line.at)
        for line in lines:
            chosen.learn(line)
        for line in filter(chosen.has, lines):
            show(str(line))
        if not follow:
            return
        wait()


def directory_of_logs(port: int | None, data_dir: Path | None, home: Path = HOME) -> Path:
    """The logs of a stack: of the one with this data, or on this port, or started last, even if it has ended.

    Raises:
        PartFailed: there is none.
    """
    if data_dir is not None:
        return data_dir / "logs"
    try:
        return Path(find_running(port, home).logs)
    except PartFailed:
        ended = sorted(home.glob(f"logs/{port or '*'}"), key=lambda logs: logs.stat().st_mtime)
        if not ended:
            raise
        return ended[-1]

"""Running stacks. Each writes a file by which `tick`, `token` and the chaos tests find it."""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from local.processes import ROOT, PartFailed, is_alive

HOME = ROOT / ".local"  # git-ignored
KEPT_LOGS = 5  # of stacks that ended, the latest


@dataclass(frozen=True)
class Running:
    """One stack."""

    #: Of the API and the pages.
    port: int
    url: str
    #: Process id of `python -m local up`.
    process: int
    #: Process ids of its parts by name ("aws", "worker", …).
    parts: dict[str, int]
    #: The environment of its parts, secrets included; only its owner can read the file.
    settings: dict[str, str]
    #: The directory with one log per part.
    logs: str

    def write(self, home: Path = HOME) -> None:
        home.mkdir(parents=True, exist_ok=True)
        fresh = home / f".running-{self.port}-{self.process}"
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(asdict(self), file, indent=1)
        fresh.replace(_path(home, self.port))

    def forget(self, home: Path = HOME) -> None:
        _path(home, self.port).unlink(missing_ok=True)


def find_running(port: int | None = None, home: Path = HOME) -> Running:
    """The stack on that port; without a port, the running stack that was started last.

    Raises:
        PartFailed: no stack is running.
    """
    paths = [_path(home, port)] if port else sorted(home.glob("running-*.json"), key=_age)
    for running in _readable(paths):
        if is_alive(running.process):
            return running
    where = f"on port {port}" if port else "on this machine"
    raise PartFailed(f"No stack is running {where}. Start one with: python -m local up")


def remove_dead(home: Path = HOME) -> None:
    """Remove the files of stacks that have ended, and all but the last few of their logs."""
    living = {str(each.port) for each in _readable(sorted(home.glob("running-*.json"))) if is_alive(each.process)}
    for file in home.glob("running-*.json"):
        if file.stem.removeprefix("running-") not in living:
            file.unlink(missing_ok=True)
    ended = sorted((logs for logs in home.glob("logs/*") if logs.name not in living), key=_age)
    for logs in ended[KEPT_LOGS:]:
        shutil.rmtree(logs, ignore_errors=True)


def _readable(paths: list[Path]) -> Iterator[Running]:
    for path in paths:
        try:
            yield Running(**json.loads(path.read_text()))
        except (OSError, ValueError, TypeError):  # gone meanwhile, or written by an older version
            continue


def _age(path: Path) -> float:
    try:
        return -path.stat().st_mtime
    except OSError:
        return 0.0


def _path(home: Path, port: int) -> Path:
    return home / f"running-{port}.json"

"""What runs here: each stack writes a file that `tick`, `token` and fault drills find it by."""

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
    """One stack.

    Args:
        process: the id of `python -m local up`; parts: the ids of its parts by name ("aws", "worker", …).
        settings: the whole environment of its parts, secrets included; the file is readable by its owner alone.
        logs: the directory with one log a part.
    """

    port: int
    url: str
    process: int
    parts: dict[str, int]
    settings: dict[str, str]
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
    """The stack on that port; without one, the newest that is alive.

    Raises:
        PartFailed: there is none.
    """
    paths = [_path(home, port)] if port else sorted(home.glob("running-*.json"), key=_age)
    for running in _readable(paths):
        if is_alive(running.process):
            return running
    where = f"on port {port}" if port else "here"
    raise PartFailed(f"Nothing runs {where}. Start it with: python -m local up")


def forget_the_dead(home: Path = HOME) -> None:
    """Removes the files of stacks that have ended, and their logs except for the last few."""
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

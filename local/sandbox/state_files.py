"""Persistent state: small JSON files in one folder, or none without a folder."""

import contextlib
import hashlib
import json
import os
import threading
from collections.abc import Callable
from pathlib import Path

from local.sandbox.wire import Json


class StateFiles:
    """Writes are atomic, even if the process is killed: files are replaced, and incomplete lines are skipped."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        if folder:
            folder.mkdir(parents=True, exist_ok=True)

    def read(self, name: str) -> Json:
        """The last value written under this name; None if there is none."""
        path = self._path(name)
        return json.loads(path.read_text()) if path and path.exists() else None

    def write(self, name: str, value: Json) -> None:
        path = self._path(name)
        if path is None:
            return
        with self._lock:
            fresh = path.with_suffix(".new")
            fresh.touch(mode=0o600)
            fresh.write_text(json.dumps(value))
            fresh.replace(path)

    def once(self, name: str, make: Callable[[], Json]) -> Json:
        """The stored value, or else the one that `make` returns, which is stored; the same for concurrent processes."""
        path = self._path(name)
        if path is None:
            return make()
        if not path.exists():
            fresh = path.with_suffix(f".{os.getpid()}")
            fresh.touch(mode=0o600)
            fresh.write_text(json.dumps(make()))
            with contextlib.suppress(FileExistsError):
                path.hardlink_to(fresh)
            fresh.unlink()
        return self.read(name)

    def append(self, name: str, line: Json) -> None:
        path = self._path(name, ".jsonl")
        if path is None:
            return
        with self._lock, path.open("ab+") as file:
            torn = file.tell() and os.pread(file.fileno(), 1, file.tell() - 1) != b"\n"
            file.write((b"\n" if torn else b"") + json.dumps(line).encode() + b"\n")

    def lines(self, name: str) -> list[Json]:
        path = self._path(name, ".jsonl")
        if path is None or not path.exists():
            return []
        return [value for value in map(_whole, path.read_text().splitlines()) if value is not None]

    def names(self, prefix: str) -> list[str]:
        """The names with this prefix that were appended to."""
        found = self._folder.glob(prefix + "*.jsonl") if self._folder else ()
        return sorted(path.stem for path in found)

    def forget(self, name: str) -> None:
        path = self._path(name, ".jsonl")
        if path:
            path.unlink(missing_ok=True)

    def _path(self, name: str, suffix: str = ".json") -> Path | None:
        return self._folder / (name + suffix) if self._folder else None


def _whole(line: str) -> Json | None:
    try:
        return json.loads(line)
    except ValueError:
        return None


def file_name(prefix: str, text: str) -> str:
    """A file name for `text`, whatever characters it contains."""
    return prefix + hashlib.sha256(text.encode()).hexdigest()[:16]

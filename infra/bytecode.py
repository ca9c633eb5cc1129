"""Adds bytecode to the zip: Lambda's disk is read-only, so every cold start would compile all that it loads again.

Python takes the bytecode without comparing it with its source, and ignores bytecode of another version. It replaces the
sources, but for the first module: no log quotes these, and they would make the zip a fourth larger. It is compiled in a
process of its own, so that equal sources give equal bytecode whatever this process has done before.
"""

import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from infra.zip_entries import add_entry, new_zip

PLACE = "/var/task"  # where Lambda unzips the package; tracebacks name the files there
FIRST = "app.py"  # keeps its source, by which people recognize the package


class CompilationFailed(Exception):
    """A module of the package cannot be compiled; the message says which."""


def add_bytecode(source: Path, target: Path) -> None:
    """Write the zip `source` with the bytecode of its modules to `target`, for the Python that runs this.

    Raises:
        CompilationFailed: a module cannot be compiled.
    """
    with tempfile.TemporaryDirectory(prefix="bytecode-") as scratch, zipfile.ZipFile(source) as plain:
        directory = Path(scratch)
        plain.extractall(directory)
        if (directory / FIRST).exists():
            _compile(directory, directory / FIRST)
        _compile(directory, "-b", "-x", f"^{re.escape(str(directory / FIRST))}$", directory)  # -b: in place of sources
        with new_zip(target) as compiled:
            for name in _names(directory):
                add_entry(compiled, name, (directory / name).read_bytes())


def _compile(directory: Path, *what: str | Path) -> None:
    command = [sys.executable, "-I", "-S", "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"]
    command += ["-s", str(directory), "-p", PLACE, *map(str, what)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 # our own words
    if done.returncode:
        raise CompilationFailed(done.stdout + done.stderr)


def _names(directory: Path) -> Iterator[str]:
    """The files of the zip: sources that have bytecode next to them are left out."""
    files = sorted(path for path in directory.rglob("*") if path.is_file())
    yield from sorted(path.relative_to(directory).as_posix() for path in files if not _is_replaced(path))


def _is_replaced(path: Path) -> bool:
    return path.suffix == ".py" and path.with_suffix(".pyc").exists()

"""Adds bytecode to the zip: Lambda's disk is read-only, so every cold start would compile all that it loads again.

Python takes the bytecode without comparing it with its source, and ignores bytecode of another version. It is compiled
in a process of its own, so that equal sources give equal bytecode whatever this process has done before.
"""

import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from infra.zip_entries import add_entry, new_zip

PLACE = "/var/task"  # where Lambda unzips the package; tracebacks name the files there
#: What nothing here loads. Its bytecode would make the zip an eighth larger.
_NEVER_LOADED = "|".join(
    (
        "cffi",
        "google/(api|protobuf)",
        "opentelemetry",
        "phonenumbers/shortdata",
        "proto",
        "pyasn1(_modules)?",
        "pycparser",
        "pydantic/v1",
    )
)


class CompilationFailed(Exception):
    """A module of the package cannot be compiled; the message says which."""


def add_bytecode(source: Path, target: Path) -> None:
    """Write the zip `source` with the bytecode of its modules to `target`, for the Python that runs this.

    Raises:
        CompilationFailed: a module cannot be compiled.
    """
    with tempfile.TemporaryDirectory(prefix="bytecode-") as scratch, zipfile.ZipFile(source) as plain:
        plain.extractall(scratch)
        _compile(Path(scratch))
        with new_zip(target) as compiled:
            for name in _names(Path(scratch)):
                add_entry(compiled, name, (Path(scratch) / name).read_bytes())


def _compile(directory: Path) -> None:
    command = [sys.executable, "-I", "-S", "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"]
    command += ["-x", f"/({_NEVER_LOADED})/", "-s", str(directory), "-p", PLACE, str(directory)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 # our own words
    if done.returncode:
        raise CompilationFailed(done.stdout + done.stderr)


def _names(directory: Path) -> Iterator[str]:
    yield from sorted(path.relative_to(directory).as_posix() for path in directory.rglob("*") if path.is_file())

"""The Python environment in which the package for a Lambda runtime is made and rehearsed.

`.venv` is for the runtime of its own version. For another one, `.venv/python3.13` is made when it is first needed, from
a Python found on this machine, with the same requirements. It has an embedded AWS, whose Lambdas run on that Python.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from infra.runtime import PREFERRED, this_runtime

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".venv"
EMBEDDED_AWS = "embedded-aws"
EMBEDDED_REQUIREMENTS = "requirements-embedded-aws.txt"
_WHAT_RUNS = "import sys; print('python{}.{}'.format(*sys.version_info))"


class PythonNotFound(Exception):
    """This machine has no Python of that version. The message says how to install one."""


def default_runtime(environment: Mapping[str, str]) -> str:
    """The default runtime: the preferred one if this machine has its Python, else this Python's own."""
    return PREFERRED if this_runtime() == PREFERRED or find_python(PREFERRED, environment) else this_runtime()


def find_python(runtime: str, environment: Mapping[str, str]) -> Path | None:
    """A Python of that version on the path, or installed by pyenv or uv. Skips shims that do not run."""
    return next((found for found in _candidates(runtime, environment) if _runtime_of(found) == runtime), None)


def prepare_python(runtime: str, home: Path = HOME) -> Path:
    """Make or update the environment of a runtime if needed; returns its Python.

    Raises:
        PythonNotFound: this machine has no Python of that version.
    """
    if runtime == this_runtime():
        return Path(sys.executable)
    place = home / runtime
    for directory, requirements in ((place, "requirements-dev.txt"), (place / EMBEDDED_AWS, EMBEDDED_REQUIREMENTS)):
        _make(directory, runtime)
        _install(directory, requirements)
    return place / "bin" / "python"


def embedded_aws_python() -> Path:
    """The Python that runs the embedded AWS and its Lambdas: in the environment of the current Python.

    Raises:
        PythonNotFound: it is missing, or of another version.
    """
    python = Path(sys.prefix) / EMBEDDED_AWS / "bin" / "python"
    if _runtime_of(python) != this_runtime():
        raise PythonNotFound(f"{python} is not a {this_runtime()}. Remove {python.parents[1]}, then run: make install")
    return python


def _candidates(runtime: str, environment: Mapping[str, str]) -> Iterator[Path]:
    for folder in environment.get("PATH", "").split(os.pathsep):
        if folder and (Path(folder) / runtime).exists():
            yield Path(folder) / runtime
    home = Path(environment.get("HOME", "/nonexistent"))
    version = runtime.removeprefix("python")
    pyenv = Path(environment.get("PYENV_ROOT", home / ".pyenv")) / "versions"
    uv = Path(environment.get("UV_PYTHON_INSTALL_DIR", home / ".local" / "share" / "uv" / "python"))
    yield from sorted(pyenv.glob(f"{version}.*/bin/python"), reverse=True)
    yield from sorted(uv.glob(f"cpython-{version}.*/bin/{runtime}"), reverse=True)


def _runtime_of(python: Path) -> str:
    """The runtime of a Python; empty if it does not run."""
    try:
        done = subprocess.run([str(python), "-c", _WHAT_RUNS], capture_output=True, text=True, check=False)  # noqa: S603 # asked for its version alone
    except OSError:
        return ""
    return done.stdout.strip()


def _make(place: Path, runtime: str) -> None:
    if (place / "bin" / "python").exists():
        return
    python = find_python(runtime, os.environ)
    if python is None:
        version = runtime.removeprefix("python")
        raise PythonNotFound(
            f"This machine has no {runtime}: not on the path, and not in pyenv or uv. "
            f"Install it, for example with: pyenv install {version}"
        )
    _say(f"Making {place} with {python} …")
    subprocess.run([str(python), "-m", "venv", str(place)], check=True)  # noqa: S603 # our own words


def _install(place: Path, requirements: str) -> None:
    """Install requirements, unless they are older than the last installation, as in the Makefile."""
    stamp = place / "ready.stamp"
    sources = [ROOT / requirements, ROOT / "requirements.txt"]
    if stamp.exists() and stamp.stat().st_mtime >= max(source.stat().st_mtime for source in sources):
        return
    _say(f"Installing {requirements} in {place} …")
    pip = [str(place / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--no-compile", "-r", str(ROOT / requirements)], check=True, stdout=sys.stderr)  # noqa: S603 # our own words
    stamp.touch()


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)

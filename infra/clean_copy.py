"""A copy of exactly what ships: the files git knows or would add, so that no cache or secret slips into the zip."""

import shutil
import subprocess
from pathlib import Path

SHIPS = ("app.py", "chalicelib", ".chalice", "requirements.txt")


def copy_what_ships(root: Path, target: Path) -> Path:
    """Copy it from the checkout `root` into the new directory `target`; returns `target`.

    Raises:
        FileNotFoundError: a part that must ship is not there.
    """
    for name in _listed(root):
        source, copy = root / name, target / name
        if source.is_file():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, copy)
    missing = [name for name in SHIPS if not (target / name).exists()]
    if missing:
        raise FileNotFoundError(f"{', '.join(missing)} must ship and cannot be found in {root}")
    return target


def _listed(root: Path) -> list[str]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *SHIPS]
    listed = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout  # noqa: S603 # git, with our own words
    return [name for name in listed.split("\0") if name]

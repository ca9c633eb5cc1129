"""A copy of the files that are deployed: those that git tracks or would add, so that no cache or secret is deployed."""

import shutil
import subprocess
from pathlib import Path

SHIPS = ("app.py", "chalicelib", ".chalice", "requirements.txt")


def copy_what_ships(root: Path, target: Path) -> Path:
    """Copy the files that are deployed from the checkout `root` into the new directory `target`; returns `target`.

    Raises:
        FileNotFoundError: one of `SHIPS` is missing.
    """
    for name in _list_files(root):
        source, copy = root / name, target / name
        if source.is_file():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, copy)
    missing = [name for name in SHIPS if not (target / name).exists()]
    if missing:
        raise FileNotFoundError(f"{', '.join(missing)} must be deployed, but is missing in {root}")
    return target


def _list_files(root: Path) -> list[str]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *SHIPS]
    listed = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout  # noqa: S603 # git, with our own words
    return [name for name in listed.split("\0") if name]

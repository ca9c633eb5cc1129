"""The two sides of a comparison: this tree, and another commit with its own checkout and environment."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from local.processes import ROOT

CACHE = ROOT / ".local" / "against"  # git-ignored; kept from one comparison to the next
SHORT = 7
# Variables of the make and the Python that run this; they must not reach those of the other side.
_OURS = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")


class RevisionUnavailable(Exception):
    """The commit does not exist here, or cannot be checked out or installed."""


@dataclass(frozen=True)
class Side:
    """A checkout with its environment."""

    name: str
    root: Path

    @property
    def python(self) -> Path:
        return self.root / ".venv" / "bin" / "python"


def this_tree() -> Side:
    return Side("this tree", ROOT)


def other_commit(revision: str) -> Side:
    """Check the commit out and install its environment, or reuse those of an earlier comparison.

    Raises:
        RevisionUnavailable: there is no such commit, its checkout was changed, or its installation fails.
    """
    commit = _run(["git", "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}"], ROOT)
    root = CACHE / commit
    if not root.exists():
        _run(["git", "worktree", "add", "--quiet", "--force", "--detach", str(root), commit], ROOT)
    if _run(["git", "rev-parse", "HEAD"], root) != commit or _run(["git", "status", "--porcelain"], root):
        raise RevisionUnavailable(f"{root} was changed. Remove it with: git worktree remove --force {root}")
    _run(["make", "install"], root)
    return Side(commit[:SHORT], root)


def clean_environment(given: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment in which a side's commands run."""
    return {name: value for name, value in given.items() if name not in _OURS}


def _run(command: Sequence[str], directory: Path) -> str:
    done = subprocess.run(command, cwd=directory, env=clean_environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise RevisionUnavailable(f"{' '.join(command)} failed in {directory}:\n{done.stdout}{done.stderr}")
    return done.stdout.strip()

"""One log for each part, in one directory for each stack; those of the previous run are kept next to them."""

import shutil
from pathlib import Path

BEFORE = "before"


def fresh(logs: Path) -> None:
    """Prepares a new run: moves the previous run's logs to `before/`, and removes those that were there."""
    old = [path for path in logs.glob("*") if path.name != BEFORE]
    kept = [path for path in old if path.suffix == ".log"]
    if kept:
        shutil.rmtree(logs / BEFORE, ignore_errors=True)
        (logs / BEFORE).mkdir()
    for path in old:
        if path in kept:
            path.rename(logs / BEFORE / path.name)
        else:
            path.unlink(missing_ok=True)
    logs.mkdir(parents=True, exist_ok=True)

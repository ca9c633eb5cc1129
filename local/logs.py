"""One log per part, in one directory per stack; the logs of the previous run are kept next to them."""

import shutil
from pathlib import Path

BEFORE = "before"


def fresh(logs: Path) -> None:
    """Prepare a new run: move the previous logs to `before/`, replacing those there."""
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

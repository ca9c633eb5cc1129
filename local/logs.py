"""One log a part, in one directory a stack; those of the run before are kept beside them."""

import shutil
from pathlib import Path

BEFORE = "before"


def fresh(logs: Path) -> None:
    """Make room for a new run: its predecessor's logs move to `before/`, those that lay there go."""
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

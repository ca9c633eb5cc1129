"""Runs that belong to another run but are undone by themselves: decisions about rows after the import of a file."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from chalicelib.foundation.clock import rfc3339
from chalicelib.foundation.json import JsonObject

MOST_NAMED = 50  # runs; the number of rows is that of all of them


class RunApart(Protocol):
    """Such a run."""

    @property
    def job_id(self) -> str: ...

    @property
    def rows(self) -> int: ...

    @property
    def at(self) -> datetime: ...


def runs_apart_json(runs: Sequence[RunApart], public_url: str) -> JsonObject:
    """The published form: how many rows, and where each run is undone, the latest first."""
    return {
        "rows": sum(each.rows for each in runs),
        "runs": [
            {
                "run_id": each.job_id,
                "rows": each.rows,
                "decided_at": rfc3339(each.at),
                "links": {"undo": f"{public_url}/api/v1/runs/{each.job_id}/undo"},
            }
            for each in runs[:MOST_NAMED]
        ],
    }

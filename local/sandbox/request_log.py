"""The received requests, in order and counted, without tokens, codes and secrets."""

import threading
from collections import Counter, deque
from urllib.parse import parse_qsl

from local.sandbox.wire import Json

_KEPT = 20_000
_HARMLESS = {"pageSize", "personFields", "requestSyncToken", "sources", "$top", "$select", "$count", "grant_type"}


class RequestLog:
    """The received requests, counted."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        with self._lock:
            self._lines: deque[dict[str, Json]] = deque(maxlen=_KEPT)
            self._counts: Counter[str] = Counter()

    def add(self, name: str, line: dict[str, Json]) -> None:
        with self._lock:
            self._counts[name] += 1
            self._lines.append({"name": name, **line})

    def as_json(self) -> dict[str, Json]:
        with self._lock:
            return {"total": self._counts.total(), "counts": dict(self._counts), "requests": list(self._lines)}


def safe_query(query_string: str) -> dict[str, str]:
    """The parameters, with values only where they are harmless."""
    pairs = parse_qsl(query_string, keep_blank_values=True)
    return {name: value if name in _HARMLESS else "…" for name, value in pairs}

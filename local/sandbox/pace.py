"""How often each account was asked of late, for limits per second and per ten seconds."""

import threading
from collections import defaultdict, deque


class Pace:
    """Counts requests by account and by what limits them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked: defaultdict[tuple[str, str], deque[float]] = defaultdict(deque)

    def exceeds(self, address: str, limit: str, most: int, seconds: float, now: float) -> bool:
        """Whether one more request at `now` exceeds `most` within these seconds; else it is counted. 0 is no limit."""
        if not most:
            return False
        with self._lock:
            asked = self._asked[(address, limit)]
            while asked and asked[0] <= now - seconds:
                asked.popleft()
            if len(asked) >= most:
                return True
            asked.append(now)
        return False

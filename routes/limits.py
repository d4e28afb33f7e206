"""How often one caller may do a thing: a token bucket per key, in memory."""

import threading
import time
from collections import OrderedDict

MOST_KEYS = 50_000


class RateLimit:
    """`allow(key)` is True at most `per_minute` times a minute for each key, with that burst."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def allow(self, key: str) -> bool:
        now = time.monotonic()
        with self._lock:
            left, since = self._buckets.pop(key, (float(self._per_minute), now))
            left = min(float(self._per_minute), left + (now - since) * self._per_minute / 60)
            allowed = left >= 1
            self._buckets[key] = (left - 1 if allowed else left, now)
            while len(self._buckets) > MOST_KEYS:
                self._buckets.popitem(last=False)
        return allowed

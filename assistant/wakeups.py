"""In-process wake-ups for live views: whoever waits for a topic is woken when something about it was stored."""

import asyncio
import threading
from collections import defaultdict


class Wakeups:
    """Waiters live in one event loop; `notify` may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiters: dict[str, set[tuple[asyncio.AbstractEventLoop, asyncio.Event]]] = defaultdict(set)

    def notify(self, *topics: str) -> None:
        """Wake everyone who waits for one of `topics`."""
        with self._lock:
            waiting = [waiter for topic in topics for waiter in self._waiters.get(topic, ())]
        for loop, event in waiting:
            if not loop.is_closed():
                loop.call_soon_threadsafe(event.set)

    def subscribe(self, topic: str) -> "Subscription":
        """Start listening now, so that nothing between reading the store and waiting is missed."""
        return Subscription(self, topic)

    def _add(self, topic: str, waiter: tuple[asyncio.AbstractEventLoop, asyncio.Event]) -> None:
        with self._lock:
            self._waiters[topic].add(waiter)

    def _remove(self, topic: str, waiter: tuple[asyncio.AbstractEventLoop, asyncio.Event]) -> None:
        with self._lock:
            self._waiters[topic].discard(waiter)
            if not self._waiters[topic]:
                del self._waiters[topic]


class Subscription:
    """`async with wakeups.subscribe(topic) as changes: … await changes.wait(15)`"""

    def __init__(self, wakeups: Wakeups, topic: str) -> None:
        self._wakeups = wakeups
        self._topic = topic

    async def __aenter__(self) -> "Subscription":
        self._event = asyncio.Event()
        self._waiter = (asyncio.get_running_loop(), self._event)
        self._wakeups._add(self._topic, self._waiter)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._wakeups._remove(self._topic, self._waiter)

    async def wait(self, seconds: float) -> bool:
        """True when something was stored, False after `seconds` of silence."""
        try:
            async with asyncio.timeout(seconds):
                await self._event.wait()
        except TimeoutError:
            return False
        self._event.clear()
        return True

"""Messages within one process."""

from __future__ import annotations

import secrets
from collections import defaultdict

from parsepy.adapters.pubsub.base import Callback


class MemoryPubSub:
    """What a process without others needs; apps that share one hear each other."""

    def __init__(self) -> None:
        self.group = secrets.token_hex(8)
        self._callbacks: defaultdict[str, list[Callback]] = defaultdict(list)

    async def open(self) -> None:
        """Nothing is needed."""

    async def close(self) -> None:
        """Nothing was taken."""

    def publish(self, channel: str, message: bytes) -> None:
        """Tell the subscribers."""
        for callback in self._callbacks.get(channel, ()):
            callback(message)

    def subscribe(self, channel: str, callback: Callback) -> None:
        """Hear what is published on the channel."""
        self._callbacks[channel].append(callback)

    async def settled(self) -> None:
        """Everybody has heard it."""

"""The port between processes: short messages on named channels, to whoever listens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

Callback = Callable[[bytes], None]
"""Called in the event loop with each message of a channel; it must be quick and must not raise."""


class PubSub(Protocol):
    """Carries messages to the subscribers in this process, at once, and to those of others, soon.

    Nothing is kept: who is not there, or cannot keep up, misses messages. What must not be missed needs a bound in time
    of its own, as caches have their time to live.
    """

    @property
    def group(self) -> str:
        """The name of those who hear each other through this port alone, like no other's."""

    async def open(self) -> None:
        """Connect to the others."""

    async def close(self) -> None:
        """Leave them."""

    def publish(self, channel: str, message: bytes) -> None:
        """Tell all subscribers of the channel. Never waits: subscribers here have it when this returns."""

    def subscribe(self, channel: str, callback: Callback) -> None:
        """Hear what is published on the channel, by this process too."""

    async def settled(self) -> None:
        """Return when what was published has reached the doors of the others; after a moment in any case."""

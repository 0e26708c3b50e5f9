"""How workers tell each other that classes changed."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from parsepy.adapters.pubsub.base import PubSub


class Topic:
    """The classes of one app; what this worker announces reaches the others only, for it knows already."""

    def __init__(self, pubsub: PubSub, app_id: str) -> None:
        self._pubsub = pubsub
        self._channel = f"{app_id}/classes"
        self._own = secrets.token_bytes(8)

    async def announce(self) -> None:
        """Tell the other workers that a class changed here; returns when they are about to know."""
        self.tell()
        await self._pubsub.settled()

    def tell(self) -> None:
        """Tell the other workers that a class, or what holds its objects, changed here."""
        self._pubsub.publish(self._channel, self._own)

    def listen(self, changed: Callable[[], None]) -> None:
        """Call back whenever another worker changed a class."""
        self._pubsub.subscribe(self._channel, lambda sender: None if sender == self._own else changed())

"""Messages between the workers of one supervisor, over the socket that each has to it."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable, Iterable

from parsepy.adapters.pubsub.base import Callback
from parsepy.adapters.pubsub.link import Frame, Kind, Link
from parsepy.adapters.pubsub.memory import MemoryPubSub

log = logging.getLogger(__name__)

SETTLE_SECONDS = 0.25
"""How long a call waits at most for what it published; the caches' time to live is the bound behind it."""


class LocalPubSub:
    """The worker's side. `lost` is called when the supervisor is gone."""

    def __init__(self, end: socket.socket, lost: Callable[[], None]) -> None:
        self._end = end
        self._here = MemoryPubSub()
        self._link = Link(self._received, lost)
        self._marks: dict[bytes, asyncio.Future[None]] = {}
        self._sent = 0
        self._is_behind = False

    async def open(self) -> None:
        """Take over the socket."""
        await self._link.open(self._end)

    async def close(self) -> None:
        """Leave the others."""
        self._link.close()

    def ready(self) -> None:
        """Tell the supervisor that this worker serves."""
        self._link.send(Frame(Kind.READY).encoded())

    def publish(self, channel: str, message: bytes) -> None:
        """Tell the subscribers here, and the other workers through the supervisor."""
        self._here.publish(channel, message)
        is_sent = self._link.send(Frame(Kind.MESSAGE, channel, message).encoded())
        if not is_sent and not self._is_behind:
            log.warning("Messages to the other workers are dropped: the supervisor does not keep up or is gone")
        self._is_behind = not is_sent

    def subscribe(self, channel: str, callback: Callback) -> None:
        """Hear what any worker publishes on the channel."""
        self._here.subscribe(channel, callback)

    async def settled(self) -> None:
        """Wait until the supervisor has written all that was published to the other workers' sockets."""
        self._sent += 1
        mark = str(self._sent).encode()
        settled = self._marks[mark] = asyncio.get_running_loop().create_future()
        try:
            if self._link.send(Frame(Kind.MARK, body=mark).encoded()):
                await asyncio.wait([settled], timeout=SETTLE_SECONDS)
        finally:
            del self._marks[mark]

    def _received(self, frame: Frame) -> None:
        match frame.kind:
            case Kind.MESSAGE:
                self._here.publish(frame.channel, frame.body)
            case Kind.MARK if frame.body in self._marks:
                self._marks[frame.body].set_result(None)


class Relay:
    """The supervisor's side: what one worker sends goes to the others, unless one of them does not keep up."""

    def __init__(self) -> None:
        self._links: dict[object, Link] = {}

    def add(self, key: object, link: Link) -> None:
        """Let a worker take part."""
        self._links[key] = link

    def remove(self, key: object) -> None:
        """Forget a worker that ended."""
        self._links.pop(key, None)

    def received(self, key: object, frame: Frame) -> None:
        """Hand a worker's frame on; a mark goes back to him behind all that he sent before."""
        encoded = frame.encoded()
        match frame.kind:
            case Kind.MESSAGE:
                for link in self._others(key):
                    link.send(encoded)
            case Kind.MARK:
                if key in self._links:
                    self._links[key].send(encoded)

    def _others(self, key: object) -> Iterable[Link]:
        return [link for other, link in self._links.items() if other != key]

"""Messages between the workers of one supervisor, over the socket that each has to it."""

from __future__ import annotations

import asyncio
import logging
import secrets
import socket
from collections.abc import Callable, Iterable

from parsepy.adapters.pubsub.base import Callback
from parsepy.adapters.pubsub.link import Frame, Kind, Link
from parsepy.adapters.pubsub.memory import MemoryPubSub

log = logging.getLogger(__name__)

SETTLE_SECONDS = 0.25
"""How long a call waits at most for what it published; the caches' time to live is the bound behind it."""


class LocalPubSub:
    """The worker's side. `lost` is called when the supervisor is gone; `group` is the supervisor's name."""

    def __init__(self, end: socket.socket, lost: Callable[[], None], group: str = "") -> None:
        self.group = group
        self._end = end
        self._here = MemoryPubSub()
        self._link = Link(self._received, lost)
        self._marks: dict[bytes, asyncio.Future[None]] = {}
        self._next: asyncio.Future[None] | None = None
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
        """Wait until the supervisor has written all that was published to the other workers' sockets.

        Whoever waits in the same turn of the loop waits for the same mark.
        """
        if self._next is None:
            loop = asyncio.get_running_loop()
            self._next = loop.create_future()
            loop.call_soon(self._mark)
        await asyncio.wait([self._next], timeout=SETTLE_SECONDS)

    def _mark(self) -> None:
        settled, self._next = self._next, None
        self._sent += 1
        mark = str(self._sent).encode()
        if settled is not None and self._link.send(Frame(Kind.MARK, body=mark).encoded()):
            self._marks[mark] = settled
        elif settled is not None:
            settled.set_result(None)

    def _received(self, frame: Frame) -> None:
        match frame.kind:
            case Kind.MESSAGE:
                self._here.publish(frame.channel, frame.body)
            case Kind.MARK if frame.body in self._marks:
                self._marks.pop(frame.body).set_result(None)


class Relay:
    """The supervisor's side: what one worker sends goes to the others, unless one of them does not keep up.

    `group` is a number that no other supervisor has.
    """

    def __init__(self) -> None:
        self.group = secrets.randbits(63)
        self._links: dict[object, Link] = {}
        self._taps: dict[str, Callable[[object, bytes], None]] = {}

    def tap(self, channel: str, heard: Callable[[object, bytes], None]) -> None:
        """Hear what workers say on a channel, each by its key; it goes no further."""
        self._taps[channel] = heard

    def tell(self, key: object, channel: str, message: bytes) -> None:
        """Say something to one worker, if it is still there."""
        if key in self._links:
            self._links[key].send(Frame(Kind.MESSAGE, channel, message).encoded())

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
            case Kind.MESSAGE if frame.channel in self._taps:
                self._taps[frame.channel](key, frame.body)
            case Kind.MESSAGE:
                for link in self._others(key):
                    link.send(encoded)
            case Kind.MARK:
                if key in self._links:
                    self._links[key].send(encoded)

    def _others(self, key: object) -> Iterable[Link]:
        return [link for other, link in self._links.items() if other != key]

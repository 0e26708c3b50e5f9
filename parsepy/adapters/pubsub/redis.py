"""Messages between hosts over Redis, with Parse Servers among them; those of one host reach each other without it.

Parse Server's own channels carry what it puts there, and a key more that names the sender: who hears himself, or a worker of
his host, passes the message over. All other channels stand below `parsepy:`; the sender's name stands before the message.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections import deque
from collections.abc import Collection

from redis.asyncio import Redis
from redis.asyncio.client import PubSub as Subscription
from redis.exceptions import RedisError

from parsepy.adapters.pubsub.base import Callback, PubSub
from parsepy.adapters.pubsub.memory import MemoryPubSub
from parsepy.adapters.redis_server import RedisServer, without_effect

log = logging.getLogger(__name__)

PREFIX = "parsepy:"
MOST_WAITING = 8 << 20
"""Bytes that wait for Redis at most; the oldest messages give way."""
MOST_AT_ONCE = 200
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0
GRACE_SECONDS = 2.5
"""After a break what waited is held back for so long: the other servers need the time to come back, and to listen."""
START_SECONDS = 1.0
"""An app that opens waits for Redis no longer."""
END_SECONDS = 0.5
SILENCE_SECONDS = 10.0
"""Who hears nothing for so long asks for a sign of life, and takes the connection for dead when none comes."""


class RedisPubSub:
    """Adds the servers on a Redis to those that `near` reaches.

    Of the channels only those of `shared`, which hold JSON objects as Parse Server has them, and those that begin with
    `prefix` go beyond the host. Messages are published at `told_at` and heard at `heard_at`. Whoever calls never waits for
    Redis; without it messages reach those near by, and as many wait as `MOST_WAITING` holds. What was under way when a
    connection broke is not sent again: nobody is told twice.
    """

    def __init__(
        self, near: PubSub, told_at: RedisServer, heard_at: RedisServer, *, shared: Collection[str], prefix: str
    ) -> None:
        self.group = near.group
        self._near = near
        self._told_at = told_at
        self._heard_at = heard_at
        self._shared = frozenset(shared)
        self._prefix = prefix
        self._far = MemoryPubSub()
        self._channels: dict[str, str] = {}
        self._outgoing = Outgoing()
        self._is_connected = asyncio.Event()
        self._has_new_channels = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._was_away = False

    async def open(self) -> None:
        """Connect in the background; waits a moment, so that a server that has started usually hears everything."""
        for name in dict.fromkeys(without_effect(self._told_at.options) + without_effect(self._heard_at.options)):
            log.warning("redisOptions.%s has no effect here", name)
        self._task = asyncio.get_running_loop().create_task(self._keep_connected(), name="Redis")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._is_connected.wait(), START_SECONDS)

    async def close(self) -> None:
        """Send what waits, if that is quickly done, and leave."""
        if self._task is None:
            return
        if self._is_connected.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._outgoing.sent(), END_SECONDS)
        self._task.cancel()
        await asyncio.wait([self._task])

    def publish(self, channel: str, message: bytes) -> None:
        """Tell those near by, and the other hosts as soon as Redis takes it."""
        self._near.publish(channel, message)
        if channel in self._shared:
            self._outgoing.put(channel, _signed(message, self.group))
        elif channel.startswith(self._prefix):
            self._outgoing.put(PREFIX + channel, self.group.encode() + b":" + message)

    def subscribe(self, channel: str, callback: Callback) -> None:
        """Hear what is published on the channel, near and far."""
        self._near.subscribe(channel, callback)
        if channel in self._shared or channel.startswith(self._prefix):
            self._far.subscribe(channel, callback)
            self._channels[channel if channel in self._shared else PREFIX + channel] = channel
            self._has_new_channels.set()

    async def settled(self) -> None:
        """Return when those near by are about to know; nobody waits for the others."""
        await self._near.settled()

    async def _keep_connected(self) -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                await self._converse()
            except* (RedisError, OSError) as group:
                self._tell_of_loss(f"cannot be reached: {_first(group)}")
            except* Exception as group:  # noqa: BLE001 - the edge: who ends here hears nothing ever again
                self._tell_of_loss("cannot be used", group)
            pause = FIRST_PAUSE if self._is_connected.is_set() else min(2 * pause, LONGEST_PAUSE)
            self._is_connected.clear()
            self._was_away = True
            await asyncio.sleep(random.uniform(pause / 2, pause))  # noqa: S311 - servers need not come back all at once

    def _tell_of_loss(self, problem: str, error: BaseException | None = None) -> None:
        """Log why there is no connection, once."""
        if self._is_connected.is_set() or not self._was_away:
            log.warning("Redis at %s %s", self._told_at.name, problem, exc_info=error)

    async def _converse(self) -> None:
        """Hear and tell until a connection breaks; that ends both, for whoever listened at the far end is lost as well."""
        async with self._told_at.client() as teller, self._heard_at.client() as listener, listener.pubsub() as heard:
            await teller.ping()
            self._has_new_channels.clear()
            await heard.subscribe(PREFIX, *self._channels)
            async with asyncio.TaskGroup() as group:
                group.create_task(self._hear(heard))
                group.create_task(self._subscribe_further(heard))
                if self._was_away:
                    log.warning("Redis at %s is there again", self._told_at.name)
                self._is_connected.set()
                if self._was_away:
                    await asyncio.sleep(GRACE_SECONDS)
                await self._tell(teller)

    async def _tell(self, teller: Redis) -> None:
        while True:
            messages = await self._outgoing.take(MOST_AT_ONCE)
            async with teller.pipeline(transaction=False) as pipeline:
                for channel, message in messages:
                    pipeline.publish(channel, message)
                await pipeline.execute()
            self._outgoing.done()

    async def _hear(self, heard: Subscription) -> None:
        is_asked = False
        while True:
            message = await heard.get_message(ignore_subscribe_messages=False, timeout=SILENCE_SECONDS)
            if message is None and is_asked:
                raise ConnectionError("no sign of life")
            is_asked = message is None
            if message is None:
                await heard.ping()
            elif message["type"] == "message":
                self._received(message["channel"].decode(), message["data"])

    async def _subscribe_further(self, heard: Subscription) -> None:
        while True:
            await self._has_new_channels.wait()
            self._has_new_channels.clear()
            await heard.subscribe(*self._channels)

    def _received(self, name: str, payload: bytes) -> None:
        channel = self._channels.get(name)
        if channel is None:
            return
        if channel in self._shared:
            is_own, message = payload.endswith(_signature(self.group)), payload
        else:
            sender, _, message = payload.partition(b":")
            is_own = sender == self.group.encode()
        if is_own:
            return
        try:
            self._far.publish(channel, message)
        except Exception:
            # Anybody who reaches the Redis can write there.
            log.exception("A message on channel %s of Redis was not understood", name)


class Outgoing:
    """What waits to be sent, bounded; the oldest gives way, and the next that is taken tells how much was lost."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[str, bytes]] = deque()
        self._size = 0
        self._lost = 0
        self._is_filled = asyncio.Event()
        self._is_sent = asyncio.Event()
        self._is_sent.set()

    def put(self, channel: str, message: bytes) -> None:
        """Add a message."""
        self._waiting.append((channel, message))
        self._size += len(message)
        while self._size > MOST_WAITING:
            self._size -= len(self._waiting.popleft()[1])
            self._lost += 1
        self._is_filled.set()
        self._is_sent.clear()

    async def take(self, most: int) -> list[tuple[str, bytes]]:
        """The oldest messages, as soon as there are any."""
        await self._is_filled.wait()
        if self._lost:
            log.warning("%d messages to other servers were lost while Redis was away", self._lost)
            self._lost = 0
        taken = [self._waiting.popleft() for _ in range(min(most, len(self._waiting)))]
        self._size -= sum(len(message) for _, message in taken)
        if not self._waiting:
            self._is_filled.clear()
        return taken

    def done(self) -> None:
        """What was taken last is sent."""
        if not self._waiting:
            self._is_sent.set()

    async def sent(self) -> None:
        """Return when nothing waits any more."""
        await self._is_sent.wait()


def _signed(message: bytes, group: str) -> bytes:
    """A JSON object that is not empty, with the name of its sender."""
    return message[:-1] + _signature(group)


def _signature(group: str) -> bytes:
    return b',"parsepy":"' + group.encode() + b'"}'


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    found: BaseException = group
    while isinstance(found, BaseExceptionGroup):
        found = found.exceptions[0]
    return found

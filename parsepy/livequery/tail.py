"""Followers that want every change once and in order: what they are told comes from the log of changes.

What servers tell each other only wakes the tail up, or spares it a look at the log: it is told on if it is the very next
entry. What was never told, because its process died, is found in the log a moment later.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

from parsepy.adapters.storage.base import StorageError
from parsepy.core.context import App
from parsepy.core.live import change_log, intents, switches
from parsepy.core.live.change_log import Entry, Position, position_of
from parsepy.core.live.changes import Change
from parsepy.livequery import notices
from parsepy.livequery.following import Follower
from parsepy.livequery.metrics import Metrics
from parsepy.livequery.numbered import NumberedHub

log = logging.getLogger(__name__)

POLL_SECONDS = 1.0
"""How often the log is looked at, whatever is heard, while anybody follows it."""

CARE_SECONDS = 60.0
"""How often old entries are dropped, and the classes that are followed noted as used."""

MOST_HEARD = 1_000
"""So much of what servers tell waits for its turn; the rest is found in the log."""


class Tail:
    """Those of an app's followers in this process who are told by the log."""

    def __init__(self, app: App, server_url: str, metrics: Metrics) -> None:
        self.app = app
        self._server_url = server_url
        self._metrics = metrics
        self._hub = self._new_hub()
        self._joining: set[NumberedHub] = set()
        self._followers: defaultdict[str, set[Follower]] = defaultdict(set)
        self._at = Position("", 0)
        self._heard: dict[int, Change] = {}
        self._unnumbered: deque[Change] = deque(maxlen=MOST_HEARD)
        self._wake = asyncio.Event()
        self._turn = asyncio.Lock()
        self._is_lost = False
        self._looked_at = self._cared_at = time.monotonic()

    @property
    def position(self) -> Position:
        """How far the followers have been told."""
        return self._at

    @property
    def is_followed(self) -> bool:
        """Whether anybody is there to be told."""
        return bool(self._followers or self._joining)

    def use(self, app: App) -> None:
        """Go on with the same app and other cloud code."""
        self.app = app
        for hub in (self._hub, *self._joining):
            hub.use(app)

    def hear(self, change: Change) -> None:
        """Take note of a change that a server tells of. One without a cursor is of a server that keeps no log."""
        if not self.is_followed:
            return
        place = position_of(change.cursor)
        if place is None:
            if change.class_name in self._followers:
                self._unnumbered.append(change)
        elif place.number > self._at.number and len(self._heard) < MOST_HEARD:
            self._heard[place.number] = change
        self._wake.set()

    def doubt(self, *, tokens: Collection[str] = (), user_id: str | None = None, everybody: bool = False) -> None:
        """Look again at who the followers are before the next change is told."""
        for hub in (self._hub, *self._joining):
            hub.doubt(tokens=tokens, user_id=user_id, everybody=everybody)

    async def start(self) -> Position:
        """Where the log ends now. Raises StorageError."""
        async with self._turn:
            epoch = await change_log.epoch(self.app.storage)
            if self._followers and epoch == self._at.epoch:
                await self._tell_new()
            else:
                self._at = Position(epoch, await change_log.head(self.app.storage))
                self._heard.clear()
            return self._at

    @asynccontextmanager
    async def alone(self, follower: Follower) -> AsyncIterator[NumberedHub]:
        """A hub of the follower's own, by which he is told what he has missed."""
        hub = self._new_hub()
        await hub.follow(follower)
        self._joining.add(hub)
        self._wake.set()
        try:
            yield hub
        finally:
            self._joining.discard(hub)
            hub.leave(follower)

    @asynccontextmanager
    async def at_its_end(self) -> AsyncIterator[Position]:
        """All followers have been told everything; nothing new is told during the block. Raises StorageError."""
        async with self._turn:
            await self._tell_new()
            yield self._at

    async def add(self, follower: Follower) -> None:
        """Tell a follower what comes behind `position`. To be called within `at_its_end`."""
        self._followers[follower.class_name].add(follower)
        await self._hub.follow(follower)

    def leave(self, follower: Follower) -> None:
        """Tell a follower nothing more, if he was told anything."""
        followers = self._followers.get(follower.class_name)
        if followers is None or follower not in followers:
            return
        followers.remove(follower)
        if not followers:
            del self._followers[follower.class_name]
        self._hub.leave(follower)

    async def run(self) -> None:
        """Tell what comes; runs until it is cancelled."""
        while True:
            await self._woken()
            try:
                is_due = time.monotonic() - self._looked_at >= POLL_SECONDS / 2
                async with self._turn:
                    await self._tell_new(thorough=is_due)
                if is_due and self.is_followed:
                    await self._care()
                self._is_lost = False
            except StorageError as exc:
                if not self._is_lost:
                    log.warning("the log of changes cannot be read: %s", exc)
                self._is_lost = True

    async def _woken(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(POLL_SECONDS if self.is_followed else None):
                await self._wake.wait()
        self._wake.clear()

    async def _tell_new(self, *, thorough: bool = True) -> None:
        while entries := await self._next(thorough):
            for entry in entries:
                await self.tell(self._hub, entry, self._followers.get(entry.class_name, ()))
                self._at = replace(self._at, number=entry.number)
        while self._unnumbered:
            change = self._unnumbered.popleft()
            await self.tell(self._hub, Entry(0, change.class_name, change), ())

    async def tell(self, hub: NumberedHub, entry: Entry, followers: Collection[Follower]) -> None:
        """Tell those of a hub of an entry; where it does not say what happened, tell the followers of its class so."""
        if entry.change is None:
            place = replace(self._at, number=entry.number)
            for follower in followers:
                follower.outlet.send(notices.resync(follower, place))
            return
        try:
            await hub.tell(entry.change)
        except Exception:
            log.exception("a change of class %s could not be told", entry.class_name)

    async def _next(self, thorough: bool) -> Sequence[Entry]:
        """The next entries, without a gap."""
        following = self._at.number + 1
        heard = self._heard.pop(following, None)
        if heard is not None:
            return [Entry(following, heard.class_name, heard)]
        if not (thorough or self._heard) or not self.is_followed:
            return ()
        self._heard = {number: change for number, change in self._heard.items() if number > following}
        entries = _unbroken(following, await self._page())
        if entries is None:
            # While entries are added, a store may show a later one and not yet the one before.
            entries = _unbroken(following, later := await self._page())
            if entries is None:
                entries = self._skipped_to(later)
        return entries

    async def _page(self) -> list[Entry]:
        self._looked_at = time.monotonic()
        return await change_log.page(self.app.storage, self._at)

    def _skipped_to(self, entries: list[Entry]) -> Sequence[Entry]:
        """Go on behind entries that were dropped before they were told: this process has fallen far behind."""
        self._at = replace(self._at, number=entries[0].number - 1)
        for followers in self._followers.values():
            for follower in followers:
                follower.outlet.send(notices.resync(follower, self._at))
        return _unbroken(entries[0].number, entries) or ()

    async def _care(self) -> None:
        if not self.app.storage.takes_turns:
            await intents.of(self.app).sweep(self.app)
        if time.monotonic() - self._cared_at < CARE_SECONDS:
            return
        self._cared_at = time.monotonic()
        await switches.use(self.app, list(self._followers))
        await change_log.tidy(self.app, switches.of(self.app).kept_for)

    def _new_hub(self) -> NumberedHub:
        return NumberedHub(self.app, self._server_url, self._metrics)


def _unbroken(first: int, entries: list[Entry]) -> Sequence[Entry] | None:
    """The entries as far as their numbers follow each other from the first on; None if that is missing."""
    if entries and entries[0].number != first:
        return None
    return [entry for number, entry in enumerate(entries, first) if entry.number == number]

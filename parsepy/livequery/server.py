"""The live query server of one app in this process: what it hears of changes, sessions and roles."""

from __future__ import annotations

import asyncio
import logging

import orjson

from parsepy.adapters.pubsub.base import Callback
from parsepy.core.context import App
from parsepy.core.live import switches
from parsepy.core.live.changes import DELETED, SAVED, decoded
from parsepy.core.live.interest import RENEWAL_SECONDS
from parsepy.livequery.hub import Hub
from parsepy.livequery.tail import Tail
from parsepy.system import revocations

log = logging.getLogger(__name__)


class LiveServer:
    """The hub of one app, fed with what is published. `listen` before that, `run` as long as the app is open."""

    def __init__(self, app: App, server_url: str) -> None:
        self.app = app
        self.hub = Hub(app, server_url)
        if switches.of(app).kept_for:
            self.hub.tail = Tail(app, server_url, self.hub.metrics)

    def listen(self) -> None:
        """Hear of changes, and of what is no longer true of sessions and roles."""
        for kind in (SAVED, DELETED):
            self.app.pubsub.subscribe(f"{self.app.settings.app_id}{kind}", self._hears(kind))
        self.app.pubsub.subscribe(revocations.channel(self.app), self._revoked)
        self.app.pubsub.subscribe(revocations.clear_cache_channel(self.app), lambda _: self.hub.doubt(everybody=True))

    async def run(self) -> None:
        """Tell followers of changes; runs until it is cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.hub.run())
            group.create_task(self._renewing())
            if self.hub.tail is not None:
                group.create_task(self.hub.tail.run())

    def _hears(self, kind: str) -> Callback:
        def hear(payload: bytes) -> None:
            try:
                self.hub.receive(decoded(kind, payload))
            except ValueError as exc:
                log.warning("a message on channel %s was passed over: %s", kind, exc)

        return hear

    def _revoked(self, message: bytes) -> None:
        match orjson.loads(message):
            case {"tokens": tokens}:
                self.hub.doubt(tokens=frozenset(tokens))
            case {"user": user_id}:
                self.hub.doubt(user_id=user_id)
            case _:
                self.hub.doubt(everybody=True)

    async def _renewing(self) -> None:
        while self.app.live is not None:
            await self.app.clock.sleep(RENEWAL_SECONDS)
            self.app.live.renew()

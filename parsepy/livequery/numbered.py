"""A hub whose messages say which change they are about, so that a client can come back to it."""

from __future__ import annotations

from collections.abc import Mapping

from parsepy.core.context import App
from parsepy.core.live.changes import Change
from parsepy.livequery.events import Told
from parsepy.livequery.following import Follower
from parsepy.livequery.hub import Hub
from parsepy.livequery.metrics import Metrics
from parsepy.livequery.rights import Rights


class NumberedHub(Hub):
    """Adds `cursor` to what is told. Changes are told one after another."""

    def __init__(self, app: App, server_url: str, metrics: Metrics) -> None:
        super().__init__(app, server_url)
        self.metrics = metrics
        self._cursor = ""

    async def tell(self, change: Change) -> None:
        """Tell of a change everybody who follows the object and may see it."""
        self._cursor = change.cursor
        await super().tell(change)

    def _place(self) -> Mapping[str, str]:
        return {"cursor": self._cursor} if self._cursor else {}

    def _tail(self, follower: Follower, rights: Rights, event: Told) -> bytes:
        tail = super()._tail(follower, rights, event)
        return tail[:-1] + b',"cursor":"' + self._cursor.encode() + b'"}' if self._cursor else tail

"""Where clients of live queries come in: how many there may be, and which app each is for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from parsepy.core.context import App
from parsepy.errors import ErrorCode
from parsepy.livequery import triggers
from parsepy.livequery.connection import Connection
from parsepy.livequery.following import Outlet
from parsepy.livequery.hub import Hub
from parsepy.livequery.messages import RefusedError
from parsepy.livequery.metrics import Metrics


@dataclass(frozen=True, slots=True)
class Limits:
    """How many clients there may be in this process, and of one address; how many subscriptions of one client."""

    clients: int = 20_000
    clients_of_address: int = 10_000
    subscriptions: int = 1_000


class LiveDoor:
    """Takes in clients for the apps whose hubs are given, by application id."""

    def __init__(self, hubs: Mapping[str, Hub], limits: Limits | None = None) -> None:
        self._hubs = hubs
        self._limits = limits or Limits()
        self._clients = 0
        self._addresses: Counter[str] = Counter()

    @property
    def metrics(self) -> Mapping[str, Metrics]:
        """What is counted for each app, by application id."""
        return {app_id: hub.metrics for app_id, hub in self._hubs.items()}

    def reopen(self, apps: Mapping[str, App]) -> None:
        """Go on with other cloud code: these are the same apps, by application id."""
        for app_id, hub in self._hubs.items():
            if app_id in apps:
                hub.use(apps[app_id])

    def connect(self, outlet: Outlet, ip: str) -> Connection:
        """Take in a client. Raises RefusedError if there are too many, or too many from its address."""
        limits = self._limits
        if self._clients >= limits.clients or self._addresses[ip] >= limits.clients_of_address:
            raise RefusedError("Too many connections.", int(ErrorCode.REQUEST_LIMIT_EXCEEDED))
        self._clients += 1
        self._addresses[ip] += 1
        for hub in self._hubs.values():
            triggers.announce(hub, "ws_connect")
        return Connection(self._hubs, outlet, most_subscriptions=limits.subscriptions)

    def disconnect(self, connection: Connection, ip: str, *, was_too_slow: bool = False) -> None:
        """Let go of a client."""
        connection.close(was_too_slow=was_too_slow)
        self._clients -= 1
        self._addresses[ip] -= 1
        if not self._addresses[ip]:
            del self._addresses[ip]

"""The servers that share a database: what each runs, what it did for an activation, and whether it is still there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from parsepy.adapters.storage.base import Object
from parsepy.core.context import App
from parsepy.core.own_classes import ensured
from parsepy.model import values
from parsepy.model.ops import Op, Set, SetOnInsert
from parsepy.model.own_classes import SERVERS
from parsepy.model.where import In, Query, by_id

BEAT_SECONDS = 2.0
"""So often a server shows that it is there."""
LIVE_SECONDS = 12.0
"""Who showed nothing for as long is not waited for."""
FORGET_SECONDS = 60.0
"""And is taken off the list after as long."""
PREPARED, SERVING, STUCK = "prepared", "serving", "failed"


@dataclass(frozen=True)
class Server:
    """One server: `id` is new with every start, `name` tells people which it is. `release` is what it runs; empty: none.

    `step` is how far it is with the attempt `ticket`; `problems` is why it is stuck there.
    `workers` holds `{"worker": number, "release": id, "healthy": bool}` each.
    """

    id: str
    name: str
    release: str = ""
    ticket: str = ""
    step: str = ""
    problems: tuple[str, ...] = ()
    workers: tuple[dict[str, Any], ...] = ()
    beat: int = 0


async def tell(app: App, server: Server) -> None:
    """Let the others know how the server is."""
    now = values.iso(app.now())
    columns = {
        "server": server.name,
        "release": server.release,
        "ticket": server.ticket,
        "step": server.step,
        "problems": list(server.problems),
        "workers": list(server.workers),
        "beat": server.beat,
        "updatedAt": now,
    }
    ops: dict[str, Op] = {name: Set(value) for name, value in columns.items()}
    await app.storage.update(
        await ensured(app, SERVERS), by_id(server.id), {**ops, "createdAt": SetOnInsert(now)}, upsert=True
    )


async def known(app: App) -> list[Server]:
    """All servers on the list, also those that have stopped lately without a word."""
    return [_server(row) for row in await app.storage.find(await ensured(app, SERVERS), Query())]


async def forget(app: App, ids: Sequence[str]) -> None:
    """Take servers off the list."""
    await app.storage.delete(await ensured(app, SERVERS), In("objectId", tuple(ids)))


class Pulses:
    """Who is alive, judged by this server's own watch: the clocks of others may be wrong."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._last: dict[str, tuple[int, float]] = {}

    def see(self, servers: Iterable[Server]) -> None:
        """Take note of the beats; a server that is new counts as alive."""
        now = self._seconds()
        last = self._last
        self._last = {
            server.id: last[server.id] if last.get(server.id, (None,))[0] == server.beat else (server.beat, now)
            for server in servers
        }

    @property
    def live(self) -> frozenset[str]:
        """The ids of those that are waited for."""
        return self._silent_for_less_than(LIVE_SECONDS)

    @property
    def gone(self) -> frozenset[str]:
        """The ids of those that will not come back."""
        return frozenset(self._last) - self._silent_for_less_than(FORGET_SECONDS)

    def _silent_for_less_than(self, seconds: float) -> frozenset[str]:
        since = self._seconds() - seconds
        return frozenset(server for server, (_, seen) in self._last.items() if seen > since)


def _server(row: Object) -> Server:
    return Server(
        id=row["objectId"],
        name=row["server"],
        release=row["release"],
        ticket=row["ticket"],
        step=row["step"],
        problems=tuple(row["problems"]),
        workers=tuple(row["workers"]),
        beat=int(row["beat"]),
    )

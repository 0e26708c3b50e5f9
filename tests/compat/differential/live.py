"""A scenario's client of live queries; what it says and what it is told is written into the transcript.

That somebody is told nothing cannot be waited for. Every client therefore follows a class of fences as well: after a change an
object of it is saved, and what came before that object is all that the change led to.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import ClientWebSocketResponse, WSMsgType

from tests.compat.differential.answers import Record

if TYPE_CHECKING:
    from tests.compat.differential.script import Script

Told = dict[str, Any]

FENCE = 0
"""The number of the subscription to fences, in every client."""
FENCES = 3
"""The reference tells of several changes at once; what an earlier one leads to is through before the last fence is."""
ANSWER_SECONDS = 5.0
CLOSED: Told = {"op": "(closed)"}


@dataclass(eq=False)
class LiveClient:
    """One connection. Use it as `async with s.live("ann", token) as ann`; `name` stands in the transcript."""

    script: Script
    name: str
    socket: ClientWebSocketResponse
    token: str = ""
    _waiting: list[Told] = field(default_factory=list)
    _fence: int = 0

    async def say(self, message: Any, *, answers: int = 1, label: str = "") -> list[Told]:
        """Send a message (a text as it is, anything else as JSON) and record that many answers to it, or fewer."""
        await self.socket.send_str(message if isinstance(message, str) else json.dumps(message))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ANSWER_SECONDS):
                while len(self._waiting) < answers:
                    self._waiting.append(await self._next())
        return self._record("says", label, sent=message)

    async def connect(self, token: str = "", **fields: Any) -> list[Told]:
        """Send `connect` with the app's id, and follow the fences."""
        self.token = token
        session = {"sessionToken": token} if token else {}
        answer = await self.say({"op": "connect", "applicationId": "test", **session, **fields})
        fences = {"className": self.script.name("Fence"), "where": {}}
        await self.socket.send_json({"op": "subscribe", "requestId": FENCE, "query": fences})
        while (await self._next()).get("requestId") != FENCE:
            pass
        return answer

    async def follow(
        self,
        class_name: str,
        where: dict[str, Any] | None = None,
        *,
        number: int = 1,
        token: str | None = None,
        label: str = "",
        **query: Any,
    ) -> list[Told]:
        """Subscribe; system classes keep their name, others are told apart from those of other scenarios.

        As the SDKs do, with the token of the connection again; `token` is another one, or empty for none.
        """
        name = class_name if class_name.startswith("_") else self.script.name(class_name)
        session = {"sessionToken": sent} if (sent := self.token if token is None else token) else {}
        asked = {"className": name, "where": where or {}, **query}
        return await self.say({"op": "subscribe", "requestId": number, "query": asked, **session}, label=label)

    async def until(self, fence: int) -> None:
        """Wait for that fence."""
        while self._fence < fence:
            await self._take()

    async def _take(self) -> None:
        told = await self._next()
        if told.get("requestId") == FENCE and told["op"] == "create":
            self._fence = told["object"]["fence"]
        else:
            self._waiting.append(told)

    async def _next(self) -> Told:
        async with asyncio.timeout(ANSWER_SECONDS * 4):
            message = await self.socket.receive()
        if message.type is not WSMsgType.TEXT:
            return dict(CLOSED)
        told: Told = json.loads(message.data)
        return told

    def _record(self, verb: str, label: str, **sent: Any) -> list[Told]:
        """Write down what was told since the last record, by subscription: between those no order is kept."""
        told = self.taken()
        record: Record = {"label": label} if label else {}
        self.script.transcript.append({**record, "request": f"{self.name} {verb}", **sent, "body": told})
        return told

    def taken(self) -> list[Told]:
        """What was told since the last time, which is then forgotten."""
        told = sorted(self._waiting, key=lambda one: one.get("requestId") or 0)
        self._waiting.clear()
        return told

    def recorded(self, label: str) -> list[Told]:
        """Write down what this client was told of the changes since the last record."""
        return self._record("is told", label)


@contextlib.asynccontextmanager
async def connected(script: Script, name: str, path: str, *, pings: bool = True) -> AsyncIterator[LiveClient]:
    """A connection on which nothing is said yet; without `pings` they are left unanswered."""
    address = script.origin + path if path else script.base
    async with script.session.ws_connect(address, autoping=pings) as socket:
        yield LiveClient(script, name, socket)


async def pass_fences(script: Script, *clients: LiveClient) -> None:
    """Return when the clients have been told of all changes up to now."""
    for _ in range(FENCES):
        number = script.next_fence()
        await script.post(f"classes/{script.name('Fence')}", {"fence": number}, as_="master", record=False)
        await asyncio.gather(*(client.until(number) for client in clients))

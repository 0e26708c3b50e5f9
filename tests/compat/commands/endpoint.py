"""An endpoint that looks like a MongoDB replica set, writes down the commands it gets, and asks the stand-in for answers.

What the stand-in lacks is answered here: sessions and transactions (every one commits), change streams (nothing ever
happens), explain, and every other read that it refuses (no rows). So the commands of all features are seen, of any server.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import bson

from tests.compat.commands import wire
from tests.compat.commands.wire import Document

REPLICA_SET = "rs0"
WIRE_VERSION = 21
STREAM_ID = 77
NO_GEO_INDEX = 291
HANDSHAKES = frozenset({"hello", "ismaster", "isMaster"})
OF_SESSIONS = frozenset({"commitTransaction", "abortTransaction", "endSessions", "killSessions", "refreshSessions"})
READS = frozenset({"find", "aggregate", "count", "distinct"})
OF_THE_DRIVER = (
    "lsid",
    "$clusterTime",
    "txnNumber",
    "startTransaction",
    "autocommit",
    "readConcern",
    "$readPreference",
)


@dataclass
class Endpoint:
    """A primary and a secondary on one record.

    `uri` is the address without a database; `commands` holds what came, in order, and `handshakes` how clients greeted.
    """

    backend: str
    ports: tuple[int, int] = (0, 0)
    commands: list[Document] = field(default_factory=list)
    handshakes: list[Document] = field(default_factory=list)
    _geo_indexes: set[tuple[str, str]] = field(default_factory=set)

    @property
    def hosts(self) -> list[str]:
        return [f"127.0.0.1:{port}" for port in self.ports]

    @property
    def uri(self) -> str:
        return f"mongodb://{self.hosts[0]}"

    def forget(self) -> None:
        """Start a new record."""
        self.commands.clear()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Speak with one client until it hangs up."""
        backend = Backend(self.backend)
        try:
            while True:
                message = await wire.read(reader)
                answer = self._greeted(message.document, writer) or await self.answer(message.document, backend)
                if message.wants_reply:
                    writer.write(wire.reply(message, answer))
                    await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # The client has gone.
        finally:
            backend.close()
            writer.close()

    def _greeted(self, command: Document, writer: asyncio.StreamWriter) -> Document | None:
        if next(iter(command)) not in HANDSHAKES:
            return None
        self.handshakes.append(command)
        return self._hello(writer.get_extra_info("sockname")[1])

    async def answer(self, command: Document, backend: Backend) -> Document:
        """What is sent back to the client."""
        name = next(iter(command))
        self.commands.append(command)
        if name in OF_SESSIONS:
            return {"ok": 1.0}
        if name == "explain":
            return {"queryPlanner": {"winningPlan": {"stage": "EOF"}}, "ok": 1.0}
        if _is_stream(command):
            return _cursor(command, cursor_id=STREAM_ID)
        if name == "getMore" and command["getMore"] == STREAM_ID:
            await asyncio.sleep(command.get("maxTimeMS", 1000) / 1000)
            return _cursor({"collection": command["collection"], **command}, cursor_id=STREAM_ID, batch="nextBatch")
        missing = self._missing_geo_index(command)
        return missing or await self._forwarded(command, backend)

    async def _forwarded(self, command: Document, backend: Backend) -> Document:
        self._note_indexes(command)
        plain = {key: value for key, value in command.items() if key not in OF_THE_DRIVER}
        answer = await backend.ask(plain)
        name = next(iter(command))
        if answer.get("ok") or name not in READS:
            return answer
        return {"values": [], "n": 0, **_cursor(command)}

    def _note_indexes(self, command: Document) -> None:
        for index in command.get("indexes", ()) if "createIndexes" in command else ():
            for path, kind in index["key"].items():
                if kind in {"2d", "2dsphere"}:
                    self._geo_indexes.add((command["createIndexes"], path))

    def _missing_geo_index(self, command: Document) -> Document | None:
        """What MongoDB answers where `$nearSphere` has no index."""
        filter_ = command.get("filter", {}) if "find" in command else {}
        near = [path for path, value in filter_.items() if isinstance(value, Mapping) and "$nearSphere" in value]
        if not near or (command["find"], near[0]) in self._geo_indexes:
            return None
        tree = f"Tree: GEONEAR  field={near[0]} maxdist=1 isNearSphere=1"
        text = f"error processing query: {tree} :: caused by :: unable to find index for $geoNear query"
        return {"ok": 0.0, "errmsg": text, "code": NO_GEO_INDEX, "codeName": "NoQueryExecutionPlans"}

    def _hello(self, port: int) -> Document:
        is_primary = port == self.ports[0]
        return {
            "isWritablePrimary": is_primary,
            "ismaster": is_primary,
            "secondary": not is_primary,
            "helloOk": True,
            "setName": REPLICA_SET,
            "setVersion": 1,
            "hosts": self.hosts,
            "primary": self.hosts[0],
            "me": f"127.0.0.1:{port}",
            "maxBsonObjectSize": 16 << 20,
            "maxMessageSizeBytes": 48_000_000,
            "maxWriteBatchSize": 100_000,
            "localTime": datetime.now(UTC),
            "logicalSessionTimeoutMinutes": 30,
            "minWireVersion": 0,
            "maxWireVersion": WIRE_VERSION,
            "readOnly": False,
            "ok": 1.0,
        }


@dataclass
class Backend:
    """One connection to the stand-in, made anew when the stand-in hangs up on what it does not know."""

    address: str
    _streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
    _number: int = 0

    async def ask(self, command: Mapping[str, Any]) -> Document:
        try:
            if self._streams is None:
                host, port = self.address.removeprefix("mongodb://").split(":")
                self._streams = await asyncio.open_connection(host, int(port))
            reader, writer = self._streams
            self._number += 1
            writer.write(wire.request(self._number, command))
            await writer.drain()
            return (await wire.read(reader)).document
        except (asyncio.IncompleteReadError, ConnectionError):
            self.close()
            return {"ok": 0.0, "errmsg": "the stand-in hung up", "code": 1}

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


def endpoint(backend: str) -> contextlib.AbstractAsyncContextManager[Endpoint]:
    """An endpoint in front of the stand-in at `backend` (`mongodb://host:port`)."""
    return serving(Endpoint(backend))


@contextlib.asynccontextmanager
async def serving(made: Endpoint) -> AsyncIterator[Endpoint]:
    """An endpoint on two free ports."""
    servers = [await asyncio.start_server(made.serve, "127.0.0.1", 0) for _ in range(2)]
    primary, secondary = (server.sockets[0].getsockname()[1] for server in servers)
    made.ports = (primary, secondary)
    try:
        yield made
    finally:
        for server in servers:
            server.close()


def _is_stream(command: Document) -> bool:
    pipeline = command.get("pipeline") or [{}]
    return "aggregate" in command and "$changeStream" in pipeline[0]


def _cursor(command: Document, *, cursor_id: int = 0, batch: str = "firstBatch") -> Document:
    name = command.get("collection") or command[next(iter(command))]
    cursor: Document = {"id": bson.Int64(cursor_id), "ns": f"{command.get('$db', 'x')}.{name}", batch: []}
    if cursor_id:
        cursor["postBatchResumeToken"] = {"_data": "8260"}
    return {"cursor": cursor, "ok": 1.0}

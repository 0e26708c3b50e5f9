"""An app in the test's own process on an empty in-memory database, and a client that goes through its door."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson
from multidict import CIMultiDict

from parsepy.api.admission import Incoming
from parsepy.api.dispatch import dispatch
from parsepy.api.gates import Door
from parsepy.api.router import Content
from parsepy.app import door, running
from parsepy.cloud.registry import Cloud
from parsepy.core.context import App
from parsepy.settings import load

KEYS = {
    "appId": "test",
    "masterKey": "the-master-key",
    "readOnlyMasterKey": "the-read-only-key",
    "maintenanceKey": "the-maintenance-key",
    "serverURL": "http://127.0.0.1:1337/parse",
    "databaseURI": "memory://",
    "allowClientClassCreation": True,
}
CALLERS = {
    "client": {},
    "master": {"X-Parse-Master-Key": "the-master-key"},
    "readonly": {"X-Parse-Master-Key": "the-read-only-key"},
    "maintenance": {"X-Parse-Maintenance-Key": "the-maintenance-key"},
}


@dataclass
class Bytes:
    """A body that is all there."""

    content: bytes
    length: int | None = None

    async def chunks(self) -> AsyncIterator[bytes]:
        """All of it."""
        yield self.content


@dataclass(frozen=True)
class Answer:
    """What came back; `body` is parsed JSON, or bytes."""

    status: int
    body: Any
    headers: Mapping[str, str]

    @property
    def code(self) -> int | None:
        """The Parse error code, if it is an error."""
        return self.body.get("code") if isinstance(self.body, dict) and self.status >= 400 else None


@dataclass
class Client:
    """Sends requests as one caller: `client`, `master`, `readonly`, `maintenance`, or the owner of a session token."""

    door: Door
    caller: str = "client"
    headers: Mapping[str, str] = field(default_factory=dict)
    ip: str = "127.0.0.1"

    @property
    def app(self) -> App:
        """The app behind the door."""
        return self.door.default.app

    def as_(self, caller: str, ip: str = "127.0.0.1", **headers: str) -> Client:
        """The same door for somebody else."""
        return Client(self.door, caller, headers, ip)

    def with_headers(self, headers: Mapping[str, str]) -> Client:
        """The same caller with further headers."""
        return Client(self.door, self.caller, {**self.headers, **headers}, self.ip)

    async def request(
        self, method: str, path: str, body: Any = None, *, query: Mapping[str, Any] | None = None
    ) -> Answer:
        """Send one request; `body` is JSON, or bytes as they are; `query` values that are no texts go as JSON."""
        sent = CIMultiDict({"X-Parse-Application-Id": "test", "Content-Type": "application/json"})
        sent.update(CALLERS.get(self.caller, {"X-Parse-Session-Token": self.caller}))
        sent.update({name.replace("_", "-"): value for name, value in self.headers.items()})
        texts = {n: v if isinstance(v, str) else orjson.dumps(v).decode() for n, v in (query or {}).items()}
        sent_body = None if body is None else Bytes(body if isinstance(body, bytes) else orjson.dumps(body))
        origin = "http://127.0.0.1:1337"
        incoming = Incoming(method, path, sent, urlencode(texts), self.ip, origin, sent_body, "test-1", "/parse")
        answer = (await dispatch(self.door, incoming)).response
        if isinstance(answer.body, Content):
            content = await _read(answer.body)
            return Answer(answer.status, content if answer.body.type else orjson.loads(content), answer.headers)
        return Answer(answer.status, orjson.loads(orjson.dumps(answer.body)), answer.headers)

    async def get(self, path: str, **query: Any) -> Answer:
        """Send a GET."""
        return await self.request("GET", path, query=query)

    async def post(self, path: str, body: Any = None) -> Answer:
        """Send a POST."""
        return await self.request("POST", path, {} if body is None else body)

    async def put(self, path: str, body: Any) -> Answer:
        """Send a PUT."""
        return await self.request("PUT", path, body)

    async def delete(self, path: str) -> Answer:
        """Send a DELETE."""
        return await self.request("DELETE", path)

    async def create(self, class_name: str, **fields: Any) -> str:
        """Store an object; its id."""
        answer = await self.post(f"/classes/{class_name}", fields)
        assert answer.status == 201, answer
        return str(answer.body["objectId"])

    async def sign_up(self, name: str, **fields: Any) -> User:
        """Make a user with a session."""
        answer = await self.post("/users", {"username": name, "password": f"{name}-secret", **fields})
        assert answer.status == 201, answer
        return User(answer.body["objectId"], answer.body["sessionToken"], name)


@dataclass(frozen=True)
class User:
    """A user who signed up."""

    id: str
    token: str
    name: str

    @property
    def pointer(self) -> dict[str, str]:
        """A pointer to him."""
        return {"__type": "Pointer", "className": "_User", "objectId": self.id}

    def only(self) -> dict[str, Any]:
        """An ACL for him alone."""
        return {self.id: {"read": True, "write": True}}


@asynccontextmanager
async def started(
    options: Mapping[str, Any] | None = None, cloud: Cloud | None = None, *, folder: Path
) -> AsyncIterator[Client]:
    """A client of a fresh app with these options; `folder` takes its files."""
    file = {**KEYS, "filesFolder": str(folder / "files"), **(options or {})}
    settings = load(file=file).apps[0]
    async with running(settings, cloud) as app:
        yield Client(door([app]))


async def _read(content: Content) -> bytes:
    if isinstance(content.chunks, bytes):
        return content.chunks
    return b"".join([chunk async for chunk in content.chunks])

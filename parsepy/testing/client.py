"""A client that sends its requests through the server's own door, without a socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any, Self
from urllib.parse import quote, urlencode

import orjson
from multidict import CIMultiDict

from parsepy.api.admission import Incoming
from parsepy.api.dispatch import dispatch
from parsepy.api.gates import Door
from parsepy.api.router import Content
from parsepy.cloud.codec import encode
from parsepy.core.context import App
from parsepy.errors import ErrorCode, ParseError
from parsepy.testing.answers import Answer
from parsepy.testing.people import User

PAUSE_SECONDS = 0.002
"""How long to wait, in real time, before asking again how a job is."""


@dataclass(frozen=True)
class Client:
    """Sends requests as somebody: nobody in particular, a signed-in user, or the holder of a key of the server.

    Values may be those of the SDK (`datetime`, `GeoPoint`, `ParseObject`, …) or JSON; answers are JSON as clients get it.
    `get`, `post`, `put`, `delete` and `request` give every answer as it is; all others raise ParseError for a refusal.
    """

    door: Door
    headers: Mapping[str, str] = field(default_factory=dict)
    ip: str = "127.0.0.1"
    numbers: count[int] = field(default_factory=lambda: count(1), repr=False)

    @property
    def app(self) -> App:
        """The app behind the door."""
        return self.door.default.app

    def as_(self, user: User | str) -> Self:
        """The client of a user, or of whoever has this session token."""
        return self._with("X-Parse-Session-Token", user.token if isinstance(user, User) else user)

    def as_nobody(self) -> Self:
        """A client without a session or key."""
        return self._with("", "")

    def as_master(self) -> Self:
        """The holder of the master key."""
        return self._with("X-Parse-Master-Key", self.app.settings.master_key)

    def as_read_only(self) -> Self:
        """The holder of the read-only master key."""
        return self._with("X-Parse-Master-Key", self.app.settings.read_only_master_key or "")

    def with_headers(self, headers: Mapping[str, str]) -> Self:
        """The same caller with further headers."""
        return replace(self, headers={**self.headers, **headers})

    def from_ip(self, ip: str) -> Self:
        """The same caller at another address."""
        return replace(self, ip=ip)

    async def request(
        self, method: str, path: str, body: Any = None, *, query: Mapping[str, Any] | None = None
    ) -> Answer:
        """Send one request; a `body` of bytes goes as it is, all else as JSON; so do values of `query` that are no texts."""
        sent = CIMultiDict({"X-Parse-Application-Id": self.app.settings.app_id, "Content-Type": "application/json"})
        sent.update(self.headers)
        texts = {
            name: value if isinstance(value, str) else _json(value).decode() for name, value in (query or {}).items()
        }
        content = body if body is None or isinstance(body, bytes) else _json(body)
        incoming = Incoming(
            method,
            path,
            sent,
            query=urlencode(texts),
            ip=self.ip,
            origin="http://127.0.0.1:1337",
            body=None if content is None else _Sent(content),
            request_id=f"test-{next(self.numbers)}",
            mount=self.door.mount,
        )
        answer = (await dispatch(self.door, incoming)).response
        if not isinstance(answer.body, Content):
            return Answer(answer.status, orjson.loads(orjson.dumps(answer.body)), answer.headers)
        received = await _read(answer.body)
        is_json = bool(received) and not answer.body.type
        return Answer(answer.status, orjson.loads(received) if is_json else received, answer.headers)

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
        return str(answer.checked()["objectId"])

    async def fetch(self, class_name: str, object_id: str) -> dict[str, Any]:
        """One object."""
        answer = await self.get(f"/classes/{class_name}/{object_id}")
        return dict(answer.checked())

    async def find(self, class_name: str, **where: Any) -> list[dict[str, Any]]:
        """The objects with these values in their fields, the oldest first; the server's default limit holds."""
        answer = await self.get(f"/classes/{class_name}", where=where, order="createdAt")
        return list(answer.checked()["results"])

    async def update(self, class_name: str, object_id: str, **fields: Any) -> dict[str, Any]:
        """Change an object; what the server answers."""
        answer = await self.put(f"/classes/{class_name}/{object_id}", fields)
        return dict(answer.checked())

    async def destroy(self, class_name: str, object_id: str) -> None:
        """Delete an object."""
        answer = await self.delete(f"/classes/{class_name}/{object_id}")
        answer.checked()

    async def run(self, function: str, **params: Any) -> Any:
        """Call a cloud function; its result, None if it gave none."""
        answer = await self.post(f"/functions/{function}", params)
        return answer.checked().get("result")

    async def run_job(self, name: str, **params: Any) -> dict[str, Any]:
        """Run a job to its end, with the master key; its `_JobStatus`, whether it succeeded or failed."""
        master = self.as_master()
        answer = await master.post(f"/jobs/{name}", params)
        answer.checked()
        while True:
            status = await master.fetch("_JobStatus", answer.headers["X-Parse-Job-Status-Id"])
            if status["status"] != "running":
                return status
            await asyncio.sleep(PAUSE_SECONDS)

    async def upload(self, name: str, data: bytes, content_type: str = "application/octet-stream") -> dict[str, str]:
        """Store a file; its `name` and `url`."""
        sender = self.with_headers({"Content-Type": content_type})
        answer = await sender.post(f"/files/{quote(name)}", data)
        return dict(answer.checked())

    async def sign_up(self, name: str, **fields: Any) -> User:
        """Make a user with a session; his password is `NAME-secret`, unless it is given."""
        answer = await self.post("/users", {"username": name, "password": f"{name}-secret", **fields})
        made = answer.checked()
        return User(made["objectId"], made["sessionToken"], name)

    async def log_in(self, name: str, password: str | None = None) -> User:
        """Open another session of a user."""
        answer = await self.post("/login", {"username": name, "password": password or f"{name}-secret"})
        found = answer.checked()
        return User(found["objectId"], found["sessionToken"], name)

    async def make_role(self, name: str, *users: User) -> str:
        """Make a role of these users that only the master key may change; its key in ACLs, `role:NAME`."""
        if not users:
            await self.as_master().create("_Role", name=name, ACL={})
            return f"role:{name}"
        members = {"__op": "AddRelation", "objects": [user.pointer for user in users]}
        await self.as_master().create("_Role", name=name, ACL={}, users=members)
        return f"role:{name}"

    def _with(self, header: str, value: str) -> Self:
        """The same client with this instead of any session or key."""
        kept = {name: text for name, text in self.headers.items() if name not in _IDENTITIES}
        if header and not value:
            raise ParseError(ErrorCode.OTHER_CAUSE, f"The server of the test has nothing to send as {header}.")
        return replace(self, headers={**kept, header: value} if header else kept)


_IDENTITIES = frozenset({"X-Parse-Session-Token", "X-Parse-Master-Key", "X-Parse-Maintenance-Key"})


@dataclass
class _Sent:
    """A body that is all there."""

    content: bytes
    length: int | None = None

    async def chunks(self) -> AsyncIterator[bytes]:
        """All of it."""
        yield self.content


def _json(value: Any) -> bytes:
    """Plain JSON as it is given, the SDK's values in their REST form."""
    return orjson.dumps(
        value, default=encode, option=orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
    )


async def _read(content: Content) -> bytes:
    if isinstance(content.chunks, bytes):
        return content.chunks
    return b"".join([chunk async for chunk in content.chunks])

"""What a scenario uses to talk to one server; everything it sends and gets is written into a transcript."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypedDict, Unpack
from urllib.parse import quote

import aiohttp
from yarl import URL

from tests.compat.differential.answers import Answer, Record, decode, described_request, record_of
from tests.compat.differential.live import LiveClient, Told, connected, pass_fences
from tests.compat.differential.profiles import APP_ID, MAINTENANCE_KEY, MASTER_KEY, READ_ONLY_KEY

ANSWER_TIMEOUT = aiohttp.ClientTimeout(total=60)

ROLES: Mapping[str, Mapping[str, str]] = {
    "nobody": {},
    "client": {"X-Parse-Application-Id": APP_ID},
    "master": {"X-Parse-Application-Id": APP_ID, "X-Parse-Master-Key": MASTER_KEY},
    "readonly": {"X-Parse-Application-Id": APP_ID, "X-Parse-Master-Key": READ_ONLY_KEY},
    "maintenance": {"X-Parse-Application-Id": APP_ID, "X-Parse-Maintenance-Key": MAINTENANCE_KEY},
}


@dataclass(frozen=True)
class User:
    """A signed-up user; `as_=user` sends its session token."""

    id: str
    token: str
    username: str

    @property
    def pointer(self) -> dict[str, str]:
        return {"__type": "Pointer", "className": "_User", "objectId": self.id}


class How(TypedDict, total=False):
    """The ways a request can differ from the plain one."""

    params: Mapping[str, Any]  # URL query; values that are not strings are sent as JSON
    headers: Mapping[str, str]  # laid over those of `as_`
    as_: str | User  # "client", "master", "readonly", "maintenance", "nobody", a session token or a user
    label: str  # stands in the transcript, for a reader
    record: bool  # False: not in the transcript


@dataclass(frozen=True)
class Script:
    """One scenario's connection to one server. `base` is the server's address with the mount path."""

    scenario: str
    base: str
    session: aiohttp.ClientSession
    transcript: list[Record] = field(default_factory=list)
    fences: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def tag(self) -> str:
        """Tells this scenario's names from those of the others on the same server."""
        return "_" + hashlib.sha256(self.scenario.encode()).hexdigest()[:8]

    @property
    def origin(self) -> str:
        """Scheme, host and port of the server."""
        return str(URL(self.base).origin())

    def name(self, base: str) -> str:
        """A class name, username or role name that no other scenario uses. Stands as `base` in the transcript."""
        return base + self.tag

    def email(self, base: str) -> str:
        return f"{self.name(base)}@example.com"

    async def get(self, path: str, **how: Unpack[How]) -> Answer:
        return await self.request("GET", path, **how)

    async def post(self, path: str, body: Any = None, **how: Unpack[How]) -> Answer:
        return await self.request("POST", path, {} if body is None else body, **how)

    async def put(self, path: str, body: Any = None, **how: Unpack[How]) -> Answer:
        return await self.request("PUT", path, {} if body is None else body, **how)

    async def delete(self, path: str, **how: Unpack[How]) -> Answer:
        return await self.request("DELETE", path, **how)

    async def request(self, method: str, path: str, body: Any = None, **how: Unpack[How]) -> Answer:
        """Send one request and record the answer.

        `path` is relative to the mount path; with a leading slash it is taken from the root of the server.
        `body`: None sends none, bytes and strings go out as they are with no content type (give one in `headers`),
        everything else as JSON.
        """
        raw, headers = _payload(body)
        headers |= _identity(how.get("as_", "client")) | dict(how.get("headers", {}))
        async with self.session.request(
            method,
            self._url(path, how.get("params", {})),
            data=raw,
            headers=headers,
            skip_auto_headers=["Content-Type", "Accept-Encoding"],
            allow_redirects=False,
            timeout=ANSWER_TIMEOUT,
        ) as response:
            text = await response.read()
            answer = Answer(response.status, response.headers, decode(text, response.headers.get("content-type", "")))
        if how.get("record", True):
            self.transcript.append(_line(method, path, body, how) | record_of(answer))
        return answer

    def note(self, label: str, value: Any) -> None:
        """Write into the transcript what came out some other way than by an answer."""
        self.transcript.append({"request": "(noted)", "label": label, "body": value})

    async def create(self, class_name: str, fields: Mapping[str, Any] | None = None, **how: Unpack[How]) -> str:
        """Save a new object of `name(class_name)`; gives its id."""
        return (await self.post(f"classes/{self.name(class_name)}", dict(fields or {}), **how)).id

    async def sign_up(self, name: str = "ann", **fields: Any) -> User:
        """A new user `name(name)` with the password "secret" and more fields if given."""
        username = self.name(name)
        answer = await self.post("users", {"username": username, "password": "secret", **fields})
        return User(answer.id, answer.token, username)

    def pointer(self, class_name: str, object_id: str) -> dict[str, str]:
        """A pointer to an object of `name(class_name)`."""
        return {"__type": "Pointer", "className": self.name(class_name), "objectId": object_id}

    @contextlib.asynccontextmanager
    async def live(self, name: str, user: User | None = None, **fields: Any) -> AsyncIterator[LiveClient]:
        """A connected client of live queries with the user's rights; `fields` are more of its first message."""
        async with connected(self, name, "") as client:
            await client.connect(user.token if user else "", **fields)
            yield client

    def live_socket(
        self, name: str, path: str = "", *, pings: bool = True
    ) -> contextlib.AbstractAsyncContextManager[LiveClient]:
        """A connection on which nothing has been said; `path` instead of the mount path, pings unanswered on request."""
        return connected(self, name, path, pings=pings)

    async def told(self, *clients: LiveClient, label: str = "") -> None:
        """Record what each of these clients was told of the changes since its last record."""
        await pass_fences(self, *clients)
        for client in clients:
            client.recorded(label)

    async def heard(self, client: LiveClient) -> list[Told]:
        """What the client was told since its last record, by subscription; not in the transcript."""
        await pass_fences(self, client)
        return client.taken()

    def next_fence(self) -> int:
        """The number of one more change that all live clients are told of."""
        return next(self.fences)

    def _url(self, path: str, params: Mapping[str, Any]) -> URL:
        address = self.origin + path if path.startswith("/") else f"{self.base}/{path}"
        if params:
            address += "?" + "&".join(f"{quote(key)}={quote(_parameter(value))}" for key, value in params.items())
        return URL(address, encoded=True)


def _payload(body: Any) -> tuple[bytes | None, dict[str, str]]:
    match body:
        case None:
            return None, {}
        case bytes():
            return body, {}
        case str():
            return body.encode(), {}
    return json.dumps(body).encode(), {"Content-Type": "application/json"}


def _identity(who: str | User) -> dict[str, str]:
    token = who.token if isinstance(who, User) else who
    if token in ROLES:
        return dict(ROLES[token])
    return {**ROLES["client"], "X-Parse-Session-Token": token}


def _parameter(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def _line(method: str, path: str, body: Any, how: How) -> Record:
    """What was asked, for readers of the transcript and to notice a scenario that changed since its recording."""
    who = how.get("as_", "client")
    line: Record = {"label": how["label"]} if "label" in how else {}
    line["request"] = f"{method} {path} as {who.username if isinstance(who, User) else who}"
    if how.get("params"):
        line["params"] = dict(how["params"])
    if how.get("headers"):
        line["with"] = dict(how["headers"])
    if body is not None:
        line["sent"] = described_request(body)
    return line

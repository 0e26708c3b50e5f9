"""What a case is, and what it uses to talk to one server while the endpoint writes down the commands."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.compat.commands.endpoint import Endpoint

MASTER = {"X-Parse-Application-Id": "test", "X-Parse-Master-Key": "master"}
CLIENT = {"X-Parse-Application-Id": "test"}
NAMED = frozenset({"objectId", "sessionToken"})


@dataclass
class Session:
    """One case on one server. Classes are named by `name`; commands on them, and on `about`, are compared."""

    case: str
    url: str
    http: aiohttp.ClientSession
    endpoint: Endpoint
    names: dict[str, str] = field(default_factory=dict)
    replaced: dict[str, str] = field(default_factory=dict)

    def name(self, base: str) -> str:
        """A class name that no other case uses; stands as `base` in the record."""
        own = f"{base}_{hashlib.sha256(self.case.encode()).hexdigest()[:6]}"
        self.names[own] = base
        return own

    def begin(self) -> None:
        """What came so far was preparation."""
        self.endpoint.forget()

    async def post(self, path: str, body: Mapping[str, Any], *, as_client: bool = False) -> Any:
        return await self._send("POST", path, as_client=as_client, json=body)

    async def put(self, path: str, body: Mapping[str, Any]) -> Any:
        return await self._send("PUT", path, json=body)

    async def delete(self, path: str) -> Any:
        return await self._send("DELETE", path)

    async def get(self, path: str, *, as_client: bool = False, **query: Any) -> Any:
        texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in query.items()}
        return await self._send("GET", path, as_client=as_client, params=texts)

    async def create(self, class_name: str, **fields: Any) -> str:
        """Save an object; its id."""
        return str((await self.post(f"classes/{self.name(class_name)}", fields))["objectId"])

    async def find(self, class_name: str, where: Mapping[str, Any] | None = None, **query: Any) -> Any:
        given = {"where": where, **query} if where is not None else query
        return await self.get(f"classes/{self.name(class_name)}", **given)

    def pointer(self, class_name: str, object_id: str) -> dict[str, str]:
        return {"__type": "Pointer", "className": self.name(class_name), "objectId": object_id}

    async def _send(self, method: str, path: str, *, as_client: bool = False, **how: Any) -> Any:
        headers = CLIENT if as_client else MASTER
        async with self.http.request(method, f"{self.url}/{path}", headers=headers, **how) as answer:
            body = await answer.json(content_type=None)
        for text in _texts(body):
            self.replaced.setdefault(text, f"<{len(self.replaced) + 1}>")
        return body


def _texts(value: Any) -> Iterator[str]:
    """Ids and tokens anywhere in an answer, in order."""
    match value:
        case dict():
            for name, inner in value.items():
                if name in NAMED and isinstance(inner, str):
                    yield inner
                else:
                    yield from _texts(inner)
        case list():
            for inner in value:
                yield from _texts(inner)


@dataclass(frozen=True)
class Case:
    """A function that sends requests, and what of the commands counts: those on `about` beside the case's own classes."""

    run: Callable[[Session], Awaitable[None]]
    profile: str
    about: frozenset[str]

    @property
    def name(self) -> str:
        return self.run.__name__


@dataclass
class Registry:
    """The cases in the order of their definition."""

    cases: dict[str, Case] = field(default_factory=dict)

    def case(self, *about: str, profile: str = "plain") -> Callable[[Callable[[Session], Awaitable[None]]], Case]:
        """Declare a case. `_SCHEMA` in `about` means its writes: reads of classes are each server's own affair."""

        def declare(run: Callable[[Session], Awaitable[None]]) -> Case:
            made = Case(run, profile, frozenset(about))
            self.cases[made.name] = made
            return made

        return declare

"""What write.js wrote, for the questions that are asked about it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from tests.compat.processes import require
from tests.compat.servers import Server

WRITER = Path(__file__).parent / "write.js"
WRITE_TIMEOUT = 120.0


@dataclass(frozen=True)
class Person:
    """A user that was written. The first of its session tokens is of its sign-up, if it had one."""

    id: str
    username: str
    password: str = ""
    email: str = ""
    tokens: tuple[str, ...] = ()

    @property
    def token(self) -> str:
        return self.tokens[0]

    @property
    def pointer(self) -> dict[str, str]:
        return {"__type": "Pointer", "className": "_User", "objectId": self.id}


@dataclass(frozen=True)
class Made:
    """The things of one writer. Every name begins with `prefix`; `objects` are pointers, `files` are `{name, url}`."""

    prefix: str
    people: Mapping[str, Person] = field(default_factory=dict)
    roles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    objects: Mapping[str, dict[str, str]] = field(default_factory=dict)
    classes: tuple[str, ...] = ()
    files: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    installations: Mapping[str, str] = field(default_factory=dict)

    def name(self, base: str) -> str:
        return self.prefix + base


async def write(server: Server, prefix: str, *, hooks: bool) -> Made:
    """Let write.js write to a server; RuntimeError with what it said if it could not."""
    environment = {
        "PARSE_SERVER_URL": server.url,
        "PARSE_APP_ID": "test",
        "PARSE_MASTER_KEY": "master",
        **({"PARSE_HOOKS": "1"} if hooks else {}),
    }
    process = await asyncio.create_subprocess_exec(
        require("node", "nodejs"),
        str(WRITER),
        prefix,
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        told, problem = await asyncio.wait_for(process.communicate(), WRITE_TIMEOUT)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise RuntimeError(f"could not write to {server.url}: {problem.decode()}\n{server.child.text()[-2000:]}")
    return _made(orjson.loads(told))


def _made(told: Mapping[str, Any]) -> Made:
    return Made(
        told["prefix"],
        {key: _person(one) for key, one in told["users"].items()},
        told["roles"],
        {
            key: {"__type": "Pointer", "className": one["className"], "objectId": one["id"]}
            for key, one in told["objects"].items()
        },
        tuple(told["classes"]),
        told["files"],
        told["installations"],
    )


def _person(told: Mapping[str, Any]) -> Person:
    tokens = tuple(told[key] for key in ("token", "second", "third") if key in told)
    return Person(told["id"], told["username"], told.get("password", ""), told.get("email", ""), tokens)

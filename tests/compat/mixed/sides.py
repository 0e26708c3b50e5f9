"""The two servers of a run, and requests to them that are written down."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.compat.mixed.book import Book

TIMEOUT = aiohttp.ClientTimeout(total=30)
MASTER = {"X-Parse-Application-Id": "test", "X-Parse-Master-Key": "master"}
CLIENT = {"X-Parse-Application-Id": "test"}


@dataclass(frozen=True)
class Side:
    """One server. `name` is "first" or "second"."""

    name: str
    url: str


@dataclass(frozen=True)
class Worker:
    """One client of both servers. Objects that it made are changed by nobody else."""

    number: int
    sides: tuple[Side, Side]
    session: aiohttp.ClientSession
    book: Book
    chance: random.Random

    def any_side(self) -> Side:
        return self.chance.choice(self.sides)

    def other(self, side: Side) -> Side:
        """The server that `side` is not."""
        return next(one for one in self.sides if one is not side)

    async def call(
        self, side: Side, doing: str, request: tuple[str, str], body: Any = None, *, token: str | None = None
    ) -> dict[str, Any] | None:
        """The answered object; None, with the trouble written down, if the server did not do it.

        `request` is method and path. Without `token` the master asks.
        """
        method, path = request
        headers: Mapping[str, str] = MASTER if token is None else {**CLIENT, "X-Parse-Session-Token": token}
        try:
            async with self.session.request(
                method, f"{side.url}/{path}", json=body, headers=headers, timeout=TIMEOUT
            ) as answer:
                told = await answer.json()
                if answer.status < 400:
                    self.book.done[doing] += 1
                    return dict(told)
                self.book.trouble(side.name, doing, answer.status, str(told))
        except (aiohttp.ClientError, TimeoutError) as problem:
            self.book.trouble(side.name, doing, 0, f"{type(problem).__name__}: {problem}")
        return None

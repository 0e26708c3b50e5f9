"""parsepy before a database of its own, with the proxy between them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from tests.compat.servers import Server, Store, parsepy
from tests.faults.clients import Caller, caller
from tests.faults.databases import Postgres, StandIn, database
from tests.faults.proxy import Proxy, proxied


@dataclass(frozen=True)
class Site:
    """All parts of it. `database_name` is the server's database."""

    database: Postgres | StandIn
    database_name: str
    proxy: Proxy
    server: Server
    caller: Caller

    @property
    def is_alive(self) -> bool:
        """Whether the server still is the process that it was."""
        return self.server.child.alive()


@asynccontextmanager
async def site(
    store: Store, *, parameters: str = "", disk_size: int | None = None, **options: Any
) -> AsyncIterator[Site]:
    """A site with one class of scores. `options` are the server's, `parameters` those of its database's address.

    `disk_size` in MiB is the database's.
    """
    async with database(store, disk_size) as stored, proxied(stored.port) as proxy:
        name = await stored.new_database()
        uri = stored.uri(name, proxy.port) + parameters
        async with parsepy({"databaseURI": uri, **options}) as server, caller(server) as by:
            made = await by.create(n=0)
            assert made.status == 201, made
            yield Site(stored, name, proxy, server, by)


async def until(is_so: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait for something to come true. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while True:
            if is_so():
                return
            await asyncio.sleep(0.05)

"""A Redis of the test's own, which can be stopped and started again on the same port."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from tests.compat.processes import Command, free_port, require, running
from tests.waiting import until


class OwnRedis:
    """Where it listens; `password` if it asks for one."""

    def __init__(self, folder: Path, password: str = "") -> None:
        self.port = free_port()
        self.password = password
        self._folder = folder
        self._stack = AsyncExitStack()

    @property
    def url(self) -> str:
        secret = f":{self.password}@" if self.password else ""
        return f"redis://{secret}127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Start it; returns when it takes connections."""
        program = require("redis-server", "redis-server")
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        if self.password:
            options += ["--requirepass", self.password]
        command = Command([program, *options], self._folder)
        child = await self._stack.enter_async_context(running(command))
        await until(lambda: "Ready to accept connections" in child.text() or not child.alive())
        assert child.alive(), child.text()

    async def stop(self) -> None:
        """End it; what it knew is lost."""
        await self._stack.aclose()


@asynccontextmanager
async def own_redis(folder: Path, password: str = "") -> AsyncIterator[OwnRedis]:
    """A Redis that runs for as long as the block, unless the test stops it."""
    folder.mkdir(exist_ok=True)  # noqa: ASYNC240 - before anything runs
    redis = OwnRedis(folder, password)
    await redis.start()
    try:
        yield redis
    finally:
        await redis.stop()

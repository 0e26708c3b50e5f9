"""How long a test waits for its server: `parsepy.testing.TestServer` on an empty database in memory.

Everything is imported before; the figure is the median from the call to the answer of a first request. It is measured in a
process of its own, on the event loop that tests have.
"""

from __future__ import annotations

import asyncio
import statistics
import time

from bench.tables import put
from parsepy import Cloud
from parsepy.testing import TestServer

ROUNDS = 100
AIM_MS = 10
NAME = "test-server"


async def started(cloud: Cloud) -> float:
    """Seconds until a new server has answered a request."""
    began = time.perf_counter()
    async with TestServer(cloud) as server:
        await server.client.find("Score")
        return time.perf_counter() - began


async def measured() -> list[float]:
    """Milliseconds of every round, the first one first."""
    return [1000 * await started(Cloud()) for _ in range(ROUNDS)]


def table() -> str:
    """The figures as Markdown."""
    first, *others = asyncio.run(measured())
    lines = ["| fresh in-memory test server | ms | aim |", "|---|---|---|"]
    lines.append(f"| median of {len(others)} | {statistics.median(others):.1f} | {AIM_MS} |")
    lines.append(f"| the first of a process | {first:.1f} | |")
    return "\n".join(lines)


def measure(*, write: bool) -> None:
    """Print the figures; with `write` also into docs/performance.md."""
    text = table()
    print(f"{NAME}\n\n{text}\n", flush=True)
    if write:
        put(NAME, text)


if __name__ == "__main__":
    measure(write=False)

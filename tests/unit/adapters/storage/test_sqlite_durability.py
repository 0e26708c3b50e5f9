"""A process that is killed in the middle of writing has lost nothing that it acknowledged."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from parsepy.adapters.storage.sqlite.storage import SqliteStorage
from parsepy.model.schema import ClassSchema, Field, FieldType
from parsepy.model.where import Query

SCHEMA = ClassSchema("Thing", {"n": Field(FieldType.NUMBER)})

WRITER = """
import asyncio, itertools, os, sys
from pathlib import Path
from parsepy.adapters.storage.sqlite.storage import SqliteStorage
from parsepy.model.ops import Set
from parsepy.model.schema import ClassSchema, Field, FieldType
from parsepy.model.where import by_id

SCHEMA = ClassSchema("Thing", {"n": Field(FieldType.NUMBER)})

async def write(store, worker, run):
    for at in itertools.count():
        name = f"{run}-{worker}-{at}"
        await store.insert(SCHEMA, [{"objectId": name, "n": 0, "text": "x" * 300}])
        os.write(1, f"{name} 0\\n".encode())
        await store.update(SCHEMA, by_id(name), {"n": Set(1)})
        os.write(1, f"{name} 1\\n".encode())

async def main(path, run):
    store = SqliteStorage(path)
    await store.open()
    await asyncio.gather(*(write(store, worker, run) for worker in range(16)))

asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
"""


async def stored(path: Path) -> dict[str, int]:
    store = SqliteStorage(path)
    await store.open()
    found = {row["objectId"]: row["n"] for row in await store.find(SCHEMA, Query())}
    await store.close()
    return found


async def prepare(path: Path) -> None:
    store = SqliteStorage(path)
    await store.open()
    await store.create_class(SCHEMA)
    await store.close()


def killed_after(path: Path, run: int, lines: int) -> dict[str, int]:
    """What a writing process acknowledged before it was killed, by the time it had acknowledged so much."""
    with subprocess.Popen([sys.executable, "-c", WRITER, str(path), str(run)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        first = [process.stdout.readline() for _ in range(lines)]
        os.kill(process.pid, signal.SIGKILL)
        rest = process.stdout.read().splitlines(keepends=True)
    acknowledged: dict[str, int] = {}
    for line in [*first, *rest]:
        if line.endswith(b"\n"):
            name, n = line.decode().split()
            acknowledged[name] = int(n)
    return acknowledged


@pytest.mark.loss
@pytest.mark.slow
def test_a_killed_process_loses_no_acknowledged_write(tmp_path: Path) -> None:
    path = tmp_path / "killed.sqlite"
    asyncio.run(prepare(path))
    acknowledged: dict[str, int] = {}
    for run in range(3):
        acknowledged |= killed_after(path, run, lines=1500)
        found = asyncio.run(stored(path))

        assert len(acknowledged) >= 700 * (run + 1)
        assert {name: n for name, n in acknowledged.items() if found.get(name, -1) < n} == {}

"""Measure requests per second of both servers: alternating runs of wrk, medians, ratios, memory.

`python -m bench.run [--rounds 5] [--seconds 10] [--write]`; each server is pinned to one core, wrk to the other.
The reference runs on PostgreSQL with fsync on, parsepy on SQLite with `synchronous=FULL`.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import shutil
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from tests.compat.servers import Server, parsepy, reference

HERE = Path(__file__).parent
TABLE = HERE.parent / "docs" / "performance.md"
KINDS = {
    "get": ("get by id", 3.0),
    "find": ("find 100, newest first", 3.0),
    "call": ("cloud function", 3.0),
    "create": ("create", 2.5),
    "update": ("update", 2.0),
}
ROWS = 1000
CONNECTIONS = 16
HEADERS = {"X-Parse-Application-Id": "test", "X-Parse-Master-Key": "master"}
LIMITS_OFF = {"requestComplexity": {"batchRequestLimit": -1}}
OPEN_TABLE, CLOSE_TABLE = "<!-- bench -->", "<!-- /bench -->"


@dataclass
class Measured:
    """What one server did: requests per second by kind and round, and its memory after all rounds, in KiB."""

    rates: dict[str, list[float]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    memory: int = 0

    def median(self, kind: str) -> float:
        """The typical rate of a kind."""
        return statistics.median(self.rates[kind])


@dataclass
class Contender:
    """A running server, what it did so far, and the file with the ids of its rows."""

    server: Server
    ids: Path
    measured: Measured = field(default_factory=Measured)


async def compare(kinds: Sequence[str], rounds: int, seconds: int) -> tuple[Measured, Measured]:
    """Run both servers side by side and load them in turn: the reference, then parsepy, round by round."""
    with tempfile.TemporaryDirectory() as folder:
        async with (
            reference(LIMITS_OFF, store="postgres", cloud=HERE / "main.js") as peer,
            parsepy(LIMITS_OFF, cloud=HERE / "main.py") as server,
        ):
            theirs, ours = Contender(peer, Path(folder) / "theirs"), Contender(server, Path(folder) / "ours")
            for contender in (theirs, ours):
                _pin(contender.server.child.pid, 0)
                await seed(contender)
            for kind in [kind for kind in kinds for _ in range(rounds)]:
                await load(theirs, kind, seconds)
                await load(ours, kind, seconds)
            theirs.measured.memory = memory_of(peer.child.pid)
            ours.measured.memory = memory_of(server.child.pid)
    return theirs.measured, ours.measured


async def seed(contender: Contender) -> None:
    """Store the rows that are read and changed, and write their ids to a file."""
    entry = {"player": "Ann", "score": 1, "cheat": False, "tags": ["a", "b"], "level": {"name": "one", "n": 1}}
    made: list[str] = []
    url = contender.server.url
    async with aiohttp.ClientSession(headers=HEADERS) as session:
        for start in range(0, ROWS, 50):
            bodies = [{**entry, "score": start + i} for i in range(50)]
            requests = [{"method": "POST", "path": "/parse/classes/Score", "body": body} for body in bodies]
            async with session.post(f"{url}/batch", json={"requests": requests}) as answer:
                made += [entry["success"]["objectId"] for entry in await answer.json()]
        async with session.post(f"{url}/classes/Made", json={"player": "Ann", "score": 1, "cheat": False, "tags": []}):
            await asyncio.to_thread(contender.ids.write_text, "\n".join(made) + "\n")


async def load(contender: Contender, kind: str, seconds: int) -> None:
    """Note the requests per second under wrk. Raises RuntimeError if any request was refused."""
    origin = contender.server.url.removesuffix("/parse")
    argv = [require("wrk"), "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(HERE / "requests.lua"), origin]
    output = await _output([*_pinned(1), *argv], {"BENCH_KIND": kind, "BENCH_IDS": str(contender.ids)})
    if "Non-2xx" in output or "Socket errors" in output:
        raise RuntimeError(f"{kind} failed under load:\n{output}")
    found = re.search(r"Requests/sec:\s+([\d.]+)", output)
    if found is None:
        raise RuntimeError(output)
    contender.measured.rates[kind].append(float(found[1]))
    print(kind, origin, found[1], file=sys.stderr, flush=True)


def table(theirs: Measured, ours: Measured) -> str:
    """The figures as Markdown."""
    lines = ["| request | Parse Server 9.10 /s | parsepy /s | ratio | aim |", "|---|---|---|---|---|"]
    for kind, (title, aim) in KINDS.items():
        if not ours.rates[kind]:
            continue
        ratio = ours.median(kind) / theirs.median(kind)
        lines.append(f"| {title} | {theirs.median(kind):,.0f} | {ours.median(kind):,.0f} | {ratio:.1f} | {aim} |")
    ratio = ours.memory / theirs.memory
    lines.append(f"| memory (PSS), MiB | {theirs.memory / 1024:.0f} | {ours.memory / 1024:.0f} | {ratio:.2f} | 0.5 |")
    return "\n".join(lines)


def memory_of(pid: int) -> int:
    """Proportional set size of a process in KiB."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    raise RuntimeError(f"no memory figures for process {pid}")


def require(program: str) -> str:
    """The path of a program; exits naming how to install it."""
    found = shutil.which(program)
    if found is None:
        sys.exit(f"{program} is missing. Run: apt-get install {program}")
    return found


def _pinned(core: int) -> list[str]:
    return ["taskset", "-c", str(core)] if (os.cpu_count() or 1) > 1 else []


def _pin(pid: int, core: int) -> None:
    """Keep a process and all its threads on one core."""
    for task in Path(f"/proc/{pid}/task").iterdir():
        os.sched_setaffinity(int(task.name), {core})


async def _output(argv: Sequence[str], environment: dict[str, str]) -> str:
    process = await asyncio.create_subprocess_exec(
        *argv, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, env={**os.environ, **environment}
    )
    output, _ = await process.communicate()
    return output.decode()


def write_table(text: str) -> None:
    """Put the table between its marks in the document."""
    document = TABLE.read_text()
    before, rest = document.split(OPEN_TABLE, 1)
    after = rest.split(CLOSE_TABLE, 1)[1]
    TABLE.write_text(f"{before}{OPEN_TABLE}\n{text}\n{CLOSE_TABLE}{after}")


def main() -> None:
    """Measure and print; with `--write` also into docs/performance.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--only", choices=KINDS, action="append", help="measure this kind of request")
    parser.add_argument("--write", action="store_true", help="put the table into docs/performance.md")
    chosen = parser.parse_args()
    text = table(*asyncio.run(compare(chosen.only or list(KINDS), chosen.rounds, chosen.seconds)))
    print(text)
    if chosen.write:
        write_table(text)


if __name__ == "__main__":
    main()

"""One server under load: what wrk tells, and what the server's process took."""

from __future__ import annotations

import asyncio
import os
import shutil
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.compat.servers import Server

HERE = Path(__file__).parent
CONNECTIONS = 16
TICKS = os.sysconf("SC_CLK_TCK")
SERVER_CORE, CLIENT_CORE = 0, 1


@dataclass(frozen=True, slots=True)
class Run:
    """One run of wrk: requests per second, the 99th percentile of latency in ms, ms of the server's process a request."""

    rate: float
    p99: float
    cpu: float


@dataclass
class Contender:
    """A running server, the file with the ids of its rows, and what it did so far; memory in KiB, after all runs."""

    server: Server
    ids: Path
    runs: dict[str, list[Run]] = field(default_factory=dict)
    memory: int = 0

    def rate(self, kind: str) -> float:
        """Requests per second: the median of all runs."""
        return statistics.median(run.rate for run in self.runs[kind])

    def p99(self, kind: str) -> float:
        """Milliseconds below which 99 of 100 answers came: the median of all runs."""
        return statistics.median(run.p99 for run in self.runs[kind])

    def cpu(self, kind: str) -> float:
        """Milliseconds of the processor that the server's process took for a request: the median of all runs."""
        return statistics.median(run.cpu for run in self.runs[kind])


async def load(contender: Contender, kind: str, seconds: int) -> None:
    """Note a run of wrk. Raises RuntimeError if any request was refused."""
    origin = contender.server.url.removesuffix("/parse")
    argv = [
        require("wrk"),
        "-t1",
        f"-c{CONNECTIONS}",
        f"-d{seconds}s",
        "--timeout",
        "30s",
        "-s",
        str(HERE / "requests.lua"),
        origin,
    ]
    pid = contender.server.child.pid
    before = cpu_ms(pid)
    output = await _output([*_pinned(), *argv], {"BENCH_KIND": kind, "BENCH_IDS": str(contender.ids)})
    used = cpu_ms(pid) - before
    line = next((line for line in output.splitlines() if line.startswith("measured ")), "")
    requests, duration, p99, failed = (int(number) for number in line.split()[1:] or (0, 1, 0, 1))
    if failed or not requests:
        raise RuntimeError(f"{kind} failed under load:\n{output}\n{contender.server.child.text()[-2000:]}")
    run = Run(requests / duration * 1e6, p99 / 1000, used / requests)
    contender.runs.setdefault(kind, []).append(run)
    print(f"{kind} {origin} {run.rate:.0f}/s p99 {run.p99:.1f} ms cpu {run.cpu:.3f} ms", file=sys.stderr, flush=True)


def family(pid: int) -> list[int]:
    """A server's process, and those that it has started."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += family(int(child))
    return found


def memory_of(pid: int) -> int:
    """Proportional set size of a server, all its processes, in KiB."""
    return sum(map(_memory_of_one, family(pid)))


def _memory_of_one(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    raise RuntimeError(f"no memory figures for process {pid}")


def pin(pid: int) -> None:
    """Keep a server, all its processes and threads, on the servers' core."""
    for process in family(pid):
        for task in Path(f"/proc/{process}/task").iterdir():
            os.sched_setaffinity(int(task.name), {SERVER_CORE})


def require(program: str) -> str:
    """The path of a program; exits naming how to install it."""
    found = shutil.which(program)
    if found is None:
        sys.exit(f"{program} is missing. Run: apt-get install {program}")
    return found


def cpu_ms(pid: int) -> float:
    """Processor time of a server so far, all processes and threads, user and system."""
    ticks = 0
    for process in family(pid):
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / TICKS * 1000


def _pinned() -> Sequence[str]:
    return ("taskset", "-c", str(CLIENT_CORE)) if (os.cpu_count() or 1) > 1 else ()


async def _output(argv: Sequence[str], environment: dict[str, str]) -> str:
    process = await asyncio.create_subprocess_exec(
        *argv, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, env={**os.environ, **environment}
    )
    output, _ = await process.communicate()
    return output.decode()

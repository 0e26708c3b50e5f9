"""Programs that look into a release: started without the server's secrets, bounded in time and output."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

HARMLESS = frozenset(
    {"PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "SYSTEMROOT"}
)
"""The only variables of the server that such a program sees; what is not known to be harmless may be a secret."""
FOR_PIP = frozenset(
    {
        *("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"),
        *("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_CERT", "PIP_CACHE_DIR"),
        *("PIP_CONFIG_FILE", "PIP_NO_INDEX", "PIP_FIND_LINKS"),
    }
)
"""And what pip needs besides to reach its index."""
MOST_OUTPUT = 16_000


@dataclass(frozen=True)
class Ended:
    """How a program ended: its exit code (None: it was stopped because it took too long) and its last words."""

    code: int | None
    output: str


def harmless(keep: frozenset[str] = frozenset()) -> dict[str, str]:
    """The environment of such a program."""
    found = {name: value for name, value in os.environ.items() if name in HARMLESS | keep}
    # Relative to another folder it would mean others.
    paths = [os.path.abspath(path) for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]  # noqa: PTH100
    return {**found, "PYTHONPATH": os.pathsep.join(paths)} if paths else found


async def run_python(
    arguments: Sequence[str],
    *,
    folder: Path,
    seconds: float,
    keep: frozenset[str] = frozenset(),
    more: Mapping[str, str] | None = None,
) -> Ended:
    """Run this Python in a folder, with an environment that holds no secret; `more` is added to it."""
    given = {**harmless(keep), "HOME": str(folder), **(more or {})}
    # -P: what lies in the folder must not take the place of the standard library.
    return await run([sys.executable, "-P", *arguments], folder=folder, seconds=seconds, environ=given)


async def run(command: Sequence[str], *, folder: Path | None, seconds: float, environ: Mapping[str, str]) -> Ended:
    """Run a program to its end; it and all that it started are ended after so many seconds, or with this task."""
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=folder,
        env=dict(environ),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    output = bytearray()
    code: int | None = None
    try:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await _read(process, output)
                await process.wait()
        # Ended, or not: something that it left behind may have held its output until now.
        code = process.returncode
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
    return Ended(code, output.decode(errors="replace").strip())


async def _read(process: asyncio.subprocess.Process, output: bytearray) -> None:
    while process.stdout is not None and (chunk := await process.stdout.read(4096)):
        output += chunk
        del output[:-MOST_OUTPUT]

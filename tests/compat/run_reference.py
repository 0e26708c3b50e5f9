"""Runs the real Parse Server in the foreground: python -m tests.compat.run_reference --help."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import signal
from pathlib import Path
from typing import Any

from tests.compat.processes import MissingProgramError, StartError
from tests.compat.servers import reference


async def serve(options: dict[str, Any], arguments: argparse.Namespace) -> None:
    """Keep a reference running until SIGINT or SIGTERM."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    cloud = arguments.cloud.resolve() if arguments.cloud else None
    async with reference(options, arguments.store, cloud=cloud) as server:
        print(f"{server.url}  (log and files: {server.folder})", flush=True)
        ended = asyncio.ensure_future(server.child.process.wait())
        await asyncio.wait([ended, asyncio.ensure_future(stop.wait())], return_when=asyncio.FIRST_COMPLETED)
        if not server.child.alive():
            raise server.child.failure("the reference ended")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.compat.run_reference", description=__doc__)
    parser.add_argument("--store", choices=["mongo", "postgres"], default="mongo")
    parser.add_argument("--options", type=json.loads, default={}, help="Parse Server options as JSON")
    parser.add_argument("--cloud", type=Path, help="cloud code, a .js file")
    parser.add_argument("--port", type=int, help="default: a free one")
    arguments = parser.parse_args()
    options = {**arguments.options, **({"port": arguments.port} if arguments.port else {})}
    with contextlib.suppress(KeyboardInterrupt):
        try:
            asyncio.run(serve(options, arguments))
        except (MissingProgramError, StartError) as problem:
            raise SystemExit(str(problem)) from problem


if __name__ == "__main__":
    main()

"""Database servers that a test may stop and start again on the same port, with the same data."""

from __future__ import annotations

import asyncio
import os
import signal
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from tests.compat.processes import Child, Command, free_port, require, running, temporary_folder, until_printed
from tests.compat.servers import ORACLE, POSTGRES_USER, Store


class _Process:
    """A program that is started again and again in one folder."""

    ready: str
    """How the line begins that says that it serves."""

    def __init__(self, folder: Path, disk: SmallDisk | None = None) -> None:
        self.folder = folder
        self.disk = disk
        self.port = free_port()
        self._stack = AsyncExitStack()
        self.child: Child | None = None

    async def start(self) -> None:
        """Start it, and wait until it serves."""
        self.child = await self._stack.enter_async_context(running(self._command()))
        await until_printed(self.child, self.ready)

    async def stop(self) -> None:
        """Stop it as its operator does."""
        await self._stack.aclose()
        self.child = None

    def _command(self) -> Command:
        raise AssertionError("each program has its own")


@dataclass(frozen=True)
class SmallDisk:
    """A file system in memory of so many MiB that only the program sees: no privileges are needed, and it ends with it."""

    folder: Path
    size: int

    def around(self, argv: Sequence[str]) -> list[str]:
        """The command that mounts it and becomes the program."""
        mount = 'mount -t tmpfs -o "size=$1m" tmpfs "$2" && shift 2 && exec "$@"'
        own = [require("unshare", "util-linux"), "--user", "--map-current-user", "--keep-caps", "--mount"]
        return [*own, "sh", "-c", mount, "sh", str(self.size), str(self.folder), *argv]


class Postgres(_Process):
    """A PostgreSQL cluster, durable as in production."""

    ready = "LOG:  database system is ready to accept connections"

    def __init__(self, folder: Path, disk: SmallDisk | None = None) -> None:
        super().__init__(folder, disk)
        self._owner = POSTGRES_USER if os.geteuid() == 0 else None
        self._programs = (
            max(
                (path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")),
                key=lambda path: int(path.parent.name),
                default=None,
            )
            or Path(require("initdb", "postgresql-15")).parent
        )

    async def initialise(self) -> None:
        """Make the files."""
        options = ["-U", POSTGRES_USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
        await self._run([str(self._programs / "initdb"), "-D", str(self.folder / "rows"), *options])

    def _command(self) -> Command:
        settings = ["listen_addresses=127.0.0.1", "max_connections=60", "log_line_prefix="]
        argv = [str(self._programs / "postgres"), "-D", str(self.folder / "rows"), "-p", str(self.port)]
        argv += ["-k", str(self.folder), *(part for setting in settings for part in ("-c", setting))]
        argv = self.disk.around(argv) if self.disk else argv
        return Command(argv, self.folder, user=self._owner, stop_signal=signal.SIGINT)

    async def _run(self, argv: Sequence[str]) -> None:
        process = await asyncio.create_subprocess_exec(
            *argv,
            cwd=self.folder,
            user=self._owner,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
        if process.returncode:
            raise RuntimeError(f"{argv[0]} failed:\n{output.decode(errors='replace')}")

    async def new_database(self) -> str:
        """The name of an empty database; its rows lie on the small disk, if there is one."""
        name, where = _name(), ""
        if self.disk is not None:
            await self.run(f"CREATE TABLESPACE {name} LOCATION '{self.disk.folder}'")
            where = f" TABLESPACE {name}"
        await self.run(f'CREATE DATABASE "{name}"{where}')
        return name

    async def run(self, statement: str, database: str = "postgres") -> list[asyncpg.Record]:
        """Run a statement as the cluster's owner."""
        connection = await asyncpg.connect(self.uri(database, self.port))
        try:
            return await connection.fetch(statement)
        finally:
            await connection.close()

    def uri(self, name: str, port: int) -> str:
        """The `databaseURI` of a database through a port."""
        return f"postgres://{POSTGRES_USER}:tell-nobody@127.0.0.1:{port}/{name}"


class StandIn(_Process):
    """The MongoDB stand-in, which keeps its data in a file."""

    ready = "ready "

    def _command(self) -> Command:
        java = require("java", "openjdk-17-jre-headless")
        argv = [
            java,
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-cp",
            str(ORACLE / "lib" / "*"),
            str(ORACLE / "MongoStandIn.java"),
        ]
        rows = (self.disk.folder if self.disk else self.folder) / "rows.h2"
        argv += [str(self.port), str(rows)]
        return Command(self.disk.around(argv) if self.disk else argv, self.folder)

    async def new_database(self) -> str:
        """The name of an empty database."""
        return _name()

    def uri(self, name: str, port: int) -> str:
        """The `databaseURI` of a database through a port."""
        return f"mongodb://127.0.0.1:{port}/{name}"


def _name() -> str:
    return f"parse_{uuid.uuid4().hex[:12]}"


@asynccontextmanager
async def database(store: Store, disk_size: int | None = None) -> AsyncIterator[Postgres | StandIn]:
    """A database server that runs; `disk_size` in MiB puts its rows on a small disk."""
    owner = POSTGRES_USER if store == "postgres" and os.geteuid() == 0 else None
    with temporary_folder(owner) as folder, temporary_folder(owner) as mounted:
        disk = SmallDisk(mounted, disk_size) if disk_size else None
        server = Postgres(folder, disk) if store == "postgres" else StandIn(folder, disk)
        if isinstance(server, Postgres):
            await server.initialise()
        await server.start()
        try:
            yield server
        finally:
            await server.stop()

"""Starts the real Parse Server, its stores, and parsepy, each in a folder and on a port of its own."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import uuid
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import aiohttp
import orjson
from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError

from tests.compat.processes import (
    READY_TIMEOUT,
    Child,
    Command,
    MissingProgramError,
    free_port,
    require,
    running,
    temporary_folder,
    until_printed,
)

Options = Mapping[str, Any]
Store = Literal["mongo", "postgres"]
OwnStore = Literal["sqlite", "memory", "mongo", "postgres"]
"""What parsepy runs on; the reference has no others than the two of `Store`."""

REAL_MONGODB = "PARSEPY_TEST_MONGODB"
"""This variable names a real MongoDB (`mongodb://127.0.0.1:27017`, options allowed) to use instead of the stand-in."""

COMPAT = Path(__file__).parent
ORACLE = COMPAT / "oracle"
ROOT = COMPAT.parent.parent
POSTGRES_USER = "postgres"
TEMPLATE = "with_postgis"
DROP_TIMEOUT_MS = 5_000


@dataclass(frozen=True)
class Server:
    """A running server. `url` includes the mount path; `folder` holds its files and log."""

    url: str
    port: int
    child: Child
    folder: Path


def server_options(port: int, options: Options) -> dict[str, Any]:
    """What every server of the tests has, overlaid with `options`."""
    mount = str(options.get("mountPath", "/parse"))
    defaults: dict[str, Any] = {
        "appId": "test",
        "masterKey": "master",
        "mountPath": mount,
        "serverURL": f"http://127.0.0.1:{port}{mount}",
        "host": "127.0.0.1",
        "silent": True,
        "allowClientClassCreation": True,
    }
    return {**defaults, **options, "port": port}


@contextlib.asynccontextmanager
async def mongo_stand_in(file: Path | None = None) -> AsyncIterator[str]:
    """A server with MongoDB's wire protocol; gives its address without a database name. `file` keeps the data."""
    java = require("java", "openjdk-17-jre-headless")
    if not any((ORACLE / "lib").glob("*.jar")):
        fetch = f"{require('mvn', 'maven')} -f tests/compat/oracle dependency:copy-dependencies"
        raise MissingProgramError(f"the MongoDB stand-in is not installed. Run: {fetch}")
    stand_in = ["-cp", str(ORACLE / "lib" / "*"), str(ORACLE / "MongoStandIn.java")]
    argv = [java, "-Xmx1g", "-XX:+UseSerialGC", *stand_in, "0"]
    with temporary_folder() as folder:
        async with running(Command([*argv, *([str(file)] if file else [])], folder)) as child:
            line = await until_printed(child, "ready ")
            yield f"mongodb://127.0.0.1:{line.split()[1]}"


@contextlib.asynccontextmanager
async def postgres_cluster() -> AsyncIterator[str]:
    """A PostgreSQL cluster of our own, durable as in production; gives its address without a database name."""
    owner = POSTGRES_USER if os.geteuid() == 0 else None
    bin_folder = _postgres_programs()
    port = free_port()
    with temporary_folder(owner) as folder:
        rows = folder / "rows"
        await _run(
            [
                str(bin_folder / "initdb"),
                "-D",
                str(rows),
                "-U",
                POSTGRES_USER,
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
            ],
            folder=folder,
            user=owner,
        )
        argv = [
            str(bin_folder / "postgres"),
            "-D",
            str(rows),
            "-p",
            str(port),
            "-k",
            str(folder),
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            "max_connections=200",
            "-c",
            "log_line_prefix=",
        ]
        async with running(Command(argv, folder, user=owner, stop_signal=signal.SIGINT)) as child:
            # Its port is open while it still refuses to talk.
            await until_printed(child, "LOG:  database system is ready to accept connections")
            await _create_template(f"postgres://{POSTGRES_USER}@127.0.0.1:{port}")
            yield f"postgres://{POSTGRES_USER}@127.0.0.1:{port}"


@contextlib.asynccontextmanager
async def store_server(store: Store) -> AsyncIterator[str]:
    """A database server; gives its address. For "mongo" the one that PARSEPY_TEST_MONGODB names, else the stand-in."""
    real = os.environ.get(REAL_MONGODB) if store == "mongo" else None
    if real:
        yield real
        return
    async with mongo_stand_in() if store == "mongo" else postgres_cluster() as address:
        yield address


@contextlib.asynccontextmanager
async def fresh_database(store: Store, address: str | None = None) -> AsyncIterator[str]:
    """A `databaseURI` of an empty database: on the store at `address`, else on one started for it. Dropped at the end."""
    if address is None:
        async with store_server(store) as started, fresh_database(store, started) as uri:
            yield uri
        return
    name = f"parse_{uuid.uuid4().hex[:12]}"
    if store == "postgres":
        await _sql(f"{address}/postgres", f'CREATE DATABASE "{name}" TEMPLATE {TEMPLATE}')
    try:
        yield database_uri(address, name)
    finally:
        await asyncio.shield(_drop(store, address, name))


def database_uri(address: str, name: str) -> str:
    """The address of one database on a server; what stands after a `?` stays there."""
    base, mark, options = address.partition("?")
    return f"{base.rstrip('/')}/{name}{mark}{options}"


@contextlib.asynccontextmanager
async def reference(
    options: Options | None = None,
    store: Store = "mongo",
    *,
    cloud: Path | None = None,
    address: str | None = None,
    folder: Path | None = None,
) -> AsyncIterator[Server]:
    """The real Parse Server, on an empty database unless the options name one. `cloud` is a .js file.

    `address` reuses a store already running; `folder` keeps its files and log, where a new one would be removed.
    """
    node = require("node", "nodejs")
    if not (COMPAT / "node_modules" / "parse-server").is_dir():
        raise MissingProgramError("the real Parse Server is not installed. Run: npm ci --prefix tests/compat")
    async with contextlib.AsyncExitStack() as stack:
        home = folder or stack.enter_context(temporary_folder())
        asked = {**(options or {}), **({"cloud": str(cloud)} if cloud else {})}
        if "databaseURI" not in asked:
            asked["databaseURI"] = await stack.enter_async_context(fresh_database(store, address))
        port = int(asked.get("port") or free_port())
        config = _write_config(home, server_options(port, asked))
        child = await stack.enter_async_context(
            running(Command([node, str(ORACLE / "reference.cjs"), str(config)], home))
        )
        await until_printed(child, "ready ")
        yield _server(config, port, child)


@contextlib.asynccontextmanager
async def parsepy(
    options: Options | None = None,
    store: OwnStore = "sqlite",
    *,
    cloud: Path | None = None,
    address: str | None = None,
    folder: Path | None = None,
    cluster: int | None = None,
) -> AsyncIterator[Server]:
    """parsepy, with the reference's option names and as `reference`. `cloud` is a .py file; `cluster` a number of workers."""
    async with contextlib.AsyncExitStack() as stack:
        home = folder or stack.enter_context(temporary_folder())
        asked = {**(options or {}), **({"cloud": str(cloud)} if cloud else {})}
        if "databaseURI" not in asked:
            asked["databaseURI"] = await stack.enter_async_context(_own_database(store, address, home))
        port = int(asked.get("port") or free_port())
        config = _write_config(home, server_options(port, asked))
        argv = [
            sys.executable,
            "-m",
            "parsepy",
            "serve",
            str(config),
            *(["--cluster", str(cluster)] if cluster else []),
        ]
        child = await stack.enter_async_context(running(Command(argv, home, env={"PYTHONPATH": str(ROOT)})))
        server = _server(config, port, child)
        await until_healthy(server)
        yield server


@contextlib.asynccontextmanager
async def _own_database(store: OwnStore, address: str | None, home: Path) -> AsyncIterator[str]:
    match store:
        case "sqlite":
            yield f"sqlite:///{home / 'parse.db'}"
        case "memory":
            yield "memory://"
        case _:
            async with fresh_database(store, address) as uri:
                yield uri


async def until_healthy(server: Server) -> None:
    """Wait for `/health` to be answered, if only by a refusal; `StartError` with the log if it is not."""
    deadline = asyncio.get_running_loop().time() + READY_TIMEOUT
    async with aiohttp.ClientSession() as session:
        while not await _is_healthy(server, session):
            if not server.child.alive():
                raise server.child.failure("ended before it was healthy")
            if asyncio.get_running_loop().time() > deadline:
                raise server.child.failure(f"not healthy after {READY_TIMEOUT:.0f} s")
            await asyncio.sleep(0.05)


async def _is_healthy(server: Server, session: aiohttp.ClientSession) -> bool:
    try:
        async with session.get(f"{server.url}/health") as answer:
            # An allow-list may close the route, and yet the server is up.
            return answer.status < 500
    except aiohttp.ClientError:
        return False


async def until_port_open(child: Child, port: int) -> None:
    """Wait for a program to accept connections; `StartError` with the log if it does not."""
    deadline = asyncio.get_running_loop().time() + READY_TIMEOUT
    while asyncio.get_running_loop().time() < deadline:
        if not child.alive():
            raise child.failure("ended before it accepted connections")
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return
        await asyncio.sleep(0.05)
    raise child.failure(f"no connection after {READY_TIMEOUT:.0f} s")


def _server(config: Path, port: int, child: Child) -> Server:
    mount = orjson.loads(config.read_bytes())["mountPath"].rstrip("/")
    return Server(f"http://127.0.0.1:{port}{mount}", port, child, config.parent)


def _write_config(folder: Path, options: Options) -> Path:
    config = folder / "config.json"
    config.write_bytes(orjson.dumps(options, option=orjson.OPT_INDENT_2))
    return config


def _postgres_programs() -> Path:
    """The folder of the newest installed PostgreSQL: Debian keeps `postgres` and `initdb` out of the PATH."""
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if folders:
        return max(folders, key=lambda path: int(path.parent.name))
    return Path(require("initdb", "postgresql-15 postgresql-15-postgis-3")).parent


async def _create_template(address: str) -> None:
    """What fresh databases are copies of; with PostGIS if the package is there (without it, geo fields cannot be stored)."""
    await _sql(f"{address}/postgres", f"CREATE DATABASE {TEMPLATE}")
    has_postgis = "SELECT 'CREATE EXTENSION postgis' FROM pg_available_extensions WHERE name = 'postgis' \\gexec"
    await _sql(f"{address}/{TEMPLATE}", has_postgis)


async def _sql(uri: str, statement: str) -> None:
    await _run([str(_postgres_programs() / "psql"), "-q", "-v", "ON_ERROR_STOP=1", uri], feed=statement)


async def _drop(store: Store, address: str, name: str) -> None:
    """Remove a database; a server that is gone took it along."""
    if store == "postgres":
        with contextlib.suppress(RuntimeError):
            await _sql(f"{address}/postgres", f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        return
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(address, serverSelectionTimeoutMS=DROP_TIMEOUT_MS)
    with contextlib.suppress(PyMongoError):
        async with client:
            await client.drop_database(name)


async def _run(argv: list[str], *, folder: Path | None = None, user: str | None = None, feed: str = "") -> None:
    process = await asyncio.create_subprocess_exec(
        *argv,
        cwd=folder,
        user=user,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate(feed.encode())
    if process.returncode:
        raise RuntimeError(f"{argv[0]} failed:\n{output.decode(errors='replace')}")

"""Servers that take deployments, and a small client that deploys to them over REST."""

from __future__ import annotations

import asyncio
import gzip
import io
import tarfile
import zipfile
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from tests.compat.servers import Server, parsepy

DEADLINE = 120.0
OPTIONS = {"silent": False, "logsFolder": None, "verifyServerUrl": False, "cloudDeploy": True}
KEYS = {"X-Parse-Application-Id": "test", "X-Parse-Master-Key": "master"}
CODE = """\
from parsepy import Cloud

cloud = Cloud()


@cloud.define("version")
async def version(request):
    return {version!r}
"""


def bundle(files: Mapping[str, str]) -> bytes:
    """A .tar.gz of the files."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return gzip.compress(packed.getvalue(), mtime=0)


def code(version: object, *, more: str = "") -> str:
    """Cloud code with a function that tells its version, and more."""
    return CODE.replace("{version!r}", repr(version)) + more


def versioned(version: object, *, more: str = "") -> bytes:
    """A bundle of such code."""
    return bundle({"main.py": code(version, more=more)})


def write_wheel(folder: Path, name: str) -> None:
    """The smallest wheel that pip installs."""
    info = f"{name}-1.0.dist-info"
    files = {
        f"{name}.py": "here = True\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": "",
    }
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)


@dataclass(frozen=True)
class Site:
    """A server that takes deployments."""

    server: Server
    session: aiohttp.ClientSession

    async def ask(self, method: str, path: str, data: bytes | None = None, **headers: str) -> tuple[int, Any]:
        """Status and JSON of an answer to the master key."""
        sent = {**KEYS, "Content-Type": "application/gzip" if data else "application/json", **headers}
        url = f"{self.server.url}{path}"
        async with self.session.request(method, url, data=data or None, headers=sent) as answer:
            return answer.status, await answer.json()

    async def upload(self, data: bytes, note: str = "") -> str:
        """Upload a bundle; the id of its release."""
        status, made = await self.ask("POST", f"/cloud_code/releases?note={note}", data)
        assert (status, made.get("state")) == (201, "checking"), made
        return str(made["id"])

    async def release(self, release: str) -> dict[str, Any]:
        """A release as it is now."""
        found: dict[str, Any] = (await self.ask("GET", f"/cloud_code/releases/{release}"))[1]
        return found

    async def settled(self, release: str) -> dict[str, Any]:
        """A release once it is active or has failed."""
        deadline = asyncio.get_running_loop().time() + DEADLINE
        while (found := await self.release(release))["state"] in {"checking", "activating"}:
            assert asyncio.get_running_loop().time() < deadline, (found, self.server.child.text()[-3000:])
            await asyncio.sleep(0.1)
        return found

    async def deploy(self, data: bytes) -> dict[str, Any]:
        """Upload a bundle and wait for what becomes of it."""
        return await self.settled(await self.upload(data))

    async def active(self) -> str | None:
        """The id of the active release."""
        found: str | None = (await self.ask("GET", "/cloud_code/releases"))[1]["active"]
        return found

    async def version(self) -> Any:
        """What the cloud code that answers calls itself; the error's code if there is none."""
        _, answer = await self.ask("POST", "/functions/version")
        return answer.get("result", answer.get("code"))

    async def until_version(self, expected: object) -> None:
        """Wait until every answer is that one: twenty in a row."""
        deadline = asyncio.get_running_loop().time() + DEADLINE
        answers: list[Any] = []
        while answers != [expected] * 20:
            assert asyncio.get_running_loop().time() < deadline, (answers, self.server.child.text()[-3000:])
            await asyncio.sleep(0.05)
            answers = [*answers, await self.version()][-20:]


@asynccontextmanager
async def site(uri: str, folder: Path, *, cluster: int | None = 2, **options: Any) -> AsyncIterator[Site]:
    """A server of so many workers in a folder of its own, on a database that others may use too."""
    await asyncio.to_thread(folder.mkdir, exist_ok=True)
    asked = {**OPTIONS, "databaseURI": uri, **options}
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(parsepy(asked, folder=folder, cluster=cluster))
        # Each request on a connection of its own: all workers get some.
        connector = aiohttp.TCPConnector(force_close=True)
        session = await stack.enter_async_context(aiohttp.ClientSession(connector=connector))
        yield Site(server, session)

"""Programs that serve a dashboard, and people who visit it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http.cookies import Morsel
from pathlib import Path
from typing import Any

import aiohttp
from yarl import URL

from parsepy.dashboard import bundle
from tests.unit.cli.processes import Running, environment

DASHBOARD = re.compile(r"https?://127\.0\.0\.1:\d+/\S*")


def files(folder: Path) -> str:
    """A place with as much of a bundle as the server looks at; gives the place."""
    landmark = folder / "files" / bundle.FOLDER / bundle.LANDMARK
    landmark.parent.mkdir(parents=True, exist_ok=True)
    landmark.write_text("the page's script")
    return str(folder / "files")


@asynccontextmanager
async def alone(folder: Path, *arguments: str, **env: str) -> AsyncIterator[tuple[Running, str]]:
    """`parsepy dashboard`, ready, and its address; ended with the block."""
    with (folder / "output.txt").open("w") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "parsepy", "dashboard", *arguments,
            cwd=folder, env=environment(PARSEPY_DASHBOARD_FILES=files(folder), **env), stdout=output, stderr=output,
        )  # fmt: skip
    running = Running(process, folder)
    try:
        await running.until_printed("The dashboard is at ")
        yield running, address(running)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def address(server: Running) -> str:
    """Where the dashboard is, as the start tells it."""
    line = next(line for line in server.output.splitlines() if "ashboard" in line and "http" in line)
    found = DASHBOARD.search(line)
    assert found is not None, line
    return found[0]


@dataclass(frozen=True)
class Visitor:
    """Somebody with a browser of his own, which keeps its connection and its cookies."""

    session: aiohttp.ClientSession
    url: str

    async def get(self, path: str = "", **headers: str) -> tuple[int, str]:
        """Status and text of a page; redirects are not followed."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.session.get(self.url + path, headers=named, allow_redirects=False) as answer:
            return answer.status, await answer.text()

    async def apps(self) -> Any:
        """The apps that the dashboard tells of; the status if it does not."""
        status, text = await self.get("parse-dashboard-config.json")
        return json.loads(text)["apps"] if status == 200 else status

    def remember(self, other: Iterable[Morsel[str]]) -> None:
        """Take over the cookies of somebody else's browser."""
        self.session.cookie_jar.update_cookies({cookie.key: cookie.value for cookie in other}, URL(self.url))

    async def through_proxy(self, path: str, **form: str) -> tuple[int, str]:
        """Status and text of a page that a proxy at https://example.com asks for; with a form it is posted."""
        told = {"Host": "example.com", "X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https"}
        # The jar keeps to itself what may go over https only.
        told["Cookie"] = "; ".join(f"{cookie.key}={cookie.value}" for cookie in self.session.cookie_jar)
        method = "POST" if form else "GET"
        async with self.session.request(
            method, self.url + path, data=form or None, headers=told, allow_redirects=False
        ) as answer:
            self.remember(answer.cookies.values())
            return answer.status, await answer.text()

    async def log_in(self, name: str, password: str) -> str:
        """Fill in the form; gives where that leads."""
        _, page = await self.get("login")
        form = {"username": name, "password": password, "_csrf": token_in(page)}
        async with self.session.post(f"{self.url}login", data=form, allow_redirects=False) as answer:
            assert answer.status == 302, await answer.text()
            return answer.headers["Location"]


@asynccontextmanager
async def visitors(url: str, count: int = 1) -> AsyncIterator[list[Visitor]]:
    """As many visitors, each on one connection that stays open."""
    async with contextlib.AsyncExitStack() as stack:
        yield [Visitor(await stack.enter_async_context(_browser()), url) for _ in range(count)]


def token_in(page: str) -> str:
    """What a page wants back with its form."""
    found = re.search(r'id="csrf" type="application/json">"([^"]+)"', page)
    assert found is not None, page
    return found[1]


def _browser() -> aiohttp.ClientSession:
    jar = aiohttp.CookieJar(unsafe=True)
    return aiohttp.ClientSession(cookie_jar=jar, connector=aiohttp.TCPConnector(limit=1))


def configured(folder: Path, **options: object) -> str:
    """Writes a configuration of `parsepy serve` with these options; gives its name."""
    app = {"appId": "a", "masterKey": "m", "serverURL": "http://127.0.0.1:1337/parse", "verifyServerUrl": False}
    (folder / "config.json").write_text(json.dumps({**app, "host": "127.0.0.1", "port": 0, **options}))
    return "config.json"

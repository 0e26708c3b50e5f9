"""The dashboard over HTTP, alone and beside apps."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from parsepy.dashboard.config import Dashboard
from parsepy.web.dashboard import DashboardPages
from parsepy.web.http import HttpServer
from parsepy.web.listening import listen, port_of
from parsepy.web.serving import Handler, serving
from tests.unit.api.doors import door
from tests.unit.dashboard.visiting import ANN, SCRIPT, dashboard, site

OPEN = dashboard()


@asynccontextmanager
async def client(handler: Handler) -> AsyncIterator[aiohttp.ClientSession]:
    """Of a server with that handler."""
    listener = listen("127.0.0.1", 0)
    url = f"http://127.0.0.1:{port_of(listener)}"
    cookies = aiohttp.CookieJar(unsafe=True)
    async with serving(handler, listener), aiohttp.ClientSession(url, cookie_jar=cookies) as session:
        yield session


@asynccontextmanager
async def beside_apps(
    folder: Path, described: Dashboard = OPEN, mount: str = "/parse"
) -> AsyncIterator[aiohttp.ClientSession]:
    """A client of a server that serves apps at `mount`, too."""
    pages = DashboardPages(site(folder, described))
    async with client(HttpServer(replace(await door(), mount=mount), dashboard=pages).handle) as session:
        yield session


async def raw(session: aiohttp.ClientSession, request: bytes) -> bytes:
    """The answer to exactly these bytes."""
    base = session._base_url
    assert base is not None
    reader, writer = await asyncio.open_connection(base.host, base.port)
    writer.write(request)
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


@pytest.mark.parametrize("mount", ["/parse", "/", "/dash", "/dashboard-api"])
async def test_dashboard_and_apps_stand_beside_each_other(tmp_path: Path, mount: str) -> None:
    async with beside_apps(tmp_path, mount=mount) as session:
        page = await session.get("/dashboard/apps")
        health = await session.get(f"{mount.rstrip('/')}/health")

        assert (page.status, b"browser_mount" in await page.read()) == (200, True)
        assert await health.json() == {"status": "ok"}


@pytest.mark.parametrize("mount", ["/dashboard/parse", "/parse"])
async def test_apps_below_the_dashboard_are_still_reached(tmp_path: Path, mount: str) -> None:
    described = OPEN if mount.startswith("/dashboard") else replace(OPEN, mount="/")
    async with beside_apps(tmp_path, described, mount) as session:
        health = await session.get(f"{mount}/health")
        page = await session.get(f"{described.mount}apps")

        assert await health.json() == {"status": "ok"}
        assert b"browser_mount" in await page.read()


async def test_the_start_page_stays_where_it_is(tmp_path: Path) -> None:
    async with beside_apps(tmp_path) as session, session.get("/") as page:
        assert "This is a Parse server." in await page.text()


async def test_the_mount_without_its_slash_leads_to_it(tmp_path: Path) -> None:
    async with beside_apps(tmp_path) as session, session.get("/dashboard?a=b", allow_redirects=False) as page:
        assert (page.status, page.headers["Location"]) == (301, "/dashboard/?a=b")


async def test_no_other_origin_may_read_anything(tmp_path: Path) -> None:
    async with beside_apps(tmp_path) as session:
        for path in ("/dashboard/", f"/dashboard/{SCRIPT}", "/dashboard/parse-dashboard-config.json"):
            async with session.get(path, headers={"Origin": "https://evil.example"}) as page:
                assert "Access-Control-Allow-Origin" not in page.headers


async def test_a_head_request_gets_the_headers_alone(tmp_path: Path) -> None:
    async with beside_apps(tmp_path) as session:
        page = await session.head(f"/dashboard/{SCRIPT}", headers={"Accept-Encoding": "identity"})

        assert (page.status, page.headers["Content-Length"], await page.read()) == (200, "600", b"")


async def test_a_known_file_has_no_type(tmp_path: Path) -> None:
    async with beside_apps(tmp_path) as session:
        tag = (await session.get(f"/dashboard/{SCRIPT}")).headers["ETag"]
        page = await session.get(f"/dashboard/{SCRIPT}", headers={"If-None-Match": tag})

        assert (page.status, page.headers.get("Content-Type")) == (304, None)


async def test_a_long_form_is_refused(tmp_path: Path) -> None:
    async with beside_apps(tmp_path, dashboard(ANN)) as session:
        page = await session.post("/dashboard/login", data=b"x" * 200_000)

        assert page.status == 413


async def test_alone_it_knows_no_other_pages(tmp_path: Path) -> None:
    async with client(DashboardPages(site(tmp_path, OPEN)).handle) as session:
        statuses = [(await session.get(path)).status for path in ("/", "/dashboardx", "/other", "/dashboard/")]

        assert statuses == [404, 404, 404, 200]


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (b"GET /dashboard/%ff%00?%ff HTTP/1.1", b"302"),
        (b"GET /dashboard/../parse/health HTTP/1.1", b"302"),
        (b"GET /dashboard?%ff HTTP/1.1", b"301"),
        (b"GET /dashboard/login?redirect=%0d%0aX:y HTTP/1.1", b"200"),
        (b"GET /dashboard/login HTTP/1.0", b"403"),
    ],
)
async def test_strange_requests_are_answered_all_the_same(tmp_path: Path, line: bytes, status: bytes) -> None:
    async with beside_apps(tmp_path, dashboard(ANN)) as session:
        answer = await raw(session, line + b"\r\nHost: localhost\r\nConnection: close\r\n\r\n")

    assert answer.split(b" ")[1] == status


async def test_what_a_client_wrote_before_a_proxys_own_line_is_not_believed(tmp_path: Path) -> None:
    described = replace(dashboard(ANN), trust_proxy=replace(OPEN.trust_proxy, hops=1))
    lines = (
        b"Host: localhost\r\nX-Forwarded-For: 127.0.0.1\r\nX-Forwarded-For: 198.51.100.7\r\nConnection: close\r\n\r\n"
    )
    async with beside_apps(tmp_path, described) as session:
        answer = await raw(session, b"GET /dashboard/login HTTP/1.1\r\n" + lines)

    assert answer.split(b" ")[1] == b"403"

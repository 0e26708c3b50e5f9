"""Whom a dashboard answers: without users this computer alone, whatever a request pretends."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest
import pytest_asyncio

from parsepy.cli import banner
from tests.integration.dashboard.visiting import Visitor, address, configured, files, token_in, visitors
from tests.unit.cli.processes import serving

pytestmark = pytest.mark.slow
CONFIG = "parse-dashboard-config.json"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def url(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """The dashboard of a start without configuration."""
    folder = tmp_path_factory.mktemp("reach")
    async with serving(folder, "--port", "0", PARSEPY_DASHBOARD_FILES=files(folder)) as server:
        yield address(server)


@pytest.fixture
async def visitor(url: str) -> AsyncIterator[Visitor]:
    async with visitors(url) as (found,):
        yield found


async def test_this_computer_gets_the_page_and_the_keys(visitor: Visitor) -> None:
    status, page = await visitor.get()
    (app,) = await visitor.apps()

    assert (status, "browser_mount" in page) == (200, True)
    assert app["serverURL"] == visitor.url.replace("/dashboard/", "/parse")
    async with visitor.session.get(
        f"{app['serverURL']}/schemas",
        headers={"X-Parse-Application-Id": app["appId"], "X-Parse-Master-Key": app["masterKey"]},
    ) as answer:
        assert answer.status == 200


async def test_the_files_are_those_that_were_installed(visitor: Visitor) -> None:
    assert await visitor.get("bundles/dashboard.bundle.js") == (200, "the page's script")


@pytest.mark.parametrize("host", ["localhost", "localhost:1337", "dash.localhost:1", "127.8.9.1", "[::1]:80"])
async def test_names_of_this_computer_are_taken(visitor: Visitor, host: str) -> None:
    assert (await visitor.get(CONFIG, Host=host))[0] == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "192.0.2.1", "[2001:db8::1]", "0.0.0.0"],
)
async def test_a_name_that_leads_here_from_elsewhere_gets_nothing(visitor: Visitor, host: str) -> None:
    for path in ("", CONFIG, "bundles/dashboard.bundle.js"):
        status, text = await visitor.get(path, Host=host)
        assert (status, "masterKey" in text) == (403, False)


@pytest.mark.parametrize(
    "header",
    [{"X_Forwarded_For": "127.0.0.1"}, {"X_Forwarded_Host": "localhost"}, {"X_Forwarded_Proto": "https"},
     {"Forwarded": "for=127.0.0.1"}, {"X_Real_IP": "127.0.0.1"}, {"Via": "1.1 proxy"}, {"CF_Connecting_IP": "::1"}],
    ids=lambda header: next(iter(header)),
)  # fmt: skip
async def test_what_a_proxy_passed_on_gets_nothing(visitor: Visitor, header: dict[str, str]) -> None:
    status, text = await visitor.get(CONFIG, **header)

    assert (status, text.startswith('{"success": false, "error": ')) == (403, True)


@pytest.mark.parametrize("header", [{"Sec_Fetch_Site": "cross-site"}, {"Origin": "http://evil.example"}])
async def test_a_page_of_another_site_gets_no_keys(visitor: Visitor, header: dict[str, str]) -> None:
    status, text = await visitor.get(CONFIG, **header)

    assert (status, "masterKey" in text) == (403, False)


async def test_another_computer_gets_nothing(url: str) -> None:
    port = urlsplit(url).port or 0
    elsewhere = banner.lan_url("0.0.0.0", port, "/dashboard/")
    if elsewhere is None:
        pytest.skip("this computer is in no network")
    async with aiohttp.ClientSession() as session, session.get(elsewhere, headers={"Host": "localhost"}) as answer:
        assert answer.status == 403


async def test_the_start_page_leads_to_it(visitor: Visitor, tmp_path: Path) -> None:
    async with visitor.session.get(visitor.url.replace("/dashboard/", "/")) as answer:
        assert '<a href="/dashboard/">' in await answer.text()


async def test_a_configured_server_has_none_unless_asked(tmp_path: Path) -> None:
    async with serving(tmp_path, configured(tmp_path)) as server, visitors(server.url.replace("/parse", "/")) as (one,):
        assert (await one.get("dashboard/"))[0] == 404
        assert "Dashboard" not in (await one.get())[1]


async def test_with_users_https_is_needed_from_elsewhere(tmp_path: Path) -> None:
    option = {"users": [{"user": "ann", "pass": "secret"}], "trustProxy": 1, "mountPath": "/admin"}
    name = configured(tmp_path, dashboard=option, publicServerURL="https://example.com/parse")
    env = {"PARSEPY_DASHBOARD_FILES": files(tmp_path)}
    async with serving(tmp_path, name, **env) as server, visitors(address(server)) as (visitor,):
        plain = {"Host": "example.com", "X_Forwarded_For": "192.0.2.7", "X_Forwarded_Proto": "http"}
        assert (await visitor.get("login", **plain))[0] == 403
        assert await visitor.apps() == 401

        _, page = await visitor.through_proxy("login")
        form = {"username": "ann", "password": "secret", "_csrf": token_in(page)}
        assert (await visitor.through_proxy("login", **form))[0] == 302
        status, text = await visitor.through_proxy(CONFIG)
        assert (status, json.loads(text)["apps"][0]["serverURL"]) == (200, "https://example.com/parse")


async def test_before_it_is_installed_the_page_says_how(tmp_path: Path) -> None:
    env = {"PARSEPY_DASHBOARD_FILES": str(tmp_path / "none")}
    async with serving(tmp_path, "--port", "0", **env) as server, visitors(address(server)) as (visitor,):
        status, page = await visitor.get()

        assert (status, "parsepy dashboard install" in page) == (503, True)
        assert "(to be installed once with: parsepy dashboard install)" in server.output
        files(tmp_path)
        (tmp_path / "files").rename(tmp_path / "none")
        assert (await visitor.get())[0] == 200

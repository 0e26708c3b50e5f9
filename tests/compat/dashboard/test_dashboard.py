"""Visitors of the original dashboard and of ours are answered alike."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import aiohttp
import pytest

from tests.compat.dashboard.differences import as_ours, difference
from tests.compat.dashboard.scenarios import GUARDED, HASHES, OPEN, SCENARIOS, Scenario
from tests.compat.dashboard.sides import PUBLIC, Setup, address_elsewhere, original, ours
from tests.compat.dashboard.visitor import Answers, Visitor

Start = Callable[[Setup, Path], AbstractAsyncContextManager[int]]
LOOPBACK = "127.0.0.1"
FILES = sorted(path.relative_to(PUBLIC).as_posix() for path in PUBLIC.rglob("*") if path.is_file())

pytestmark = [pytest.mark.oracle, pytest.mark.slow]


@pytest.fixture
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    """A client that keeps cookies."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield session


@pytest.mark.parametrize("name", SCENARIOS)
async def test_visitors_are_answered_as_by_the_original(name: str, tmp_path: Path) -> None:
    scenario = SCENARIOS[name]
    if scenario.is_elsewhere and address_elsewhere() is None:
        pytest.skip("this computer has no network")
    theirs = await answers(scenario, original, tmp_path)
    found = await answers(scenario, ours, tmp_path)

    assert found.keys() == theirs.keys()
    for label, answer in theirs.items():
        known = difference(name, label)
        if known is None:
            assert found[label] == as_ours(answer), label
        else:
            assert found[label] != answer, f"{label}: no difference any more"
            assert known.ours.items() <= found[label].items(), label


@pytest.mark.parametrize("setup", [OPEN, GUARDED, HASHES], ids=["open", "guarded", "hashed"])
async def test_every_file_of_the_bundle_is_served_byte_for_byte(
    setup: Setup, tmp_path: Path, browser: aiohttp.ClientSession
) -> None:
    async with ours(setup, tmp_path) as port:
        for name in FILES:
            url = f"http://{LOOPBACK}:{port}{setup.mount.rstrip('/')}/{name}"
            async with browser.get(url) as answer:
                assert (name, await answer.read()) == (name, (PUBLIC / name).read_bytes())

    assert len(FILES) == 38


async def test_files_have_the_types_that_the_original_gives_them(
    tmp_path: Path, browser: aiohttp.ClientSession
) -> None:
    types: list[list[str]] = []
    for start in (original, ours):
        async with start(OPEN, tmp_path) as port:
            asked = [browser.head(f"http://{LOOPBACK}:{port}/{name}") for name in FILES]
            types.append([f"{name}: {(await answer).content_type}" for name, answer in zip(FILES, asked, strict=True)])

    assert types[1] == types[0]


async def test_icons_are_served_as_by_the_original(tmp_path: Path, browser: aiohttp.ClientSession) -> None:
    icons = tmp_path / "icons"
    icons.mkdir()
    picture = (PUBLIC / "favicon.ico").read_bytes()
    (icons / "app.ico").write_bytes(picture)
    setup = Setup({**OPEN.config, "iconsFolder": "icons"})

    for start in (original, ours):
        async with start(setup, tmp_path) as port, browser.get(f"http://{LOOPBACK}:{port}/appicons/app.ico") as answer:
            assert (answer.status, await answer.read()) == (200, picture)


@pytest.mark.parametrize("start", [original, ours])
async def test_scripts_cannot_read_the_cookie_and_other_sites_do_not_send_it(
    start: Start, tmp_path: Path, browser: aiohttp.ClientSession
) -> None:
    async with start(GUARDED, tmp_path) as port, browser.get(f"http://{LOOPBACK}:{port}/dashboard/login") as answer:
        cookie = answer.cookies["parse_dash"]

    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


async def answers(scenario: Scenario, start: Start, folder: Path) -> Answers:
    """What a visitor is told."""
    host = address_elsewhere() if scenario.is_elsewhere else LOOPBACK
    cookies = aiohttp.CookieJar(unsafe=True)
    async with start(scenario.setup, folder) as port, aiohttp.ClientSession(cookie_jar=cookies) as session:
        visitor = Visitor(session, f"http://{host}:{port}", scenario.setup.mount)
        await scenario.act(visitor)
        return visitor.answers

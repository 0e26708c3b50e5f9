"""Deploying over REST: who may, and what is answered."""

from __future__ import annotations

import gzip
import hashlib
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from parsepy.system.releases import records, rollout
from parsepy.system.releases.records import PART_BYTES, Release
from tests.inprocess import Client, started
from tests.integration.deploying import versioned

PATHS = (
    ("POST", "/cloud_code/releases"),
    ("GET", "/cloud_code/releases"),
    ("GET", "/cloud_code/releases/abc"),
    ("GET", "/cloud_code/releases/abc/bundle"),
    ("POST", "/cloud_code/releases/abc/activate"),
    ("GET", "/cloud_code/logs"),
)


def body_of(path: str) -> bytes:
    """What a POST to the path holds."""
    return versioned(1) if path.endswith("releases") else b"{}"


@pytest.fixture
async def master(tmp_path: Path) -> AsyncIterator[Client]:
    """The master of an app that takes deployments."""
    options = {"databaseURI": f"sqlite:///{tmp_path}/data.db", "cloudDeploy": True, "maxUploadSize": "3mb"}
    async with started(options, folder=tmp_path) as client:
        yield client.as_("master")


async def uploaded(master: Client, data: bytes) -> Release:
    """A release as it is kept."""
    answer = await master.request("POST", "/cloud_code/releases", data, query={"note": "first"})
    assert answer.status == 201, answer
    found = await records.get(master.app, answer.body["id"])
    assert found is not None
    return found


async def checked(master: Client, *problems: str) -> Release:
    """A release that was checked."""
    release = await uploaded(master, versioned(1))
    await records.claim_check(master.app, release, "server")
    await records.end_check(master.app, release, "server", problems)
    return release


@pytest.mark.parametrize(("method", "path"), PATHS)
async def test_only_the_full_master_key_may_deploy(master: Client, method: str, path: str) -> None:
    body = body_of(path) if method == "POST" else None

    assert (await master.as_("client").request(method, path, body)).status == 403
    assert (await master.as_("readonly").request(method, path, body)).code == 119


@pytest.mark.parametrize(("method", "path"), PATHS)
async def test_nobody_may_deploy_where_it_is_switched_off(tmp_path: Path, method: str, path: str) -> None:
    async with started(folder=tmp_path) as client:
        body = body_of(path) if method == "POST" else None

        assert (await client.as_("master").request(method, path, body)).code == 108


async def test_a_bundle_is_kept_with_who_and_what(master: Client, caplog: pytest.LogCaptureFixture) -> None:
    data = versioned(1)
    with caplog.at_level(logging.INFO, "parsepy"):
        release = await uploaded(master, data)
    shown = (await master.get("/cloud_code/releases")).body["results"][0]
    sha256 = hashlib.sha256(data).hexdigest()

    assert shown == {
        "id": release.id, "state": "checking", "createdAt": release.created_at, "note": "first", "size": len(data),
        "sha256": sha256, "by": "from 127.0.0.1 with the master key",
    }  # fmt: skip
    assert f"release {release.id} (sha256 {sha256}" in caplog.text
    assert "from 127.0.0.1 with the master key" in caplog.text


async def test_a_bundle_of_several_parts_comes_back_byte_by_byte(master: Client) -> None:
    data = gzip.compress(bytes(2), mtime=0) + b"x" * (2 * PART_BYTES)
    release = await uploaded(master, data)

    assert release.parts == 3
    assert (await master.get(f"/cloud_code/releases/{release.id}/bundle")).body == data


async def test_a_bundle_that_was_damaged_in_the_database_is_not_handed_out(master: Client) -> None:
    release = await uploaded(master, versioned(1))
    damaged = Release(**{**vars(release), "sha256": "0" * 64})

    with pytest.raises(records.DamagedError):
        await records.bundle(master.app, damaged)


@pytest.mark.parametrize(("data", "status"), [(b"PK\x03\x04", 400), (b"\x1f\x8b" + b"x" * (3 << 20), 413)])
async def test_what_is_no_bundle_or_too_large_is_refused(master: Client, data: bytes, status: int) -> None:
    assert (await master.request("POST", "/cloud_code/releases", data)).status == status
    assert (await master.get("/cloud_code/releases")).body == {"results": [], "active": None}


@pytest.mark.parametrize("path", ["/cloud_code/releases/none", "/cloud_code/releases/none/bundle"])
async def test_an_unknown_release_is_not_found(master: Client, path: str) -> None:
    assert (await master.get(path)).code == 101


async def test_only_a_release_that_passed_its_checks_can_be_activated(master: Client) -> None:
    unchecked, broken, good = (
        await uploaded(master, versioned(1)),
        await checked(master, "wrong"),
        await checked(master),
    )

    def activate(release: Release) -> Any:
        return master.post(f"/cloud_code/releases/{release.id}/activate")

    assert [(await activate(release)).code for release in (unchecked, broken)] == [142, 142]
    assert (await activate(good)).body == {"id": good.id, "state": "activating"}


async def test_the_states_and_problems_of_releases_are_shown(master: Client) -> None:
    good, broken = await checked(master), await checked(master, "main.py:1: SyntaxError: no")
    waiting = await records.get(master.app, good.id)
    assert waiting is not None
    await rollout.begin(master.app, await rollout.current(master.app), waiting)
    under_way = await rollout.current(master.app)

    assert (await master.get(f"/cloud_code/releases/{good.id}")).body["state"] == "activating"
    assert (await master.get(f"/cloud_code/releases/{broken.id}")).body["problems"] == ["main.py:1: SyntaxError: no"]
    assert await rollout.settle(master.app, under_way, ())
    assert (await master.get("/cloud_code/releases")).body["active"] == good.id


async def test_an_attempt_is_settled_once(master: Client) -> None:
    release = await checked(master)
    waiting = await records.get(master.app, release.id)
    assert waiting is not None
    first = await rollout.current(master.app)

    assert await rollout.begin(master.app, first, waiting)
    assert not await rollout.begin(master.app, first, waiting)
    under_way = await rollout.current(master.app)
    assert await rollout.settle(master.app, under_way, ("no",))
    assert not await rollout.settle(master.app, under_way, ())
    assert (await rollout.current(master.app)).active == ""


async def test_old_releases_are_forgotten_but_not_those_in_use(master: Client) -> None:
    all_ = [await checked(master, "failed") for _ in range(4)]
    await records.forget_old(master.app, {all_[0].id}, keep=2)
    left = {release.id for release in await records.known(master.app)}

    assert len(left) == 3
    assert all_[0].id in left


async def test_no_supervisor_has_no_lines(master: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("parsepy.system.releases.log_tail.PATIENCE_SECONDS", 0.01)

    assert (await master.get("/cloud_code/logs", after="x")).body == {"results": [], "next": "x"}
    assert (await master.get("/cloud_code/logs", wait="soon")).code == 142

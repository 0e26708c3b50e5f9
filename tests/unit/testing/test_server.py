"""The server of a test: what it has, how its clients ask, and how time moves for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer as WebServer

from parsepy import (
    Cloud,
    FunctionRequest,
    GeoPoint,
    JobRequest,
    ParseError,
    ParseObject,
    Query,
    SaveRequest,
    send_email,
)
from parsepy.adapters.clock import SystemClock
from parsepy.settings import SettingsError
from parsepy.testing import FakeClock, TestServer
from parsepy.testing.http import listening

cloud = Cloud()


@cloud.define("echo")
async def echo(request: FunctionRequest) -> dict[str, Any]:
    return {**request.params, "user": request.user and request.user["username"], "master": request.master}


@cloud.define("refuse")
async def refuse(request: FunctionRequest) -> None:
    raise ParseError(4711, "Not today.")


@cloud.define("nothing")
async def nothing(request: FunctionRequest) -> None:
    return None


@cloud.before_save("Score")
async def mark(request: SaveRequest) -> None:
    request.object["marked"] = True


@cloud.define("invite")
async def invite(request: FunctionRequest) -> None:
    await send_email(to=request.params["to"], subject="Come and play", text="Now.")


@cloud.job("count")
async def count(request: JobRequest) -> str:
    await asyncio.sleep(0.01)
    return f"{await Query('Score').count(use_master_key=True)} scores"


@cloud.job("fail")
async def fail(request: JobRequest) -> str:
    raise RuntimeError("it broke")


@pytest.fixture
async def server() -> AsyncIterator[TestServer]:
    async with TestServer(cloud) as running:
        yield running


async def test_a_server_begins_empty_and_runs_the_cloud_code() -> None:
    for _ in range(2):
        async with TestServer(cloud) as server:
            assert await server.client.find("Score") == []
            object_id = await server.client.create("Score", points=1)
            assert (await server.client.fetch("Score", object_id))["marked"] is True


async def test_two_servers_at_the_same_time_have_nothing_in_common() -> None:
    async with TestServer() as one, TestServer() as two:
        await one.client.create("Score", points=1)

        assert await two.client.find("Score") == []


async def test_options_are_those_of_the_server(tmp_path: Path) -> None:
    options = {"appId": "mine", "masterKey": "secret", "maxLimit": 1, "filesFolder": str(tmp_path / "kept")}
    async with TestServer(options=options) as server:
        for _ in range(2):
            await server.client.as_master().create("Score")
        await server.client.as_master().upload("a.txt", b"hello", "text/plain")
        assert len(await server.client.find("Score")) == 1

    assert len(list((tmp_path / "kept").iterdir())) == 1


async def test_wrong_options_are_told() -> None:
    with pytest.raises(SettingsError, match="maxLimit"):
        await TestServer(options={"maxLimit": "many"}).__aenter__()


def test_a_server_that_does_not_run_says_so() -> None:
    with pytest.raises(RuntimeError, match="async with"):
        TestServer().client  # noqa: B018 - asking is what fails


async def test_files_are_gone_with_the_server() -> None:
    async with TestServer() as server:
        stored = await server.client.as_master().upload("a.txt", b"hello", "text/plain")
        read = await server.client.get(f"/files/test/{stored['name']}")
    async with TestServer() as server:
        missing = await server.client.get(f"/files/test/{stored['name']}")

    assert (read.body, missing.status) == (b"hello", 404)


async def test_a_client_speaks_for_nobody_a_user_or_a_key(server: TestServer) -> None:
    ann = await server.client.sign_up("ann")
    mine = server.client.as_(ann)

    assert await server.client.run("echo", a=1) == {"a": 1, "user": None, "master": False}
    assert (await mine.run("echo"))["user"] == "ann"
    assert (await server.client.as_(ann.token).run("echo"))["user"] == "ann"
    assert await mine.as_master().run("echo") == {"user": None, "master": True}
    assert await mine.as_nobody().run("echo") == {"user": None, "master": False}
    assert (await server.client.as_read_only().post("/classes/A")).code == 119


async def test_a_key_that_the_server_has_not_is_told() -> None:
    async with TestServer(options={"readOnlyMasterKey": None}) as server:
        with pytest.raises(ParseError, match="nothing to send as X-Parse-Master-Key"):
            server.client.as_read_only()


async def test_headers_and_addresses_are_sent(server: TestServer) -> None:
    near = server.client.as_master().with_headers({"X-Parse-Cloud-Context": "no json"})

    assert (await near.post("/classes/A")).code == 107
    assert (await server.client.as_master().from_ip("203.0.113.9").get("/schemas")).status == 403


async def test_objects_are_made_found_changed_and_removed(server: TestServer) -> None:
    client = server.client
    ids = [await client.create("Score", points=points) for points in (3, 5, 3)]
    await client.update("Score", ids[0], points=4)
    await client.destroy("Score", ids[1])

    assert [row["objectId"] for row in await client.find("Score")] == [ids[0], ids[2]]
    assert [row["objectId"] for row in await client.find("Score", points=4)] == [ids[0]]
    with pytest.raises(ParseError) as missing:
        await client.fetch("Score", ids[1])
    assert missing.value.code == 101


async def test_values_of_the_sdk_are_sent_in_their_rest_form(server: TestServer) -> None:
    ann, moment = await server.client.sign_up("ann"), datetime(2026, 1, 2, tzinfo=UTC)
    team = await server.client.create("Team")
    object_id = await server.client.create(
        "Score", player=ann, at=moment, place=GeoPoint(1, 2), raw=b"\0", team=ParseObject("Team", team), tags=("a",)
    )
    row = await server.client.fetch("Score", object_id)

    assert (row["player"], row["tags"], row["raw"]["base64"]) == (ann.pointer, ["a"], "AA==")
    assert (row["at"]["iso"], row["place"]["longitude"]) == ("2026-01-02T00:00:00.000Z", 2)
    assert row["team"] == {"__type": "Pointer", "className": "Team", "objectId": team}
    assert len(await server.client.find("Score", player=ann)) == 1


async def test_refusals_are_parse_errors(server: TestServer) -> None:
    with pytest.raises(ParseError) as refused:
        await server.client.run("refuse")
    with pytest.raises(ParseError) as forbidden:
        (await server.client.get("/schemas")).checked()

    assert (refused.value.code, refused.value.message) == (4711, "Not today.")
    assert forbidden.value.message == "Permission denied"
    assert await server.client.run("nothing") is None


async def test_jobs_run_to_their_end(server: TestServer) -> None:
    await server.client.create("Score")
    done, failed = await server.client.run_job("count"), await server.client.run_job("fail")

    assert (done["status"], done["message"]) == ("succeeded", "1 scores")
    assert (failed["status"], failed["message"]) == ("failed", "it broke")


async def test_users_log_in_and_have_roles(server: TestServer) -> None:
    ann, again = await server.client.sign_up("ann"), await server.client.log_in("ann")
    acl = {await server.client.make_role("Admins", ann): {"read": True}}
    await server.client.make_role("Nobodies")
    object_id = await server.client.as_master().create("Secret", ACL=acl)

    assert again.id == ann.id
    assert again.token != ann.token
    assert (await server.client.as_(again).fetch("Secret", object_id))["ACL"] == acl
    assert await server.client.find("Secret") == []


async def test_the_sdk_acts_as_somebody_in_a_test(server: TestServer) -> None:
    ann = await server.client.sign_up("ann")
    async with server.acting(ann):
        await ParseObject("Score", points=1, ACL=ann.only()).save()
        assert await Query("Score").count() == 1
    async with server.acting():
        assert await Query("Score").count() == 0
    async with server.acting(master=True):
        assert await Query("Score").count() == 1


async def test_the_server_lives_by_its_clock(server: TestServer) -> None:
    ann = await server.client.sign_up("ann")
    first = await server.client.create("Score")
    await server.clock.advance(timedelta(days=2))
    second = await server.client.create("Score")

    made = [row["createdAt"] for row in await server.client.find("Score")]
    assert datetime.fromisoformat(made[1]) - datetime.fromisoformat(made[0]) == timedelta(days=2)
    assert [row["objectId"] for row in await server.client.find("Score")] == [first, second]
    await server.clock.advance(timedelta(days=365))
    assert (await server.client.as_(ann).get("/users/me")).code == 209


async def test_retries_wait_for_the_clock(server: TestServer) -> None:
    statuses, told = [500, 500, 200], list[datetime]()

    async def answer(request: web.Request) -> web.Response:
        told.append(server.clock.now())
        return web.json_response({}, status=statuses.pop(0))

    app = web.Application()
    app.router.add_post("/", answer)
    async with WebServer(app) as other:
        hook = {"className": "Game", "triggerName": "afterSave", "url": str(other.make_url("/"))}
        (await server.client.as_master().post("/hooks/triggers", hook)).checked()
        await server.client.create("Game")
        await server.clock.advance(timedelta(minutes=1))

    assert [moment - told[0] for moment in told] == [timedelta(0), timedelta(seconds=1), timedelta(seconds=6)]


async def test_mails_are_kept_to_be_looked_at(server: TestServer) -> None:
    assert len(server.mail) == 0
    await server.client.run("invite", to="ann@example.com")

    assert [(mail.to, mail.subject) for mail in server.mail] == [(("ann@example.com",), "Come and play")]
    async with TestServer(options={"emailAdapter": "console"}) as other:
        with pytest.raises(TypeError, match="does not keep the mails"):
            other.mail  # noqa: B018 - asking is what fails


async def test_a_test_may_choose_the_clock() -> None:
    start = datetime(2030, 1, 1, tzinfo=UTC)
    async with TestServer(clock=FakeClock(start)) as server:
        object_id = await server.client.create("Score")
        assert (await server.client.fetch("Score", object_id))["createdAt"] == "2030-01-01T00:00:00.000Z"
    async with TestServer(clock=SystemClock()) as server:
        with pytest.raises(TypeError, match="cannot be moved"):
            server.clock  # noqa: B018 - asking is what fails


async def test_other_programs_reach_it_over_http(server: TestServer) -> None:
    headers = {"X-Parse-Application-Id": "test"}
    async with (
        listening(server) as url,
        aiohttp.ClientSession(headers=headers) as session,
        session.post(f"{url}/functions/echo", json={"a": 1}) as answer,
    ):
        assert (await answer.json())["result"]["a"] == 1

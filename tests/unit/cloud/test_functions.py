"""Cloud functions: what they are given and what clients are answered."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from parsepy import Cloud, File, FunctionRequest, ParseObject, Query
from tests.inprocess import Client, started

DATE = {"__type": "Date", "iso": "2020-01-01T00:00:00.000Z"}
POINTER = {"__type": "Pointer", "className": "A", "objectId": "b"}
POINT = {"__type": "GeoPoint", "latitude": 1, "longitude": 2}


def shown(value: Any) -> Any:
    match value:
        case datetime() | File() | ParseObject():
            return type(value).__name__
        case dict():
            return {key: shown(item) for key, item in value.items()}
        case list():
            return [shown(item) for item in value]
        case _:
            return value


def functions() -> Cloud:
    cloud = Cloud()
    cloud.define("echo")(lambda request: request.params)
    cloud.define("shown")(lambda request: shown(request.params))
    cloud.define("nothing")(lambda request: None)
    cloud.define("math.one")(lambda request: 1)
    cloud.define("odd")(lambda request: {"a": object()})
    cloud.define("me")(lambda request: request.user)
    cloud.define("outer")(_outer(cloud))
    cloud.define("saved")(_saved)
    cloud.define("caller")(_caller)
    return cloud


def _caller(request: FunctionRequest) -> list[Any]:
    return [request.master, request.is_read_only, request.installation_id, request.context, request.ip]


async def _saved(request: FunctionRequest) -> Any:
    team = await ParseObject("Team", name="Reds").save(use_master_key=True)
    score = await ParseObject("Score", team=team, n=1).save(use_master_key=True)
    found = await Query("Score").include("team").get(score.id or "")
    score["n"] = 2
    return [found, score]


def _outer(cloud: Cloud) -> Any:
    async def outer(request: FunctionRequest) -> Any:
        echoed = await cloud.run("echo", {"when": datetime(2020, 1, 1)})
        return echoed["when"].year

    return outer


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    async with started({}, functions(), folder=tmp_path) as found:
        yield found


async def result(client: Client, name: str, body: Any = None) -> Any:
    answer = await client.post(f"/functions/{name}", body)
    assert answer.status == 200, answer
    return answer.body["result"]


async def test_dates_files_and_pointers_come_as_python_values(client: Client) -> None:
    params = {"d": DATE, "l": [POINTER], "o": {"f": {"__type": "File", "name": "x"}}, "g": POINT, "n": None, "__x": 1}

    assert await result(client, "shown", params) == {
        "d": "datetime",
        "l": ["ParseObject"],
        "o": {"f": "File"},
        "g": POINT,
        "n": None,
        "__x": 1,
    }


async def test_values_go_out_as_they_came_in(client: Client) -> None:
    params = {"d": DATE, "p": POINTER, "g": POINT, "l": [1, 2.5, "x", True, None]}

    assert await result(client, "echo", params) == params


async def test_parameters_of_the_query_string_win(client: Client) -> None:
    answer = await client.request("POST", "/functions/echo", {"a": 1, "b": 2}, query={"a": "7"})

    assert answer.body == {"result": {"a": "7", "b": 2}}


@pytest.mark.parametrize("broken", [{"__type": "Date", "iso": "zz"}, {"__type": "Pointer"}, {"__type": "Date"}])
async def test_broken_parameters_are_refused(client: Client, broken: Any) -> None:
    assert (await client.post("/functions/echo", {"x": [broken]})).code == 111


async def test_parameters_nested_too_deep_are_refused(client: Client) -> None:
    deep: Any = 1
    for _ in range(150):
        deep = [deep]

    assert (await client.post("/functions/echo", {"x": deep})).code == 107


@pytest.mark.parametrize("name", ["unknown", "math", "__class__", "bad'name"])
async def test_unknown_functions_are_named(client: Client, name: str) -> None:
    answer = await client.post(f"/functions/{name}")

    assert (answer.status, answer.body) == (400, {"code": 141, "error": f'Invalid function: "{name}"'})


async def test_results_have_a_json_form(client: Client) -> None:
    assert await result(client, "nothing") is None
    assert await result(client, "math.one") == 1
    assert await result(client, "outer") == 2020
    odd = await client.post("/functions/odd")
    assert (odd.code, "cannot be sent" in odd.body["error"]) == (141, True)


async def test_objects_go_out_whole_unless_they_have_changes(client: Client) -> None:
    found, changed = await result(client, "saved")

    assert (found["__type"], found["className"], found["team"]["name"]) == ("Object", "Score", "Reds")
    assert changed == {"__type": "Pointer", "className": "Score", "objectId": found["objectId"]}


async def test_a_function_knows_its_caller(client: Client) -> None:
    caller = client.as_("readonly", X_Parse_Cloud_Context='{"a": 1}', X_Parse_Installation_Id="i1")

    assert await result(caller, "caller") == [True, True, "i1", {"a": 1}, "127.0.0.1"]


async def test_a_key_that_names_no_installation_has_none(client: Client) -> None:
    assert (await result(client.as_("master"), "caller"))[2] is None


async def test_the_caller_is_an_object_without_secrets(client: Client) -> None:
    ann = await client.sign_up("ann", email="ann@example.com")
    me = await result(client.as_(ann.token), "me")

    assert (me["username"], me["email"], me["sessionToken"]) == ("ann", "ann@example.com", ann.token)
    assert [name for name in me if name.startswith("_") and name != "__type"] == []
    assert "password" not in me


async def test_a_function_chooses_status_and_headers_of_its_answer(tmp_path: Path) -> None:
    cloud = Cloud()

    @cloud.define("made")
    async def made(request: FunctionRequest) -> str:
        request.reply.status = 201
        request.reply.headers["X-Made"] = "yes"
        return "made"

    async with started({}, cloud, folder=tmp_path) as client:
        answer = await client.post("/functions/made")
        batch = {"requests": [{"method": "POST", "path": "/parse/functions/made"}]}
        inside = await client.post("/batch", batch)

    assert (answer.status, answer.headers["X-Made"], answer.body) == (201, "yes", {"result": "made"})
    assert inside.body == [{"success": {"result": "made"}}]

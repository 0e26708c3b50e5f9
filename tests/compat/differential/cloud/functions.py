"""parsepy's side of functions.js: keep the two alike."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from parsepy import ACL, Cloud, CloudError, File, FunctionRequest, GeoPoint, ParseError, ParseObject, Polygon, Query

cloud = Cloud()
WHEN = datetime(2020, 1, 2, 3, 4, 5, 678000, tzinfo=UTC)


def describe(value: Any) -> Any:
    match value:
        case datetime():
            return f"date {value.strftime('%Y-%m-%dT%H:%M:%S')}.{value.microsecond // 1000:03}Z"
        case File():
            return f"file {value.name}"
        case ParseObject():
            return f"pointer {value.class_name} {value.id}"
        case bytes():
            return f"bytes {value.decode()}"
        case list():
            return [describe(item) for item in value]
        case dict():
            return {key: describe(item) for key, item in value.items()}
        case _:
            return value


@cloud.define("echo")
def echo(request: FunctionRequest) -> dict[str, Any]:
    return request.params


@cloud.define("described")
def described(request: FunctionRequest) -> Any:
    return describe(request.params)


@cloud.define("space.of.names")
def inner(request: FunctionRequest) -> str:
    return "inner"


with contextlib.suppress(CloudError):

    @cloud.define("it's")
    def never(request: FunctionRequest) -> str:
        return "never"


@cloud.define("two words")
def two_words(request: FunctionRequest) -> str:
    return "with a space"


@cloud.define("caller")
def caller(request: FunctionRequest) -> dict[str, Any]:
    return {
        "master": request.master,
        "isReadOnly": request.is_read_only,
        "user": request.user["username"] if request.user else None,
        "phone": request.user.get("phone") if request.user else None,
        "installationId": "(none)" if request.installation_id is None else request.installation_id,
        "functionName": request.function_name,
        "context": request.context,
        "hasIp": bool(request.ip),
        "header": request.headers.get("x-custom"),
    }


@cloud.define("later")
async def later(request: FunctionRequest) -> str:
    await asyncio.sleep(0.005)
    return f"later {request.params['name']}"


def public_acl() -> ACL:
    acl = ACL()
    acl.public_read = True
    return acl


VALUES: Mapping[str, Callable[[], Any]] = {
    "nothing": lambda: None,
    "null": lambda: None,
    "text": lambda: "text",
    "empty": lambda: "",
    "number": lambda: 1.5,
    "whole": lambda: 2,
    "false": lambda: False,
    "list": lambda: [1, "a", None, [2]],
    "object": lambda: {"a": {"b": [1]}, "none": None},
    "date": lambda: WHEN,
    "dates": lambda: {"at": [WHEN]},
    "point": lambda: GeoPoint(1, 2),
    "polygon": lambda: Polygon(((0, 0), (0, 1), (1, 1))),
    "acl": public_acl,
    "file": lambda: File("a.txt", url="https://files.example/a.txt"),
}


@cloud.define("give")
def give(request: FunctionRequest) -> Any:
    return VALUES[request.params["what"]]()


@cloud.define("raise")
def refuse(request: FunctionRequest) -> None:
    match request.params["how"]:
        case "parse":
            raise ParseError(request.params["code"], request.params["message"])
        case "plain":
            raise RuntimeError(request.params["message"])
        case "empty":
            raise RuntimeError("")


@cloud.define("made")
async def made(request: FunctionRequest) -> ParseObject:
    fields = request.params["fields"]
    return await ParseObject(request.params["className"], **fields).save(use_master_key=True)


@cloud.define("found")
async def found(request: FunctionRequest) -> list[ParseObject]:
    query = Query(request.params["className"]).ascending("n")
    if request.params.get("include"):
        query.include(request.params["include"])
    return await query.find(use_master_key=True)


@cloud.define("nested")
async def nested(request: FunctionRequest) -> dict[str, Any]:
    first = await Query(request.params["className"]).first(use_master_key=True)
    return {"all": [first], "one": {"first": first}}


@cloud.define("pointed")
def pointed(request: FunctionRequest) -> ParseObject:
    return ParseObject("Thing", request.params["id"])


@cloud.define("readable")
async def readable(request: FunctionRequest) -> int:
    """What the caller himself may read."""
    return await Query(request.params["className"]).count()


@cloud.define("changed")
async def changed(request: FunctionRequest) -> ParseObject:
    thing = await ParseObject(request.params["className"], request.params["id"]).fetch(use_master_key=True)
    thing.increment("n", 2)
    thing.add_unique("tags", "new")
    thing.unset("old")
    return await thing.save(use_master_key=True)


@cloud.define("removed")
async def removed(request: FunctionRequest) -> str:
    await ParseObject(request.params["className"], request.params["id"]).destroy(use_master_key=True)
    return "gone"


@cloud.define("missing")
async def missing(request: FunctionRequest) -> ParseObject:
    class_name: str = request.params["className"]
    return await Query(class_name).get("noSuchId00", use_master_key=True)


@cloud.define("outer")
async def outer(request: FunctionRequest) -> dict[str, Any]:
    result = await cloud.run("echo", {"inner": request.params["value"]}, use_master_key=True)
    return {"result": result}


@cloud.define("outerFails")
async def outer_fails(request: FunctionRequest) -> Any:
    return await cloud.run("raise", {"how": "parse", "code": 4242, "message": "inner"})

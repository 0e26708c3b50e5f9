"""parsepy's side of routes.js: keep the two alike."""

from __future__ import annotations

from typing import Any

from parsepy import Cloud, FunctionRequest, ParseError, Query, SaveRequest

cloud = Cloud()


@cloud.before_save("RtChanged")
def change(request: SaveRequest) -> None:
    request.object["checked"] = True
    if "kept" in request.object:
        request.object["kept"] = request.object["kept"]
    if (request.object.get("score") or 0) > 100:
        request.object["score"] = 100


@cloud.before_save("RtUnset")
def unset(request: SaveRequest) -> None:
    request.object.unset("secret")


@cloud.before_save("RtCounted")
def count(request: SaveRequest) -> None:
    request.object.increment("saves")
    request.object.add("log", "saved")


@cloud.before_save("RtReverted")
def revert(request: SaveRequest) -> None:
    request.object["points"] = 1


@cloud.after_save("RtAnswered")
def answer(request: SaveRequest) -> dict[str, Any]:
    return {"extra": "from afterSave", "points": 7}


@cloud.after_save("RtSilent")
def say_nothing(request: SaveRequest) -> None:
    return None


@cloud.before_save("RtRefused")
def refuse(request: SaveRequest) -> None:
    match request.object.get("how"):
        case "code":
            raise ParseError(4242, "refused with a code")
        case "not found":
            raise ParseError(101, "refused as not found")
        case "internal":
            raise ParseError(1, "refused as internal")
        case "plain":
            raise RuntimeError("refused plainly")


@cloud.define("throwPlain")
def throw_plain(request: FunctionRequest) -> None:
    raise RuntimeError("it broke")


@cloud.define("throwCode")
def throw_code(request: FunctionRequest) -> None:
    raise ParseError(request.params["code"], request.params["message"])


@cloud.define("caller")
def caller(request: FunctionRequest) -> dict[str, Any]:
    """What the key lets cloud code do."""
    return {
        "master": request.master,
        "isReadOnly": request.is_read_only,
        "user": request.user["username"] if request.user else None,
    }


@cloud.define("counted")
async def counted(request: FunctionRequest) -> int:
    return await Query(request.params["className"]).count()

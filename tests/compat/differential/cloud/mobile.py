"""parsepy's side of mobile.js: keep the two alike."""

from __future__ import annotations

from typing import Any

from parsepy import Cloud, FunctionRequest, ParseError, ParseObject, Query, SaveRequest

cloud = Cloud()


@cloud.define("greet")
def greet(request: FunctionRequest) -> str:
    return f"Hello {request.params.get('name') or 'stranger'}"


@cloud.define("nothing")
def nothing(request: FunctionRequest) -> None:
    return None


@cloud.define("refuse")
def refuse(request: FunctionRequest) -> None:
    raise ParseError(4242, "own text")


@cloud.define("break")
def fail(request: FunctionRequest) -> None:
    raise RuntimeError("it broke")


@cloud.define("first")
async def first(request: FunctionRequest) -> ParseObject | None:
    """An object, as functions return them to SDKs."""
    return await Query(request.params["className"]).first(use_master_key=True)


@cloud.define("caller")
def caller(request: FunctionRequest) -> dict[str, Any]:
    """What the server made of the headers."""
    return {
        "user": request.user["username"] if request.user else None,
        "master": request.master,
        "installationId": "(none)" if request.installation_id is None else request.installation_id,
        "context": request.context,
        "params": request.params,
    }


@cloud.before_save("MbChecked")
def check(request: SaveRequest) -> None:
    request.object["checked"] = True
    request.object["name"] = str(request.object.get("name")).upper()

"""parsepy's side of main.js: keep the two alike."""

from __future__ import annotations

from typing import Any

from parsepy import Cloud, FunctionRequest, ParseError

cloud = Cloud()


@cloud.define("hello")
def hello(request: FunctionRequest) -> str:
    return f"Hello {request.params.get('name') or 'stranger'}"


@cloud.define("echo")
def echo(request: FunctionRequest) -> dict[str, Any]:
    return {"params": request.params}


@cloud.define("caller")
def caller(request: FunctionRequest) -> dict[str, Any]:
    """What the server knows of the caller."""
    return {
        "master": request.master,
        "isReadOnly": request.is_read_only,
        "user": request.user["username"] if request.user else None,
        "installationId": "(none)" if request.installation_id is None else request.installation_id,
        "context": request.context,
    }


@cloud.define("fail")
def fail(request: FunctionRequest) -> None:
    raise ParseError(request.params.get("code") or 142, request.params.get("message") or "it failed")

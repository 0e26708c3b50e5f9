"""parsepy's side of signals.js: keep the two alike."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from parsepy import (
    Cloud,
    Config,
    ConfigRequest,
    LoginRequest,
    LogoutRequest,
    ParseError,
    ParseObject,
)

cloud = Cloud()


async def note(what: str | None, **details: Any) -> None:
    await ParseObject("Seen", what=what or "", **details).save(use_master_key=True)


def told(request: LoginRequest | LogoutRequest | ConfigRequest) -> dict[str, Any]:
    return {
        "trigger": request.trigger_name,
        "master": request.master,
        "isReadOnly": request.is_read_only,
        "installation": request.installation_id or "(none)",
        "caller": request.user["username"] if request.user else "(nobody)",
        "context": request.context,
    }


@cloud.before_login
async def before_login(request: LoginRequest) -> None:
    user = request.object
    await note(
        user.get("username"),
        **told(request),
        of=user.class_name,
        hasId=bool(user.id),
        fields=sorted(key for key in user.to_json() if key not in {"ACL", "__type", "className"}),
        providers=list(user.get("authData") or {}),
    )
    if user.get("banned"):
        raise ParseError(1234, "you are banned") if user["banned"] == "code" else RuntimeError("banned")
    request.context["fromBeforeLogin"] = True


@cloud.after_login
async def after_login(request: LoginRequest) -> None:
    user = request.object
    caller = request.user
    await note(
        user.get("username"),
        **told(request),
        same=caller is not None and caller.id == user.id,
        hasToken=bool(user.get("sessionToken")),
    )
    if user.get("failsAfter"):
        raise ParseError(4321, "after all")


@cloud.after_logout
async def after_logout(request: LogoutRequest) -> None:
    session = request.object
    await note(
        session["user"].id,
        **told(request),
        of=session.class_name,
        hasToken=bool(session.get("sessionToken")),
        createdWith=session.get("createdWith"),
    )


@cloud.before_save(Config)
async def before_config(request: ConfigRequest) -> None:
    word = request.object.get("word")
    original = request.original
    await note(
        "config",
        **told(request),
        word="(none)" if word is None else word,
        hadWord="(new)" if original is None else original.get("word") or "(none)",
    )
    if word == "forbidden":
        raise ParseError(5000, "not that word")
    if word == "broken":
        raise RuntimeError("broken hook")
    request.context["word"] = "seen before"


@cloud.after_save(Config)
async def after_config(request: ConfigRequest) -> None:
    config, original = request.object, request.original
    await note(
        "config",
        **told(request),
        word=config.get("word") or "(none)",
        other=config.get("other") or "(none)",
        isDate=isinstance(config.get("day"), datetime),
        hadWord="(new)" if original is None else original.get("word") or "(none)",
    )
    if config.get("word") == "late":
        raise ParseError(5001, "too late")

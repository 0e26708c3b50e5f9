"""parsepy's side of triggers.js: keep the two alike."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from parsepy import ACL, Cloud, DeleteRequest, FindRequest, ParseError, ParseObject, Query, Relation, SaveRequest

cloud = Cloud()
WHEN = datetime(2020, 1, 2, 3, 4, 5, 678000, tzinfo=UTC)
OWN = {"createdAt", "updatedAt", "objectId"}


def told(request: SaveRequest | DeleteRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What a trigger is told, without what changes from run to run."""
    return {
        "triggerName": str(request.trigger_name),
        "master": request.master,
        "isReadOnly": request.is_read_only,
        "user": request.user["username"] if request.user else None,
        "installationId": "(none)" if request.installation_id is None else request.installation_id,
        "header": request.headers.get("x-custom"),
        "hasIp": bool(request.ip),
        "context": context,
    }


def fields_of(thing: ParseObject | None) -> dict[str, Any] | None:
    if thing is None:
        return None
    related = {name for name in thing if isinstance(thing[name], Relation)}
    return {name: value for name, value in thing.to_json().items() if name not in OWN | related}


@cloud.before_save("TgTold")
def tell_before(request: SaveRequest) -> None:
    """Both save triggers of a class tell what they are given, in the answer of afterSave."""
    request.context = {**request.context, "before": told(request, request.context)}


@cloud.after_save("TgTold")
def tell_after(request: SaveRequest) -> dict[str, Any]:
    context = {name: value for name, value in request.context.items() if name != "before"}
    return {"before": request.context["before"], "after": told(request, context)}


@cloud.before_save("TgState")
@cloud.before_save("TgRelated")
def keep_state(request: SaveRequest) -> None:
    thing = request.object
    before = {
        "object": fields_of(thing),
        "original": fields_of(request.original),
        "isNew": thing.is_new,
        "hasId": thing.id is not None,
        "dirty": sorted(thing.dirty_keys),
    }
    request.context = {"before": before}


@cloud.after_save("TgState")
@cloud.after_save("TgRelated")
def tell_state(request: SaveRequest) -> dict[str, Any]:
    after = {"object": fields_of(request.object), "original": fields_of(request.original)}
    return {"before": request.context["before"], "after": after}


def set_all(thing: ParseObject) -> None:
    new = {"text": "x", "list": [1, {"a": 1}], "map": {"a": {"b": 1}}, "none": None, "at": WHEN}
    for name, value in new.items():
        thing[name] = value


def operate(thing: ParseObject) -> None:
    thing.increment("n", 5)
    thing.add("list", "added")
    thing.add_unique("list", "added")
    thing.remove("tags", "a")


CHANGES: Mapping[str, Callable[[ParseObject], object]] = {
    "set": set_all,
    "nested": lambda thing: thing.set("map.inner", "changed"),
    "in place": lambda thing: thing["list"].append("more"),
    "operations": operate,
    "unset": lambda thing: thing.unset("text"),
    "revert": lambda thing: thing.revert("text"),
    "acl": lambda thing: thing.set("ACL", public_acl()),
    "pointer": lambda thing: thing.set("owner", ParseObject("TgOwner", "abcdefghij")),
    "bad name": lambda thing: thing.set("bad-name", 1),
    "wrong type": lambda thing: thing.set("how", 1),
    "fine": lambda thing: None,
}


@cloud.before_save("TgChanged")
def change(request: SaveRequest) -> None:
    CHANGES[request.object.get("how", "fine")](request.object)


def public_acl() -> ACL:
    acl = ACL()
    acl.public_read = True
    return acl


@cloud.before_save("TgSetUnset")
def set_and_unset(request: SaveRequest) -> None:
    request.object["text"] = "x"
    del request.object["text"]


@cloud.before_save("TgReturned")
def give_back(request: SaveRequest) -> dict[str, str]:
    return {"text": "returned"}


@cloud.before_save("TgLater")
async def change_later(request: SaveRequest) -> None:
    await asyncio.sleep(0.005)
    request.object["later"] = True


@cloud.before_save("TgNever")
def refuse(request: SaveRequest) -> None:
    """Always refuses: what is answered instead comes before the trigger."""
    raise ParseError(4242, "the trigger ran")


@cloud.before_save("TgRequired")
def fill(request: SaveRequest) -> None:
    if request.object.get("fill"):
        request.object["needed"] = "filled"


async def later() -> dict[str, bool]:
    await asyncio.sleep(0)
    return {"later": True}


def refuse_late(error: Exception) -> None:
    raise error


ANSWERS: Mapping[str, Callable[[ParseObject], Any]] = {
    "object": lambda thing: {"text": "x", "list": [1, None]},
    "date": lambda thing: {"at": WHEN},
    "empty object": lambda thing: {},
    "same": lambda thing: thing,
    "other": lambda thing: ParseObject("TgOther", text="x"),
    "text": lambda thing: "text",
    "number": lambda thing: 7,
    "false": lambda thing: False,
    "later": lambda thing: later(),
    "parse error": lambda thing: refuse_late(ParseError(4242, "too late")),
    "error": lambda thing: refuse_late(RuntimeError("too late")),
    "changed": lambda thing: thing.set("extra", "set late"),
    "nothing": lambda thing: None,
}


@cloud.after_save("TgAnswered")
def answer(request: SaveRequest) -> Any:
    """What afterSave may return or raise."""
    return ANSWERS[request.object["how"]](request.object)


@cloud.after_save("TgCounted")
async def count(request: SaveRequest) -> None:
    """Saves that follow a save."""
    if request.original:
        return
    name = request.object["name"]
    total = await Query("TgTotal").equal_to("name", name).first(use_master_key=True)
    total = total or ParseObject("TgTotal", name=name)
    total.increment("count")
    await total.save(use_master_key=True, context={"from": name})


@cloud.before_save("TgTotal")
def note_origin(request: SaveRequest) -> None:
    request.object["from"] = request.context.get("from")
    request.object["installation"] = "(none)" if request.installation_id is None else request.installation_id
    request.object["byMaster"] = request.master


@cloud.before_save("TgContext")
def fill_context(request: SaveRequest) -> None:
    """The context goes from trigger to trigger."""
    request.context["before"] = True
    request.context["shared"] = {"a": 1}


@cloud.after_save("TgContext")
def tell_context(request: SaveRequest) -> dict[str, Any]:
    return request.context


async def trace(step: str, request: DeleteRequest) -> None:
    """Deletes leave a trace."""
    row = ParseObject("TgTrace", step=step, subject=request.object.id, name=request.object.get("name"))
    row["context"] = request.context
    row["told"] = told(request, request.context)
    await row.save(use_master_key=True)


@cloud.before_delete("TgDeleted")
async def before_delete(request: DeleteRequest) -> None:
    request.context["before"] = True
    await trace("1 beforeDelete", request)
    match request.object.get("how"):
        case "before":
            raise ParseError(4242, "stays")
        case "before plain":
            raise RuntimeError("stays")


@cloud.after_delete("TgDeleted")
async def after_delete(request: DeleteRequest) -> dict[str, bool]:
    await trace("2 afterDelete", request)
    match request.object.get("how"):
        case "after":
            raise ParseError(4242, "too late")
        case "after plain":
            raise RuntimeError("too late")
    return {"ignored": True}


@cloud.before_find("TgDeletedFound")
def hide(request: FindRequest) -> None:
    if "objectId" in request.query.where:
        request.query.not_equal_to("hidden", True)


@cloud.after_find("TgDeletedFoundAfter")
def refuse_found(request: FindRequest) -> list[ParseObject]:
    if any(found.get("refused") for found in request.objects):
        raise ParseError(4242, "not to be found")
    return request.objects


@cloud.before_delete("TgDeletedFound")
@cloud.before_delete("TgDeletedFoundAfter")
def let_go(request: DeleteRequest) -> None:
    return None


class TgSubclass(ParseObject):
    """An SDK class instead of a name."""

    class_name = "TgSubclass"


@cloud.before_save(TgSubclass)
def note_class(request: SaveRequest) -> None:
    request.object["subclass"] = isinstance(request.object, TgSubclass)


@cloud.before_save("_User")
def look_at_user(request: SaveRequest) -> None:
    """Built-in classes."""
    user = request.object
    match user.get("how"):
        case "refuse":
            raise ParseError(4242, "no such users")
        case "tell":
            seen = {name: user.get(name) for name in ("password", "authData", "username")}
            user["seen"] = seen | {"isNew": user.is_new}
        case "rename":
            user["username"] = f"{user['username']}.renamed"


@cloud.after_save("_User")
def answer_user(request: SaveRequest) -> dict[str, bool] | None:
    if request.object.get("how") != "token":
        return None
    return {"hasToken": isinstance(request.object.get("sessionToken"), str), "isUpdate": request.original is not None}


@cloud.before_delete("_User")
def keep_user(request: DeleteRequest) -> None:
    if request.object.get("how") == "stay":
        raise ParseError(4242, "stays")


@cloud.before_save("_Role")
def look_at_role(request: SaveRequest) -> None:
    request.object["seen"] = request.object["name"]


@cloud.before_save("_Installation")
def look_at_installation(request: SaveRequest) -> None:
    request.object["seen"] = request.object["deviceType"]

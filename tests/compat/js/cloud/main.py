"""The functions and triggers that cloud.test.js and triggers.test.js call: what main.js is to the reference."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from parsepy import Cloud, DeleteRequest, FindRequest, FunctionRequest, ParseError, ParseObject, Query, SaveRequest

cloud = Cloud()


@cloud.define("jsHello")
async def hello(request: FunctionRequest) -> str:
    return f"Hello {request.params['name']}"


@cloud.define("jsEcho")
def echo(request: FunctionRequest) -> Any:
    return request.params["value"]


@cloud.define("jsNothing")
async def nothing(request: FunctionRequest) -> None:
    return None


@cloud.define("jsKinds")
async def kinds(request: FunctionRequest) -> dict[str, Any]:
    return {
        "text": "plain",
        "number": 1.5,
        "on": True,
        "list": [1, [2]],
        "map": {"a": {"b": None}},
        "when": datetime.fromtimestamp(1, UTC),
    }


@cloud.define("jsSum")
def total(request: FunctionRequest) -> float:
    return float(sum(request.params["numbers"]))


@cloud.define("jsShiftDate")
async def shift_date(request: FunctionRequest) -> datetime:
    when: datetime = request.params["when"]
    return when + timedelta(seconds=1)


@cloud.define("jsSaved")
async def saved(request: FunctionRequest) -> ParseObject:
    made = ParseObject(request.params["className"])
    for field, value in request.params["fields"].items():
        made[field] = value
    await made.save(use_master_key=True)
    return made


def asked(request: FunctionRequest) -> Query[ParseObject]:
    return Query(str(request.params["className"]))


@cloud.define("jsFound")
async def found(request: FunctionRequest) -> list[ParseObject]:
    query = asked(request).equal_to("tag", request.params["tag"]).ascending("n")
    return await query.find(use_master_key=True)


@cloud.define("jsFirst")
async def first(request: FunctionRequest) -> ParseObject | None:
    query = asked(request).equal_to("tag", request.params["tag"]).descending("n")
    return await query.first(use_master_key=True)


@cloud.define("jsCount")
async def count(request: FunctionRequest) -> int:
    return await asked(request).equal_to("tag", request.params["tag"]).count(use_master_key=True)


@cloud.define("jsCountAsCaller")
async def count_as_caller(request: FunctionRequest) -> int:
    return await asked(request).count()


@cloud.define("jsDestroyed")
async def destroyed(request: FunctionRequest) -> str | None:
    item = await asked(request).get(request.params["id"], use_master_key=True)
    await item.destroy(use_master_key=True)
    return item.id


@cloud.define("jsBumped")
async def bumped(request: FunctionRequest) -> Any:
    item = await asked(request).get(request.params["id"], use_master_key=True)
    item.increment("n", 5)
    item.unset("gone")
    await item.save(use_master_key=True)
    return item["n"]


@cloud.define("jsWhoAmI")
async def who_am_i(request: FunctionRequest) -> str:
    return str(request.user["username"]) if request.user else "nobody"


@cloud.define("jsIsMaster")
async def is_master(request: FunctionRequest) -> bool:
    return request.master


@cloud.define("jsInstallation")
async def installation(request: FunctionRequest) -> str | None:
    return request.installation_id


@cloud.define("jsContext")
async def context(request: FunctionRequest) -> dict[str, Any]:
    return dict(request.context)


@cloud.define("jsFails")
async def fails(request: FunctionRequest) -> None:
    raise ParseError(4242, "my own error")


@cloud.define("jsFailsPlainly")
async def fails_plainly(request: FunctionRequest) -> None:
    raise RuntimeError("plain failure")


@cloud.define("jsSlow")
async def slow(request: FunctionRequest) -> str:
    await asyncio.sleep(request.params["ms"] / 1000)
    return "awake"


async def ok(request: FunctionRequest) -> str:
    return "ok"


async def params(request: FunctionRequest) -> dict[str, Any]:
    return dict(request.params)


def says_please(request: FunctionRequest) -> None:
    if request.params.get("word") != "please":
        raise ValueError("Say please.")


def is_even(value: Any) -> bool:
    return bool(value % 2 == 0)


cloud.define("jsNeedsUser", require_user=True)(ok)
cloud.define("jsNeedsMaster", require_master=True)(ok)
cloud.define("jsNeedsAnyRole", require_any_user_roles=["jsAdmins", "jsEditors"])(ok)
cloud.define("jsNeedsAllRoles", require_all_user_roles=["jsAdmins", "jsEditors"])(ok)
cloud.define("jsNeedsUserKeys", require_user=True, require_user_keys=["phone"])(ok)
cloud.define("jsNeedsFields", fields=["a", "b"])(params)
cloud.define(
    "jsTypedFields",
    fields={
        "n": {"type": float, "required": True},
        "s": {"type": str},
        "b": {"type": bool},
        "l": {"type": list},
        "o": {"type": dict},
    },
)(params)
cloud.define("jsDefaultField", fields={"n": {"default": 7}})(params)
cloud.define("jsConstantField", fields={"kind": {"constant": True, "default": "fixed"}})(params)
cloud.define("jsOptionField", fields={"color": {"options": ["red", "green"]}})(params)
cloud.define("jsOptionText", fields={"color": {"options": ["red"], "error": "Only red will do."}})(params)
cloud.define("jsOptionCheck", fields={"n": {"options": is_even, "error": "Even numbers only."}})(params)
cloud.define("jsMasterIsChecked", fields=["a"], validate_master_key=True)(ok)
cloud.define("jsMasterIsTrusted", fields=["a"])(ok)
cloud.define("jsOwnValidator", validator=says_please)(ok)


@cloud.before_save("JsClamped")
async def clamp(request: SaveRequest) -> None:
    request.object["checked"] = True
    if request.object.get("score", 0) > 100:
        request.object["score"] = 100


@cloud.before_save("JsRefused")
def refuse(request: SaveRequest) -> None:
    match request.object.get("how"):
        case "code":
            raise ParseError(4242, "refused with a code")
        case "plain":
            raise RuntimeError("refused plainly")


@cloud.before_save("JsInspected")
async def inspect(request: SaveRequest) -> None:
    request.object["seen"] = {
        "isNew": request.object.is_new,
        "before": request.original.get("n") if request.original else None,
        "dirty": sorted(request.object.dirty_keys),
        "master": request.master,
        "user": request.user.id if request.user else None,
    }


@cloud.before_save("JsRewritten")
async def rewrite(request: SaveRequest) -> None:
    request.object.increment("saves")
    request.object.unset("secret")


async def record(**fields: Any) -> None:
    row = ParseObject("JsAudit")
    for field, value in fields.items():
        row[field] = value
    await row.save(use_master_key=True)


@cloud.after_save("JsAudited")
async def audit(request: SaveRequest) -> None:
    await record(of=request.object.id, n=request.object["n"], created=request.original is None)


@cloud.after_save("JsAnswered")
async def answer(request: SaveRequest) -> dict[str, Any]:
    return {"objectId": request.object.id, "extra": "from afterSave"}


@cloud.after_save("JsAfterSaveFails")
async def fail_after_save(request: SaveRequest) -> None:
    raise RuntimeError("too late")


@cloud.before_delete("JsKept")
async def keep(request: DeleteRequest) -> None:
    if request.object.get("locked"):
        raise ParseError(4242, "this one stays")


@cloud.after_delete("JsMourned")
async def mourn(request: DeleteRequest) -> None:
    await record(of=request.object.id, n=request.object["n"])


@cloud.before_find("JsFiltered")
async def narrow(request: FindRequest) -> None:
    if not request.master:
        request.query.equal_to("visible", True)


@cloud.before_find("JsUnfindable")
async def refuse_find(request: FindRequest) -> None:
    if not request.master:
        raise ParseError(4242, "not for you")


@cloud.before_find("JsLimited")
async def limit(request: FindRequest) -> None:
    request.query.limit(2).descending("n")


@cloud.after_find("JsMasked")
async def mask(request: FindRequest) -> list[ParseObject]:
    for item in [] if request.master else request.objects:
        item["secret"] = "***"
    return request.objects


@cloud.after_find("JsThinned")
async def thin(request: FindRequest) -> list[ParseObject]:
    return [item for item in request.objects if item["n"] > 1]


@cloud.before_save("JsContextual")
async def extend_context(request: SaveRequest) -> None:
    request.object["given"] = request.context.get("given")
    request.context["added"] = "by beforeSave"


@cloud.after_save("JsContextual")
async def record_context(request: SaveRequest) -> None:
    await record(of=request.object.id, context=dict(request.context))


async def accept(request: SaveRequest) -> None:
    return None


cloud.before_save("JsNeedsFields", fields={"title": {"type": str, "required": True}})(accept)
cloud.before_save("JsNeedsUser", require_user=True)(accept)
cloud.before_save("JsDefaults", fields={"level": {"default": 1}, "kind": {"constant": True, "default": "fixed"}})(
    accept
)


@cloud.before_save("JsMasterSkips", skip_with_master_key=True)
async def mark(request: SaveRequest) -> None:
    request.object["triggered"] = True


@cloud.before_save("_User")
async def mark_user(request: SaveRequest) -> None:
    if request.object.get("wantsTrigger"):
        request.object["triggered"] = True

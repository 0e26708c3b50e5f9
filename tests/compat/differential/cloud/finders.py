"""parsepy's side of finders.js: keep the two alike. The client says in the context what a trigger is to do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from parsepy import Cloud, FindRequest, FunctionRequest, ParseError, ParseObject, Query

cloud = Cloud()


def told(request: FindRequest) -> dict[str, Any]:
    return {
        "triggerName": str(request.trigger_name),
        "master": request.master,
        "isReadOnly": request.is_read_only,
        "isGet": request.is_get,
        "user": request.user["username"] if request.user else None,
        "installationId": "(none)" if request.installation_id is None else request.installation_id,
        "header": request.headers.get("x-custom"),
        "hasIp": bool(request.ip),
        "className": request.query.class_name,
    }


@cloud.before_find("FdTold")
def tell_before(request: FindRequest) -> None:
    request.context["before"] = {**told(request), "count": request.count, "where": request.query.where}


@cloud.after_find("FdTold")
def tell_after(request: FindRequest) -> None:
    for found in request.objects:
        found["told"] = {
            "before": request.context["before"],
            "after": told(request),
            "number": len(request.objects),
        }


def refuse(error: Exception) -> None:
    raise error


async def change_later(query: Query[ParseObject]) -> None:
    await asyncio.sleep(0.005)
    query.equal_to("n", 3)


def either() -> Query[ParseObject]:
    return Query.or_(Query("FdReplaced").equal_to("n", 1), Query("FdReplaced").equal_to("n", 3))


def keep(result: object) -> None:
    """The trigger changes its query and returns nothing."""


CHANGES: Mapping[str, Callable[[FindRequest], Any]] = {
    "equal": lambda request: keep(request.query.equal_to("n", 2)),
    "limit": lambda request: keep(request.query.limit(1)),
    "skip": lambda request: keep(request.query.skip(1)),
    "descending": lambda request: keep(request.query.descending("n")),
    "include": lambda request: keep(request.query.include("owner")),
    "select": lambda request: keep(request.query.select("n")),
    "exclude": lambda request: keep(request.query.exclude("text")),
    "or": lambda request: either(),
    "other": lambda request: Query("FdReplaced").greater_than("n", 1).limit(1),
    "other class": lambda request: Query("FdOther").equal_to("n", 2),
    "same": lambda request: request.query,
    "later": lambda request: change_later(request.query),
    "text": lambda request: "text",
    "null": lambda request: None,
    "bad name": lambda request: keep(request.query.equal_to("bad-name", 1)),
    "throw": lambda request: refuse(ParseError(4242, "no finds")),
    "throw plain": lambda request: refuse(RuntimeError("no finds")),
    "unsaved": lambda request: ParseObject("FdChanged", n=7),
    "unsaved list": lambda request: [ParseObject("FdChanged", n=n) for n in (1, 2)],
    "empty list": lambda request: [],
    "stored": lambda request: [ParseObject("FdChanged", object_id) for object_id in request.context["ids"]],
}


@cloud.before_find("FdChanged")
@cloud.before_find("FdReplaced")
def change(request: FindRequest) -> Any:
    return CHANGES.get(request.context.get("how", ""), keep)(request)


def mark(objects: list[ParseObject]) -> None:
    for found in objects:
        found["extra"] = "set"
        found.unset("text")


async def first_later(objects: list[ParseObject]) -> list[ParseObject]:
    await asyncio.sleep(0.005)
    return objects[:1]


AFTER: Mapping[str, Callable[[list[ParseObject]], Any]] = {
    "set": mark,
    "returned": lambda objects: [found for found in reversed(objects) if found["n"] > 1],
    "unsaved": lambda objects: [ParseObject("FdAfter", n=7)],
    "empty list": lambda objects: [],
    "later": first_later,
    "plain": lambda objects: [{"n": 7, "text": "plain"}],
    "throw": lambda objects: refuse(ParseError(4242, "not these")),
    "throw plain": lambda objects: refuse(RuntimeError("not these")),
}


@cloud.after_find("FdAfter")
def change_found(request: FindRequest) -> Any:
    return AFTER.get(request.context.get("how", ""), keep)(request.objects)


@cloud.before_find("FdTarget")
def hide(request: FindRequest) -> None:
    """Objects that are pointed to."""
    request.query.not_equal_to("hidden", True)


@cloud.after_find("FdTarget")
def see(request: FindRequest) -> None:
    for found in request.objects:
        found["seen"] = f"{found['name']}!"


@cloud.before_find("FdClosed")
def close(request: FindRequest) -> None:
    raise ParseError(4242, "closed")


@cloud.before_find("_User")
def hide_users(request: FindRequest) -> None:
    if request.context.get("how") == "nobody":
        request.query.equal_to("objectId", "none")


@cloud.after_find("_User")
def mark_users(request: FindRequest) -> None:
    for found in request.objects:
        found["marked"] = True


@cloud.define("marked")
def marked(request: FunctionRequest) -> Any:
    return request.user.get("marked") if request.user else None


@cloud.after_find("_Role")
async def hide_role(request: FindRequest) -> list[ParseObject]:
    return [role for role in request.objects if role["name"] != "FdHidden"]


@cloud.define("hiddenRole", require_any_user_roles=["FdHidden"])
async def hidden_role(request: FunctionRequest) -> str:
    return "passed"

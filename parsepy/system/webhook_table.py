"""The `_Hooks` class: which functions and triggers another server runs, and where."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from parsepy.adapters.storage.base import Object, StorageError
from parsepy.cloud.hooks import Hook, Trigger
from parsepy.core.context import App, Context
from parsepy.errors import ErrorCode, ParseError
from parsepy.model import values
from parsepy.model.ops import Set
from parsepy.model.schema import ClassSchema
from parsepy.model.where import Compare, Exists, Query, Where, both
from parsepy.system import webhooks

HOOKS_CLASS = "_Hooks"
_SHOWN = ("functionName", "className", "triggerName", "url")
INVALID = "invalid hook declaration"
_TRIGGERS = frozenset(map(str, Trigger)) - {str(Trigger.ON_LIVE_QUERY_EVENT)}

log = logging.getLogger(__name__)


async def load(app: App) -> None:
    """Register all that is stored, and nothing else. Raises StorageError."""
    rows = await app.storage.find(await _schema(app), Query())
    functions, triggers = {}, {}
    for row in rows:
        url = row.get("url")
        if not isinstance(url, str):
            continue
        hook = Hook(webhooks.caller_of(app, url), None, url)
        if row.get("functionName"):
            functions[row["functionName"]] = hook
        elif row.get("className") and row.get("triggerName") in _TRIGGERS:
            triggers[Trigger(row["triggerName"]), row["className"]] = hook
    app.remote.replace(functions, triggers)


async def refreshing(app: App, seconds: float) -> None:
    """Load them again and again: another process may have changed them. Runs until it is cancelled."""
    while True:
        await asyncio.sleep(seconds)
        try:
            await load(app)
        except StorageError as exc:
            log.warning("the webhooks could not be read again, the known ones stay: %s", exc)


async def functions(ctx: Context) -> list[Object]:
    """Every function with its place: `{"functionName", "url"}`."""
    return await _found(ctx, Exists("functionName", True))


async def triggers(ctx: Context) -> list[Object]:
    """Every trigger with its place: `{"className", "triggerName", "url"}`."""
    return await _found(ctx, both(Exists("className", True), Exists("triggerName", True)))


async def function(ctx: Context, name: str) -> Object:
    """One function. Raises ParseError 143."""
    found = await _found(ctx, _of_function(name))
    if not found:
        raise _webhook_error(f"no function named: {name} is defined")
    return found[0]


async def trigger(ctx: Context, class_name: str, name: str) -> Object:
    """One trigger. Raises ParseError 143."""
    found = await _found(ctx, _of_trigger(class_name, name))
    if not found:
        raise _webhook_error(f"class {class_name} does not exist")
    return found[0]


async def create(ctx: Context, given: Mapping[str, Any]) -> Object:
    """Register a function or trigger; gives it as it is stored. Raises ParseError 143."""
    hook = _declared(given)
    if await _found(ctx, _of(hook)):
        if "functionName" in hook:
            raise _webhook_error(f"function name: {hook['functionName']} already exists")
        raise _webhook_error(f"class {hook['className']} already has trigger {hook['triggerName']}")
    return await _store(ctx, hook)


async def change(ctx: Context, given: Mapping[str, Any]) -> Object:
    """Move a registered function or trigger to another place. Raises ParseError 143."""
    if not given.get("url"):
        raise _webhook_error(INVALID)
    if "functionName" in given:
        await function(ctx, given["functionName"])
    else:
        await trigger(ctx, given["className"], given["triggerName"])
    return await _store(ctx, _declared(given))


async def remove(ctx: Context, given: Mapping[str, Any]) -> None:
    """Take a function or trigger out. Raises ParseError 101 if there is none."""
    if not await ctx.app.storage.delete(await _schema(ctx.app), _of(given)):
        raise ParseError(ErrorCode.OBJECT_NOT_FOUND, "Object not found.")
    await load(ctx.app)


async def _store(ctx: Context, hook: dict[str, str]) -> Object:
    app = ctx.app
    now = values.iso(app.now())
    schema = await app.schemas.ensure(await _schema(app))
    if await app.storage.update(schema, _of(hook), {"url": Set(hook["url"]), "updatedAt": Set(now)}) is None:
        object_id = app.new_id(app.settings.object_id_size)
        await app.storage.insert(schema, [{"objectId": object_id, "createdAt": now, "updatedAt": now, **hook}])
    await load(app)
    return dict(hook)


def _declared(given: Mapping[str, Any]) -> dict[str, str]:
    """The hook that is asked for, with nothing else. Raises ParseError 143."""
    hook = {name: given[name] for name in _SHOWN if given.get(name)}
    if all(isinstance(value, str) for value in hook.values()) and "url" in hook:
        if "functionName" in hook:
            return {name: hook[name] for name in ("functionName", "url")}
        if "className" in hook and hook.get("triggerName") in _TRIGGERS:
            return {name: hook[name] for name in ("className", "url", "triggerName")}
    raise _webhook_error(INVALID)


async def _found(ctx: Context, where: Where) -> list[Object]:
    rows = await ctx.app.storage.find(await _schema(ctx.app), Query(where))
    return [{name: row[name] for name in _SHOWN if row.get(name)} for row in rows]


async def _schema(app: App) -> ClassSchema:
    return await app.schemas.find(HOOKS_CLASS) or app.schemas.planned(HOOKS_CLASS)


def _of(hook: Mapping[str, Any]) -> Where:
    if "functionName" in hook:
        return _of_function(hook["functionName"])
    return _of_trigger(hook["className"], hook["triggerName"])


def _of_function(name: str) -> Where:
    return Compare("functionName", "$eq", name)


def _of_trigger(class_name: str, name: str) -> Where:
    return both(Compare("className", "$eq", class_name), Compare("triggerName", "$eq", name))


def _webhook_error(text: str) -> ParseError:
    return ParseError(ErrorCode.WEBHOOK_ERROR, text)

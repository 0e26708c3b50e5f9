"""The app's configuration (`/config`): named parameters, some of them for the master key only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parsepy.adapters.storage.base import InvalidValueError
from parsepy.core import access
from parsepy.core.context import Context
from parsepy.core.incoming import check_keywords
from parsepy.errors import ErrorCode, ParseError
from parsepy.model import apply_ops, values
from parsepy.model.ops import Op, Relate, Set, SetOnInsert
from parsepy.model.texts import is_truthy
from parsepy.model.where import by_id
from parsepy.system import config_triggers

CONFIG_CLASS = "_GlobalConfig"
ROW_ID = "1"
_MARKS = frozenset({"__type", "__op"})
"""What makes an object a typed value; among the parameters it would make one of them all."""


async def read(ctx: Context) -> dict[str, Any]:
    """`params`, and which of them are for the master key only; a client sees neither those nor their flags."""
    row = await ctx.storage.get(await ctx.app.schemas.require(CONFIG_CLASS), ROW_ID)
    if row is None:
        return {"params": {}}
    params, flags = row.get("params") or {}, row.get("masterKeyOnly") or {}
    if ctx.principal.is_master:
        return {"params": params, "masterKeyOnly": flags}
    return {
        "params": {name: value for name, value in params.items() if not is_truthy(flags.get(name))},
        "masterKeyOnly": {name: flag for name, flag in flags.items() if not is_truthy(flag)},
    }


async def write(ctx: Context, given: Mapping[str, Any]) -> None:
    """Change the named parameters; `{"__op": "Delete"}` removes one, or its flag; a name without a flag becomes public.

    Raises ParseError 105, 107, 111 for an operation on a value of another type.
    """
    access.refuse_read_only(ctx)
    params, flags = _object(given, "params"), _object(given, "masterKeyOnly")
    check_keywords(ctx, params)
    ops: dict[str, Op] = {}
    for name, value in params.items():
        ops[f"params.{name}"] = _op(value)
        flag = flags.get(name)
        ops[f"masterKeyOnly.{name}"] = _op(flag) if is_truthy(flag) else Set(False)
    schema = await ctx.app.schemas.ensure(await ctx.app.schemas.require(CONFIG_CLASS))
    before = await ctx.storage.get(schema, ROW_ID) if config_triggers.observed(ctx) else None
    original = None if before is None else before.get("params") or {}
    await config_triggers.before_save(ctx, params, original)
    now = values.iso(ctx.app.now())
    ops |= {"createdAt": SetOnInsert(now), "updatedAt": Set(now)}
    try:
        after = await ctx.storage.update(schema, by_id(ROW_ID), ops, upsert=True)
    except InvalidValueError as exc:
        raise ParseError(ErrorCode.INCORRECT_TYPE, str(exc).removeprefix("params.")) from exc
    await config_triggers.after_save(ctx, (after or {}).get("params") or {}, original)


def _op(value: Any) -> Op:
    """What is done to a parameter. A file keeps its URL, as inside any object. Raises ParseError 108, 111."""
    if not isinstance(value, Mapping) or not value.get("__op"):
        return Set(values.normalised([value])[0])
    op = apply_ops.parse_ops({"": value})[""]
    if isinstance(op, Relate):
        raise ParseError(ErrorCode.INCORRECT_TYPE, "A parameter cannot be a relation.")
    return op


def _object(given: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = given.get(name, {})
    if not isinstance(value, Mapping):
        raise ParseError(ErrorCode.INVALID_JSON, f"{name} must be a JSON object.")
    if any(not isinstance(key, str) or "." in key or not key or key.startswith("$") for key in value):
        raise ParseError(
            ErrorCode.INVALID_KEY_NAME, "Names of parameters must not hold dots or begin with a dollar sign."
        )
    if not _MARKS.isdisjoint(value):
        raise ParseError(ErrorCode.INVALID_KEY_NAME, "__type and __op cannot be names of parameters.")
    return value

"""Triggers: the app's cloud code around saves, deletes and finds. Without a hook each costs one look-up."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from parsepy.adapters.storage.base import Object
from parsepy.cloud import pending
from parsepy.cloud.codec import encode
from parsepy.cloud.objects import ParseObject
from parsepy.cloud.query import Query
from parsepy.cloud.registry import Hook
from parsepy.cloud.registry import Trigger as Trigger
from parsepy.cloud.requests import DeleteRequest, FindRequest, SaveRequest
from parsepy.core import access, calling, relations
from parsepy.core.context import Context
from parsepy.core.file_urls import with_file_urls
from parsepy.core.rules import Write
from parsepy.errors import ErrorCode, ParseError
from parsepy.model import apply_ops, values
from parsepy.model.find_params import FindParams
from parsepy.model.ops import Add, AddUnique, Increment, Op, Ops, Relate, Remove
from parsepy.model.schema import ClassSchema
from parsepy.model.system_classes import ALWAYS_ANSWERED
from parsepy.model.where import Query as StoreQuery
from parsepy.model.where import Where

log = logging.getLogger(__name__)


def has(ctx: Context, trigger: Trigger, class_name: str) -> bool:
    """Whether cloud code has something to run."""
    return ctx.app.hook(trigger, class_name) is not None


def observes_saves(ctx: Context, class_name: str) -> bool:
    """Whether a save of the class runs a trigger, so that the stored object is needed."""
    return has(ctx, Trigger.BEFORE_SAVE, class_name) or has(ctx, Trigger.AFTER_SAVE, class_name)


def observes_deletes(ctx: Context, class_name: str) -> bool:
    """Whether a delete of the class runs a trigger."""
    return has(ctx, Trigger.BEFORE_DELETE, class_name) or has(ctx, Trigger.AFTER_DELETE, class_name)


async def stored(ctx: Context, schema: ClassSchema, where: Where) -> Object | None:
    """The object as it lies in the store, without triggers."""
    found = await ctx.storage.find(schema, StoreQuery(where, limit=1))
    return found[0] if found else None


async def before_save(ctx: Context, write: Write) -> Write:
    """Run beforeSave: the write with what the trigger changed. Raises ParseError when it refuses."""
    hook = ctx.app.hook(Trigger.BEFORE_SAVE, write.schema.name)
    if hook is None:
        return write
    original = _shown(ctx, write.schema, write.before) if write.before else {}
    visible = {path: op for path, op in write.ops.items() if not path.startswith("_")}
    subject = hook.object_type.from_json(original, write.schema.name, visible)
    if write.is_create and ctx.app.settings.allow_custom_object_id:
        subject.id = write.object_id
    await _save(ctx, hook, write, subject, Trigger.BEFORE_SAVE)
    return _rewritten(ctx, write, subject)


async def after_save(ctx: Context, write: Write, after: Object, answer: Object | None = None) -> Any:
    """Run afterSave on the object as it is stored now; what is to be answered instead of `answer`, None for no change.

    A dict or list that the trigger returns replaces the answer; fields that it set on the object are added. Errors
    are logged: the save is done.
    """
    hook = ctx.app.hook(Trigger.AFTER_SAVE, write.schema.name)
    if hook is None:
        return None
    shown = _shown_after(ctx, write, after)
    subject = hook.object_type.from_json(shown, write.schema.name, existed=not write.is_create)
    try:
        result = await _save(ctx, hook, write, subject, Trigger.AFTER_SAVE)
        return _replacement(write, subject, result, answer)
    except (ParseError, TypeError, ValueError) as exc:
        log.warning("afterSave of %s failed, the object is saved: %s", write.schema.name, exc)
        return None


async def _save(ctx: Context, hook: Hook, write: Write, subject: ParseObject, trigger: Trigger) -> Any:
    """Run a save trigger on the object and share its context."""
    original = None
    if write.before is not None:
        original = hook.object_type.from_json(_shown(ctx, write.schema, write.before), write.schema.name)
    request = SaveRequest(object=subject, original=original, trigger_name=trigger, **calling.caller(ctx))
    result = await calling.run(ctx, hook, request)
    calling.share(ctx, request)
    return result


async def before_delete(ctx: Context, schema: ClassSchema, row: Object) -> None:
    """Run beforeDelete. Raises ParseError when it refuses."""
    await _around_delete(ctx, schema, row, Trigger.BEFORE_DELETE)


async def after_delete(ctx: Context, schema: ClassSchema, row: Object) -> None:
    """Run afterDelete. Raises ParseError when it fails, though the object is gone."""
    await _around_delete(ctx, schema, row, Trigger.AFTER_DELETE)


async def _around_delete(ctx: Context, schema: ClassSchema, row: Object, trigger: Trigger) -> None:
    hook = ctx.app.hook(trigger, schema.name)
    if hook is None:
        return
    subject = hook.object_type.from_json(_shown(ctx, schema, row), schema.name)
    request = DeleteRequest(object=subject, trigger_name=trigger, **calling.caller(ctx))
    await calling.run(ctx, hook, request)
    calling.share(ctx, request)


async def before_find(ctx: Context, class_name: str, params: FindParams, *, count: bool) -> FindParams | list[Object]:
    """Run beforeFind: the parameters to go on with, or the results if the trigger gave objects itself.

    Such results carry `className`; those without objectId are not stored. Raises ParseError when it refuses.
    """
    hook = ctx.app.hook(Trigger.BEFORE_FIND, class_name)
    if hook is None:
        return params
    query = _query(hook, class_name, params)
    request = FindRequest(
        query=query, count=count, is_get=params.is_get, trigger_name=Trigger.BEFORE_FIND, **calling.caller(ctx)
    )
    result = await calling.run(ctx, hook, request)
    calling.share(ctx, request)
    match result:
        case ParseObject():
            return [_result(result)]
        case list() if all(isinstance(item, ParseObject) for item in result):
            return [_result(item) for item in result]
        case Query() if result is not query:
            return _asked(request, params, result.over(params))
        case None | Query():
            return _asked(request, params, request.query.to_params())
        case _:
            log.warning("beforeFind of %s returned a %s: ignored", class_name, type(result).__name__)
            return _asked(request, params, request.query.to_params())


async def after_find(ctx: Context, class_name: str, rows: list[Object], params: FindParams) -> list[Object]:
    """Run afterFind on rows that the caller may see: the rows to answer with. Raises ParseError when it refuses."""
    hook = ctx.app.hook(Trigger.AFTER_FIND, class_name)
    if hook is None:
        return rows
    request = FindRequest(
        query=_query(hook, class_name, params),
        is_get=params.is_get,
        objects=[hook.object_type.from_json(row, class_name) for row in rows],
        trigger_name=Trigger.AFTER_FIND,
        **calling.caller(ctx),
    )
    result = await calling.run(ctx, hook, request)
    results = request.objects if result is None else result
    if not isinstance(results, list | tuple):
        raise _script_failed(f"afterFind of {class_name} must return a list, not a {type(results).__name__}")
    return [_result(item) for item in results]


def _shown(ctx: Context, schema: ClassSchema, row: Object) -> Object:
    """A stored row as triggers see it: without internal fields, and without what the caller may not see."""
    reader = ctx.as_master() if ctx.app.settings.protected_fields_trigger_exempt else ctx
    whole = relations.columns(schema) | row
    return with_file_urls(ctx, values.copied(access.presenter(reader, schema)(whole)))


def _shown_after(ctx: Context, write: Write, after: Object) -> Object:
    """The object after a save; what the caller wrote, and what the class's rules add for him, is no secret to him."""
    own = {path.split(".", 1)[0] for path in write.ops} | (after.keys() - write.schema.fields.keys())
    known = {name: after[name] for name in own if name in after and not name.startswith("_")}
    return _shown(ctx, write.schema, after) | with_file_urls(ctx, values.copied(known))


def _rewritten(ctx: Context, write: Write, subject: ParseObject) -> Write:
    """The write with the object's changes in place of those that the trigger saw."""
    ops: dict[str, Op] = {path: op for path, op in write.ops.items() if path.startswith("_")}
    changed: dict[str, Any] = {}
    for path, op in _changes(subject).items():
        before = write.ops.get(path)
        if before is not None and op == before:
            ops[path] = before
        else:
            changed[path] = pending.to_json(op)
    ops |= apply_ops.parse_ops(changed)
    object_id = write.object_id
    if write.is_create and subject.id and subject.id != object_id:
        access.admit_object_id(ctx, write.schema.name, subject.id)
        object_id = subject.id
    return replace(write, ops=ops, object_id=object_id)


def _changes(subject: ParseObject) -> Ops:
    """What a trigger leaves to be stored. Raises ParseError 141 if that leads to an object or file that is not saved."""
    try:
        return subject.pending_ops()
    except ValueError as exc:
        raise _script_failed(str(exc)) from exc


def _replacement(write: Write, subject: ParseObject, result: Any, answer: Object | None) -> Any:
    match result:
        case ParseObject() if result is not subject:
            return result.to_json()
        case Mapping() | list():
            return encode(result, full=True)
        case _ if answer is not None:
            shown = subject.to_json()
            return answer | {name: shown[name] for name in _unknown(write, subject) if name in shown}
        case _:
            return None


def _unknown(write: Write, subject: ParseObject) -> set[str]:
    """Fields whose value the client of a class with afterSave is told: worked out by the server, or set by the trigger."""
    computed = {
        path.split(".", 1)[0]
        for path, op in write.ops.items()
        if "." in path
        or isinstance(op, Increment | Add | AddUnique | Remove)
        or (write.is_create and isinstance(op, Relate))
    }
    return computed | ALWAYS_ANSWERED.get(write.schema.name, frozenset()) | set(subject.dirty_keys)


def _result(item: Any) -> Object:
    """One result of a find as it goes to the client: objects of triggers name their class."""
    match item:
        case ParseObject():
            return {**item.to_json(), "className": item.class_name}
        case Mapping():
            row: Object = encode(item, full=True)
            return row
        case _:
            raise _script_failed(f"a find gives objects, not a {type(item).__name__}")


def _query(hook: Hook, class_name: str, params: FindParams) -> Query[ParseObject]:
    """The client's query; that there is only one object of an id goes without saying."""
    return Query.from_params(hook.object_type, class_name, replace(params, limit=None) if params.is_get else params)


def _asked(request: FindRequest, before: FindParams, params: FindParams) -> FindParams:
    """What is to be found, with the read preferences that the trigger chose."""
    limit = before.limit if params.limit is None else params.limit
    chosen = {
        "read_preference": request.read_preference,
        "include_read_preference": request.include_read_preference,
        "subquery_read_preference": request.subquery_read_preference,
    }
    return replace(params, limit=limit, **{name: value for name, value in chosen.items() if value is not None})  # type: ignore[arg-type]  # texts all


def _script_failed(message: str) -> ParseError:
    return ParseError(ErrorCode.SCRIPT_FAILED, message)

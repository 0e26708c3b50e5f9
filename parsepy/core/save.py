"""Saving: a create or update goes as a frozen `Write` through plan, permission, rules, triggers, schema and store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from parsepy.adapters.storage.base import DuplicateValueError, InvalidValueError, Object
from parsepy.core import access, answers, incoming, relations, triggers
from parsepy.core.context import Context
from parsepy.core.live import publishing, recording
from parsepy.core.rules import Write
from parsepy.core.schemas import growth as schema_growth
from parsepy.errors import ErrorCode, ParseError
from parsepy.model import apply_ops, values
from parsepy.model.ops import Op, Ops, Relate, Set, SetOnInsert, Unset
from parsepy.model.record import record
from parsepy.model.schema import ClassSchema
from parsepy.model.where import Where, both, by_id


@record(frozen=True, slots=True)
class SaveResult:
    """What a save answers: the object's id, the fields the client does not know yet, and whether it is new."""

    object_id: str
    answer: Object
    is_create: bool = True


async def create(ctx: Context, class_name: str, raw: Mapping[str, Any]) -> SaveResult:
    """Store a new object. `raw` is the client's JSON: values and `__op`s.

    Raises ParseError: 119 permission, 105 and 107 names and form, 111 types, 137 duplicates, 142 required fields.
    """
    access.admit_class(ctx, class_name, "create")
    schema = await schema_growth.planned(ctx, class_name, raw)
    sent = incoming.checked(ctx, schema, raw)
    access.admit_object_id(ctx, class_name, sent.get("objectId"))
    object_id = incoming.new_object_id(ctx, schema, sent)
    rules = ctx.app.rules_of(class_name)
    rules.admit_sent(ctx, sent, is_create=True)
    ops = incoming.create_ops(ctx, schema, sent)
    admitted = await rules.admit(ctx, Write(schema, object_id, ops, sent=sent))
    if not admitted.is_create:
        return await _change(ctx, admitted, await _reachable(ctx, admitted))
    schema_growth.addition_constraint(ctx, admitted.schema, admitted.ops, on_create=True)
    await access.may(ctx, admitted.schema, "create")
    return await _insert(ctx, admitted)


async def update(ctx: Context, class_name: str, object_id: str, raw: Mapping[str, Any]) -> SaveResult:
    """Change a stored object. Raises as `create`, and 101 if it is not there or the caller may not write it."""
    access.admit_class(ctx, class_name, "update")
    ctx.app.rules_of(class_name).admit_target(ctx, "update", object_id)
    schema = await schema_growth.planned(ctx, class_name, raw)
    sent = incoming.checked(ctx, schema, raw)
    write = Write(schema, object_id, incoming.update_ops(ctx, schema, sent), sent=sent, is_create=False)
    where = await _reachable(ctx, write)
    rules = ctx.app.rules_of(class_name)
    if rules.reads_before or triggers.observes_saves(ctx, class_name) or publishing.observes(ctx, class_name):
        write = replace(write, before=await _before(ctx, schema, where))
    return await _change(ctx, await rules.admit(ctx, write), where)


async def _reachable(ctx: Context, write: Write) -> Where:
    """The object to be changed, as far as this caller may change it."""
    widening = schema_growth.addition_constraint(ctx, write.schema, write.ops)
    constraint = await access.may(ctx, write.schema, "update")
    where = both(by_id(write.object_id), constraint, widening)
    where = await ctx.app.rules_of(write.schema.name).scope(ctx, where)
    return access.restrict(ctx, where, "write")


async def _before(ctx: Context, schema: ClassSchema, where: Where) -> Object:
    found = await triggers.stored(ctx, schema, where)
    if found is None:
        raise ctx.app.rules_of(schema.name).unreachable(ctx)
    return found


async def _insert(ctx: Context, admitted: Write) -> SaveResult:
    """From beforeSave to the answer of a create."""
    hooked = await triggers.before_save(ctx, admitted)
    incoming.check_hooked(ctx, admitted, hooked)
    rules = ctx.app.rules_of(hooked.schema.name)
    schema = await schema_growth.accept(ctx, hooked.schema, hooked.ops, is_create=True)
    complete = schema_growth.completed(ctx, schema, hooked.ops)
    write = await rules.seal(ctx, hooked.to(schema, complete))
    row = _new_row(ctx, write)
    try:
        stored = await recording.insert(ctx, schema, row)
    except DuplicateValueError as exc:
        raise rules.duplicate(ctx, exc.field) from exc
    except InvalidValueError as exc:
        raise ParseError(ErrorCode.INCORRECT_TYPE, str(exc)) from exc
    await _relate(ctx, write)
    extra = await rules.completed(ctx, write, row)
    await publishing.announce(ctx, schema, stored)
    changed = answers.changed_fields(admitted.ops, hooked.ops) | answers.changed_fields(hooked.ops, complete)
    changed |= answers.computed_fields(admitted.ops)
    answer = {"objectId": write.object_id, "createdAt": row["createdAt"]} | answers.told(ctx, write, row, changed)
    answer = answers.with_extra(answer, extra)
    replaced = await triggers.after_save(ctx, write, answers.with_extra(row, extra), answer)
    return SaveResult(write.object_id, answers.replaced_by(replaced, answer, rules.kept_in_answers))


async def _change(ctx: Context, admitted: Write, where: Where) -> SaveResult:
    """From beforeSave to the answer of an update."""
    hooked = await triggers.before_save(ctx, admitted)
    incoming.check_hooked(ctx, admitted, hooked)
    rules = ctx.app.rules_of(hooked.schema.name)
    schema = await schema_growth.accept(ctx, hooked.schema, hooked.ops, is_create=False)
    schema_growth.check_required(schema, hooked.ops, hooked.sent)
    write = await rules.seal(ctx, hooked.to(schema, hooked.ops))
    try:
        ops = _row_ops(ctx, write.ops)
        stored = await recording.update(ctx, schema, where, ops, target=write.object_id, before=write.before)
    except DuplicateValueError as exc:
        raise rules.duplicate(ctx, exc.field) from exc
    except InvalidValueError as exc:
        raise ParseError(ErrorCode.INCORRECT_TYPE, str(exc)) from exc
    if stored is None or stored.after is None:
        raise rules.unreachable(ctx)
    after = stored.after
    await _relate(ctx, write)
    extra = await rules.completed(ctx, write, after)
    await publishing.announce(ctx, schema, stored)
    changed = answers.changed_fields(admitted.ops, hooked.ops) | answers.computed_fields(admitted.ops)
    answer = {"updatedAt": after["updatedAt"]} | answers.told(ctx, write, after, changed)
    answer = answers.with_extra(answer, extra)
    replaced = await triggers.after_save(ctx, write, answers.with_extra(after, extra), answer)
    final = answers.replaced_by(replaced, answer, rules.kept_in_answers)
    return SaveResult(write.object_id, final, is_create=False)


def _new_row(ctx: Context, write: Write) -> Object:
    now = values.iso(ctx.app.now())
    given = apply_ops.new_object(
        {name: op for name, op in write.ops.items() if not isinstance(op, (Relate, SetOnInsert, Unset))}
    )
    return {"objectId": write.object_id, "createdAt": now, "updatedAt": now, **given}


def _row_ops(ctx: Context, ops: Ops) -> dict[str, Op]:
    return {"updatedAt": Set(values.iso(ctx.app.now())), **_plain(ops)}


def _plain(ops: Ops) -> dict[str, Op]:
    """The ops that change the object's own row."""
    return {name: op for name, op in ops.items() if not isinstance(op, (Relate, SetOnInsert))}


async def _relate(ctx: Context, write: Write) -> None:
    for name, op in write.ops.items():
        if isinstance(op, Relate):
            await relations.change(ctx, write.schema.name, name, write.object_id, op)

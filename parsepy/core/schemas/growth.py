"""Saves that widen their class: new columns, their types, what a class demands of its objects and fills in."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from parsepy.core import access, permissions
from parsepy.core.context import Context
from parsepy.core.schemas import added, fits, mismatch
from parsepy.errors import ErrorCode, ParseError
from parsepy.model import names, values
from parsepy.model.ops import Add, AddUnique, Increment, Op, Ops, Relate, Remove, Set, SetOnInsert, Unset
from parsepy.model.schema import ClassSchema, Field, FieldType
from parsepy.model.system_classes import (
    DEFAULT_FIELDS,
    INTERNAL_FIELDS,
    PATH_TYPED_OBJECTS,
    REQUIRED_FIELDS,
    VOLATILE_CLASSES,
)
from parsepy.model.where import EVERYTHING, Where

DELETION = {"__op": "Delete"}
_NOTHING: Mapping[str, Any] = MappingProxyType({})
_PLAIN = {
    str: Field(FieldType.STRING),
    int: Field(FieldType.NUMBER),
    float: Field(FieldType.NUMBER),
    bool: Field(FieldType.BOOLEAN),
    list: Field(FieldType.ARRAY),
}
"""The columns of the plainest values, which are most: made once."""


async def planned(ctx: Context, class_name: str, sent: Mapping[str, Any] = _NOTHING) -> ClassSchema:
    """The class that `sent` is to be written to; one that is not there yet as it would begin.

    Raises ParseError 119 if the caller may not make it, 107 for an impossible name.
    """
    found = None if names.is_join_name(class_name) else await ctx.app.schemas.find(class_name)
    if found is not None:
        if sent.keys() <= found.fields.keys():
            return found
        columns = [names.root(path) for path in sent if not path.startswith("_")]
        return await ctx.app.schemas.with_columns(found, filter(names.is_field_name, columns))
    access.admit_missing_class(ctx, class_name)
    if not names.is_class_name(class_name) or names.is_join_name(class_name):
        raise ParseError(ErrorCode.INVALID_JSON, "schema class name does not revalidate")
    return ctx.app.schemas.planned(class_name)


def check_names(ctx: Context, paths: Iterable[str], class_name: str = "") -> None:
    """Refuse field names that a caller may not write, before anything is done with them. Raises ParseError 105.

    Names with an underscore are the server's own; the maintenance key may write them.
    """
    for path in paths:
        if names.is_field_name(path, class_name):
            continue
        name = names.root(path)
        if ctx.principal.is_maintenance and name.startswith("_"):
            name = name[1:]
        if not names.is_field_name(name, class_name):
            raise _invalid_name(path if path.startswith(".") else names.root(path))
        if path.endswith(".") or ".." in path or ".$" in path:
            raise _invalid_name(path)


def _invalid_name(name: str) -> ParseError:
    return ParseError(ErrorCode.INVALID_KEY_NAME, f"Invalid field name: {name}.")


async def accept(ctx: Context, schema: ClassSchema, ops: Ops, *, is_create: bool) -> ClassSchema:
    """The class with columns for all that the save writes, made and widened as needed.

    Raises ParseError 111 for a value of another type than its column, 105 for impossible names, 107 for new columns of a
    class that has its columns once and for all, 119 if the caller may not add fields, 101 for an update in a class that is
    not there (those of VOLATILE_CLASSES always are, listed or not), 103 for a create in a class that only the server fills.
    """
    closed = is_create and not names.is_class_name(schema.name)
    stored = ctx.app.schemas.holds(schema.name)
    if stored and not closed and _sets_known(schema, ops):
        return schema
    wanted = columns(schema.name, ops, internal=ctx.principal.is_maintenance)
    if not stored and not is_create and schema.name not in VOLATILE_CLASSES:
        raise ParseError(ErrorCode.OBJECT_NOT_FOUND, "Object not found.")
    if stored and not fits(schema, wanted):
        schema = await ctx.app.schemas.fitting(schema, wanted)
    new = added(schema, wanted)
    if new and schema.name in VOLATILE_CLASSES:
        _refuse_foreign(new.keys() - ctx.app.schemas.planned(schema.name).fields.keys())
    if closed:
        raise ParseError(ErrorCode.INVALID_CLASS_NAME, f"invalid className: {schema.name}")
    addition_constraint(ctx, schema, ops, on_create=is_create)
    if stored and not new:
        return schema
    return await ctx.app.schemas.grow(schema, wanted)


def _refuse_foreign(unknown: Iterable[str]) -> None:
    for name in unknown:
        raise ParseError(ErrorCode.INVALID_JSON, f"Could not add field {name}")


def _sets_known(schema: ClassSchema, ops: Ops) -> bool:
    """Whether all that is written are plain values of columns that are there, as in most saves: none is new then."""
    fields = schema.fields
    for name, op in ops.items():
        known = fields.get(name)
        plain = _PLAIN.get(type(op.value)) if type(op) is Set else None
        if known is None or plain is None or known.type is not plain.type:
            return False
    return True


def addition_constraint(ctx: Context, schema: ClassSchema, ops: Ops, *, on_create: bool = False) -> Where:
    """Which objects a save may write unknown fields to, null too; everything if it has none. Raises ParseError 119, 101."""
    if schema.permissions is None or ctx.principal.bypasses_permissions or not ctx.app.schemas.holds(schema.name):
        return EVERYTHING
    if not any(_is_unknown(schema, path, op) for path, op in ops.items()):
        return EVERYTHING
    return permissions.may(ctx, schema, "addField", on_create=on_create)


def _is_unknown(schema: ClassSchema, path: str, op: Op) -> bool:
    name = names.root(path)
    return not (isinstance(op, Unset) or name in schema.fields or name in DEFAULT_FIELDS or name.startswith("_"))


def columns(class_name: str, ops: Ops, *, internal: bool = False) -> dict[str, Field]:
    """The columns that the ops need, default and internal ones left out. Raises ParseError 105 and 111.

    With `internal` any name with an underscore passes, not only those that the server itself writes.
    """
    wanted: dict[str, Field] = {}
    points = 0
    for path, op in ops.items():
        name = names.root(path)
        if name in DEFAULT_FIELDS and name != path:
            raise mismatch(class_name, name, DEFAULT_FIELDS[name], Field(FieldType.OBJECT))
        if name in DEFAULT_FIELDS or name in INTERNAL_FIELDS:
            continue
        if not names.is_field_name(name.removeprefix("_") if internal else name, class_name):
            raise _invalid_name(name)
        field = _column(path, op)
        if field is None or name.startswith("_"):
            continue
        if name in wanted and not wanted[name].same_type(field):
            raise mismatch(class_name, name, wanted[name], field)
        wanted[name] = field
        points += field.type is FieldType.GEO_POINT
    if points > 1:
        raise ParseError(ErrorCode.INCORRECT_TYPE, "there can only be one geopoint field in a class")
    return wanted


def _column(path: str, op: Op) -> Field | None:
    """The column that an op needs; None if it adds none (a null, a deletion)."""
    if "." in path and not isinstance(op, Unset):
        root, segment = path.split(".", 2)[:2]
        position = segment.isdecimal() and root not in PATH_TYPED_OBJECTS
        return Field(FieldType.ARRAY if position else FieldType.OBJECT)
    match op:
        case Set(value) | SetOnInsert(value):
            return _PLAIN.get(type(value)) or values.field_of(value)
        case Increment():
            return Field(FieldType.NUMBER)
        case Add() | AddUnique() | Remove():
            return Field(FieldType.ARRAY)
        case Relate(class_name):
            return Field(FieldType.RELATION, class_name)
        case Unset():
            return None


def completed(ctx: Context, schema: ClassSchema, ops: Ops) -> dict[str, Op]:
    """The ops of a create with the class's default values and ACL. Raises ParseError 111 and 142 for what is missing."""
    for name in REQUIRED_FIELDS.get(schema.name, ()):
        if _is_empty(ops.get(name)):
            raise ParseError(ErrorCode.INCORRECT_TYPE, f"{name} is required.")
    full = dict(ops)
    for name, field in schema.fields.items():
        if field.default is None and not field.required:
            continue
        given = ops.get(name)
        if field.default is not None and (given is None or isinstance(given, Unset)):
            full[name] = Set(copy.deepcopy(field.default))
        elif field.required and _is_empty(given):
            raise ParseError(ErrorCode.VALIDATION_ERROR, f"{name} is required")
    acl = None if "ACL" in ops else permissions.default_acl(ctx, schema)
    return full if acl is None else full | {"ACL": Set(acl)}


def check_required(schema: ClassSchema, ops: Ops, sent: Mapping[str, Any]) -> None:
    """Refuse an update that empties a required field. Raises ParseError 111 and 142.

    `sent` is the client's JSON, which tells the deletion of an ACL from an empty one.
    """
    for name in REQUIRED_FIELDS.get(schema.name, ()):
        if isinstance(ops.get(name), Unset) or sent.get(name) == DELETION:
            raise ParseError(ErrorCode.INCORRECT_TYPE, f"{name} is required.")
    for name, op in ops.items():
        field = schema.fields.get(name)
        if field is not None and field.required and _is_empty(op):
            raise ParseError(ErrorCode.VALIDATION_ERROR, f"{name} is required")


def _is_empty(op: Op | None) -> bool:
    """Whether a field ends up with nothing: not written, deleted, or set to null or an empty text."""
    match op:
        case None | Unset():
            return True
        case Set(value):
            return value is None or value == ""
        case _:
            return False

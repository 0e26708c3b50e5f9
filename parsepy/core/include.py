"""Includes: pointers in results become objects, one query per path and class, with the rights of the caller."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeGuard

from parsepy.adapters.storage.base import Object
from parsepy.core import access, projection
from parsepy.core.context import Context
from parsepy.core.finder import Find
from parsepy.model.find_params import FindParams
from parsepy.model.schema import ClassSchema, FieldType

EVERY_POINTER = "*"

_Found = dict[tuple[str, str], Object]


async def include(ctx: Context, rows: list[Object], params: FindParams, find: Find) -> list[Object]:
    """Replace the pointers at the asked paths in place; what is missing or unreadable disappears from its parent."""
    if not rows or not params.include:
        return rows
    for path in projection.paths(params.include):
        found = await _fetch(ctx, rows, path, params, find)
        segments = path.split(".")
        for row in rows:
            if not _replaced_plainly(row, path, found):
                _replace(row, segments, found)
    return rows


def with_every_pointer(schema: ClassSchema | None, params: FindParams) -> FindParams:
    """The parameters with the Pointer and Array columns of the class in the place of `*`; they are selected then, too."""
    if EVERY_POINTER not in params.include:
        return params
    fields = schema.fields if schema else {}
    columns = [name for name, field in fields.items() if field.type in {FieldType.POINTER, FieldType.ARRAY}]
    named = [path for path in params.include if path != EVERY_POINTER]
    keys = None if params.keys is None else tuple(dict.fromkeys((*params.keys, *columns)))
    return replace(params, include=tuple(dict.fromkeys((*named, *columns))), keys=keys)


async def _fetch(ctx: Context, rows: list[Object], path: str, params: FindParams, find: Find) -> _Found:
    """The objects that the pointers at the path lead to, one query a class."""
    wanted: dict[str, set[str]] = {}
    segments = path.split(".")
    for row in rows:
        plain = row.get(path)
        for pointer in (plain,) if _is_pointer(plain) else _pointers(row, segments):
            wanted.setdefault(pointer["className"], set()).add(pointer["objectId"])
    found: _Found = {}
    for class_name, ids in wanted.items():
        asked = replace(
            projection.below(params, path),
            where={"objectId": next(iter(ids))} if len(ids) == 1 else {"objectId": {"$in": sorted(ids)}},
            read_preference=params.include_read_preference or params.read_preference,
            include_read_preference=params.include_read_preference,
            is_get=len(ids) == 1,
            is_include=True,
        )
        for row in (await find(ctx, class_name, asked)).results:
            shown = access.without_private(ctx, class_name, row)
            found[class_name, row["objectId"]] = {**shown, "__type": "Object", "className": class_name}
    return found


def _pointers(value: Any, segments: Sequence[str]) -> Iterator[Object]:
    """Every pointer at the path, through lists and objects on the way."""
    if isinstance(value, list):
        for element in value:
            yield from _pointers(element, segments)
    elif isinstance(value, dict):
        if segments:
            yield from _pointers(value.get(segments[0]), segments[1:])
        elif _is_pointer(value):
            yield value


def _replaced_plainly(row: Object, path: str, found: _Found) -> bool:
    """Replace a pointer that stands in the row itself, as most do; False if there is none."""
    pointer = row.get(path)
    if not _is_pointer(pointer):
        return False
    included = found.get((pointer["className"], pointer["objectId"]))
    if included is None:
        del row[path]
    else:
        row[path] = included
    return True


def _replace(value: Any, segments: Sequence[str], found: _Found) -> Any:
    """The value with its pointers at the path replaced; None stands for one that is to disappear."""
    if isinstance(value, list):
        replaced = [_replace(element, segments, found) for element in value]
        return [new for old, new in zip(value, replaced, strict=True) if new is not None or old is None]
    if not isinstance(value, dict):
        return value
    if not segments:
        return found.get((value["className"], value["objectId"])) if _is_pointer(value) else value
    name = segments[0]
    if name in value:
        child = _replace(value[name], segments[1:], found)
        if child is None and value[name] is not None:
            del value[name]
        else:
            value[name] = child
    return value


def _is_pointer(value: Any) -> TypeGuard[Object]:
    return isinstance(value, dict) and value.get("__type") == "Pointer" and isinstance(value.get("objectId"), str)

"""Pipelines of clients in MongoDB's names and values, and the documents that come out as clients get them."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache, partial
from typing import Any

from parsepy.errors import ParseError
from parsepy.model import values
from parsepy.model.aggregation.budget import MAX_EXPRESSION_DEPTH, refused
from parsepy.model.documents import POINTER_PREFIX, Documents
from parsepy.model.pipeline import Pipeline
from parsepy.model.schema import ClassSchema, FieldType
from parsepy.model.stored_values import iso_of, plain_value
from parsepy.model.system_classes import PUBLIC_INTERNAL_FIELDS
from parsepy.model.texts import javascript_text

Document = dict[str, Any]
Stage = Mapping[str, Any]

_MAPPED_KEYS: Mapping[str, str] = {"objectId": "_id", "createdAt": "_created_at", "updatedAt": "_updated_at"}
_MAPPED_DATES = frozenset({"createdAt", "updatedAt"})
_SHOWN = re.compile(r"[A-Za-z][0-9A-Za-z_]*|__type")
_IGNORED = frozenset({"distinct", "where"})


def stages_of(given: Any) -> list[Stage]:
    """The stages of a pipeline as clients send it: a list, or an object with a stage in each key. Raises ParseError 102."""
    listed = [{name: spec} for name, spec in given.items()] if isinstance(given, dict) else given
    if not isinstance(listed, list):
        raise refused("Aggregate pipeline must be a list of stages, or an object")
    found = [_stage(stage) for stage in listed]
    return [stage for stage in found if stage]


def _stage(stage: Any) -> Stage:
    """A checked stage; empty for one that only speaks of distinct values."""
    names = list(stage) if isinstance(stage, dict) else []
    if len(names) != 1:
        raise refused(f"Pipeline stages should only have one key but found {', '.join(names)}.")
    name = names[0]
    if name in _IGNORED:
        return {}
    if not name.startswith("$"):
        raise refused(f"Invalid aggregate stage '{name}'.")
    spec = stage[name]
    if name == "$group" and isinstance(spec, dict):
        if "objectId" in spec:
            raise refused("Cannot use 'objectId' in aggregation stage $group.")
        if "_id" not in spec:
            raise refused("Invalid parameter for query: group. Missing key _id")
    return {name: spec}


def mapped(schema: ClassSchema, pipeline: Pipeline) -> list[Document]:
    """The stages as MongoDB is to get them.

    In `$match`, `$project` and `$geoNear.query` the names of columns become those of documents (`objectId` `_id`,
    pointers `_p_team` with `Team$id` for an id), and ISO texts on Date columns dates; in `$group` strings that name
    pointers or the two dates. Nothing else is touched. With `raw_values` the stages must hold Python values already
    (dates, bytes ...), as the reader of Extended JSON makes them. Raises ParseError 102.
    """
    mapping = _Mapping(schema, names=not pipeline.raw_field_names, dates=not pipeline.raw_values)
    return [mapping.stage(stage) for stage in pipeline.stages]


class _Mapping:
    def __init__(self, schema: ClassSchema, *, names: bool, dates: bool) -> None:
        self._names, self._dates = names, dates
        fields = schema.fields.items()
        self._pointers = {name: field.target for name, field in fields if field.type is FieldType.POINTER and names}
        self._date_columns = {name for name, field in fields if field.type is FieldType.DATE and dates}

    def stage(self, stage: Stage) -> Document:
        """One stage."""
        name, spec = next(iter(stage.items()))
        match name:
            case "$group":
                spec = self._group(spec, 0)
            case "$match":
                spec = self._conditions(spec, 0)
            case "$project" if isinstance(spec, dict):
                spec = self._project(spec)
            case "$geoNear" if isinstance(spec, dict) and spec.get("query"):
                spec = {**spec, "query": self._conditions(spec["query"], 0)}
        return {name: spec}

    def _key(self, name: str) -> str:
        if not self._names:
            return name
        return POINTER_PREFIX + name if name in self._pointers else _MAPPED_KEYS.get(name, name)

    def _conditions(self, value: Any, depth: int) -> Any:
        if depth > MAX_EXPRESSION_DEPTH:
            raise refused(f"conditions are nested more than {MAX_EXPRESSION_DEPTH} deep")
        if isinstance(value, list):
            return [self._conditions(item, depth + 1) for item in value]
        if not isinstance(value, dict):
            return value
        return {self._key(name): self._condition(name, part, depth + 1) for name, part in value.items()}

    def _condition(self, name: str, value: Any, depth: int) -> Any:
        if name in self._pointers:
            return self._pointer(self._pointers[name], value)
        if name in self._date_columns:
            return _dated(value)
        return self._conditions(value, depth)

    def _pointer(self, target: str | None, value: Any) -> Any:
        match value:
            case {"__type": "Pointer", "className": str() as class_name, "objectId": str() as object_id}:
                return f"{class_name}${object_id}"
            case None | dict() | list():
                return value
            case _:
                return f"{target}${javascript_text(value)}" if self._dates else value

    def _project(self, spec: Document) -> Document:
        return {
            self._key(name): part if name in self._pointers else self._conditions(part, 1)
            for name, part in spec.items()
        }

    def _group(self, value: Any, depth: int) -> Any:
        if depth > MAX_EXPRESSION_DEPTH:
            raise refused(f"expressions are nested more than {MAX_EXPRESSION_DEPTH} deep")
        if isinstance(value, list):
            return [self._group(item, depth + 1) for item in value]
        if isinstance(value, dict):
            return {name: self._group(part, depth + 1) for name, part in value.items()}
        if not isinstance(value, str) or not self._names:
            return value
        name = value[1:]
        if name in self._pointers:
            return f"${POINTER_PREFIX}{name}"
        return f"${_MAPPED_KEYS[name]}" if name in _MAPPED_DATES else value


def _dated(value: Any) -> Any:
    """The conditions on a date with its ISO texts as dates; other texts stay what they are."""
    match value:
        case {"__type": "Date", "iso": str() as text} if len(value) == 2:
            return _dated(text)
        case dict():
            return {name: _dated(part) for name, part in value.items()}
        case list():
            return [_dated(item) for item in value]
        case str():
            try:
                return values.date_of(value).replace(tzinfo=None)
            except ParseError:
                return value
        case _:
            return value


Present = Callable[[Document], Document]


def presenter(
    schema: ClassSchema, pipeline: Pipeline, stages: Sequence[Stage], *, extended: Callable[[Document], Document]
) -> Present:
    """How the documents that come out of the mapped `stages` are answered; `extended` writes Extended JSON.

    By default `_id` becomes `objectId` and the rest is read like an object; with `raw_values` values are Extended JSON,
    with `raw_field_names` names stay.
    """
    if pipeline.raw_field_names:
        return extended if pipeline.raw_values else _as_json
    by_pointer = any(_groups_by_pointer(stage) for stage in stages)
    rename = partial(_renamed, by_pointer=by_pointer)
    if pipeline.raw_values:
        return lambda document: extended(rename(document))
    columns = Documents(replace(schema, fields={n: f for n, f in schema.fields.items() if n != "ACL"}))
    dates = {name for name, field in schema.fields.items() if field.type is FieldType.DATE} - _MAPPED_DATES
    relations: Document = {
        name: {"__type": "Relation", "className": field.target}
        for name, field in schema.fields.items()
        if field.type is FieldType.RELATION
    }
    return lambda document: _decoded(columns, dates, rename(document)) | relations


def _groups_by_pointer(stage: Stage) -> bool:
    spec = stage.get("$group")
    name = spec.get("_id") if isinstance(spec, dict) else None
    return isinstance(name, str) and name.startswith(f"${POINTER_PREFIX}")


def _renamed(document: Document, *, by_pointer: bool) -> Document:
    """The document with `objectId` at its end for `_id`: the id alone of a pointer, null for what is empty."""
    if "_id" not in document:
        return document
    found = document["_id"]
    if by_pointer and isinstance(found, str):
        found = found.partition("$")[2] or found
    rest = {name: value for name, value in document.items() if name != "_id"}
    return {**rest, "objectId": None if found in ("", {}, []) else found}


def _decoded(columns: Documents, dates: Collection[str], document: Document) -> Document:
    """The document read like an object; names that begin with `_`, or are none of a field, are left out.

    What is no date under the name of a date column was worked out by the pipeline, and stays what it is.
    """
    own = {name: value for name, value in document.items() if name not in PUBLIC_INTERNAL_FIELDS | {"objectId"}}
    plain = {name: value for name, value in own.items() if name in dates and not isinstance(value, datetime)}
    row = columns.from_document({name: value for name, value in own.items() if name not in plain})
    row |= {name: plain_value(value) for name, value in plain.items()}
    if columns.is_join:
        row.pop("objectId", None)
    if "objectId" in document:
        row["objectId"] = plain_value(document["objectId"])
    return {name: value for name, value in row.items() if _is_shown(name)}


@lru_cache(maxsize=4096)
def _is_shown(name: str) -> bool:
    return _SHOWN.fullmatch(name) is not None


def _as_json(value: Any) -> Any:
    """Raw names with plain values: dates as ISO text, bytes as base64, as JavaScript puts them into JSON."""
    match value:
        case dict():
            return {name: _as_json(part) for name, part in value.items()}
        case list():
            return [_as_json(part) for part in value]
        case datetime():
            return iso_of(value)
        case bytes():
            return base64.b64encode(value).decode()
        case _:
            return plain_value(value)

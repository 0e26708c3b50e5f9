"""Conditions as MongoDB filters: every node with the operators that MongoDB has for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bson.objectid import ObjectId
from bson.regex import Regex as Pattern

from parsepy.adapters.storage.mongo import places
from parsepy.model.documents import Documents
from parsepy.model.match import SCORE
from parsepy.model.schema import FieldType
from parsepy.model.stored_values import interior_in_document
from parsepy.model.where import (
    All,
    And,
    Compare,
    ContainedBy,
    Exists,
    In,
    Intersects,
    Near,
    Nor,
    Or,
    Order,
    Permits,
    Regex,
    Text,
    Where,
    WithinBox,
    WithinPolygon,
    WithinSphere,
    by_id,
)

Filter = dict[str, Any]

_RANGES = frozenset({"$lt", "$lte", "$gt", "$gte"})
_PAIRED = frozenset({"$regex", "$options", "$nearSphere", "$maxDistance"})
_TEXT_COLUMNS: Mapping[FieldType, str] = {FieldType.POINTER: "Pointer", FieldType.FILE: "File"}
_PLAIN = (str, int, float, bool, type(None))


def nothing() -> Filter:
    """What no document matches."""
    return {"_id": {"$in": []}}


@dataclass(frozen=True, slots=True)
class Compiler:
    """Compiles for one class. Where distance may not sort (`sorts` false), `Near` only limits it."""

    documents: Documents
    sorts: bool = True

    def filter(self, where: Where) -> Filter:
        """The filter of a condition. Sub-queries and relations must be resolved before (ValueError)."""
        compile_node = _NODES.get(type(where))
        if compile_node is None:
            raise ValueError(f"{type(where).__name__} was not resolved")
        return compile_node(self, where)

    def inner(self) -> Compiler:
        """For parts that are not met by all matches: distance sorts nothing there."""
        return replace(self, sorts=False) if self.sorts else self

    def column(self, path: str) -> FieldType | None:
        """The type of the column at a path; None inside of columns, and for what is no column."""
        field = self.documents.schema.fields.get(path)
        return None if field is None else field.type

    def operand(self, path: str, value: Any) -> Any:
        """A value to compare with what stands at a path; one that its column cannot hold equals nothing."""
        if path in {"createdAt", "updatedAt"}:
            return interior_in_document(value)
        match self.column(path):
            case FieldType.POINTER | FieldType.FILE if isinstance(value, str):
                return {"text": value}
            case FieldType.GEO_POINT if isinstance(value, int | float | list) and not isinstance(value, bool):
                return {"number": value}
            case FieldType.POLYGON if isinstance(value, Mapping) and value.get("__type") != "Polygon":
                return {"object": interior_in_document(value)}
        return self.documents.value(path, value)


def compile_filter(documents: Documents, where: Where) -> Filter:
    """The filter of a find: `Near` may sort what it finds."""
    return Compiler(documents).filter(where)


def compile_unsorted(documents: Documents, where: Where) -> Filter:
    """The filter of counts, updates and deletes, where MongoDB takes no condition that sorts."""
    return Compiler(documents, sorts=False).filter(where)


def compile_order(documents: Documents, order: Sequence[Order]) -> dict[str, Any]:
    """The sort keys; a point sorts by latitude, then longitude. Empty for no order."""
    keys: dict[str, Any] = {}
    for item in order:
        direction = -1 if item.descending else 1
        if item.path == SCORE:
            keys.setdefault("score", {"$meta": "textScore"})
        elif _type_at(documents, item.path) is FieldType.GEO_POINT:
            keys.setdefault(f"{item.path}.1", direction)
            keys.setdefault(f"{item.path}.0", direction)
        elif documents.is_join and item.path == "objectId":
            keys.setdefault("owningId", direction)
            keys.setdefault("relatedId", direction)
        else:
            keys.setdefault(documents.path(item.path), direction)
    return keys


def _type_at(documents: Documents, path: str) -> FieldType | None:
    field = documents.schema.fields.get(path)
    return None if field is None else field.type


def merged(filters: Sequence[Filter]) -> Filter:
    """All filters in one; those that cannot share a key are put beside each other."""
    result: Filter = {}
    rest: list[Filter] = []
    for each in filters:
        if all(_fits(result, key, value) for key, value in each.items()):
            for key, value in each.items():
                result[key] = {**result[key], **value} if key in result else value
        else:
            rest.append(each)
    return result | {"$and": rest} if rest else result


def _fits(result: Filter, key: str, value: Any) -> bool:
    if key not in result:
        return True
    known = result[key]
    if key.startswith("$") or not isinstance(known, dict) or not isinstance(value, dict):
        return False
    return known.keys().isdisjoint(value) and _PAIRED.isdisjoint(known) and _PAIRED.isdisjoint(value)


def _and(compiler: Compiler, node: And) -> Filter:
    filters = [compiler.filter(inner) for inner in node.nodes]
    if sum(_is_sorting(each) for each in filters) > 1:
        # MongoDB sorts by one distance; the first counts, as elsewhere.
        first = next(at for at, each in enumerate(filters) if _is_sorting(each))
        others = compiler.inner()
        filters = [each if at <= first else others.filter(node.nodes[at]) for at, each in enumerate(filters)]
    return merged(filters)


def _is_sorting(compiled: Filter) -> bool:
    found = any(isinstance(value, dict) and "$nearSphere" in value for value in compiled.values())
    return found or any(map(_is_sorting, compiled.get("$and", ())))


def _or(compiler: Compiler, node: Or) -> Filter:
    inner = compiler.inner()
    return {"$or": [inner.filter(each) for each in node.nodes]} if node.nodes else nothing()


def _nor(compiler: Compiler, node: Nor) -> Filter:
    inner = compiler.inner()
    return {"$nor": [inner.filter(each) for each in node.nodes]} if node.nodes else {}


def _compare(compiler: Compiler, node: Compare) -> Filter:
    if compiler.documents.is_join and node.path == "objectId":
        pair = _pair(node.value)
        return pair if node.op == "$eq" else {"$nor": [pair]}
    path = compiler.documents.path(node.path)
    if compiler.column(node.path) is FieldType.GEO_POINT and node.op in _RANGES:
        return places.compared(path, node.op, node.value)
    if node.path == "objectId" and node.op in {"$eq", "$ne"} and (ids := _either_id(node.value)):
        return {path: {"$in" if node.op == "$eq" else "$nin": ids}}
    value = compiler.operand(node.path, node.value)
    if node.op == "$eq" and (isinstance(value, _PLAIN) or not isinstance(value, dict | list)):
        return {path: value}
    return {path: {node.op: value}}


def _either_id(value: Any) -> list[Any]:
    """An id that looks like one of MongoDB's own as text and as what it looks like; empty for all others."""
    return [value, ObjectId(value)] if isinstance(value, str) and len(value) == 24 and ObjectId.is_valid(value) else []


def _pair(object_id: Any) -> Filter:
    """Both ends of a pair of a relation, from the id that is made of them."""
    owning, separator, related = str(object_id).partition(":")
    return {"owningId": owning, "relatedId": related} if separator else nothing()


def _in(compiler: Compiler, node: In) -> Filter:
    if compiler.documents.is_join and node.path == "objectId":
        found = {"$or": [_pair(value) for value in node.values]} if node.values else nothing()
        return {"$nor": [found]} if node.negated else found
    values = [compiler.operand(node.path, value) for value in node.values]
    if node.path == "objectId":
        values += [id_ for value in node.values for id_ in _either_id(value)[1:]]
    return {compiler.documents.path(node.path): {"$nin" if node.negated else "$in": values}}


def _exists(compiler: Compiler, node: Exists) -> Filter:
    return {compiler.documents.path(node.path): {"$exists": node.expected}}


def _regex(compiler: Compiler, node: Regex) -> Filter:
    condition = {"$regex": node.pattern}
    return {compiler.documents.path(node.path): condition | ({"$options": node.options} if node.options else {})}


def _all(compiler: Compiler, node: All) -> Filter:
    values = [
        Pattern(value.pattern, value.options) if isinstance(value, Regex) else compiler.operand(node.path, value)
        for value in node.values
    ]
    return {compiler.documents.path(node.path): {"$all": values}}


def _contained_by(compiler: Compiler, node: ContainedBy) -> Filter:
    if compiler.column(node.path) is FieldType.GEO_POINT:
        return {}
    values = [compiler.operand(node.path, value) for value in node.values]
    return {"$nor": [{compiler.documents.path(node.path): {"$elemMatch": {"$nin": values}}}]}


def _permits(compiler: Compiler, node: Permits) -> Filter:
    key = "_rperm" if node.action == "read" else "_wperm"
    return {key: {"$in": [None, *sorted(node.keys)]}}


def _text(compiler: Compiler, node: Text) -> Filter:
    search: dict[str, Any] = {"$search": node.term}
    if node.language is not None:
        search["$language"] = node.language
    if node.case_sensitive:
        search["$caseSensitive"] = True
    if node.diacritic_sensitive:
        search["$diacriticSensitive"] = True
    return {"$text": search}


def _near(compiler: Compiler, node: Near) -> Filter:
    path = _point_path(compiler, node.path)
    if path is None or (node.max_radians is not None and node.max_radians < 0):
        return nothing()
    return places.near(path, node) if compiler.sorts else places.around(path, node)


def _point_path(compiler: Compiler, path: str) -> str | None:
    """Where points stand; None for columns that hold none."""
    return path if compiler.column(path) is FieldType.GEO_POINT else None


def _box(compiler: Compiler, node: WithinBox) -> Filter:
    path = _point_path(compiler, node.path)
    return nothing() if path is None else places.in_box(path, node)


def _polygon(compiler: Compiler, node: WithinPolygon) -> Filter:
    path = _point_path(compiler, node.path)
    return nothing() if path is None else places.in_polygon(path, node)


def _sphere(compiler: Compiler, node: WithinSphere) -> Filter:
    path = _point_path(compiler, node.path)
    return nothing() if path is None else places.in_sphere(path, node)


def _intersects(compiler: Compiler, node: Intersects) -> Filter:
    if compiler.column(node.path) is not FieldType.POLYGON:
        return nothing()
    return places.intersects(node.path, node)


_NODES: Mapping[type, Callable[[Compiler, Any], Filter]] = {
    And: _and,
    Or: _or,
    Nor: _nor,
    Compare: _compare,
    In: _in,
    Exists: _exists,
    Regex: _regex,
    All: _all,
    ContainedBy: _contained_by,
    Permits: _permits,
    Text: _text,
    Near: _near,
    WithinBox: _box,
    WithinPolygon: _polygon,
    WithinSphere: _sphere,
    Intersects: _intersects,
}


def has_text(where: Where) -> Text | None:
    """The text condition that all matches meet, if there is one."""
    match where:
        case And(nodes):
            return next((found for found in map(has_text, nodes) if found is not None), None)
        case Text():
            return where
        case _:
            return None


def single_id(where: Where) -> str | None:
    """The one id that every match has, if the conditions say so."""
    match where:
        case Compare("objectId", "$eq", str(object_id)):
            return object_id
        case And(nodes):
            return next((found for found in map(single_id, nodes) if found is not None), None)
        case _:
            return None


def with_single_values(where: Where) -> Where:
    """The same condition with lists of one value as equalities: an upsert takes those over into the new object."""
    match where:
        case And(nodes):
            return And(tuple(with_single_values(node) for node in nodes))
        case In(path, (value,), negated=False):
            return by_id(value) if path == "objectId" else Compare(path, "$eq", value)
        case _:
            return where

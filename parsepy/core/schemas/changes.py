"""Requests of the schemas API: checking them, and turning them into classes and changes of classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from parsepy.core.schemas import mismatch
from parsepy.errors import ErrorCode, ParseError
from parsepy.model import names, permissions, values
from parsepy.model.schema import ClassPermissions, ClassSchema, Field, FieldType, Index, SchemaChange
from parsepy.model.system_classes import (
    ADDED_FIELDS,
    DEFAULT_FIELDS,
    HIDDEN_INDEX_PREFIX,
    PRIMARY_INDEX,
    default_fields,
)
from parsepy.model.texts import is_truthy

_MISSING_COLUMN = 135
_UNCHANGEABLE_COLUMN = 136
_SCHEMA_OPERATION = 255
_TYPES = frozenset(map(str, FieldType)) - {str(FieldType.ACL)}
_TARGETED = frozenset({FieldType.POINTER, FieldType.RELATION})
_DELETE = "Delete"


@dataclass(frozen=True, slots=True)
class SchemaRequest:
    """What was asked for a class. None means that the request did not speak of it."""

    fields: Mapping[str, Any]
    permissions: Any = None
    indexes: Mapping[str, Any] | None = None
    custom_ids: bool = False
    any_index: bool = False


def read(body: Mapping[str, Any], *, custom_ids: bool, any_index: bool) -> SchemaRequest:
    """Read a request's body. Raises ParseError 107 for parts of the wrong form.

    `custom_ids`: any text may be a user's id; `any_index`: indexes may name fields that are not there.
    """
    return SchemaRequest(
        fields=_entries(body["fields"]) if body.get("fields") is not None else {},
        permissions=_asked_permissions(body),
        indexes=_entries(body["indexes"]) if body.get("indexes") is not None else None,
        custom_ids=custom_ids,
        any_index=any_index,
    )


def _asked_permissions(body: Mapping[str, Any]) -> Any:
    """The permissions asked for; null opens the class again."""
    if "classLevelPermissions" not in body:
        return None
    asked = body["classLevelPermissions"]
    return permissions.OPEN if asked is None else asked


def new_class(name: str, request: SchemaRequest) -> ClassSchema:
    """The class that a request describes. Raises ParseError 103, 105, 107, 111, 102, 135 and 136."""
    if not names.is_class_name(name) or names.is_join_name(name):
        raise names.invalid_class_name(name)
    fields = {field: _new_field(name, field, asked) for field, asked in request.fields.items()}
    every = {**default_fields(name), **fields}
    _check_one_geo_point(every)
    indexes = {key: _new_index(key, asked, every, request) for key, asked in (request.indexes or {}).items()}
    return ClassSchema(name, every, _permissions(request, every), indexes)


def change(schema: ClassSchema, request: SchemaRequest) -> SchemaChange:
    """The change of a class that a request describes. Raises as `new_class`, and 255 and 102 for what is there or not."""
    for name, asked in request.fields.items():
        _check_presence(schema, name, asked)
    dropped = frozenset(name for name, asked in request.fields.items() if _deletes(asked))
    for name in dropped:
        if name in default_fields(schema.name):
            raise ParseError(_UNCHANGEABLE_COLUMN, f"field {name} cannot be changed")
    added = {name: _field(schema, name, asked) for name, asked in request.fields.items() if name not in dropped}
    every = {name: field for name, field in schema.fields.items() if name not in dropped} | added
    _check_one_geo_point(every)
    changed = {name: field for name, field in added.items() if field != schema.fields.get(name)}
    add_indexes, drop_indexes = _index_changes(schema, request, every)
    return SchemaChange(changed, dropped, _permissions(request, every), add_indexes, drop_indexes)


def shown(schema: ClassSchema, protected: Mapping[str, Sequence[str]] | None = None) -> dict[str, Any]:
    """A class as the schemas API shows it; `protected` are the server's own protected fields, to be shown as well."""
    own = ADDED_FIELDS.get(schema.name, frozenset())
    fields = {name: field for name, field in schema.fields.items() if not name.startswith("_") and name not in own}
    answer: dict[str, Any] = {
        "className": schema.name,
        "fields": {name: field.to_json() for name, field in fields.items()},
        "classLevelPermissions": permissions.shown(schema.permissions, protected or {}),
    }
    indexes = {
        name: {_shown_path(name, path): order for path, order in index.keys.items()}
        for name, index in schema.indexes.items()
        if not name.startswith(HIDDEN_INDEX_PREFIX)
    }
    return answer | {"indexes": indexes} if indexes else answer


def _shown_path(index: str, path: str) -> str:
    """A path as the reference's database names it in the indexes that are not the user's own."""
    if index == PRIMARY_INDEX.name:
        return "_id"
    provider, dot, field = path.removeprefix("authData.").partition(".")
    return f"_auth_data_{provider}{dot}{field}" if path.startswith("authData.") else path


def _check_presence(schema: ClassSchema, name: str, asked: Any) -> None:
    if asked is None:
        raise _invalid_json()
    known = schema.fields.get(name)
    if known is None and _deletes(asked):
        raise ParseError(_SCHEMA_OPERATION, f"Field {name} does not exist, cannot delete.")
    if known is not None and not _deletes(asked) and _type_of(asked) != known.type:
        raise ParseError(_SCHEMA_OPERATION, f"Field {name} exists, cannot update.")


def _field(schema: ClassSchema, name: str, asked: Any) -> Field:
    """A column to be added, or one that is there with the options of the request."""
    known = schema.fields.get(name)
    if known is None:
        return _new_field(schema.name, name, asked)
    if name in DEFAULT_FIELDS:
        return known
    field = _with_options(schema.name, name, Field(known.type, asked.get("targetClass")), asked)
    if not field.same_type(known):
        raise mismatch(schema.name, name, known, field)
    return field


def _new_field(class_name: str, name: str, asked: Any) -> Field:
    if not names.is_field_name(name, class_name):
        raise ParseError(ErrorCode.INVALID_KEY_NAME, f"invalid field name: {name}")
    if name in default_fields(class_name):
        raise ParseError(_UNCHANGEABLE_COLUMN, f"field {name} cannot be added")
    kind = _type_of(asked)
    if not isinstance(kind, str):
        raise _invalid_json()
    if kind not in _TYPES:
        raise ParseError(ErrorCode.INCORRECT_TYPE, f"invalid field type: {kind}")
    field_type = FieldType(kind)
    target = _target(field_type, asked.get("targetClass")) if field_type in _TARGETED else None
    return _with_options(class_name, name, Field(field_type, target), asked)


def _target(field_type: FieldType, asked: Any) -> str:
    if not asked:
        raise ParseError(_MISSING_COLUMN, f"type {field_type} needs a class name")
    if not isinstance(asked, str):
        raise _invalid_json()
    if not names.is_class_name(asked):
        raise names.invalid_class_name(asked)
    return asked


def _with_options(class_name: str, name: str, field: Field, asked: Mapping[str, Any]) -> Field:
    """The column with `required` and `defaultValue` of the request; a null default is none."""
    raw = asked.get("defaultValue")
    required = is_truthy(asked["required"]) if "required" in asked else None
    if raw is None:
        if required and field.type is FieldType.RELATION:
            raise ParseError(ErrorCode.INCORRECT_TYPE, f"The 'required' option is not applicable for {field}")
        return Field(field.type, field.target, required=required)
    if isinstance(raw, Mapping) and "__op" in raw:
        raise _invalid_json()
    default = values.normalised(raw)
    found = values.field_of(default)
    if found is not None and field.type is FieldType.RELATION and found.target is not None:
        raise ParseError(ErrorCode.INCORRECT_TYPE, f"The 'default value' option is not applicable for {field}")
    if found is None or not field.same_type(found):
        raise mismatch(class_name, f"{name} default value", field, found or field)
    return Field(field.type, field.target, required=required, default=default)


def _check_one_geo_point(fields: Mapping[str, Field]) -> None:
    points = [name for name, field in fields.items() if field.type is FieldType.GEO_POINT]
    if len(points) > 1:
        raise ParseError(
            ErrorCode.INCORRECT_TYPE,
            "currently, only one GeoPoint field may exist in an object. "
            f"Adding {points[1]} when {points[0]} already exists.",
        )


def _permissions(request: SchemaRequest, fields: Mapping[str, Field]) -> ClassPermissions | None:
    if request.permissions is None:
        return None
    return permissions.checked(request.permissions, fields, custom_ids=request.custom_ids)


def _index_changes(
    schema: ClassSchema, request: SchemaRequest, fields: Mapping[str, Field]
) -> tuple[dict[str, Index], frozenset[str]]:
    """Indexes to add and to drop. The first index of a class brings the primary one to light."""
    visible = {name for name in schema.indexes if not name.startswith(HIDDEN_INDEX_PREFIX)}
    known = visible or {PRIMARY_INDEX.name}
    added: dict[str, Index] = {}
    dropped: set[str] = set()
    for name, asked in (request.indexes or {}).items():
        if not _deletes(asked):
            if name in known:
                raise ParseError(ErrorCode.INVALID_QUERY, f"Index {name} exists, cannot update.")
            added[name] = _new_index(name, asked, fields, request)
        elif name not in known:
            raise ParseError(ErrorCode.INVALID_QUERY, f"Index {name} does not exist, cannot delete.")
        else:
            dropped.add(name)
    if added and not visible and PRIMARY_INDEX.name not in dropped:
        added = {PRIMARY_INDEX.name: PRIMARY_INDEX, **added}
    return added, frozenset(dropped)


def _new_index(name: str, asked: Any, fields: Mapping[str, Field], request: SchemaRequest) -> Index:
    if name.startswith(HIDDEN_INDEX_PREFIX):
        raise ParseError(ErrorCode.INVALID_QUERY, f"Index names must not begin with {HIDDEN_INDEX_PREFIX}.")
    keys = {}
    if not _entries(asked):
        raise ParseError(ErrorCode.INVALID_QUERY, f"Index {name} names no field, cannot add index.")
    for path, order in _entries(asked).items():
        field = path.removeprefix("_p_")
        if field not in fields and not request.any_index:
            raise ParseError(ErrorCode.INVALID_QUERY, f"Field {path} does not exist, cannot add index.")
        if isinstance(order, bool) or not isinstance(order, int | str):
            raise _invalid_json()
        keys[field] = order
    return Index(name, keys)


def _type_of(asked: Any) -> Any:
    return asked.get("type") if isinstance(asked, Mapping) else None


def _deletes(asked: Any) -> bool:
    return isinstance(asked, Mapping) and asked.get("__op") == _DELETE


def _entries(value: Any) -> Mapping[str, Any]:
    """An object's entries; lists and texts count as the objects that JavaScript sees in them."""
    if isinstance(value, Mapping):
        return value
    if isinstance(value, list | str):
        return {str(position): element for position, element in enumerate(value)}
    raise _invalid_json()


def _invalid_json() -> ParseError:
    return ParseError(ErrorCode.INVALID_JSON, "invalid JSON")

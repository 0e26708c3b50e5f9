"""Classes as the table `_SCHEMA` holds them, in Parse Server's own form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from parsepy.adapters.storage.postgres.columns import BOOLEAN, DATE, JSON, NUMBER, TEXT, TEXTS, column_type
from parsepy.adapters.storage.postgres_tables.indexes import is_listed
from parsepy.adapters.storage.postgres_tables.table import PAIR, PERMISSIONS, UNDATED, is_join
from parsepy.model.schema import ClassPermissions, ClassSchema, Field, FieldType, Index
from parsepy.model.system_classes import ADDED_FIELDS, DEFAULT_FIELDS, PRIMARY_INDEX, STARTUP_CLASSES, SYSTEM_CLASSES

PAIR_TYPE = "character varying(120)"

INTERNAL_COLUMNS: Mapping[str, str] = {
    "_hashed_password": TEXT,
    "_email_verify_token_expires_at": DATE,
    "_email_verify_token": TEXT,
    "_account_lockout_expires_at": DATE,
    "_failed_login_count": NUMBER,
    "_perishable_token": TEXT,
    "_perishable_token_expires_at": DATE,
    "_password_changed_at": DATE,
    "_password_history": JSON,
}
"""What the table of users has from the start beside its fields."""

LATE_COLUMNS: Mapping[str, str] = {"_tombstone": BOOLEAN, "_session_token": TEXT}
"""What it gets when it is first needed."""

_USERS = "_User"
_PASSWORD = "password"  # noqa: S105 - the name of a field
_HASH = "_hashed_password"
_TYPES = frozenset(FieldType)


def columns_of(schema: ClassSchema) -> dict[str, str]:
    """The columns of a new table, by name, in Parse Server's order."""
    if is_join(schema.name):
        return dict.fromkeys(PAIR, PAIR_TYPE)
    undated = schema.name in UNDATED
    later = {_PASSWORD} if schema.name == _USERS else ADDED_FIELDS.get(schema.name, frozenset())
    fields = {
        name: field
        for name, field in schema.fields.items()
        if name not in later and not (undated and name in DEFAULT_FIELDS)
    }
    columns = {name: type_ for name, field in fields.items() if (type_ := column_type(field)) is not None}
    if undated:
        return columns if schema.name == "_Hooks" else {"objectId": TEXT, **columns}
    columns |= dict.fromkeys(PERMISSIONS, TEXTS)
    return {**columns, **INTERNAL_COLUMNS} if schema.name == _USERS else columns


def written_schema(schema: ClassSchema, before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A class as `_SCHEMA` holds it; what else was in its entry `before` stays."""
    written: dict[str, Any] = {**(before or {}), "className": schema.name, "fields": _written_fields(schema)}
    if schema.permissions is not None:
        written["classLevelPermissions"] = dict(schema.permissions.rules)
    indexes = {
        name: {"_id" if path == "objectId" else path: direction for path, direction in index.keys.items()}
        for name, index in schema.indexes.items()
        if is_listed(schema.name, index)
    }
    if indexes.keys() - ({PRIMARY_INDEX.name} if schema.name in STARTUP_CLASSES else set()):
        written["indexes"] = indexes
    else:
        written.pop("indexes", None)
    return written


def _written_fields(schema: ClassSchema) -> dict[str, Any]:
    fields = {name: field.to_json() for name, field in schema.fields.items() if field.type is not FieldType.ACL}
    if any(field.type is FieldType.ACL for field in schema.fields.values()):
        fields |= {name: {"type": "Array", "contents": {"type": "String"}} for name in PERMISSIONS}
    if schema.name == _USERS:
        fields.pop(_PASSWORD, None)
        fields[_HASH] = {"type": "String"}
    return fields


def read_schema(name: str, written: Mapping[str, Any], found: Iterable[Index]) -> ClassSchema:
    """A class out of its entry and the indexes that its table has; types that nobody knows are left out."""
    fields = {field: shown for field, shown in (written.get("fields") or {}).items() if not field.startswith("_")}
    known = {field: Field.from_json(shown) for field, shown in fields.items() if shown.get("type") in _TYPES}
    listed = (written.get("indexes") or {}).items()
    indexes = {key: PRIMARY_INDEX if key == PRIMARY_INDEX.name else Index(key, _paths(keys)) for key, keys in listed}
    indexes |= {index.name: index for index in found}
    permissions = written.get("classLevelPermissions")
    implied = {"ACL": Field(FieldType.ACL)} if PERMISSIONS[0] in (written.get("fields") or {}) else {}
    if name == _USERS:
        implied |= {_PASSWORD: SYSTEM_CLASSES[_USERS][_PASSWORD]}
    return ClassSchema(
        name,
        {**known, **implied},
        None if permissions is None else ClassPermissions(permissions),
        indexes,
    )


def _paths(keys: Mapping[str, Any]) -> dict[str, int | str]:
    return {"objectId" if path == "_id" else path: direction for path, direction in keys.items()}

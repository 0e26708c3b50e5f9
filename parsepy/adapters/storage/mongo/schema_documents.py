"""Classes as the documents of `_SCHEMA` that Parse Server writes, and back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from parsepy.adapters.storage.mongo.scope import Document
from parsepy.model.documents import Documents
from parsepy.model.schema import ClassPermissions, ClassSchema, Field, FieldType, Index
from parsepy.model.system_classes import DEFAULT_FIELDS

METADATA = "_metadata"
OPTIONS = f"{METADATA}.fields_options"
PERMISSIONS = f"{METADATA}.class_permissions"
INDEXES = f"{METADATA}.indexes"

_USER_CLASS = "_User"
_TYPES: Mapping[str, FieldType] = {
    str(type_).lower(): type_
    for type_ in FieldType
    if type_ not in {FieldType.POINTER, FieldType.RELATION, FieldType.ACL}
} | {"map": FieldType.OBJECT}
_RELATION = re.compile(r"relation<(.*)>", re.DOTALL)
_NO_FIELDS = frozenset({"_id", METADATA, "_client_permissions"})
_UNLISTED = frozenset({"ACL", "_rperm", "_wperm", "_hashed_password"})


def is_listed(class_name: str, field_name: str) -> bool:
    """Whether the document of the class names the field: permissions and passwords are stored otherwise."""
    return field_name not in _UNLISTED and not (class_name == _USER_CLASS and field_name == "password")


def type_text(field: Field) -> str:
    """A column's type in words of `_SCHEMA`: `number`, `*Target`, `relation<Target>`."""
    match field.type:
        case FieldType.POINTER:
            return f"*{field.target}"
        case FieldType.RELATION:
            return f"relation<{field.target}>"
        case _:
            return str(field.type).lower()


def field_options(field: Field) -> Document:
    """What is said about a column beside its type."""
    said: Document = {}
    if field.required is not None:
        said["required"] = field.required
    if field.default is not None:
        said["defaultValue"] = field.default
    return said


def to_schema_document(schema: ClassSchema) -> Document:
    """The document of a new class."""
    listed = {name: field for name, field in schema.fields.items() if is_listed(schema.name, name)}
    types = {name: type_text(field) for name, field in listed.items()}
    dates = {"objectId": "string", "updatedAt": "date", "createdAt": "date"}
    document: Document = {"_id": schema.name, **dates, **types}
    options = {name: said for name, field in listed.items() if (said := field_options(field))}
    metadata: Document = {}
    if options:
        metadata["fields_options"] = options
    if schema.permissions is not None:
        metadata["class_permissions"] = dict(schema.permissions.rules)
    if schema.indexes:
        metadata["indexes"] = {name: index_keys(schema, index) for name, index in schema.indexes.items()}
    return document | ({METADATA: metadata} if metadata else {})


def index_keys(schema: ClassSchema, index: Index) -> Document:
    """The keys of an index as documents name them."""
    documents = Documents(schema)
    return {documents.path(path): order for path, order in index.keys.items()}


def from_schema_document(document: Mapping[str, Any]) -> ClassSchema:
    """The class that a document of `_SCHEMA` describes; what this version does not know is left out.

    The default columns are there whether or not the document names them. Indexes have nothing but their keys.
    """
    name = str(document["_id"])
    said = _mapping(document.get(METADATA))
    options = _mapping(said.get("fields_options"))
    fields = dict(DEFAULT_FIELDS)
    for field_name, text in document.items():
        field = None if field_name in _NO_FIELDS or field_name in fields else _field(text, options.get(field_name))
        if field is not None:
            fields[field_name] = field
    if name == _USER_CLASS:
        fields["authData"] = Field(FieldType.OBJECT)
    permissions = said.get("class_permissions")
    schema = ClassSchema(name, fields, ClassPermissions(permissions) if isinstance(permissions, Mapping) else None)
    return ClassSchema(name, fields, schema.permissions, _indexes(schema, _mapping(said.get("indexes"))))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _field(text: Any, options: Any) -> Field | None:
    if not isinstance(text, str):
        return None
    said = _mapping(options)
    required, default = (said["required"] is True if "required" in said else None), said.get("defaultValue")
    if text.startswith("*"):
        return Field(FieldType.POINTER, text[1:], required=required, default=default)
    relation = _RELATION.fullmatch(text)
    if relation is not None:
        return Field(FieldType.RELATION, relation[1], required=required, default=default)
    type_ = _TYPES.get(text)
    return None if type_ is None else Field(type_, required=required, default=default)


def _indexes(schema: ClassSchema, stored: Mapping[str, Any]) -> dict[str, Index]:
    return {name: Index(name, keys) for name, given in stored.items() if (keys := parse_keys(schema, given))}


def parse_keys(schema: ClassSchema, given: Any) -> dict[str, int | str]:
    """The keys of an index as the class names them."""
    documents = Documents(schema)
    return {documents.name(path): _direction(order) for path, order in _mapping(given).items()}


def _direction(order: Any) -> int | str:
    return order if isinstance(order, str) else int(order)

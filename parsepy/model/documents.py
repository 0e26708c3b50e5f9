"""Parse objects as the documents that Parse Server stores in MongoDB, and back.

Documents hold `datetime` (naive, UTC, cut to milliseconds), `bytes`, `int`, `float`, `str`, `bool`, `None`, lists and
dicts: what a MongoDB driver encodes as it is. Whole numbers outside of 32 bits become floats, as JavaScript writes them.
Other types that a driver may hand out for old data (ids, decimals, far dates ...) are read as the nearest Parse value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from parsepy.errors import ParseError
from parsepy.model import stored_values
from parsepy.model.schema import ClassSchema, FieldType
from parsepy.model.stored_values import date_in_document, interior_in_document, plain_value
from parsepy.model.system_classes import INTERNAL_FIELDS
from parsepy.model.values import date_of, is_number, iso

JOIN_PREFIX = "_Join:"
POINTER_PREFIX = "_p_"
AUTH_PREFIX = "_auth_data_"
NOWHERE = "_id.nothing"
"""A path at which no document holds anything."""

_USER_CLASS = "_User"
_NUMBERED_CLASSES = frozenset({"_GlobalConfig", "_GraphQLConfig"})
_PERMISSIONS = ("_rperm", "_wperm")
_PERMISSION_KEYS = frozenset({*_PERMISSIONS, "_acl"})
_AS_THEY_ARE = frozenset({str, bool, type(None)})
_KEYS: Mapping[str, str] = {
    "objectId": "_id",
    "createdAt": "_created_at",
    "updatedAt": "_updated_at",
    "sessionToken": "_session_token",
    "lastUsed": "_last_used",
    "timesUsed": "times_used",
}
_OLDER_KEYS: Mapping[str, str] = {
    "createdAt": "createdAt",
    "updatedAt": "updatedAt",
    "_expiresAt": "expiresAt",
    "lastUsed": "lastUsed",
    "timesUsed": "timesUsed",
}
_INTERNAL_KEYS = INTERNAL_FIELDS - {*_PERMISSIONS, "_session_token"}
_NOT_STORED = frozenset({FieldType.ACL, FieldType.RELATION})
_SCALARS = frozenset(
    {FieldType.POINTER, FieldType.FILE, FieldType.GEO_POINT, FieldType.POLYGON, FieldType.DATE, FieldType.BYTES}
)
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?", re.ASCII)

Convert = Callable[[Any], Any]


class UnstorableError(ValueError):
    """The object has a field that no document may have; the text names it."""


class Documents:
    """The mapping for one class, prepared once: make it for many rows."""

    def __init__(self, schema: ClassSchema) -> None:
        self.schema = schema
        self.is_join = schema.name.startswith(JOIN_PREFIX)
        self._is_user = schema.name == _USER_CLASS
        self._is_numbered = schema.name in _NUMBERED_CLASSES
        self._types = {name: field.type for name, field in schema.fields.items()}
        self._readers: dict[str, tuple[str, Convert]] = {"_id": ("objectId", str)}
        self._older: dict[str, tuple[str, Convert]] = {}
        self._writers: dict[str, tuple[str, Convert]] = {}
        for name in ("createdAt", "updatedAt", *schema.fields, *_INTERNAL_KEYS, "sessionToken"):
            self._learn(name)
        for key, name in _OLDER_KEYS.items():
            if key not in self._readers:
                self._older[key] = (name, self._reader(name))

    def _learn(self, name: str) -> None:
        type_ = self._types.get(name)
        key = self.key(name)
        if name == "objectId" or type_ in _NOT_STORED or self._is_user_auth(name):
            return
        self._readers[key] = (name, self._reader(name))
        self._writers[name] = (key, self._writer(name))
        if type_ is FieldType.POINTER:
            self._older[name] = (name, plain_value)

    def _reader(self, name: str) -> Convert:
        if name in {"createdAt", "updatedAt"}:
            return _date_text
        field = self.schema.fields.get(name)
        if field is not None and field.type is FieldType.POINTER:
            return partial(_read_pointer, field.target)
        return _READERS.get(self._types.get(name), plain_value)

    def _writer(self, name: str) -> Convert:
        if name in {"createdAt", "updatedAt"}:
            return _date_of_text
        return _WRITERS.get(self._types.get(name), interior_in_document)

    def key(self, name: str) -> str:
        """The key of a document under which a column is stored."""
        found = _KEYS.get(name)
        if found is not None:
            return found
        return POINTER_PREFIX + name if self._types.get(name) is FieldType.POINTER else name

    def path(self, path: str) -> str:
        """Where a document holds what Parse calls `path`; NOWHERE for what lies inside of a value that has no inside."""
        root, dot, rest = path.partition(".")
        if not dot:
            return self.key(root)
        if self._is_user and root == "authData":
            return AUTH_PREFIX + rest
        if root in _KEYS or self._types.get(root) in _SCALARS:
            return NOWHERE
        return path

    @property
    def spreads_auth_data(self) -> bool:
        """Whether each provider of `authData` has a key of its own."""
        return self._is_user

    def checked_path(self, path: str) -> str:
        """`path`, to be written to. Raises UnstorableError for a field that no object may have."""
        root, dot, rest = path.partition(".")
        if root not in self._writers and root != "objectId" and not self._is_user_auth(root):
            checked_name(root)
        if dot and any(not segment or segment.startswith("$") or "\0" in segment for segment in rest.split(".")):
            raise UnstorableError(f"an object cannot have a field {path!r}")
        return self.path(path)

    def name(self, path: str) -> str:
        """What Parse calls the path of a document: `path` the other way round."""
        root, dot, rest = path.partition(".")
        if self._is_user and root.startswith(AUTH_PREFIX):
            return f"authData.{path.removeprefix(AUTH_PREFIX)}"
        known = self._readers.get(root) or self._older.get(root)
        return (known[0] if known else root) + dot + rest

    def value(self, path: str, value: Any) -> Any:
        """A value as a document holds it at a path of Parse; what does not fit the column is converted as inside objects."""
        if path == "objectId":
            return self._id(value)
        known = self._writers.get(path)
        return known[1](value) if known else interior_in_document(value)

    def _id(self, value: Any) -> Any:
        return int(value) if self._is_numbered and isinstance(value, str) and value.isdecimal() else value

    def to_document(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """The document of an object; pairs of a relation get their `_id` from the database. Raises UnstorableError."""
        document: dict[str, Any] = {}
        for name, value in row.items():
            known = self._writers.get(name)
            if known is not None:
                document[known[0]] = known[1](value)
            elif name == "objectId":
                document |= {} if self.is_join else {"_id": self._id(value)}
            elif name == "ACL":
                document |= permissions_in_document(value)
            elif self._is_user_auth(name):
                document |= {
                    AUTH_PREFIX + provider: interior_in_document(data) for provider, data in (value or {}).items()
                }
            else:
                document[checked_name(name)] = interior_in_document(value)
        return document

    def from_document(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """The object that a document holds; keys that mean nothing to Parse are left out."""
        row: dict[str, Any] = {}
        readers = self._readers
        for key, value in document.items():
            known = readers.get(key)
            if known is None:
                if key not in _PERMISSION_KEYS:
                    self._read_other(row, key, value)
                continue
            name, read = known
            row[name] = value if read is plain_value and type(value) in _AS_THEY_ARE else read(value)
        if self.is_join:
            row["objectId"] = f"{row.get('owningId')}:{row.get('relatedId')}"
        readable, writable = document.get("_rperm"), document.get("_wperm")
        if readable is not None or writable is not None:
            row["ACL"] = _acl(readable, writable)
        return row

    def _read_other(self, row: dict[str, Any], key: str, value: Any) -> None:
        older = self._older.get(key)
        if older is not None:
            row.setdefault(older[0], older[1](value))
        elif self._is_user and key.startswith(AUTH_PREFIX):
            row.setdefault("authData", {})[key.removeprefix(AUTH_PREFIX)] = plain_value(value)
        elif not key.startswith("_") and self._types.get(key) not in _NOT_STORED and not self._is_user_auth(key):
            row[key] = plain_value(value)

    def _is_user_auth(self, key: str) -> bool:
        return self._is_user and key == "authData"


def checked_name(name: str) -> str:
    """The name of a field that the schema does not know. Raises UnstorableError for what a document uses otherwise."""
    if not name or name.startswith("_") or "$" in name or "." in name or "\0" in name:
        raise UnstorableError(f"an object cannot have a field {name!r}")
    return name


def to_document(schema: ClassSchema, row: Mapping[str, Any]) -> dict[str, Any]:
    """The document of an object, as Parse Server writes it. Raises UnstorableError. For many rows use `Documents`."""
    return Documents(schema).to_document(row)


def from_document(schema: ClassSchema, document: Mapping[str, Any]) -> dict[str, Any]:
    """The object that a document holds. For many documents use `Documents`."""
    return Documents(schema).from_document(document)


def path_in_document(schema: ClassSchema, path: str) -> str:
    """Where a document holds what Parse calls `path`."""
    return Documents(schema).path(path)


def value_in_document(schema: ClassSchema, path: str, value: Any) -> Any:
    """A value as a document holds it at a path of Parse."""
    return Documents(schema).value(path, value)


def permissions_in_document(grants: Mapping[str, Any] | None) -> dict[str, Any]:
    """The three keys of an ACL, the old `_acl` among them; none for a public object."""
    if grants is None:
        return {}
    readable = [entity for entity, actions in grants.items() if actions.get("read")]
    writable = [entity for entity, actions in grants.items() if actions.get("write")]
    old: dict[str, dict[str, bool]] = {entity: {"w": True} for entity in writable}
    for entity in readable:
        old.setdefault(entity, {})["r"] = True
    return {"_rperm": readable, "_wperm": writable, "_acl": old}


def _acl(readable: Iterable[Any] | None, writable: Iterable[Any] | None) -> dict[str, dict[str, bool]]:
    """The ACL that two lists stand for; a list that is missing lets everybody."""
    grants: dict[str, dict[str, bool]] = {}
    for action, entities in (("read", readable), ("write", writable)):
        for entity in ("*",) if entities is None else entities:
            grants.setdefault(str(entity), {})[action] = True
    return grants


def _moment(value: Any) -> str | None:
    """ISO text of a date, of a text that is one, or of the milliseconds since 1970."""
    if isinstance(value, str):
        try:
            return iso(date_of(value))
        except ParseError:
            return None
    return stored_values.date_text(value)


def _date_text(value: Any) -> Any:
    if type(value) is datetime:
        return stored_values.iso_of(value)
    return _moment(value) or plain_value(value)


def _read_date(value: Any) -> Any:
    text = None if value is None else _moment(value)
    return plain_value(value) if text is None else {"__type": "Date", "iso": text}


def _read_file(value: Any) -> Any:
    return {"__type": "File", "name": value} if isinstance(value, str) else plain_value(value)


def _read_bytes(value: Any) -> Any:
    if isinstance(value, str) and _BASE64.fullmatch(value):
        return {"__type": "Bytes", "base64": value}
    return plain_value(value)


def _read_pointer(target: str | None, value: Any) -> Any:
    """A pointer of the class that the text names, whatever the column's: that is where it leads."""
    if not isinstance(value, str):
        return plain_value(value)
    class_name, separator, object_id = value.partition("$")
    if not separator:
        class_name, object_id = target or "", value
    return {"__type": "Pointer", "className": class_name, "objectId": object_id}


def _read_point(value: Any) -> Any:
    found = plain_value(value)
    if not isinstance(found, list) or len(found) != 2:
        return found
    return {"__type": "GeoPoint", "latitude": found[1], "longitude": found[0]}


def _read_polygon(value: Any) -> Any:
    found = plain_value(value)
    rings = found.get("coordinates") if isinstance(found, dict) and found.get("type") == "Polygon" else None
    if not isinstance(rings, list) or not rings or not isinstance(rings[0], list):
        return found
    corners = rings[0]
    if not all(isinstance(corner, list) and len(corner) == 2 and all(map(is_number, corner)) for corner in corners):
        return found
    return {"__type": "Polygon", "coordinates": [[latitude, longitude] for longitude, latitude in corners]}


def _date_of_text(value: Any) -> Any:
    return date_in_document(value) if isinstance(value, str) else interior_in_document(value)


def _write_file(value: Any) -> Any:
    return (
        value["name"] if isinstance(value, Mapping) and value.get("__type") == "File" else interior_in_document(value)
    )


def _write_pointer(value: Any) -> Any:
    if isinstance(value, Mapping) and value.get("__type") == "Pointer":
        return f"{value['className']}${value['objectId']}"
    return interior_in_document(value)


def _write_point(value: Any) -> Any:
    if isinstance(value, Mapping) and value.get("__type") == "GeoPoint":
        return [interior_in_document(value["longitude"]), interior_in_document(value["latitude"])]
    return interior_in_document(value)


def _write_polygon(value: Any) -> Any:
    if isinstance(value, Mapping) and value.get("__type") == "Polygon":
        corners = [interior_in_document([longitude, latitude]) for latitude, longitude in value["coordinates"]]
        return {"type": "Polygon", "coordinates": [corners]}
    return interior_in_document(value)


_READERS: Mapping[FieldType | None, Convert] = {
    FieldType.DATE: _read_date,
    FieldType.FILE: _read_file,
    FieldType.BYTES: _read_bytes,
    FieldType.GEO_POINT: _read_point,
    FieldType.POLYGON: _read_polygon,
}
_WRITERS: Mapping[FieldType | None, Convert] = {
    FieldType.FILE: _write_file,
    FieldType.POINTER: _write_pointer,
    FieldType.GEO_POINT: _write_point,
    FieldType.POLYGON: _write_polygon,
}

"""Parse objects as cloud code sees them: Python values, with a record of what was changed."""

from __future__ import annotations

import base64
import copy
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Self

from parsepy.cloud import actions, pending
from parsepy.cloud.actions import CallOptions
from parsepy.cloud.codec import Seen, encode
from parsepy.cloud.files import File
from parsepy.cloud.pending import MISSING
from parsepy.cloud.types import ACL, Encodable, GeoPoint, Polygon, corners
from parsepy.errors import ErrorCode, ParseError
from parsepy.model import apply_ops, names, values
from parsepy.model.find_params import FindParams
from parsepy.model.ops import Add, AddUnique, Increment, Op, Ops, Relate, Remove, Set, Unset

TIMES = frozenset({"createdAt", "updatedAt"})
NOT_FIELDS = frozenset({"objectId", "createdAt", "updatedAt", "className", "__type"})


class ParseObject(Encodable):
    """One object of a class. `obj["x"]` reads and sets fields, `del obj["x"]` removes one; `save()` stores the changes.

    A subclass stands for one class: `class Score(ParseObject): class_name = "Score"`.
    Lists, dicts and ACLs that were read may be changed in place: that counts as setting the field.
    """

    class_name: str = ""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.class_name = cls.class_name or cls.__name__

    def __init__(self, class_name: str = "", object_id: str | None = None, **fields: Any) -> None:
        """A new object with these fields, or with `object_id` a stand-in for a stored one (see `fetch`)."""
        self.class_name = class_name or type(self).class_name
        if not self.class_name:
            raise ValueError('name the class: ParseObject("Score"), or use a subclass')
        self._id = object_id
        self._new = object_id is None
        self._stored: dict[str, Any] = {}
        self._ops: dict[str, Op] = {}
        self._paths: dict[str, Op] = {}
        self._read: dict[str, tuple[Any, Any]] = {}
        for name, value in fields.items():
            self.set(name, value)

    @classmethod
    def from_json(cls, row: Mapping[str, Any], class_name: str = "", ops: Ops | None = None) -> Self:
        """An object as it came from the server; `ops` are changes that are under way."""
        name = row.get("className") or class_name
        found = cls(name, row.get("objectId"))
        found._stored = _fields(row)
        for path, op in (ops or {}).items():
            (found._paths if "." in path else found._ops)[path] = op
        return found

    # What it is

    @property
    def id(self) -> str | None:
        """objectId, None as long as the object is not saved."""
        return self._id

    @id.setter  # noqa: A003 (the name that every Parse SDK gives it)
    def id(self, object_id: str) -> None:
        self._id = object_id

    @property
    def is_new(self) -> bool:
        """Whether the object was never stored."""
        return self._new

    @property
    def created_at(self) -> datetime | None:
        """When the object was stored first (UTC)."""
        return _time(self._stored.get("createdAt"))

    @property
    def updated_at(self) -> datetime | None:
        """When the object was stored last (UTC)."""
        return _time(self._stored.get("updatedAt"))

    @property
    def acl(self) -> ACL | None:
        """Who may read and write it; None is everybody."""
        found = self.get("ACL")
        return found if isinstance(found, ACL) else None

    @acl.setter
    def acl(self, acl: ACL) -> None:
        self.set("ACL", acl)

    # Reading

    def get(self, key: str, default: Any = None) -> Any:
        """The field's value as it would be after the changes; `default` if the object does not have it."""
        if key in TIMES:
            return _time(self._stored.get(key)) or default
        if key not in self._read:
            raw = self._raw(key)
            if raw is MISSING:
                return default
            self._remember(key, self._decoded(key, raw))
        return self._read[key][0]

    def __getitem__(self, key: str) -> Any:
        found = self.get(key, MISSING)
        if found is MISSING:
            raise KeyError(key)
        return found

    def __contains__(self, key: str) -> bool:
        return self._raw(key) is not MISSING

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def keys(self) -> list[str]:
        """Names of the fields that have a value."""
        known = dict.fromkeys((*self._stored, *self._ops, *(path.split(".", 1)[0] for path in self._paths)))
        return [name for name in known if name not in TIMES and self._raw(name) is not MISSING]

    def to_json(self) -> dict[str, Any]:
        """The object in REST form with its changes, without `__type` and `className`."""
        return self._written(frozenset({self._identity}))

    # Changing

    def set(self, key: str, value: Any) -> None:
        """Give the field a value. Raises TypeError for what Parse cannot store."""
        self._change(key, Set(encode(value)), replaces=True)
        self._remember(key, value)

    def __setitem__(self, key: str, value: Any) -> None:
        self.set(key, value)

    def unset(self, key: str) -> None:
        """Remove the field."""
        self._change(key, Unset(), replaces=True)

    def __delitem__(self, key: str) -> None:
        self.unset(key)

    def increment(self, key: str, amount: float = 1) -> None:
        """Add to a number in the database, whatever it is by then."""
        self._change(key, Increment(amount))

    def add(self, key: str, *items: Any) -> None:
        """Append to a list."""
        self._change(key, Add(tuple(encode(item) for item in items)))

    def add_unique(self, key: str, *items: Any) -> None:
        """Append to a list what it does not hold yet."""
        self._change(key, AddUnique(tuple(encode(item) for item in items)))

    def remove(self, key: str, *items: Any) -> None:
        """Take every equal element out of a list."""
        self._change(key, Remove(tuple(encode(item) for item in items)))

    def relation(self, key: str) -> Relation:
        """The relation field of that name; `Query(...).related_to(obj, key)` finds its members."""
        return Relation(self, key)

    def revert(self, *keys: str) -> None:
        """Forget the changes of these fields, without names all."""
        for key in keys or self.dirty_keys:
            self._ops.pop(key, None)
            self._forget(key)

    @property
    def dirty_keys(self) -> list[str]:
        """Names of the fields that are to be changed."""
        return list(dict.fromkeys(path.split(".", 1)[0] for path in self.pending_ops()))

    def changes(self) -> dict[str, Any]:
        """The changes as a client would send them: values and `{"__op": ...}`."""
        return {path: pending.to_json(op) for path, op in self.pending_ops().items()}

    def pending_ops(self) -> dict[str, Op]:
        """The changes as ops by field or path, those made in place included."""
        ops = self._ops | self._paths
        for key, (value, form) in self._read.items():
            if isinstance(value, (list, dict, ACL)) and encode(value) != form:
                ops = {path: op for path, op in ops.items() if not path.startswith(f"{key}.")}
                ops[key] = Set(encode(value))
        return ops

    # Acting: as the caller, unless `use_master_key`

    async def save(self, *, use_master_key: bool = False, context: Mapping[str, Any] | None = None) -> Self:
        """Store the changes; `context` is what the triggers of this save find in `request.context`."""
        options = CallOptions(use_master_key, context)
        fields = self.changes() | ({"objectId": self._id} if self._new and self._id else {})
        stored_id = None if self._new else self._id
        self._saved(await actions.current().save(self.class_name, stored_id, fields, options))
        return self

    async def destroy(self, *, use_master_key: bool = False, context: Mapping[str, Any] | None = None) -> None:
        """Delete the stored object."""
        options = CallOptions(use_master_key, context)
        await actions.current().delete(self.class_name, self._known_id(), options)

    async def fetch(self, *include: str, use_master_key: bool = False) -> Self:
        """Read the stored object and forget changes; `include` names pointers to be read with it."""
        params = FindParams(include=include)
        options = CallOptions(use_master_key)
        row = await actions.current().get(self.class_name, self._known_id(), params, options)
        self._ops, self._paths, self._read = {}, {}, {}
        self._stored = _fields(row)
        return self

    # As a value

    def encoded(self, *, full: bool = False, seen: Seen = frozenset()) -> Any:
        """A pointer; with `full` the whole object, unless it has unsaved changes, no fields or is being written."""
        whole = full and self._identity not in seen and bool(self._stored) and not self.pending_ops()
        if self._id and not whole:
            return {"__type": "Pointer", "className": self.class_name, "objectId": self._id}
        if not full:
            raise ValueError(f"cannot point to a {self.class_name} that is not saved")
        return {**self._written(seen | {self._identity}), "__type": "Object", "className": self.class_name}

    def __eq__(self, other: object) -> bool:
        """Two objects are equal if they stand for the same stored object, whatever their fields."""
        if self is other:
            return True
        return isinstance(other, ParseObject) and self._id is not None and self._identity == other._identity

    def __hash__(self) -> int:
        if self._id is None:
            raise TypeError(f"a {self.class_name} that is not saved has no hash")
        return hash(self._identity)

    def __repr__(self) -> str:
        return f"<{self.class_name} {self._id or 'new'}>"

    # Inside

    @property
    def _identity(self) -> tuple[str, str]:
        return self.class_name, self._id or f"new:{id(self)}"

    def _known_id(self) -> str:
        if self._id is None:
            raise ValueError(f"this {self.class_name} is not saved")
        return self._id

    def _raw(self, key: str) -> Any:
        """The field's REST value with the recorded changes, without those made in place; MISSING if there is none."""
        row = {key: self._stored[key]} if key in self._stored else {}
        below = {path: op for path, op in self._paths.items() if path.startswith(f"{key}.")}
        if below:
            row = copy.deepcopy(row)
            apply_ops.apply(row, below)
        value = row.get(key, MISSING)
        match self._ops.get(key):
            case None:
                return value
            case Relate(class_name):
                return {"__type": "Relation", "className": class_name}
            case op:
                return pending.applied(value, op)

    def _decoded(self, key: str, raw: Any) -> Any:
        if key == "ACL" and isinstance(raw, Mapping):
            return ACL(raw)
        if isinstance(raw, Mapping) and raw.get("__type") == "Relation":
            return Relation(self, key)
        return decode(raw)

    def _remember(self, key: str, value: Any) -> None:
        """Keep what was handed out; the form of what can change in place tells later whether it did."""
        self._read[key] = (value, encode(value) if isinstance(value, MUTABLE) else None)

    def _change(self, path: str, op: Op, *, replaces: bool = False) -> None:
        root = path.split(".", 1)[0]
        if root in NOT_FIELDS:
            raise ValueError(f"{root} is not a field to be set")
        if not names.is_path(path):
            raise ParseError(ErrorCode.INVALID_KEY_NAME, f"Invalid key name: {path}")
        whole = self.pending_ops().get(root)
        if path == root:
            self._forget(root)
            self._ops[root] = op if replaces else pending.merged(whole, op)
        elif whole is None:
            self._paths[path] = op if replaces else pending.merged(self._paths.get(path), op)
        else:
            row = {root: pending.applied(self._raw(root), whole)}
            apply_ops.apply(row, {path: op})
            self._ops[root] = Set(row[root])
        self._read.pop(root, None)

    def _forget(self, key: str) -> None:
        self._paths = {path: op for path, op in self._paths.items() if not path.startswith(f"{key}.")}
        self._read.pop(key, None)

    def _written(self, seen: Seen) -> dict[str, Any]:
        shown = {name: self._shown(name, seen) for name in self.keys()}
        shown |= {name: self._stored[name] for name in TIMES if name in self._stored}
        return shown | ({"objectId": self._id} if self._id else {})

    def _shown(self, name: str, seen: Seen) -> Any:
        if name in self._read and not isinstance(self._read[name][0], Relation):
            return encode(self._read[name][0], full=True, seen=seen)
        return self._raw(name)

    def _saved(self, answer: Mapping[str, Any]) -> None:
        """Take over what the server answered to a save."""
        stored = {name: self._raw(name) for name in self.keys()} | {
            name: encode(value) for name, (value, form) in self._read.items() if form is not None
        }
        stored |= {name: self._stored[name] for name in TIMES if name in self._stored}
        if "createdAt" in answer:
            stored["updatedAt"] = answer["createdAt"]
        stored |= _fields(answer)
        self._stored = {name: value for name, value in stored.items() if not _is_delete(value)}
        self._read = {
            name: (value, encode(value) if isinstance(value, MUTABLE) else None)
            for name, (value, _) in self._read.items()
            if name not in answer
        }
        self._ops, self._paths = {}, {}
        self._id, self._new = answer.get("objectId") or self._id, False


class Relation:
    """A field that leads to any number of objects of one class."""

    def __init__(self, parent: ParseObject, key: str) -> None:
        self.parent = parent
        self.key = key

    def add(self, *objects: ParseObject) -> None:
        """Take saved objects in. Raises ValueError for one that is not saved, or of another class than the rest."""
        for each in objects:
            self.parent._change(self.key, Relate(each.class_name, add=(each._known_id(),)))

    def remove(self, *objects: ParseObject) -> None:
        """Take objects out; those that are not in it do not matter."""
        for each in objects:
            self.parent._change(self.key, Relate(each.class_name, remove=(each._known_id(),)))


MUTABLE = (list, dict, ACL)


def decode(value: Any) -> Any:
    """The Python value of REST JSON: datetimes, objects, files, places and areas; bytes for Bytes."""
    match value:
        case list():
            return [decode(item) for item in value]
        case {"__type": "Date", "iso": str()}:
            return values.date_of(value)
        case {"__type": "Pointer" | "Object", "className": str()}:
            return ParseObject.from_json(value)
        case {"__type": "File", "name": str(name)}:
            return File(name, url=value.get("url"))
        case {"__type": "GeoPoint", "latitude": latitude, "longitude": longitude}:
            return GeoPoint(latitude, longitude)
        case {"__type": "Polygon", "coordinates": list(pairs)}:
            return Polygon(corners(pairs))
        case {"__type": "Bytes", "base64": str(text)}:
            return base64.b64decode(text)
        case dict():
            return {key: decode(item) for key, item in value.items()}
        case _:
            return value


def _fields(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in NOT_FIELDS or name in TIMES}


def _is_delete(value: Any) -> bool:
    return isinstance(value, Mapping) and value.get("__op") == "Delete"


def _time(iso: str | None) -> datetime | None:
    return values.date_of(iso) if iso else None

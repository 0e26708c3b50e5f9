"""The fields of one object: as they are stored, as they were handed out, and the changes that are to be saved."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from parsepy.cloud import pending
from parsepy.cloud.codec import Seen, decode, encode
from parsepy.cloud.pending import MISSING
from parsepy.cloud.sdk import unsaved
from parsepy.cloud.types import ACL
from parsepy.errors import ErrorCode, ParseError
from parsepy.model import apply_ops, names
from parsepy.model.ops import Op, Ops, Relate, Set

TIMES = frozenset({"createdAt", "updatedAt"})
NOT_FIELDS = frozenset({"objectId", "createdAt", "updatedAt", "className", "__type"})
MUTABLE = (list, dict, ACL)


class State:
    """What an object is and holds; several views of one object share it.

    `existed` says whether it was there before it was last saved or read. `stored` is REST JSON, `handed` the Python values
    that were given out or set, each with the form that it had (None if it cannot change in place). `links` are values
    that were set and lead to what is not saved: they have no form yet.
    """

    __slots__ = ("existed", "handed", "id", "is_new", "links", "ops", "paths", "stored")

    def __init__(self, row: Mapping[str, Any], ops: Ops | None = None) -> None:
        self.id: str | None = row.get("objectId")
        self.is_new = self.id is None
        self.existed = not self.is_new
        self.stored = fields_of(row)
        self.ops: dict[str, Op] = {}
        self.paths: dict[str, Op] = {}
        self.handed: dict[str, tuple[Any, Any]] = {}
        self.links: dict[str, Any] = {}
        for path, op in (ops or {}).items():
            (self.paths if "." in path else self.ops)[path] = op

    # Reading

    def value(self, key: str) -> Any:
        """The field's Python value with its changes; MISSING if there is none."""
        if key not in self.handed:
            raw = self.raw(key)
            if raw is MISSING:
                return MISSING
            self.hand_out(key, ACL(raw) if key == "ACL" and isinstance(raw, Mapping) else decode(raw))
        return self.handed[key][0]

    def raw_if_plain(self, key: str) -> Any:
        """As `raw`, but None for what was handed out already: that costs no work."""
        return None if key in self.handed or key in self.links else self.raw(key)

    def hand_out(self, key: str, value: Any) -> None:
        """Keep what is given out; the form of what can change in place tells later whether it did."""
        self.handed[key] = (value, encode(value) if isinstance(value, MUTABLE) else None)

    def raw(self, key: str) -> Any:
        """The field's REST value with the recorded changes, without those made in place; MISSING if there is none."""
        if key in self.links:
            return encode(self.links[key], full=True)
        row = {key: self.stored[key]} if key in self.stored else {}
        below = {path: op for path, op in self.paths.items() if path.startswith(f"{key}.")}
        if below:
            row = copy.deepcopy(row)
            apply_ops.apply(row, below)
        value = row.get(key, MISSING)
        match self.ops.get(key):
            case None:
                return value
            case Relate(class_name):
                return {"__type": "Relation", "className": class_name}
            case op:
                return pending.applied(value, op)

    def keys(self) -> list[str]:
        """Names of the fields that have a value."""
        changed = (*self.ops, *(path.split(".", 1)[0] for path in self.paths), *self.links)
        known = dict.fromkeys((*self.stored, *changed))
        return [name for name in known if name not in TIMES and (name in self.links or self.raw(name) is not MISSING)]

    def written(self, seen: Seen) -> dict[str, Any]:
        """All fields in REST form, with the times."""
        shown = {name: self._shown(name, seen) for name in self.keys()}
        return shown | {name: self.stored[name] for name in TIMES if name in self.stored}

    def _shown(self, name: str, seen: Seen) -> Any:
        return encode(self.handed[name][0], full=True, seen=seen) if name in self.handed else self.raw(name)

    def leaves(self) -> Iterator[Any]:
        """The objects and files that were handed out or set."""
        for value, _ in list(self.handed.values()):
            yield from unsaved.leaves(value)

    # Changing

    def set(self, key: str, value: Any) -> None:
        """Give the field, or what a path leads to, a value. Raises TypeError for what Parse cannot store."""
        if "." in key or not unsaved.holds_unsaved(value):
            self.change(key, Set(encode(value)), replaces=True)
            self.hand_out(key, value)
            return
        _check(key)
        encode(value, full=True)
        self.forget(key)
        self.links[key] = value
        self.handed[key] = (value, None)

    def change(self, path: str, op: Op, *, replaces: bool = False) -> None:
        """Record a change. Raises ParseError 105 for an impossible name, and ValueError for ops that do not go together."""
        _check(path)
        root = path.split(".", 1)[0]
        whole = None if replaces and path == root else self.pending(root)
        if path == root:
            merged = op if replaces else pending.merged(whole, op)
            self.forget(root)
            self.ops[root] = merged
        elif whole is None:
            self.paths[path] = op if replaces else pending.merged(self.paths.get(path), op)
        else:
            row = {root: pending.applied(self.raw(root), whole)}
            apply_ops.apply(row, {path: op})
            self.forget(root)
            self.ops[root] = Set(row[root])
        self.handed.pop(root, None)

    def forget(self, key: str) -> None:
        """Drop the changes of the field."""
        self.paths = {path: op for path, op in self.paths.items() if not path.startswith(f"{key}.")}
        self.handed = {path: kept for path, kept in self.handed.items() if not f"{path}.".startswith(f"{key}.")}
        self.ops.pop(key, None)
        self.links.pop(key, None)

    # What is to be saved

    def pending(self, key: str) -> Op | None:
        """The change of the whole field, made in place or not. Raises ValueError if it leads to what is not saved."""
        if key in self.links:
            return Set(encode(self.links[key]))
        if key in self.handed and self._differs(key):
            return Set(encode(self.handed[key][0]))
        return self.ops.get(key)

    def all_pending(self) -> dict[str, Op]:
        """All changes by field or path. Raises ValueError for a field that leads to what is not saved."""
        ops = {**self.ops, **self.paths}
        for key in dict.fromkeys((*self.handed, *self.links)):
            op = self.pending(key)
            if op is not None and op is not self.ops.get(key):
                ops = {path: known for path, known in ops.items() if not path.startswith(f"{key}.")}
                ops[key] = op
        return ops

    def dirty_keys(self) -> list[str]:
        """Names of the fields that are to be changed."""
        in_place = [key for key in self.handed if self._differs(key)]
        return list(dict.fromkeys((*self.ops, *(p.split(".", 1)[0] for p in self.paths), *in_place, *self.links)))

    def _differs(self, key: str) -> bool:
        """Whether a value was changed in place since it was handed out."""
        value, form = self.handed[key]
        if form is None:
            return False
        try:
            return bool(encode(value) != form)
        except ValueError:
            return True

    def saved(self, answer: Mapping[str, Any]) -> None:
        """Take over what the server answered to a save."""
        stored = {name: self._kept(name) for name in self.keys()}
        stored |= {name: self.stored[name] for name in TIMES if name in self.stored}
        if "createdAt" in answer:
            stored["updatedAt"] = answer["createdAt"]
        stored |= fields_of(answer)
        self.stored = {name: value for name, value in stored.items() if not _is_delete(value)}
        kept = {name: value for name, (value, _) in self.handed.items() if name not in answer}
        self.ops, self.paths, self.links, self.handed = {}, {}, {}, {}
        for name, value in kept.items():
            self.hand_out(name, value)
        self.id, self.existed, self.is_new = answer.get("objectId") or self.id, not self.is_new, False

    def _kept(self, name: str) -> Any:
        return encode(self.handed[name][0]) if name in self.links or self._is_mutable(name) else self.raw(name)

    def _is_mutable(self, name: str) -> bool:
        return name in self.handed and self.handed[name][1] is not None

    def read(self, row: Mapping[str, Any]) -> None:
        """Take over the stored row and forget all changes."""
        self.ops, self.paths, self.links, self.handed = {}, {}, {}, {}
        self.stored = fields_of(row)
        self.existed, self.is_new = True, False


def fields_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row's fields and times, without what names it."""
    return {name: value for name, value in row.items() if name not in NOT_FIELDS or name in TIMES}


def _check(path: str) -> None:
    root = path.split(".", 1)[0]
    if root in NOT_FIELDS:
        raise ValueError(f"{root} is not a field to be set")
    if not names.is_path(path):
        raise ParseError(ErrorCode.INVALID_KEY_NAME, f"Invalid key name: {path}")


def _is_delete(value: Any) -> bool:
    return isinstance(value, Mapping) and value.get("__op") == "Delete"

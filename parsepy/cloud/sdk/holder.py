"""Reading and changing the fields of one object."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Self

from parsepy.cloud import pending
from parsepy.cloud.codec import Seen, encode
from parsepy.cloud.pending import MISSING
from parsepy.cloud.sdk.relation import Relation
from parsepy.cloud.sdk.rows import Row
from parsepy.cloud.sdk.state import TIMES, State
from parsepy.model import values
from parsepy.model.ops import Add, AddUnique, Increment, Op, Remove, Unset


class Holder(Row):
    """What holds fields. They are read as Python values, and what is changed is kept until it is saved."""

    _state: State

    @property
    def id(self) -> str | None:
        """objectId, None as long as the object is not saved."""
        return self._state.id

    @id.setter  # noqa: A003 (the name that every Parse SDK gives it)
    def id(self, object_id: str) -> None:
        self._state.id = object_id

    @property
    def is_new(self) -> bool:
        """Whether the object was never stored."""
        return self._state.is_new

    # Reading

    def get(self, key: str, default: Any = None) -> Any:
        """The field's value as it would be after the changes; `default` if the object does not have it."""
        if key in TIMES:
            return time_of(self._state.stored.get(key)) or default
        if _is_relation(self._state.raw_if_plain(key)):
            return self.relation(key)
        found = self._state.value(key)
        return default if found is MISSING else found

    def __getitem__(self, key: str) -> Any:
        found = self.get(key, MISSING)
        if found is MISSING:
            raise KeyError(key)
        return found

    def __contains__(self, key: str) -> bool:
        return key in self._state.links or self._state.raw(key) is not MISSING

    def has(self, key: str) -> bool:
        """Whether the field has a value other than null."""
        return self.get(key) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def keys(self) -> list[str]:
        """Names of the fields that have a value."""
        return self._state.keys()

    @property
    def attributes(self) -> dict[str, Any]:
        """All fields by name, as Python values."""
        return {name: self[name] for name in self.keys()}

    def to_json(self) -> dict[str, Any]:
        """The object in REST form with its changes, without `__type` and `className`."""
        return self._written(frozenset({self._identity}))

    def to_pointer(self) -> dict[str, Any]:
        """The REST form of a pointer to it. Raises ValueError if it is not saved."""
        pointer: dict[str, Any] = self.encoded()
        return pointer

    # Changing

    def set(self, key: str | Mapping[str, Any], value: Any = None) -> Self:
        """Give a field a value, or several fields of a dict theirs. Raises TypeError for what Parse cannot store."""
        for name, given in {key: value}.items() if isinstance(key, str) else key.items():
            self._state.set(name, given)
        return self

    def __setitem__(self, key: str, value: Any) -> None:
        self.set(key, value)

    def unset(self, key: str) -> Self:
        """Remove the field."""
        return self._change(key, Unset(), replaces=True)

    def __delitem__(self, key: str) -> None:
        self.unset(key)

    def clear(self) -> Self:
        """Remove all fields but the ACL."""
        for key in self.keys():
            if key != "ACL":
                self.unset(key)
        return self

    def increment(self, key: str, amount: float = 1) -> Self:
        """Add to a number in the database, whatever it is by then."""
        return self._change(key, Increment(amount))

    def decrement(self, key: str, amount: float = 1) -> Self:
        """Take from a number in the database, whatever it is by then."""
        return self._change(key, Increment(-amount))

    def add(self, key: str, *items: Any) -> Self:
        """Append to a list."""
        return self._change(key, Add(tuple(encode(item) for item in items)))

    def add_unique(self, key: str, *items: Any) -> Self:
        """Append to a list what it does not hold yet."""
        return self._change(key, AddUnique(tuple(encode(item) for item in items)))

    def remove(self, key: str, *items: Any) -> Self:
        """Take every equal element out of a list."""
        return self._change(key, Remove(tuple(encode(item) for item in items)))

    def relation(self, key: str) -> Relation[Any]:
        """The relation field of that name."""
        raw = self._state.raw(key)
        return Relation(self, key, raw["className"] if _is_relation(raw) else None)

    def revert(self, *keys: str) -> None:
        """Forget the changes of these fields, without names all."""
        for key in keys or self.dirty_keys:
            self._state.forget(key)

    def _change(self, key: str, op: Op, *, replaces: bool = False) -> Self:
        self._state.change(key, op, replaces=replaces)
        return self

    # What is to be saved

    @property
    def dirty_keys(self) -> list[str]:
        """Names of the fields that are to be changed."""
        return self._state.dirty_keys()

    @property
    def is_dirty(self) -> bool:
        """Whether there is anything to save: changes, or a new object."""
        return self.is_new or bool(self._state.dirty_keys())

    def dirty(self, key: str | None = None) -> bool:
        """Whether the field, or without a name anything, is to be saved."""
        return self.is_dirty if key is None else key in self._state.dirty_keys()

    def op(self, key: str) -> Op | None:
        """The change of a field that is to be saved, if any. Raises ValueError if it leads to an object that is not saved."""
        return self._state.pending(key)

    def changes(self) -> dict[str, Any]:
        """The changes as a client would send them: values and `{"__op": ...}`."""
        return {path: pending.to_json(op) for path, op in self.pending_ops().items()}

    def pending_ops(self) -> dict[str, Op]:
        """The changes as ops by field or path, those made in place included.

        Raises ValueError for a field that leads to an object or file that is not saved.
        """
        return self._state.all_pending()

    @property
    def _identity(self) -> tuple[str, str]:
        return self.class_name, self.id or f"new:{id(self._state)}"

    def _written(self, seen: Seen) -> dict[str, Any]:
        return self._state.written(seen) | ({"objectId": self.id} if self.id else {})


def time_of(iso: str | None) -> datetime | None:
    """The time of a stored row."""
    return values.date_of(iso) if iso else None


def _is_relation(raw: Any) -> bool:
    return isinstance(raw, Mapping) and raw.get("__type") == "Relation"

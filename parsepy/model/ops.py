"""Write operations: what a save does to each field (`__op` on the wire)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parsepy.model.record import record


@record(frozen=True, slots=True)
class Set:
    """Store the value (REST encoding, normalised)."""

    value: Any


@record(frozen=True, slots=True)
class Unset:
    """Remove the field."""


@record(frozen=True, slots=True)
class Increment:
    """Add to a number; a missing one counts as 0."""

    amount: int | float


@record(frozen=True, slots=True)
class Add:
    """Append to an array; a missing one counts as empty."""

    objects: tuple[Any, ...]


@record(frozen=True, slots=True)
class AddUnique:
    """Append what the array does not hold yet."""

    objects: tuple[Any, ...]


@record(frozen=True, slots=True)
class Remove:
    """Take every equal element out of an array."""

    objects: tuple[Any, ...]


@record(frozen=True, slots=True)
class Relate:
    """Change a relation: ids to add and ids to remove, all of one class. Never reaches an object's row."""

    class_name: str
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


@record(frozen=True, slots=True)
class SetOnInsert:
    """Store the value only if an upsert creates the object."""

    value: Any


Op = Set | Unset | Increment | Add | AddUnique | Remove | Relate | SetOnInsert
Ops = Mapping[str, Op]

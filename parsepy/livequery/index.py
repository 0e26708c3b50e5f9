"""Which conditions an object may meet, found without trying each of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping
from typing import Any, Generic, TypeVar

from parsepy.model.matching.necessary import Has, Holds, has, held, necessary
from parsepy.model.where import Where

T = TypeVar("T", bound=Hashable)


class ConditionIndex(Generic[T]):
    """Things with a condition each, ordered by what objects must hold to meet it.

    Finding candidates costs one lookup for each path that any condition asks a value of, however many conditions there are.
    """

    def __init__(self) -> None:
        self._by_value: defaultdict[str, defaultdict[Hashable, set[T]]] = defaultdict(lambda: defaultdict(set))
        self._by_field: defaultdict[str, set[T]] = defaultdict(set)
        self._others: set[T] = set()

    def add(self, thing: T, where: Where) -> None:
        """Take in a thing that is a candidate for objects that may meet the condition."""
        keys = necessary(where)
        if keys is None:
            self._others.add(thing)
            return
        for key in keys:
            match key:
                case Holds(path, value):
                    self._by_value[path][value].add(thing)
                case Has(field):
                    self._by_field[field].add(thing)

    def remove(self, thing: T, where: Where) -> None:
        """Let go of a thing that was added with the condition."""
        self._others.discard(thing)
        for key in necessary(where) or ():
            match key:
                case Holds(path, value):
                    self._remove_value(path, value, thing)
                case Has(field):
                    self._by_field[field].discard(thing)
                    if not self._by_field[field]:
                        del self._by_field[field]

    def _remove_value(self, path: str, value: Hashable, thing: T) -> None:
        by_value = self._by_value[path]
        by_value[value].discard(thing)
        if not by_value[value]:
            del by_value[value]
        if not by_value:
            del self._by_value[path]

    def candidates(self, row: Mapping[str, Any]) -> set[T]:
        """Everything whose condition the object may meet; what is not among them it does not meet."""
        found = set(self._others)
        for path, by_value in self._by_value.items():
            for value in held(row, path):
                found |= by_value.get(value, frozenset())
        for field, things in self._by_field.items():
            if has(row, field):
                found |= things
        return found

    def __bool__(self) -> bool:
        return bool(self._others or self._by_value or self._by_field)

"""What a path leads to in a row, and the questions that conditions ask about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from parsepy.adapters.storage.postgres.columns import Column
from parsepy.adapters.storage.postgres.jsonb import text_argument
from parsepy.adapters.storage.postgres_conditions.condition import (
    ALWAYS,
    HERE,
    NEVER,
    UNKNOWN,
    Condition,
    every,
    roughly,
    some,
)

TextTest = Callable[[str], Condition]
"""A pattern as a condition on a text expression."""


class Place(Protocol):
    """A path's end in a row. Values that are asked for are never null; `is_null` speaks of null and of nothing at all."""

    def is_null(self) -> Condition:
        """A candidate is null, or nothing is there."""

    def exists(self) -> Condition:
        """Something is there; null counts."""

    def equals(self, value: Any) -> Condition:
        """A candidate is the value."""

    def among(self, values: Sequence[Any]) -> Condition:
        """A candidate is one of the values; there is at least one."""

    def relates(self, operator: str, value: Any) -> Condition:
        """A candidate of the value's kind is less or greater; the operator is SQL's."""

    def matches(self, test: TextTest, *, is_column: bool) -> Condition:
        """A text passes the test; for columns the texts of pointers and files count too."""

    def holds_all(self, values: Sequence[Any]) -> Condition:
        """Each of the values is a candidate; there is at least one."""

    def contained_by(self, values: Sequence[Any]) -> Condition:
        """Every element is one of the values, null perhaps among them; what is no array holds nothing."""


class Single:
    """Answers of places that hold one value at most."""

    def equals(self, value: Any) -> Condition:
        """See `Place`."""
        return self.among([value])

    def among(self, values: Sequence[Any]) -> Condition:
        """See `Place`."""
        return some([self.equals(value) for value in values])

    def holds_all(self, values: Sequence[Any]) -> Condition:
        """See `Place`."""
        return every([self.equals(value) for value in values])

    def contained_by(self, values: Sequence[Any]) -> Condition:
        """See `Place`."""
        return ALWAYS


class Nowhere(Single):
    """A path at which no row has anything."""

    def is_null(self) -> Condition:
        """See `Place`."""
        return ALWAYS

    def exists(self) -> Condition:
        """See `Place`."""
        return NEVER

    def equals(self, value: Any) -> Condition:
        """See `Place`."""
        return NEVER

    def relates(self, operator: str, value: Any) -> Condition:
        """See `Place`."""
        return NEVER

    def matches(self, test: TextTest, *, is_column: bool) -> Condition:
        """See `Place`."""
        return NEVER


class Opaque:
    """A path whose values SQL cannot judge."""

    def is_null(self) -> Condition:
        """See `Place`."""
        return UNKNOWN

    def exists(self) -> Condition:
        """See `Place`."""
        return UNKNOWN

    def equals(self, value: Any) -> Condition:
        """See `Place`."""
        return UNKNOWN

    def among(self, values: Sequence[Any]) -> Condition:
        """See `Place`."""
        return UNKNOWN

    def relates(self, operator: str, value: Any) -> Condition:
        """See `Place`."""
        return UNKNOWN

    def matches(self, test: TextTest, *, is_column: bool) -> Condition:
        """See `Place`."""
        return UNKNOWN

    def holds_all(self, values: Sequence[Any]) -> Condition:
        """See `Place`."""
        return UNKNOWN

    def contained_by(self, values: Sequence[Any]) -> Condition:
        """See `Place`."""
        return UNKNOWN


@dataclass(frozen=True, slots=True)
class Permissions:
    """`_rperm` or `_wperm`: a sorted list of texts, or nothing for a public object."""

    column: Column

    def is_null(self) -> Condition:
        """See `Place`."""
        return Condition(f"{self.column.sql} IS NULL")

    def exists(self) -> Condition:
        """See `Place`."""
        return self._some_row()

    def equals(self, value: Any) -> Condition:
        """See `Place`."""
        return self.among([value])

    def among(self, values: Sequence[Any]) -> Condition:
        """See `Place`."""
        texts = [text for value in values if isinstance(value, str) and (text := text_argument(value)) is not None]
        element = Condition(f"{self.column.sql} && {HERE}::text[]", (texts,)) if texts else NEVER
        is_list_asked = any(isinstance(value, list) for value in values)
        return some([element, roughly(self._some_row())]) if is_list_asked else element

    def relates(self, operator: str, value: Any) -> Condition:
        """See `Place`."""
        return roughly(self._some_row())

    def matches(self, test: TextTest, *, is_column: bool) -> Condition:
        """See `Place`."""
        passed = test("entry")
        sql = f"EXISTS (SELECT FROM unnest({self.column.sql}) AS entry WHERE {passed.sql})"
        return Condition(sql, passed.args, passed.is_exact)

    def holds_all(self, values: Sequence[Any]) -> Condition:
        """See `Place`."""
        return every([self.equals(value) for value in values])

    def contained_by(self, values: Sequence[Any]) -> Condition:
        """See `Place`."""
        texts = [text for value in values if isinstance(value, str) and (text := text_argument(value)) is not None]
        return Condition(f"({self.column.sql} <@ {HERE}::text[]) IS NOT FALSE", (texts,))

    def _some_row(self) -> Condition:
        return Condition(f"{self.column.sql} IS NOT NULL")

"""Conditions on jsonb columns and on dotted paths into them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from parsepy.adapters.storage.postgres.columns import Column, Kind, TableShape
from parsepy.adapters.storage.postgres.jsonb import in_stored_order, json_argument
from parsepy.adapters.storage.postgres_conditions.condition import (
    HERE,
    NEVER,
    UNKNOWN,
    Condition,
    every,
    roughly,
    some,
)
from parsepy.adapters.storage.postgres_conditions.leaves import (
    is_plain,
    is_walkable,
    may_enter_scalars,
    some_leaf,
    steps,
)
from parsepy.adapters.storage.postgres_conditions.places import Opaque, Place, TextTest
from parsepy.adapters.storage.postgres_conditions.scalars import column_exists

_PLAIN_VALUE = '@.type() != "array" && @'
"""jsonpath takes arrays apart before a filter and once more before a comparison: MongoDB does it once."""

_DATE = '@.type() == "object" && @."__type" == "Date" && @."iso"'
_MOST_SOUGHT = 100
_JSONB = f"{HERE}::text::jsonb"
_TEXT_OF_OBJECT = (
    "CASE item ->> '__type' WHEN 'File' THEN item ->> 'name' "
    "WHEN 'Pointer' THEN (item ->> 'className') || '$' || (item ->> 'objectId') END"
)


def document(column: Column, shape: TableShape, segments: tuple[str, ...]) -> Place:
    """The place at a path (perhaps an empty one) below a jsonb column."""
    if not is_walkable(segments):
        return Opaque()
    found = Document(column, shape, segments)
    return Blurred(found) if may_enter_scalars(segments) else found


@dataclass(frozen=True, slots=True)
class Document:
    """Values of any type: what stands at the path, and the elements if it is an array."""

    column: Column
    shape: TableShape
    segments: tuple[str, ...]

    def is_null(self) -> Condition:
        """See `Place`."""
        if self._is_array:
            return Condition(f"{self.column.sql} IS NULL OR {self.column.sql} @> '[null]'")
        return Condition(some_leaf(self.column, self.segments, _is_null, of_whole=lambda leaf: "FALSE"))

    def exists(self) -> Condition:
        """See `Place`."""
        if not self.segments:
            return column_exists(self.column, self.shape)
        if is_plain(self.column, self.segments):
            return Condition(f"jsonb_path_exists({self.column.sql}, '{steps(self.segments)}')")
        return Condition(some_leaf(self.column, self.segments, lambda leaf: f"{leaf} IS NOT NULL"))

    def equals(self, value: Any) -> Condition:
        """See `Place`."""
        return self.among([value]) if isinstance(value, dict | list | tuple) else self._is_plain_value("==", value)

    def among(self, values: Sequence[Any]) -> Condition:
        """See `Place`."""
        composed = [value for value in values if isinstance(value, dict | list | tuple)]
        plain = [value for value in values if not isinstance(value, dict | list | tuple)]
        return some([self._among_plain(plain), self._among_composed(composed)])

    def relates(self, operator: str, value: Any) -> Condition:
        """See `Place`."""
        match value:
            case {"__type": "Date", "iso": str() as iso}:
                return self._filtered(f"{_DATE} {operator} $v", iso)
            case dict() | list() | tuple():
                return roughly(Condition(f"{self.column.sql} IS NOT NULL"))
            case str() if "\0" in value:
                start = value.partition("\0")[0]
                return self._is_plain_value("<=" if operator.startswith("<") else ">", start)
            case _:
                return self._is_plain_value(operator, value)

    def matches(self, test: TextTest, *, is_column: bool) -> Condition:
        """See `Place`."""
        text = "item #>> '{}'"
        if is_column and not self.segments:
            text = f"CASE jsonb_typeof(item) WHEN 'string' THEN {text} WHEN 'object' THEN {_TEXT_OF_OBJECT} END"
            passed = test(f"({text})")
        else:
            passed = every([Condition("jsonb_typeof(item) = 'string'"), test(f"({text})")])
        sql = self._items(f"({passed.sql})")
        return Condition(sql, passed.args, passed.is_exact)

    def holds_all(self, values: Sequence[Any]) -> Condition:
        """See `Place`."""
        argument = json_argument(list(values)) if self._is_array else None
        if argument is None or any(isinstance(value, dict | list | tuple) for value in values):
            return every([self.equals(value) for value in values])
        return Condition(f"{self.column.sql} @> {_JSONB}", (argument,))

    def contained_by(self, values: Sequence[Any]) -> Condition:
        """See `Place`."""
        allowed = [text for value in values if (text := json_argument(in_stored_order(value))) is not None]
        outside = f"item <> ALL({HERE}::text[]::jsonb[])"

        def holds_other(leaf: str) -> str:
            items = f"jsonb_path_query({leaf}, 'strict $[*]', '{{}}', TRUE) AS item"
            return f"EXISTS (SELECT FROM {items} WHERE {outside})"

        return Condition(f"({some_leaf(self.column, self.segments, holds_other)}) IS NOT TRUE", (allowed,))

    @property
    def _is_array(self) -> bool:
        return self.column.kind is Kind.ARRAY and not self.segments

    def _is_plain_value(self, operator: str, value: Any) -> Condition:
        if operator != "==":
            return self._filtered(f"{_PLAIN_VALUE} {operator} $v", value)
        argument = json_argument([value])
        if argument is not None and self._is_array:
            return Condition(f"{self.column.sql} @> {_JSONB}", (argument,))
        return self._filtered(f"{_PLAIN_VALUE} == $v", value)

    def _among_plain(self, values: Sequence[Any]) -> Condition:
        known = [value for value in values if json_argument(value) is not None]
        if not known:
            return NEVER
        if self._is_array and all(isinstance(value, str) for value in known):
            return self._holds_text(known)
        return self._filtered(f"{_PLAIN_VALUE} == $v[*]", known)

    def _holds_text(self, texts: Sequence[str]) -> Condition:
        found = Condition(f"{self.column.sql} ?| {HERE}::text[]", (list(texts),))
        if len(texts) > _MOST_SOUGHT:
            return found
        # The test says the same, but for texts in inner arrays, to the indexes that know no other way.
        tests = " || ".join(f"@ == {json_argument(text)}" for text in texts)
        return every([found, Condition(f"{self.column.sql} @? {HERE}::text::jsonpath", (f"$[*] ? ({tests})",))])

    def _filtered(self, test: str, value: Any) -> Condition:
        """A candidate that is no array passes the filter; `$v` in it is the value."""
        argument = json_argument({"v": value})
        if argument is None:
            return NEVER
        if is_plain(self.column, self.segments):
            path = f"{steps(self.segments)} ? ({test})"
            return Condition(f"jsonb_path_exists({self.column.sql}, '{path}', {_JSONB})", (argument,))
        sql = some_leaf(
            self.column,
            self.segments,
            lambda leaf: f"jsonb_path_exists({leaf}, '$ ? ({test})', {_JSONB})",
            of_whole=lambda leaf: "FALSE",
        )
        return Condition(sql, (argument,))

    def _among_composed(self, values: Sequence[Any]) -> Condition:
        texts = [text for value in values if (text := json_argument(in_stored_order(value))) is not None]
        if not texts:
            return NEVER
        found = [Condition(self._items(f"item = ANY({HERE}::text[]::jsonb[])"), (texts,))]
        if self._is_array and len(texts) == len(values) == 1 and isinstance(values[0], dict):
            # Not telling enough alone, but indexes on the column serve it.
            found = [every([Condition(f"{self.column.sql} @> {_JSONB}", (f"[{texts[0]}]",)), *found])]
        if any(not isinstance(value, dict) for value in values):
            found.append(self._is_one_of(texts))
        return some(found)

    def _is_one_of(self, texts: Sequence[str]) -> Condition:
        """The whole array at the path is one of the values."""

        def is_equal(leaf: str) -> str:
            return f"{leaf} = ANY({HERE}::text[]::jsonb[])"

        return Condition(some_leaf(self.column, self.segments, is_equal), (texts,))

    def _items(self, test: str) -> str:
        """A candidate passes the test on `item`; arrays are tried by their elements only."""
        if is_plain(self.column, self.segments):
            items = f"jsonb_path_query({self.column.sql}, '{steps(self.segments)}[*]') AS item"
            return f"EXISTS (SELECT FROM {items} WHERE {test})"

        def has_item(leaf: str) -> str:
            return f"EXISTS (SELECT FROM jsonb_path_query({leaf}, '$[*]') AS item WHERE {test})"

        return some_leaf(self.column, self.segments, has_item, of_whole=lambda leaf: "FALSE")


def _is_null(leaf: str) -> str:
    return f"({leaf} IS NULL OR jsonb_path_exists({leaf}, '$ ? (@.type() == \"null\")'))"


@dataclass(frozen=True, slots=True)
class Blurred:
    """A place where SQL may see more than there is, because it enters values that have no fields."""

    place: Place

    def is_null(self) -> Condition:
        """See `Place`."""
        return UNKNOWN

    def exists(self) -> Condition:
        """See `Place`."""
        return roughly(self.place.exists())

    def equals(self, value: Any) -> Condition:
        """See `Place`."""
        return roughly(self.place.equals(value))

    def among(self, values: Sequence[Any]) -> Condition:
        """See `Place`."""
        return roughly(self.place.among(values))

    def relates(self, operator: str, value: Any) -> Condition:
        """See `Place`."""
        return roughly(self.place.relates(operator, value))

    def matches(self, test: TextTest, *, is_column: bool) -> Condition:
        """See `Place`."""
        return roughly(self.place.matches(test, is_column=is_column))

    def holds_all(self, values: Sequence[Any]) -> Condition:
        """See `Place`."""
        return roughly(self.place.holds_all(values))

    def contained_by(self, values: Sequence[Any]) -> Condition:
        """See `Place`."""
        return UNKNOWN

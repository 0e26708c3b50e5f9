"""The conditions of a query: one method for each constraint of the Parse SDKs, writing REST `where` JSON."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Self

from parsepy.cloud.codec import encode
from parsepy.cloud.types import GeoPoint
from parsepy.model import geo

if TYPE_CHECKING:
    from parsepy.cloud.query import Query
    from parsepy.cloud.sdk.rows import Row

_FLAGS = ((re.IGNORECASE, "i"), (re.MULTILINE, "m"), (re.DOTALL, "s"), (re.VERBOSE, "x"))


class Conditions:
    """Collects conditions, all of which must hold; `where` is their REST form. Keys may be dotted paths."""

    def __init__(self) -> None:
        self.where: dict[str, Any] = {}

    def equal_to(self, key: str, value: Any) -> Self:
        """The field has this value, or is a list with this element."""
        self.where[key] = encode(value)
        return self

    def not_equal_to(self, key: str, value: Any) -> Self:
        """The field has another value or none."""
        return self._and(key, "$ne", value)

    def less_than(self, key: str, value: Any) -> Self:
        """The value comes before this one."""
        return self._and(key, "$lt", value)

    def less_than_or_equal_to(self, key: str, value: Any) -> Self:
        """The value comes before this one or is it."""
        return self._and(key, "$lte", value)

    def greater_than(self, key: str, value: Any) -> Self:
        """The value comes after this one."""
        return self._and(key, "$gt", value)

    def greater_than_or_equal_to(self, key: str, value: Any) -> Self:
        """The value comes after this one or is it."""
        return self._and(key, "$gte", value)

    def contained_in(self, key: str, choices: Iterable[Any]) -> Self:
        """The value, or an element of the list, is one of these."""
        return self._and(key, "$in", list(choices))

    def not_contained_in(self, key: str, choices: Iterable[Any]) -> Self:
        """The value is none of these."""
        return self._and(key, "$nin", list(choices))

    def contained_by(self, key: str, choices: Iterable[Any]) -> Self:
        """Every element of the list is one of these."""
        return self._and(key, "$containedBy", list(choices))

    def contains_all(self, key: str, elements: Iterable[Any]) -> Self:
        """The list holds all of these."""
        return self._and(key, "$all", list(elements))

    def contains_all_starting_with(self, key: str, prefixes: Iterable[str]) -> Self:
        """For each prefix the list holds a text that starts with it."""
        return self._and(key, "$all", [{"$regex": f"^{_quoted(prefix)}"} for prefix in prefixes])

    def exists(self, key: str) -> Self:
        """The object has the field."""
        return self._and(key, "$exists", True)

    def does_not_exist(self, key: str) -> Self:
        """The object does not have the field."""
        return self._and(key, "$exists", False)

    def matches(self, key: str, pattern: str | re.Pattern[str], modifiers: str = "") -> Self:
        """The text matches a regular expression; modifiers are of `imsx`."""
        if isinstance(pattern, re.Pattern):
            modifiers += "".join(letter for flag, letter in _FLAGS if pattern.flags & flag and letter not in modifiers)
            pattern = pattern.pattern
        self._and(key, "$regex", pattern)
        return self._and(key, "$options", modifiers) if modifiers else self

    def contains(self, key: str, text: str) -> Self:
        """The text has this in it."""
        return self._and(key, "$regex", _quoted(text))

    def starts_with(self, key: str, prefix: str) -> Self:
        """The text starts with this."""
        return self._and(key, "$regex", f"^{_quoted(prefix)}")

    def ends_with(self, key: str, suffix: str) -> Self:
        """The text ends with this."""
        return self._and(key, "$regex", f"{_quoted(suffix)}$")

    def full_text(
        self,
        key: str,
        term: str,
        *,
        language: str | None = None,
        case_sensitive: bool | None = None,
        diacritic_sensitive: bool | None = None,
    ) -> Self:
        """The text holds words of `term`."""
        options = {"$language": language, "$caseSensitive": case_sensitive, "$diacriticSensitive": diacritic_sensitive}
        given = {name: value for name, value in options.items() if value is not None}
        return self._and(key, "$text", {"$search": {"$term": term, **given}})

    def matches_query(self, key: str, query: Query[Any]) -> Self:
        """The pointer leads to a result of the other query."""
        return self._and(key, "$inQuery", query.as_sub_query())

    def does_not_match_query(self, key: str, query: Query[Any]) -> Self:
        """The pointer leads to no result of the other query."""
        return self._and(key, "$notInQuery", query.as_sub_query())

    def matches_key_in_query(self, key: str, query_key: str, query: Query[Any]) -> Self:
        """The value is the `query_key` of a result of the other query."""
        return self._and(key, "$select", {"key": query_key, "query": query.as_sub_query()})

    def does_not_match_key_in_query(self, key: str, query_key: str, query: Query[Any]) -> Self:
        """The value is the `query_key` of no result of the other query."""
        return self._and(key, "$dontSelect", {"key": query_key, "query": query.as_sub_query()})

    def related_to(self, owner: Row, key: str) -> Self:
        """The object is in the relation `key` of the owner."""
        self.where["$relatedTo"] = {"object": encode(owner), "key": key}
        return self

    def near(self, key: str, point: GeoPoint) -> Self:
        """Order by distance from the point, the nearest first."""
        return self._and(key, "$nearSphere", point)

    def within_radians(self, key: str, point: GeoPoint, distance: float, *, ordered: bool = True) -> Self:
        """The place is that near; `ordered` also sorts by distance."""
        if not ordered:
            circle = [[point.longitude, point.latitude], distance]
            return self._and(key, "$geoWithin", {"$centerSphere": circle})
        return self.near(key, point)._and(key, "$maxDistance", distance)

    def within_kilometers(self, key: str, point: GeoPoint, distance: float, *, ordered: bool = True) -> Self:
        """The place is that near; `ordered` also sorts by distance."""
        return self.within_radians(key, point, distance / geo.KILOMETERS_PER_RADIAN, ordered=ordered)

    def within_miles(self, key: str, point: GeoPoint, distance: float, *, ordered: bool = True) -> Self:
        """The place is that near; `ordered` also sorts by distance."""
        return self.within_radians(key, point, distance / geo.MILES_PER_RADIAN, ordered=ordered)

    def within_geo_box(self, key: str, south_west: GeoPoint, north_east: GeoPoint) -> Self:
        """The place lies between the two corners."""
        return self._and(key, "$within", {"$box": [south_west, north_east]})

    def within_polygon(self, key: str, corners: Iterable[GeoPoint]) -> Self:
        """The place lies in the area with these corners."""
        return self._and(key, "$geoWithin", {"$polygon": list(corners)})

    def polygon_contains(self, key: str, point: GeoPoint) -> Self:
        """The area in the field holds the point."""
        return self._and(key, "$geoIntersects", {"$point": point})

    def _and(self, key: str, operator: str, value: Any) -> Self:
        present = self.where.get(key)
        if key in self.where and not _is_constraint(present):
            self.where[key] = {"$eq": present}
        self.where.setdefault(key, {})[operator] = encode(value)
        return self


def _is_constraint(value: Any) -> bool:
    return isinstance(value, Mapping) and bool(value) and all(name.startswith("$") for name in value)


def _quoted(text: str) -> str:
    """The text as a pattern that matches nothing else, in the form that the SDKs send."""
    return "\\Q" + text.replace("\\E", "\\E\\\\E\\Q") + "\\E"

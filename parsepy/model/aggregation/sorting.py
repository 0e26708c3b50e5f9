"""Orders of documents as `$sort` names them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from parsepy.model.aggregation import paths
from parsepy.model.aggregation.budget import refused
from parsepy.model.aggregation.values import NULL_KEY, Key, Kind, key

_EMPTY_ARRAY: Key = (int(Kind.MISSING),)
_MOST_KEYS = 32

SortKey = Callable[[Any], Any]
"""A key for `sorted`; documents that it leaves equal keep their order."""


@dataclass(frozen=True, slots=True)
class Descending:
    """A key that sorts the other way round."""

    key: Any

    def __lt__(self, other: Descending) -> bool:
        return bool(other.key < self.key)


def compiled_order(stage: str, spec: Any) -> SortKey:
    """The order of `{"path": 1 or -1, ...}`: arrays count by their least (descending: greatest) element.

    Raises ParseError 102 for another direction.
    """
    directions = directions_of(stage, spec)
    parts = [_part(paths.split(path), direction) for path, direction in directions.items()]
    if len(parts) == 1:
        return parts[0]
    return lambda document: tuple(part(document) for part in parts)


def directions_of(stage: str, spec: Any) -> Mapping[str, int]:
    """The paths with 1 or -1. Raises ParseError 102."""
    if not isinstance(spec, dict) or not spec:
        raise refused(f"{stage} stage must have at least one sort key")
    if len(spec) > _MOST_KEYS:
        raise refused(f"{stage} takes at most {_MOST_KEYS} sort keys")
    for path, direction in spec.items():
        if isinstance(direction, dict):
            raise refused(f"{stage} by $meta is not supported on this database ({path})")
        if isinstance(direction, bool) or direction not in (1, -1):
            raise refused(f"{stage} key ordering must be 1 (for ascending) or -1 (for descending)")
    return {path: int(direction) for path, direction in spec.items()}


def _part(names: tuple[str, ...], direction: int) -> SortKey:
    if direction == 1:
        return lambda document: min(_keys(document, names), default=NULL_KEY)
    return lambda document: Descending(max(_keys(document, names), default=NULL_KEY))


def _keys(document: Any, names: tuple[str, ...]) -> list[Key]:
    if not isinstance(document, dict):
        return [NULL_KEY]
    if len(names) == 1:
        value = document.get(names[0])
        if not isinstance(value, list):
            return [key(value)]
    found: list[Key] = []
    for value, is_whole in paths.leaves(document, names):
        if isinstance(value, list) and not is_whole:
            found.extend(map(_sort_key, value))
            found.extend([] if value else [_EMPTY_ARRAY])
        else:
            found.append(_sort_key(value))
    return found


def _sort_key(value: Any) -> Key:
    found = key(value)
    return NULL_KEY if found[0] == Kind.MISSING else found

"""Paths through documents: as expressions read them, as conditions search them, and as stages write them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from parsepy.model.aggregation.budget import refused
from parsepy.model.aggregation.values import MISSING, Document
from parsepy.model.paths import Leaf, is_position, taken_apart, with_elements


def split(path: str) -> tuple[str, ...]:
    """The names along a path. Raises ParseError 102 for an empty one among them or one that begins with `$`."""
    names = tuple(path.split("."))
    if not all(names):
        raise refused("FieldPath must not end with a '.' or have an empty field name.")
    if any(name.startswith("$") for name in names):
        raise refused("FieldPath field names may not start with '$'. Consider using $getField or $setField.")
    return names


def reader(names: Sequence[str]) -> Callable[[Any], Any]:
    """Reads a path as expressions do: an array on the way gives the list of what its elements have there."""
    if len(names) == 1:
        only = names[0]
        return lambda value: value.get(only, MISSING) if isinstance(value, dict) else _read(value, names, 0)
    return lambda value: _read(value, names, 0)


def _read(value: Any, names: Sequence[str], at: int) -> Any:
    while at < len(names):
        if isinstance(value, dict):
            value = value.get(names[at], MISSING)
            at += 1
        elif isinstance(value, list):
            found = (_read(item, names, at) for item in value if isinstance(item, dict | list))
            return [item for item in found if item is not MISSING]
        else:
            return MISSING
    return value


def leaves(value: Any, names: Sequence[str], at: int = 0) -> Iterator[Leaf]:
    """Every value at a path as conditions see it: elements of arrays are searched, and found by their position."""
    if at == len(names):
        yield value, False
    elif isinstance(value, list):
        yield from _leaves_of_array(value, names, at)
    elif isinstance(value, dict) and names[at] in value:
        yield from leaves(value[names[at]], names, at + 1)
    else:
        yield MISSING, False


def _leaves_of_array(items: list[Any], names: Sequence[str], at: int) -> Iterator[Leaf]:
    numbered = is_position(names[at])
    if numbered and len(names[at]) < 10 and int(names[at]) < len(items):
        item = items[int(names[at])]
        if at + 1 == len(names):
            yield item, True
        else:
            yield from leaves(item, names, at + 1)
    for item in items:
        if isinstance(item, dict) and (not numbered or names[at] in item):
            yield from leaves(item, names, at)


def candidates(document: Document, names: Sequence[str]) -> list[Any]:
    """The values that a condition on a path is tried on: what stands there, and the elements if that is an array."""
    if len(names) == 1:
        value = document.get(names[0], MISSING)
        return [*value, value] if isinstance(value, list) else [value]
    return with_elements(leaves(document, names))


def elements(document: Document, names: Sequence[str]) -> list[Any]:
    """The values at a path with arrays taken apart: what sorts look at."""
    return taken_apart(leaves(document, names))


def written(document: Any, names: Sequence[str], value: Any) -> Any:
    """The document with a value at a path, without it if that is MISSING; in arrays on the way every element gets it."""
    if isinstance(document, list):
        return [written(item, names, value) for item in document]
    name, *rest = names
    before = document if isinstance(document, dict) else {}
    if rest:
        inner = before.get(name, MISSING)
        if inner is MISSING and value is MISSING:
            return document
        return {**before, name: written(inner, rest, value)}
    if value is MISSING:
        return {key: part for key, part in before.items() if key != name}
    return {**before, name: value}


def removed(document: Any, names: Sequence[str]) -> Any:
    """The document without what stands at a path, in arrays on the way in no element; others stay as they are."""
    if isinstance(document, list):
        return [removed(item, names) for item in document]
    name, *rest = names
    if not isinstance(document, dict) or name not in document:
        return document
    if rest:
        return {**document, name: removed(document[name], rest)}
    return {key: part for key, part in document.items() if key != name}

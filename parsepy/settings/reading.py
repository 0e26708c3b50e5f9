"""Turns given values into a dataclass of options and collects every mistake on the way."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from parsepy.settings.kinds import GroupKind, GroupListKind, read_json, read_object
from parsepy.settings.mistakes import InvalidError, Mistake
from parsepy.settings.options import Option, options_of
from parsepy.settings.sources import Given, Inside, unknown_keys

T = TypeVar("T")


class Lookup(Protocol):
    """Finds values by option, at the top or inside a nested object."""

    def find(self, option: Option) -> Given | None:
        """The strongest value of the option."""

    def inside(self, option: Option, values: Mapping[str, object], parent: Given | None) -> Inside:
        """Where the options of the nested object are found."""


@dataclass(frozen=True)
class Outcome(Generic[T]):
    """What was read. `sources` tells for every dotted name that was given where it came from."""

    value: T
    mistakes: tuple[Mistake, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)


def read_options(cls: type[T], lookup: Lookup, path: str = "") -> Outcome[T]:
    """An instance of the dataclass; where a value is wrong its default stands in and a mistake is noted."""
    parts = {found.name: _read_option(found, lookup, path) for found in options_of(cls)}
    given = {name: part.value for name, part in parts.items() if part is not None}
    return Outcome(
        cls(**given),
        tuple(mistake for part in parts.values() if part for mistake in part.mistakes),
        {name: source for part in parts.values() if part for name, source in part.sources.items()},
    )


def _read_option(option: Option, lookup: Lookup, path: str) -> Outcome[Any] | None:
    """None if nobody gave a value."""
    match option.kind:
        case GroupKind(group=cls):
            return _read_group(option, cls, lookup, path)
        case GroupListKind(group=cls):
            return _read_group_list(option, cls, lookup, path)
    given = lookup.find(option)
    if given is None:
        return None
    name = path + option.wire
    try:
        return Outcome(option.kind.read(given.value), (), {name: given.source})
    except InvalidError as exc:
        return _refused(option, name, given, exc)


def _refused(option: Option, name: str, given: Given, reason: InvalidError) -> Outcome[Any]:
    shown = "" if option.secret else _shown(given.value, reason.problem)
    mistake = Mistake(name, given.source, reason.problem + shown, reason.fix)
    return Outcome(option.default, (mistake,), {name: given.source})


def _shown(value: object, problem: str) -> str:
    """The value for the message, unless the problem names it or it is long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return "" if isinstance(value, dict) or len(text) > 60 or text in problem else f", got {text}"


def _read_group(option: Option, cls: type[Any], lookup: Lookup, path: str) -> Outcome[Any] | None:
    parent = lookup.find(option)
    name = path + option.wire
    try:
        values = read_object(parent.value) if parent else {}
    except InvalidError as exc:
        return _refused(option, name, parent or Given(None, ""), exc)
    found = read_options(cls, lookup.inside(option, values, parent), f"{name}.")
    if parent is None:
        return found if found.sources else None
    unknown = unknown_keys(cls, values, f"{name}.", parent.source)
    return Outcome(found.value, (*found.mistakes, *unknown), {name: parent.source, **found.sources})


def _read_group_list(option: Option, cls: type[Any], lookup: Lookup, path: str) -> Outcome[Any] | None:
    """The objects of the list, and one more if variables name options of such an object."""
    parent = lookup.find(option)
    name = path + option.wire
    try:
        entries = _objects(parent.value) if parent else []
    except InvalidError as exc:
        return _refused(option, name, parent or Given(None, ""), exc)
    source = parent.source if parent else ""
    named = {name: source} if parent else {}
    found = [_read_entry(cls, Inside(entry, source), f"{name}[{index}].") for index, entry in enumerate(entries)]
    extra = read_options(cls, lookup.inside(option, {}, parent), f"{name}[{len(found)}].")
    if extra.sources:
        found.append(extra)
    if not found and parent is None:
        return None
    return Outcome(
        tuple(entry.value for entry in found),
        tuple(mistake for entry in found for mistake in entry.mistakes),
        named | {key: origin for entry in found for key, origin in entry.sources.items()},
    )


def _read_entry(cls: type[Any], inside: Inside, path: str) -> Outcome[Any]:
    found = read_options(cls, inside, path)
    unknown = unknown_keys(cls, inside.values, path, inside.source)
    return Outcome(found.value, (*found.mistakes, *unknown), found.sources)


def _objects(value: object) -> list[dict[str, object]]:
    found = read_json(value) if isinstance(value, str) else value
    entries = [found] if isinstance(found, dict) else found
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise InvalidError("must be a list of objects", 'Write it as [{"key": value}]')
    return entries


def variables_of(cls: type[Any]) -> Iterator[str]:
    """The names of all variables that options of the dataclass read, nested ones included."""
    for option in options_of(cls):
        yield option.env
        if isinstance(option.kind, GroupKind | GroupListKind):
            yield from variables_of(option.kind.group)

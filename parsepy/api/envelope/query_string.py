"""Query strings and form bodies: flat and nested names, repeated names, values that are JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qsl

import orjson

MAX_DEPTH = 5
MAX_INDEX = 20
MAX_PAIRS = 1000
_JSON_STARTS = frozenset('{["-0123456789tfn \t\r\n')
_BRACKETS = re.compile(r"\[([^\[\]]*)\]")


def parse(text: str) -> dict[str, Any]:
    """The names and values of a query string; `a[b]=1` makes a dict, `a[]=1` or a repeated name a list."""
    if not text:
        return {}
    pairs = _pairs(text)
    if "[" not in text and "%5B" not in text and "%5b" not in text:
        return _flat(pairs)
    parsed: dict[str, Any] = {}
    for name, value in pairs:
        _store(parsed, _path(name), value)
    return {name: _compacted(value) for name, value in parsed.items()}


def parse_form(text: str) -> dict[str, Any]:
    """The fields of an urlencoded form: names stay as they are, a repeated one makes a list."""
    return _flat(_pairs(text))


def as_json(query: Mapping[str, Any]) -> dict[str, Any]:
    """Every value read as JSON if it is JSON, else left as the text it is."""
    return {name: _value(value) for name, value in query.items()}


def _value(value: Any) -> Any:
    if not isinstance(value, str) or value[:1] not in _JSON_STARTS:
        return value
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        return value


def _pairs(text: str) -> list[tuple[str, str]]:
    if text.count("&") >= MAX_PAIRS:
        text = "&".join(text.split("&", MAX_PAIRS)[:MAX_PAIRS])
    return [pair for pair in parse_qsl(text, keep_blank_values=True) if pair[0]]


def _flat(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    parsed: dict[str, Any] = {}
    for name, value in pairs:
        parsed[name] = _joined(parsed[name], value) if name in parsed else value
    return parsed


def _joined(there: Any, value: Any) -> Any:
    return [*there, value] if isinstance(there, list) else [there, value]


def _path(name: str) -> list[str]:
    """`a[b][c]` as its steps; what lies deeper than the limit stays together as one name."""
    head, bracket, _ = name.partition("[")
    if not bracket or not head:
        return [name]
    steps = [head]
    position = len(head)
    while len(steps) <= MAX_DEPTH and (found := _BRACKETS.match(name, position)):
        steps.append(found[1])
        position = found.end()
    return [*steps, name[position:]] if position < len(name) else steps


def _store(target: dict[str, Any], steps: list[str], value: str) -> None:
    """Lists are kept as dicts keyed by position until the end."""
    for step, following in pairwise(steps):
        inner = target.get(_key(target, step))
        if not isinstance(inner, (dict, _Positions)):
            inner = _Positions() if _is_position(following) else {}
            target[_key(target, step)] = inner
        target = inner
    key = _key(target, steps[-1])
    target[key] = _joined(target[key], value) if key in target else value


class _Positions(dict[str, Any]):
    """A list under construction."""


def _is_position(step: str) -> bool:
    return step == "" or (step.isdecimal() and int(step) <= MAX_INDEX)


def _key(target: dict[str, Any], step: str) -> str:
    return str(len(target)) if step == "" and isinstance(target, _Positions) else step


def _compacted(value: Any) -> Any:
    if isinstance(value, _Positions) and all(key.isdecimal() for key in value):
        return [_compacted(value[key]) for key in sorted(value, key=int)]
    if isinstance(value, dict):
        return {key: _compacted(inner) for key, inner in value.items()}
    return value

"""`schema=`: JSON Schema for what a function or save is given, with refusals that name the place and never the value."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import chain, islice
from typing import Any, Protocol

import orjson
from jsonschema import Draft202012Validator, SchemaError, ValidationError, validators
from referencing import Registry, Resource
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012

from parsepy.errors import ParseError
from parsepy.model import regex

MOST_PROBLEMS = 10
LONGEST_PATH = 200
ELSEWHERE = "does not have the form that is asked for"

Problems = Callable[[Any], list[str]]
"""What is wrong with a JSON value: texts such as `player.name: must be a string`, none if it is as the schema says."""


class _Checker(Protocol):
    """A validator of the library."""

    def iter_errors(self, instance: Any) -> Iterator[ValidationError]:
        """What is wrong."""

    def descend(self, instance: Any, schema: Any, path: Any = None) -> Iterator[ValidationError]:
        """What is wrong with a part."""

    def is_type(self, instance: Any, name: str, /) -> bool:
        """Whether it is of the JSON type."""


def compiled(schema: Any) -> Problems:
    """A function that tells what is wrong with a value. Raises TypeError for what is no JSON Schema.

    References stay within the schema: nothing is fetched.
    """
    if not isinstance(schema, Mapping):
        raise TypeError(f"schema must be a dict, not a {type(schema).__name__}")
    draft = validators.validator_for(schema, default=Draft202012Validator)
    try:
        draft.check_schema(dict(schema))
    except SchemaError as exc:
        raise TypeError(f"schema is no JSON Schema: {_path(exc)}{exc.message[:200]}") from exc
    _check_references(schema)
    _check_patterns(schema)
    checker = _bounded(draft)(schema, registry=Registry(), format_checker=draft.FORMAT_CHECKER)
    return lambda value: _problems(checker, value)


def _check_references(schema: Mapping[str, Any]) -> None:
    """Raises TypeError for a reference that leads nowhere, or out of the schema."""
    whole = Resource.from_contents(schema, default_specification=DRAFT202012)
    resolver = Registry().with_resource("", whole).resolver()
    for reference in _texts_of(schema, "$ref"):
        try:
            resolver.lookup(reference)
        except Unresolvable as exc:
            raise TypeError(f"schema refers to {reference}, which is not in it") from exc


def _check_patterns(schema: Mapping[str, Any]) -> None:
    """Raises TypeError for a regular expression that is none."""
    keys = (key for found in _values_of(schema, "patternProperties") if isinstance(found, Mapping) for key in found)
    for pattern in chain(_texts_of(schema, "pattern"), keys):
        try:
            regex.finder(pattern)
        except ParseError as exc:
            raise TypeError(f"schema has a pattern that is no regular expression: {pattern}") from exc


def _texts_of(schema: Any, keyword: str) -> Iterator[str]:
    return (found for found in _values_of(schema, keyword) if isinstance(found, str))


def _values_of(schema: Any, keyword: str) -> Iterator[Any]:
    """What stands under a keyword, at any depth."""
    match schema:
        case Mapping():
            if keyword in schema:
                yield schema[keyword]
            for inner in schema.values():
                yield from _values_of(inner, keyword)
        case list() | tuple():
            for inner in schema:
                yield from _values_of(inner, keyword)


def _problems(checker: _Checker, value: Any) -> list[str]:
    found = islice(checker.iter_errors(value), MOST_PROBLEMS)
    return list(dict.fromkeys(_told(error) for error in found))


def _told(error: ValidationError) -> str:
    rule: Any = error.validator_value
    instance: Any = error.instance
    match error.validator:
        case "required":
            missing = [name for name in rule if name not in instance]
            return f"{_path(error, missing[0] if len(missing) == 1 else None)}{_wanted(missing)}"
        case str() as keyword if keyword in _TEXTS:
            return f"{_path(error)}{_TEXTS[keyword](rule)}"
        case _:
            return f"{_path(error)}{ELSEWHERE}"


def _wanted(missing: list[str]) -> str:
    return "is required" if len(missing) == 1 else f"{', '.join(missing)} are required"


def _path(error: ValidationError | SchemaError, missing: str | None = None) -> str:
    """`player.scores[2]: `, empty for the whole value."""
    parts = [*error.absolute_path, *([missing] if missing is not None else [])]
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts).removeprefix(".")
    return f"{text[:LONGEST_PATH]}: " if text else ""


def _listed(values: Any) -> str:
    return ", ".join(values if isinstance(values, list | tuple) else [values])


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


_TEXTS: Mapping[str, Callable[[Any], str]] = {
    "type": lambda rule: f"must be of type {_listed(rule)}",
    "enum": lambda rule: f"must be one of {', '.join(map(_shown, rule))}",
    "const": lambda rule: f"must be {_shown(rule)}",
    "minimum": lambda rule: f"must be at least {rule}",
    "maximum": lambda rule: f"must be at most {rule}",
    "exclusiveMinimum": lambda rule: f"must be more than {rule}",
    "exclusiveMaximum": lambda rule: f"must be less than {rule}",
    "multipleOf": lambda rule: f"must be a multiple of {rule}",
    "minLength": lambda rule: f"must have at least {rule} characters",
    "maxLength": lambda rule: f"must have at most {rule} characters",
    "pattern": lambda rule: f"must match {rule}",
    "format": lambda rule: f"must be of the format {rule}",
    "minItems": lambda rule: f"must have at least {rule} items",
    "maxItems": lambda rule: f"must have at most {rule} items",
    "uniqueItems": lambda _: "must not hold anything twice",
    "minProperties": lambda rule: f"must have at least {rule} keys",
    "maxProperties": lambda rule: f"must have at most {rule} keys",
    "additionalProperties": lambda _: "holds a key that is not known",
    "unevaluatedProperties": lambda _: "holds a key that is not known",
}


@cache
def _bounded(draft: Any) -> Any:
    """The draft with those keywords done anew whose cost a client could drive up."""
    ours = {
        "pattern": _pattern,
        "patternProperties": _pattern_properties,
        "additionalProperties": _additional_properties,
        "uniqueItems": _unique_items,
    }
    extend: Callable[[Any, Any], Any] = validators.extend
    return extend(draft, ours)


def _matches(pattern: str, text: str) -> bool:
    try:
        return regex.matcher(pattern)(text)
    except ParseError:
        return False


def _pattern(checker: _Checker, pattern: str, instance: Any, _schema: Any) -> Iterator[ValidationError]:
    if checker.is_type(instance, "string") and not _matches(pattern, instance):
        yield ValidationError("")


def _pattern_properties(
    checker: _Checker, patterns: Mapping[str, Any], instance: Any, _schema: Any
) -> Iterator[ValidationError]:
    if not checker.is_type(instance, "object"):
        return
    for pattern, below in patterns.items():
        for key, value in instance.items():
            if _matches(pattern, key):
                yield from checker.descend(value, below, path=key)


def _additional_properties(
    checker: _Checker, below: Any, instance: Any, schema: Mapping[str, Any]
) -> Iterator[ValidationError]:
    if not checker.is_type(instance, "object"):
        return
    known, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    extra = [key for key in instance if key not in known and not any(_matches(one, key) for one in patterns)]
    if below is False and extra:
        yield ValidationError("")
    elif isinstance(below, Mapping):
        for key in extra:
            yield from checker.descend(instance[key], below, path=key)


def _unique_items(checker: _Checker, wanted: bool, instance: Any, _schema: Any) -> Iterator[ValidationError]:
    if wanted and checker.is_type(instance, "array"):
        seen = {orjson.dumps(_plain(item), option=orjson.OPT_SORT_KEYS) for item in instance}
        if len(seen) < len(instance):
            yield ValidationError("")


def _plain(value: Any) -> Any:
    """Numbers that are equal look alike, as JSON Schema has it."""
    match value:
        case float() if math.isfinite(value) and value.is_integer() and abs(value) < 2**53:
            return int(value)
        case list():
            return [_plain(item) for item in value]
        case dict():
            return {key: _plain(item) for key, item in value.items()}
        case _:
            return value

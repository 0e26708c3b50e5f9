"""Which keys of documents a pipeline looks at, so that no others have to be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

_LOGICAL = frozenset({"$and", "$or", "$nor"})
_WHOLE = frozenset({"$$ROOT", "$$CURRENT"})
_WHOLE_OPERATORS = frozenset({"$getField"})


class _EverythingError(Exception):
    """All keys are needed."""


def needed_keys(stages: Sequence[Mapping[str, Any]]) -> frozenset[str] | None:
    """The top-level keys that the pipeline reads; None if that cannot be told, or if it gives documents out whole."""
    found: set[str] = set()
    try:
        for stage in stages:
            name, spec = next(iter(stage.items()))
            reads = _NARROWING.get(name) or _PASSING.get(name)
            if reads is None:
                return None
            found.update(reads(spec))
            if name in _NARROWING and (name != "$project" or _includes(spec)):
                return frozenset(found)
    except (_EverythingError, RecursionError):
        return None
    return None


def _of_expression(spec: Any) -> Iterator[str]:
    match spec:
        case str() if spec.startswith("$$"):
            if spec.partition(".")[0] in _WHOLE:
                raise _EverythingError
        case str() if spec.startswith("$"):
            yield _root(spec[1:])
        case list():
            for part in spec:
                yield from _of_expression(part)
        case dict():
            for name, part in spec.items():
                if name in _WHOLE_OPERATORS:
                    raise _EverythingError
                yield from _of_expression(part)


def _root(path: str) -> str:
    return path.partition(".")[0]


def _of_conditions(spec: Any) -> Iterator[str]:
    for name, part in spec.items() if isinstance(spec, dict) else ():
        if name in _LOGICAL and isinstance(part, list):
            for inner in part:
                yield from _of_conditions(inner)
        elif name == "$expr":
            yield from _of_expression(part)
        elif not name.startswith("$"):
            yield _root(name)


def _of_names(spec: Any) -> Iterator[str]:
    """Keys that are named, and those that expressions behind them read."""
    for name, part in spec.items() if isinstance(spec, dict) else ():
        yield _root(name)
        yield from _of_expression(part)


def _of_accumulators(spec: Any) -> Iterator[str]:
    for part in spec.values() if isinstance(spec, dict) else ():
        for operator, argument in part.items() if isinstance(part, dict) else ():
            order = argument.get("sortBy") if isinstance(argument, dict) else None
            yield from _of_names(order)
            yield from _of_expression({operator: argument})


def _of_project(spec: Any) -> Iterator[str]:
    yield "_id"
    yield from _of_names(spec)


def _includes(spec: Any) -> bool:
    """Whether a `$project` names what stays, and not what goes."""
    values = [value for name, value in spec.items() if name != "_id"] if isinstance(spec, dict) else []
    return bool(values) and not any(value is False or value == 0 for value in values)


def _of_group(spec: Any) -> Iterator[str]:
    fields = spec if isinstance(spec, dict) else {}
    yield from _of_expression(fields.get("_id"))
    yield from _of_accumulators({name: part for name, part in fields.items() if name != "_id"})


def _of_bucket(spec: Any) -> Iterator[str]:
    fields = spec if isinstance(spec, dict) else {}
    yield from _of_expression(fields.get("groupBy"))
    yield from _of_accumulators(fields.get("output"))


def _of_unwind(spec: Any) -> Iterator[str]:
    yield from _of_expression(spec.get("path") if isinstance(spec, dict) else spec)


def _nothing(spec: Any) -> Iterator[str]:
    yield from ()


_Reads = Callable[[Any], Iterator[str]]

_NARROWING: Mapping[str, _Reads] = {
    "$project": _of_project,
    "$group": _of_group,
    "$sortByCount": _of_expression,
    "$bucket": _of_bucket,
    "$bucketAuto": _of_bucket,
    "$count": _nothing,
}
"""Stages behind which nothing of the documents is left but what they name."""

_PASSING: Mapping[str, _Reads] = {
    "$match": _of_conditions,
    "$sort": _of_names,
    "$addFields": _of_names,
    "$set": _of_names,
    "$unwind": _of_unwind,
    "$limit": _nothing,
    "$skip": _nothing,
    "$sample": _nothing,
}

"""Arrays as sets, and documents as lists of pairs."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Any

from parsepy.model.aggregation import paths
from parsepy.model.aggregation.budget import refused
from parsepy.model.aggregation.expressions.arrays import array
from parsepy.model.aggregation.expressions.compiler import Compiler, Expression, Scope
from parsepy.model.aggregation.expressions.signatures import (
    Builder,
    Named,
    checked_names,
    function,
    named,
    nullable,
    sized,
    variadic,
)
from parsepy.model.aggregation.values import MISSING, Document, identity, is_nothing, truthy, type_name


def _unique(values: Iterable[Any]) -> dict[Hashable, Any]:
    found: dict[Hashable, Any] = {}
    for value in values:
        found.setdefault(identity(value), value)
    return found


def _union(values: list[Any]) -> Any:
    if any(map(is_nothing, values)):
        return None
    return list(_unique(item for value in values for item in array("$setUnion", value)).values())


def _intersection(values: list[Any]) -> Any:
    if any(map(is_nothing, values)):
        return None
    if not values:
        return []
    first, *others = (_unique(array("$setIntersection", value)) for value in values)
    return [value for name, value in first.items() if all(name in other for other in others)]


def _difference(a: Any, b: Any) -> list[Any]:
    without = _unique(array("$setDifference", b))
    return [value for name, value in _unique(array("$setDifference", a)).items() if name not in without]


def _equal_sets(values: list[Any]) -> bool:
    first, *others = (_unique(array("$setEquals", value)).keys() for value in values)
    return all(first == other for other in others)


def _is_subset(a: Any, b: Any) -> bool:
    return _unique(array("$setIsSubset", a)).keys() <= _unique(array("$setIsSubset", b)).keys()


def _all_true(value: Any) -> bool:
    return all(map(truthy, array("$allElementsTrue", value)))


def _any_true(value: Any) -> bool:
    return any(map(truthy, array("$anyElementTrue", value)))


def merged(values: Iterable[Any]) -> Document:
    """The documents in one, later ones over earlier ones. Raises ParseError 102 for what is none."""
    found: Document = {}
    for value in values:
        if is_nothing(value):
            continue
        if not isinstance(value, dict):
            raise refused(f"$mergeObjects requires object inputs, but input is of type {type_name(value)}")
        found |= value
    return found


def _merge(values: list[Any]) -> Document:
    parts = values[0] if len(values) == 1 and isinstance(values[0], list) else values
    return merged(parts)


def _pairs(value: Any) -> list[Document]:
    if not isinstance(value, dict):
        raise refused(f"$objectToArray requires a document input, found: {type_name(value)}")
    return [{"k": name, "v": part} for name, part in value.items()]


def _from_pairs(value: Any) -> Document:
    found: Document = {}
    for item in array("$arrayToObject", value):
        match item:
            case {"k": str() as name, "v": part} if len(item) == 2:
                found[name] = part
            case [str() as name, part]:
                found[name] = part
            case _:
                raise refused("$arrayToObject requires an array of k and v pairs")
    return found


def _get_field(spec: Any, compiler: Compiler) -> Expression:
    if isinstance(spec, dict) and "field" in spec:
        checked_names("$getField", spec, ("field",), ("input",))
        field, given = compiler(spec["field"]), compiler(spec.get("input", "$$CURRENT"))
    else:
        field, given = compiler(spec), compiler("$$CURRENT")

    def evaluate(scope: Scope) -> Any:
        name, value = field(scope), given(scope)
        if not isinstance(name, str):
            raise refused("$getField requires 'field' to evaluate to a string")
        if isinstance(value, dict):
            return value.get(name, MISSING)
        return None if value is None else MISSING

    return evaluate


def _set_field(given: Named) -> Any:
    document, name, value = given["input"], given["field"], given["value"]
    if not isinstance(name, str):
        raise refused("$setField requires 'field' to evaluate to a constant string")
    if is_nothing(document):
        return None
    if not isinstance(document, dict):
        raise refused("$setField requires 'input' to evaluate to an object")
    return paths.written(document, (name,), value)


def _unset_field(given: Named) -> Any:
    return _set_field({**given, "value": MISSING})


OPERATORS: Mapping[str, Builder] = {
    "$setUnion": sized(variadic("$setUnion", _union)),
    "$setIntersection": variadic("$setIntersection", _intersection),
    "$setDifference": nullable("$setDifference", _difference, 2),
    "$setEquals": variadic("$setEquals", _equal_sets, 2),
    "$setIsSubset": function("$setIsSubset", _is_subset, 2),
    "$allElementsTrue": function("$allElementsTrue", _all_true),
    "$anyElementTrue": function("$anyElementTrue", _any_true),
    "$mergeObjects": sized(variadic("$mergeObjects", _merge)),
    "$objectToArray": nullable("$objectToArray", _pairs),
    "$arrayToObject": nullable("$arrayToObject", _from_pairs),
    "$getField": _get_field,
    "$setField": sized(named("$setField", _set_field, ("field", "input", "value"))),
    "$unsetField": named("$unsetField", _unset_field, ("field", "input")),
}

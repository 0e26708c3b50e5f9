"""Stages that make one document of many: `$group`, `$sortByCount`, `$bucket`, `$bucketAuto`."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from parsepy.model.aggregation.accumulators import Accumulation, Accumulator, compile_accumulator
from parsepy.model.aggregation.budget import Holding, refused
from parsepy.model.aggregation.expressions.compiler import Compiler, Scope
from parsepy.model.aggregation.stages.base import Builder, Plan, Run, Stage, an_object, whole_number
from parsepy.model.aggregation.values import MISSING, Document, Key, key, kind

_GROUP_BYTES = 100
_COUNT: Document = {"count": {"$sum": 1}}

Outputs = Mapping[str, Accumulation]


class Groups:
    """Documents that are put together under keys, in the order in which the keys came."""

    def __init__(self, stage: str, outputs: Outputs) -> None:
        self._outputs = outputs
        self._holding = Holding(stage)
        self._groups: dict[Key, tuple[Any, list[Accumulator]]] = {}

    def add(self, value: Any, scope: Scope) -> None:
        """Put a document under a key."""
        value = None if value is MISSING else value
        name = key(value)
        group = self._groups.get(name)
        if group is None:
            self._holding.add(value)
            self._holding.add_bytes(_GROUP_BYTES * (len(self._outputs) + 1))
            group = (value, [output.begin(self._holding) for output in self._outputs.values()])
            self._groups[name] = group
        for output, accumulator in zip(self._outputs.values(), group[1], strict=True):
            accumulator.add(output.value(scope))

    def documents(self) -> Iterator[Document]:
        """A document for each key."""
        for value, accumulators in self._groups.values():
            results = (accumulator.result() for accumulator in accumulators)
            shown = (None if result is MISSING else result for result in results)
            yield {"_id": value, **dict(zip(self._outputs, shown, strict=True))}


def _outputs(spec: Mapping[str, Any], compiler: Compiler) -> Outputs:
    for name in spec:
        if "." in name or name.startswith("$"):
            raise refused(f"The field name '{name}' cannot contain '.' or begin with '$'")
    return {name: compile_accumulator(name, part, compiler) for name, part in spec.items()}


def _group(spec: Any, plan: Plan) -> Stage:
    fields = an_object("$group", spec)
    if "_id" not in fields:
        raise refused("a group specification must include an _id")
    name = plan.compiler(fields["_id"])
    outputs = _outputs({key: part for key, part in fields.items() if key != "_id"}, plan.compiler)

    def stage(documents: Iterator[Document], run: Run) -> Iterator[Document]:
        groups = Groups("$group", outputs)
        for document in documents:
            scope = run.scope(document)
            groups.add(name(scope), scope)
        return groups.documents()

    return stage


def _sort_by_count(spec: Any, plan: Plan) -> Stage:
    is_expression = isinstance(spec, dict) and any(name.startswith("$") for name in spec)
    if not is_expression and not (isinstance(spec, str) and spec.startswith("$")):
        raise refused("the sortByCount field must be defined as a $-prefixed path or an expression inside an object")
    group = _group({"_id": spec, **_COUNT}, plan)

    def stage(documents: Iterator[Document], run: Run) -> Iterator[Document]:
        return iter(sorted(group(documents, run), key=lambda found: -found["count"]))

    return stage


def _bucket(spec: Any, plan: Plan) -> Stage:
    fields = an_object("$bucket", spec)
    for name in fields:
        if name not in {"groupBy", "boundaries", "default", "output"}:
            raise refused(f"Unrecognized option to $bucket: {name}.")
    if "groupBy" not in fields or "boundaries" not in fields:
        raise refused("$bucket requires 'groupBy' and 'boundaries' to be specified.")
    boundaries = _boundaries(fields["boundaries"])
    value = plan.compiler(fields["groupBy"])
    outputs = _outputs(an_object("$bucket output", fields.get("output", _COUNT)), plan.compiler)
    bucket_of = _bucket_of(boundaries, fields.get("default", MISSING))

    def stage(documents: Iterator[Document], run: Run) -> Iterator[Document]:
        groups = Groups("$bucket", outputs)
        for document in documents:
            scope = run.scope(document)
            groups.add(bucket_of(value(scope)), scope)
        return iter(sorted(groups.documents(), key=lambda found: key(found["_id"])))

    return stage


def _boundaries(given: Any) -> list[Any]:
    if not isinstance(given, list) or len(given) < 2:
        raise refused("The $bucket 'boundaries' field must have at least 2 values")
    keys = [key(value) for value in given]
    if len({kind(value) for value in given}) > 1:
        raise refused("All values in the 'boundaries' option to $bucket must have the same type.")
    if any(a >= b for a, b in pairwise(keys)):
        raise refused("The 'boundaries' option to $bucket must be sorted in ascending order.")
    return given


def _bucket_of(boundaries: list[Any], default: Any) -> Callable[[Any], Any]:
    keys = [key(value) for value in boundaries]
    if default is not MISSING and keys[0] <= key(default) < keys[-1]:
        raise refused("The $bucket 'default' field must be outside of the range of the 'boundaries'.")

    def bucket_of(value: Any) -> Any:
        found = key(None if value is MISSING else value)
        if keys[0] <= found < keys[-1]:
            return boundaries[bisect_right(keys, found) - 1]
        if default is MISSING:
            raise refused("$switch could not find a matching branch for an input, and no default was specified.")
        return default

    return bucket_of


def _bucket_auto(spec: Any, plan: Plan) -> Stage:
    fields = an_object("$bucketAuto", spec)
    for name in fields:
        if name not in {"groupBy", "buckets", "output"}:
            raise refused(f"$bucketAuto does not take {name} on this database.")
    if "groupBy" not in fields:
        raise refused("$bucketAuto requires 'groupBy' and 'buckets' to be specified.")
    count = whole_number("$bucketAuto 'buckets' field", fields.get("buckets"), 1)
    value = plan.compiler(fields["groupBy"])
    outputs = _outputs(an_object("$bucketAuto output", fields.get("output", _COUNT)), plan.compiler)

    def stage(documents: Iterator[Document], run: Run) -> Iterator[Document]:
        holding = Holding("$bucketAuto")
        entries: list[tuple[Key, Any, Scope]] = []
        for document in documents:
            holding.add(document)
            scope = run.scope(document)
            found = value(scope)
            entries.append((key(None if found is MISSING else found), found, scope))
        entries.sort(key=lambda entry: entry[0])
        return _buckets(entries, count, outputs)

    return stage


def _buckets(entries: list[tuple[Key, Any, Scope]], count: int, outputs: Outputs) -> Iterator[Document]:
    """About as many documents in each; equal values stay together."""
    size = max(1, round(len(entries) / count))
    start, made = 0, 0
    while start < len(entries):
        made += 1
        end = len(entries) if made == count else min(start + size, len(entries))
        while end < len(entries) and entries[end][0] == entries[end - 1][0]:
            end += 1
        groups = Groups("$bucketAuto", outputs)
        for _, _, scope in entries[start:end]:
            groups.add(None, scope)
        last = entries[end][1] if end < len(entries) else entries[end - 1][1]
        bounds = {"min": entries[start][1], "max": last}
        yield {**next(groups.documents()), "_id": {n: None if v is MISSING else v for n, v in bounds.items()}}
        start = end


BUILDERS: Mapping[str, Builder] = {
    "$group": _group,
    "$sortByCount": _sort_by_count,
    "$bucket": _bucket,
    "$bucketAuto": _bucket_auto,
}

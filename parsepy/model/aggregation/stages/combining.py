"""Stages with pipelines or other collections inside of them: `$lookup` and `$facet`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from parsepy.model.aggregation import paths
from parsepy.model.aggregation.budget import Holding, refused
from parsepy.model.aggregation.expressions.compiler import Expression
from parsepy.model.aggregation.expressions.logic import variable_name
from parsepy.model.aggregation.stages.base import Builder, Plan, Run, Stage, an_object
from parsepy.model.aggregation.stages.choosing import held
from parsepy.model.aggregation.values import MISSING, Document, Key, key

_BATCHES = (100, 1_000, 10_000)
_OPTIONS = frozenset({"from", "localField", "foreignField", "as", "let", "pipeline"})
_NULL: Key = key(None)


@dataclass(frozen=True, slots=True)
class _Joined:
    """A `$lookup`: which documents of the collection belong to a document, and what is made of them."""

    collection: str
    target: tuple[str, ...]
    local: tuple[str, ...] = ()
    foreign: str = ""
    variables: Mapping[str, Expression] | None = None
    pipeline: Stage | None = None
    first_match: Document | None = None

    def stage(self, documents: Iterator[Document], run: Run) -> Iterator[Document]:
        """The stage itself."""
        return self._by_fields(documents, run) if self.local else self._by_pipeline(documents, run)

    def _by_fields(self, documents: Iterator[Document], run: Run) -> Iterator[Document]:
        sizes = iter(_BATCHES)
        size = next(sizes)
        while batch := list(islice(documents, size)):
            size = next(sizes, size)
            wanted = [_wanted(document, self.local) for document in batch]
            found = self._found(run, wanted)
            for document, keys in zip(batch, wanted, strict=True):
                places = sorted({place for name in keys for place in found.places.get(name, ())})
                yield self._with(document, [found.documents[place] for place in places], run)

    def _found(self, run: Run, wanted: Sequence[Mapping[Key, Any]]) -> _Found:
        values = {name: value for each in wanted for name, value in each.items()}
        found = _Found([], {})
        names = tuple(self.foreign.split("."))
        holding = Holding("$lookup")
        for document in run.fetch(self.collection, {self.foreign: {"$in": list(values.values())}}):
            run.budget.step()
            keys = {_NULL if value is MISSING else key(value) for value in paths.candidates(document, names)}
            if not keys.isdisjoint(values):
                holding.add(document)
                for name in keys:
                    found.places.setdefault(name, []).append(len(found.documents))
                found.documents.append(document)
        return found

    def _by_pipeline(self, documents: Iterator[Document], run: Run) -> Iterator[Document]:
        foreign: list[Document] | None = None
        for document in documents:
            if foreign is None:
                foreign = held(run.fetch(self.collection, self.first_match or {}), run, "$lookup")
                if not self.variables:
                    foreign = self._results(foreign, run)
            yield self._with(document, foreign, run)

    def _with(self, document: Document, foreign: list[Document], run: Run) -> Document:
        if self.variables or (self.local and self.pipeline):
            scope = run.scope(document)
            known = {name: value(scope) for name, value in (self.variables or {}).items()}
            foreign = self._results(foreign, run.knowing(known))
        joined: Document = paths.written(document, self.target, foreign)
        return joined

    def _results(self, foreign: list[Document], run: Run) -> list[Document]:
        return foreign if self.pipeline is None else list(self.pipeline(iter(foreign), run))


@dataclass(frozen=True, slots=True)
class _Found:
    """Documents of the other collection, and where among them those with a value are."""

    documents: list[Document]
    places: dict[Key, list[int]]


def _wanted(document: Document, names: tuple[str, ...]) -> dict[Key, Any]:
    """The values that the other collection is to have; null for a missing one."""
    found: dict[Key, Any] = {}
    for value in paths.elements(document, names):
        plain = None if value is MISSING else value
        found[key(plain)] = plain
    return found


def _lookup(spec: Any, plan: Plan) -> Stage:
    fields = an_object("$lookup", spec)
    for name in fields:
        if name not in _OPTIONS:
            raise refused(f"unknown argument to $lookup: {name}")
    texts = {name: fields[name] for name in ("from", "as", "localField", "foreignField") if name in fields}
    if not all(isinstance(text, str) and text for text in texts.values()):
        raise refused("$lookup arguments 'from', 'as', 'localField' and 'foreignField' must be strings")
    if "from" not in texts or "as" not in texts:
        raise refused("$lookup requires 'from' and 'as' to be specified")
    if ("localField" in texts) != ("foreignField" in texts) or not {"localField", "pipeline"} & fields.keys():
        raise refused("$lookup requires either 'pipeline' or both 'localField' and 'foreignField' to be specified")
    variables = {variable_name(name): plan.compiler(part) for name, part in _let(fields).items()}
    stages = fields.get("pipeline")
    joined = _Joined(
        texts["from"],
        paths.split(texts["as"]),
        paths.split(texts["localField"]) if "localField" in texts else (),
        texts.get("foreignField", ""),
        variables,
        None if stages is None else plan.inner(stages, "$lookup", tuple(variables)),
        _first_match(stages),
    )
    return joined.stage


def _let(fields: Mapping[str, Any]) -> Document:
    return an_object("$lookup let", fields.get("let", {}))


def _first_match(stages: Any) -> Document | None:
    """Conditions that the first stage has for all documents; those with variables are left to the stage itself."""
    first = stages[0] if isinstance(stages, list) and stages else None
    conditions = first.get("$match") if isinstance(first, dict) else None
    if not isinstance(conditions, dict):
        return None
    return {name: part for name, part in conditions.items() if not name.startswith("$")}


def _facet(spec: Any, plan: Plan) -> Stage:
    parts = an_object("$facet", spec)
    if not parts:
        raise refused("the $facet specification must be a non-empty object")
    for name, stages in parts.items():
        if not name or name.startswith("$") or "." in name:
            raise refused(f"invalid $facet output field name: '{name}'")
        if isinstance(stages, list) and any(isinstance(stage, dict) and "$facet" in stage for stage in stages):
            raise refused("$facet is not allowed to be used within a $facet stage")
    compiled = {name: plan.inner(stages, "$facet") for name, stages in parts.items()}

    def stage(documents: Iterator[Document], run: Run) -> Iterator[Document]:
        whole = held(documents, run, "$facet")
        yield {name: list(part(iter(whole), run)) for name, part in compiled.items()}

    return stage


BUILDERS: Mapping[str, Builder] = {"$lookup": _lookup, "$facet": _facet}

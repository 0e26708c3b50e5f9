"""What a stage is, and what it may use."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from parsepy.model.aggregation.budget import Budget, refused
from parsepy.model.aggregation.expressions.compiler import Compiler, Scope
from parsepy.model.aggregation.values import MISSING, Document

Fetch = Callable[[str, Document], Iterator[Document]]
"""The documents of a collection that may meet conditions of `$match`: all that do, perhaps others as well."""


@dataclass(frozen=True, slots=True)
class Run:
    """One evaluation under way; `variables` are those of the `$lookup` that a pipeline belongs to."""

    budget: Budget
    now: datetime
    fetch: Fetch
    variables: Mapping[str, Any] = field(default_factory=dict)

    def scope(self, document: Document) -> Scope:
        """What expressions see of a document."""
        self.budget.step()
        return Scope(document, {**self.variables, "ROOT": document, "NOW": self.now, "REMOVE": MISSING}, self.budget)

    def knowing(self, variables: Mapping[str, Any]) -> Run:
        """The same with more variables."""
        return replace(self, variables={**self.variables, **variables})


Stage = Callable[[Iterator[Document], Run], Iterator[Document]]
"""Turns a stream of documents into another."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What stages are compiled with: `pipeline` compiles pipelines inside of them."""

    compiler: Compiler
    pipeline: Callable[[Sequence[Any], Plan], Stage]
    depth: int = 0

    def inner(self, stages: Any, stage: str, names: Sequence[str] = ()) -> Stage:
        """A pipeline inside a stage, in which variables are known. Raises ParseError 102."""
        if not isinstance(stages, list):
            raise refused(f"{stage}: a pipeline must be an array of stages")
        return self.pipeline(stages, replace(self, compiler=self.compiler.knowing(*names), depth=self.depth + 1))


Builder = Callable[[Any, Plan], Stage]
"""Compiles the specification of a stage. Raises ParseError 102."""


def whole_number(stage: str, value: Any, least: int) -> int:
    """A count in a stage's specification. Raises ParseError 102."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1 or value < least:
        raise refused(f"the {stage} must be {'a positive' if least else 'a non-negative'} number, found: {value}")
    return int(value)


def an_object(stage: str, value: Any) -> Document:
    """The specification of a stage that is an object. Raises ParseError 102."""
    if not isinstance(value, dict):
        raise refused(f"the {stage} specification must be an object")
    return value

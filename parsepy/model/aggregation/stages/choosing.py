"""Stages that choose among documents: `$match`, `$sort`, `$limit`, `$skip`, `$sample`, `$count`."""

from __future__ import annotations

import heapq
import random
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from parsepy.model.aggregation.budget import Holding, refused
from parsepy.model.aggregation.matching import compile_conditions
from parsepy.model.aggregation.sorting import SortKey, compiled_order
from parsepy.model.aggregation.stages.base import Builder, Plan, Run, Stage, an_object, whole_number
from parsepy.model.aggregation.values import Document

MOST_KEPT = 1_000
"""Up to how many documents a `$sort` with a `$limit` behind it looks for the first ones instead of sorting all."""


def _match(spec: Any, plan: Plan) -> Stage:
    condition = compile_conditions(spec, plan.compiler)

    def stage(documents: Iterator[Document], run: Run) -> Iterator[Document]:
        return (document for document in documents if condition(run.scope(document)))

    return stage


def _sort(spec: Any, plan: Plan) -> Stage:
    order = compiled_order("$sort", spec)

    def stage(documents: Iterator[Document], run: Run) -> Iterator[Document]:
        return iter(sorted(held(documents, run, "$sort"), key=order))

    return stage


def first_sorted(spec: Any, count: int) -> Stage:
    """`$sort` with `$limit` behind it, without holding all documents."""
    order: SortKey = compiled_order("$sort", spec)

    def stage(documents: Iterator[Document], run: Run) -> Iterator[Document]:
        return iter(heapq.nsmallest(count, counted(documents, run), key=order))

    return stage


def counted(documents: Iterator[Document], run: Run) -> Iterator[Document]:
    """The documents, each a step of the evaluation."""
    for document in documents:
        run.budget.step()
        yield document


def held(documents: Iterator[Document], run: Run, stage: str) -> list[Document]:
    """All documents at once. Raises ParseError 102 when they take too much memory."""
    holding = Holding(stage)
    found: list[Document] = []
    for document in counted(documents, run):
        holding.add(document)
        found.append(document)
    return found


def _limit(spec: Any, plan: Plan) -> Stage:
    count = whole_number("limit", spec, 1)
    return lambda documents, run: islice(documents, count)


def _skip(spec: Any, plan: Plan) -> Stage:
    count = whole_number("skip", spec, 0)
    return lambda documents, run: islice(documents, count, None)


def _sample(spec: Any, plan: Plan) -> Stage:
    size = whole_number("size argument to $sample", an_object("$sample", spec).get("size"), 1)

    def stage(documents: Iterator[Document], run: Run) -> Iterator[Document]:
        holding = Holding("$sample")
        drawn: list[tuple[float, int, Document]] = []
        for at, document in enumerate(counted(documents, run)):
            ticket = (random.random(), at, document)  # noqa: S311 - a sample needs no secrecy
            if len(drawn) < size:
                holding.add(document)
                heapq.heappush(drawn, ticket)
            elif ticket > drawn[0]:
                holding.add(document)
                heapq.heappushpop(drawn, ticket)
        return (document for _, _, document in sorted(drawn, key=lambda ticket: ticket[:2]))

    return stage


def _count(spec: Any, plan: Plan) -> Stage:
    name = spec
    if not isinstance(name, str) or not name or name.startswith("$") or "." in name:
        raise refused("the count field must be a non-empty string without '$' at its beginning or '.'")

    def stage(documents: Iterator[Document], run: Run) -> Iterator[Document]:
        total = sum(1 for _ in counted(documents, run))
        if total:
            yield {name: total}

    return stage


BUILDERS: Mapping[str, Builder] = {
    "$match": _match,
    "$sort": _sort,
    "$limit": _limit,
    "$skip": _skip,
    "$sample": _sample,
    "$count": _count,
}

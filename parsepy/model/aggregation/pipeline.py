"""Whole pipelines: every stage compiled, and run over a stream of documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from parsepy.model.aggregation.budget import Holding, refused
from parsepy.model.aggregation.operators import COMPILER
from parsepy.model.aggregation.stages import choosing, combining, grouping, shaping
from parsepy.model.aggregation.stages.base import Builder, Plan, Run, Stage
from parsepy.model.aggregation.values import Document

STAGES: Mapping[str, Builder] = {
    **choosing.BUILDERS,
    **shaping.BUILDERS,
    **grouping.BUILDERS,
    **combining.BUILDERS,
}
"""What `docs/aggregate.md` lists."""

MOST_STAGES = 1_000
_DEEPEST = 20
_ELSEWHERE = frozenset(
    {
        *("$changeStream", "$collStats", "$currentOp", "$densify", "$documents", "$fill", "$geoNear", "$graphLookup"),
        *("$indexStats", "$listLocalSessions", "$listSessions", "$merge", "$out", "$planCacheStats", "$redact"),
        *("$search", "$searchMeta", "$setWindowFields", "$unionWith", "$vectorSearch"),
    }
)


def compile_pipeline(stages: Sequence[Any]) -> Stage:
    """A pipeline as one stage. Raises ParseError 102 naming what is not supported here."""
    return _compiled(stages, Plan(COMPILER, _compiled))


def _compiled(stages: Sequence[Any], plan: Plan) -> Stage:
    if len(stages) > MOST_STAGES:
        raise refused(f"Pipeline length must be no longer than {MOST_STAGES} stages")
    if plan.depth > _DEEPEST:
        raise refused(f"pipelines are nested more than {_DEEPEST} deep")
    compiled = [_stage(stage, plan) for stage in stages]
    for at in range(len(stages) - 1):
        count = stages[at + 1].get("$limit")
        if "$sort" in stages[at] and count is not None and count <= choosing.MOST_KEPT:
            compiled[at] = choosing.first_sorted(stages[at]["$sort"], int(count))

    def run_all(documents: Iterator[Document], run: Run) -> Iterator[Document]:
        for stage in compiled:
            documents = stage(documents, run)
        return documents

    return run_all


def _stage(stage: Any, plan: Plan) -> Stage:
    if not isinstance(stage, dict) or len(stage) != 1:
        raise refused("A pipeline stage specification object must contain exactly one field.")
    name, spec = next(iter(stage.items()))
    builder = STAGES.get(name)
    if builder is not None:
        return builder(spec, plan)
    if name in _ELSEWHERE:
        raise refused(f"The aggregation stage {name} is only supported on MongoDB")
    raise refused(f"Unrecognized pipeline stage name: '{name}'")


def results(stage: Stage, documents: Iterator[Document], run: Run) -> list[Document]:
    """What comes out of a pipeline. Raises ParseError 102: for values that do not fit, and when it costs too much.

    RecursionError for values that are nested much too deep.
    """
    holding = Holding("the result of the pipeline")
    found: list[Document] = []
    for document in stage(documents, run):
        run.budget.step()
        holding.add(document)
        found.append(document)
    return found

"""Aggregations on stores without any of their own: a pipeline evaluated over the rows that the store lets stream."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Protocol

from parsepy.adapters.storage import extended_json
from parsepy.adapters.storage.base import NO_OPTIONS, Explanation, InvalidQueryError, Object, Options
from parsepy.adapters.storage.bridge import Bridge
from parsepy.adapters.storage.pushdown import COUNT, Columns, Pushed, pushed
from parsepy.errors import ParseError
from parsepy.model.aggregation import guard, mapping
from parsepy.model.aggregation.budget import DEFAULT_SECONDS, Budget
from parsepy.model.aggregation.pipeline import compile_pipeline, results
from parsepy.model.aggregation.stages.base import Run, Stage
from parsepy.model.aggregation.values import Document, utc
from parsepy.model.documents import Documents, UnstorableError
from parsepy.model.names import is_join_name
from parsepy.model.pipeline import Pipeline
from parsepy.model.schema import ClassSchema
from parsepy.model.system_classes import join_schema
from parsepy.model.where import Query, Where


class Source(Protocol):
    """What an evaluation needs of a store."""

    def scan(self, schema: ClassSchema, query: Query) -> AsyncIterator[list[Object]]:
        """Rows in pieces."""

    async def count(self, schema: ClassSchema, where: Where, options: Options = NO_OPTIONS) -> int:
        """How many objects match."""

    async def explain(self, schema: ClassSchema, query: Query) -> Explanation:
        """How the store would run a query."""

    async def load_classes(self) -> list[ClassSchema]:
        """Every class."""


async def aggregate(store: Source, schema: ClassSchema, pipeline: Pipeline) -> list[Object]:
    """The rows that the pipeline makes, as clients get them. Raises InvalidQueryError.

    The first conditions, order and window go to the store; all else is done in a thread, over rows that stream through
    it. `maxTimeMS` among the options bounds the time, `explain` asks how the store would find the rows.
    """
    with _translated():
        pipeline = _typed(pipeline)
        stages = mapping.mapped(schema, pipeline)
        whole = compile_pipeline(stages)
        part = pushed(schema, stages, pipeline.options)
    if pipeline.options.get("explain"):
        plan = await store.explain(schema, part.query)
        return [{"query": plan, "evaluated": extended_json.written({"stages": list(part.rest)})["stages"]}]
    budget = Budget(_seconds(pipeline.options))
    async with Bridge(budget) as bridge:
        evaluation = _Evaluation(store, schema, pipeline, bridge, budget)
        if part.counted is not None:
            return await evaluation.count(part)
        rest = compile_pipeline(part.rest) if len(part.rest) < len(stages) else whole
        show = mapping.presenter(schema, pipeline, stages, extended=extended_json.written)
        return await bridge.run(lambda: evaluation.rows(part, rest, show))


def _typed(pipeline: Pipeline) -> Pipeline:
    """The pipeline with the values that its Extended JSON stands for."""
    return replace(pipeline, stages=extended_json.read(list(pipeline.stages))) if pipeline.raw_values else pipeline


def _seconds(options: Mapping[str, Any]) -> float:
    milliseconds = options.get("maxTimeMS")
    return milliseconds / 1000 if isinstance(milliseconds, int | float) and milliseconds > 0 else DEFAULT_SECONDS


@dataclass
class _Evaluation:
    """One aggregation under way. Plain methods run in the bridge's thread."""

    store: Source
    schema: ClassSchema
    pipeline: Pipeline
    bridge: Bridge
    budget: Budget
    _classes: dict[str, ClassSchema] = field(default_factory=dict)

    async def count(self, part: Pushed) -> list[Object]:
        """The answer of a pipeline that begins by counting."""
        number = await self.store.count(self.schema, part.query.where, self.pipeline.options)
        found = {name: number if value is COUNT else value for name, value in (part.counted or {}).items()}
        rest = compile_pipeline(part.rest)
        show = mapping.presenter(self.schema, self.pipeline, [], extended=extended_json.written)
        with _translated():
            return [show(row) for row in results(rest, iter([found] if number else []), self._run())]

    def rows(self, part: Pushed, stages: Stage, show: mapping.Present) -> list[Object]:
        """The answer of any other pipeline."""
        with _translated():
            documents = self._documents(self.schema, part.query)
            try:
                return [show(document) for document in results(stages, documents, self._run())]
            finally:
                documents.close()

    def _run(self) -> Run:
        return Run(self.budget, utc(datetime.now(UTC)), self._fetch)

    def _fetch(self, collection: str, conditions: Document) -> Iterator[Document]:
        schema = self._class(collection)
        if schema is None:
            return iter(())
        where = Columns(schema).conditions(conditions).where
        return self._documents(schema, Query(where))

    def _class(self, name: str) -> ClassSchema | None:
        """The class that a collection holds; None if there is none of that name."""
        if name == self.schema.name:
            return self.schema
        if is_join_name(name):
            _, field_name, class_name = name.split(":")
            return join_schema(class_name, field_name)
        if not self._classes:
            self._classes = {found.name: found for found in self.bridge.ask(self.store.load_classes)}
        return self._classes.get(name)

    def _documents(self, schema: ClassSchema, query: Query) -> Generator[Document, None, None]:
        """The rows of a query as MongoDB would have them; closing it ends the scan."""
        columns = Documents(schema)
        for piece in self.bridge.pieces(lambda: self.store.scan(schema, query)):
            for row in piece:
                wanted = row if query.fields is None else _chosen(row, query.fields)
                yield guard.without_secrets(schema.name, _document(columns, wanted))


def _chosen(row: Object, names: frozenset[str]) -> Object:
    return {name: row[name] for name in row.keys() & names}


def _document(columns: Documents, row: Object) -> Document:
    try:
        document = columns.to_document(row)
    except UnstorableError as exc:
        raise InvalidQueryError(str(exc)) from exc
    return document if "_id" in document else {"_id": row["objectId"], **document}


@contextmanager
def _translated() -> Iterator[None]:
    """The model's refusals as the port's."""
    try:
        yield
    except ParseError as exc:
        raise InvalidQueryError(exc.message) from exc
    except RecursionError as exc:
        raise InvalidQueryError("the pipeline, or a value in it, is nested too deep") from exc

"""Aggregations, which MongoDB evaluates itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson
from bson import json_util

from parsepy.adapters.storage.base import Object, Options
from parsepy.adapters.storage.mongo.errors import translated
from parsepy.adapters.storage.mongo.reads import VERBOSITY
from parsepy.adapters.storage.mongo.scope import Document, Scope
from parsepy.model.aggregation.guard import guarded
from parsepy.model.aggregation.mapping import mapped, presenter
from parsepy.model.pipeline import Pipeline
from parsepy.model.schema import ClassSchema
from parsepy.model.stored_values import plain_value


async def aggregate(scope: Scope, schema: ClassSchema, pipeline: Pipeline) -> list[Object]:
    """The rows that the pipeline makes, or its plan if that is asked for. Raises InvalidQueryError."""
    with translated(scope.documents(schema)):
        asked = replace(pipeline, stages=_parsed(pipeline.stages)) if pipeline.raw_values else pipeline
        stages = mapped(schema, asked)
        present = presenter(schema, asked, stages, extended=_extended)
        sent = guarded(schema.name, stages)
        if pipeline.options.get("explain"):
            return [await _explained(scope, schema, sent, pipeline.options)]
        collection = scope.collection(schema.name, pipeline.options)
        async with await collection.aggregate(sent, **_asked(scope, pipeline.options)) as cursor:
            return [present(document) for document in await cursor.to_list()]


def _asked(scope: Scope, options: Options) -> dict[str, Any]:
    asked = scope.asked(options)
    if "allowDiskUse" in options:
        asked["allowDiskUse"] = options["allowDiskUse"]
    if scope.options.batch_size:
        asked["batchSize"] = scope.options.batch_size
    return asked


async def _explained(scope: Scope, schema: ClassSchema, stages: Sequence[Document], options: Options) -> Object:
    asked = options["explain"]
    command: Document = {"aggregate": scope.prefix + schema.name, "pipeline": list(stages), "cursor": {}}
    command |= {name: options[name] for name in ("hint", "comment", "allowDiskUse") if options.get(name) is not None}
    verbosity = asked if isinstance(asked, str) else VERBOSITY
    found = await scope.database.command({"explain": command, "verbosity": verbosity}, session=scope.session)
    plan: Object = plain_value(dict(found))
    return plan


def _parsed(stages: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The stages with the values that Extended JSON describes."""
    parsed: list[Mapping[str, Any]] = json_util.loads(orjson.dumps(list(stages)).decode(), json_options=_EXTENDED)
    return parsed


def _extended(document: Document) -> Document:
    extended: Document = orjson.loads(json_util.dumps(document, json_options=_EXTENDED))
    return extended


_EXTENDED = json_util.RELAXED_JSON_OPTIONS.with_options(tz_aware=False, tzinfo=None)

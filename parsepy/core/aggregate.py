"""Aggregations for holders of the master key: triggers, the store, and URLs of files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from parsepy.adapters.storage.base import InvalidQueryError, Object
from parsepy.core import access, triggers
from parsepy.core.context import Context
from parsepy.core.file_urls import with_file_urls
from parsepy.core.find import EXPLAIN_VERBOSITIES
from parsepy.core.refusals import forbidden
from parsepy.errors import ErrorCode, ParseError
from parsepy.model.find_params import FindParams, read_preference
from parsepy.model.pipeline import Pipeline

_WRITING = frozenset({"$out", "$merge"})


async def aggregate(ctx: Context, class_name: str, pipeline: Pipeline) -> list[Object]:
    """The rows that a pipeline makes of a class; none for a class that is not there. Callers hold the master key.

    beforeFind runs and may refuse, afterFind does not. Raises ParseError 102 for what cannot be evaluated, 119 for stages
    that write with the read-only master key.
    """
    _check_writes(ctx, pipeline)
    options = _options(ctx, pipeline.options)
    access.admit_class(ctx, class_name, "find")
    asked = FindParams(
        explain=options.get("explain"), hint=options.get("hint"), comment=options.get("comment"),
        read_preference=options.get("readPreference"),
    )  # fmt: skip
    answer = await triggers.before_find(ctx, class_name, asked, count=False)
    if isinstance(answer, list):
        return await triggers.after_find(ctx, class_name, answer, asked)
    schema = await ctx.app.schemas.find(class_name)
    if schema is None:
        access.admit_missing_class(ctx, class_name)
        return []
    chosen = {"hint": answer.hint, "comment": answer.comment, "readPreference": read_preference(answer.read_preference)}
    options |= {name: value for name, value in chosen.items() if value is not None}
    try:
        rows = await ctx.storage.aggregate(schema, replace(pipeline, options=options))
    except InvalidQueryError as exc:
        raise ParseError(ErrorCode.INVALID_QUERY, str(exc)) from exc
    return [with_file_urls(ctx, row) for row in rows]


def _check_writes(ctx: Context, pipeline: Pipeline) -> None:
    written = next((name for stage in pipeline.stages for name in stage if name in _WRITING), None)
    if written is not None and ctx.principal.is_read_only:
        raise forbidden(ctx, f"read-only masterKey isn't allowed to write with {written}.")


def _options(ctx: Context, given: Mapping[str, Any]) -> dict[str, Any]:
    """The options as stores take them. Raises ParseError 102 for a plan or server that nobody can give."""
    options = {name: value for name, value in given.items() if value is not None and value is not False}
    explain = options.get("explain")
    if (
        explain is not None
        and explain is not True
        and not (isinstance(explain, str) and explain in EXPLAIN_VERBOSITIES)
    ):
        raise ParseError(ErrorCode.INVALID_QUERY, "Invalid value for explain")
    if "readPreference" in options:
        options["readPreference"] = read_preference(options["readPreference"])
    limit = ctx.app.settings.database_options.max_time_ms
    return options if limit is None else {**options, "maxTimeMS": limit}

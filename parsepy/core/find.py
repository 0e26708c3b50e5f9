"""Finding objects: permissions, triggers, sub-queries, the store, includes and redaction, in that order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeGuard

from parsepy.adapters.storage.base import NO_OPTIONS, Explanation, InvalidQueryError, Object, Options
from parsepy.core import access, include, projection, relations, subqueries, triggers
from parsepy.core.context import Context
from parsepy.core.file_urls import with_file_urls
from parsepy.core.finder import FindResult as FindResult
from parsepy.core.rules import Operation
from parsepy.errors import ErrorCode, ParseError
from parsepy.model import names, values
from parsepy.model.find_params import FindParams, read_preference
from parsepy.model.record import record
from parsepy.model.schema import ClassSchema, FieldType
from parsepy.model.where import NOTHING, In, Order, Query, Where, both, by_id

TEXT_SCORE = "$score"
EXPLAIN_VERBOSITIES = frozenset({"queryPlanner", "queryPlannerExtended", "executionStats", "allPlansExecution"})
_STORED_NAMES = {"_created_at": "createdAt", "_updated_at": "updatedAt"}


@record(frozen=True, slots=True)
class _Plan:
    """A find that is ready for the store; `constraint` comes from class-level permissions of the operation."""

    class_name: str
    schema: ClassSchema | None
    params: FindParams
    where: Where
    redirected: bool
    to_delete: bool = False

    @property
    def operation(self) -> Operation:
        """The class-level permission that the rows need."""
        return "delete" if self.to_delete else operation_of(self.params)


async def find(ctx: Context, class_name: str, params: FindParams, *, to_delete: bool = False) -> FindResult:
    """The objects of a class that match, as the caller may see them; `to_delete`: those that he may delete.

    Raises ParseError: 119 and 101 for missing permissions, 102, 105 and 107 for malformed queries.
    """
    access.admit_class(ctx, class_name, operation_of(params))
    answer = await triggers.before_find(ctx, class_name, params, count=params.count)
    if isinstance(answer, list):
        return FindResult(await _short_circuit(ctx, class_name, params, answer))
    plan = await _plan(ctx, class_name, answer, to_delete=to_delete)
    if plan.params.explain is not None:
        return await _explained(ctx, plan)
    rows = await _rows(ctx, plan) if plan.params.limit != 0 else []
    count = await _count(ctx, plan) if plan.params.count else None
    rows = await include.include(ctx, rows, plan.params, find)
    rows = await triggers.after_find(ctx, plan.class_name, rows, plan.params)
    return FindResult(rows, count, plan.class_name if plan.redirected else None)


async def get(ctx: Context, class_name: str, object_id: str, params: FindParams | None = None) -> Object:
    """One object by id. Raises ParseError 101 if it is not there or the caller may not see it."""
    asked = replace(params or FindParams(), where={"objectId": object_id}, limit=1, is_get=True)
    found = await find(ctx, class_name, asked)
    if not found.results:
        raise ParseError(ErrorCode.OBJECT_NOT_FOUND, "Object not found.")
    return found.results[0]


async def distinct(ctx: Context, class_name: str, path: str, where: dict[str, Any]) -> list[Any]:
    """The different values at a path; callers hold the master key. Pointers come as pointers, nulls are left out."""
    if not names.is_path(path):
        return []
    answer = await triggers.before_find(ctx, class_name, FindParams(where=where), count=False)
    params = FindParams(where=where) if isinstance(answer, list) else answer
    plan = await _plan(ctx, class_name, params)
    if plan.schema is None or path.split(".", 1)[0] not in plan.schema.fields:
        return []
    return await ctx.storage.distinct(plan.schema, path, plan.where)


def operation_of(params: FindParams) -> Operation:
    """Which class-level permission a find needs: asking for exactly one id is a get, and so is an include."""
    wanted = params.where.get("objectId")
    return "get" if params.is_include or (len(params.where) == 1 and isinstance(wanted, str)) else "find"


async def _plan(ctx: Context, class_name: str, params: FindParams, *, to_delete: bool = False) -> _Plan:
    """Check the query's form, follow a redirect and turn sub-queries into plain conditions."""
    schema = await ctx.app.schemas.find(class_name)
    if schema and params.redirect_key:
        target = schema.fields.get(params.redirect_key)
        if target and target.type is FieldType.RELATION and target.target:
            class_name = target.target
            access.admit_class(ctx, class_name, operation_of(params))
            schema = await ctx.app.schemas.find(class_name)
    if schema is None:
        access.admit_missing_class(ctx, class_name)
    params = include.with_every_pointer(schema, params)
    access.check_complexity(ctx, params)
    if schema is not None:
        schema = await _with_named_columns(ctx, schema, params)
    params = _with_preferences(params)
    where = await _condition(ctx, schema, params)
    where = await ctx.app.rules_of(class_name).scope(ctx, where)
    return _Plan(class_name, schema, params, where, redirected=bool(params.redirect_key), to_delete=to_delete)


async def _with_named_columns(ctx: Context, schema: ClassSchema, params: FindParams) -> ClassSchema:
    """The class; it is read anew if the query names columns that it seems to lack, for another server may have added them."""
    if not params.order and params.where.keys() <= schema.fields.keys():
        return schema
    paths = (*_paths(params.where), *(text.removeprefix("-") for text in params.order))
    columns = {names.root(path) for path in paths if not path.startswith(("_", "$"))}
    if columns <= schema.fields.keys():
        return schema
    return await ctx.app.schemas.with_columns(schema, filter(names.is_field_name, columns))


def _paths(where: Mapping[str, Any]) -> Iterator[str]:
    """The paths that the conditions name, within `$or` and the like too, however deep."""
    left: list[Any] = [where]
    while left:
        for path, condition in left.pop().items():
            if not path.startswith("$"):
                yield path
            elif isinstance(condition, list):
                left += [part for part in condition if isinstance(part, dict)]


async def _condition(ctx: Context, schema: ClassSchema | None, params: FindParams) -> Where:
    """What the rows must meet, checked and in terms that a store knows; a single id needs neither."""
    wanted = params.where.get("objectId")
    if isinstance(wanted, str) and len(params.where) == 1 and not params.order:
        return by_id(wanted)
    if params.is_include and len(params.where) == 1 and _are_ids(wanted):
        return In("objectId", tuple(wanted["$in"]))
    access.refuse_protected(ctx, schema, params.where, params.order)
    parsed = access.parsed_where(ctx, schema, params.where)
    return await subqueries.Resolver(ctx, schema, find, params).resolve(parsed)


def _are_ids(wanted: Any) -> TypeGuard[dict[str, list[str]]]:
    return isinstance(wanted, dict) and wanted.keys() == {"$in"} and _are_texts(wanted["$in"])


def _are_texts(values: Iterable[Any]) -> bool:
    return all(type(value) is str for value in values)


async def _rows(ctx: Context, plan: _Plan) -> list[Object]:
    if plan.schema is None:
        orders(None, plan.params.order)
        return []
    query = await _query(ctx, plan, plan.schema)
    return _shown(ctx, plan, plan.schema, await _ask(ctx, plan.schema, query))


async def _query(ctx: Context, plan: _Plan, schema: ClassSchema) -> Query:
    """What the store is asked, with the conditions of class-level permissions and ACLs in it."""
    order = orders(schema, plan.params.order)
    constraint = await access.may(ctx, schema, plan.operation)
    if constraint == NOTHING and plan.operation == "get":
        raise ParseError(ErrorCode.OBJECT_NOT_FOUND, "Object not found.")
    return Query(
        where=access.restrict(ctx, both(plan.where, constraint), "write" if plan.to_delete else "read"),
        order=order,
        limit=_limit(plan),
        skip=plan.params.skip,
        with_score=_wants_score(plan.params),
        options=_options(plan.params),
    )


def _limit(plan: _Plan) -> int | None:
    """The limit; what is found by its ids is bounded by them, and a store reads what is bounded at once.

    Powers of two, so that the store meets few different limits.
    """
    match plan.where:
        case In("objectId", ids, negated=False) if plan.params.limit is None and ids and _are_texts(ids):
            return 1 << (len(ids) - 1).bit_length()
    return plan.params.limit


def _shown(ctx: Context, plan: _Plan, schema: ClassSchema, rows: list[Object]) -> list[Object]:
    """Stored rows as they may go out; each step is taken only by classes and queries that need it."""
    if FieldType.RELATION in schema.types:
        related = relations.columns(schema)
        rows = [row | values.copied(related) for row in rows]
    rows = list(map(access.presenter(ctx, schema), rows))
    if plan.params.keys is not None or plan.params.exclude_keys:
        rows = list(map(projection.selector(plan.params), rows))
    if FieldType.FILE in schema.types:
        rows = [with_file_urls(ctx, row) for row in rows]
    if plan.redirected:
        rows = [{**row, "className": plan.class_name} for row in rows]
    return rows


async def _ask(ctx: Context, schema: ClassSchema, query: Query) -> list[Object]:
    """Ask the store; one object by id goes the short way."""
    try:
        return await ctx.storage.find(schema, query)
    except InvalidQueryError as exc:
        raise ParseError(ErrorCode.INVALID_QUERY, str(exc)) from exc


async def _count(ctx: Context, plan: _Plan) -> int:
    if plan.schema is None:
        return 0
    constraint = await access.may(ctx, plan.schema, "count")
    where = access.restrict(ctx, both(plan.where, constraint), "read")
    try:
        return await ctx.storage.count(plan.schema, where, _options(plan.params))
    except InvalidQueryError as exc:
        raise ParseError(ErrorCode.INVALID_QUERY, str(exc)) from exc


async def _explained(ctx: Context, plan: _Plan) -> FindResult:
    """How the store would find the rows; the count is a count all the same."""
    explanation = await _explain(ctx, plan)
    count = await _count(ctx, plan) if plan.params.count else None
    return FindResult([], count, plan=explanation)


async def _explain(ctx: Context, plan: _Plan) -> Explanation:
    if not ctx.principal.is_master and not ctx.app.settings.database_options.allow_public_explain:
        raise ParseError(ErrorCode.INVALID_QUERY, "Using the explain query parameter requires the master key")
    explain = plan.params.explain
    if explain is not True and not (isinstance(explain, str) and explain in EXPLAIN_VERBOSITIES):
        raise ParseError(ErrorCode.INVALID_QUERY, "Invalid value for explain")
    if plan.schema is None or plan.params.limit == 0:
        return []
    query = await _query(ctx, plan, plan.schema)
    try:
        return await ctx.storage.explain(plan.schema, replace(query, options={**query.options, "explain": explain}))
    except InvalidQueryError as exc:
        raise ParseError(ErrorCode.INVALID_QUERY, str(exc)) from exc


def orders(schema: ClassSchema | None, given: Sequence[str]) -> tuple[Order, ...]:
    """Sort keys as the store takes them; unknown fields are left out. Raises ParseError 105 for impossible names.

    Of two keys for one field the first has the rank and the last the direction.
    """
    parsed: dict[str, Order] = {}
    for text in given:
        path = text.removeprefix("-")
        path = _STORED_NAMES.get(path, path)
        if names.is_auth_data_id(path):
            raise ParseError(ErrorCode.INVALID_KEY_NAME, f"Cannot sort by {path}")
        root = names.root(path)
        if path != TEXT_SCORE and not names.is_field_name(root, schema.name if schema else ""):
            raise ParseError(ErrorCode.INVALID_KEY_NAME, f"Invalid field name: {path}.")
        if path == TEXT_SCORE or (schema and root in schema.fields and names.is_path(path)):
            parsed[path] = Order(path, text.startswith("-"))
    return tuple(parsed.values())


def _wants_score(params: FindParams) -> bool:
    if not params.order and not params.keys:
        return False
    return any(name.lstrip("-") == TEXT_SCORE for name in (*params.order, *(params.keys or ())))


def _options(params: FindParams) -> Options:
    if params.hint is None and params.comment is None and params.read_preference is None:
        return NO_OPTIONS
    given = {"hint": params.hint, "comment": params.comment, "readPreference": params.read_preference}
    return {name: value for name, value in given.items() if value is not None}


def _with_preferences(params: FindParams) -> FindParams:
    """The parameters with the read preferences checked: triggers choose them freely. Raises ParseError 102."""
    given = (params.read_preference, params.include_read_preference, params.subquery_read_preference)
    if not any(given):
        return params
    own, included, inner = (read_preference(value) if value else None for value in given)
    return replace(params, read_preference=own, include_read_preference=included, subquery_read_preference=inner)


async def _short_circuit(ctx: Context, class_name: str, params: FindParams, rows: list[Object]) -> list[Object]:
    """What a beforeFind trigger gave instead of a query; stored rows are filtered by the caller's permissions."""
    saved = [row["objectId"] for row in rows if isinstance(row.get("objectId"), str)]
    if saved and not ctx.principal.bypasses_permissions:
        plan = await _plan(ctx, class_name, FindParams(where={"objectId": {"$in": saved}}))
        readable = {row["objectId"]: row for row in await _rows(ctx, plan)}
        rows = [readable.get(row["objectId"]) if "objectId" in row else row for row in rows]  # type: ignore[misc]
        rows = [row for row in rows if row is not None]
    return await triggers.after_find(ctx, class_name, rows, params)

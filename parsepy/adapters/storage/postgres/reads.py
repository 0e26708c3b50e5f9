"""Reading on one session: what SQL answers alone, and what the predicate and the sort key must finish."""

# ruff: noqa: S608 - names are quoted, values are parameters

from __future__ import annotations

import heapq
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import orjson

from parsepy.adapters.storage.base import Object
from parsepy.adapters.storage.looked_at import columns_of
from parsepy.adapters.storage.postgres.columns import SEQUENCE_COLUMN, quoted
from parsepy.adapters.storage.postgres.order import Ordering, compile_order
from parsepy.adapters.storage.postgres.pool import Session
from parsepy.adapters.storage.postgres.where import Condition, compile_where, predicate
from parsepy.adapters.storage.postgres_tables.table import Reading, Table
from parsepy.model import acl, match
from parsepy.model.paths import Predicate
from parsepy.model.values import number
from parsepy.model.where import And, Compare, In, Or, Query, Where, by_id, permitted_id

PIECE = 500
"""Rows that a scan takes at a time."""

MOST_AT_ONCE = 5_000
"""The greatest limit that is answered as one text; what asks for more, or for everything, is read in pieces."""

_MOST = 2**62
_ID = ("objectId",)
_LED = frozenset({"createdAt", "objectId"})

SortKey = Callable[[Mapping[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class Search:
    """A condition on a table, compiled; `holds` is None if SQL alone is exact."""

    table: Table
    where: Where
    condition: Condition
    holds: Predicate | None

    @property
    def args(self) -> tuple[Any, ...]:
        """The condition's arguments."""
        return self.condition.args


def compiled(table: Table, where: Where, *, first: int = 1) -> Search:
    """A condition ready to run, its parameters counted from `$first`. Raises InvalidQueryError."""
    asked = _by_columns(where) if table.is_join else where
    condition = compile_where(asked, table.schema, table.shape, first=first)
    return Search(table, where, condition, None if condition.is_exact else predicate(where, table.schema))


def _by_columns(where: Where) -> Where:
    """Conditions on ids of pairs as conditions on the columns that the ids are made of: those have an index."""
    match where:
        case And(nodes):
            return And(tuple(map(_by_columns, nodes)))
        case Compare("objectId", "$eq", str() as pair):
            return Or(_splits(pair))
        case In("objectId", pairs, negated=False) if all(isinstance(pair, str) for pair in pairs):
            return Or(tuple(split for pair in pairs for split in _splits(pair)))
        case _:
            return where


def _splits(pair: str) -> tuple[Where, ...]:
    """The pairs of ids that could be meant: ids may hold colons themselves."""
    parts = pair.split(":")
    halves = ((":".join(parts[:at]), ":".join(parts[at:])) for at in range(1, len(parts)))
    return tuple(And((Compare("owningId", "$eq", one), Compare("relatedId", "$eq", other))) for one, other in halves)


def creation_order(table: Table) -> str:
    """ORDER BY the creation of rows; nothing for tables that do not know it."""
    if SEQUENCE_COLUMN not in table.shape.columns:
        return ""
    names = [name for name in ("createdAt", SEQUENCE_COLUMN) if name in table.shape.columns]
    return f" ORDER BY {', '.join(map(quoted, names))}"


@dataclass(frozen=True, slots=True)
class Plan:
    """A query ready to run: `order` None means that rows must be sorted here, by `key`.

    `fields` are those that rows must have which are judged here; None: all.
    """

    search: Search
    query: Query
    order: Ordering | None
    key: SortKey | None
    fields: frozenset[str] | None = None

    @property
    def is_sql(self) -> bool:
        """Whether SQL gives exactly the rows that are asked for, in order."""
        return self.search.holds is None and self.order is not None

    @property
    def reading(self) -> Reading:
        """The columns that are wanted."""
        return self.search.table.reading_of(self.query.fields if self.is_sql else self.fields)


def planned(table: Table, query: Query) -> Plan:
    """A query compiled. Raises InvalidQueryError."""
    search = compiled(table, query.where)
    order = None if query.with_score else compile_order(query, table.schema, table.shape, first=len(search.args) + 1)
    if order is not None:
        return Plan(search, query, order, None)
    near = match.near_key(query.where)
    return Plan(search, query, None, near or (match.sort_key(query.order, query.where) if query.order else None))


async def get(session: Session, table: Table, object_id: str) -> Object | None:
    """One object by id."""
    if not table.key:
        return None
    if table.is_join:
        found = await find(session, table, Query(by_id(object_id), limit=1))
        return found[0] if found else None
    reading = table.reading
    text = await session.value(f'SELECT {reading.row} FROM {table.name} WHERE "objectId" = $1', (object_id,))
    return None if text is None else reading.one(text)


async def find(session: Session, table: Table, query: Query) -> list[Object]:
    """The objects that match, in order, within the query's window."""
    if query.limit == 0:
        return []
    one = None if query.skip or query.with_score else permitted_id(query.where)
    if one is not None and table.key and not table.is_join and "\0" not in one[0]:
        row = await get(session, table, one[0])
        return [row] if row is not None and all(acl.permits(row, node.action, node.keys) for node in one[1]) else []
    plan = planned(table, query)
    if plan.is_sql and query.limit is not None and query.limit <= MOST_AT_ONCE:
        sql, args = _window(plan, plan.reading.columns)
        return plan.reading.all(await session.row(f"SELECT {plan.reading.whole} FROM ({sql}) found", args))
    async with aclosing(scanned(session, plan)) as pieces:
        return [row async for piece in pieces for row in piece]


def _window(plan: Plan, selected: str) -> tuple[str, list[Any]]:
    """The statement for a plan that SQL carries out alone. The limit stands in its text: plans depend on it."""
    query, order, table = plan.query, plan.order or Ordering(""), plan.search.table
    args = [*plan.search.args, *order.args]
    chosen = f"FROM {table.name} WHERE {plan.search.condition.sql}"
    sorting = f" ORDER BY {order.sql}" if order.sql else ""
    limit = "" if query.limit is None else f" LIMIT {min(query.limit, _MOST)}"
    window = f"{sorting}{limit}"
    if query.skip:
        args.append(min(query.skip, _MOST))
        window += f" OFFSET ${len(args)}::bigint"
    is_found_at_once = not query.skip and _is_led(table, query)
    if is_found_at_once or table.key != _ID or query.limit is None or query.limit > MOST_AT_ONCE:
        return f"SELECT {selected} {chosen}{window}", args
    # The page's rows are found by their ids: all others are sorted, or passed over, by what stands in an index.
    page = f'(SELECT "objectId" {chosen}{window}) page'
    return f'SELECT {selected} FROM {page} JOIN {table.name} USING ("objectId"){sorting}', args


def _is_led(table: Table, query: Query) -> bool:
    """Whether an index leads to the first rows, so that no others need be sorted."""
    path = query.order[0].path if query.order else "createdAt"
    led = (next(iter(index.keys), None) for index in table.schema.indexes.values())
    return path in _LED or path in led or match.near_key(query.where) is not None


async def scanned(session: Session, plan: Plan) -> AsyncGenerator[list[Object]]:
    """The objects of a plan, in pieces."""
    query = plan.query
    if query.limit == 0:
        return
    if plan.order is None:
        for start in range(0, len(rows := await _sorted(session, plan)), PIECE):
            yield rows[start : start + PIECE]
        return
    end = None if query.limit is None else query.skip + query.limit
    seen = 0
    async with aclosing(_let_through(session, plan)) as pieces:
        async for piece in pieces:
            if plan.is_sql:
                yield piece
                continue
            wanted = piece[max(0, query.skip - seen) : None if end is None else end - seen]
            seen += len(piece)
            if wanted:
                yield wanted
            if end is not None and seen >= end:
                return


async def _sorted(session: Session, plan: Plan) -> list[Object]:
    """All rows of a window that is sorted here."""
    query, key = plan.query, plan.key
    end = None if query.limit is None else query.skip + query.limit
    rows: list[Object] = []
    async with aclosing(_let_through(session, plan)) as pieces:
        async for piece in pieces:
            rows += piece
            if key is not None and end is not None and len(rows) > end + PIECE:
                rows = heapq.nsmallest(end, rows, key=key)
    if key is not None:
        rows.sort(key=key)
    found = rows[query.skip : end]
    return _scored(found, query.where) if query.with_score else found


def _scored(rows: list[Object], where: Where) -> list[Object]:
    score = match.score_of(where)
    return [{**row, "score": number(score(row))} for row in rows]


async def _let_through(session: Session, plan: Plan) -> AsyncGenerator[list[Object]]:
    """Every match in the plan's order, or that of creation; the window is applied only if SQL does all of it."""
    table, holds, reading = plan.search.table, plan.search.holds, plan.reading
    if plan.is_sql:
        sql, args = _window(plan, reading.row)
    else:
        order = plan.order
        sorting = creation_order(table) if order is None else f" ORDER BY {order.sql}" if order.sql else ""
        sql = f"SELECT {reading.row} FROM {table.name} WHERE {plan.search.condition.sql}{sorting}"
        args = [*plan.search.args, *(order.args if order is not None else ())]
    async with aclosing(session.pieces(sql, args, PIECE)) as pieces:
        async for piece in pieces:
            rows = reading.each([row[0] for row in piece])
            yield rows if holds is None else [row for row in rows if holds(row)]


async def matching(session: Session, table: Table, where: Where) -> AsyncGenerator[Object]:
    """Every match in the order of creation."""
    search = compiled(table, where)
    async with aclosing(_let_through(session, Plan(search, Query(where), None, None))) as pieces:
        async for piece in pieces:
            for row in piece:
                yield row


async def looked_at(session: Session, search: Search, *others: str) -> AsyncGenerator[Object]:
    """Every match in the order of creation, with no more fields than it takes to judge it, and these others."""
    plan = Plan(search, Query(search.where), None, None, _judged(search, others))
    async with aclosing(_let_through(session, plan)) as pieces:
        async for piece in pieces:
            for row in piece:
                yield row


def _judged(search: Search, others: Sequence[str]) -> frozenset[str] | None:
    looked_at = columns_of(search.where) if search.holds is not None else frozenset()
    if looked_at is None or not looked_at.union(others) <= search.table.schema.fields.keys():
        return None
    return looked_at.union(others)


async def count(session: Session, table: Table, where: Where) -> int:
    """How many objects match."""
    search = compiled(table, where)
    if search.holds is None:
        sql = f"SELECT count(*) FROM {table.name} WHERE {search.condition.sql}"
        return int(await session.value(sql, search.args))
    async with aclosing(looked_at(session, search)) as rows:
        return sum([1 async for _ in rows])


async def explain(session: Session, table: Table, query: Query) -> list[Mapping[str, Any]]:
    """PostgreSQL's plan; with a verbosity other than `queryPlanner` the query is run and its times are told."""
    plan = planned(table, query)
    sql, args = _window(plan, plan.reading.columns)
    asked = query.options.get("explain")
    analysed = "ANALYZE, " if isinstance(asked, str) and asked != "queryPlanner" else ""
    text = await session.value(f"EXPLAIN ({analysed}FORMAT JSON) {sql}", args)
    steps: list[Mapping[str, Any]] = [{"QUERY PLAN": orjson.loads(text)}]
    if plan.search.holds is not None:
        steps.append({"FILTER": "predicate"})
    if plan.order is None and plan.key is not None:
        steps.append({"SORT": "key"})
    return steps

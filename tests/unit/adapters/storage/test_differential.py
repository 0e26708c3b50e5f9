"""Random data, conditions, orders and operations: every store gives the answer of the in-memory matcher."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from parsepy.adapters.storage.base import DuplicateValueError, InvalidValueError, Object, Storage
from parsepy.adapters.storage.memory import MemoryStorage
from parsepy.adapters.storage.mongo import MongoStorage
from parsepy.adapters.storage.postgres.jsonb import in_stored_order
from parsepy.adapters.storage.postgres.where import as_stored
from parsepy.model.match import compile_where, near_key, sort_key
from parsepy.model.ops import Add, AddUnique, Increment, Op, Ops, Remove, Set, SetOnInsert, Unset
from parsepy.model.order import order_key
from parsepy.model.schema import ClassSchema, Index, SchemaChange
from parsepy.model.where import (
    EVERYTHING,
    All,
    And,
    Compare,
    ContainedBy,
    Exists,
    In,
    Intersects,
    Near,
    Nor,
    Or,
    Order,
    Permits,
    Query,
    Regex,
    Where,
    WithinBox,
    WithinPolygon,
    WithinSphere,
)
from tests.compat.servers import REAL_MONGODB

from .conftest import OPENERS, STORES, THINGS, as_kept, forgets_order, thing
from .stand_in import COMPARABLE, is_beyond, is_beyond_order, is_foreign


class Runner:
    """A store and the loop it lives in, for the many examples of one test."""

    def __init__(self, store: Storage, loop: asyncio.Runner) -> None:
        self.store = store
        self.run = loop.run
        self.is_mongo = isinstance(store, MongoStorage)
        self.is_stand_in = self.is_mongo and REAL_MONGODB not in os.environ

    def finds(self, where: Where) -> bool:
        """Whether the store is one that takes the condition as the model does."""
        return not (self.is_mongo and is_foreign(where)) and not (self.is_stand_in and is_beyond(where))

    def keeps(self, index: Index | None) -> bool:
        """Whether the store has such an index: those of MongoDB hold null and tell case apart.

        To those of PostgreSQL an array on the way is one value, not many.
        """
        if index is not None and forgets_order(self.store) and "o.k" in index.keys:
            return False
        return index is None or not (self.is_mongo and (index.sparse or index.case_insensitive))

    def does(self, ops: Ops) -> bool:
        """Whether the store carries the operations out: with anything else, the stand-in takes objects out of arrays."""
        return not (self.is_stand_in and any(isinstance(op, Remove) for op in ops.values()))

    def in_order(self, values: list[Any]) -> list[Any]:
        """Different values as the store gives them; MongoDB does in an order of its own."""
        return sorted(values, key=order_key) if self.is_mongo else values

    def answers(self, query: Query) -> bool:
        """Whether the store is one that answers the query as the model does."""
        return self.finds(query.where) and not (self.is_stand_in and is_beyond_order(query.order))


@pytest.fixture(params=STORES)
def runner(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Runner]:
    with OPENERS[request.param](request, tmp_path) as store, asyncio.Runner() as loop:
        loop.run(store.open())
        yield Runner(store, loop)
        loop.run(store.close())


TEXT = st.sampled_from(["", "a", "b", "ab", "aB", "AB", "é", "1", "0", "k", "a%", "x"])
NUMBER = st.sampled_from([0, 1, 2, -1, 0.5, 1.5, 10, 2**53])
DATE = st.sampled_from([2019, 2020, 2021]).map(lambda y: {"__type": "Date", "iso": f"{y}-01-01T00:00:00.000Z"})
POINTER = st.sampled_from("xyz").map(lambda i: {"__type": "Pointer", "className": "Team", "objectId": i})
FILE = st.sampled_from(["a", "ab"]).map(lambda name: {"__type": "File", "name": name})
DATA = st.sampled_from(["aGk=", "aG8="]).map(lambda text: {"__type": "Bytes", "base64": text})
SCALAR = st.one_of(st.none(), st.booleans(), NUMBER, TEXT, DATE, POINTER)
NAME = st.sampled_from(["k", "l", "m", "0"])
JSON = st.recursive(
    SCALAR, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAME, inner, max_size=3), max_leaves=5
)
DEGREES = st.sampled_from([-60, -10, 0, 5, 10, 60])
POINT = st.builds(lambda a, b: {"__type": "GeoPoint", "latitude": a, "longitude": b}, DEGREES, DEGREES)
COLUMNS: dict[str, st.SearchStrategy[Any]] = {
    "s": st.none() | TEXT,
    "n": st.none() | NUMBER,
    "b": st.none() | st.booleans(),
    "d": st.none() | DATE,
    "p": st.none() | POINTER,
    "f": st.none() | FILE,
    "y": st.none() | DATA,
    "o": st.none() | st.dictionaries(NAME, JSON, max_size=3),
    "a": st.none() | st.lists(JSON, max_size=4),
    "g": st.none() | POINT,
    "ACL": st.dictionaries(st.sampled_from(["*", "u", "role:r"]), st.just({"read": True}), max_size=2),
}
PATHS = [
    *COLUMNS,
    "o.k",
    "o.l",
    "o.k.l",
    "o.k.0",
    "o.0",
    "a.k",
    "a.0",
    "a.1",
    "a.0.k",
    "a.k.l",
    "s.k",
    "p.objectId",
    "nope",
]
PATH = st.sampled_from([path for path in PATHS if path != "ACL"])
FIELDS = st.fixed_dictionaries({}, optional=COLUMNS)
ROWS = st.lists(FIELDS, max_size=8).map(lambda rows: [thing(f"id{at}", **row) for at, row in enumerate(rows)])
PATTERN = st.sampled_from(["^a", "b$", "A", "", "^$", "^.$", "[ab]+", "a|k", r"\Qa%\E", "(?=a)b|k", r"^Team\$x"])
VALUES = st.lists(JSON, max_size=3).map(tuple)

COMPARE = st.builds(
    Compare, PATH, st.sampled_from(["$eq", "$ne", "$lt", "$lte", "$gt", "$gte"]), JSON | FILE | DATA | POINT
)
TYPED = st.sampled_from(["s", "n", "b", "d", "p"]).flatmap(
    lambda name: st.builds(Compare, st.just(name), st.sampled_from(["$eq", "$ne", "$lt", "$gte"]), COLUMNS[name])
)
LEAF = st.one_of(
    COMPARE,
    TYPED,
    st.builds(In, PATH, VALUES, st.booleans()),
    st.builds(Exists, PATH, st.booleans()),
    st.builds(Regex, PATH, PATTERN, st.sampled_from(["", "i", "ims"])),
    st.builds(All, PATH, VALUES),
    st.builds(ContainedBy, PATH, VALUES),
    st.builds(Permits, st.sampled_from(["read", "write"]), st.frozensets(st.sampled_from(["*", "u"]))),
)


def branches(inner: st.SearchStrategy[Where]) -> st.SearchStrategy[Where]:
    nodes = st.lists(inner, max_size=3).map(tuple)
    return st.one_of(st.builds(And, nodes), st.builds(Or, nodes), st.builds(Nor, nodes))


WHERE: st.SearchStrategy[Where] = st.recursive(LEAF, branches, max_leaves=4)
ORDERS = st.lists(st.builds(Order, PATH, st.booleans()), max_size=2).map(tuple)
QUERY = st.builds(Query, WHERE, ORDERS, st.none() | st.integers(0, 5), st.integers(0, 3))


def expected(rows: list[Object], query: Query) -> list[Object]:
    """What the model says."""
    holds = compile_where(query.where)
    found = [row for row in rows if holds(row)]
    near = near_key(query.where)
    found.sort(key=near or sort_key(query.order))
    return found[query.skip :][: query.limit]


def exact(store: Storage, rows: list[Object]) -> str:
    """Everything that clients could tell apart: 1 and 1.0 and true, the order of nested fields if the store keeps it."""
    return json.dumps([dict(sorted(row.items())) for row in rows], sort_keys=forgets_order(store))


def as_told(store: Storage, where: Where) -> Where:
    """The condition as the store understands it: with its own order of nested fields."""
    return as_stored(where, THINGS) if forgets_order(store) else where


def as_done(store: Storage, ops: Ops) -> Ops:
    """The operations as the store carries them out: likewise."""
    return {path: in_its_order(op) for path, op in ops.items()} if forgets_order(store) else ops


def in_its_order(op: Op) -> Op:
    match op:
        case Set(value):
            return Set(in_stored_order(value))
        case Add(objects) | AddUnique(objects) | Remove(objects):
            return type(op)(tuple(map(in_stored_order, objects)))
        case _:
            return op


async def filled(store: Storage, rows: list[Object], schema: ClassSchema = THINGS) -> None:
    await store.drop_class(schema)
    await store.create_class(schema)
    await store.insert(schema, rows)


@given(rows=ROWS, queries=st.lists(QUERY, min_size=1, max_size=5))
def test_queries(runner: Runner, rows: list[Object], queries: list[Query]) -> None:
    async def check() -> None:
        store, kept = runner.store, [as_kept(runner.store, row) for row in rows]
        await filled(store, rows)
        for query in filter(runner.answers, queries):
            told = replace(query, where=as_told(store, query.where))
            assert exact(store, await store.find(THINGS, query)) == exact(store, expected(kept, told)), query
            assert await store.count(THINGS, query.where) == len(expected(kept, Query(told.where)))

    runner.run(check())


CORNER = st.tuples(DEGREES, DEGREES)
GEO: st.SearchStrategy[Where] = st.one_of(
    st.builds(Near, st.just("g"), DEGREES, DEGREES, st.none() | st.sampled_from([0.0, 0.1, 0.5, 2.0])),
    st.builds(WithinBox, st.just("g"), CORNER, CORNER),
    st.builds(WithinSphere, st.just("g"), DEGREES, DEGREES, st.sampled_from([0.0, 0.1, 0.5, 2.0])),
    st.builds(WithinPolygon, st.just("g"), st.lists(CORNER, min_size=3, max_size=5).map(tuple)),
    st.builds(Intersects, st.just("poly"), DEGREES, DEGREES),
)


@given(points=st.lists(st.none() | POINT, max_size=8), where=GEO, other=LEAF)
def test_places(runner: Runner, points: list[Any], where: Where, other: Where) -> None:
    assume(runner.finds(where) and runner.finds(other))
    rows = [thing(f"id{at}", g=point, n=at % 3) for at, point in enumerate(points)]

    async def check() -> None:
        await filled(runner.store, rows)
        for node in (where, And((where, other)), Or((where, other)), Nor((where,))):
            told = expected(rows, Query(as_told(runner.store, node)))
            assert exact(runner.store, await runner.store.find(THINGS, Query(node))) == exact(runner.store, told), node

    runner.run(check())


def operation(*ops: type[Add | AddUnique | Remove]) -> st.SearchStrategy[Op]:
    return st.one_of([st.builds(op, VALUES) for op in ops])


ANY_OP: st.SearchStrategy[Op] = st.one_of(
    st.builds(Set, JSON), st.just(Unset()), st.builds(Increment, NUMBER), operation(Add, AddUnique, Remove)
)
OPS: st.SearchStrategy[Ops] = st.fixed_dictionaries(
    {},
    optional={
        "s": st.builds(Set, COLUMNS["s"]) | st.just(Unset()) | st.builds(SetOnInsert, TEXT),
        "n": st.builds(Set, COLUMNS["n"]) | st.builds(Increment, st.sampled_from([1, -2, 0.5])) | st.just(Unset()),
        "d": st.builds(Set, COLUMNS["d"]) | st.just(Unset()),
        "a": st.builds(Set, COLUMNS["a"]) | operation(Add, AddUnique, Remove) | st.just(Unset()),
        "o.k": ANY_OP,
        "o.l.m": ANY_OP,
        "a.0": ANY_OP,
        "a.1.k": ANY_OP,
        "ACL": st.builds(Set, COLUMNS["ACL"]),
    },
)
CHANGE = st.tuples(WHERE | st.sampled_from(["id0", "id1", "new"]).map(lambda i: Compare("objectId", "$eq", i)), OPS)


async def outcome(store: Storage, schema: ClassSchema, where: Where, ops: Ops, upsert: bool) -> Any:
    try:
        return await store.update(schema, where, ops, upsert=upsert)
    except (DuplicateValueError, InvalidValueError) as exc:
        return type(exc)


def inserts_an_object(where: Where) -> bool:
    """Whether an upsert would know the object's id."""
    return isinstance(where, Compare) and where.path == "objectId"


UNIQUE = [None, Index("s", {"s": 1}, unique=True, sparse=True), Index("s", {"s": 1}, True, False, True)]
UNIQUE += [Index("c", {"s": 1, "n": 1}, unique=True), Index("k", {"o.k": 1}, unique=True, sparse=True)]


@given(rows=ROWS, changes=st.lists(CHANGE, min_size=1, max_size=5), index=st.sampled_from(UNIQUE), where=WHERE)
def test_changes(
    runner: Runner, rows: list[Object], changes: list[tuple[Where, Ops]], index: Index | None, where: Where
) -> None:
    assume(all(map(runner.finds, [where, *(condition for condition, _ in changes)])) and runner.keeps(index))
    assume(all(runner.does(ops) for _, ops in changes))
    schema = THINGS.applied(SchemaChange(add_indexes={index.name: index} if index else {}))

    async def check() -> None:
        model, store = MemoryStorage(), runner.store
        await filled(model, [], schema)
        await filled(store, [], schema)
        for row in rows:
            assert await inserted(store, schema, row) == await inserted(model, schema, as_kept(store, row))
        for condition, ops in changes:
            upsert = inserts_an_object(condition)
            want = await outcome(model, schema, as_told(store, condition), as_done(store, ops), upsert)
            assert await outcome(store, schema, condition, ops, upsert) == want
            await forget_order(model, store, schema)
        assert await store.delete(schema, where) == await model.delete(schema, as_told(store, where))
        assert exact(store, await store.find(schema, Query())) == exact(store, await model.find(schema, Query()))

    runner.run(check())


async def forget_order(model: Storage, store: Storage, schema: ClassSchema) -> None:
    """Bring nested fields, which operations on dotted paths have appended, into the order that the store gives them."""
    if forgets_order(store):
        await filled(model, [as_kept(store, row) for row in await model.find(schema, Query())], schema)


async def inserted(store: Storage, schema: ClassSchema, row: Object) -> Any:
    try:
        await store.insert(schema, [row])
    except DuplicateValueError as exc:
        return exc.field
    return None


@given(rows=ROWS, path=PATH, where=LEAF)
def test_distinct_values(runner: Runner, rows: list[Object], path: str, where: Where) -> None:
    assume(not runner.is_stand_in or path in COMPARABLE)

    async def check() -> None:
        model, store = MemoryStorage(), runner.store
        await filled(model, [as_kept(store, row) for row in rows])
        await filled(store, rows)
        for node in filter(runner.finds, (where, EVERYTHING)):
            told = as_told(store, node)
            found, wanted = await store.distinct(THINGS, path, node), await model.distinct(THINGS, path, told)
            assert runner.in_order(found) == runner.in_order(wanted)

    runner.run(check())

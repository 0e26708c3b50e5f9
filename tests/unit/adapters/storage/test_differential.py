"""Random data, conditions, orders and operations: every store gives the answer of the in-memory matcher."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsepy.adapters.storage.base import DuplicateValueError, InvalidValueError, Object, Storage
from parsepy.adapters.storage.memory import MemoryStorage
from parsepy.model.match import compile_where, near_key, sort_key
from parsepy.model.ops import Add, AddUnique, Increment, Op, Ops, Remove, Set, SetOnInsert, Unset
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

from .conftest import OPENERS, THINGS, thing


class Runner:
    """A store and the loop it lives in, for the many examples of one test."""

    def __init__(self, store: Storage, loop: asyncio.Runner) -> None:
        self.store = store
        self.run = loop.run


@pytest.fixture(params=list(OPENERS))
def runner(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Runner]:
    with asyncio.Runner() as loop:
        store = OPENERS[request.param](tmp_path)
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


def exact(rows: list[Object]) -> str:
    """Everything that clients could tell apart: 1 and 1.0 and true, the order of the fields of nested objects."""
    return json.dumps([dict(sorted(row.items())) for row in rows])


async def filled(store: Storage, rows: list[Object], schema: ClassSchema = THINGS) -> None:
    await store.drop_class(schema)
    await store.create_class(schema)
    await store.insert(schema, rows)


@given(rows=ROWS, queries=st.lists(QUERY, min_size=1, max_size=5))
def test_queries(runner: Runner, rows: list[Object], queries: list[Query]) -> None:
    async def check() -> None:
        await filled(runner.store, rows)
        for query in queries:
            assert exact(await runner.store.find(THINGS, query)) == exact(expected(rows, query)), query
            assert await runner.store.count(THINGS, query.where) == len(expected(rows, Query(query.where)))

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
    rows = [thing(f"id{at}", g=point, n=at % 3) for at, point in enumerate(points)]

    async def check() -> None:
        await filled(runner.store, rows)
        for node in (where, And((where, other)), Or((where, other)), Nor((where,))):
            assert exact(await runner.store.find(THINGS, Query(node))) == exact(expected(rows, Query(node))), node

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
    schema = THINGS.applied(SchemaChange(add_indexes={index.name: index} if index else {}))

    async def check() -> None:
        model = MemoryStorage()
        for store in (model, runner.store):
            await filled(store, [], schema)
        for row in rows:
            assert await inserted(runner.store, schema, row) == await inserted(model, schema, row)
        for condition, ops in changes:
            upsert = inserts_an_object(condition)
            want = await outcome(model, schema, condition, ops, upsert)
            assert await outcome(runner.store, schema, condition, ops, upsert) == want
        assert await runner.store.delete(schema, where) == await model.delete(schema, where)
        assert exact(await runner.store.find(schema, Query())) == exact(await model.find(schema, Query()))

    runner.run(check())


async def inserted(store: Storage, schema: ClassSchema, row: Object) -> Any:
    try:
        await store.insert(schema, [row])
    except DuplicateValueError as exc:
        return exc.field
    return None


@given(rows=ROWS, path=PATH, where=LEAF)
def test_distinct_values(runner: Runner, rows: list[Object], path: str, where: Where) -> None:
    async def check() -> None:
        model = MemoryStorage()
        for store in (model, runner.store):
            await filled(store, rows)
        for node in (where, EVERYTHING):
            assert await runner.store.distinct(THINGS, path, node) == await model.distinct(THINGS, path, node)

    runner.run(check())

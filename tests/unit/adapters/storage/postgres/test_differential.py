"""Random rows, conditions and orders on a real PostgreSQL: the compiled SQL finds what the matcher finds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsepy.adapters.storage.base import InvalidQueryError, Object
from parsepy.adapters.storage.postgres.columns import TableShape
from parsepy.adapters.storage.postgres.order import compile_order
from parsepy.adapters.storage.postgres.where import compile_where, predicate
from parsepy.model.match import near_key, sort_key
from parsepy.model.where import All, And, Compare, ContainedBy, Exists, In, Nor, Or, Order, Query, Regex, Text, Where

from ..conftest import THINGS, thing
from ..test_differential import GEO, JSON, LEAF, ORDERS, PATTERN, POINT, ROWS, WHERE
from .things_table import SHAPE, Connection, as_read, create_things, found, write_things

Check = Callable[[list[Object], Where, tuple[Order, ...]], None]


@pytest.fixture
def check(postgres_server: str) -> Iterator[Check]:
    """Compares the table's answer with the model's."""
    with asyncio.Runner() as loop:
        connection = loop.run(_connected(postgres_server))
        yield lambda rows, where, orders: loop.run(_compared(connection, rows, where, orders))
        loop.run(connection.close())


async def _connected(address: str) -> Connection:
    connection = await asyncpg.connect(f"{address}/postgres")
    await create_things(connection)
    return connection


async def _compared(connection: Connection, rows: list[Object], where: Where, orders: tuple[Order, ...]) -> None:
    async with connection.transaction():
        await write_things(connection, rows)
        for shape in (SHAPE, replace(SHAPE, is_binary=True)):
            await _answered(connection, shape, [as_read(row) for row in rows], Query(where, orders))


async def _answered(connection: Connection, shape: TableShape, rows: list[Object], query: Query) -> None:
    holds = predicate(query.where, THINGS)
    condition = compile_where(query.where, THINGS, shape)
    order = compile_order(query, THINGS, shape, first=len(condition.args) + 1)
    ids = await found(connection, condition)
    ordered = ids if order is None else await found(connection, condition, order.sql, *order.args)
    matching = [row["objectId"] for row in rows if holds(row)]
    assert (ids if condition.is_exact else [name for name in ids if name in matching]) == matching, condition
    selected = [row for row in rows if row["objectId"] in ids]
    if order is not None:
        selected.sort(key=near_key(query.where) or sort_key(query.order))
    assert ordered == [row["objectId"] for row in selected], order


PATHS = ["o", "a", "o.k", "o.0", "o.k.l", "o.k.0", "o.k.0.l", "o.0.k", "o.k.l.m", "o.k.iso", "o.k.objectId"]
PATHS += ["a.0", "a.1", "a.k", "a.0.k", "a.0.0", "a.k.0", "a.k.l", "a.l.0.m", "a.00", "a.1234567890", "o.", "a..k"]
DEEP_PATH = st.sampled_from(PATHS)
OPERATOR = st.sampled_from(["$eq", "$ne", "$lt", "$lte", "$gt", "$gte"])
VALUES = st.lists(JSON, max_size=3).map(tuple)
DEEP: st.SearchStrategy[Where] = st.one_of(
    st.builds(Compare, DEEP_PATH, OPERATOR, JSON),
    st.builds(In, DEEP_PATH, VALUES, st.booleans()),
    st.builds(Exists, DEEP_PATH, st.booleans()),
    st.builds(Regex, DEEP_PATH, PATTERN, st.sampled_from(["", "i"])),
    st.builds(All, DEEP_PATH, VALUES),
    st.builds(All, DEEP_PATH, st.lists(st.builds(Regex, st.just(""), PATTERN), max_size=2).map(tuple)),
    st.builds(ContainedBy, DEEP_PATH, VALUES),
)
DOCUMENT = st.fixed_dictionaries(
    {},
    optional={
        "o": st.none() | st.dictionaries(st.sampled_from(["k", "l", "0"]), JSON, max_size=3),
        "a": st.none() | st.lists(JSON, max_size=3),
    },
)
DOCUMENTS = st.lists(DOCUMENT, max_size=8).map(lambda rows: [thing(f"id{at}", **row) for at, row in enumerate(rows)])


@given(rows=ROWS, where=WHERE, orders=ORDERS)
def test_conditions_and_orders(check: Check, rows: list[Object], where: Where, orders: tuple[Order, ...]) -> None:
    check(rows, where, orders)


@given(rows=DOCUMENTS, where=DEEP)
def test_conditions_on_nested_values(check: Check, rows: list[Object], where: Where) -> None:
    check(rows, where, ())
    check(rows, Nor((where,)), ())


@given(points=st.lists(st.none() | POINT, max_size=8), where=GEO, other=LEAF)
def test_places(check: Check, points: list[Any], where: Where, other: Where) -> None:
    rows = [thing(f"id{at}", g=point, n=at % 3, a=[point]) for at, point in enumerate(points)]
    for node in (where, And((where, other)), Or((where, other)), Nor((where,))):
        check(rows, node, ())


WORDS = st.lists(
    st.sampled_from(["Coffee", "run", "running", "hoping", "hope", "o'neil", "ponies", "café", "-tea", "a_b"])
)
SENTENCE = WORDS.map(" ".join)


@given(texts=st.lists(st.none() | SENTENCE, max_size=8), term=SENTENCE, sensitive=st.booleans())
def test_words(check: Check, texts: list[str | None], term: str, sensitive: bool) -> None:
    rows = [thing(f"id{at}", s=text) for at, text in enumerate(texts)]

    check(rows, Text("s", term, case_sensitive=sensitive), ())


PIECES = st.sampled_from(
    [
        *[
            "a",
            "A",
            "b",
            ".",
            "^",
            "$",
            "|",
            "(",
            ")",
            "(?:",
            "*",
            "+",
            "?",
            "*?",
            "\\",
            "\\.",
            "\\d",
            "\\w",
            "\\s",
            "\\W",
        ],
        *[
            "[a-c]",
            "[^a]",
            "[ab",
            "]",
            "{2}",
            "k",
            "s",
            "é",
            "\n",
            "\\n",
            " ",
            "\\Qa.b\\E",
            "\\b",
            "(?i)",
            "(?=a)",
            "-",
        ],
    ]
)
TEXTS = st.text(st.sampled_from("aAbBkKsS.é1 \n\u212a\u017f_-\\"), max_size=5)


@given(
    texts=st.lists(TEXTS, max_size=8),
    pieces=st.lists(PIECES, max_size=6),
    options=st.sampled_from(["", "i", "s", "ims"]),
)
def test_patterns(check: Check, texts: list[str], pieces: list[str], options: str) -> None:
    rows = [thing(f"id{at}", s=text, a=[text, 1], f={"__type": "File", "name": text}) for at, text in enumerate(texts)]
    where = Regex("s", "".join(pieces), options)
    try:
        predicate(where, THINGS)
    except InvalidQueryError:
        return

    for path in ("s", "a", "f"):
        check(rows, Regex(path, where.pattern, options), ())

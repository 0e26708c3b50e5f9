"""Which conditions SQLite answers alone, which by an index, and that none of them is fooled by odd values."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsepy.adapters.storage.base import InvalidQueryError, Object
from parsepy.adapters.storage.memory import MemoryStorage
from parsepy.adapters.storage.sqlite.columns import Table
from parsepy.adapters.storage.sqlite.condition import Condition
from parsepy.adapters.storage.sqlite.patterns import following, literal_start
from parsepy.adapters.storage.sqlite.storage import SqliteStorage
from parsepy.adapters.storage.sqlite.where import compile_condition
from parsepy.model.schema import Index, SchemaChange
from parsepy.model.where import (
    All,
    And,
    Compare,
    Exists,
    In,
    Nor,
    Or,
    Order,
    Permits,
    Query,
    Regex,
    Where,
    WithinSphere,
)

from .conftest import THINGS, thing

TABLE = Table('"Thing"', THINGS)
DATE = {"__type": "Date", "iso": "2026-01-02T03:04:05.678Z"}
POINTER = {"__type": "Pointer", "className": "Team", "objectId": "t"}
EXACT: list[Where] = [
    Compare("objectId", "$eq", "a"),
    Compare("s", "$gt", "a"),
    Compare("s", "$ne", None),
    Compare("n", "$lte", 0.5),
    Compare("b", "$eq", True),
    Compare("d", "$gte", DATE),
    Compare("createdAt", "$lt", DATE),
    Compare("p", "$ne", POINTER),
    Compare("a", "$eq", "x"),
    Compare("a", "$ne", POINTER),
    Compare("n", "$eq", "no number"),
    In("s", ("a", "b", None)),
    In("n", (1, 2.5, "x"), negated=True),
    In("p", (POINTER,)),
    In("a", ("x", 1)),
    All("a", ("x", "y")),
    Exists("o", True),
    Regex("s", "^\\Qab\\E"),
    Permits("read", frozenset({"*", "u", "role:x"})),
    Nor((Compare("s", "$eq", "a"), And((Compare("n", "$gt", 1), Or(()))))),
]
INEXACT: list[Where] = [
    Compare("o.k", "$eq", 1),
    Compare("unknown", "$eq", "x"),
    Compare("o", "$eq", {"k": 1}),
    Compare("s", "$gt", "a\0b"),
    Regex("s", "b$"),
    Regex("s", "^a", "i"),
    WithinSphere("g", 1, 2, 0.1),
    Nor((Compare("o.k", "$eq", 1),)),
]


def named(wheres: list[Where]) -> list[str]:
    """Names that are the same in every process: sets print in any order."""
    return [f"{at} {type(where).__name__}" for at, where in enumerate(wheres)]


def compiled(where: Where) -> Condition:
    return compile_condition(TABLE, where)


@pytest.mark.parametrize("where", EXACT, ids=named(EXACT))
def test_sqlite_answers_alone(where: Where) -> None:
    assert compiled(where).exact


@pytest.mark.parametrize("where", INEXACT, ids=named(INEXACT))
def test_the_predicate_has_the_last_word(where: Where) -> None:
    assert not compiled(where).exact


def test_no_value_of_a_client_becomes_part_of_the_statement() -> None:
    marked = "x') OR 1=1 --"
    values: list[Any] = [marked, {**POINTER, "objectId": marked}, {"__type": "Date", "iso": marked}]
    paths = ["objectId", "s", "p", "d", "a", "o", "o.k", "unknown", f"o.{marked}", marked, 'o."', "a.0"]

    wheres: list[Where] = [
        Compare(path, op, value) for path in paths for value in values for op in ("$eq", "$ne", "$gt")
    ]
    wheres += [In(path, tuple(values)) for path in paths]
    wheres += [Exists(path, True) for path in paths]
    wheres.append(Regex("s", f"^{marked}"))
    wheres.append(Permits("read", frozenset({marked})))

    assert [where for where in wheres if marked in compiled(where).sql] == []


def test_a_long_list_of_conditions_stays_within_what_sqlite_takes() -> None:
    where = Or(tuple(Compare("n", "$eq", n) for n in range(5000)))

    assert compiled(where).exact


def nested(depth: int, width: int) -> Where:
    """Conditions that only `n` of 1 meets, nested and in long lists."""
    where: Where = Compare("n", "$eq", 1)
    for _ in range(depth):
        others = tuple(Compare("s", "$eq", f"x{at}") for at in range(width))
        where = Nor((Nor((And((Or((where, *others)), Exists("n", True))),)),))
    return where


@pytest.mark.parametrize(("depth", "width"), [(1, 2000), (3, 1), (5, 60), (6, 9), (8, 1), (12, 1), (40, 3)])
async def test_nested_and_wide_conditions_are_answered(tmp_path: Path, depth: int, width: int) -> None:
    store = SqliteStorage(tmp_path / "nested.sqlite")
    await store.open()
    await store.create_class(THINGS)
    await store.insert(THINGS, [thing("a", n=1), thing("b", n=2)])
    found = await store.find(THINGS, Query(nested(depth, width)))
    await store.close()

    assert found == [thing("a", n=1)]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("^\\Qa.b\\E", ("a.b", True, "")),
        ("^abc", ("abc", True, "")),
        ("^ab\\.c", ("ab.c", True, "")),
        ("^abc*", ("ab", False, "*")),
        ("^\\Qab\\E?", ("a", False, "?")),
        ("^ab.c", ("ab", False, ".c")),
        ("^ab|c", ("", False, "|c")),
        ("^a(b|c)", ("", False, "(b|c)")),
        ("^ab$", ("ab", False, "$")),
        ("^a\\d", ("a", False, "\\d")),
        ("abc", ("", False, "abc")),
    ],
)
def test_the_literal_start_of_a_pattern(pattern: str, expected: tuple[str, bool, str]) -> None:
    assert literal_start(pattern) == expected


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [("ab", "ac"), ("a\ud7ff", "a\ue000"), ("a\U0010ffff", "b"), ("\U0010ffff", None)],
    ids=["plain", "before surrogates", "last character", "nothing behind"],
)
def test_the_text_behind_all_with_a_prefix(prefix: str, expected: str | None) -> None:
    assert following(prefix) == expected


@pytest.mark.parametrize(
    "where",
    [Regex("s", "("), Compare("s", "$eq", "\ud800"), Compare("o.k", "$eq", "\ud800"), In("s", ("a", "\ud800"))],
    ids=["pattern", "text", "text below", "list"],
)
async def test_what_cannot_be_asked_is_refused(tmp_path: Path, where: Where) -> None:
    store = SqliteStorage(tmp_path / "refused.sqlite")
    await store.open()
    await store.create_class(THINGS)
    with pytest.raises(InvalidQueryError):
        await store.find(THINGS, Query(where))
    await store.close()


async def test_windows_may_be_larger_than_any_number_of_sqlite(tmp_path: Path) -> None:
    store = SqliteStorage(tmp_path / "windows.sqlite")
    await store.open()
    await store.create_class(THINGS)
    await store.insert(THINGS, [thing("a")])
    found = [await store.find(THINGS, query) for query in (Query(limit=2**70), Query(skip=2**70))]
    await store.close()

    assert found == [[thing("a")], []]


INDEXED = THINGS.applied(
    SchemaChange(
        add_indexes={
            name: Index(name, {name: direction})
            for name, direction in [("s", 1), ("n", -1), ("d", 1), ("p", 1), ("o.k", 1)]
        }
        | {"folded": Index("folded", {"t": 1}, case_insensitive=True)}
    )
)
ODD_TEXT = st.text(st.sampled_from('\0ab"\\\x01é\ud7ff\ue000\U0010ffff'), max_size=3)
ODD_NUMBER = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53), 2**53)
COLUMNS = {
    "s": st.none() | ODD_TEXT,
    "t": ODD_TEXT,
    "n": ODD_NUMBER,
    "p": st.builds(lambda name: {**POINTER, "objectId": name}, ODD_TEXT),
    "a": st.lists(ODD_TEXT | ODD_NUMBER | st.booleans() | st.none(), max_size=2),
    "o": st.fixed_dictionaries({}, optional={"k": ODD_TEXT | ODD_NUMBER | st.lists(ODD_TEXT, max_size=2)}),
}
ROW = st.fixed_dictionaries({}, optional=COLUMNS)


def conditions() -> st.SearchStrategy[Where]:
    values = {"s": ODD_TEXT, "t": ODD_TEXT, "n": ODD_NUMBER, "p": COLUMNS["p"], "a": ODD_TEXT | ODD_NUMBER}
    values["o.k"] = ODD_TEXT | ODD_NUMBER

    def on(path: str) -> st.SearchStrategy[Where]:
        operators = st.sampled_from(["$eq", "$ne", "$gt", "$gte", "$lt", "$lte"])
        lists = st.lists(values[path], max_size=3).map(tuple)
        compare: st.SearchStrategy[Where] = st.builds(Compare, st.just(path), operators, values[path])
        return compare | st.builds(In, st.just(path), lists, st.booleans())

    starts = st.builds(lambda text: Regex("s", "^\\Q" + text.replace("\\", "").replace("\0", "") + "\\E"), ODD_TEXT)
    return st.sampled_from(sorted(values)).flatmap(on) | starts


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[tuple[asyncio.Runner, SqliteStorage]]:
    with asyncio.Runner() as loop:
        store = SqliteStorage(tmp_path / "odd.sqlite")
        loop.run(store.open())
        yield loop, store
        loop.run(store.close())


@given(
    rows=st.lists(ROW, max_size=6), where=conditions(), with_indexes=st.booleans(), limit=st.none() | st.integers(1, 3)
)
def test_odd_texts_and_numbers_are_told_apart_as_in_memory(
    runner: tuple[asyncio.Runner, SqliteStorage],
    rows: list[Object],
    where: Where,
    with_indexes: bool,
    limit: int | None,
) -> None:
    schema = INDEXED if with_indexes else THINGS
    query = Query(where, (Order("n"),), limit)

    async def answers() -> list[Any]:
        found = []
        for store in (runner[1], MemoryStorage()):
            await store.drop_class(schema)
            await store.create_class(schema)
            await store.insert(schema, [thing(f"t{at}", **row) for at, row in enumerate(rows)])
            found.append((await store.find(schema, query), await store.count(schema, where)))
        return found

    sqlite, memory = runner[0].run(answers())

    assert sqlite == memory

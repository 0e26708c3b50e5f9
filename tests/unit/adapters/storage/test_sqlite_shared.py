"""Reads that several threads share: they see one state, keep the order, and leave the other readers alone."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsepy.adapters.storage.base import StorageUnavailableError
from parsepy.adapters.storage.looked_at import columns_of
from parsepy.adapters.storage.sqlite.patterns import literal_anywhere
from parsepy.adapters.storage.sqlite.storage import SqliteStorage
from parsepy.adapters.storage.sqlite_shared.crew import Hands
from parsepy.adapters.storage.sqlite_shared.ranks import Ranked, page_of
from parsepy.model.where import And, Compare, Near, Order, Permits, Regex, Where

from .conftest import THINGS, thing


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStorage]:
    """A store that shares every read, with a thousand things."""
    store = SqliteStorage(tmp_path / "shared.sqlite", quick_seconds=0)
    await store.open()
    await store.create_class(THINGS)
    await store.insert(THINGS, [thing(f"t{n:04}", n=n, s=f"text {n}") for n in range(1000)])
    yield store
    await store.close()


async def test_a_count_is_one_of_those_that_were_true_while_others_write(store: SqliteStorage) -> None:
    async def move() -> None:
        for n in range(200):
            async with store.transaction() as inner:
                await inner.delete(THINGS, Compare("objectId", "$eq", f"t{n:04}"))
                await inner.insert(THINGS, [thing(f"u{n:04}", n=n)])

    moving = asyncio.ensure_future(move())
    counts = set()
    while not moving.done():
        counts.add(await store.count(THINGS, Compare("n", "$gte", 0)))

    assert counts == {1000}


async def test_a_class_that_is_not_there_is_empty(store: SqliteStorage) -> None:
    await store.drop_class(THINGS)

    assert await store.count(THINGS, Compare("n", "$gt", 1)) == 0
    assert await store.distinct(THINGS, "n", Compare("n", "$gt", 1)) == []


async def test_a_closed_store_shares_nothing(store: SqliteStorage) -> None:
    await store.close()

    with pytest.raises(StorageUnavailableError):
        await store.count(THINGS, Compare("n", "$gt", 1))


async def test_many_long_reads_leave_the_others_their_threads(tmp_path: Path) -> None:
    store = SqliteStorage(tmp_path / "long.sqlite", quick_seconds=0.001)
    await store.open()
    await store.create_class(THINGS)
    await store.insert(THINGS, [thing(f"t{n}", n=n, s="text " * 20) for n in range(20_000)])
    long = [asyncio.ensure_future(store.count(THINGS, Regex("s", "x+t ?$"))) for _ in range(12)]
    await asyncio.wait(long, return_when=asyncio.FIRST_COMPLETED)
    await store.ping()
    waiting = sum(not read.done() for read in long)

    assert waiting > 0
    assert await asyncio.gather(*long) == [20_000] * 12
    await store.close()


@pytest.fixture
def hands() -> Hands:
    """Three connections and their helpers."""
    connections = [sqlite3.connect(":memory:", check_same_thread=False) for _ in range(3)]
    return Hands(connections, ThreadPoolExecutor(3))


def test_results_come_in_the_order_of_the_parts(hands: Hands) -> None:
    assert hands.each(range(50), lambda connection, part: part * 2) == [part * 2 for part in range(50)]


def test_several_threads_work_on_the_parts(hands: Hands) -> None:
    together = threading.Barrier(3, timeout=30)

    def meet(connection: sqlite3.Connection, part: int) -> int:
        together.wait()
        return threading.get_ident()

    assert len(set(hands.each(range(3), meet))) == 3


def test_what_fails_in_one_part_fails_the_read(hands: Hands) -> None:
    def work(connection: sqlite3.Connection, part: int) -> int:
        if part == 7:
            raise ValueError("seven")
        return part

    with pytest.raises(ValueError, match="seven"):
        hands.each(range(20), work)


_VALUES = st.one_of(st.none(), st.integers(0, 5))


@given(st.lists(st.lists(_VALUES, max_size=20), max_size=5), st.booleans(), st.integers(0, 60), st.integers(0, 20))
def test_a_page_by_rank_is_the_page_of_all_sorted(
    columns: list[list[int | None]], descending: bool, start: int, size: int
) -> None:
    def key(row: Ranked) -> tuple[int, int]:
        rank = -1 if row[1] is None else int(row[1])
        return (-rank if descending else rank, row[0])

    numbers = iter(range(1000))
    lists = [sorted(((next(numbers), value) for value in column), key=key) for column in columns]
    expected = sorted((row for rows in lists for row in rows), key=key)[start : start + size]

    assert page_of(lists, [descending], start, start + size) == [row[0] for row in expected]


@pytest.mark.parametrize(
    ("where", "orders", "columns"),
    [
        (And((Compare("a.b", "$eq", 1), Regex("c", "x"))), (Order("d", True),), {"a", "c", "d"}),
        (Permits("read", frozenset({"*"})), (), {"ACL"}),
        (Compare("_rperm", "$eq", "u"), (), {"ACL"}),
        (Near("g", 1, 2), (), {"g"}),
    ],
    ids=["paths", "permission", "permission path", "near"],
)
def test_a_condition_looks_at_the_columns_that_it_names(
    where: Where, orders: tuple[Order, ...], columns: set[str]
) -> None:
    assert columns_of(where, orders) == frozenset(columns)


@pytest.mark.parametrize(
    ("pattern", "literal"),
    [
        ("abc", "abc"),
        ("^abc$", "abc"),
        ("\\Qa.c\\E$", "a.c"),
        ("abc*", "ab"),
        ("ab|cd", ""),
        ("(?i)abc", ""),
        ("[a]bc", ""),
        ("\ud800", ""),
    ],
    ids=["text", "anchors", "quoted", "repeated", "alternatives", "flag", "class", "half a character"],
)
def test_what_every_match_of_a_pattern_holds(pattern: str, literal: str) -> None:
    assert literal_anywhere(pattern) == literal

"""Short forms for scenarios about aggregations: rows of many types, pipelines over them."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.questions import date, save_all
from tests.compat.differential.script import Script

ROWS: list[dict[str, Any]] = [
    {
        "i": 7,
        "f": 2.5,
        "s": "Hello World",
        "a": [3, 1, 2],
        "o": {"x": 1, "y": {"z": "deep"}},
        "d": date("2024-03-10T13:14:15.167Z"),
        "b": True,
        "l": [{"k": 1, "v": "a"}, {"k": 2, "v": "b"}],
    },
    {
        "i": -3,
        "f": -0.5,
        "s": "",
        "a": [],
        "o": {},
        "d": date("1999-12-31T23:59:59.999Z"),
        "b": False,
        "l": [],
    },
    {"i": 0, "f": 10.0, "s": "ünï abc", "a": [1, 1, 5], "o": {"x": None}, "d": date("2020-02-29T00:00:00.000Z")},
    {"i": None, "f": None, "s": None, "a": None, "o": None, "d": None, "b": None, "l": None},
    {},
]
"""Beside `n`, their position: a full row, one of empty values, an odd one, one of nulls, one of nothing."""

SALES: list[dict[str, Any]] = [
    {
        "shop": "north",
        "item": "tea",
        "price": 10,
        "sold": 2,
        "tags": ["hot", "new"],
        "at": date("2024-01-01T08:00:00Z"),
    },
    {"shop": "south", "item": "tea", "price": 12, "sold": 1, "tags": ["hot"], "at": date("2024-01-15T09:30:00Z")},
    {"shop": "north", "item": "ice", "price": 3, "sold": 10, "tags": [], "at": date("2024-02-01T12:00:00Z")},
    {
        "shop": "south",
        "item": "ice",
        "price": 3.5,
        "sold": 4,
        "tags": ["cold", "new"],
        "at": date("2024-02-03T18:45:00Z"),
    },
    {"shop": "north", "item": "pie", "price": 5.25, "sold": 3, "at": date("2024-03-01T07:15:00Z")},
    {"item": "cup", "price": 1, "sold": None, "tags": None},
]


async def aggregate(s: Script, *pipelines: Any, of: str = "Thing", as_: Any = "master", **params: Any) -> None:
    """Ask for each pipeline."""
    for stages in pipelines:
        await s.get(f"aggregate/{s.name(of)}", params={"pipeline": stages, **params}, as_=as_)


async def compute(s: Script, *expressions: Any) -> None:
    """The value of each expression for each of the rows, in their order."""
    await save_all(s, "Thing", ROWS)
    for expression in expressions:
        await aggregate(s, [{"$sort": {"n": 1}}, {"$project": {"_id": 0, "n": 1, "r": expression}}])


async def sell(s: Script, *pipelines: Any, **params: Any) -> None:
    """Pipelines over the sales."""
    await save_all(s, "Sale", SALES)
    await aggregate(s, *pipelines, of="Sale", **params)


async def match(s: Script, *conditions: Any) -> None:
    """Which of the rows meet each of the conditions."""
    await save_all(s, "Thing", ROWS)
    for condition in conditions:
        await aggregate(s, [{"$match": condition}, {"$sort": {"n": 1}}, {"$project": {"_id": 0, "n": 1}}])

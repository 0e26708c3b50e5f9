"""3.6 Distinct values, by the aggregate route."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.questions import date, save_all
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script


async def distinct(s: Script, *fields: str, as_: Any = "master", **more: Any) -> None:
    for field in fields:
        await s.get(f"aggregate/{s.name('Thing')}", params={"distinct": field, **more}, as_=as_)


@scenario("3.6/values")
async def distinct_gives_each_value_once(s: Script) -> None:
    rows: list[dict[str, Any]] = [
        {"v": 1, "t": "a"},
        {"v": 2, "t": "b"},
        {"v": 1, "t": "a"},
        {"v": None, "t": None},
        {},
    ]
    await save_all(s, "Thing", rows)
    await distinct(s, "v", "t")
    await distinct(s, "v", where={"n": {"$gt": 1}})
    await distinct(s, "v", where={"v": 9})


@scenario("3.6/values")
async def distinct_takes_arrays_apart(s: Script) -> None:
    await save_all(s, "Thing", [{"l": [1, 2]}, {"l": [2, 3]}, {"l": []}, {}])
    await distinct(s, "l")


@scenario("3.6/values")
async def distinct_gives_pointers(s: Script) -> None:
    owner = s.pointer("Owner", await s.create("Owner"))
    await save_all(s, "Thing", [{"p": owner}, {"p": owner}, {}])
    await distinct(s, "p")


@scenario("3.6/values")
async def distinct_gives_booleans_dates_and_objects(s: Script) -> None:
    row = {"b": True, "d": date("2020-01-01T00:00:00.000Z"), "o": {"x": 1}}
    await save_all(s, "Thing", [row, row, {}])
    await distinct(s, "b", "d", "o")


@scenario("3.6/values")
async def distinct_of_ids_and_dates_of_the_server(s: Script) -> None:
    await s.create("Thing", {"v": 1})
    await distinct(s, "objectId", "createdAt")


@scenario("3.6/nothing")
async def distinct_of_the_unknown_is_empty(s: Script) -> None:
    await save_all(s, "Thing", [{"v": 1}])
    await distinct(s, "never", "never.x")
    await s.get(f"aggregate/{s.name('Nowhere')}", params={"distinct": "v"}, as_="master")


@scenario("3.6/nothing")
async def distinct_of_a_bad_name(s: Script) -> None:
    await save_all(s, "Thing", [{"v": 1}])
    await distinct(s, "1bad", "v-x", "$v")


@scenario("3.6/nested")
async def distinct_reaches_into_objects(s: Script) -> None:
    await save_all(s, "Thing", [{"o": {"k": "a", "d": {"e": 1}}}, {"o": {"k": "b"}}, {"o": {"k": "a"}}, {"o": {}}])
    await distinct(s, "o.k", "o.d.e", "o.none")


@scenario("3.6/rights")
async def distinct_needs_the_master_key(s: Script) -> None:
    ann = await s.sign_up("ann")
    await save_all(s, "Thing", [{"v": 1}])
    for who in ("client", ann, "readonly"):
        await distinct(s, "v", as_=who)


@scenario("3.6/rights")
async def distinct_is_no_parameter_of_a_find(s: Script) -> None:
    await save_all(s, "Thing", [{"v": 1}])
    for who in ("client", "master"):
        await s.get(f"classes/{s.name('Thing')}", params={"distinct": "v"}, as_=who)

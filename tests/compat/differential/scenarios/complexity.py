"""3.2 requestComplexity: the limits of clients' queries."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.questions import ask, find, save_all
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script

STRICT = "strict-queries"


def nested(depth: int, operator: str = "$or") -> dict[str, Any]:
    """A where with so many logical operators inside of each other."""
    where: dict[str, Any] = {"n": 0}
    for _ in range(depth):
        where = {operator: [where]}
    return where


def inside(s: Script, depth: int, operator: str = "$inQuery") -> dict[str, Any]:
    """A where with so many sub-queries inside of each other."""
    where: dict[str, Any] = {"n": 0}
    for _ in range(depth):
        query = {"className": s.name("Thing"), "where": where}
        where = {"up": {operator: query if "Query" in operator else {"query": query, "key": "n"}}}
    return where


async def chain(s: Script) -> None:
    """Five things, each points `up` to the one before."""
    above = None
    for n in range(5):
        fields = {"n": n, "a": 1, **({"up": s.pointer("Thing", above)} if above else {})}
        above = await s.create("Thing", fields, record=False)


@scenario("3.2/complexity", profile=STRICT)
async def logic_may_be_nested_so_deep(s: Script) -> None:
    await chain(s)
    for operator in ("$or", "$and", "$nor"):
        await ask(s, "Thing", *(nested(depth, operator) for depth in (1, 2, 3)))
    await ask(s, "Thing", nested(3), as_="master")
    await ask(s, "Thing", nested(3), as_="readonly")


@scenario("3.2/complexity", profile=STRICT)
async def mixed_logic_counts_together(s: Script) -> None:
    await chain(s)
    await ask(s, "Thing", {"$or": [{"$and": [{"$nor": [{"n": 1}]}]}]}, {"$or": [{"n": 1}, {"$and": [{"n": 2}]}]})
    await ask(s, "Thing", {"$or": [{"n": 1}], "$and": [{"n": 1}], "$nor": [{"n": 2}]})


@scenario("3.2/complexity", profile=STRICT)
async def subqueries_may_be_nested_so_deep(s: Script) -> None:
    await chain(s)
    for operator in ("$inQuery", "$notInQuery", "$select", "$dontSelect"):
        await ask(s, "Thing", *(inside(s, depth, operator) for depth in (1, 2, 3)))
    await ask(s, "Thing", inside(s, 3), as_="master")


@scenario("3.2/complexity", profile=STRICT)
async def several_subqueries_side_by_side_are_one_deep(s: Script) -> None:
    await chain(s)
    query = {"className": s.name("Thing"), "where": {"n": 0}}
    await ask(s, "Thing", {"$or": [{"up": {"$inQuery": query}}, {"up": {"$notInQuery": query}}]})
    await ask(s, "Thing", {"up": {"$inQuery": query, "$notInQuery": query}})


@scenario("3.2/complexity", profile=STRICT)
async def logic_in_a_subquery_is_counted_by_itself(s: Script) -> None:
    await chain(s)
    for depth in (2, 3):
        query = {"className": s.name("Thing"), "where": nested(depth)}
        await ask(s, "Thing", {"up": {"$inQuery": query}}, {"$or": [{"up": {"$inQuery": query}}]})


@scenario("3.2/complexity", profile=STRICT)
async def includes_may_go_so_deep(s: Script) -> None:
    await chain(s)
    for path in ("up", "up.up", "up.up.up", "a.b.c", "a,up.up.up"):
        await find(s, "Thing", where={"n": 4}, include=path, keys="n,up")
    await find(s, "Thing", where={"n": 4}, include="up.up.up", keys="n,up", as_="master")


@scenario("3.2/complexity", profile=STRICT)
async def so_many_includes_are_allowed(s: Script) -> None:
    await chain(s)
    for path in ("a,b,c", "a,b,c,d", "a,a,a,a", "a.b,c", "a.b,c.d", ["a", "b", "c", "d"]):
        await find(s, "Thing", where={"n": 4}, include=path, keys="n")
    await find(s, "Thing", where={"n": 4}, include="a,b,c,d", keys="n", as_="master")


@scenario("3.2/complexity", profile=STRICT)
async def dotted_keys_count_as_includes(s: Script) -> None:
    await chain(s)
    await find(s, "Thing", where={"n": 4}, keys="up.up.up.n")
    await find(s, "Thing", where={"n": 4}, keys="a.x,b.x,c.x,d.x")


@scenario("3.2/complexity", profile=STRICT)
async def include_all_is_counted_by_its_columns(s: Script) -> None:
    target = s.pointer("Target", await s.create("Target"))
    await s.create("Thing", dict.fromkeys("abcde", target))
    for params in ({"includeAll": 1}, {"include": "*"}, {"include": "*,a,b,c"}):
        await find(s, "Thing", keys="a", **params)


@scenario("3.2/complexity", profile=STRICT)
async def getting_one_object_has_the_same_limits(s: Script) -> None:
    made = (await save_all(s, "Thing", [{}]))[0]
    for include in ("a.b", "a.b.c", "a,b,c,d"):
        await s.get(f"classes/{s.name('Thing')}/{made}", params={"include": include})
    await s.get(f"classes/{s.name('Thing')}/{made}", params={"include": "a.b.c"}, as_="master")


@scenario("3.2/complexity", profile=STRICT)
async def the_limits_hold_for_users_and_for_counts(s: Script) -> None:
    ann = await s.sign_up("ann")
    await chain(s)
    await ask(s, "Thing", nested(3), as_=ann)
    await ask(s, "Thing", nested(3), inside(s, 2), count=1, limit=0)
    await s.get("users", params={"where": nested(3)})


@scenario("3.2/complexity", profile=STRICT)
async def the_limits_hold_for_a_class_that_is_not_there(s: Script) -> None:
    await ask(s, "Nowhere", nested(3), inside(s, 2), {"v": {"$regex": "x"}})
    await find(s, "Nowhere", include="a.b.c")


@scenario("3.2/complexity")
async def nothing_is_limited_by_default(s: Script) -> None:
    await chain(s)
    await ask(s, "Thing", nested(9), inside(s, 4))
    await find(s, "Thing", where={"n": 4}, include="up.up.up.up", keys="n,up")
    await find(s, "Thing", where={"n": 4}, include="a,b,c,d,e,f,g", keys="n")

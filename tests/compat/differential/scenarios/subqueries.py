"""3.2 $inQuery, $notInQuery, $select, $dontSelect."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.questions import ask, date, define, save_all, some
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script


async def things(s: Script) -> list[str]:
    """Owners numbered 0 to 2; things of owner 0, 1 and 2, one with null and one without owner."""
    owners = await save_all(
        s, "Owner", [{"name": name, "age": age} for name, age in (("ann", 30), ("bob", 40), ("cid", 50))]
    )
    rows: list[dict[str, Any]] = [{"owner": s.pointer("Owner", one)} for one in owners]
    await save_all(s, "Thing", [*rows, {"owner": None}, {}])
    await ask(s, "Owner", {})
    await ask(s, "Thing", {})
    return owners


def owners_with(s: Script, where: Any, **more: Any) -> dict[str, Any]:
    return {"className": s.name("Owner"), "where": where, **more}


@scenario("3.2/in-query")
async def in_query_finds_pointers_to_what_a_query_finds(s: Script) -> None:
    await things(s)
    for where in ({"name": "ann"}, {"age": {"$gt": 35}}, {}, {"name": "none"}, {"never": 1}):
        inner = owners_with(s, where)
        await ask(s, "Thing", {"owner": {"$inQuery": inner}}, {"owner": {"$notInQuery": inner}})


@scenario("3.2/in-query")
async def in_query_beside_other_conditions(s: Script) -> None:
    owners = await things(s)
    inner = owners_with(s, {"age": {"$lt": 45}})
    ann = s.pointer("Owner", owners[0])
    await ask(s, "Thing", {"owner": {"$inQuery": inner}, "n": {"$gt": 0}}, {"owner": {"$inQuery": inner, "$ne": ann}})
    await ask(
        s, "Thing", {"owner": {"$inQuery": inner, "$exists": True}}, {"owner": {"$notInQuery": inner, "$ne": None}}
    )
    await ask(
        s, "Thing", {"$or": [{"owner": {"$inQuery": inner}}, {"n": 4}]}, {"$nor": [{"owner": {"$inQuery": inner}}]}
    )
    await ask(s, "Thing", {"$and": [{"owner": {"$notInQuery": inner}}, {"owner": {"$ne": None}}]})


@scenario("3.2/in-query")
async def in_query_meets_a_list_of_pointers(s: Script) -> None:
    owners = [s.pointer("Owner", one) for one in await things(s)]
    inner = owners_with(s, {"age": {"$lt": 45}})
    await ask(
        s,
        "Thing",
        {"owner": {"$inQuery": inner, "$in": [owners[2]]}},
        {"owner": {"$inQuery": inner, "$in": owners[1:]}},
    )
    await ask(s, "Thing", {"owner": {"$notInQuery": inner, "$nin": owners[2:]}})


@scenario("3.2/in-query")
async def both_queries_on_one_pointer(s: Script) -> None:
    await things(s)
    young, named = owners_with(s, {"age": {"$lt": 45}}), owners_with(s, {"name": "ann"})
    await ask(s, "Thing", {"owner": {"$inQuery": young, "$notInQuery": named}})


@scenario("3.2/in-query")
async def in_query_that_is_no_query_is_refused(s: Script) -> None:
    await things(s)
    name = s.name("Owner")
    for value in some({"className": name}, {"where": {}}, {}, 1, "x", None, [], {"className": name, "where": None}):
        await ask(s, "Thing", {"owner": {"$inQuery": value}}, {"owner": {"$notInQuery": value}})


@scenario("3.2/in-query")
async def in_query_with_odd_forms(s: Script) -> None:
    await things(s)
    name = s.name("Owner")
    await ask(s, "Thing", {"owner": {"$inQuery": {"className": name, "where": []}}})
    for value in ({"className": name, "where": 1}, {"className": name, "where": "{}"}, {"className": 1, "where": {}}):
        await ask(s, "Thing", {"owner": {"$inQuery": value}})


@scenario("3.2/in-query")
async def in_query_on_a_missing_class_finds_nothing(s: Script) -> None:
    await things(s)
    inner = {"className": s.name("Nowhere"), "where": {"a": 1}}
    await ask(s, "Thing", {"owner": {"$inQuery": inner}}, {"owner": {"$notInQuery": inner}})


@scenario("3.2/in-query")
async def in_query_on_a_field_that_is_no_pointer(s: Script) -> None:
    owners = await things(s)
    await save_all(s, "Other", [{"t": owners[0], "l": [s.pointer("Owner", owners[0])]}, {}])
    inner = owners_with(s, {"name": "ann"})
    await ask(s, "Other", {"t": {"$inQuery": inner}}, {"n": {"$inQuery": inner}}, {"never": {"$inQuery": inner}})
    await ask(s, "Other", {"t": {"$notInQuery": inner}}, {"l": {"$inQuery": inner}}, {"l": {"$notInQuery": inner}})
    await ask(s, "Other", {"objectId": {"$inQuery": inner}})


@scenario("3.2/in-query")
async def in_queries_nest(s: Script) -> None:
    await things(s)
    inner = {"className": s.name("Thing"), "where": {"owner": {"$inQuery": owners_with(s, {"name": "bob"})}}}
    made = await s.post(f"classes/{s.name('Part')}", {"n": 1}, record=False)
    thing = (await s.get(f"classes/{s.name('Thing')}", params={"where": {"n": 1}}, record=False)).body["results"][0][
        "objectId"
    ]
    await s.put(f"classes/{s.name('Part')}/{made.id}", {"of": s.pointer("Thing", thing)}, record=False)
    await ask(s, "Part", {"of": {"$inQuery": inner}}, {"of": {"$notInQuery": inner}})


@scenario("3.2/in-query")
async def a_subquery_may_be_redirected_to_the_class_of_a_relation(s: Script) -> None:
    owners = await things(s)
    relation = {"__op": "AddRelation", "objects": [s.pointer("Owner", owners[0])]}
    await s.create("Club", {"members": relation})
    inner = {"className": s.name("Club"), "where": {"name": "bob"}, "redirectClassNameForKey": "members"}
    await ask(s, "Thing", {"owner": {"$inQuery": inner}}, {"owner": {"$notInQuery": inner}})


@scenario("3.2/subqueries")
async def limit_order_and_other_keys_in_a_subquery_are_ignored(s: Script) -> None:
    await things(s)
    for more in (
        {"limit": 1},
        {"limit": 0},
        {"skip": 1},
        {"order": "-age"},
        {"keys": "name"},
        {"include": "x"},
        {"foo": 1},
    ):
        await ask(s, "Thing", {"owner": {"$inQuery": owners_with(s, {}, **more)}})


@scenario("3.2/subqueries", profile="find-limits")
async def a_subquery_has_no_default_limit(s: Script) -> None:
    owners = await save_all(s, "Owner", [{} for _ in range(6)])
    await save_all(s, "Thing", [{"owner": s.pointer("Owner", one)} for one in owners])
    inner = owners_with(s, {})
    await ask(
        s, "Thing", {"owner": {"$inQuery": inner}}, {"n": {"$select": {"query": inner, "key": "n"}}}, limit=1, count=1
    )


@scenario("3.2/subqueries", profile="strict-queries")
async def a_subquery_of_a_client_can_be_limited(s: Script) -> None:
    owners = await save_all(s, "Owner", [{} for _ in range(4)])
    await save_all(s, "Thing", [{"owner": s.pointer("Owner", one)} for one in owners])
    inner = owners_with(s, {"n": {"$gte": 0}})
    for who in ("client", "master"):
        await ask(s, "Thing", {"owner": {"$inQuery": inner}}, {"n": {"$select": {"query": inner, "key": "n"}}}, as_=who)


@scenario("3.2/subqueries")
async def a_subquery_sees_what_its_caller_sees(s: Script) -> None:
    ann = await s.sign_up("ann")
    secret = await s.create("Owner", {"name": "x", "ACL": {ann.id: {"read": True}}})
    public = await s.create("Owner", {"name": "x"})
    await save_all(s, "Thing", [{"owner": s.pointer("Owner", one)} for one in (secret, public)])
    inner = owners_with(s, {"name": "x"})
    for who in ("client", ann, "master"):
        await ask(s, "Thing", {"owner": {"$inQuery": inner}}, {"owner": {"$notInQuery": inner}}, as_=who)


@scenario("3.2/subqueries")
async def a_subquery_on_a_closed_class_is_refused(s: Script) -> None:
    await define(s, "Owner", {"name": {"type": "String"}}, classLevelPermissions={"create": {"*": True}})
    owner = await s.create("Owner", {"name": "x"})
    await save_all(s, "Thing", [{"owner": s.pointer("Owner", owner)}])
    inner = owners_with(s, {"name": "x"})
    await ask(s, "Thing", {"owner": {"$inQuery": inner}}, {"n": {"$dontSelect": {"query": inner, "key": "name"}}})
    await ask(s, "Thing", {"owner": {"$inQuery": inner}}, as_="master")


@scenario("3.2/subqueries")
async def a_subquery_does_not_tell_protected_fields(s: Script) -> None:
    rights = {"find": {"*": True}, "create": {"*": True}, "protectedFields": {"*": ["name"]}}
    await define(s, "Owner", {"n": {"type": "Number"}, "name": {"type": "String"}}, classLevelPermissions=rights)
    await save_all(s, "Owner", [{"name": "x"}])
    await save_all(s, "Thing", [{"t": "x"}, {"t": "y"}])
    by_name = {"t": {"$select": {"query": owners_with(s, {"name": "x"}), "key": "name"}}}
    of_name = {"t": {"$select": {"query": owners_with(s, {}), "key": "name"}}}
    for who in ("client", "master"):
        await ask(s, "Thing", by_name, of_name, {"t": {"$dontSelect": of_name["t"]["$select"]}}, as_=who)


@scenario("3.2/subqueries", profile="find-triggers")
async def find_triggers_run_for_subqueries(s: Script) -> None:
    rows = [{"hidden": hidden, "name": s.tag} for hidden in (True, False)]
    made = [(await s.post("classes/HookedByFinds", row, record=False)).id for row in rows]
    pointers = [{"__type": "Pointer", "className": "HookedByFinds", "objectId": one} for one in made]
    await save_all(s, "Thing", [{"owner": one, "t": f"{s.tag}!"} for one in pointers])
    inner = {"className": "HookedByFinds", "where": {"name": s.tag}}
    await ask(s, "Thing", {"owner": {"$inQuery": inner}}, {"owner": {"$notInQuery": inner}})
    await ask(s, "Thing", {"t": {"$select": {"query": inner, "key": "marked"}}})


@scenario("3.2/subqueries")
async def a_bad_where_inside_of_a_subquery_is_refused(s: Script) -> None:
    await things(s)
    for where in ({"name": {"$bad": 1}}, {"$bad": 1}, {"name": {"$in": 1}}, {"1x": 1}):
        inner = owners_with(s, where)
        await ask(s, "Thing", {"owner": {"$inQuery": inner}}, {"n": {"$select": {"query": inner, "key": "age"}}})


@scenario("3.2/select")
async def select_finds_values_that_a_query_gives(s: Script) -> None:
    await things(s)
    await save_all(s, "Person", [{"t": "ann", "a": 50}, {"t": "bob", "a": 1}, {"t": "zoe"}, {"t": None}, {}])
    for where in ({"age": {"$gt": 35}}, {}, {"name": "none"}):
        inner = {"query": owners_with(s, where), "key": "name"}
        await ask(s, "Person", {"t": {"$select": inner}}, {"t": {"$dontSelect": inner}})
    await ask(s, "Person", {"a": {"$select": {"query": owners_with(s, {}), "key": "age"}}})


@scenario("3.2/select")
async def select_takes_a_dotted_key(s: Script) -> None:
    await save_all(s, "Owner", [{"o": {"k": "w", "d": {"e": "x"}}}, {"o": {"k": "y", "d": {"e": "v"}}}])
    await save_all(s, "Thing", [{"t": "x"}, {"t": "y"}, {"t": "z"}])
    for key in ("o.d.e", "o.k", "o.none"):
        inner = {"query": owners_with(s, {}), "key": key}
        await ask(s, "Thing", {"t": {"$select": inner}}, {"t": {"$dontSelect": inner}})


@scenario("3.2/select")
async def select_takes_the_id_or_class_of_a_pointer(s: Script) -> None:
    targets = await save_all(s, "Target", [{"n": 1}, {"n": 2}, {"n": 3}])
    await save_all(s, "Owner", [{"p": s.pointer("Target", one), "l": [{"k": one}]} for one in targets[:2]])
    await save_all(s, "Thing", [{"t": s.name("Target")}, {"t": "y"}])
    keys = (("Target", "objectId", "p.objectId"), ("Thing", "t", "p.className"), ("Target", "objectId", "l.0.k"))
    for of, field, key in keys:
        inner = {"query": owners_with(s, {}), "key": key}
        await ask(s, of, {field: {"$select": inner}}, {field: {"$dontSelect": inner}})
    inner = {"query": owners_with(s, {}), "key": "p.objectId"}
    await ask(s, "Target", {"$and": [{"objectId": {"$select": inner}}, {"n": {"$gt": 1}}]})


@scenario("3.2/select")
async def select_of_a_dotted_key_that_some_rows_do_not_have(s: Script) -> None:
    await save_all(s, "Owner", [{"o": {"d": {"e": "x"}}}, {"o": {}}, {}])
    await save_all(s, "Thing", [{"t": "x"}, {"t": "y"}])
    inner = {"query": owners_with(s, {}), "key": "o.d.e"}
    await ask(s, "Thing", {"t": {"$select": inner}}, {"t": {"$dontSelect": inner}})


@scenario("3.2/select")
async def select_where_some_rows_have_no_value(s: Script) -> None:
    await save_all(s, "Owner", [{"name": "x"}, {"name": None}, {}])
    await save_all(s, "Thing", [{"t": "x"}, {"t": "y"}, {"t": None}, {}])
    inner = {"query": owners_with(s, {}), "key": "name"}
    await ask(s, "Thing", {"t": {"$select": inner}}, {"t": {"$dontSelect": inner}})


@scenario("3.2/select")
async def select_of_ids_pointers_lists_and_dates(s: Script) -> None:
    day = date("2020-01-01T00:00:00.000Z")
    target = s.pointer("Target", await s.create("Target"))
    owner = (await save_all(s, "Owner", [{"p": target, "l": ["x", "y"], "d": day}]))[0]
    await save_all(s, "Thing", [{"ref": owner, "p": target, "t": "y", "d": day}, {"ref": "none", "t": "z"}])
    for field, key in (("ref", "objectId"), ("p", "p"), ("t", "l"), ("d", "d")):
        inner = {"query": owners_with(s, {"n": 0}), "key": key}
        await ask(s, "Thing", {field: {"$select": inner}}, {field: {"$dontSelect": inner}})


@scenario("3.2/select")
async def select_beside_other_conditions(s: Script) -> None:
    await things(s)
    await save_all(s, "Person", [{"t": "ann"}, {"t": "bob"}, {"t": "zoe"}])
    inner = {"query": owners_with(s, {}), "key": "name"}
    await ask(s, "Person", {"t": {"$select": inner, "$ne": "ann"}}, {"t": {"$dontSelect": inner}, "n": 2})
    await ask(
        s, "Person", {"$or": [{"t": {"$select": inner}}, {"n": 2}]}, {"t": {"$select": inner, "$dontSelect": inner}}
    )


@scenario("3.2/select")
async def select_meets_a_list_of_values(s: Script) -> None:
    await things(s)
    await save_all(s, "Person", [{"t": "ann"}, {"t": "bob"}, {"t": "zoe"}])
    inner = {"query": owners_with(s, {}), "key": "name"}
    await ask(
        s, "Person", {"t": {"$select": inner, "$in": ["bob", "zoe"]}}, {"t": {"$dontSelect": inner, "$nin": ["zoe"]}}
    )


@scenario("3.2/select")
async def select_that_has_another_form_is_refused(s: Script) -> None:
    await things(s)
    query = owners_with(s, {})
    for value in some(
        {"query": query},
        {"key": "name"},
        {},
        1,
        "x",
        None,
        [],
        {"query": query, "key": "name", "more": 1},
        {"query": {"where": {}}, "key": "name"},
        {"query": query, "key": ""},
        {"query": None, "key": "name"},
    ):
        await ask(s, "Thing", {"n": {"$select": value}}, {"n": {"$dontSelect": value}})


@scenario("3.2/select")
async def select_with_odd_forms(s: Script) -> None:
    await things(s)
    query = owners_with(s, {})
    for value in (
        {"query": query, "key": 1},
        {"query": query, "key": ["name"]},
        {"query": query, "key": "never"},
        {"query": {"className": s.name("Owner")}, "key": "n"},
        {"query": {"className": 1}, "key": "n"},
    ):
        await ask(s, "Thing", {"n": {"$select": value}})

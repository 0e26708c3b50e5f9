"""3.3 Relations in queries."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.questions import ask, define, save_all, some
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script

OPEN = {"find": {"*": True}, "get": {"*": True}, "create": {"*": True}, "update": {"*": True}, "addField": {"*": True}}


def related(*pointers: dict[str, str]) -> dict[str, Any]:
    return {"__op": "AddRelation", "objects": list(pointers)}


async def bands(s: Script) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Pointers to fans 0 to 3 and bands 0 to 2: band 0 has fans 0 and 1, band 1 has fan 1, band 2 has none."""
    fans = [s.pointer("Fan", one) for one in await save_all(s, "Fan", [{"age": age} for age in (40, 30, 20, 10)])]
    made = await save_all(s, "Band", [{"fans": related(*fans[:2])}, {"fans": related(fans[1])}, {"name": "alone"}])
    await ask(s, "Fan", {})
    return fans, [s.pointer("Band", one) for one in made]


def of(owner: Any, key: Any = "fans") -> dict[str, Any]:
    return {"$relatedTo": {"object": owner, "key": key}}


@scenario("3.2/related-to")
async def related_to_gives_what_the_relation_holds(s: Script) -> None:
    _, owners = await bands(s)
    for owner in owners:
        await ask(s, "Fan", of(owner))
    await ask(s, "Fan", of(owners[0]), as_="master")


@scenario("3.2/related-to", "3.3/related-to")
async def related_to_can_be_ordered_and_counted(s: Script) -> None:
    _, owners = await bands(s)
    for order in ("n", "-n", "age", "-age"):
        await ask(s, "Fan", of(owners[0]), order=order, count=1)
    await ask(s, "Fan", of(owners[0]), limit=1, skip=1, count=1)
    await ask(s, "Fan", of(owners[0]), limit=0, count=1)


@scenario("3.3/related-to")
async def related_to_ordered_by_creation(s: Script) -> None:
    fans = [s.pointer("Fan", one) for one in await save_all(s, "Fan", [{}, {}, {}])]
    band = s.pointer("Band", await s.create("Band", {"fans": related(fans[1])}))
    for fan in (fans[0], fans[2]):
        await s.put(f"classes/{s.name('Band')}/{band['objectId']}", {"fans": related(fan)}, record=False)
    for order in ("createdAt", "-createdAt"):
        await ask(s, "Fan", of(band), order=order)


@scenario("3.3/related-to")
async def related_to_meets_other_conditions(s: Script) -> None:
    fans, owners = await bands(s)
    ids = [one["objectId"] for one in fans]
    relation = of(owners[0])
    await ask(s, "Fan", {**relation, "age": {"$gt": 30}}, {**relation, "age": 10}, {**relation, "never": 1})
    await ask(s, "Fan", {**relation, "objectId": ids[0]}, {**relation, "objectId": ids[3]})
    await ask(s, "Fan", {**relation, "objectId": {"$in": ids[1:]}}, {**relation, "objectId": {"$ne": ids[0]}})
    await ask(s, "Fan", {**relation, "objectId": {"$nin": ids[:1]}}, {**relation, "objectId": {"$in": []}})


@scenario("3.3/related-to")
async def related_to_something_that_is_not_there(s: Script) -> None:
    _, owners = await bands(s)
    await ask(s, "Fan", of(s.pointer("Band", "gonegonego")), of(s.pointer("Nowhere", "gonegonego")))
    await ask(s, "Fan", of(owners[0], "never"), of(owners[0], "name"))


@scenario("3.3/related-to")
async def related_to_asked_of_another_class_finds_nothing(s: Script) -> None:
    _, owners = await bands(s)
    await ask(s, "Band", of(owners[0]))
    await ask(s, "Nowhere", of(owners[0]))


@scenario("3.2/related-to")
async def related_to_of_another_form(s: Script) -> None:
    _, owners = await bands(s)
    for value in ({}, {"object": owners[0]}, {"key": "fans"}, {"object": owners[0], "key": ""}):
        await ask(s, "Fan", {"$relatedTo": value})


@scenario("3.2/related-to")
async def related_to_that_is_no_object(s: Script) -> None:
    await bands(s)
    for value in some(1, "x", None, [], True):
        await ask(s, "Fan", {"$relatedTo": value})


@scenario("3.2/related-to")
async def related_to_with_a_broken_pointer_or_key(s: Script) -> None:
    _, owners = await bands(s)
    await ask(s, "Fan", of({"objectId": owners[0]["objectId"]}), of({"className": s.name("Band")}), of("x"), of(None))
    await ask(s, "Fan", of(owners[0], 1), of({**owners[0], "objectId": 1}), of({**owners[0], "className": 1}))


@scenario("3.2/related-to")
async def related_to_with_a_pointer_without_type(s: Script) -> None:
    _, owners = await bands(s)
    bare = {key: value for key, value in owners[0].items() if key != "__type"}
    await ask(s, "Fan", of(bare), of({**bare, "__type": "Object"}), of({**owners[0], "more": 1}))


@scenario("3.3/related-to-beside-logic")
async def related_to_beside_a_logical_operator_is_refused(s: Script) -> None:
    _, owners = await bands(s)
    for operator in ("$or", "$and", "$nor"):
        await ask(s, "Fan", {**of(owners[0]), operator: [{"age": 30}]})
    await ask(s, "Fan", {**of(owners[0]), "$or": [{"age": 30}]}, as_="master")


@scenario("3.3/related-to-beside-logic")
async def related_to_inside_of_a_branch_works(s: Script) -> None:
    _, owners = await bands(s)
    await ask(s, "Fan", {"$and": [of(owners[0]), {"age": 30}]}, {"$or": [of(owners[0]), {"age": 10}]})
    await ask(s, "Fan", {"$and": [of(owners[0]), of(owners[1])]}, {"$or": [of(owners[0]), of(owners[1])]})
    await ask(
        s, "Fan", {"$or": [of(owners[2]), of(owners[1])]}, {"$and": [{"$or": [of(owners[1])]}, {"age": {"$gt": 1}}]}
    )


@scenario("3.3/related-to-beside-logic")
async def related_to_inside_of_nor(s: Script) -> None:
    _, owners = await bands(s)
    await ask(s, "Fan", {"$nor": [of(owners[0])]}, {"$nor": [of(owners[2])]})


@scenario("3.3/related-to")
async def an_owner_that_the_caller_may_not_read_relates_to_nothing(s: Script) -> None:
    ann = await s.sign_up("ann")
    fan = s.pointer("Fan", (await save_all(s, "Fan", [{}]))[0])
    acl = {ann.id: {"read": True, "write": True}}
    band = s.pointer("Band", await s.create("Band", {"fans": related(fan), "ACL": acl}))
    for who in ("client", ann, "master"):
        await ask(s, "Fan", of(band), {"$or": [of(band)]}, as_=who)
        await ask(s, "Fan", of(band), as_=who, count=1, limit=0)


@scenario("3.3/related-to")
async def an_owner_of_a_closed_class_relates_to_nothing(s: Script) -> None:
    ann = await s.sign_up("ann")
    rights = {**OPEN, "get": {ann.id: True}, "find": {"*": True}}
    columns = {"fans": {"type": "Relation", "targetClass": s.name("Fan")}}
    fan = s.pointer("Fan", (await save_all(s, "Fan", [{}]))[0])
    await define(s, "Band", columns, classLevelPermissions=rights)
    band = s.pointer("Band", await s.create("Band", {"fans": related(fan)}))
    for who in ("client", ann, "master"):
        await ask(s, "Fan", of(band), as_=who)


@scenario("3.3/related-to")
async def related_objects_are_read_with_the_rights_of_the_caller(s: Script) -> None:
    ann = await s.sign_up("ann")
    fans = await save_all(s, "Fan", [{"ACL": {ann.id: {"read": True}}}, {}])
    band = s.pointer("Band", await s.create("Band", {"fans": related(*(s.pointer("Fan", one) for one in fans))}))
    for who in ("client", ann, "master"):
        await ask(s, "Fan", of(band), as_=who)


@scenario("3.3/related-to-protected")
async def a_protected_relation_cannot_be_asked(s: Script) -> None:
    fan = s.pointer("Fan", (await save_all(s, "Fan", [{}]))[0])
    columns = {"fans": {"type": "Relation", "targetClass": s.name("Fan")}}
    await define(s, "Band", columns, classLevelPermissions={**OPEN, "protectedFields": {"*": ["fans"]}})
    band = s.pointer("Band", await s.create("Band", {"fans": related(fan)}))
    await ask(s, "Fan", of(band), {"$or": [of(band)]})
    await ask(s, "Band", {"fans": fan})
    await ask(s, "Fan", of(band), as_="master")


@scenario("3.3/owners")
async def a_pointer_on_a_relation_gives_its_owners(s: Script) -> None:
    fans, _ = await bands(s)
    for fan in (*fans, s.pointer("Fan", "gonegonego"), s.pointer("Other", fans[0]["objectId"])):
        await ask(s, "Band", {"fans": fan})


@scenario("3.3/owners")
async def lists_of_pointers_on_a_relation(s: Script) -> None:
    fans, _ = await bands(s)
    for several in (fans[:1], fans[1:2], fans[:2], fans[2:], []):
        await ask(s, "Band", {"fans": {"$in": several}}, {"fans": {"$nin": several}})
    await ask(s, "Band", {"fans": {"$ne": fans[0]}}, {"fans": {"$ne": fans[3]}})
    await ask(s, "Band", {"fans": {"$in": fans[:2], "$ne": fans[0]}})


@scenario("3.3/owners")
async def eq_on_a_relation_is_as_good_as_a_literal(s: Script) -> None:
    fans, _ = await bands(s)
    await ask(s, "Band", {"fans": {"$eq": fans[0]}})


@scenario("3.3/owners")
async def a_relation_beside_other_conditions(s: Script) -> None:
    fans, owners = await bands(s)
    await ask(s, "Band", {"fans": fans[1], "n": 1}, {"fans": fans[1], "objectId": owners[0]["objectId"]})
    await ask(s, "Band", {"fans": fans[1], "n": {"$lt": 1}}, {"fans": fans[0], "objectId": owners[1]["objectId"]})


@scenario("3.3/owners")
async def a_relation_inside_of_logic(s: Script) -> None:
    fans, _ = await bands(s)
    await ask(s, "Band", {"$or": [{"fans": fans[0]}, {"n": 2}]}, {"$and": [{"fans": fans[0]}, {"fans": fans[1]}]})
    await ask(
        s,
        "Band",
        {"$or": [{"fans": fans[0]}, {"fans": fans[3]}]},
        {"$and": [{"fans": {"$ne": fans[0]}}, {"n": {"$lt": 2}}]},
    )


@scenario("3.3/owners")
async def a_relation_inside_of_nor(s: Script) -> None:
    fans, _ = await bands(s)
    await ask(s, "Band", {"$nor": [{"fans": fans[0]}]}, {"$nor": [{"fans": fans[0]}, {"n": 2}]})


@scenario("3.3/owners")
async def a_relation_in_a_subquery(s: Script) -> None:
    await bands(s)
    inner = {"className": s.name("Fan"), "where": {"age": {"$gt": 35}}}
    await ask(s, "Band", {"fans": {"$inQuery": inner}}, {"fans": {"$notInQuery": inner}})


@scenario("3.3/other-constraints")
async def other_constraints_on_a_relation_find_nothing(s: Script) -> None:
    fans, _ = await bands(s)
    for constraint in ({"$exists": True}, {"$exists": False}, {"$gt": 1}, {"$regex": "x"}, {"$all": [fans[0]]}):
        await ask(s, "Band", {"fans": constraint})


@scenario("3.3/other-constraints")
async def literals_on_a_relation_that_are_no_pointers(s: Script) -> None:
    fans, _ = await bands(s)
    for constraint in (fans[0]["objectId"], 1, "x", {"$in": ["x"]}, {"$ne": "x"}):
        await ask(s, "Band", {"fans": constraint})


@scenario("3.3/other-constraints")
async def null_on_a_relation(s: Script) -> None:
    await bands(s)
    for constraint in (None, {"$ne": None}, {}):
        await ask(s, "Band", {"fans": constraint})


@scenario("3.3/other-constraints")
async def lists_that_are_none_on_a_relation(s: Script) -> None:
    await bands(s)
    await ask(s, "Band", {"fans": {"$in": "x"}}, {"fans": {"$nin": None}})


@scenario("3.3/owners")
async def users_of_a_role_are_found_by_its_relation(s: Script) -> None:
    ann = await s.sign_up("ann")
    role = {"name": s.name("team"), "ACL": {"*": {"read": True}}, "users": related(ann.pointer)}
    made = (await s.post("roles", role, as_="master")).id
    owner = {"__type": "Pointer", "className": "_Role", "objectId": made}
    await s.get("users", params={"where": of(owner, "users"), "keys": "username"})
    await s.get("roles", params={"where": {"users": ann.pointer}, "keys": "name"})

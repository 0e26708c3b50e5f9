"""2.5 AddRelation, RemoveRelation and Batch."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script


def add(*pointers: Any) -> dict[str, Any]:
    return {"__op": "AddRelation", "objects": list(pointers)}


def remove(*pointers: Any) -> dict[str, Any]:
    return {"__op": "RemoveRelation", "objects": list(pointers)}


async def related(s: Script, owner: str, key: str = "others") -> None:
    """The objects related to one, by `n`."""
    where = {"$relatedTo": {"object": s.pointer("Owner", owner), "key": key}}
    await s.get(f"classes/{s.name('Other')}", params={"where": where, "keys": "n", "order": "n"})


async def others(s: Script, count: int = 2) -> list[dict[str, str]]:
    return [s.pointer("Other", await s.create("Other", {"n": n}, record=False)) for n in range(count)]


@scenario("2.5/add-relation")
async def relations_are_added_on_create(s: Script) -> None:
    first, second = await others(s)
    owner = await s.create("Owner", {"others": add(first, second)})
    await s.get(f"classes/{s.name('Owner')}/{owner}")
    await related(s, owner)


@scenario("2.5/add-relation")
async def relations_are_added_on_update_and_once_only(s: Script) -> None:
    first, second = await others(s)
    owner = await s.create("Owner", {"n": 1})
    for one in (first, first, second):
        await s.put(f"classes/{s.name('Owner')}/{owner}", {"others": add(one)})
    await related(s, owner)


@scenario("2.5/add-relation")
async def a_relation_may_name_an_object_that_is_not_there(s: Script) -> None:
    (first,) = await others(s, 1)
    owner = await s.create("Owner", {"others": add(first, s.pointer("Other", "missing123"))})
    await related(s, owner)


@scenario("2.5/add-relation")
async def deleted_objects_leave_the_relation(s: Script) -> None:
    first, second = await others(s)
    owner = await s.create("Owner", {"others": add(first, second)})
    await s.delete(f"classes/{s.name('Other')}/{first['objectId']}")
    await related(s, owner)


@scenario("2.5/remove-relation")
async def relations_are_removed_and_missing_ones_ignored(s: Script) -> None:
    first, second = await others(s)
    owner = await s.create("Owner", {"others": add(first, second)})
    path = f"classes/{s.name('Owner')}/{owner}"
    await s.put(path, {"others": remove(first)})
    await related(s, owner)
    await s.put(path, {"others": remove(first, s.pointer("Other", "missing123"))})
    await related(s, owner)


@scenario("2.5/remove-relation")
async def removal_on_create_makes_the_column(s: Script) -> None:
    (first,) = await others(s, 1)
    owner = await s.create("Owner", {"others": remove(first)})
    await s.get(f"classes/{s.name('Owner')}/{owner}")
    await s.get(f"schemas/{s.name('Owner')}", as_="master")


@scenario("2.5/op-batch")
async def a_batch_of_relation_operations(s: Script) -> None:
    first, second, third = await others(s, 3)
    owner = await s.create("Owner", {"others": add(first, second)})
    batch = {"__op": "Batch", "ops": [add(third), remove(first)]}
    await s.put(f"classes/{s.name('Owner')}/{owner}", {"others": batch})
    await related(s, owner)
    fresh = await s.create("Owner", {"others": {"__op": "Batch", "ops": [add(first), remove(second)]}})
    await related(s, fresh)


@scenario("2.5/op-batch")
async def a_batch_of_other_operations_is_refused(s: Script) -> None:
    name = s.name("Owner")
    owner = await s.create("Owner", {"n": 1})
    one = {"__op": "Increment", "amount": 1}
    await s.put(f"classes/{name}/{owner}", {"n": {"__op": "Batch", "ops": [one, one]}})
    await s.post(f"classes/{name}", {"n": {"__op": "Batch", "ops": [one, one]}})


@scenario("2.5/op-batch")
async def a_batch_without_operations_is_refused(s: Script) -> None:
    name = s.name("Owner")
    owner = await s.create("Owner", {"n": 1})
    odd: list[Any] = [[], None, "text"]
    for ops in odd:
        await s.put(f"classes/{name}/{owner}", {"n": {"__op": "Batch", "ops": ops}})
        await s.post(f"classes/{name}", {"n": {"__op": "Batch", "ops": ops}})


@scenario("2.5/empty-relation")
async def a_relation_operation_without_objects(s: Script) -> None:
    name = s.name("Owner")
    (first,) = await others(s, 1)
    owner = await s.create("Owner", {"others": add(first)})
    for op in (
        add(),
        remove(),
        {"__op": "AddRelation"},
        {"__op": "AddRelation", "objects": None},
        {"__op": "AddRelation", "objects": "text"},
    ):
        await s.put(f"classes/{name}/{owner}", {"others": op})
        await s.post(f"classes/{name}", {"others": op})


@scenario("2.5/empty-relation")
async def objects_that_are_no_pointers(s: Script) -> None:
    name = s.name("Owner")
    owner = await s.create("Owner", {"n": 1})
    for value in ("text", 1, None, {"a": 1}, {"__type": "Pointer", "className": s.name("Other")}, ["x"]):
        await s.put(f"classes/{name}/{owner}", {"others": add(value)})


@scenario("2.5/relation-class")
async def a_relation_has_one_target_class(s: Script) -> None:
    name = s.name("Owner")
    (first,) = await others(s, 1)
    third = s.pointer("Third", await s.create("Third"))
    owner = await s.create("Owner", {"others": add(first)})
    await s.put(f"classes/{name}/{owner}", {"others": add(third)})
    await s.put(f"classes/{name}/{owner}", {"others": remove(third)})
    await s.post(f"classes/{name}", {"others": add(third)})
    await related(s, owner)


@scenario("2.5/relation-class")
async def objects_of_two_classes_are_no_relation(s: Script) -> None:
    (first,) = await others(s, 1)
    third = s.pointer("Third", await s.create("Third"))
    owner = await s.create("Owner", {"n": 1})
    await s.put(f"classes/{s.name('Owner')}/{owner}", {"others": add(first, third)})


@scenario("2.5/type-required")
async def relation_operations_need_a_relation_column(s: Script) -> None:
    name = s.name("Owner")
    (first,) = await others(s, 1)
    owner = await s.create("Owner", {"s": "text", "a": [1], "p": first})
    for field in ("s", "a", "p"):
        await s.put(f"classes/{name}/{owner}", {field: add(first)})
        await s.post(f"classes/{name}", {field: add(first)})


@scenario("2.5/type-required")
async def other_operations_refuse_a_relation_column(s: Script) -> None:
    name = s.name("Owner")
    (first,) = await others(s, 1)
    owner = await s.create("Owner", {"others": add(first)})
    for op in ({"__op": "Increment", "amount": 1}, {"__op": "Add", "objects": [first]}):
        await s.put(f"classes/{name}/{owner}", {"others": op})
    await related(s, owner)


@scenario("2.5/relation-literal")
async def a_relation_literal_changes_nothing(s: Script) -> None:
    name = s.name("Owner")
    (first,) = await others(s, 1)
    literal = {"__type": "Relation", "className": s.name("Other")}
    owner = await s.create("Owner", {"others": add(first)})
    await s.put(f"classes/{name}/{owner}", {"others": literal})
    await related(s, owner)
    fresh = await s.post(f"classes/{name}", {"others": literal, "n": 2})
    await s.get(f"classes/{name}/{fresh.id}")


@scenario("2.5/relation-literal")
async def a_relation_literal_makes_the_column(s: Script) -> None:
    name = s.name("Owner")
    made = await s.post(f"classes/{name}", {"others": {"__type": "Relation", "className": s.name("Other")}})
    await s.get(f"classes/{name}/{made.id}")
    await s.get(f"schemas/{name}", as_="master")


@scenario("2.5/update-response")
async def relation_operations_return_nothing(s: Script) -> None:
    name = s.name("Owner")
    (first,) = await others(s, 1)
    owner = await s.create("Owner", {"n": 1})
    await s.put(f"classes/{name}/{owner}", {"others": add(first), "n": {"__op": "Increment", "amount": 1}})
    await s.put(f"classes/{name}/{owner}", {"others": remove(first)})


@scenario("2.5/delete")
async def delete_of_a_relation(s: Script) -> None:
    name = s.name("Owner")
    (first,) = await others(s, 1)
    owner = await s.create("Owner", {"others": add(first)})
    await s.put(f"classes/{name}/{owner}", {"others": {"__op": "Delete"}})
    await related(s, owner)
    await s.get(f"classes/{name}/{owner}")


@scenario("2.5/add-relation")
async def relations_need_write_permission_on_the_owner(s: Script) -> None:
    name = s.name("Owner")
    (first,) = await others(s, 1)
    ann = await s.sign_up()
    owner = await s.create("Owner", {"ACL": {"*": {"read": True}, ann.id: {"write": True}}})
    await s.put(f"classes/{name}/{owner}", {"others": add(first)})
    await related(s, owner)
    await s.put(f"classes/{name}/{owner}", {"others": add(first)}, as_=ann)
    await related(s, owner)

"""2.5 Write operations on plain columns."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script

DATE = {"__type": "Date", "iso": "2020-01-02T03:04:05.678Z"}
BYTES = {"__type": "Bytes", "base64": "aGVsbG8="}


def increment(amount: Any) -> dict[str, Any]:
    return {"__op": "Increment", "amount": amount}


def listed(op: str, *objects: Any) -> dict[str, Any]:
    return {"__op": op, "objects": list(objects)}


async def updates(s: Script, before: Any, *values: Any) -> None:
    """A fresh object with `f` = before for each value; the answer of the update and the object after it."""
    name = s.name("Score")
    for value in values:
        made = await s.create("Score", {"f": before}, record=False)
        await s.put(f"classes/{name}/{made}", {"f": value})
        await s.get(f"classes/{name}/{made}")


async def creations(s: Script, *values: Any) -> None:
    name = s.name("Score")
    for value in values:
        made = await s.post(f"classes/{name}", {"f": value})
        if made.status == 201:
            await s.get(f"classes/{name}/{made.id}")


@scenario("2.5/increment")
async def increment_adds_to_a_number(s: Script) -> None:
    await updates(s, 10, increment(1), increment(-3), increment(0), increment(0.5), increment(1e15))


@scenario("2.5/increment")
async def increment_on_create_is_the_amount(s: Script) -> None:
    await creations(s, increment(5), increment(-1.5), increment(0))


@scenario("2.5/increment")
async def increment_of_a_missing_or_null_number(s: Script) -> None:
    name = s.name("Score")
    await s.create("Score", {"f": 1})
    missing, null = await s.create("Score", {"n": 1}), await s.create("Score", {"f": None})
    for made in (missing, null):
        await s.put(f"classes/{name}/{made}", {"f": increment(2)})
        await s.get(f"classes/{name}/{made}")


@scenario("2.5/increment")
async def increment_adds_a_number_column(s: Script) -> None:
    name = s.name("Score")
    made = await s.create("Score")
    await s.put(f"classes/{name}/{made}", {"hits": increment(1)})
    await s.post(f"classes/{name}", {"points": increment(1)})
    await s.get(f"schemas/{name}", as_="master")


@scenario("2.5/increment")
async def increment_of_fractions_and_back_to_an_integer(s: Script) -> None:
    name = s.name("Score")
    made = await s.create("Score", {"f": 0.5})
    for amount in (0.25, 0.25, 1, -2):
        await s.put(f"classes/{name}/{made}", {"f": increment(amount)})


@scenario("2.5/increment", "2.5/type-required")
async def increment_of_another_type_is_refused(s: Script) -> None:
    name = s.name("Score")
    for field, value in {"s": "a", "a": [1], "o": {"a": 1}, "b": True, "d": DATE}.items():
        made = await s.create("Score", {field: value})
        await s.put(f"classes/{name}/{made}", {field: increment(1)})
        await s.post(f"classes/{name}", {field: increment(1)})


@scenario("2.5/bad-amount")
async def an_amount_that_is_no_number_is_refused_on_create(s: Script) -> None:
    await creations(s, increment("1"), increment(None), {"__op": "Increment"}, increment([1]), increment(True))


@scenario("2.5/bad-amount")
async def an_amount_that_is_no_number_is_refused_on_update(s: Script) -> None:
    await updates(s, 1, increment("1"), increment(None), {"__op": "Increment"}, increment([1]), increment(True))


@scenario("2.5/add")
async def add_appends_all_and_repeats(s: Script) -> None:
    await updates(s, ["b", "a", "b"], listed("Add", "a", "c"), listed("Add"), listed("Add", ["nested"], {"a": 1}, None))


@scenario("2.5/add")
async def add_on_create_is_the_list(s: Script) -> None:
    await creations(s, listed("Add", 1, 1, 2), listed("Add"))


@scenario("2.5/add")
async def add_to_a_missing_or_null_array(s: Script) -> None:
    name = s.name("Score")
    await s.create("Score", {"f": [1]})
    missing, null = await s.create("Score", {"n": 1}), await s.create("Score", {"f": None})
    for made in (missing, null):
        await s.put(f"classes/{name}/{made}", {"f": listed("Add", 2)})
        await s.get(f"classes/{name}/{made}")


@scenario("2.5/add-unique")
async def add_unique_appends_what_is_not_there(s: Script) -> None:
    await updates(s, ["b", "a", "b"], listed("AddUnique", "a", "c"), listed("AddUnique", "d", "d"), listed("AddUnique"))


@scenario("2.5/add-unique")
async def add_unique_on_create_keeps_repeats(s: Script) -> None:
    await creations(s, listed("AddUnique", 1, 1, 2), listed("AddUnique"))


@scenario("2.5/add-unique")
async def add_unique_compares_objects_by_their_json(s: Script) -> None:
    pointer = s.pointer("Other", "aaaaaaaaaa")
    before = [{"a": 1, "b": 2}, pointer, DATE, [1, 2], 1]
    await updates(
        s,
        before,
        listed("AddUnique", {"a": 1, "b": 2}),
        listed("AddUnique", {"b": 2, "a": 1}),
        listed("AddUnique", pointer),
        listed("AddUnique", DATE),
        listed("AddUnique", [1, 2], [2, 1]),
        listed("AddUnique", 1.0, "1", True),
    )


@scenario("2.5/add-unique")
async def add_unique_to_a_missing_or_null_array(s: Script) -> None:
    name = s.name("Score")
    await s.create("Score", {"f": [1]})
    missing, null = await s.create("Score", {"n": 1}), await s.create("Score", {"f": None})
    for made in (missing, null):
        await s.put(f"classes/{name}/{made}", {"f": listed("AddUnique", 2, 2)})
        await s.get(f"classes/{name}/{made}")


@scenario("2.5/remove")
async def remove_takes_every_occurrence_and_keeps_the_order(s: Script) -> None:
    await updates(s, ["c", "b", "a", "b"], listed("Remove", "b"), listed("Remove", "a", "x"), listed("Remove"))


@scenario("2.5/remove")
async def remove_on_create_is_an_empty_list(s: Script) -> None:
    await creations(s, listed("Remove", 1), listed("Remove"))


@scenario("2.5/remove")
async def remove_compares_whole_values(s: Script) -> None:
    pointer = s.pointer("Other", "aaaaaaaaaa")
    before = [{"a": 1, "b": 2}, pointer, DATE, [1, 2], 1, "1", None]
    await updates(
        s,
        before,
        listed("Remove", {"a": 1, "b": 2}),
        listed("Remove", {"a": 1}),
        listed("Remove", pointer),
        listed("Remove", DATE),
        listed("Remove", [1, 2]),
        listed("Remove", 1.0),
        listed("Remove", None),
    )


@scenario("2.5/remove")
async def remove_from_a_missing_or_null_array(s: Script) -> None:
    name = s.name("Score")
    await s.create("Score", {"f": [1]})
    missing, null = await s.create("Score", {"n": 1}), await s.create("Score", {"f": None})
    for made in (missing, null):
        await s.put(f"classes/{name}/{made}", {"f": listed("Remove", 2)})
        await s.get(f"classes/{name}/{made}")


@scenario("2.5/type-required")
async def list_operations_need_an_array(s: Script) -> None:
    name = s.name("Score")
    for field, value in {"s": "a", "n": 1, "o": {"a": 1}}.items():
        made = await s.create("Score", {field: value})
        for op in ("Add", "AddUnique", "Remove"):
            await s.put(f"classes/{name}/{made}", {field: listed(op, 1)})
            await s.post(f"classes/{name}", {field: listed(op, 1)})


@scenario("2.5/bad-objects")
async def objects_that_are_no_list_are_refused_on_create(s: Script) -> None:
    for op in ("Add", "AddUnique", "Remove"):
        await creations(
            s,
            {"__op": op},
            {"__op": op, "objects": "a"},
            {"__op": op, "objects": {"a": 1}},
            {"__op": op, "objects": None},
        )


@scenario("2.5/bad-objects")
async def objects_that_are_no_list_are_refused_on_update(s: Script) -> None:
    for op in ("Add", "AddUnique", "Remove"):
        await updates(
            s,
            [1],
            {"__op": op},
            {"__op": op, "objects": "a"},
            {"__op": op, "objects": {"a": 1}},
            {"__op": op, "objects": None},
        )


@scenario("2.5/delete")
async def delete_takes_the_key_away(s: Script) -> None:
    name = s.name("Score")
    values = {"s": "a", "n": 1, "a": [1], "o": {"x": 1}, "d": DATE, "y": BYTES, "p": s.pointer("Other", "aaaaaaaaaa")}
    made = await s.create("Score", values)
    await s.put(f"classes/{name}/{made}", {key: {"__op": "Delete"} for key in values})
    await s.get(f"classes/{name}/{made}")


@scenario("2.5/delete")
async def delete_of_what_is_not_there_is_fine(s: Script) -> None:
    name = s.name("Score")
    made = await s.post(f"classes/{name}", {"gone": {"__op": "Delete"}, "n": 1})
    await s.get(f"classes/{name}/{made.id}")
    await s.put(f"classes/{name}/{made.id}", {"neverThere": {"__op": "Delete"}})
    await s.get(f"schemas/{name}", as_="master")


@scenario("2.5/delete")
async def delete_of_an_acl_makes_the_object_public(s: Script) -> None:
    name = s.name("Score")
    ann = await s.sign_up()
    made = await s.create("Score", {"n": 1, "ACL": {ann.id: {"read": True, "write": True}}})
    await s.get(f"classes/{name}/{made}")
    await s.put(f"classes/{name}/{made}", {"ACL": {"__op": "Delete"}}, as_=ann)
    await s.get(f"classes/{name}/{made}")
    await s.put(f"classes/{name}/{made}", {"n": 2})


@scenario("2.5/unknown-op")
async def an_unknown_operation_is_refused(s: Script) -> None:
    for op in ("Multiply", "increment", "", 1):
        await creations(s, {"__op": op, "amount": 2})
        await updates(s, 1, {"__op": op, "amount": 2})


@scenario("2.5/set-on-insert")
async def set_on_insert_is_not_for_clients(s: Script) -> None:
    await creations(s, {"__op": "SetOnInsert", "amount": 1})
    await updates(s, 1, {"__op": "SetOnInsert", "amount": 2})


@scenario("2.5/update-response")
async def an_update_answers_with_the_results_of_operations_only(s: Script) -> None:
    name = s.name("Score")
    made = await s.create("Score", {"n": 1, "a": [1], "u": [1], "r": [1, 2], "plain": "a", "gone": 1})
    await s.put(
        f"classes/{name}/{made}",
        {
            "n": increment(1),
            "a": listed("Add", 2),
            "u": listed("AddUnique", 1),
            "r": listed("Remove", 1),
            "plain": "b",
            "gone": {"__op": "Delete"},
            "fresh": {"x": 1},
        },
    )
    await s.put(f"classes/{name}/{made}", {"plain": "c"})
    await s.put(f"classes/{name}/{made}", {})
    await s.get(f"classes/{name}/{made}")


@scenario("2.5/update-response")
async def a_create_with_operations_answers_without_their_results(s: Script) -> None:
    name = s.name("Score")
    await s.post(f"classes/{name}", {"n": increment(1), "a": listed("Add", 2), "gone": {"__op": "Delete"}})


@scenario("2.5/update-response")
async def operations_of_one_update_all_count(s: Script) -> None:
    name = s.name("Score")
    made = await s.create("Score", {"n": 1})
    for _ in range(3):
        await s.put(f"classes/{name}/{made}", {"n": increment(1), "seen": listed("Add", DATE), "last": BYTES})
    await s.get(f"classes/{name}/{made}")


@scenario("2.5/add", "2.5/update-response")
async def typed_values_are_added_and_come_back(s: Script) -> None:
    file = {"__type": "File", "name": "a.png"}
    await updates(s, [], listed("Add", DATE, BYTES, file), listed("AddUnique", s.pointer("Other", "aaaaaaaaaa")))

"""2.5 Writing inside an object or array by dotted keys."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script


async def on_update(s: Script, before: dict[str, Any], *bodies: dict[str, Any]) -> None:
    """A fresh object for each body: the answer of the update and the object after it."""
    name = s.name("Score")
    for body in bodies:
        made = await s.create("Score", before, record=False)
        await s.put(f"classes/{name}/{made}", body)
        await s.get(f"classes/{name}/{made}")


@scenario("2.5/dotted-keys")
async def a_dotted_key_sets_one_value_of_an_object(s: Script) -> None:
    await on_update(
        s,
        {"o": {"a": 1, "b": {"c": 2}}},
        {"o.a": 5},
        {"o.new": "x"},
        {"o.b.c": 3},
        {"o.b.d.e": 4},
        {"o.a": None},
        {"o.a": {"deep": [1]}},
        {"o.a": 1, "o.b": 2},
    )


@scenario("2.5/dotted-keys")
async def operations_work_on_dotted_keys(s: Script) -> None:
    await on_update(
        s,
        {"o": {"n": 1, "f": 1.5, "list": [1], "x": "y"}},
        {"o.n": {"__op": "Increment", "amount": 2}},
        {"o.f": {"__op": "Increment", "amount": 0.25}},
        {"o.missing": {"__op": "Increment", "amount": 2}},
        {"o.x": {"__op": "Delete"}},
        {"o.missing": {"__op": "Delete"}},
        {"o.list": {"__op": "Add", "objects": [1, 2]}},
        {"o.list": {"__op": "AddUnique", "objects": [1, 2]}},
        {"o.list": {"__op": "Remove", "objects": [1]}},
    )


@scenario("2.5/dotted-keys")
async def results_of_dotted_operations_come_back_nested(s: Script) -> None:
    one = {"__op": "Increment", "amount": 1}
    await on_update(s, {"o": {"n": 1, "p": {"q": 2}}, "m": {"n": 1}}, {"o.n": one, "o.p.q": one, "m.n": one, "m.x": 3})


@scenario("2.5/dotted-keys")
async def increment_of_a_dotted_value_of_another_type_fails(s: Script) -> None:
    await on_update(
        s,
        {"o": {"x": "text", "list": [1], "null": None}},
        {"o.x": {"__op": "Increment", "amount": 1}},
        {"o.list": {"__op": "Increment", "amount": 1}},
        {"o.null": {"__op": "Increment", "amount": 1}},
        {"o.x": {"__op": "Add", "objects": [1]}},
    )


@scenario("2.5/dotted-keys")
async def a_path_through_a_plain_value_fails(s: Script) -> None:
    await on_update(
        s, {"o": {"n": 1, "list": [1], "null": None}}, {"o.n.deeper": 1}, {"o.null.deeper": 1}, {"o.list.name": 1}
    )


@scenario("2.5/dotted-keys")
async def a_dotted_key_makes_the_object_and_its_column(s: Script) -> None:
    name = s.name("Score")
    made = await s.create("Score", {"n": 1})
    await s.put(f"classes/{name}/{made}", {"fresh.a": 1})
    await s.get(f"classes/{name}/{made}")
    await s.get(f"schemas/{name}", as_="master")


@scenario("2.5/dotted-root-type")
async def the_root_of_a_dotted_key_must_be_an_object(s: Script) -> None:
    name = s.name("Score")
    made = await s.create("Score", {"s": "text", "n": 1, "a": [{"x": 1}], "o": {"x": 1}})
    for key in ("s.x", "n.x", "a.x", "s.0", "o.0", "objectId.x", "createdAt.x", "ACL.x"):
        await s.put(f"classes/{name}/{made}", {key: 1})
        await s.get(f"classes/{name}/{made}")


@scenario("2.5/dotted-root-type")
async def a_number_after_the_dot_means_an_array(s: Script) -> None:
    await on_update(
        s,
        {"a": ["x", {"n": 1}, "z"]},
        {"a.0": "first"},
        {"a.1.n": 5},
        {"a.3": "after"},
        {"a.5": "gap"},
        {"a.1.n": {"__op": "Increment", "amount": 1}},
        {"a.0": {"__op": "Delete"}},
    )


@scenario("2.5/dotted-root-type")
async def a_number_after_the_dot_makes_an_array_column(s: Script) -> None:
    name = s.name("Score")
    made = await s.create("Score", {"n": 1})
    await s.put(f"classes/{name}/{made}", {"fresh.0": "x"})
    await s.get(f"schemas/{name}", as_="master")
    await s.get(f"classes/{name}/{made}")


@scenario("2.5/dotted-auth-data")
async def auth_data_cannot_be_written_by_dotted_keys(s: Script) -> None:
    ann = await s.sign_up()
    for who in ("master", ann):
        await s.put(f"users/{ann.id}", {"authData.anonymous": {"id": "x"}}, as_=who)
        await s.put(f"users/{ann.id}", {"authData.anonymous.id": "x"}, as_=who)
        await s.put(f"users/{ann.id}", {"authData.anonymous": {"__op": "Delete"}}, as_=who)


@scenario("2.5/dotted-on-create")
async def dotted_keys_on_create(s: Script) -> None:
    name = s.name("Score")
    for body in ({"o.a": 1}, {"o.a": 1, "o.b.c": 2}, {"o": {"x": 1}, "o.y": 2}, {"a.0": 1}):
        made = await s.post(f"classes/{name}", body)
        await s.get(f"classes/{name}/{made.id}")
    await s.get(f"schemas/{name}", as_="master")


@scenario("2.5/dotted-on-create")
async def operations_on_dotted_keys_on_create(s: Script) -> None:
    await s.post(f"classes/{s.name('Score')}", {"o.n": {"__op": "Increment", "amount": 1}})


@scenario("2.5/dotted-keys")
async def odd_dotted_keys_are_refused(s: Script) -> None:
    name = s.name("Score")
    made = await s.create("Score", {"o": {"a": 1}})
    for key in (".o", "o.", "o..a", ".", "o.$a", "o.a-b", "o. ", "bad-root.a", "_o.a", "o.constructor", "o.__proto__"):
        await s.put(f"classes/{name}/{made}", {key: 1})
        await s.get(f"classes/{name}/{made}")


@scenario("2.5/dotted-keys")
async def a_parent_and_its_child_in_one_update_conflict(s: Script) -> None:
    await on_update(s, {"o": {"a": 1, "b": {"c": 1}}}, {"o": {"z": 1}, "o.a": 2}, {"o.b": {"d": 1}, "o.b.c": 2})

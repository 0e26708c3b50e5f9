"""2.9 Fields of a schema: their types, deleting them, required ones and default values."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.declare import ARRAY, BOOLEAN, DATE, NUMBER, OBJECT, STRING, declare
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script

DAY = {"__type": "Date", "iso": "2020-01-02T03:04:05.678Z"}
DELETE = {"__op": "Delete"}


async def made_or_refused(s: Script, *fields: dict[str, Any]) -> None:
    """Each as the fields of a new class and of one that exists."""
    existing = await declare(s, "Existing")
    for n, one in enumerate(fields):
        await s.post("schemas", {"className": s.name(f"Fresh{n}"), "fields": one}, as_="master")
        await s.put(f"schemas/{existing}", {"fields": one}, as_="master")


@scenario("2.9/field-type")
async def a_field_needs_a_type(s: Script) -> None:
    await made_or_refused(
        s, {"f": {}}, {"f": {"type": None}}, {"f": {"type": 1}}, {"f": {"type": ["String"]}}, {"f": {"type": ""}}
    )


@scenario("2.9/field-type")
async def a_field_that_is_no_object(s: Script) -> None:
    await made_or_refused(s, {"f": "String"}, {"f": 1}, {"f": []})


@scenario("2.9/field-type")
async def an_unknown_type_is_refused(s: Script) -> None:
    await made_or_refused(s, *({"f": {"type": kind}} for kind in ("string", "Text", "ACL", "Null", "Any", "Set")))


@scenario("2.9/target-class")
async def pointers_and_relations_need_a_target_class(s: Script) -> None:
    targets: tuple[dict[str, Any], ...] = ({}, {"targetClass": ""}, {"targetClass": None}, {"targetClass": 1})
    await made_or_refused(
        s,
        *(
            {f"{kind}{n}": {"type": kind, **target}}
            for kind in ("Pointer", "Relation")
            for n, target in enumerate(targets)
        ),
    )


@scenario("2.9/target-class")
async def a_target_class_has_a_valid_name_and_need_not_exist(s: Script) -> None:
    await made_or_refused(
        s,
        *(
            {f"{kind}{n}": {"type": kind, "targetClass": target}}
            for kind in ("Pointer", "Relation")
            for n, target in enumerate(("1abc", "_Nothing", s.name("NotThere")))
        ),
    )


@scenario("2.9/target-class")
async def a_target_class_of_another_type_stays(s: Script) -> None:
    name = s.name("Score")
    await s.post("schemas", {"className": name, "fields": {"f": {"type": "String", "targetClass": "X"}}}, as_="master")
    await s.get(f"schemas/{name}", as_="master")


@scenario("2.9/field-exists")
async def a_field_does_not_change_its_type(s: Script) -> None:
    name = await declare(s, "Score", {"f": STRING, "p": {"type": "Pointer", "targetClass": s.name("One")}})
    await s.put(f"schemas/{name}", {"fields": {"f": NUMBER}}, as_="master")
    await s.put(f"schemas/{name}", {"fields": {"f": STRING}}, as_="master")
    await s.put(f"schemas/{name}", {"fields": {"p": {"type": "Pointer", "targetClass": s.name("Two")}}}, as_="master")
    await s.put(f"schemas/{name}", {"fields": {"p": STRING}}, as_="master")


@scenario("2.9/field-delete")
async def a_missing_field_is_not_deleted(s: Script) -> None:
    name = await declare(s, "Score", {"f": STRING})
    await s.put(f"schemas/{name}", {"fields": {"missing": DELETE}}, as_="master")
    await s.put(f"schemas/{name}", {"fields": {"f": DELETE, "missing": DELETE}}, as_="master")
    await s.get(f"schemas/{name}", as_="master")
    await s.post("schemas", {"className": s.name("Fresh"), "fields": {"f": DELETE}}, as_="master")


@scenario("2.9/field-delete")
async def a_deleted_field_loses_its_values(s: Script) -> None:
    name = s.name("Score")
    made = await s.create("Score", {"gone": "text", "stays": 1})
    await s.put(f"schemas/{name}", {"fields": {"gone": DELETE}}, as_="master")
    await s.get(f"classes/{name}/{made}")
    await s.put(f"schemas/{name}", {"fields": {"gone": NUMBER}}, as_="master")
    await s.get(f"classes/{name}/{made}")
    await s.put(f"classes/{name}/{made}", {"gone": 5})
    await s.get(f"classes/{name}/{made}")


@scenario("2.9/field-delete")
async def a_deleted_pointer_loses_its_values(s: Script) -> None:
    name = s.name("Score")
    made = await s.create("Score", {"p": s.pointer("Other", "aaaaaaaaaa"), "n": 1})
    await s.put(f"schemas/{name}", {"fields": {"p": DELETE}}, as_="master")
    await s.get(f"classes/{name}/{made}")
    await s.put(f"classes/{name}/{made}", {"p": "text"})
    await s.get(f"classes/{name}/{made}")


@scenario("2.9/field-delete")
async def a_deleted_relation_loses_its_pairs(s: Script) -> None:
    name = s.name("Owner")
    op = {"__op": "AddRelation", "objects": [s.pointer("Other", await s.create("Other", {"n": 1}))]}
    made = await s.create("Owner", {"others": op})
    await s.put(f"schemas/{name}", {"fields": {"others": DELETE}}, as_="master")
    await s.get(f"classes/{name}/{made}")
    target = {"others": {"type": "Relation", "targetClass": s.name("Other")}}
    await s.put(f"schemas/{name}", {"fields": target}, as_="master")
    where = {"$relatedTo": {"object": s.pointer("Owner", made), "key": "others"}}
    await s.get(f"classes/{s.name('Other')}", params={"where": where})


@scenario("2.9/field-delete")
async def fields_are_deleted_and_added_in_one_request(s: Script) -> None:
    name = await declare(s, "Score", {"old": STRING})
    await s.put(f"schemas/{name}", {"fields": {"old": DELETE, "new": NUMBER}}, as_="master")


@scenario("2.9/field-delete")
async def a_refused_change_deletes_nothing(s: Script) -> None:
    name = await declare(s, "Score", {"old": STRING})
    await s.put(f"schemas/{name}", {"fields": {"old": DELETE, "new": {"type": "Odd"}}}, as_="master")
    await s.get(f"schemas/{name}", as_="master")


@scenario("2.9/default-type")
async def a_default_value_has_the_type_of_its_field(s: Script) -> None:
    wrong = {
        "String": 1,
        "Number": "1",
        "Boolean": "true",
        "Date": "2020-01-01",
        "Object": [],
        "Array": {},
        "File": "x",
    }
    for kind, value in wrong.items():
        body = {"className": s.name(f"Of{kind}"), "fields": {"f": {"type": kind, "defaultValue": value}}}
        await s.post("schemas", body, as_="master")


@scenario("2.9/default-type")
async def relations_have_no_options(s: Script) -> None:
    relation = {"type": "Relation", "targetClass": s.name("Other")}
    await made_or_refused(
        s,
        {"f": {**relation, "required": True}},
        {"g": {**relation, "required": False}},
        {"h": {**relation, "defaultValue": {"__type": "Relation", "className": s.name("Other")}}},
        {"i": {**relation, "defaultValue": "x"}},
    )


@scenario("2.9/default-type")
async def a_pointer_default_has_the_right_class(s: Script) -> None:
    pointer = {"type": "Pointer", "targetClass": s.name("One")}
    await made_or_refused(
        s,
        {"f": {**pointer, "defaultValue": s.pointer("One", "aaaaaaaaaa")}},
        {"g": {**pointer, "defaultValue": s.pointer("Two", "aaaaaaaaaa")}},
        {"h": {**pointer, "defaultValue": "x"}},
    )


@scenario("2.9/default-type")
async def odd_options_of_a_field(s: Script) -> None:
    await made_or_refused(
        s,
        {"a": {**STRING, "required": "yes"}},
        {"b": {**STRING, "required": 1}},
        {"c": {**STRING, "required": False}},
        {"d": {**STRING, "defaultValue": None}},
        {"e": {**STRING, "required": None}},
        {"g": {**STRING, "unknown": 1}},
    )


@scenario("2.9/default")
async def a_default_is_applied_on_create_and_answered(s: Script) -> None:
    defaults = {
        "s": {**STRING, "defaultValue": "text"},
        "n": {**NUMBER, "defaultValue": 0},
        "b": {**BOOLEAN, "defaultValue": False},
        "a": {**ARRAY, "defaultValue": [1]},
        "o": {**OBJECT, "defaultValue": {"x": 1}},
        "d": {**DATE, "defaultValue": DAY},
    }
    name = await declare(s, "Score", defaults)
    for body in ({}, {"s": "mine", "n": 5}, {"s": "", "a": [], "o": {}}):
        made = await s.post(f"classes/{name}", body)
        await s.get(f"classes/{name}/{made.id}")
    await s.get(f"schemas/{name}", as_="master")


@scenario("2.9/default")
async def a_deleted_key_gets_the_default_on_create(s: Script) -> None:
    name = await declare(s, "Score", {"s": {**STRING, "defaultValue": "text"}})
    made = await s.post(f"classes/{name}", {"s": DELETE})
    await s.get(f"classes/{name}/{made.id}")


@scenario("2.9/default")
async def an_update_applies_no_default(s: Script) -> None:
    name = await declare(s, "Score", {"n": NUMBER})
    made = await s.create("Score", {"n": 1})
    await s.put(f"schemas/{name}", {"fields": {"s": {**STRING, "defaultValue": "text"}}}, as_="master")
    await s.put(f"classes/{name}/{made}", {"n": 2})
    await s.get(f"classes/{name}/{made}")
    await s.put(f"classes/{name}/{made}", {"s": DELETE})
    await s.get(f"classes/{name}/{made}")


@scenario("2.9/default-null")
async def null_on_a_field_with_default(s: Script) -> None:
    name = await declare(s, "Score", {"s": {**STRING, "defaultValue": "text"}})
    made = await s.create("Score", {"s": "x"})
    await s.put(f"classes/{name}/{made}", {"s": None})
    await s.get(f"classes/{name}/{made}")
    await s.post(f"classes/{name}", {"s": None})


@scenario("2.9/required")
async def a_required_field_must_come_with_a_new_object(s: Script) -> None:
    name = await declare(s, "Score", {"s": {**STRING, "required": True}, "n": {**NUMBER, "required": True}})
    for body in (
        {},
        {"s": "x"},
        {"s": "", "n": 1},
        {"s": None, "n": 1},
        {"s": DELETE, "n": 1},
        {"s": "x", "n": 0},
        {"s": "x", "n": {"__op": "Increment", "amount": 1}},
    ):
        await s.post(f"classes/{name}", body)
        await s.post(f"classes/{name}", body, as_="master")


@scenario("2.9/required")
async def a_required_field_is_not_emptied_by_an_update(s: Script) -> None:
    name = await declare(s, "Score", {"s": {**STRING, "required": True}, "n": NUMBER})
    made = await s.create("Score", {"s": "x", "n": 1})
    for value in (None, "", DELETE, "y"):
        await s.put(f"classes/{name}/{made}", {"s": value})
        await s.put(f"classes/{name}/{made}", {"s": value}, as_="master")
    await s.put(f"classes/{name}/{made}", {"n": 2})
    await s.get(f"classes/{name}/{made}")


@scenario("2.9/required")
async def a_required_field_with_default_may_be_left_out(s: Script) -> None:
    name = await declare(s, "Score", {"s": {**STRING, "required": True, "defaultValue": "text"}})
    for body in ({}, {"s": DELETE}, {"s": ""}, {"s": "x"}):
        await s.post(f"classes/{name}", body)
    made = await s.create("Score", {"s": "x"})
    for value in ("", DELETE):
        await s.put(f"classes/{name}/{made}", {"s": value})
    await s.get(f"classes/{name}/{made}")


@scenario("2.9/required")
async def empty_lists_objects_zero_and_false_satisfy_required(s: Script) -> None:
    kinds = {"a": ARRAY, "o": OBJECT, "n": NUMBER, "b": BOOLEAN}
    name = await declare(s, "Score", {key: {**kind, "required": True} for key, kind in kinds.items()})
    await s.post(f"classes/{name}", {"a": [], "o": {}, "n": 0, "b": False})


@scenario("2.9/options-change")
async def sending_a_field_again_changes_its_options(s: Script) -> None:
    name = await declare(s, "Score", {"s": {**STRING, "required": True, "defaultValue": "a"}, "n": NUMBER})
    for field in (
        {**STRING, "required": True, "defaultValue": "b"},
        {**STRING, "required": True},
        STRING,
        {**STRING, "defaultValue": "c"},
    ):
        await s.put(f"schemas/{name}", {"fields": {"s": field}}, as_="master")
        await s.post(f"classes/{name}", {"n": 1})
    await s.put(f"schemas/{name}", {"fields": {"s": {**STRING, "defaultValue": 1}}}, as_="master")
    await s.get(f"schemas/{name}", as_="master")

"""1.7 and 2.9: listing, making, changing and deleting classes."""

from __future__ import annotations

from tests.compat.differential.declare import NUMBER, STRING, declare
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script

TYPES = ("String", "Number", "Boolean", "Date", "Object", "Array", "File", "Bytes", "Polygon")


@scenario("1.7/schemas-list", serial=True, profile="locked-schemas")
async def all_classes_are_listed(s: Script) -> None:
    listed = await s.get("schemas", as_="master", record=False)
    by_name = {one["className"]: one for one in listed["results"]}
    await s.post(
        "functions/none", {"classes": sorted(by_name), "user": sorted(by_name["_User"])}, label="what is listed"
    )
    for who in ("readonly", "maintenance", "client"):
        answer = await s.get("schemas", as_=who, record=who != "readonly")
        await s.post("functions/none", {"status": answer.status}, label=who)


@scenario("1.7/schemas-list", "1.7/schemas-get")
async def only_the_master_keys_read_schemas(s: Script) -> None:
    name = await declare(s, "Score", {"n": NUMBER})
    ann = await s.sign_up()
    for who in ("nobody", "client", ann, "maintenance"):
        await s.get("schemas", as_=who)
        await s.get(f"schemas/{name}", as_=who)
    await s.get(f"schemas/{name}", as_="readonly")


@scenario("1.7/schemas-post", "1.7/schemas-put", "1.7/schemas-delete")
async def only_the_master_key_changes_schemas(s: Script) -> None:
    name = await declare(s, "Score", {"n": NUMBER})
    ann = await s.sign_up()
    for who in ("nobody", "client", ann, "maintenance", "readonly"):
        await s.post("schemas", {"className": s.name("Fresh")}, as_=who)
        await s.post(f"schemas/{s.name('Fresh')}", as_=who)
        await s.put(f"schemas/{name}", {"fields": {"s": STRING}}, as_=who)
        await s.delete(f"schemas/{name}", as_=who)
    await s.get(f"schemas/{name}", as_="master")


@scenario("1.7/schemas-get", "2.9/shape")
async def a_schema_has_fields_permissions_and_indexes(s: Script) -> None:
    fields = {kind.lower(): {"type": kind} for kind in TYPES}
    fields["pointer"] = {"type": "Pointer", "targetClass": s.name("Other")}
    fields["relation"] = {"type": "Relation", "targetClass": s.name("Other")}
    await s.post("schemas", {"className": s.name("Score"), "fields": fields}, as_="master")
    await s.get(f"schemas/{s.name('Score')}", as_="master")


@scenario("1.7/schemas-get", "2.9/missing")
async def an_unknown_class_has_no_schema(s: Script) -> None:
    for name in (s.name("Missing"), "1abc", "_Nothing", "_Join:users:_Role"):
        await s.get(f"schemas/{name}", as_="master")


@scenario("1.7/schemas-post")
async def a_class_is_made_by_name_in_path_or_body(s: Script) -> None:
    await s.post("schemas", {"className": s.name("One")}, as_="master")
    await s.post(f"schemas/{s.name('Two')}", {"className": s.name("Two")}, as_="master")
    await s.post(f"schemas/{s.name('Three')}", {"fields": {"n": NUMBER}}, as_="master")
    await s.post(f"schemas/{s.name('Four')}", as_="master")


@scenario("1.7/schemas-post")
async def a_class_needs_a_name(s: Script) -> None:
    for body in ({}, {"fields": {"n": NUMBER}}, {"className": ""}, {"className": None}):
        await s.post("schemas", body, as_="master")


@scenario("1.7/schemas-post")
async def a_class_name_that_is_no_text(s: Script) -> None:
    for name in (1, True, ["a"], {"a": 1}):
        await s.post("schemas", {"className": name}, as_="master")


@scenario("2.9/name-mismatch")
async def path_and_body_must_name_the_same_class(s: Script) -> None:
    name = await declare(s, "Score")
    await s.post(f"schemas/{s.name('One')}", {"className": s.name("Two")}, as_="master")
    await s.put(f"schemas/{name}", {"className": s.name("Other")}, as_="master")
    await s.put(f"schemas/{name}", {"className": name}, as_="master")


@scenario("2.9/exists")
async def a_class_is_made_once(s: Script) -> None:
    name = await declare(s, "Score")
    await s.post("schemas", {"className": name}, as_="master")
    await s.post(f"schemas/{name}", as_="master")
    await s.create("ByObject", {"n": 1})
    await s.post("schemas", {"className": s.name("ByObject")}, as_="master")
    await s.post("schemas", {"className": "_User"}, as_="master")


@scenario("2.9/missing", "1.7/schemas-put")
async def a_missing_class_is_not_changed(s: Script) -> None:
    await s.put(f"schemas/{s.name('Missing')}", {"fields": {"n": NUMBER}}, as_="master")
    await s.put(f"schemas/{s.name('Missing')}", {}, as_="master")


@scenario("1.7/schemas-put")
async def fields_are_added(s: Script) -> None:
    name = await declare(s, "Score", {"n": NUMBER})
    made = await s.create("Score", {"n": 1})
    await s.put(
        f"schemas/{name}", {"fields": {"s": STRING, "r": {"type": "Relation", "targetClass": name}}}, as_="master"
    )
    await s.get(f"classes/{name}/{made}")
    await s.put(f"classes/{name}/{made}", {"s": 1})


@scenario("1.7/schemas-delete", "2.9/delete-with-rows")
async def a_class_with_rows_is_not_deleted(s: Script) -> None:
    name = s.name("Score")
    first, second = await s.create("Score", {"n": 1}), await s.create("Score", {"n": 2, "ACL": {}})
    await s.delete(f"schemas/{name}", as_="master")
    await s.delete(f"classes/{name}/{first}", as_="master")
    await s.delete(f"schemas/{name}", as_="master")
    await s.delete(f"classes/{name}/{second}", as_="master")
    await s.delete(f"schemas/{name}", as_="master")
    await s.get(f"schemas/{name}", as_="master")


@scenario("2.9/delete-missing")
async def deleting_a_missing_class_is_fine(s: Script) -> None:
    await s.delete(f"schemas/{s.name('Missing')}", as_="master")
    for name in ("1abc", "with-dash", "className"):
        await s.delete(f"schemas/{name}", as_="master")


@scenario("1.7/schemas-delete")
async def a_deleted_class_can_be_made_anew_with_other_types(s: Script) -> None:
    name = await declare(s, "Score", {"n": NUMBER})
    await s.delete(f"schemas/{name}", as_="master")
    await s.get(f"classes/{name}")
    await s.create("Score", {"n": "text"})
    await s.get(f"schemas/{name}", as_="master")


@scenario("1.7/schemas-delete")
async def a_deleted_class_takes_its_relations_along(s: Script) -> None:
    other = await s.create("Other", {"n": 1})
    op = {"__op": "AddRelation", "objects": [s.pointer("Other", other)]}
    owner = await s.create("Owner", {"others": op})
    await s.delete(f"classes/{s.name('Owner')}/{owner}")
    await s.delete(f"schemas/{s.name('Owner')}", as_="master")
    await s.get(f"classes/_Join:others:{s.name('Owner')}", as_="master")


@scenario("2.9/lock", profile="locked-schemas")
async def locked_schemas_are_neither_made_nor_changed(s: Script) -> None:
    await s.post("schemas", {"className": s.name("Score")}, as_="master")
    await s.post(f"schemas/{s.name('Score')}", as_="master")
    await s.put("schemas/_User", {"fields": {"nick": STRING}}, as_="master")
    await s.put(f"schemas/{s.name('Missing')}", {}, as_="master")
    await s.post("schemas", {"className": s.name("Score")})


@scenario("2.9/lock", profile="locked-schemas")
async def locked_schemas_refuse_the_read_only_key(s: Script) -> None:
    await s.post("schemas", {"className": s.name("Score")}, as_="readonly")


@scenario("2.9/lock", profile="locked-schemas")
async def locked_schemas_still_grow_by_objects_and_are_deleted(s: Script) -> None:
    made = await s.create("Score", {"n": 1})
    await s.put(f"classes/{s.name('Score')}/{made}", {"more": 1})
    await s.delete(f"classes/{s.name('Score')}/{made}")
    await s.delete(f"schemas/{s.name('Score')}", as_="master")


@scenario("2.9/index")
async def indexes_are_made_and_deleted(s: Script) -> None:
    name = s.name("Score")
    body = {"className": name, "fields": {"a": STRING, "b": NUMBER}, "indexes": {"byA": {"a": 1}}}
    await s.post("schemas", body, as_="master")
    await s.put(f"schemas/{name}", {"indexes": {"byBoth": {"a": 1, "b": -1}}}, as_="master")
    await s.get(f"schemas/{name}", as_="master")
    await s.put(f"schemas/{name}", {"indexes": {"byA": {"__op": "Delete"}}}, as_="master")
    await s.get(f"schemas/{name}", as_="master")


@scenario("2.9/index")
async def an_index_is_made_once_and_deleted_once(s: Script) -> None:
    name = await declare(s, "Score", {"a": STRING})
    for indexes in (
        {"byA": {"a": 1}},
        {"byA": {"a": 1}},
        {"byA": {"a": -1}},
        {"none": {"__op": "Delete"}},
        {"byA": {"__op": "Delete"}},
        {"byA": {"__op": "Delete"}},
    ):
        await s.put(f"schemas/{name}", {"indexes": indexes}, as_="master")


@scenario("2.9/index")
async def an_index_of_an_unknown_field_is_refused(s: Script) -> None:
    name = await declare(s, "Score", {"a": STRING})
    for indexes in (
        {"byX": {"missing": 1}},
        {"byAX": {"a": 1, "missing": 1}},
        {"byId": {"objectId": 1}},
        {"byNew": {"fresh": 1}},
    ):
        await s.put(f"schemas/{name}", {"indexes": indexes}, as_="master")
    both = {"fields": {"fresh": STRING}, "indexes": {"byNew": {"fresh": 1}}}
    await s.put(f"schemas/{name}", both, as_="master")
    body = {"className": s.name("Other"), "fields": {"a": STRING}, "indexes": {"byX": {"missing": 1}}}
    await s.post("schemas", body, as_="master")


@scenario("2.9/index")
async def an_index_of_a_pointer(s: Script) -> None:
    name = await declare(s, "Score", {"p": {"type": "Pointer", "targetClass": s.name("Other")}})
    await s.put(f"schemas/{name}", {"indexes": {"byP": {"p": 1}}}, as_="master")
    await s.put(f"schemas/{name}", {"indexes": {"byPrefixed": {"_p_p": 1}}}, as_="master")
    await s.get(f"schemas/{name}", as_="master")

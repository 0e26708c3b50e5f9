"""2.2 Names of classes and fields, and the classes that only the server writes."""

from __future__ import annotations

from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script

VOLATILE = (
    "_JobStatus",
    "_PushStatus",
    "_Hooks",
    "_GlobalConfig",
    "_GraphQLConfig",
    "_JobSchedule",
    "_Audience",
    "_Idempotency",
)
BAD_CLASSES = ("1abc", "_Mine", "with-dash", "with.dot", "className", "length", "_User2")
BAD_FIELDS = ("1abc", "with-dash", "with space", "ä", "length", "className", "a$b", "$a", "")
SYSTEM = ("_User", "_Installation", "_Role", "_Session", "_Product")


@scenario("2.2/class-name")
async def a_class_name_has_letters_digits_and_underscores(s: Script) -> None:
    for base in ("A", "a", "A1", "a_b_", "Aa9"):
        await s.post(f"classes/{s.name(base)}", {"n": 1})
        await s.post("schemas", {"className": s.name(base + "Schema")}, as_="master")


@scenario("2.2/class-name")
async def a_bad_class_name_is_refused_by_the_schema_api(s: Script) -> None:
    for name in BAD_CLASSES:
        await s.post("schemas", {"className": name}, as_="master")
        await s.post(f"schemas/{name}", as_="master")


@scenario("2.2/class-name")
async def a_bad_class_name_is_refused_when_an_object_is_created(s: Script) -> None:
    for name in BAD_CLASSES:
        await s.post(f"classes/{name}", {"n": 1})
        await s.post(f"classes/{name}", {"n": 1}, as_="master")


@scenario("2.2/class-name")
async def a_bad_class_name_finds_nothing(s: Script) -> None:
    for name in BAD_CLASSES:
        await s.get(f"classes/{name}")
        await s.get(f"classes/{name}/aaaaaaaaaa")


@scenario("2.2/class-name")
async def a_bad_class_name_is_refused_on_update_and_delete(s: Script) -> None:
    for name in BAD_CLASSES:
        await s.put(f"classes/{name}/aaaaaaaaaa", {"n": 1})
        await s.delete(f"classes/{name}/aaaaaaaaaa")


@scenario("2.2/class-name")
async def class_names_are_told_apart_by_case(s: Script) -> None:
    await s.create("Score", {"n": 1})
    await s.create("SCORE", {"n": "text"})
    await s.get(f"classes/{s.name('Score')}", params={"keys": "n"})
    await s.get(f"classes/{s.name('SCORE')}", params={"keys": "n"})


@scenario("2.2/field-name")
async def a_bad_field_name_is_refused_on_create(s: Script) -> None:
    for field in BAD_FIELDS:
        await s.post(f"classes/{s.name('Score')}", {field: 1})


@scenario("2.2/field-name")
async def a_bad_field_name_is_refused_on_update(s: Script) -> None:
    made = await s.create("Score", {"n": 1})
    for field in BAD_FIELDS:
        await s.put(f"classes/{s.name('Score')}/{made}", {field: 1})
    await s.get(f"classes/{s.name('Score')}/{made}")


@scenario("2.2/field-name")
async def a_bad_field_name_is_refused_by_the_schema_api(s: Script) -> None:
    name = s.name("Score")
    await s.post("schemas", {"className": name, "fields": {"fine": {"type": "String"}}}, as_="master")
    for field in BAD_FIELDS:
        body = {"fields": {field: {"type": "String"}}}
        await s.post("schemas", {"className": s.name("Other"), **body}, as_="master")
        await s.put(f"schemas/{name}", body, as_="master")
        await s.put(f"schemas/{name}", {"fields": {field: {"__op": "Delete"}}}, as_="master")


@scenario("2.2/field-name")
async def a_bad_field_name_is_refused_with_any_value(s: Script) -> None:
    for value in (None, {"__op": "Delete"}, {"__op": "Increment", "amount": 1}, {"__op": "Add", "objects": [1]}):
        await s.post(f"classes/{s.name('Score')}", {"bad-name": value})


@scenario("2.2/field-name")
async def unusual_but_good_field_names_are_kept(s: Script) -> None:
    made = await s.create("Score", {"a_": 1, "A": 2, "a": 3, "keys": 4, "where": 5, "order": 6, "type": 7})
    await s.get(f"classes/{s.name('Score')}/{made}")


@scenario("2.2/default-column")
async def a_default_column_cannot_be_added_or_deleted(s: Script) -> None:
    name = s.name("Score")
    for field in ("objectId", "createdAt", "updatedAt", "ACL"):
        one = {"fields": {field: {"type": "String"}}}
        await s.post("schemas", {"className": name, **one}, as_="master")
    await s.post("schemas", {"className": name}, as_="master")
    for field in ("objectId", "createdAt", "updatedAt", "ACL"):
        await s.put(f"schemas/{name}", {"fields": {field: {"type": "String"}}}, as_="master")
        await s.put(f"schemas/{name}", {"fields": {field: {"__op": "Delete"}}}, as_="master")


@scenario("2.2/default-column")
async def a_default_column_with_its_own_type_is_refused_too(s: Script) -> None:
    name = s.name("Score")
    same = {"objectId": {"type": "String"}, "createdAt": {"type": "Date"}}
    await s.post("schemas", {"className": name, "fields": same}, as_="master")
    await s.post("schemas", {"className": name}, as_="master")
    await s.put(f"schemas/{name}", {"fields": same}, as_="master")


@scenario("2.2/default-column")
async def a_column_of_a_system_class_cannot_be_changed_or_deleted(s: Script) -> None:
    for field in ("username", "password", "authData"):
        await s.put("schemas/_User", {"fields": {field: {"type": "Number"}}}, as_="master")
        await s.put("schemas/_User", {"fields": {field: {"__op": "Delete"}}}, as_="master")
    await s.put("schemas/_Role", {"fields": {"users": {"__op": "Delete"}}}, as_="master")


@scenario("2.2/underscore-key")
async def a_client_writes_no_key_with_underscore(s: Script) -> None:
    name = s.name("Score")
    made = await s.create("Score", {"n": 1})
    for key in ("_hidden", "_rperm", "_wperm", "_acl", "_id", "_created_at", "__type", "_p_owner"):
        await s.post(f"classes/{name}", {key: "x"})
        await s.put(f"classes/{name}/{made}", {key: "x"})
        await s.put(f"classes/{name}/{made}", {key: "x"}, as_="master")


@scenario("2.2/underscore-key")
async def a_maintainer_writes_internal_fields(s: Script) -> None:
    ann = await s.sign_up()
    await s.put(f"users/{ann.id}", {"_failed_login_count": 2}, as_="maintenance")
    await s.get(f"users/{ann.id}", as_="maintenance")
    await s.get(f"users/{ann.id}", as_="master")
    await s.get(f"users/{ann.id}", as_=ann)


@scenario("2.2/system-class")
async def a_system_class_takes_objects_by_its_own_rules(s: Script) -> None:
    await s.post(
        "classes/_Product",
        {
            "productIdentifier": s.name("p"),
            "icon": {"__type": "File", "name": "a.png"},
            "order": 1,
            "title": "t",
            "subtitle": "s",
        },
        as_="master",
    )
    await s.post("classes/_Installation", {"installationId": s.name("i"), "deviceType": "ios"})
    await s.post("classes/_Role", {"name": s.name("r"), "ACL": {}}, as_="master")


@scenario("2.2/volatile-class")
async def the_schema_api_does_not_list_volatile_classes(s: Script) -> None:
    for name in VOLATILE:
        await s.get(f"schemas/{name}", as_="master")


@scenario("2.2/volatile-class")
async def master_reads_the_servers_own_classes(s: Script) -> None:
    for name in VOLATILE:
        await s.get(f"classes/{name}", params={"where": {"objectId": "none"}}, as_="master")
        await s.get(f"classes/{name}/none", as_="master")


@scenario("2.2/volatile-class")
async def creating_in_the_servers_own_classes_with_the_master_key(s: Script) -> None:
    for name in ("_JobStatus", "_PushStatus", "_Audience", "_JobSchedule"):
        made = await s.post(f"classes/{name}", {}, as_="master")
        await s.delete(f"classes/{name}/{made.body.get('objectId')}", as_="master")
    await s.post("classes/_Hooks", {"functionName": "f", "url": "http://127.0.0.1:1/"}, as_="master")


@scenario("2.2/master-only-class")
async def clients_neither_read_nor_write_the_servers_own_classes(s: Script) -> None:
    for name in VOLATILE:
        await s.get(f"classes/{name}")
        await s.get(f"classes/{name}/none")
        await s.post(f"classes/{name}", {"n": 1})
        await s.put(f"classes/{name}/none", {"n": 1})
        await s.delete(f"classes/{name}/none")


@scenario("2.2/master-only-class")
async def a_user_is_refused_there_as_a_client_is(s: Script) -> None:
    ann = await s.sign_up()
    for name in ("_JobStatus", "_Audience", "_GlobalConfig"):
        await s.get(f"classes/{name}", as_=ann)
        await s.post(f"classes/{name}", {"n": 1}, as_=ann)


@scenario("2.2/master-only-class")
async def clients_do_not_reach_join_classes(s: Script) -> None:
    join = f"_Join:others:{s.name('Score')}"
    other = await s.create("Other", {"n": 1})
    await s.create("Score", {"others": {"__op": "AddRelation", "objects": [s.pointer("Other", other)]}})
    for name in (join, "_Join:users:_Role", "_Join:roles:_Role"):
        await s.get(f"classes/{name}")
        await s.post(f"classes/{name}", {"owningId": "a", "relatedId": "b"})
        await s.put(f"classes/{name}/none", {"owningId": "a"})
        await s.delete(f"classes/{name}/none")


@scenario("2.2/master-only-class")
async def clients_neither_list_nor_delete_installations(s: Script) -> None:
    made = await s.post("classes/_Installation", {"installationId": s.name("i"), "deviceType": "ios"})
    await s.get("classes/_Installation")
    await s.get(f"classes/_Installation/{made.id}")
    await s.put(f"classes/_Installation/{made.id}", {"badge": 2}, headers={"X-Parse-Installation-Id": s.name("i")})
    await s.delete(f"classes/_Installation/{made.id}")
    await s.delete(f"classes/_Installation/{made.id}", as_="master")


@scenario("2.2/master-only-class")
async def sessions_are_limited_to_ones_own(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    keys = {"keys": "user", "order": "createdAt"}
    await s.get("classes/_Session", params=keys)
    await s.get("classes/_Session", params=keys, as_=ann)
    await s.get("classes/_Session", params={**keys, "where": {"user": bob.pointer}}, as_=ann)
    await s.get(
        "classes/_Session", params={**keys, "where": {"user": {"$in": [ann.pointer, bob.pointer]}}}, as_="master"
    )

"""1.4 Object routes: /classes, Location, and the classes that are closed to clients."""

from __future__ import annotations

from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script


@scenario("1.4/find")
async def find_answers_results_and_a_count_if_asked(s: Script) -> None:
    name = s.name("Score")
    for points in (1, 2, 3):
        await s.create("Score", {"points": points})
    await s.get(f"classes/{name}", params={"order": "points"})
    await s.get(f"classes/{name}", params={"order": "points", "limit": 1, "count": 1})
    await s.get(f"classes/{name}", params={"limit": 0, "count": 1, "where": {"points": {"$gt": 1}}})
    await s.get(f"classes/{name}", params={"where": {"points": 9}})


@scenario("1.4/find")
async def an_unknown_query_parameter_is_refused(s: Script) -> None:
    name = s.name("Score")
    await s.create("Score", {"points": 1})
    for parameter in ("nonsense", "points", "objectId", "Limit", "sessionToken"):
        await s.get(f"classes/{name}", params={parameter: 1})
    await s.get(f"classes/{name}", params={"nonsense": 1}, as_="master")
    await s.get(f"classes/{s.name('Missing')}", params={"nonsense": 1})


@scenario("1.4/find")
async def a_where_that_is_no_json_is_refused(s: Script) -> None:
    name = s.name("Score")
    await s.create("Score", {"points": 1})
    for where in ("{", "points=1", '{"points":}'):
        await s.get(f"classes/{name}", params={"where": where})


@scenario("1.4/find")
async def class_names_that_cannot_be_are_refused(s: Script) -> None:
    for name in ("1Score", "Sco-re", "_Nothing", "Score.x", "%20", "__proto__", "$x"):
        await s.get(f"classes/{name}")
        await s.post(f"classes/{name}", {"points": 1})


@scenario("1.4/find-missing-class")
async def a_class_that_is_not_there_is_empty(s: Script) -> None:
    name = s.name("Missing")
    await s.get(f"classes/{name}")
    await s.get(f"classes/{name}", params={"count": 1, "limit": 0})
    await s.get(f"classes/{name}", params={"where": {"points": {"$gt": 1}}, "order": "-points", "include": "owner"})
    await s.get(f"schemas/{name}", as_="master")


@scenario("1.4/find-missing-class", profile="closed-classes")
async def a_missing_class_is_forbidden_when_clients_may_not_create_classes(s: Script) -> None:
    name = s.name("Missing")
    await s.get(f"classes/{name}")
    await s.get(f"classes/{name}/someObject")
    await s.post(f"classes/{name}", {"points": 1})
    await s.put(f"classes/{name}/someObject", {"points": 1})
    await s.delete(f"classes/{name}/someObject")
    await s.get(f"classes/{name}", as_="master")
    await s.get(f"classes/{name}", as_="maintenance")


@scenario("1.4/find-missing-class", profile="closed-classes")
async def a_class_that_the_master_key_made_is_open(s: Script) -> None:
    name = s.name("Score")
    made = await s.create("Score", {"points": 1}, as_="master")
    await s.get(f"classes/{name}/{made}")
    await s.post(f"classes/{name}", {"points": 2, "fresh": True})
    await s.get(f"classes/{name}", params={"order": "points"})


@scenario("1.4/get")
async def get_answers_the_object(s: Script) -> None:
    name = s.name("Score")
    made = await s.create("Score", {"points": 1, "name": "ann", "tags": ["a"], "more": {"b": None}})
    await s.get(f"classes/{name}/{made}")
    await s.get(f"classes/{name}/{made}", params={"keys": "points"})
    await s.get(f"classes/{name}/{made}", params={"excludeKeys": "points,tags"})
    await s.get(f"classes/{name}/{made}", params={"keys": '["name","tags"]'})


@scenario("1.4/get")
async def get_includes_pointers(s: Script) -> None:
    team = await s.create("Team", {"title": "red"})
    made = await s.create("Score", {"team": s.pointer("Team", team), "points": 1})
    path = f"classes/{s.name('Score')}/{made}"
    await s.get(path)
    await s.get(path, params={"include": "team"})
    await s.get(path, params={"include": "team", "keys": "team.title"})
    await s.get(path, params={"include": "*"})


@scenario("1.4/get")
async def get_knows_six_parameters_only(s: Script) -> None:
    made = await s.create("Score", {"points": 1})
    path = f"classes/{s.name('Score')}/{made}"
    for parameter in ("where", "limit", "order", "includeAll", "count", "nonsense", "redirectClassNameForKey"):
        await s.get(path, params={parameter: "points"})
    for parameter in ("readPreference", "includeReadPreference", "subqueryReadPreference"):
        await s.get(path, params={parameter: "SECONDARY"})


@scenario("1.4/get")
async def get_of_an_object_that_is_not_there_is_not_found(s: Script) -> None:
    await s.create("Score", {"points": 1})
    await s.get(f"classes/{s.name('Score')}/noSuchId00")
    await s.get(f"classes/{s.name('Missing')}/noSuchId00")
    await s.get(f"classes/{s.name('Missing')}/noSuchId00", params={"nonsense": 1})
    await s.get(f"classes/{s.name('Score')}/%7B%22$gt%22:%22%22%7D")


@scenario("1.4/get")
async def an_object_that_the_caller_may_not_read_is_not_found(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    made = await s.create("Score", {"points": 1, "ACL": {ann.id: {"read": True, "write": True}}}, as_=ann)
    path = f"classes/{s.name('Score')}/{made}"
    for who in (ann, bob, "client", "master", "readonly", "maintenance"):
        await s.get(path, params={"keys": "points"}, as_=who)


@scenario("1.4/get-own-user")
async def the_own_user_row_bears_the_token_of_the_request(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    await s.get(f"classes/_User/{ann.id}", as_=ann)
    await s.get(f"users/{ann.id}", as_=ann)
    await s.get(f"users/{bob.id}", as_=ann)
    await s.get(f"users/{ann.id}")
    await s.get(f"users/{ann.id}", as_="master")


@scenario("1.4/get-own-user")
async def the_own_user_row_bears_no_token_in_a_list(s: Script) -> None:
    ann = await s.sign_up("ann")
    await s.get("users", params={"where": {"username": ann.username}}, as_=ann)
    await s.get(f"users/{ann.id}", params={"keys": "username"}, as_=ann)


@scenario("1.4/create")
async def create_answers_id_date_and_location(s: Script) -> None:
    made = await s.post(f"classes/{s.name('Score')}", {"points": 1, "name": "ann"})
    await s.get(f"classes/{s.name('Score')}/{made.id}")
    await s.post(f"classes/{s.name('Score')}", {})
    await s.post(f"classes/{s.name('Score')}", {"ACL": {"*": {"read": True}}})


@scenario("1.4/create")
async def create_refuses_fields_that_the_server_sets(s: Script) -> None:
    path = f"classes/{s.name('Score')}"
    await s.post(path, {"objectId": "myOwnId000", "points": 1})
    await s.post(path, {"objectId": "", "points": 1})
    await s.post(path, {"objectId": None, "points": 1})
    for field in ("createdAt", "updatedAt"):
        made = await s.post(path, {field: {"__type": "Date", "iso": "2020-01-02T03:04:05.678Z"}})
        if made.status == 201:
            await s.get(f"{path}/{made.id}")
        await s.post(path, {field: "2020-01-02T03:04:05.678Z"})


@scenario("1.4/create")
async def create_ignores_or_refuses_the_names_of_its_own(s: Script) -> None:
    path = f"classes/{s.name('Score')}"
    for field in ("className", "__type", "_id", "_wperm", "_rperm", "_created_at", "sessionToken", "id"):
        made = await s.post(path, {field: "value"})
        if made.status == 201:
            await s.get(f"{path}/{made.id}")


@scenario("1.4/update")
async def update_answers_its_date(s: Script) -> None:
    made = await s.create("Score", {"points": 1, "name": "ann"})
    path = f"classes/{s.name('Score')}/{made}"
    await s.put(path, {"points": 2})
    await s.put(path, {})
    await s.put(path, {"name": {"__op": "Delete"}, "fresh": [1]})
    await s.get(path)


@scenario("1.4/update")
async def update_of_an_object_that_is_not_there_is_not_found(s: Script) -> None:
    await s.create("Score", {"points": 1})
    for who in ("client", "master"):
        await s.put(f"classes/{s.name('Score')}/noSuchId00", {"points": 2}, as_=who)
    await s.put(f"classes/{s.name('Missing')}/noSuchId00", {"points": 2})


@scenario("1.4/update")
async def an_object_that_the_caller_may_not_write_is_not_found(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    acl = {ann.id: {"read": True, "write": True}, "*": {"read": True}}
    path = f"classes/{s.name('Score')}/{await s.create('Score', {'points': 1, 'ACL': acl}, as_=ann)}"
    for who in (bob, "client", "readonly"):
        await s.put(path, {"points": 2}, as_=who)
        await s.delete(path, as_=who)
    await s.get(path)
    for who in (ann, "master", "maintenance"):
        await s.put(path, {"points": 3}, as_=who)
    await s.get(path)


@scenario("1.4/update")
async def the_object_id_in_the_body_of_an_update_does_not_count(s: Script) -> None:
    made, other = await s.create("Score", {"points": 1}), await s.create("Score", {"points": 2})
    path = f"classes/{s.name('Score')}"
    await s.put(f"{path}/{made}", {"objectId": made, "points": 3})
    await s.put(f"{path}/{made}", {"objectId": other, "points": 4})
    await s.get(path, params={"order": "points"})


@scenario("1.4/delete")
async def delete_answers_an_empty_object(s: Script) -> None:
    name = s.name("Score")
    made = await s.create("Score", {"points": 1})
    await s.delete(f"classes/{name}/{made}")
    await s.delete(f"classes/{name}/{made}")
    await s.get(f"classes/{name}/{made}")
    await s.delete(f"classes/{name}/noSuchId00", as_="master")


@scenario("1.4/delete")
async def delete_in_a_class_that_is_not_there_is_not_found(s: Script) -> None:
    await s.delete(f"classes/{s.name('Missing')}/noSuchId00")
    await s.delete(f"classes/{s.name('Missing')}/noSuchId00", as_="master")
    await s.delete(f"classes/{s.name('Missing')}")
    await s.get(f"schemas/{s.name('Missing')}", as_="master")


@scenario("1.4/location")
async def location_names_the_class_but_for_users(s: Script) -> None:
    await s.post(f"classes/{s.name('Score')}", {})
    await s.post("users", {"username": s.name("ann"), "password": "secret"})
    await s.post("classes/_User", {"username": s.name("bob"), "password": "secret"})
    await s.post("roles", {"name": s.name("admins"), "ACL": {}}, as_="master")
    await s.post("installations", {"deviceType": "ios", "installationId": s.name("phone")})
    await s.post("push_audiences", {"name": s.name("all"), "query": "{}"}, as_="master")


@scenario("1.4/location", profile="public-url")
async def location_starts_with_the_public_url(s: Script) -> None:
    await s.post(f"classes/{s.name('Score')}", {})
    await s.post("users", {"username": s.name("ann"), "password": "secret"})
    await s.post(f"classes/{s.name('Score')}", {}, headers={"Host": "other.example"})


@scenario("1.4/location")
async def location_follows_the_host_of_the_request(s: Script) -> None:
    await s.post(f"classes/{s.name('Score')}", {}, headers={"Host": "other.example"})
    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "far.example", "X-Forwarded-For": "1.2.3.4"}
    await s.post(f"classes/{s.name('Score')}", {}, headers=forwarded)


@scenario("1.4/location")
async def location_keeps_the_mount_path_as_asked(s: Script) -> None:
    await s.post(f"/PARSE/Classes/{s.name('Score')}/", {})
    await s.post(f"/parse//classes/{s.name('Score')}", {})


@scenario("1.4/blocked-classes")
async def the_servers_own_classes_are_closed_to_clients(s: Script) -> None:
    ann = await s.sign_up("ann")
    for name in (
        "_JobStatus",
        "_PushStatus",
        "_Hooks",
        "_GlobalConfig",
        "_GraphQLConfig",
        "_JobSchedule",
        "_Audience",
        "_Idempotency",
        "_Join:users:_Role",
    ):
        await s.get(f"classes/{name}", as_=ann)
        await s.get(f"classes/{name}/noSuchId00")
        await s.post(f"classes/{name}", {})
        await s.put(f"classes/{name}/noSuchId00", {})
        await s.delete(f"classes/{name}/noSuchId00")


@scenario("1.4/blocked-classes")
async def the_master_key_reads_the_servers_own_classes(s: Script) -> None:
    for name in ("_JobStatus", "_PushStatus", "_JobSchedule", "_Idempotency"):
        await s.get(f"classes/{name}", params={"limit": 0}, as_="master")
        await s.get(f"classes/{name}", params={"limit": 0}, as_="maintenance")


@scenario("1.4/blocked-classes")
async def clients_may_not_list_or_delete_installations(s: Script) -> None:
    made = await s.post("classes/_Installation", {"deviceType": "ios", "installationId": s.name("phone")})
    await s.get("classes/_Installation")
    await s.get(f"classes/_Installation/{made.id}")
    await s.delete(f"classes/_Installation/{made.id}")
    await s.put(f"classes/_Installation/{made.id}", {"badge": 1})
    await s.delete(f"classes/_Installation/{made.id}", as_="master")


@scenario("1.4/role-prefix")
async def the_id_of_a_user_may_not_start_with_role(s: Script) -> None:
    user = {"username": s.name("ann"), "password": "secret", "objectId": "role:admins"}
    await s.post("users", user)
    await s.post("classes/_User", user)
    await s.post("users", user, as_="master")
    await s.post(f"classes/{s.name('Score')}", {"objectId": "role:admins"})

"""1.10 Errors, 1.11 health, 1.12 serverInfo."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script

BAD_TOKEN = "r:0123456789abcdef0123456789abcdef"
JSON = {"Content-Type": "application/json"}


@scenario("1.10/parse-error")
async def a_parse_error_is_status_400_with_code_and_text(s: Script) -> None:
    name = s.name("Score")
    await s.create("Score", {"points": 1})
    await s.post(f"classes/{name}", {"points": "text"})
    await s.get(f"classes/{name}", params={"nonsense": 1})
    await s.get(f"classes/{name}", as_=BAD_TOKEN)


@scenario("1.10/parse-error", profile="routes")
async def errors_of_cloud_code_keep_code_and_text(s: Script) -> None:
    for code in (4242, 0, -1, 142, 209):
        await s.post("functions/throwCode", {"code": code, "message": "own text"})
    await s.post("functions/throwCode", {"code": 4242, "message": ""})
    await s.post("functions/throwPlain", {})
    await s.post("classes/RtRefused", {"how": "code"})
    await s.post("classes/RtRefused", {"how": "plain"})


@scenario("1.10/not-found")
async def code_101_is_status_404(s: Script) -> None:
    ann = await s.sign_up("ann")
    await s.get(f"classes/{s.name('Score')}/noSuchId00")
    await s.post("login", {"username": ann.username, "password": "wrong"})
    await s.post("login", {"username": s.name("nobody"), "password": "wrong"})
    await s.get("login", params={"username": ann.username, "password": "wrong"})


@scenario("1.10/not-found", "1.10/internal", profile="routes")
async def codes_of_cloud_code_choose_the_status(s: Script) -> None:
    await s.post("functions/throwCode", {"code": 101, "message": "own text"})
    await s.post("functions/throwCode", {"code": 1, "message": "own text"})
    await s.post("classes/RtRefused", {"how": "not found"})
    await s.post("classes/RtRefused", {"how": "internal"})


@scenario("1.10/unauthorized", profile="client-keys")
async def a_wrong_client_key_is_unauthorized_without_a_code(s: Script) -> None:
    await s.get(f"classes/{s.name('Score')}", headers={"X-Parse-REST-API-Key": "wrong"})
    await s.post("users", {}, headers={"X-Parse-Javascript-Key": "wrong"})
    await s.get(f"classes/{s.name('Score')}", as_="nobody", headers={"X-Parse-REST-API-Key": "rest"})


@scenario("1.10/master-key-required")
async def routes_for_the_master_key_are_denied_without_a_code(s: Script) -> None:
    ann = await s.sign_up("ann")
    for who in ("client", ann, "maintenance"):
        await s.get("schemas", as_=who)
        await s.get(f"schemas/{s.name('Score')}", as_=who)
        await s.post(f"schemas/{s.name('Score')}", {}, as_=who)
        await s.delete(f"purge/{s.name('Score')}", as_=who)
        await s.get("serverInfo", as_=who)
        await s.put("config", {"params": {}}, as_=who)
        await s.post("loginAs", {"userId": ann.id}, as_=who)


@scenario("1.10/master-key-required")
async def deleting_a_file_needs_the_master_key(s: Script) -> None:
    for who in ("client", "maintenance", "readonly"):
        await s.delete("files/none.txt", as_=who)


@scenario("1.10/forbidden-ip", profile="foreign-key-ips")
async def a_key_from_a_forbidden_address_is_unauthorized(s: Script) -> None:
    body = {"_ApplicationId": "test", "_MasterKey": "master", "_method": "GET"}
    await s.post(f"classes/{s.name('Score')}", body, as_="nobody")
    await s.post(f"classes/{s.name('Score')}", {**body, "_MasterKey": "readonly"}, as_="nobody")
    await s.post("batch", {"requests": []}, as_="master")


@scenario("1.10/http-status")
async def an_error_with_its_own_status_has_no_code(s: Script) -> None:
    await s.get(f"classes/{s.name('Score')}/%E0%A4%A")
    await s.get("users/%FF")
    await s.post(f"classes/{s.name('Score')}", b'{"a":1}', headers={**JSON, "Content-Encoding": "nonsense"})
    await s.post(f"classes/{s.name('Score')}", b'{"a":1}', headers={"Content-Type": "application/json; charset=nope"})


@scenario("1.10/bad-json")
async def bad_json_has_no_code(s: Script) -> None:
    for text in ("{", "}", '{"a":1,}', "{'a':1}", '{"a":NaN}', '{"a":1} x', "undefined"):
        await s.post(f"classes/{s.name('Score')}", text, headers=JSON)


@scenario("1.10/too-large", profile="small-uploads")
async def a_body_that_is_too_large_is_413(s: Script) -> None:
    await s.post(f"classes/{s.name('Score')}", {"text": "x" * 3000})
    await s.put(f"classes/{s.name('Score')}/noSuchId00", {"text": "x" * 3000})
    await s.post("login", f"username={'x' * 3000}", headers={"Content-Type": "application/x-www-form-urlencoded"})


@scenario("1.10/uncaught")
async def names_of_object_members_are_plain_names(s: Script) -> None:
    name = s.name("Score")
    await s.create("Score", {"points": 1})
    for key in ("constructor", "toString", "hasOwnProperty", "valueOf"):
        await s.get(f"classes/{name}", params={"where": {key: 1}})
        await s.post(f"classes/{name}", {key: 1})


@scenario("1.10/uncaught")
async def odd_bodies_are_no_server_errors(s: Script) -> None:
    await s.post(f"classes/{s.name('Score')}", '{"__proto__": {"a": 1}, "points": 1}', headers=JSON)
    await s.post("login", {"username": {"$gt": ""}, "password": {"$gt": ""}})
    await s.post("users", {"username": ["a"], "password": {"a": 1}})
    await s.get(f"classes/{s.name('Score')}", params={"where": [1]})
    await s.get(f"classes/{s.name('Score')}", params={"order": {"a": 1}})


@scenario("1.10/unknown-route")
async def an_unknown_route_is_html(s: Script) -> None:
    await s.get("nowhere")
    await s.put(f"classes/{s.name('Score')}", {})
    await s.delete("users")
    await s.request("PATCH", f"classes/{s.name('Score')}/noSuchId00", {})
    await s.get("functions/hello")
    await s.get("/elsewhere", as_="nobody")


async def closed_class(s: Script) -> str:
    """A class that only its creators read, with a protected field; gives its path."""
    name = s.name("Closed")
    permissions: dict[str, Any] = {
        "find": {},
        "get": {"*": True},
        "create": {"requiresAuthentication": True},
        "update": {},
        "delete": {},
        "addField": {},
        "protectedFields": {"*": ["secret"]},
    }
    fields = {"secret": {"type": "String"}}
    body = {"className": name, "fields": fields, "classLevelPermissions": permissions}
    await s.post(f"schemas/{name}", body, as_="master", record=False)
    return f"classes/{name}"


async def ask_for_refusals(s: Script) -> None:
    """Requests that a client may not make, of every kind."""
    path = await closed_class(s)
    made = await s.post(path, {"secret": "x"}, as_="master")
    await s.get(path)
    await s.post(path, {})
    await s.put(f"{path}/{made.id}", {"secret": "y"})
    await s.delete(f"{path}/{made.id}")
    await s.get(path, params={"where": {"secret": "x"}})
    await s.get("classes/_JobStatus")
    await s.get("classes/_Installation")
    await s.get("schemas")
    await s.get("users/me")
    await s.put("users/noSuchId00", {"phone": "1"})
    await s.post("sessions", {})
    await s.delete("files/none.txt")
    await s.post(path, {}, as_="readonly")


@scenario("1.10/sanitised")
async def refusals_say_permission_denied(s: Script) -> None:
    await ask_for_refusals(s)


@scenario("1.10/not-sanitised", profile="detailed-errors")
async def refusals_tell_their_reason_if_wanted(s: Script) -> None:
    await ask_for_refusals(s)


@scenario("1.10/not-sanitised", profile="detailed-errors")
async def adding_a_field_tells_its_reason_if_wanted(s: Script) -> None:
    path = await closed_class(s)
    await s.post(path, {"fresh": 1}, as_=await s.sign_up("ann"))
    await s.post(f"classes/{s.name('Score')}", {}, as_="readonly")
    await s.get("classes/_Join:users:_Role", as_="client")


@scenario("1.10/not-sanitised", profile="detailed-errors")
async def users_of_others_tell_their_reason_if_wanted(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    await s.put(f"users/{ann.id}", {"phone": "1"}, as_=bob)
    await s.delete(f"users/{ann.id}", as_=bob)
    await s.delete(f"users/{ann.id}")
    await s.get("users/me", as_=BAD_TOKEN)
    await s.get("sessions")


@scenario("1.10/codes")
async def codes_of_queries_and_keys(s: Script) -> None:
    name = s.name("Score")
    await s.create("Score", {"points": 1})
    await s.get(f"classes/{name}", params={"where": {"points": {"$nonsense": 1}}})
    await s.get(f"classes/{name}", params={"where": {"bad key": 1}})
    await s.post(f"classes/{name}", {"bad key": 1})
    await s.post(f"classes/{name}", {"1st": 1})
    await s.post(f"classes/{name}", {"more": {"$inner": 1}})
    await s.post(f"classes/{name}", {"more": {"a.b": 1}})
    await s.post(f"schemas/{name}", {"className": name}, as_="master")
    await s.post("schemas", {}, as_="master")
    await s.delete(f"schemas/{name}", as_="master")


@scenario("1.10/codes")
async def codes_of_values(s: Script) -> None:
    name = s.name("Score")
    await s.create("Score", {"points": 1, "tags": [1], "owner": s.pointer("Team", "noSuchId00")})
    for body in (
        {"points": "x"},
        {"tags": "x"},
        {"owner": s.pointer("Other", "noSuchId00")},
        {"points": {"__op": "Nonsense"}},
        {"points": {"__op": "Increment", "amount": "x"}},
        {"tags": {"__op": "Add", "objects": 1}},
        {"at": {"__type": "Date", "iso": "no date"}},
        {"x": {"__type": "Nonsense"}},
        {"p": {"__type": "Pointer", "className": name}},
    ):
        await s.post(f"classes/{name}", body)


@scenario("1.10/codes")
async def codes_of_users_and_roles(s: Script) -> None:
    ann = await s.sign_up("ann", email=s.email("ann"))
    await s.post("users", {"username": ann.username, "password": "x"})
    await s.post("users", {"username": s.name("bob"), "password": "x", "email": s.email("ann")})
    await s.post("users", {"username": s.name("bob"), "password": "x", "email": "no mail"})
    await s.post("users", {"password": "x"})
    await s.post("users", {"username": s.name("bob")})
    await s.post("login", {"username": ann.username})
    await s.post("login", {"password": "x"})
    await s.post("users", {"authData": {"nonsense": {"id": "1"}}})
    await s.post("roles", {"name": "no:colon", "ACL": {}}, as_="master")
    await s.post("roles", {}, as_="master")


@scenario("1.10/codes", profile="routes")
async def codes_of_functions_and_files(s: Script) -> None:
    await s.post("functions/noSuchFunction", {})
    await s.post("files", b"x", headers={"Content-Type": "text/plain"}, as_="master")
    await s.post("files/%2e%2e%2fa.txt", b"x", headers={"Content-Type": "text/plain"}, as_="master")
    await s.post("files/a.txt", b"", headers={"Content-Type": "text/plain"}, as_="master")
    await s.post("files/a.txt", b"x", headers={"Content-Type": "text/plain"})
    await s.get("files/test/none.txt")
    await s.delete("files/none.txt", as_="master")


@scenario("1.10/codes")
async def a_duplicate_value_is_137(s: Script) -> None:
    await s.post("roles", {"name": s.name("admins"), "ACL": {}}, as_="master")
    await s.post("roles", {"name": s.name("admins"), "ACL": {}}, as_="master")


@scenario("1.11/ok")
async def health_says_ok(s: Script) -> None:
    await s.get("health", as_="nobody")
    await s.get("health/", as_="nobody")
    await s.get("health", as_=BAD_TOKEN)
    await s.post("health", {}, as_="nobody")
    await s.get("/parse/Health", as_="nobody")


@scenario("1.12/server-info")
async def server_info_needs_the_master_key(s: Script) -> None:
    for who in ("client", "maintenance", await s.sign_up("ann")):
        await s.get("serverInfo", as_=who)
    await s.get("serverInfo", as_="nobody")
    await s.post("serverInfo", {}, as_="master")


@scenario("1.12/server-info")
async def server_info_names_features_and_version(s: Script) -> None:
    await s.get("serverInfo", as_="master")
    await s.get("serverInfo", as_="readonly")

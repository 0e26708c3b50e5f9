"""1.13 Keys and 1.14 routeAllowList."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script

TEXT = {"Content-Type": "text/plain"}
KEYS = ("client", "master", "readonly", "maintenance")


async def closed_class(s: Script) -> str:
    """A class that clients can do nothing with, and one object of it that nobody may read; gives its name."""
    name = s.name("Closed")
    body: dict[str, Any] = {
        "className": name,
        "fields": {"secret": {"type": "String"}, "open": {"type": "String"}},
        "classLevelPermissions": {
            "find": {},
            "get": {},
            "count": {},
            "create": {},
            "update": {},
            "delete": {},
            "addField": {},
            "protectedFields": {"*": ["secret"]},
        },
    }
    await s.post(f"schemas/{name}", body, as_="master", record=False)
    return name


@scenario("1.13/master", "1.13/read-only", "1.13/maintenance")
async def keys_pass_class_level_permissions(s: Script) -> None:
    name = await closed_class(s)
    for who in KEYS:
        made = await s.post(f"classes/{name}", {"open": who, "fresh": 1}, as_=who)
        await s.get(f"classes/{name}", params={"where": {"open": who}, "count": 1}, as_=who)
        if made.status == 201:
            await s.put(f"classes/{name}/{made.id}", {"open": "x"}, as_=who)
            await s.delete(f"classes/{name}/{made.id}", as_=who)


@scenario("1.13/master", "1.13/read-only", "1.13/maintenance")
async def keys_pass_acls(s: Script) -> None:
    for who in KEYS:
        made = await s.create("Score", {"points": 1, "ACL": {}}, as_="master")
        path = f"classes/{s.name('Score')}/{made}"
        await s.get(path, params={"keys": "points"}, as_=who)
        await s.put(path, {"points": 2}, as_=who)
        await s.delete(path, as_=who)


@scenario("1.13/master", "1.13/read-only", "1.13/maintenance")
async def keys_see_protected_fields(s: Script) -> None:
    name = s.name("Score")
    body = {
        "className": name,
        "fields": {"secret": {"type": "String"}},
        "classLevelPermissions": {
            "find": {"*": True},
            "get": {"*": True},
            "create": {"*": True},
            "protectedFields": {"*": ["secret"]},
        },
    }
    await s.post(f"schemas/{name}", body, as_="master", record=False)
    made = await s.create("Score", {"secret": "x"})
    for who in KEYS:
        await s.get(f"classes/{name}/{made}", as_=who)
        await s.get(f"classes/{name}", params={"where": {"secret": "x"}}, as_=who)
        await s.get(f"classes/{name}", params={"order": "secret"}, as_=who)


@scenario("1.13/master")
async def the_master_key_changes_any_user(s: Script) -> None:
    ann = await s.sign_up("ann", email=s.email("ann"))
    await s.get(f"users/{ann.id}", as_="master")
    await s.put(f"users/{ann.id}", {"password": "new", "email": s.email("new")}, as_="master")
    await s.get("users/me", as_=ann)
    await s.post("login", {"username": ann.username, "password": "new"})


@scenario("1.13/master")
async def a_session_token_beside_the_master_key_makes_no_user(s: Script) -> None:
    ann = await s.sign_up("ann")
    token = {"X-Parse-Session-Token": ann.token}
    await s.get("users/me", headers=token, as_="master")
    await s.get("sessions/me", headers=token, as_="master")
    await s.get(f"users/{ann.id}", headers=token, as_="master")


@scenario("1.13/read-only")
async def the_read_only_key_writes_no_objects(s: Script) -> None:
    name = s.name("Score")
    made = await s.create("Score", {"points": 1})
    await s.post(f"classes/{name}", {}, as_="readonly")
    await s.put(f"classes/{name}/{made}", {"points": 2}, as_="readonly")
    await s.delete(f"classes/{name}/{made}", as_="readonly")
    await s.post("users", {"username": s.name("ann"), "password": "x"}, as_="readonly")
    await s.post("roles", {"name": s.name("a"), "ACL": {}}, as_="readonly")
    await s.post("installations", {"deviceType": "ios", "installationId": "x"}, as_="readonly")
    entry = {"method": "PUT", "path": f"/parse/classes/{name}/{made}", "body": {"points": 2}}
    await s.post("batch", {"requests": [entry]}, as_="readonly")
    await s.get(f"classes/{name}/{made}", as_="readonly")


@scenario("1.13/read-only")
async def the_read_only_key_changes_no_schema_and_no_config(s: Script) -> None:
    name = s.name("Score")
    await s.create("Score", {"points": 1})
    for path in (f"schemas/{name}", f"schemas/{s.name('Fresh')}"):
        await s.post(path, {"className": path.rpartition("/")[2]}, as_="readonly")
        await s.put(path, {"fields": {"more": {"type": "String"}}}, as_="readonly")
        await s.delete(path, as_="readonly")
    await s.delete(f"purge/{name}", as_="readonly")
    await s.put("config", {"params": {"a": 1}}, as_="readonly")
    await s.get("config", as_="readonly")
    await s.get(f"schemas/{name}", as_="readonly")


@scenario("1.13/read-only")
async def the_read_only_key_becomes_no_user_and_stores_no_file(s: Script) -> None:
    ann = await s.sign_up("ann")
    await s.post("loginAs", {"userId": ann.id}, as_="readonly")
    await s.post("loginAs", {"userId": ann.id}, as_="master")
    await s.post("files/a.txt", b"text", headers=TEXT, as_="readonly")
    await s.delete("files/none.txt", as_="readonly")
    await s.get(f"users/{ann.id}", as_="readonly")
    await s.get("sessions", params={"where": {"user": ann.pointer}, "keys": "user"}, as_="readonly")


@scenario("1.13/read-only")
async def the_read_only_key_may_log_in_and_out(s: Script) -> None:
    ann = await s.sign_up("ann")
    await s.post("login", {"username": ann.username, "password": "secret"}, as_="readonly")
    await s.post("logout", {}, as_="readonly")


@scenario("1.13/read-only", "1.13/maintenance", profile="routes")
async def functions_see_the_keys(s: Script) -> None:
    for who in KEYS:
        await s.post("functions/caller", {}, as_=who)


@scenario("1.13/maintenance")
async def the_maintenance_key_is_not_the_master_key(s: Script) -> None:
    ann = await s.sign_up("ann")
    for path in ("schemas", f"schemas/{s.name('Score')}", "serverInfo", "push_audiences"):
        await s.get(path, as_="maintenance")
    await s.post(f"schemas/{s.name('Score')}", {}, as_="maintenance")
    await s.delete(f"purge/{s.name('Score')}", as_="maintenance")
    await s.put("config", {"params": {"a": 1}}, as_="maintenance")
    await s.post("loginAs", {"userId": ann.id}, as_="maintenance")
    await s.delete("files/none.txt", as_="maintenance")


@scenario("1.13/maintenance")
async def the_maintenance_key_sets_dates_on_create(s: Script) -> None:
    date = {"__type": "Date", "iso": "2020-01-02T03:04:05.678Z"}
    for who in ("maintenance", "master", "client"):
        made = await s.post(f"classes/{s.name('Score')}", {"createdAt": date, "updatedAt": date}, as_=who)
        if made.status == 201:
            await s.get(f"classes/{s.name('Score')}/{made.id}")


@scenario("1.13/maintenance")
async def dates_set_with_the_maintenance_key_must_be_dates_in_order(s: Script) -> None:
    early = {"__type": "Date", "iso": "2019-01-02T03:04:05.678Z"}
    late = {"__type": "Date", "iso": "2020-01-02T03:04:05.678Z"}
    path = f"classes/{s.name('Score')}"
    for body in (
        {"createdAt": late, "updatedAt": early},
        {"createdAt": early},
        {"updatedAt": late},
        {"createdAt": "2020-01-02T03:04:05.678Z"},
        {"createdAt": 1},
    ):
        made = await s.post(path, body, as_="maintenance")
        if made.status == 201:
            await s.get(f"{path}/{made.id}")


@scenario("1.13/maintenance")
async def the_maintenance_key_does_not_set_dates_on_update(s: Script) -> None:
    date = {"__type": "Date", "iso": "2020-01-02T03:04:05.678Z"}
    made = await s.create("Score", {"points": 1})
    path = f"classes/{s.name('Score')}/{made}"
    await s.put(path, {"createdAt": date}, as_="maintenance")
    await s.get(path)


@scenario("1.13/maintenance")
async def the_maintenance_key_reads_internal_fields_but_no_password(s: Script) -> None:
    ann = await s.sign_up("ann")
    for who in ("maintenance", "master", ann):
        await s.get("users", params={"where": {"username": ann.username}}, as_=who)


@scenario("1.13/maintenance")
async def the_maintenance_key_writes_internal_fields(s: Script) -> None:
    ann = await s.sign_up("ann")
    for who in (ann, "master", "maintenance"):
        await s.put(f"users/{ann.id}", {"_failed_login_count": 3}, as_=who)
        await s.put(f"users/{ann.id}", {"_email_verify_token": "token"}, as_=who)
    await s.get(f"users/{ann.id}", as_="maintenance")
    await s.get(f"users/{ann.id}", as_="master")


@scenario("1.13/maintenance")
async def the_maintenance_key_queries_internal_fields(s: Script) -> None:
    ann = await s.sign_up("ann")
    await s.put(f"users/{ann.id}", {"_perishable_token": s.name("token")}, as_="maintenance")
    for who in ("maintenance", "master", ann):
        where = {"_perishable_token": s.name("token")}
        await s.get("users", params={"where": where, "keys": "username"}, as_=who)


@scenario("1.13/ip-lists", profile="open-key-ips")
async def ranges_and_everything_lists_let_keys_through(s: Script) -> None:
    for who in ("master", "readonly", "maintenance"):
        await s.get(f"classes/{s.name('Score')}", as_=who)


@scenario("1.13/ip-lists", profile="other-family-ips")
async def an_ipv6_everything_does_not_hold_for_ipv4(s: Script) -> None:
    for who in ("master", "readonly", "maintenance", "client"):
        await s.get(f"classes/{s.name('Score')}", as_=who)


@scenario("1.13/ip-lists", profile="trusted-proxy")
async def behind_a_trusted_proxy_the_forwarded_address_counts(s: Script) -> None:
    for address in ("127.0.0.1", "10.9.8.7", "10.9.8.7, 127.0.0.1", "127.0.0.1, 10.9.8.7", "nonsense", "::1"):
        await s.get(f"classes/{s.name('Score')}", headers={"X-Forwarded-For": address}, as_="master")
    await s.get(f"classes/{s.name('Score')}", as_="master")


@scenario("1.13/ip-lists")
async def without_a_trusted_proxy_the_forwarded_address_does_not_count(s: Script) -> None:
    for address in ("10.9.8.7", "nonsense"):
        await s.get(f"classes/{s.name('Score')}", headers={"X-Forwarded-For": address}, as_="master")
        await s.get(f"classes/{s.name('Score')}", headers={"X-Real-IP": address}, as_="maintenance")


@scenario("1.14/anchored", profile="allow-list")
async def patterns_match_the_whole_path(s: Script) -> None:
    for path in (
        f"classes/{s.name('Open')}",
        f"classes/{s.name('Open')}/noSuchId00",
        f"classes/{s.name('xOpen')}",
        f"CLASSES/{s.name('Open')}",
        f"classes/{s.name('open')}",
        f"classes/{s.name('Open')}/",
        f"classes/{s.name('Open')}?limit=1",
        f"classes//{s.name('Open')}",
    ):
        await s.get(path)
    for path in ("functions/hello", "functions/hello2", "functions/hello/", "functions/hello?a=1", "xfunctions/hello"):
        await s.post(path, {})


@scenario("1.14/anchored", profile="allow-list")
async def an_encoded_path_is_matched_as_it_stands(s: Script) -> None:
    await s.post("functions/%68ello", {})
    await s.get(f"classes/%4Fpen{s.tag}")
    await s.get(f"classes/{s.name('Open')}/../{s.name('Closed')}")
    await s.get(f"/parse//classes/{s.name('Open')}")


@scenario("1.14/anchored", profile="allow-list")
async def the_verb_does_not_matter_to_the_list(s: Script) -> None:
    name = s.name("Open")
    made = await s.post(f"classes/{name}", {"points": 1})
    await s.put(f"classes/{name}/{made.id}", {"points": 2})
    await s.post(f"classes/{name}", {"_method": "GET"})
    await s.delete(f"classes/{name}/{made.id}")


@scenario("1.14/empty", profile="empty-allow-list")
async def an_empty_list_lets_only_keys_through(s: Script) -> None:
    for who in KEYS:
        await s.get(f"classes/{s.name('Score')}", as_=who)
    await s.get("health", as_="nobody")
    await s.get("config")
    await s.post("batch", {"requests": []})
    await s.get("users/me", as_="r:0123456789abcdef0123456789abcdef")


@scenario("1.14/batch-and-health", profile="allow-list")
async def a_batch_may_be_open_while_its_entries_are_not(s: Script) -> None:
    for path in ("users", "login", "config", "functions/hello2"):
        await s.post("batch", {"requests": [{"method": "GET", "path": f"/parse/{path}", "body": {}}]})
    entry = {"method": "POST", "path": "/parse/functions/hello", "body": {"name": "ann"}}
    await s.post("batch", {"requests": [entry]})


@scenario("1.14/not-files", profile="allow-list")
async def files_are_not_subject_to_the_list(s: Script) -> None:
    made = await s.post("files/a.txt", b"text", headers=TEXT, as_="master")
    await s.get(f"files/test/{made['name']}", as_="nobody")
    await s.get("files/test/none.txt", as_="nobody")
    await s.post("files/a.txt", b"text", headers=TEXT)


@scenario("1.14/not-files", profile="function-allow-list")
async def internal_calls_are_not_subject_to_the_list(s: Script) -> None:
    await s.create("Score", {"points": 1}, as_="master")
    await s.post("functions/counted", {"className": s.name("Score")})
    await s.post("functions/hidden", {"className": s.name("Score")})

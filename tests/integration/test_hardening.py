"""What hostile requests may not do: crash, hang, escalate, or learn."""

from __future__ import annotations

from typing import Any

import pytest

from parsepy.api.router import Route
from parsepy.api.routes import new_router
from tests.inprocess import Client, User

WRITES = [route for route in new_router().routes if route.writes]
ODD: tuple[Any, ...] = (None, True, 0, -1, 1.5, "", "x", [], [1], {}, {"a": 1}, {"__op": "Delete"}, {"__type": "Date"},
                        {"$ne": None}, {"__type": "Pointer"}, [[]], "\u0000", {"__op": "Increment", "amount": "x"})  # fmt: skip


def _path(route: Route) -> str:
    return route.path.replace(":className", "Thing").replace(":", "x").replace("*", "x")


@pytest.mark.parametrize("route", WRITES, ids=lambda route: f"{route.method} {route.path}")
async def test_the_read_only_key_writes_nowhere(client: Client, route: Route) -> None:
    answer = await client.as_("readonly").request(route.method, _path(route), {"requests": [], "x": 1})

    assert answer.status in {400, 403}
    assert answer.code == 119 or answer.body == {"error": "Permission denied"}


@pytest.mark.parametrize("value", ODD, ids=repr)
@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("POST", "/users", "username"), ("POST", "/users", "password"), ("POST", "/users", "email"),
        ("POST", "/users", "authData"), ("POST", "/users", "ACL"), ("POST", "/login", "username"),
        ("POST", "/login", "password"), ("POST", "/login", "email"), ("POST", "/classes/Thing", "objectId"),
        ("POST", "/classes/Thing", "field"), ("POST", "/classes/Thing", "ACL"), ("POST", "/classes/Thing", "createdAt"),
        ("POST", "/batch", "requests"), ("POST", "/batch", "transaction"), ("POST", "/functions/none", "x"),
        ("POST", "/installations", "deviceToken"), ("POST", "/installations", "installationId"),
        ("POST", "/roles", "name"), ("POST", "/roles", "users"), ("POST", "/requestPasswordReset", "email"),
        ("POST", "/sessions", "user"), ("PUT", "/config", "params"), ("PUT", "/config", "masterKeyOnly"),
        ("POST", "/schemas/Other", "fields"), ("POST", "/schemas/Other", "classLevelPermissions"),
        ("POST", "/schemas/Other", "indexes"), ("POST", "/loginAs", "userId"),
    ],
)  # fmt: skip
async def test_no_type_of_value_breaks_a_route(client: Client, method: str, path: str, name: str, value: Any) -> None:
    body = {"username": "u", "password": "p", "deviceType": "ios", "installationId": "i"} | {name: value}
    for caller in ("client", "master"):
        answer = await client.as_(caller).request(method, path, body)
        if path != "/requestPasswordReset":
            assert answer.status < 500, answer


@pytest.mark.parametrize("value", ODD, ids=repr)
@pytest.mark.parametrize("name", ["where", "limit", "skip", "order", "keys", "include", "excludeKeys", "count", "hint",
                                  "redirectClassNameForKey", "readPreference", "explain", "comment"])  # fmt: skip
async def test_no_type_of_parameter_breaks_a_find(client: Client, name: str, value: Any) -> None:
    await client.create("Thing", field=1)
    answer = await client.as_("master").post("/classes/Thing", {"_method": "GET", name: value})

    assert answer.status < 500, answer


OPERATORS = ["$eq", "$ne", "$lt", "$lte", "$gt", "$gte", "$in", "$nin", "$exists", "$regex", "$options", "$all", "$text",
             "$containedBy", "$nearSphere", "$maxDistance", "$within", "$geoWithin", "$geoIntersects", "$inQuery",
             "$notInQuery", "$select", "$dontSelect", "$relativeTime", "$or", "$nonsense"]  # fmt: skip


@pytest.mark.parametrize("operator", OPERATORS)
async def test_no_operand_breaks_a_find(client: Client, operator: str) -> None:
    await client.create(
        "Thing", field=1, text="a", list=[1], when={"__type": "Date", "iso": "2020-01-01T00:00:00.000Z"}
    )
    for value in ODD:
        for name in ("field", "text", "list", "when", "none", "createdAt", "objectId"):
            answer = await client.as_("master").get("/classes/Thing", where={name: {operator: value}})
            assert answer.status < 500, (name, operator, value, answer)


@pytest.mark.parametrize("depth", [50, 500, 5000])
@pytest.mark.parametrize("operator", ["$or", "$and", "$nor"])
async def test_deep_nesting_is_refused(client: Client, operator: str, depth: int) -> None:
    nested = f'{{"{operator}":[' * depth + '{"a":1}' + "]}" * depth
    body = f'{{"_method":"GET","where":{nested}}}'.encode()
    answer = await client.request("POST", "/classes/Thing", body)

    assert answer.status == 400, answer


async def test_wide_nesting_is_answered(client: Client) -> None:
    wide = {"$or": [{"$and": [{"a": n}, {"$or": [{"b": n}, {"c": n}]}]} for n in range(2000)]}
    answer = await client.post("/classes/Thing", {"_method": "GET", "where": wide})

    assert answer.status in {200, 400}


async def test_a_hostile_pattern_does_not_hold_the_server(client: Client) -> None:
    await client.create("Thing", text="a" * 40 + "!")
    for pattern in ("^(a+)+$", "^(a|a)*$", "(?=(a+)+$)b", r"^(a+)\1*(a+)+$"):
        answer = await client.get("/classes/Thing", where={"text": {"$regex": pattern}})
        assert answer.status in {200, 400}
        assert answer.body.get("results", []) == []


@pytest.mark.parametrize("name", ["_hashed_password", "_session_token", "_perishable_token", "_email_verify_token",
                                  "_failed_login_count", "sessionToken", "password"])  # fmt: skip
async def test_internal_fields_are_no_search_keys(client: Client, ann: User, name: str) -> None:
    answer = await client.as_(ann.token).get("/users", where={name: {"$regex": "^."}})

    assert answer.code in {105, 119} or answer.body["results"] == []


@pytest.mark.parametrize("name", ["_hashed_password", "_rperm", "_wperm", "_failed_login_count", "_tombstone", "_x"])
async def test_internal_fields_cannot_be_written(client: Client, ann: User, name: str) -> None:
    for caller in (ann.token, "master"):
        answer = await client.as_(caller).put(f"/users/{ann.id}", {name: "x"})
        assert answer.code == 105, answer


async def test_a_login_fails_alike_for_unknown_names_and_wrong_passwords(client: Client, ann: User) -> None:
    unknown = await client.post("/login", {"username": "nobody", "password": "x"})
    wrong = await client.post("/login", {"username": "ann", "password": "x"})

    assert (unknown.status, unknown.body) == (wrong.status, wrong.body) == (404, wrong.body)


async def test_nobody_else_may_change_a_user_nor_learn_of_his_existence(client: Client, ann: User, bob: User) -> None:
    for caller in (bob.token, "client"):
        there = await client.as_(caller).put(f"/users/{ann.id}", {"email": "no"})
        missing = await client.as_(caller).put("/users/nothing123", {"email": "no"})
        assert (there.status, there.body) == (missing.status, missing.body)


async def test_server_set_fields_of_a_session_stay_the_servers(client: Client, ann: User, bob: User) -> None:
    forged = {"user": bob.pointer, "sessionToken": "r:0", "expiresAt": None, "createdWith": {}}
    made = await client.as_(ann.token).post("/sessions", forged)

    assert made.body["user"]["objectId"] == ann.id
    assert made.body["sessionToken"] != "r:0"
    for name in ("user", "sessionToken", "expiresAt", "createdWith", "installationId"):
        for value in (None, bob.pointer, "x", {"__op": "Delete"}):
            answer = await client.as_(ann.token).put(f"/sessions/{made.body['objectId']}", {name: value})
            assert answer.code in {105, 111}, (name, value, answer)


async def test_join_tables_and_server_classes_are_closed(client: Client, ann: User) -> None:
    for name in (
        "_Join:users:_Role",
        "_Hooks",
        "_GlobalConfig",
        "_Audience",
        "_JobStatus",
        "_PushStatus",
        "_Idempotency",
    ):
        for method, path in (("GET", f"/classes/{name}"), ("POST", f"/classes/{name}"), ("PUT", f"/classes/{name}/x")):
            answer = await client.as_(ann.token).request(method, path, {} if method != "GET" else None)
            assert answer.code == 119, (method, path, answer)


@pytest.mark.parametrize(
    "name", ["../x.txt", "..%2f..%2fetc%2fpasswd", ".htaccess", "a%00.txt", "a.", "x/../../y", "a\\b"]
)
async def test_no_file_name_leads_out_of_the_folder(client: Client, name: str) -> None:
    stored = await client.as_("master").request("POST", f"/files/{name}", b"data")
    read = await client.get(f"/files/test/{name}")

    assert stored.status in {400, 404} or "/" not in stored.body["name"]
    assert read.status in {400, 403, 404}


@pytest.mark.parametrize(
    ("name", "content_type"),
    [("a.html", "text/plain"), ("a.svg", "image/png"), ("a", "text/html"), ("a", "image/svg+xml; charset=utf-8"),
     ("a.unknown", "text/html"), ("a.", "text/html"), ("a.xhtml", None), ("a.txt.html", "text/plain"),
     ("a", "application/xhtml+xml"), ("a.shtml", "text/plain")],
)  # fmt: skip
async def test_active_content_is_not_stored(client: Client, ann: User, name: str, content_type: str | None) -> None:
    sender = client.as_(ann.token).with_headers({"Content-Type": content_type or ""})
    answer = await sender.request("POST", f"/files/{name}", b"<script>")

    assert answer.code in {122, 130}, answer


async def test_the_master_key_counts_only_from_its_addresses(client: Client) -> None:
    far = client.as_("master", ip="203.0.113.9")

    assert (await far.get("/schemas")).status == 403
    assert (await client.as_("master", ip="203.0.113.9", X_Forwarded_For="127.0.0.1").get("/schemas")).status == 403
    assert (await client.as_("master").get("/schemas")).status == 200

"""2.3 Default columns, and those a write must bring."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script

ICON = {"__type": "File", "name": "a.png"}


async def wrong_types(s: Script, class_name: str, wrong: dict[str, Any]) -> None:
    """Each value alone, in a new object made with the master key: the column's type shows in the refusal."""
    for field, value in wrong.items():
        await s.post(f"classes/{class_name}", {field: value}, as_="master")


@scenario("2.3/default")
async def every_class_has_the_default_columns(s: Script) -> None:
    await s.post("schemas", {"className": s.name("Score")}, as_="master")
    await s.create("Other")
    await s.get(f"schemas/{s.name('Other')}", as_="master")


@scenario("2.3/user", "2.9/user-columns", serial=True, profile="custom-ids")
async def the_columns_of_users(s: Script) -> None:
    await s.get("schemas/_User", as_="master")


@scenario("2.3/role", serial=True, profile="custom-ids")
async def the_columns_of_roles(s: Script) -> None:
    await s.get("schemas/_Role", as_="master")


@scenario("2.3/session", serial=True, profile="custom-ids")
async def the_columns_of_sessions(s: Script) -> None:
    await s.post("users", {"username": s.name("ann"), "password": "secret", "objectId": s.name("ann")}, record=False)
    await s.get("schemas/_Session", as_="master")


@scenario("2.3/installation", serial=True, profile="custom-ids")
async def the_columns_of_installations(s: Script) -> None:
    await s.post("schemas/_Installation", as_="master")
    await s.get("schemas/_Installation", as_="master")


@scenario("2.3/product", serial=True, profile="custom-ids")
async def the_columns_of_products(s: Script) -> None:
    await s.post("schemas/_Product", as_="master")
    await s.get("schemas/_Product", as_="master")


@scenario("2.3/user")
async def columns_of_users_have_types(s: Script) -> None:
    for field, value in {"email": 1, "emailVerified": "yes", "username": 1}.items():
        await s.post("users", {"username": s.name("ann"), "password": "secret", field: value}, as_="master")


@scenario("2.3/installation")
async def columns_of_installations_have_types(s: Script) -> None:
    wrong = {
        "deviceToken": 1,
        "pushType": 1,
        "GCMSenderId": 1,
        "timeZone": 1,
        "localeIdentifier": 1,
        "appVersion": 1,
        "appName": 1,
        "appIdentifier": 1,
        "parseVersion": 1,
        "channels": "a",
        "badge": "1",
    }
    for field, value in wrong.items():
        body = {"deviceType": "ios", "installationId": s.name(field.lower()), field: value}
        await s.post("classes/_Installation", body, as_="master")


@scenario("2.3/role")
async def columns_of_roles_have_types(s: Script) -> None:
    fine = {"name": s.name("r"), "ACL": {}}
    other = {"__op": "AddRelation", "objects": [s.pointer("Score", "aaaaaaaaaa")]}
    for wrong in ({"users": 1}, {"roles": "a"}, {"users": other}, {"roles": other}, {"name": 1}):
        await s.post("classes/_Role", {**fine, **wrong}, as_="master")


@scenario("2.3/session")
async def columns_of_sessions_have_types(s: Script) -> None:
    ann = await s.sign_up()
    await wrong_types(
        s, "_Session", {"user": s.pointer("Score", "aaaaaaaaaa"), "installationId": 1, "createdWith": "x"}
    )
    await s.put("sessions/none", {"installationId": 1}, as_=ann)


@scenario("2.3/product")
async def columns_of_products_have_types(s: Script) -> None:
    fine = {"productIdentifier": "p", "icon": ICON, "order": 1, "title": "t", "subtitle": "s"}
    for field, value in {
        "productIdentifier": 1,
        "downloadName": 1,
        "title": 1,
        "subtitle": 1,
        "download": "x",
        "icon": "x",
        "order": "1",
    }.items():
        await s.post("classes/_Product", {**fine, field: value}, as_="master")


@scenario("2.3/push-status")
async def columns_of_push_status_have_types(s: Script) -> None:
    wrong = {
        "pushTime": 1,
        "source": 1,
        "query": {},
        "payload": {},
        "title": 1,
        "status": 1,
        "pushHash": 1,
        "expiry": "1",
        "expiration_interval": "1",
        "numSent": "1",
        "numFailed": "1",
        "count": "1",
        "errorMessage": "x",
        "sentPerType": 1,
        "failedPerType": 1,
        "sentPerUTCOffset": 1,
        "failedPerUTCOffset": 1,
    }
    await wrong_types(s, "_PushStatus", wrong)


@scenario("2.3/job-status")
async def columns_of_job_status_have_types(s: Script) -> None:
    await wrong_types(
        s, "_JobStatus", {"jobName": 1, "source": 1, "status": 1, "message": 1, "params": "x", "finishedAt": "2020"}
    )


@scenario("2.3/job-schedule")
async def columns_of_job_schedules_have_types(s: Script) -> None:
    await wrong_types(
        s,
        "_JobSchedule",
        {
            "jobName": 1,
            "description": 1,
            "params": {},
            "startAfter": 1,
            "daysOfWeek": "1",
            "timeOfDay": 1,
            "lastRun": "1",
            "repeatMinutes": "1",
        },
    )


@scenario("2.3/audience")
async def columns_of_audiences_have_types(s: Script) -> None:
    await wrong_types(s, "_Audience", {"name": 1, "query": {}, "lastUsed": 1, "timesUsed": "1"})


@scenario("2.3/audience")
async def an_audience_keeps_its_columns(s: Script) -> None:
    made = await s.post("classes/_Audience", {"name": s.name("all"), "query": "{}", "timesUsed": 1}, as_="master")
    await s.get(f"classes/_Audience/{made.id}", as_="master")
    await s.delete(f"classes/_Audience/{made.id}", as_="master")


@scenario("2.3/hooks")
async def columns_of_hooks_have_types(s: Script) -> None:
    await wrong_types(s, "_Hooks", {"functionName": 1, "className": 1, "triggerName": 1, "url": 1})


@scenario("2.3/global-config")
async def columns_of_the_config_have_types(s: Script) -> None:
    await wrong_types(s, "_GlobalConfig", {"params": "x", "masterKeyOnly": "x"})


@scenario("2.3/graphql-config")
async def columns_of_the_graphql_config_have_types(s: Script) -> None:
    await wrong_types(s, "_GraphQLConfig", {"config": "x"})


@scenario("2.3/idempotency")
async def columns_of_idempotency_have_types(s: Script) -> None:
    await wrong_types(s, "_Idempotency", {"reqId": 1, "expire": "2020"})


@scenario("2.3/required")
async def a_role_needs_name_and_acl(s: Script) -> None:
    bodies: list[dict[str, Any]] = [
        {},
        {"name": s.name("r")},
        {"ACL": {}},
        {"name": "", "ACL": {}},
        {"name": None, "ACL": {}},
        {"name": s.name("r"), "ACL": None},
    ]
    for body in bodies:
        await s.post("roles", body)
        await s.post("roles", body, as_="master")


@scenario("2.3/required")
async def a_role_cannot_lose_name_or_acl(s: Script) -> None:
    role = await s.post("roles", {"name": s.name("r"), "ACL": {"*": {"read": True}}}, as_="master")
    for body in ({"name": {"__op": "Delete"}}, {"ACL": {"__op": "Delete"}}):
        await s.put(f"roles/{role.id}", body, as_="master")
    await s.put(f"roles/{role.id}", {"extra": 1}, as_="master")
    await s.get(f"roles/{role.id}")


@scenario("2.3/required")
async def a_product_needs_five_columns(s: Script) -> None:
    fine = {"productIdentifier": "p", "icon": ICON, "order": 1, "title": "t", "subtitle": "s"}
    for left_out in fine:
        body = {key: value for key, value in fine.items() if key != left_out}
        await s.post("classes/_Product", body, as_="master", label=f"without {left_out}")


@scenario("2.3/required")
async def a_product_cannot_lose_a_needed_column(s: Script) -> None:
    fine = {"productIdentifier": "p", "icon": ICON, "order": 1, "title": "t", "subtitle": "s"}
    made = await s.post("classes/_Product", fine, as_="master")
    for field in fine:
        await s.put(f"classes/_Product/{made.id}", {field: {"__op": "Delete"}}, as_="master")
    await s.put(f"classes/_Product/{made.id}", {"title": "new", "downloadName": {"__op": "Delete"}}, as_="master")
    await s.get(f"classes/_Product/{made.id}", as_="master")


@scenario("2.3/keys-on-user")
async def keys_on_users_do_not_force_the_username(s: Script) -> None:
    ann = await s.sign_up(nick="a")
    await s.get(f"users/{ann.id}", params={"keys": "nick"}, as_=ann)
    await s.get("users", params={"keys": "nick", "where": {"objectId": ann.id}}, as_=ann)

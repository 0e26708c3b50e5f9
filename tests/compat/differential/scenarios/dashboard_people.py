"""The data browser on users, roles, sessions and installations; browsing as a user."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.answers import Answer
from tests.compat.differential.dashboard_form import PROFILE, Dashboard
from tests.compat.differential.declare import NUMBER, declare_open
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script

EVERYBODY = {"*": {"read": True}}


async def user(page: Dashboard, name: str, **fields: Any) -> Answer:
    """A user made as the data browser makes one."""
    return await page.call("POST", "users", {"username": page.s.name(name), "password": "secret", **fields})


@scenario("dashboard-7/users", profile=PROFILE)
async def a_user_is_made_edited_and_deleted(s: Script) -> None:
    page = Dashboard(s)
    ann = (await user(page, "ann", email=s.email("ann"))).id
    await page.find("_User", {"objectId": ann}, order="-createdAt", limit=100)
    await page.edit("_User", ann, phone="1")
    await page.edit("_User", ann, username=s.name("anna"))
    await page.edit("_User", ann, email={"__op": "Delete"})
    await page.edit("_User", ann, emailVerified=True)
    await page.find("_User", {"objectId": ann})
    await page.batch([{"method": "DELETE", "path": f"classes/_User/{ann}", "body": {}}])
    await page.find("_User", {"objectId": ann})


@scenario("dashboard-7/users", profile=PROFILE)
async def a_user_that_cannot_be_is_refused(s: Script) -> None:
    page = Dashboard(s)
    await user(page, "ann", email=s.email("ann"))
    await user(page, "ann")
    await user(page, "bob", email=s.email("ann"))
    await user(page, "bob", email="none")
    await page.call("POST", "users", {"username": s.name("bob")})
    await page.call("POST", "users", {})
    await page.call("POST", "classes/_User", {"username": s.name("bob"), "password": "x"})


@scenario("dashboard-7/password", profile=PROFILE)
async def a_password_is_changed_in_its_cell(s: Script) -> None:
    page = Dashboard(s)
    ann = await user(page, "ann")
    await page.edit("_User", ann.id, password="other")
    for password in ("secret", "other"):
        name = {"username": s.name("ann"), "password": password}
        await page.call("POST", "login", name, master=False)
    await page.edit("_User", ann.id, password="")
    await page.edit("_User", ann.id, password={"__op": "Delete"})
    where = {"user": {"__type": "Pointer", "className": "_User", "objectId": ann.id}}
    await page.count("_Session", where)


@scenario("dashboard-7/roles", profile=PROFILE)
async def a_role_is_made_and_its_users_are_attached(s: Script) -> None:
    page = Dashboard(s)
    ann = (await user(page, "ann")).id
    made = await page.call("POST", "classes/_Role", {"name": s.name("boss"), "ACL": EVERYBODY})
    role = {"__type": "Pointer", "className": "_Role", "objectId": made.id}
    pointer = {"__type": "Pointer", "className": "_User", "objectId": ann}
    await page.edit("_Role", made.id, users={"__op": "AddRelation", "objects": [pointer]})
    await page.find("_User", {"$relatedTo": {"object": role, "key": "users"}}, limit=100, order="-createdAt")
    await page.edit("_Role", made.id, roles={"__op": "AddRelation", "objects": [role]})
    await page.edit("_Role", made.id, users={"__op": "RemoveRelation", "objects": [pointer]})
    await page.count("_User", {"$relatedTo": {"object": role, "key": "users"}})
    await page.find("_Role", {"objectId": made.id})
    await page.edit("_Role", made.id, name=s.name("other"))
    await page.call("DELETE", f"classes/_Role/{made.id}")


@scenario("dashboard-7/roles", profile=PROFILE)
async def a_role_that_cannot_be_is_refused(s: Script) -> None:
    page = Dashboard(s)
    for fields in ({"name": s.name("boss")}, {"ACL": EVERYBODY}, {"name": "bad:name", "ACL": EVERYBODY}):
        await page.call("POST", "classes/_Role", fields)


@scenario("dashboard-7/sessions", profile=PROFILE)
async def sessions_are_listed_edited_and_ended(s: Script) -> None:
    page = Dashboard(s)
    ann = await user(page, "ann")
    where = {"user": {"__type": "Pointer", "className": "_User", "objectId": ann.id}}
    found = await page.find("_Session", where, limit=100, order="-createdAt")
    session = found["results"][0]["objectId"]
    await page.edit("_Session", session, note="seen")
    await page.edit("_Session", session, installationId="other")
    await page.call("DELETE", f"classes/_Session/{session}")
    await page.browsing_as(ann.token).call("GET", "users/me", master=False)


@scenario("dashboard-7/sessions", profile=PROFILE)
async def a_session_is_added_as_a_row(s: Script) -> None:
    page = Dashboard(s)
    ann = await user(page, "ann")
    pointer = {"__type": "Pointer", "className": "_User", "objectId": ann.id}
    await page.call("POST", "classes/_Session", {"user": pointer}, record=False)
    await page.count("_Session", {"user": pointer})


@scenario("dashboard-7/installations", profile=PROFILE)
async def an_installation_is_edited_and_deleted(s: Script) -> None:
    page = Dashboard(s)
    phone = {"deviceType": "ios", "installationId": s.name("phone"), "channels": ["a"]}
    made = await page.add_row("_Installation", phone)
    await page.edit("_Installation", made, badge=3)
    await page.edit("_Installation", made, channels=["a", "b"])
    await page.edit("_Installation", made, deviceType="android")
    await page.find("_Installation", {"objectId": made})
    await page.call("DELETE", f"classes/_Installation/{made}")


@scenario("dashboard-7/filters", profile=PROFILE)
async def built_in_classes_are_filtered_and_sorted(s: Script) -> None:
    page = Dashboard(s)
    ann, bob = await user(page, "ann", email=s.email("ann")), await user(page, "bob")
    both = {"objectId": {"$in": [ann.id, bob.id]}}
    for where in (
        {**both, "email": {"$exists": False}},
        {**both, "username": {"$regex": "^\\Qann\\E"}},
        {**both, "authData": {"$exists": True}},
        {**both, "emailVerified": {"$ne": True}},
        {"sessionToken": ann.token},
    ):
        await page.find("_User", where, order="-username", limit=100, excludeKeys="ACL,createdAt")
    await page.find("_User", both, order="username", limit=1, skip=1)
    pointer = {"__type": "Pointer", "className": "_User", "objectId": ann.id}
    await page.find("_Session", {"user": pointer, "sessionToken": ann.token}, order="-expiresAt")
    await page.find(
        "_Session", {"user": {"$inQuery": {"className": "_User", "where": both}}}, order="sessionToken", limit=0
    )
    await page.find(
        "_Session", {"user": pointer, "expiresAt": {"$gt": {"__type": "Date", "iso": "2020-01-01T00:00:00.000Z"}}}
    )


@scenario("dashboard-7/dialogs", profile=PROFILE)
async def dialogs_look_for_users_and_roles_by_name_or_id(s: Script) -> None:
    page = Dashboard(s)
    ann = (await user(page, "ann")).id
    role = (await page.call("POST", "classes/_Role", {"name": s.name("boss"), "ACL": {}})).id
    for value in (ann, s.name("ann"), role, s.name("boss"), "nobody"):
        await page.find("_User", {"$or": [{"username": value}, {"objectId": value}]})
        await page.find("_Role", {"$or": [{"name": value}, {"objectId": value}]})


@scenario("dashboard-7/browse-as", "dashboard-7/stop-browsing", profile=PROFILE)
async def somebody_browses_as_a_user_and_stops(s: Script) -> None:
    page = Dashboard(s)
    name = await declare_open(s, "Note", {"n": NUMBER}, create={})
    ann = await user(page, "ann")
    await page.add_row(name, {"n": 1, "ACL": {ann.id: {"read": True}}})
    await page.add_row(name, {"n": 2, "ACL": {}})
    entered = {"username": s.name("ann"), "password": "secret"}
    seen = page.browsing_as((await page.call("POST", "login", entered, master=False)).token)
    await seen.call("GET", f"classes/{name}", {"where": {}, "limit": 100, "order": "n"}, master=False)
    await seen.call("GET", f"classes/{name}", {"where": {}, "limit": 0, "count": 1}, master=False)
    await seen.call("POST", f"classes/{name}", {"n": 3}, master=False)
    await seen.call("GET", f"classes/{name}", {"where": {}, "order": "n"}, label="both keys")
    await seen.call("GET", f"schemas/{name}", label="both keys")
    await seen.call("POST", "logout", {}, master=False)
    await seen.call("GET", f"classes/{name}", {"where": {}}, master=False, label="after it")
    await seen.call("GET", f"schemas/{name}", label="both keys, after it")


@scenario("dashboard-7/browse-as", profile=PROFILE)
async def who_to_browse_as_must_be_known(s: Script) -> None:
    page = Dashboard(s)
    await user(page, "ann")
    for entered in ({"username": s.name("ann"), "password": "wrong"}, {"username": "", "password": ""}):
        await page.call("POST", "login", entered, master=False)


@scenario("dashboard-9/run-as", profile=PROFILE)
async def the_rest_console_runs_as_a_user(s: Script) -> None:
    page = Dashboard(s)
    name = s.name("Note")
    ann = await user(page, "ann")
    await page.add_row(name, {"n": 1, "ACL": {ann.id: {"read": True}}})
    found = await page.find("_User", {"$or": [{"username": s.name("ann")}, {"objectId": s.name("ann")}]}, limit=1)
    pointer = {"__type": "Pointer", "className": "_User", "objectId": found["results"][0]["objectId"]}
    sessions = await page.find("_Session", {"user": pointer}, limit=1)
    token = {"X-Parse-Session-Token": sessions["results"][0]["sessionToken"]}
    as_ann = {"X-Parse-Application-Id": "test", "X-Parse-Javascript-Key": "js", **token}
    await s.get(f"classes/{name}", as_="nobody", headers=as_ann)
    await page.fetched("GET", f"classes/{name}", headers=token, label="both keys")
    await page.fetched("GET", "users/me", headers=token)

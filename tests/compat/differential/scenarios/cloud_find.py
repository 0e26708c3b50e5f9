"""5.4, 5.5 Triggers of finds: what they are told, how they change a find and its results, and when they run."""

from __future__ import annotations

import json
from typing import Any

from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script, User

HEADERS = {"X-Parse-Installation-Id": "phone", "X-Custom": "mine"}


def doing(how: str, **more: Any) -> dict[str, str]:
    """The header that tells the trigger what to do."""
    return {"X-Parse-Cloud-Context": json.dumps({"how": how, **more})}


async def rows(s: Script, name: str) -> tuple[dict[str, Any], list[str]]:
    """Three rows of a class of a fixed name: the condition that finds only them, and their ids."""
    tag = s.name("row")
    ids = [(await s.post(f"classes/{name}", {"n": n, "text": "x", "tag": tag})).id for n in (1, 2, 3)]
    return {"where": {"tag": tag}, "order": "n"}, ids


async def each(s: Script, name: str, params: dict[str, Any], *hows: str) -> None:
    for how in hows:
        await s.get(f"classes/{name}", params=params, headers=doing(how), label=how)


@scenario("5.4/find", profile="finders")
async def find_triggers_are_told_who_asks(s: Script) -> None:
    ann = await s.sign_up("ann")
    made = (await s.post("classes/FdTold", {"n": 1})).id
    callers: list[str | User] = ["client", ann, "master", "readonly", "maintenance"]
    for who in callers:
        await s.get("classes/FdTold", params={"where": {"objectId": made}}, headers=HEADERS, as_=who)


@scenario("5.4/find", profile="finders")
async def find_triggers_are_told_of_gets_and_counts(s: Script) -> None:
    params, ids = await rows(s, "FdTold")
    await s.get(f"classes/FdTold/{ids[0]}")
    await s.get("classes/FdTold", params={**params, "count": 1, "limit": 1})
    await s.get("classes/FdTold", params={**params, "limit": 1, "skip": 1})
    await s.get("classes/FdTold", params={"where": {"objectId": {"$in": ids[:1]}}})
    await s.get("classes/FdTold/noSuchId00")


@scenario("5.4/find", profile="finders")
async def find_triggers_are_told_in_a_batch(s: Script) -> None:
    made = (await s.post("classes/FdTold", {"n": 1})).id
    await s.post("batch", {"requests": [{"method": "GET", "path": f"/parse/classes/FdTold/{made}"}]})


@scenario("5.5/before-find", profile="finders")
async def before_find_changes_the_query(s: Script) -> None:
    params, _ = await rows(s, "FdChanged")
    await each(s, "FdChanged", params, "equal", "limit", "skip", "descending", "later", "same", "null", "nothing")


@scenario("5.5/before-find", profile="finders")
async def before_find_changes_which_fields_come(s: Script) -> None:
    owner = await s.create("Owner", {"name": "ann"})
    made = (await s.post("classes/FdChanged", {"n": 1, "text": "x", "owner": s.pointer("Owner", owner)})).id
    await each(s, "FdChanged", {"where": {"objectId": made}}, "include", "select", "exclude")
    for how in ("include", "select", "exclude"):
        await s.get(f"classes/FdChanged/{made}", headers=doing(how), label=how)


@scenario("5.5/before-find", profile="finders")
async def before_find_and_the_clients_own_window(s: Script) -> None:
    params, _ = await rows(s, "FdChanged")
    await each(s, "FdChanged", {**params, "limit": 2}, "limit", "skip", "equal")
    await each(s, "FdChanged", {**params, "limit": 0, "count": 1}, "equal", "limit", "nothing")
    await each(s, "FdChanged", {**params, "keys": "text"}, "select", "exclude")


@scenario("5.5/before-find-query", profile="finders")
async def before_find_returns_another_query(s: Script) -> None:
    params, _ = await rows(s, "FdReplaced")
    await each(s, "FdReplaced", {**params, "keys": "n"}, "or", "other", "other class")
    await s.get("classes/FdReplaced", params={"order": "-n", "limit": 1, "keys": "n"}, headers=doing("other"))


@scenario("5.5/before-find", profile="finders")
async def what_else_before_find_returns_is_ignored(s: Script) -> None:
    params, _ = await rows(s, "FdChanged")
    await each(s, "FdChanged", params, "text")


@scenario("5.5/before-find-error", profile="finders")
async def an_exception_in_before_find_refuses(s: Script) -> None:
    params, ids = await rows(s, "FdChanged")
    await each(s, "FdChanged", params, "throw", "throw plain", "bad name")
    for how in ("throw", "throw plain"):
        await s.get(f"classes/FdChanged/{ids[0]}", headers=doing(how))


@scenario("5.5/short-circuit", profile="finders")
async def before_find_returns_objects_instead_of_a_search(s: Script) -> None:
    params, _ = await rows(s, "FdChanged")
    await each(s, "FdChanged", params, "unsaved", "unsaved list", "empty list")
    await s.get("classes/FdChanged", params={**params, "count": 1}, headers=doing("unsaved list"))


@scenario("5.5/short-circuit", profile="finders")
async def a_get_that_is_answered_by_before_find(s: Script) -> None:
    _, ids = await rows(s, "FdChanged")
    for how in ("unsaved", "unsaved list", "empty list"):
        await s.get(f"classes/FdChanged/{ids[0]}", headers=doing(how), label=how)
    await s.get("classes/FdChanged/noSuchId00", headers=doing("unsaved"))


@scenario("5.5/short-circuit", profile="finders")
async def stored_objects_from_before_find_pass_the_permissions(s: Script) -> None:
    ann = await s.sign_up("ann")
    acls: tuple[dict[str, Any], ...] = ({"*": {"read": True}}, {ann.id: {"read": True}}, {})
    ids = [(await s.post("classes/FdChanged", {"n": 1, "ACL": acl}, as_="master")).id for acl in acls]
    callers: list[str | User] = ["client", ann]
    for who in callers:
        await s.get("classes/FdChanged", params={"order": "createdAt"}, headers=doing("stored", ids=ids), as_=who)


@scenario("5.5/after-find", profile="finders")
async def after_find_changes_the_results(s: Script) -> None:
    params, ids = await rows(s, "FdAfter")
    await each(s, "FdAfter", params, "set", "returned", "later", "empty list", "nothing")
    await s.get("classes/FdAfter", params={**params, "count": 1}, headers=doing("returned"))
    await s.get(f"classes/FdAfter/{ids[0]}", headers=doing("set"))
    await s.get("classes/FdAfter", params=params, label="nothing was stored")


@scenario("5.5/after-find", profile="finders")
async def after_find_returns_other_objects(s: Script) -> None:
    params, ids = await rows(s, "FdAfter")
    await each(s, "FdAfter", params, "unsaved")
    for how in ("unsaved", "empty list", "returned"):
        await s.get(f"classes/FdAfter/{ids[0]}", headers=doing(how), label=how)


@scenario("5.5/after-find", profile="finders")
async def after_find_returns_plain_values(s: Script) -> None:
    params, _ = await rows(s, "FdAfter")
    await each(s, "FdAfter", params, "plain")


@scenario("5.5/after-find-error", profile="finders")
async def an_exception_in_after_find_refuses(s: Script) -> None:
    params, ids = await rows(s, "FdAfter")
    await each(s, "FdAfter", params, "throw", "throw plain")
    await s.get(f"classes/FdAfter/{ids[0]}", headers=doing("throw"))


@scenario("5.5/after-find", profile="finders")
async def after_find_and_an_empty_result(s: Script) -> None:
    params = {"where": {"tag": s.name("nobody")}}
    await each(s, "FdAfter", params, "set", "unsaved", "throw")
    await s.get("classes/FdAfter", params={**params, "count": 1, "limit": 0}, headers=doing("throw"))


async def pointing(s: Script, **how: Any) -> list[str]:
    """Three objects that point to objects with triggers: one found, one hidden, one of a closed class."""
    found = (await s.post("classes/FdTarget", {"name": "found", "hidden": False})).id
    hidden = (await s.post("classes/FdTarget", {"name": "hidden", "hidden": True})).id
    closed = (await s.post("classes/FdClosed", {"name": "closed"})).id
    targets = (("FdTarget", found), ("FdTarget", hidden), ("FdClosed", closed))
    return [
        await s.create("Parent", {"n": n, "to": {"__type": "Pointer", "className": name, "objectId": object_id}}, **how)
        for n, (name, object_id) in enumerate(targets)
        if n < 2
    ]


@scenario("5.5/find-everywhere", profile="finders")
async def find_triggers_run_for_included_objects(s: Script) -> None:
    ids = await pointing(s)
    await s.get(f"classes/{s.name('Parent')}", params={"include": "to", "order": "n"})
    await s.get(f"classes/{s.name('Parent')}/{ids[0]}", params={"include": "to"})
    await s.get(f"classes/{s.name('Parent')}", params={"order": "n"})
    await s.get(f"classes/{s.name('Parent')}", params={"include": "to", "order": "n"}, as_="master")


@scenario("5.5/find-everywhere", profile="finders")
async def an_exception_for_an_included_object_fails_the_find(s: Script) -> None:
    closed = (await s.post("classes/FdClosed", {"name": "closed"})).id
    await s.create("Parent", {"to": {"__type": "Pointer", "className": "FdClosed", "objectId": closed}})
    await s.get(f"classes/{s.name('Parent')}", params={"include": "to"})
    await s.get(f"classes/{s.name('Parent')}")


@scenario("5.5/find-everywhere", profile="finders")
async def find_triggers_run_for_sub_queries(s: Script) -> None:
    await pointing(s)
    query: dict[str, Any] = {"className": "FdTarget", "where": {"name": {"$exists": True}}}
    await s.get(f"classes/{s.name('Parent')}", params={"where": {"to": {"$inQuery": query}}, "order": "n"})
    await s.get(f"classes/{s.name('Parent')}", params={"where": {"to": {"$notInQuery": query}}, "order": "n"})
    closed = {"className": "FdClosed", "where": {}}
    await s.get(f"classes/{s.name('Parent')}", params={"where": {"to": {"$inQuery": closed}}})


@scenario("5.5/find-everywhere", profile="finders")
async def find_triggers_run_for_select(s: Script) -> None:
    tag = s.name("row")
    for name, hidden in (("found", False), ("hidden", True)):
        await s.post("classes/FdTarget", {"name": f"{tag}.{name}", "hidden": hidden})
        await s.create("Parent", {"name": f"{tag}.{name}"})
    select = {"key": "name", "query": {"className": "FdTarget", "where": {}}}
    for operator in ("$select", "$dontSelect"):
        await s.get(f"classes/{s.name('Parent')}", params={"where": {"name": {operator: select}}})


@scenario("5.5/find-distinct", profile="finders")
async def distinct_runs_before_find_only(s: Script) -> None:
    params, _ = await rows(s, "FdChanged")
    asked = {"distinct": "n", "where": params["where"]}
    for how in ("equal", "throw", "nothing"):
        await s.get("aggregate/FdChanged", params=asked, headers=doing(how), as_="master", label=how)
    params, _ = await rows(s, "FdAfter")
    await s.get("aggregate/FdAfter", params={**asked, "where": params["where"]}, headers=doing("throw"), as_="master")


@scenario("5.5/find-users", profile="finders")
async def find_triggers_run_for_users(s: Script) -> None:
    ann = await s.sign_up("ann")
    await s.get(f"users/{ann.id}", as_=ann)
    await s.get("users", params={"where": {"username": ann.username}}, as_=ann)
    await s.get("users/me", as_=ann)
    await s.get("users/me", as_=ann, headers=doing("nobody"))
    await s.get(f"users/{ann.id}", as_="master", headers=doing("nobody"))


@scenario("5.5/find-users", profile="finders")
async def find_triggers_run_for_logins(s: Script) -> None:
    ann = await s.sign_up("ann")
    body = {"username": ann.username, "password": "secret"}
    await s.post("login", body)
    await s.post("login", body, headers=doing("nobody"))
    await s.post("verifyPassword", body)
    await s.post("loginAs", {"userId": ann.id}, as_="master")


@scenario("5.5/find-sessions", profile="finders")
async def a_session_is_resolved_with_after_find(s: Script) -> None:
    ann = await s.sign_up("ann")
    await s.post("functions/marked", {}, as_=ann)


@scenario("5.5/find-roles", profile="finders")
async def roles_of_the_caller_and_the_trigger_of_their_finds(s: Script) -> None:
    ann = await s.sign_up("ann")
    users = {"__op": "AddRelation", "objects": [ann.pointer]}
    await s.post("roles", {"name": "FdHidden", "ACL": {}, "users": users}, as_="master")
    await s.get("roles", params={"where": {"name": "FdHidden"}}, as_="master")
    await s.post("functions/hiddenRole", as_=ann)

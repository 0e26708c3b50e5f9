"""4.2 Sessions: what stands in them, whose they are, how long they last."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script, User

BAD_TOKEN = "r:0123456789abcdef0123456789abcdef"
DAY = timedelta(days=1)
USER = {"__type": "Pointer", "className": "_User"}


async def session_of(s: Script, token: str) -> str:
    return (await s.get("sessions/me", as_=token)).id


async def log_in(s: Script, user: User, installation: str | None = None, password: str = "secret") -> str:
    headers = {"X-Parse-Installation-Id": installation} if installation else {}
    body = {"username": user.username, "password": password}
    return (await s.post("login", body, headers=headers, record=False)).token


def date(when: datetime) -> dict[str, str]:
    return {"__type": "Date", "iso": when.strftime("%Y-%m-%dT%H:%M:%S.000Z")}


@scenario("4.2/session-token", "4.2/expires-at", "4.2/restricted")
async def a_session_lasts_a_year_and_is_not_restricted(s: Script) -> None:
    ann = await s.sign_up("ann")
    await s.get("sessions/me", as_=ann)
    await s.get(f"sessions/{await session_of(s, ann.token)}", as_="master")


@scenario("4.2/expires-at", profile="lasting-sessions")
async def sessions_that_do_not_expire_have_no_date(s: Script) -> None:
    ann = await s.sign_up("ann")
    await s.get("sessions/me", as_=ann)
    await s.get("sessions/me", as_=await log_in(s, ann))
    await s.post("sessions", {}, as_=ann)
    await s.post("loginAs", {"userId": ann.id}, as_="master")
    await s.get("sessions", as_="master", params={"where": {"user": ann.pointer, "expiresAt": {"$exists": True}}})


@scenario("4.2/expires-at", profile="short-sessions")
async def the_length_of_sessions_can_be_set(s: Script) -> None:
    ann = await s.sign_up("ann")
    await s.get("sessions/me", as_=ann)
    await s.post("sessions", {}, as_=ann)


@scenario("4.2/created-with")
async def a_session_tells_of_its_making(s: Script) -> None:
    ann = await s.sign_up("ann")
    tokens = [ann.token, await log_in(s, ann)]
    tokens.append((await s.post("loginAs", {"userId": ann.id}, as_="master", record=False)).token)
    tokens.append((await s.post("sessions", {}, as_=ann, record=False)).token)
    tokens.append((await s.post("upgradeToRevocableSession", {}, as_=ann, record=False)).token)
    for token in tokens:
        await s.get("sessions", as_="master", params={"where": {"sessionToken": token}, "keys": "createdWith"})


@scenario("4.2/created-with")
async def a_session_after_a_password_change_tells_so(s: Script) -> None:
    ann = await s.sign_up("ann")
    made = await s.put(f"users/{ann.id}", {"password": "other"}, as_=ann)
    await s.get("sessions/me", as_=made.token)


@scenario("4.2/installation-id", "4.2/same-installation")
async def a_new_session_ends_the_old_one_of_its_installation(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    phone, tablet = s.name("phone"), s.name("tablet")
    first, other = await log_in(s, ann, phone), await log_in(s, ann, tablet)
    bobs = await log_in(s, bob, phone)
    second = await log_in(s, ann, phone)
    for token in (first, other, bobs, second, ann.token):
        await s.get("sessions/me", as_=token)


@scenario("4.2/same-installation")
async def a_signup_of_the_same_installation_ends_no_session_of_others(s: Script) -> None:
    phone = {"X-Parse-Installation-Id": s.name("phone")}
    ann = await s.post("users", {"username": s.name("ann"), "password": "secret"}, headers=phone)
    bob = await s.post("users", {"username": s.name("bob"), "password": "secret"}, headers=phone)
    await s.get("sessions/me", as_=ann.token)
    await s.get("sessions/me", as_=bob.token)


@scenario("4.2/same-installation")
async def a_made_session_and_installations(s: Script) -> None:
    ann = await s.sign_up("ann")
    phone = s.name("phone")
    first = await log_in(s, ann, phone)
    made = await s.post("sessions", {}, as_=ann, headers={"X-Parse-Installation-Id": phone})
    await s.get("sessions/me", as_=first)
    again = await s.post("sessions", {"installationId": s.name("other")}, as_=ann)
    await s.get("sessions/me", as_=made.token)
    await s.get("sessions/me", as_=again.token)


@scenario("4.2/no-first-session")
async def a_signup_with_the_master_key_opens_no_session(s: Script) -> None:
    for who in ("master", "maintenance"):
        made = await s.post("users", {"username": s.name(who), "password": "secret"}, as_=who)
        await s.get("sessions", as_="master", params={"where": {"user": {**USER, "objectId": made.id}}})
    phone = {"X-Parse-Installation-Id": s.name("phone")}
    made = await s.post("users", {"username": s.name("ann"), "password": "secret"}, as_="master", headers=phone)
    await s.get("sessions", as_="master", params={"where": {"user": {**USER, "objectId": made.id}}})


@scenario("4.2/update-refused")
async def a_client_does_not_change_what_makes_its_session_valid(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    own = await session_of(s, ann.token)
    changes: tuple[dict[str, Any], ...] = (
        {"user": bob.pointer},
        {"user": ann.pointer},
        {"installationId": "x"},
        {"sessionToken": BAD_TOKEN},
        {"sessionToken": ann.token},
        {"expiresAt": date(datetime.now(UTC) + DAY)},
        {"createdWith": {"action": "x"}},
        {"ACL": {"*": {"read": True}}},
        {"ACL": None},
        {"user": None},
        {"expiresAt": {"__op": "Delete"}},
        {"createdWith.action": "x"},
        {"sessionToken": None},
    )
    for change in changes:
        await s.put(f"sessions/{own}", change, as_=ann, label="/".join(change))
    await s.get("sessions/me", as_=ann)


@scenario("4.2/update-allowed")
async def a_client_changes_other_fields_of_its_session(s: Script) -> None:
    ann = await s.sign_up("ann")
    own = await session_of(s, ann.token)
    await s.put(f"sessions/{own}", {"note": "mine", "count": 1}, as_=ann)
    await s.put(f"sessions/{own}", {"count": {"__op": "Increment", "amount": 1}}, as_=ann)
    await s.put(f"sessions/{own}", {"restricted": True}, as_=ann)
    await s.get("sessions/me", as_=ann)


@scenario("4.2/create-ignores")
async def a_client_does_not_choose_what_makes_its_session_valid(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    for field, value in (
        ("user", bob.pointer),
        ("sessionToken", BAD_TOKEN),
        ("createdWith", {"action": "x"}),
        ("expiresAt", date(datetime.now(UTC) + DAY)),
        ("restricted", True),
    ):
        await s.post("sessions", {field: value, "note": "x"}, as_=ann, label=field)
    await s.post("sessions", {"ACL": {"*": {"read": True}}}, as_=ann)
    await s.get("users/me", as_=BAD_TOKEN)


@scenario("4.2/create-ignores")
async def a_client_does_not_choose_the_id_of_its_session(s: Script) -> None:
    ann = await s.sign_up("ann")
    await s.post("sessions", {"objectId": "mine"}, as_=ann)


@scenario("4.2/own-only")
async def sessions_of_others_are_not_reached(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    others = await session_of(s, bob.token)
    await s.get("sessions", as_=ann)
    await s.get("sessions", as_=ann, params={"where": {"user": bob.pointer}})
    await s.get("sessions", as_=ann, params={"where": {"sessionToken": bob.token}})
    await s.get("sessions", as_=ann, params={"where": {"$or": [{"user": bob.pointer}, {"user": ann.pointer}]}})
    await s.get("sessions", as_=ann, params={"count": 1, "limit": 0})
    await s.get(f"sessions/{others}", as_=ann)
    await s.put(f"sessions/{others}", {"note": "x"}, as_=ann)
    await s.delete(f"sessions/{others}", as_=ann)
    await s.get("sessions/me", as_=bob)


@scenario("4.2/own-only")
async def a_user_ends_his_other_session(s: Script) -> None:
    ann = await s.sign_up("ann")
    other = await log_in(s, ann)
    await s.get("users/me", as_=other, record=False)
    await s.delete(f"sessions/{await session_of(s, other)}", as_=ann)
    await s.get("users/me", as_=other)
    await s.get("users/me", as_=ann)


@scenario("4.2/own-only")
async def nobody_reaches_sessions_under_classes(s: Script) -> None:
    ann = await s.sign_up("ann")
    own = await session_of(s, ann.token)
    await s.get("classes/_Session")
    await s.get(f"classes/_Session/{own}")
    await s.put(f"classes/_Session/{own}", {"note": "x"})
    await s.delete(f"classes/_Session/{own}")
    await s.get("classes/_Session", as_=ann)


@scenario("4.2/own-only", profile="detailed")
async def the_detailed_text_tells_that_a_session_is_missing(s: Script) -> None:
    await s.get("sessions")
    await s.get("sessions/noSuchId00")
    await s.put("sessions/noSuchId00", {"note": "x"})
    await s.post("sessions", {})
    await s.get("sessions/me")
    await s.get("users/me")


@scenario("4.2/master")
async def the_master_key_reads_and_changes_all_sessions(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    own = await session_of(s, ann.token)
    await s.get(f"sessions/{own}", as_="master")
    await s.put(f"sessions/{own}", {"note": "x", "createdWith": {"action": "x"}}, as_="master")
    await s.put(f"sessions/{own}", {"user": bob.pointer}, as_="master")
    await s.get("users/me", as_=ann)
    await s.put(f"sessions/{own}", {"sessionToken": BAD_TOKEN}, as_="master")
    await s.put(f"sessions/{own}", {"installationId": "x"}, as_="master")
    await s.put(f"sessions/{own}", {"ACL": {"*": {"read": True}}}, as_="master")
    await s.delete(f"sessions/{own}", as_="master")
    await s.get("users/me", as_=ann)


@scenario("4.2/master")
async def the_master_key_makes_sessions_of_any_user(s: Script) -> None:
    ann = await s.sign_up("ann")
    token = "r:" + ann.token[2:][::-1]
    await s.post("sessions", {"user": ann.pointer, "sessionToken": token, "note": "x"}, as_="master")
    await s.get("users/me", as_=token)
    await s.post("sessions", {"note": "without a user"}, as_="master")
    await s.post("sessions", {"user": ann.pointer, "ACL": {}}, as_="master")


@scenario("4.2/extend", profile="extended-sessions")
async def a_session_past_half_of_its_life_is_renewed(s: Script) -> None:
    ann = await s.sign_up("ann")
    token = "r:" + ann.token[2:][::-1]
    long_ago = date(datetime(2020, 1, 2, tzinfo=UTC))
    old = {
        "user": ann.pointer,
        "sessionToken": token,
        "expiresAt": date(datetime.now(UTC) + DAY),
        "createdAt": long_ago,
        "updatedAt": long_ago,
    }
    made = await s.post("sessions", old, as_="maintenance")
    await s.get(f"sessions/{made.id}", as_="master", params={"keys": "expiresAt"}, label="made")
    await s.get("users/me", as_=token)
    await asyncio.sleep(1.5)
    await s.get(f"sessions/{made.id}", as_="master", params={"keys": "expiresAt"}, label="used")


@scenario("4.2/extend", profile="extended-sessions")
async def a_young_session_is_not_renewed(s: Script) -> None:
    ann = await s.sign_up("ann")
    own = await session_of(s, ann.token)
    await s.put(f"sessions/{own}", {"expiresAt": date(datetime.now(UTC) + DAY)}, as_="master", record=False)
    await s.get("users/me", as_=ann)
    await asyncio.sleep(1.5)
    await s.get(f"sessions/{own}", as_="master", params={"keys": "expiresAt"})


@scenario("4.2/fresh-user")
async def a_changed_user_is_seen_by_all_his_sessions(s: Script) -> None:
    ann = await s.sign_up("ann", phone="1")
    other = await log_in(s, ann)
    await s.get("users/me", as_=other, record=False)
    await s.put(f"users/{ann.id}", {"phone": "2"}, as_=ann)
    await s.get("users/me", as_=other)
    await s.put(f"users/{ann.id}", {"phone": "3"}, as_="master")
    await s.get("users/me", as_=ann)


@scenario("4.2/fresh-user")
async def a_user_is_out_of_a_role_at_once(s: Script) -> None:
    ann = await s.sign_up("ann")
    role = {"name": s.name("admins"), "ACL": {}, "users": {"__op": "AddRelation", "objects": [ann.pointer]}}
    made = await s.post("roles", role, as_="master")
    thing = await s.create("Thing", {"ACL": {f"role:{s.name('admins')}": {"read": True}}}, as_="master")
    await s.get(f"classes/{s.name('Thing')}/{thing}", as_=ann)
    leave = {"users": {"__op": "RemoveRelation", "objects": [ann.pointer]}}
    await s.put(f"roles/{made.id}", leave, as_="master")
    await s.get(f"classes/{s.name('Thing')}/{thing}", as_=ann)


@scenario("4.2/expiry")
async def a_session_past_its_end_is_209(s: Script) -> None:
    ann = await s.sign_up("ann")
    own = await session_of(s, ann.token)
    await s.put(f"sessions/{own}", {"expiresAt": date(datetime.now(UTC) - DAY)}, as_="master")
    await s.get("users/me", as_=ann)
    await s.get("sessions/me", as_=ann)
    await s.get(f"classes/{s.name('Score')}", as_=ann)
    await s.post("logout", {}, as_=ann)
    await s.post("upgradeToRevocableSession", {}, as_=ann)


@scenario("4.2/expiry", profile="short-sessions")
async def a_session_that_was_just_used_ends_in_time(s: Script) -> None:
    ann = await s.sign_up("ann")
    await s.get("users/me", as_=ann)
    await asyncio.sleep(4)
    await s.get("users/me", as_=ann)
    await s.get("users/me", as_=ann)


@scenario("4.2/bad-token")
async def a_bad_token_is_209_on_any_route(s: Script) -> None:
    for token in (BAD_TOKEN, BAD_TOKEN.upper(), "r:short", "legacy", "r:" + "0" * 64):
        await s.get(f"classes/{s.name('Score')}", as_=token)
        await s.post(f"classes/{s.name('Score')}", {"points": 1}, as_=token)
        await s.get("users/me", as_=token)
        await s.get("sessions", as_=token)


@scenario("4.2/bad-token")
async def a_token_in_a_body_that_is_no_text_is_refused(s: Script) -> None:
    tokens: tuple[Any, ...] = (1, True, {"$ne": None}, ["r:x"], None)
    for token in tokens:
        body = {"_ApplicationId": "test", "_SessionToken": token, "_method": "GET"}
        await s.post("users/me", body, as_="nobody")


@scenario("4.2/password-change")
async def a_password_change_ends_all_sessions_and_gives_a_new_one(s: Script) -> None:
    ann = await s.sign_up("ann")
    other = await log_in(s, ann)
    await s.get("users/me", as_=other, record=False)
    made = await s.put(f"users/{ann.id}", {"password": "other", "phone": "1"}, as_=ann)
    for token in (ann.token, other, made.token):
        await s.get("users/me", as_=token)
    await s.post("login", {"username": ann.username, "password": "secret"})
    await s.post("login", {"username": ann.username, "password": "other"})


@scenario("4.2/password-change")
async def a_password_change_by_the_master_key_gives_no_token(s: Script) -> None:
    for key in ("master", "maintenance"):
        ann = await s.sign_up(key)
        await s.put(f"users/{ann.id}", {"password": "other"}, as_=key)
        await s.get("users/me", as_=ann)
        await s.post("login", {"username": ann.username, "password": "other"})


@scenario("4.2/password-change")
async def the_same_password_again_is_a_change_too(s: Script) -> None:
    ann = await s.sign_up("ann")
    made = await s.put(f"users/{ann.id}", {"password": "secret"}, as_=ann)
    await s.get("users/me", as_=ann)
    await s.get("users/me", as_=made.token)


@scenario("4.2/password-change-kept", profile="lasting-sessions")
async def sessions_may_outlast_a_password_change(s: Script) -> None:
    ann = await s.sign_up("ann")
    made = await s.put(f"users/{ann.id}", {"password": "other"}, as_=ann)
    await s.get("users/me", as_=ann)
    await s.get("users/me", as_=made.token)
    await s.put(f"users/{ann.id}", {"password": "third"}, as_="master")
    await s.get("users/me", as_=ann)

"""4.1 Reading, changing and deleting users, and the session routes beside them."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script

BAD_TOKEN = "r:0123456789abcdef0123456789abcdef"


@scenario("4.1/me")
async def me_is_the_user_of_the_token(s: Script) -> None:
    ann = await s.sign_up("ann", email=s.email("ann"), phone="1")
    await s.get("users/me", as_=ann)
    await s.get("users/me")
    await s.get("users/me", as_=BAD_TOKEN)
    for key in ("master", "readonly", "maintenance"):
        await s.get("users/me", as_=key)


@scenario("4.1/me")
async def me_with_a_key_beside_the_token(s: Script) -> None:
    ann = await s.sign_up("ann")
    for key in ("master", "readonly", "maintenance"):
        await s.get("users/me", as_=key, headers={"X-Parse-Session-Token": ann.token})
        await s.get("users/me", as_=key, headers={"X-Parse-Session-Token": BAD_TOKEN})


@scenario("4.1/me")
async def me_takes_no_parameters(s: Script) -> None:
    friend = await s.sign_up("bob")
    ann = await s.sign_up("ann", phone="1", friend=friend.pointer)
    await s.get("users/me", params={"keys": "phone"}, as_=ann)
    await s.get("users/me", params={"include": "friend"}, as_=ann)
    await s.get("users/me", params={"nonsense": 1}, as_=ann)


@scenario("4.1/me")
async def me_is_no_id_of_other_methods(s: Script) -> None:
    ann = await s.sign_up("ann")
    await s.put("users/me", {"phone": "1"}, as_=ann)
    await s.delete("users/me", as_=ann)
    await s.get("classes/_User/me", as_=ann)


@scenario("4.1/me")
async def me_of_who_may_not_read_himself(s: Script) -> None:
    ann = await s.sign_up("ann", phone="1")
    await s.put(f"users/{ann.id}", {"ACL": {"role:x": {"read": True}}}, as_="master")
    await s.get("users/me", as_=ann)
    await s.get(f"users/{ann.id}", as_=ann)


@scenario("4.1/get-user")
async def a_user_is_private_to_himself(s: Script) -> None:
    ann, bob = await s.sign_up("ann", phone="1"), await s.sign_up("bob")
    for who in (ann, bob, "client", "master", "readonly", "maintenance"):
        await s.get(f"users/{ann.id}", as_=who)
    await s.get("users", as_=bob, params={"where": {"username": ann.username}})
    await s.get("users", as_=ann, params={"where": {"username": ann.username}})


@scenario("4.1/get-user")
async def a_public_user_hides_his_email(s: Script) -> None:
    ann = await s.sign_up("ann", email=s.email("ann"), ACL={"*": {"read": True}})
    bob = await s.sign_up("bob")
    for who in (ann, bob, "client", "master"):
        await s.get(f"users/{ann.id}", as_=who)
    await s.get(f"users/{ann.id}", as_=bob, params={"keys": "email"})
    await s.get("users", as_=bob, params={"where": {"email": s.email("ann")}})


@scenario("4.1/get-user")
async def a_user_is_read_with_keys_and_include(s: Script) -> None:
    friend = await s.sign_up("bob", ACL={"*": {"read": True}})
    ann = await s.sign_up("ann", phone="1", friend=friend.pointer)
    await s.get(f"users/{ann.id}", as_=ann, params={"keys": "phone"})
    await s.get(f"users/{ann.id}", as_=ann, params={"include": "friend"})
    await s.get("users/noSuchId00", as_=ann)


@scenario("4.1/update-user")
async def a_user_changes_himself(s: Script) -> None:
    ann = await s.sign_up("ann", phone="1", score=1)
    await s.put(f"users/{ann.id}", {"phone": "2"}, as_=ann)
    await s.put(f"users/{ann.id}", {"score": {"__op": "Increment", "amount": 2}}, as_=ann)
    await s.put(f"users/{ann.id}", {"phone": {"__op": "Delete"}}, as_=ann)
    await s.put(f"users/{ann.id}", {}, as_=ann)
    await s.get("users/me", as_=ann)


@scenario("4.1/update-user")
async def the_master_key_changes_any_user(s: Script) -> None:
    ann = await s.sign_up("ann", phone="1")
    await s.put(f"users/{ann.id}", {"phone": "2"}, as_="master")
    await s.put(f"users/{ann.id}", {"phone": "3"}, as_="maintenance")
    await s.put(f"classes/_User/{ann.id}", {"phone": "4", "emailVerified": True}, as_="master")
    await s.get("users/me", as_=ann)
    await s.put("users/noSuchId00", {"phone": "4"}, as_="master")


@scenario("4.1/update-user-session")
async def a_user_is_not_changed_without_a_session(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    for path in (f"users/{ann.id}", f"classes/_User/{ann.id}", "users/noSuchId00"):
        await s.put(path, {"phone": "1"})
        await s.put(path, {"phone": "1"}, as_=bob)
        await s.put(path, {"phone": "1"}, as_=BAD_TOKEN)
        await s.put(path, {"phone": "1"}, as_="readonly")


@scenario("4.1/update-user-session")
async def a_user_with_a_public_acl_is_not_changed_by_others(s: Script) -> None:
    ann = await s.sign_up("ann", ACL={"*": {"read": True, "write": True}})
    bob = await s.sign_up("bob")
    await s.put(f"users/{ann.id}", {"phone": "1"}, as_=bob)
    await s.put(f"users/{ann.id}", {"phone": "1"})
    await s.delete(f"users/{ann.id}", as_=bob)
    await s.delete(f"users/{ann.id}")


@scenario("4.1/update-user-session", profile="detailed")
async def the_detailed_text_tells_who_may_change_a_user(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    await s.put(f"users/{ann.id}", {"phone": "1"})
    await s.put(f"users/{ann.id}", {"phone": "1"}, as_=bob)
    await s.delete(f"users/{ann.id}")
    await s.delete(f"users/{ann.id}", as_=bob)


@scenario("4.1/update-user-checks", reference_store="postgres")
async def a_changed_name_must_be_free(s: Script) -> None:
    ann = await s.sign_up("ann", email=s.email("ann"))
    bob = await s.sign_up("bob", email=s.email("bob"))
    for body in (
        {"username": bob.username},
        {"username": bob.username.upper()},
        {"email": s.email("bob")},
        {"email": s.email("BOB")},
        {"username": ann.username.upper()},
        {"email": s.email("ANN")},
    ):
        await s.put(f"users/{ann.id}", body, as_=ann)
    await s.put(f"users/{ann.id}", {"username": bob.username}, as_="master")
    await s.get("users/me", as_=ann)


@scenario("4.1/update-user-checks")
async def a_changed_email_must_be_one(s: Script) -> None:
    ann = await s.sign_up("ann", email=s.email("ann"))
    emails: tuple[Any, ...] = ("wrong", 7, True, [], {})
    for email in emails:
        await s.put(f"users/{ann.id}", {"email": email}, as_=ann)
    await s.put(f"users/{ann.id}", {"email": "wrong"}, as_="master")
    await s.get("users/me", as_=ann)


@scenario("4.1/update-user-checks")
async def email_verified_is_not_changed_by_clients(s: Script) -> None:
    ann = await s.sign_up("ann")
    for value in (True, False, None, {"__op": "Delete"}):
        await s.put(f"users/{ann.id}", {"emailVerified": value}, as_=ann)
    await s.put(f"users/{ann.id}", {"emailVerified": True}, as_="master")
    await s.get("users/me", as_=ann)


@scenario("4.1/update-user-checks")
async def a_changed_password_must_be_a_text(s: Script) -> None:
    odd: tuple[Any, ...] = (7, True, [], {"a": 1})
    for number, value in enumerate(odd):
        ann = await s.sign_up(f"ann{number}")
        await s.put(f"users/{ann.id}", {"password": value}, as_=ann)
        await s.post("login", {"username": ann.username, "password": "secret"})


@scenario("4.1/update-user-checks")
async def a_password_cannot_be_taken_away(s: Script) -> None:
    ann = await s.sign_up("ann")
    for value in (None, {"__op": "Delete"}):
        await s.put(f"users/{ann.id}", {"password": value}, as_=ann)
    await s.post("login", {"username": ann.username, "password": "secret"})


@scenario("4.1/update-user-checks")
async def a_changed_username_must_be_a_text(s: Script) -> None:
    ann = await s.sign_up("ann")
    for value in (7, True, ["x"], {"a": 1}):
        await s.put(f"users/{ann.id}", {"username": value}, as_=ann)
    await s.put(f"users/{ann.id}", {"username": ""}, as_=ann)
    await s.get("users/me", as_=ann)


@scenario("4.1/update-user-null", reference_store="postgres")
async def username_and_email_can_be_taken_away(s: Script) -> None:
    ann = await s.sign_up("ann", email=s.email("ann"))
    await s.put(f"users/{ann.id}", {"email": None}, as_=ann)
    await s.put(f"users/{ann.id}", {"email": {"__op": "Delete"}}, as_=ann)
    await s.get("users/me", as_=ann)
    await s.put(f"users/{ann.id}", {"username": None}, as_=ann)
    await s.post("login", {"username": ann.username, "password": "secret"})
    await s.put(f"users/{ann.id}", {"username": {"__op": "Delete"}}, as_=ann)
    await s.get("users/me", as_=ann)


@scenario("4.1/update-user-null")
async def a_name_that_was_given_up_is_free(s: Script) -> None:
    ann = await s.sign_up("ann", email=s.email("ann"))
    await s.put(f"users/{ann.id}", {"username": s.name("anna"), "email": s.email("anna")}, as_=ann)
    await s.post("users", {"username": ann.username, "password": "secret", "email": s.email("ann")})
    await s.post("login", {"username": s.name("anna"), "password": "secret"})


@scenario("4.1/update-user-acl")
async def a_user_keeps_his_rights_on_himself(s: Script) -> None:
    ann = await s.sign_up("ann")
    acls: tuple[Any, ...] = ({}, {"*": {"read": True}}, None, {ann.id: {"read": True}}, {"__op": "Delete"})
    for acl in acls:
        await s.put(f"users/{ann.id}", {"ACL": acl}, as_=ann)
        await s.get(f"users/{ann.id}", as_=ann, params={"keys": "ACL"})
    await s.get(f"users/{ann.id}", as_="master", params={"keys": "ACL"})


@scenario("4.1/update-user-acl")
async def the_master_key_sets_any_acl_of_a_user(s: Script) -> None:
    ann = await s.sign_up("ann")
    await s.put(f"users/{ann.id}", {"ACL": {"*": {"read": True}}}, as_="master")
    await s.get(f"users/{ann.id}", as_="master", params={"keys": "ACL"})
    await s.put(f"users/{ann.id}", {"phone": "1"}, as_=ann)
    await s.put(f"users/{ann.id}", {"phone": "1", "password": "other"}, as_=ann)
    await s.delete(f"users/{ann.id}", as_=ann)
    await s.put(f"users/{ann.id}", {"ACL": None}, as_="master")
    await s.get(f"users/{ann.id}", as_="master", params={"keys": "ACL"})


@scenario("4.1/delete-user")
async def a_user_deletes_himself(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    for who in ("client", bob, "readonly", BAD_TOKEN):
        await s.delete(f"users/{ann.id}", as_=who)
        await s.delete(f"classes/_User/{ann.id}", as_=who)
    await s.delete(f"users/{ann.id}", as_=ann)
    await s.get(f"users/{ann.id}", as_="master")
    await s.delete(f"users/{bob.id}", as_="master")
    await s.delete(f"users/{bob.id}", as_="master")


@scenario("4.1/delete-user")
async def a_deleted_name_is_free_again(s: Script) -> None:
    ann = await s.sign_up("ann", email=s.email("ann"))
    await s.delete(f"users/{ann.id}", as_=ann)
    await s.post("login", {"username": ann.username, "password": "secret"})
    await s.post("users", {"username": ann.username, "password": "secret", "email": s.email("ann")})


@scenario("4.1/delete-user-sessions")
async def the_sessions_of_a_deleted_user_are_209(s: Script) -> None:
    ann = await s.sign_up("ann")
    await s.post("login", {"username": ann.username, "password": "secret"})
    await s.delete(f"users/{ann.id}", as_=ann)
    await asyncio.sleep(6)  # the reference remembers users for five seconds
    await s.get("users/me", as_=ann)
    await s.get(f"classes/{s.name('Score')}", as_=ann)
    await s.post("logout", {}, as_=ann)
    await s.get("sessions", as_="master", params={"where": {"user": ann.pointer}, "count": 1, "limit": 0})


@scenario("4.1/upgrade-session")
async def upgrading_makes_another_session(s: Script) -> None:
    ann = await s.sign_up("ann")
    await s.post("upgradeToRevocableSession", {}, as_=ann)
    await s.get("users/me", as_=ann)
    await s.get("sessions", as_="master", params={"where": {"user": ann.pointer}, "order": "createdAt"})


@scenario("4.1/upgrade-session")
async def upgrading_needs_a_session(s: Script) -> None:
    await s.post("upgradeToRevocableSession", {})
    for token in (BAD_TOKEN, "legacy", "r:"):
        await s.post("upgradeToRevocableSession", {}, as_=token)
    for key in ("master", "readonly", "maintenance"):
        await s.post("upgradeToRevocableSession", {}, as_=key)


@scenario("4.1/create-session")
async def a_made_session_is_answered_whole(s: Script) -> None:
    ann = await s.sign_up("ann")
    made = await s.post("sessions", {"note": "mine"}, as_=ann)
    await s.get("users/me", as_=made.token)
    await s.get("sessions/me", as_=made.token)
    await s.post("classes/_Session", {"note": "mine"}, as_=ann)


@scenario("4.1/create-session")
async def a_session_is_made_by_users_only(s: Script) -> None:
    await s.post("sessions", {"note": "x"})
    await s.post("sessions", {"note": "x"}, as_=BAD_TOKEN)
    await s.post("sessions", {"note": "x"}, as_="readonly")
    await s.post("classes/_Session", {"note": "x"})


@scenario("4.1/password-hidden")
async def a_password_is_in_no_answer(s: Script) -> None:
    ann = await s.sign_up("ann")
    await s.put(f"users/{ann.id}", {"password": "other", "phone": "1"}, as_="master")
    await s.get(f"users/{ann.id}", as_="master")
    await s.get(f"users/{ann.id}", as_="maintenance", params={"keys": "phone"})
    await s.get("users", params={"where": {"objectId": ann.id}, "order": "password"}, as_="master")
    await s.post("login", {"username": ann.username, "password": "other"})

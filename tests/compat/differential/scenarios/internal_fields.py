"""2.8 Internal fields of users: who names them in queries and writes."""

from __future__ import annotations

from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script

INTERNAL = (
    "_hashed_password",
    "_email_verify_token",
    "_email_verify_token_expires_at",
    "_perishable_token",
    "_perishable_token_expires_at",
    "_failed_login_count",
    "_account_lockout_expires_at",
    "_password_changed_at",
    "_password_history",
    "_tombstone",
    "_session_token",
)
DATE = {"__type": "Date", "iso": "2001-02-03T04:05:06.789Z"}


@scenario("2.8/query")
async def anybody_may_query_by_permission_lists(s: Script) -> None:
    await s.create("Note", {"n": 1, "ACL": {"*": {"read": True}}})
    for who in ("client", "master"):
        for where in ({"_rperm": "*"}, {"_wperm": "*"}, {"_rperm": {"$in": ["*"]}}, {"_wperm": {"$exists": True}}):
            await s.get(f"classes/{s.name('Note')}", params={"where": where, "keys": "n"}, as_=who)


@scenario("2.8/query")
async def a_client_names_no_internal_field_in_a_query(s: Script) -> None:
    ann = await s.sign_up()
    for field in INTERNAL:
        await s.get("users", params={"where": {field: "x", "objectId": ann.id}})
        await s.get("users", params={"where": {field: "x", "objectId": ann.id}}, as_=ann)


@scenario("2.8/query")
async def a_client_names_no_internal_field_in_a_nested_query(s: Script) -> None:
    ann = await s.sign_up()
    for where in (
        {"$or": [{"_hashed_password": {"$exists": True}}]},
        {"$and": [{"_perishable_token": "x"}]},
        {"$nor": [{"_session_token": "x"}]},
        {"_hashed_password.x": 1},
    ):
        await s.get("users", params={"where": where}, as_=ann)


@scenario("2.8/query")
async def master_names_internal_fields_but_the_password(s: Script) -> None:
    ann = await s.sign_up()
    for field in INTERNAL:
        await s.get("users", params={"where": {field: "x", "objectId": ann.id}}, as_="master")
    await s.get(
        "users", params={"where": {"_failed_login_count": {"$exists": False}, "objectId": ann.id}}, as_="master"
    )


@scenario("2.8/query")
async def a_maintainer_names_internal_fields(s: Script) -> None:
    ann = await s.sign_up()
    for field in INTERNAL:
        await s.get("users", params={"where": {field: "x", "objectId": ann.id}}, as_="maintenance")


@scenario("2.8/query")
async def an_internal_field_is_refused_in_other_classes_too(s: Script) -> None:
    await s.create("Note", {"n": 1})
    for who in ("client", "master"):
        for field in ("_hashed_password", "_anything", "_id", "__x"):
            await s.get(f"classes/{s.name('Note')}", params={"where": {field: "x"}}, as_=who)


@scenario("2.8/query")
async def order_and_keys_by_internal_fields(s: Script) -> None:
    ann = await s.sign_up()
    where = {"objectId": ann.id}
    for who in (ann, "master"):
        await s.get("users", params={"where": where, "order": "_hashed_password"}, as_=who)
        await s.get("users", params={"where": where, "keys": "_hashed_password,_perishable_token"}, as_=who)


@scenario("2.8/password")
async def a_password_is_neither_shown_nor_queried(s: Script) -> None:
    ann = await s.sign_up()
    for who in (ann, "master", "maintenance"):
        await s.get(f"users/{ann.id}", params={"keys": "password,_hashed_password,username"}, as_=who)
        await s.get("users", params={"where": {"password": "secret", "objectId": ann.id}}, as_=who)


@scenario("2.8/update")
async def clients_and_master_write_no_internal_field(s: Script) -> None:
    ann = await s.sign_up()
    for field in INTERNAL:
        await s.put(f"users/{ann.id}", {field: "x"}, as_=ann)
        await s.put(f"users/{ann.id}", {field: "x"}, as_="master")


@scenario("2.8/update")
async def a_client_signs_up_with_no_internal_field(s: Script) -> None:
    for field in INTERNAL:
        body = {"username": s.name("ann"), "password": "secret", field: "x"}
        await s.post("users", body)
        await s.post("users", body, as_="master")


@scenario("2.8/maintenance")
async def a_maintainer_writes_and_reads_them(s: Script) -> None:
    ann = await s.sign_up()
    for body in (
        {"_failed_login_count": 3},
        {"_perishable_token": "abc"},
        {"_email_verify_token": "def"},
        {"_perishable_token_expires_at": DATE},
        {"_account_lockout_expires_at": DATE},
        {"_password_changed_at": DATE},
        {"_password_history": ["a"]},
    ):
        await s.put(f"users/{ann.id}", body, as_="maintenance")
    await s.get(f"users/{ann.id}", as_="maintenance")
    await s.get("users", params={"where": {"_perishable_token": "abc", "objectId": ann.id}}, as_="maintenance")


@scenario("2.8/maintenance")
async def what_a_maintainer_wrote_is_hidden_from_others(s: Script) -> None:
    ann = await s.sign_up()
    body = {"_failed_login_count": 3, "_perishable_token": "abc"}
    await s.put(f"users/{ann.id}", body, as_="maintenance")
    for who in (ann, "master", "readonly"):
        await s.get(f"users/{ann.id}", as_=who)
    await s.get("users", params={"where": {"_perishable_token": "abc", "objectId": ann.id}}, as_="master")
    await s.get("users", params={"where": {"_failed_login_count": {"$gt": 2}, "objectId": ann.id}}, as_="master")

"""5.10 Rate limits: which requests count, for whom, and what is answered when they are too many."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.compat.differential.answers import Answer
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script

INSIDE = "127.0.0.1"
WINDOW = 4


def from_(s: Script, number: int = 1) -> dict[str, str]:
    """A client with an address that no other scenario uses."""
    digest = int(s.tag[1:], 16)
    return {"X-Forwarded-For": f"10.{digest % 256}.{digest // 256 % 256}.{number}"}


async def call(s: Script, name: str, number: int = 1, **how: Any) -> Answer:
    return await s.post(f"functions/{name}", {}, headers=from_(s, number), **how)


async def batch(s: Script, *entries: tuple[str, str], number: int = 1, ip: str = "", **how: Any) -> Answer:
    requests = [{"method": method, "path": f"/parse/{path}", "body": {}} for method, path in entries]
    headers = {"X-Forwarded-For": ip} if ip else from_(s, number)
    return await s.post("batch", {"requests": requests}, headers=headers, **how)


@scenario("5.10/define", "5.10/refusal", profile="limits")
async def a_function_may_be_called_so_often_by_one_address(s: Script) -> None:
    for number in (1, 1, 1, 2, 1):
        await call(s, "two", number)
    await call(s, "free")


@scenario("5.10/define", profile="limits")
async def letters_of_either_case_and_a_slash_count_too(s: Script) -> None:
    await call(s, "SPELLED")
    await call(s, "spelled/")
    await call(s, "spelled")


@scenario("5.10/define", profile="limits")
async def a_path_counts_however_it_is_encoded(s: Script) -> None:
    await call(s, "encoded")
    await call(s, "enc%6fded")


@scenario("5.10/window", profile="limits")
async def a_window_begins_with_its_first_request(s: Script) -> None:
    await call(s, "soon")
    await asyncio.sleep(WINDOW / 2)
    await call(s, "soon")
    await call(s, "soon")
    await asyncio.sleep(WINDOW / 2 + 0.5)
    await call(s, "soon")
    await call(s, "soon")
    await call(s, "soon")


@scenario("5.10/keys", profile="limits")
async def master_keys_do_not_count_and_the_maintenance_key_does(s: Script) -> None:
    for who in ("master", "readonly", "maintenance", "maintenance", "client", "client", "master"):
        await call(s, "alsoTwo", as_=who)


@scenario("5.10/keys", profile="limits")
async def the_master_key_counts_if_it_is_included(s: Script) -> None:
    await call(s, "forMasterToo", as_="master")
    await call(s, "forMasterToo", as_="master")
    await call(s, "forMasterToo")


@scenario("5.10/internal", profile="limits")
async def requests_of_the_machine_itself_do_not_count(s: Script) -> None:
    for _ in range(2):
        await s.post("functions/counted", {}, headers={"X-Forwarded-For": INSIDE})
        await s.post("functions/counted")
    await call(s, "calling")
    await call(s, "calling")
    await call(s, "counted")
    await call(s, "counted")


@scenario("5.10/internal", profile="limits")
async def requests_of_the_machine_itself_count_if_they_are_included(s: Script) -> None:
    for _ in range(2):
        await s.post("functions/fromInside", {}, headers={"X-Forwarded-For": INSIDE})
    await call(s, "fromInside")


@scenario("5.10/define", profile="limits")
async def calls_that_fail_count(s: Script) -> None:
    for name in ("failing", "refusing"):
        await call(s, name)
        await call(s, name)


@scenario("5.10/zones", profile="limits")
async def a_user_is_counted_wherever_he_is(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    again = await s.post("login", {"username": ann.username, "password": "secret"}, record=False)
    await call(s, "perUser", 1, as_=ann)
    await call(s, "perUser", 2, as_=again.token)
    await call(s, "perUser", 1, as_=bob)
    await call(s, "perUser", 1)
    await call(s, "perUser", 1)


@scenario("5.10/zones", profile="limits")
async def who_shows_a_wrong_token_is_counted_as_nobody(s: Script) -> None:
    await call(s, "perUser", as_="r:" + "0" * 32)
    await call(s, "perUser", as_="r:" + "1" * 32)
    await call(s, "perUser")


@scenario("5.10/zones", profile="limits")
async def a_session_is_counted_wherever_it_is(s: Script) -> None:
    ann = await s.sign_up("ann")
    again = await s.post("login", {"username": ann.username, "password": "secret"}, record=False)
    await call(s, "perSession", 1, as_=ann)
    await call(s, "perSession", 2, as_=ann)
    await call(s, "perSession", 1, as_=again.token)
    await call(s, "perSession", 1)
    await call(s, "perSession", 1)


@scenario("5.10/zones", profile="limits")
async def wrong_tokens_are_not_sessions(s: Script) -> None:
    await call(s, "guessed", as_="r:" + "0" * 32)
    await call(s, "guessed", as_="r:" + "1" * 32)


@scenario("5.10/zones", "5.10/refusal", profile="limits")
async def all_are_counted_together(s: Script) -> None:
    await call(s, "together", 1)
    await call(s, "together", 2)


@scenario("5.10/zones", profile="limits")
async def addresses_of_the_newer_kind(s: Script) -> None:
    for end in ("1", "1", "2"):
        await s.get("limited/address", headers={"X-Forwarded-For": f"2001:db8:{s.tag[1:5]}:1::{end}"})
    await s.get("limited/address", headers={"X-Forwarded-For": f"2001:db8:{s.tag[1:5]}:2::1"})


@scenario("5.10/path", profile="limits")
async def a_limit_of_a_validator_may_be_on_another_path(s: Script) -> None:
    await call(s, "elsewhere")
    await call(s, "elsewhere")
    for _ in range(2):
        await s.get("classes/Elsewhere", headers=from_(s))
    await s.post("classes/Elsewhere", {}, headers=from_(s))


@scenario("5.10/save", profile="limits")
async def creates_and_updates_count_together(s: Script) -> None:
    made = await s.post("classes/LmSave", {}, headers=from_(s))
    await s.put(f"classes/LmSave/{made.id}", {"a": 1}, headers=from_(s))
    await s.get(f"classes/LmSave/{made.id}", headers=from_(s))
    await s.post("classes/LmSave", {"_method": "GET", "where": {"a": 1}}, headers=from_(s))
    await s.put(f"classes/LmSave/{made.id}", {"a": 1}, headers=from_(s, 2))
    await s.put(f"classes/LmSave/{made.id}", {"a": 1}, headers=from_(s, 2))
    await s.delete(f"classes/LmSave/{made.id}", headers=from_(s, 2))


@scenario("5.10/delete", profile="limits")
async def deletes_count(s: Script) -> None:
    made = await s.post("classes/LmDelete", {}, headers=from_(s))
    await s.get("classes/LmDelete", params={"where": {"objectId": made.id}}, headers=from_(s))
    await s.delete("classes/LmDelete/missing", headers=from_(s))
    await s.delete(f"classes/LmDelete/{made.id}", headers=from_(s))


@scenario("5.10/find", profile="limits")
async def finds_and_reads_count(s: Script) -> None:
    await s.post("classes/LmFind", {}, headers=from_(s))
    await s.get("classes/LmFind", params={"where": {"x": 1}}, headers=from_(s))
    await s.get("classes/LmFind/missing", headers=from_(s))
    await s.post("classes/LmFind", {"_method": "GET", "where": {"x": 1}}, headers=from_(s, 2))
    await s.post("classes/LmFind", {"_method": "GET", "where": {"x": 1}}, headers=from_(s, 2))


@scenario("5.10/find", profile="limits")
async def a_head_request_is_a_find(s: Script) -> None:
    await s.get("classes/LmFind", params={"where": {"x": 1}}, headers=from_(s))
    await s.request("HEAD", "classes/LmFind", headers=from_(s))


@scenario("5.10/login", profile="limits")
async def logins_count_by_either_method(s: Script) -> None:
    ann = await s.sign_up("ann")
    given = {"username": ann.username, "password": "secret"}
    await s.post("login", given, headers=from_(s), as_=ann)
    await s.get("login", params=given, headers=from_(s))
    await s.get("login", params={**given, "password": "wrong"}, headers=from_(s, 2))
    await s.post("login", given, headers=from_(s, 2))


@scenario("5.10/save", profile="limits")
async def saves_of_users_and_roles_count_on_their_own_routes(s: Script) -> None:
    for number in (1, 2):
        await s.post("users", {"username": s.name(f"u{number}"), "password": "p"}, headers=from_(s))
    for number in (1, 2):
        await s.post("roles", {"name": s.name(f"r{number}"), "ACL": {}}, headers=from_(s))


@scenario("5.10/files", profile="limits")
async def uploads_count(s: Script) -> None:
    ann = await s.sign_up("ann")
    for _ in range(2):
        await s.post("files/a.txt", b"text", as_=ann, headers={**from_(s), "Content-Type": "text/plain"})


@scenario("5.10/files", profile="limits")
async def downloads_count_where_a_trigger_asks_for_it(s: Script) -> None:
    for _ in range(2):
        await s.get("files/test/missing.txt", headers=from_(s))


@scenario("5.10/config", profile="limits", serial=True)
async def changes_of_the_configuration_count(s: Script) -> None:
    for _ in range(2):
        await s.put("config", {"params": {"a": 1}}, as_="master", headers=from_(s))
    await s.get("config", headers=from_(s, 2))


@scenario("5.10/batch", profile="limits")
async def entries_of_a_batch_count_as_if_they_came_alone(s: Script) -> None:
    await batch(s, *[("POST", "functions/two")] * 3)
    await call(s, "two")
    await batch(s, *[("POST", "functions/two")] * 2, number=2)
    await batch(s, ("POST", "functions/free"), ("post", "functions/two"), number=2)


@scenario("5.10/batch", profile="limits")
async def an_entry_counts_as_a_post_and_by_its_own_method(s: Script) -> None:
    await batch(s, ("GET", "classes/LmSave/missing"))
    await batch(s, ("GET", "classes/LmSave/missing"))
    await batch(s, ("GET", "classes/LmFind/missing"))
    await batch(s, ("GET", "classes/LmFind/missing"))
    await batch(s, ("POST", "classes/LmFind"), number=2)
    await batch(s, ("POST", "classes/LmFind"), number=2)


@scenario("5.10/batch", profile="limits")
async def keys_and_inner_requests_in_a_batch(s: Script) -> None:
    await batch(s, *[("POST", "functions/two")] * 3, as_="master")
    await batch(s, *[("POST", "functions/two")] * 3, ip=INSIDE)
    await batch(s, *[("POST", "functions/insideInBatch")] * 2, ip=INSIDE)
    await batch(s, *[("POST", "functions/forMasterToo")] * 2, as_="master")


@scenario("5.10/batch", profile="limits")
async def zones_in_a_batch(s: Script) -> None:
    ann = await s.sign_up("ann")
    for name in ("perUser", "perSession"):
        await batch(s, ("POST", f"functions/{name}"), as_=ann)
        await batch(s, ("POST", f"functions/{name}"), as_=ann, number=2)
    await batch(s, ("POST", "functions/togetherInBatch"))
    await batch(s, ("POST", "functions/togetherInBatch"), number=2)


@scenario("5.10/batch", profile="limits")
async def a_batch_that_is_too_much_does_nothing(s: Script) -> None:
    await batch(s, ("POST", "classes/LmSave"), ("POST", f"classes/{s.name('Other')}"), ("POST", "classes/LmSave"))
    await s.get(f"classes/{s.name('Other')}", as_="master")
    await batch(s, *[("POST", "functions/spelled")] * 2, ("POST", "nowhere"), number=2)


@scenario("5.10/option", "5.10/path", profile="limits")
async def patterns_of_paths(s: Script) -> None:
    for path in ("limited/named/a", "limited/named/b", "limited/named/"):
        await s.get(path, headers=from_(s))
    for path in ("limited/open", "limited/open/a/b", "limited/openly"):
        await s.get(path, headers=from_(s))
    for path in ("limited/v-1", "limited/v-2"):
        await s.get(path, headers=from_(s))


@scenario("5.10/option", profile="limits")
async def methods_as_a_list_and_as_a_text(s: Script) -> None:
    for method in ("GET", "PUT", "DELETE", "PUT"):
        await s.request(method, "limited/list", headers=from_(s))
    for method in ("GET", "PUT", "POST", "DELETE"):
        await s.request(method, "limited/text", headers=from_(s))


@scenario("5.10/option", profile="limits")
async def a_method_counts_for_the_included_master_key_whatever_it_is(s: Script) -> None:
    await s.get("limited/master", headers=from_(s))
    await s.post("limited/master", {}, headers=from_(s), as_="master")


@scenario("5.10/option", "5.10/refusal", profile="limits")
async def a_request_counts_under_every_limit(s: Script) -> None:
    for _ in range(4):
        await s.get("limited/twice", headers=from_(s))
    for path in ("limited/twice/x", "limited/twice/x", "limited/twice"):
        await s.get(path, headers=from_(s, 2))


@scenario("5.10/option", profile="limits")
async def a_request_counts_before_it_is_let_in(s: Script) -> None:
    for _ in range(2):
        await s.get("schemas", headers=from_(s))
    await s.get("schemas/LmNone", headers=from_(s))
    for _ in range(2):
        await s.get("health", headers=from_(s))


@scenario("5.1/send-email", profile="limits")
async def a_mail_without_an_adapter_is_only_logged(s: Script) -> None:
    await call(s, "mailing")

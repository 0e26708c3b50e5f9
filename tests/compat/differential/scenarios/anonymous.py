"""4.7 authData of anonymous users: signing up, coming back, linking and becoming an account."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script


def anonymous(s: Script, device: str = "phone") -> dict[str, Any]:
    return {"authData": {"anonymous": {"id": s.name(device)}}}


@scenario("4.7/signup")
async def an_unknown_id_signs_up(s: Script) -> None:
    made = await s.post("users", anonymous(s))
    await s.get("users/me", as_=made.token)
    await s.get("sessions/me", as_=made.token)
    await s.get(f"users/{made.id}", as_="master")


@scenario("4.7/signup")
async def an_anonymous_signup_takes_a_name_and_other_fields(s: Script) -> None:
    made = await s.post("users", {**anonymous(s), "username": s.name("ann"), "password": "secret", "phone": "1"})
    await s.get("users/me", as_=made.token)
    await s.get("sessions/me", as_=made.token)
    await s.post("login", {"username": s.name("ann"), "password": "secret"})
    await s.post("users", {**anonymous(s, "tablet"), "username": s.name("ann")})


@scenario("4.7/signup")
async def an_anonymous_user_has_more_in_his_auth_data(s: Script) -> None:
    data = {"id": s.name("phone"), "more": {"a": [1]}, "expires": None}
    made = await s.post("users", {"authData": {"anonymous": data}})
    await s.get("users/me", as_=made.token)
    await s.post("users", anonymous(s))


@scenario("4.7/signup", "4.2/no-first-session")
async def the_master_key_signs_up_anonymous_users(s: Script) -> None:
    made = await s.post("users", anonymous(s), as_="master")
    await s.get(f"users/{made.id}", as_="master")
    await s.post("users", anonymous(s), as_="master")


@scenario("4.7/login")
async def a_known_id_logs_in(s: Script) -> None:
    first = await s.post("users", {**anonymous(s), "phone": "1"})
    second = await s.post("users", anonymous(s))
    for token in (first.token, second.token):
        await s.get("sessions/me", as_=token)
    await s.post("classes/_User", anonymous(s))


@scenario("4.7/login")
async def what_else_is_sent_to_a_login_is_not_stored(s: Script) -> None:
    await s.post("users", {**anonymous(s), "phone": "1"})
    second = await s.post("users", {**anonymous(s), "phone": "2", "more": "x"})
    await s.get("users/me", as_=second.token)


@scenario("4.7/login", "4.2/same-installation")
async def an_anonymous_login_ends_the_session_of_its_installation(s: Script) -> None:
    phone = {"X-Parse-Installation-Id": s.name("phone")}
    first = await s.post("users", anonymous(s), headers=phone)
    second = await s.post("users", anonymous(s), headers=phone)
    await s.get("sessions/me", as_=first.token)
    await s.get("sessions/me", as_=second.token)


@scenario("4.7/credentials-ignored")
async def name_and_password_beside_a_known_id_are_ignored(s: Script) -> None:
    await s.post("users", anonymous(s))
    second = await s.post("users", {**anonymous(s), "username": s.name("ann"), "password": "secret"})
    await s.get("users/me", as_=second.token)
    await s.post("login", {"username": s.name("ann"), "password": "secret"})


@scenario("4.7/already-used")
async def an_id_of_another_user_is_208(s: Script) -> None:
    await s.post("users", anonymous(s))
    ann = await s.sign_up("ann")
    await s.put(f"users/{ann.id}", anonymous(s), as_=ann)
    await s.post("users", anonymous(s), as_=ann)
    await s.put(f"users/{ann.id}", anonymous(s), as_="master")
    await s.get("users/me", as_=ann)


@scenario("4.7/link")
async def a_user_links_and_unlinks(s: Script) -> None:
    ann = await s.sign_up("ann")
    await s.put(f"users/{ann.id}", anonymous(s), as_=ann)
    await s.get("users/me", as_=ann)
    again = await s.post("users", anonymous(s))
    await s.put(f"users/{ann.id}", {"authData": {"anonymous": None}}, as_=ann)
    await s.get("users/me", as_=again.token)
    await s.post("users", anonymous(s))


@scenario("4.7/link")
async def a_linked_id_can_be_exchanged(s: Script) -> None:
    made = await s.post("users", anonymous(s))
    await s.put(f"users/{made.id}", anonymous(s, "tablet"), as_=made.token)
    await s.get("users/me", as_=made.token)
    await s.post("users", anonymous(s, "tablet"))
    await s.post("users", anonymous(s))


@scenario("4.7/link")
async def the_master_key_links_and_unlinks(s: Script) -> None:
    ann = await s.sign_up("ann")
    await s.put(f"users/{ann.id}", anonymous(s), as_="master")
    await s.get(f"users/{ann.id}", as_="master")
    await s.put(f"users/{ann.id}", {"authData": {"anonymous": None}}, as_="master")
    await s.get(f"users/{ann.id}", as_="master")


@scenario("4.7/echo")
async def stored_auth_data_sent_again_does_no_harm(s: Script) -> None:
    made = await s.post("users", anonymous(s))
    await s.put(f"users/{made.id}", {**anonymous(s), "phone": "1"}, as_=made.token)
    await s.get("users/me", as_=made.token)
    await s.put(f"users/{made.id}", {"authData": {}, "phone": "2"}, as_=made.token)
    await s.get("users/me", as_=made.token)


@scenario("4.7/unsupported")
async def an_unknown_provider_is_252(s: Script) -> None:
    providers: tuple[Any, ...] = (
        {"unknown": {"id": "1"}},
        {"anonymous": {"id": "x" + s.tag}, "unknown": {"id": "1"}},
        {"unknown": {}},
        {"unknown": None},
    )
    for data in providers:
        await s.post("users", {"authData": data}, label=",".join(data))


@scenario("4.7/unsupported")
async def auth_data_that_is_no_object_is_refused(s: Script) -> None:
    odd: tuple[Any, ...] = (None, "text", 7, [], True)
    for data in odd:
        await s.post("users", {"authData": data})
        await s.post("users", {"authData": data, "username": s.name(f"ann{data}"), "password": "secret"})


@scenario("4.7/unsupported")
async def an_unknown_provider_is_not_linked(s: Script) -> None:
    ann = await s.sign_up("ann")
    odd: tuple[Any, ...] = ({"unknown": {"id": "1"}}, {"unknown": {}}, None, "text", 7, [])
    for data in odd:
        await s.put(f"users/{ann.id}", {"authData": data}, as_=ann)
    await s.get("users/me", as_=ann)


@scenario("4.7/unsupported")
async def a_provider_with_the_name_of_an_object_member_is_unknown(s: Script) -> None:
    for name in ("__proto__", "constructor", "toString"):
        await s.post("users", {"authData": {name: {"id": "1"}}})


@scenario("4.7/login")
async def a_user_logs_in_again_beside_his_session(s: Script) -> None:
    made = await s.post("users", anonymous(s))
    await s.post("users", anonymous(s), as_=made.token)
    await s.get("users/me", as_=made.token)
    phone = {"X-Parse-Installation-Id": s.name("phone")}
    await s.post("users", anonymous(s), as_=made.token, headers=phone)
    await s.post("users", anonymous(s), as_="master", headers=phone)


@scenario("4.7/login")
async def a_locked_out_anonymous_user_does_not_log_in(s: Script) -> None:
    made = await s.post("users", anonymous(s))
    await s.put(f"users/{made.id}", {"ACL": {}}, as_="master")
    await s.post("users", anonymous(s))
    await s.post("users", anonymous(s), as_="master")


@scenario("4.7/empty")
async def empty_auth_data_beside_credentials_is_ignored(s: Script) -> None:
    made = await s.post("users", {"authData": {}, "username": s.name("ann"), "password": "secret"})
    await s.get("users/me", as_=made.token)
    await s.get("sessions/me", as_=made.token)
    await s.post("users", {"authData": {}})
    await s.post("users", {"authData": {}, "username": s.name("bob")})


@scenario("4.7/id-type")
async def an_id_that_is_no_string_is_162(s: Script) -> None:
    values: tuple[Any, ...] = (7, True, ["x"], {"$ne": "x"}, {"$regex": ".*"})
    for value in values:
        await s.post("users", {"authData": {"anonymous": {"id": value}}})
    ann = await s.sign_up("ann")
    await s.put(f"users/{ann.id}", {"authData": {"anonymous": {"id": 7}}}, as_=ann)


@scenario("4.7/dotted")
async def a_dotted_key_of_auth_data_is_refused(s: Script) -> None:
    ann = await s.sign_up("ann")
    for key in ("authData.anonymous", "authData.anonymous.id", "_auth_data_anonymous"):
        await s.put(f"users/{ann.id}", {key: {"id": s.name("phone")}}, as_=ann)
        await s.post("users", {"username": s.name("bob"), "password": "secret", key: {"id": s.name("phone")}})
    await s.get("users/me", as_=ann)


@scenario("4.7/hidden")
async def auth_data_is_for_its_user_and_the_master_key(s: Script) -> None:
    made = await s.post("users", {**anonymous(s), "ACL": {"*": {"read": True}}})
    ann = await s.sign_up("ann")
    for who in (made.token, ann, "client", "master", "readonly"):
        await s.get(f"users/{made.id}", as_=who)
        await s.get("users", as_=who, params={"where": {"objectId": made.id}, "keys": "authData"})


@scenario("4.7/hidden")
async def auth_data_is_no_condition_of_clients(s: Script) -> None:
    made = await s.post("users", {**anonymous(s), "ACL": {"*": {"read": True}}})
    where = {"authData.anonymous.id": s.name("phone")}
    await s.get("users", params={"where": where})
    await s.get("users", params={"where": where}, as_=made.token)
    await s.get("users", params={"where": where, "keys": "username"}, as_="master")


@scenario("4.7/account")
async def an_anonymous_user_becomes_an_account(s: Script) -> None:
    made = await s.post("users", anonymous(s))
    account = {"username": s.name("ann"), "password": "secret"}
    changed = await s.put(f"users/{made.id}", account, as_=made.token)
    await s.get("users/me", as_=changed.token)
    await s.post("users", anonymous(s))
    login = await s.post("login", account)
    await s.put(f"users/{made.id}", {"authData": {"anonymous": None}}, as_=login.token)
    await s.get("users/me", as_=login.token)


@scenario("4.7/account")
async def the_account_form_of_the_sdk_unlinks_at_once(s: Script) -> None:
    made = await s.post("users", anonymous(s))
    account = {"username": s.name("ann"), "password": "secret", "authData": {"anonymous": None}}
    changed = await s.put(f"users/{made.id}", account, as_=made.token)
    await s.get("users/me", as_=changed.token)
    await s.post("users", anonymous(s))


@scenario("4.7/switched-off", profile="lasting-sessions")
async def anonymous_users_can_be_switched_off(s: Script) -> None:
    await s.post("users", anonymous(s))
    ann = await s.sign_up("ann")
    await s.put(f"users/{ann.id}", anonymous(s), as_=ann)
    await s.post("users", {**anonymous(s), "username": s.name("bob"), "password": "secret"})

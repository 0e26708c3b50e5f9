"""4.1 Signing up: what a new user needs, what is refused, and what comes back."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script

PERMISSIONS: dict[str, Any] = {"find": {"*": True}, "get": {"*": True}, "update": {"*": True}, "delete": {"*": True}}


def account(s: Script, name: str = "ann", **fields: Any) -> dict[str, Any]:
    return {"username": s.name(name), "password": "secret", **fields}


@scenario("4.1/signup", "4.2/session-token")
async def a_signup_answers_id_date_token_and_location(s: Script) -> None:
    made = await s.post("users", account(s))
    await s.get("users/me", as_=made.token)
    await s.get("sessions/me", as_=made.token)


@scenario("4.1/signup")
async def a_signup_beside_a_session_makes_another_user(s: Script) -> None:
    ann = await s.sign_up("ann")
    bob = await s.post("users", account(s, "bob"), as_=ann)
    await s.get("users/me", as_=bob.token)
    await s.get("users/me", as_=ann)


@scenario("4.1/signup-missing")
async def a_signup_without_a_username_is_200(s: Script) -> None:
    for body in (
        {"password": "secret"},
        {"username": None, "password": "secret"},
        {"username": 0, "password": "x"},
        {"username": [], "password": "x"},
        {"username": {"$ne": 1}, "password": "x"},
        {"email": s.email("ann"), "password": "secret"},
    ):
        await s.post("users", body)


@scenario("4.1/signup-missing")
async def a_signup_without_a_password_is_201(s: Script) -> None:
    name = s.name("ann")
    passwords: tuple[Any, ...] = (None, 0, 7, False, [], {}, {"$ne": ""})
    for password in passwords:
        await s.post("users", {"username": name, "password": password})
    await s.post("users", {"username": name})
    await s.post("users", {"username": name, "password": {"__op": "Delete"}})
    await s.post("users", {"username": {"__op": "Delete"}, "password": "secret"})


@scenario("4.1/signup-missing")
async def a_signup_of_white_space_is_one(s: Script) -> None:
    made = await s.post("users", {"username": f" {s.name('ann')} ", "password": " "})
    await s.get("users/me", as_=made.token)
    await s.post("login", {"username": s.name("ann"), "password": " "})
    await s.post("login", {"username": f" {s.name('ann')} ", "password": " "})


@scenario("4.1/signup-missing")
async def the_master_key_signs_up_by_the_same_rules(s: Script) -> None:
    await s.post("users", {"password": "secret"}, as_="master")
    await s.post("users", {"username": s.name("ann")}, as_="master")
    await s.post("users", {"username": s.name("ann")}, as_="maintenance")
    await s.post("users", account(s), as_="readonly")


@scenario("4.1/signup-taken", reference_store="postgres")
async def a_taken_username_is_202_in_whatever_letters(s: Script) -> None:
    name = s.name("ann")
    await s.sign_up("ann")
    for taken in (name, name.upper(), name.title()):
        await s.post("users", {"username": taken, "password": "secret"})
        await s.post("users", {"username": taken, "password": "secret"}, as_="master")
    await s.post("users", {"username": f"{name}.", "password": "secret"})


@scenario("4.1/signup-taken", reference_store="postgres")
async def a_taken_email_is_203_in_whatever_letters(s: Script) -> None:
    email = s.email("ann")
    await s.sign_up("ann", email=email)
    for taken in (email, email.upper(), email.title()):
        await s.post("users", account(s, "bob", email=taken))
    await s.post("users", account(s, "bob", email=s.email("bob")))


@scenario("4.1/signup-taken", reference_store="postgres")
async def a_name_with_signs_of_patterns_is_compared_as_it_is(s: Script) -> None:
    await s.post("users", account(s, "a.c"))
    await s.post("users", account(s, "abc"))
    await s.post("users", account(s, "A.C"))
    await s.post("users", account(s, "a+c(x)[y]$^"))
    await s.post("users", account(s, "A+c(x)[y]$^"))


@scenario("4.1/signup-taken", reference_store="postgres")
async def letters_beyond_ascii_are_compared_too(s: Script) -> None:
    for name in ("jörg", "JÖRG", "jorg", "Ωμέγα", "ωΜΈΓΑ"):
        await s.post("users", account(s, name))


@scenario("4.1/signup-taken", reference_store="postgres")
async def many_users_have_no_email(s: Script) -> None:
    for name in ("ann", "bob"):
        await s.post("users", account(s, name))
    await s.post("users", account(s, "cid", email=None))
    await s.post("users", account(s, "dan", email=None))
    await s.post("users", account(s, "eve", email={"__op": "Delete"}))
    await s.post("users", account(s, "fay", email=""))
    await s.post("users", account(s, "gil", email=""))


@scenario("4.1/signup-email")
async def an_email_that_cannot_be_one_is_125(s: Script) -> None:
    emails: tuple[Any, ...] = ("ann", "@", "ann@", "@example.com", " ", "a b", 7, True, [], {})
    for email in emails:
        await s.post("users", account(s, email=email))


@scenario("4.1/signup-email")
async def an_email_of_the_loosest_form_is_taken(s: Script) -> None:
    await s.post("users", account(s, "ann", email="a@b" + s.tag))
    await s.post("users", account(s, "bob", email="@@" + s.tag))
    await s.post("users", account(s, "cid", email="two words@" + s.tag))
    await s.post("users", account(s, "dan", email="line\nx@" + s.tag))


@scenario("4.1/signup-email-verified")
async def email_verified_is_not_the_clients_to_set(s: Script) -> None:
    for value in (True, False, None):
        await s.post("users", account(s, emailVerified=value))
    await s.post("users", account(s, emailVerified=True), as_="master")
    await s.post("users", account(s, "bob", emailVerified=True), as_="maintenance")


@scenario("4.1/signup-email-verified", profile="detailed")
async def the_detailed_text_tells_about_email_verified(s: Script) -> None:
    await s.post("users", account(s, emailVerified=True))


@scenario("4.1/signup-permission", serial=True)
async def who_may_not_create_users_gets_119(s: Script) -> None:
    ann = await s.sign_up("ann")
    await s.put("schemas/_User", {"classLevelPermissions": PERMISSIONS}, as_="master", record=False)
    await s.post("users", account(s, "bob"))
    await s.post("users", account(s, "ann"))
    await s.post("users", account(s, "bob"), as_=ann)
    await s.post("users", {"username": s.name("bob")})
    await s.post("users", account(s, "bob"), as_="master")
    opened = {**PERMISSIONS, "create": {"*": True}, "count": {"*": True}, "addField": {"*": True}}
    await s.put("schemas/_User", {"classLevelPermissions": opened}, as_="master", record=False)
    await s.post("users", account(s, "cid"))


@scenario("4.1/signup-classes")
async def the_object_route_signs_up_too(s: Script) -> None:
    made = await s.post("classes/_User", account(s, phone="1"))
    await s.get("users/me", as_=made.token)
    await s.get(f"classes/_User/{made.id}", as_=made.token)
    await s.post("classes/_User", account(s))
    await s.post("classes/_User", {"username": s.name("bob")})
    await s.post("classes/_User", {"password": "secret"})


@scenario("4.1/signup-fields", "4.1/password-hidden")
async def other_fields_are_stored_and_the_password_is_never_shown(s: Script) -> None:
    fields: dict[str, Any] = {
        "phone": "1",
        "age": 7,
        "tags": ["a"],
        "at": {"__type": "Date", "iso": "2020-01-02T03:04:05.678Z"},
    }
    made = await s.post("users", account(s, **fields))
    await s.get("users/me", as_=made.token)
    for who in ("client", "master", "readonly"):
        await s.get(f"users/{made.id}", as_=who)
        await s.get("users", params={"where": {"objectId": made.id}, "keys": "password,_hashed_password"}, as_=who)


@scenario("4.1/signup-fields")
async def a_client_signs_up_with_no_field_of_the_server(s: Script) -> None:
    for field in ("_hashed_password", "_perishable_token", "sessionToken", "_failed_login_count", "objectId"):
        await s.post("users", account(s, **{field: "x"}))
    await s.post("users", account(s, "bob", createdAt="2020-01-02T03:04:05.678Z"))
    old = {"__type": "Date", "iso": "2020-01-02T03:04:05.678Z"}
    made = await s.post("users", account(s, "bob", createdAt=old, updatedAt=old))
    await s.get("users/me", as_=made.token)


@scenario("4.1/signup-order")
async def the_form_of_the_email_is_checked_after_the_username(s: Script) -> None:
    await s.sign_up("ann", email=s.email("ann"))
    await s.post("users", account(s, "ann", email="wrong"))
    await s.post("users", account(s, "ann", email=s.email("ann")))
    await s.post("users", {"username": s.name("ann"), "email": "wrong"})
    await s.post("users", {"email": "wrong", "emailVerified": True})


@scenario("4.1/signup-order")
async def names_are_checked_before_the_types_of_fields(s: Script) -> None:
    await s.sign_up("ann")
    await s.post("users", account(s, "ann", **{"bad-name": 1}))
    await s.post("users", {"username": s.name("ann"), "ACL": 7})
    await s.post("users", {"password": "secret", "objectId": "mine"})
    await s.post("users", account(s, "ann", email=7))


@scenario("4.1/signup-acl")
async def a_new_user_has_rights_on_himself(s: Script) -> None:
    acls: tuple[Any, ...] = ({"*": {"read": True}}, {}, None, {"role:x": {"read": True, "write": True}})
    for number, acl in enumerate(acls):
        made = await s.post("users", account(s, f"ann{number}", ACL=acl))
        await s.get(f"users/{made.id}", as_="master")
        await s.get(f"users/{made.id}")


@scenario("4.1/signup-acl")
async def a_user_that_the_master_key_makes_has_rights_on_himself(s: Script) -> None:
    made = await s.post("users", account(s, "ann"), as_="master")
    await s.get(f"users/{made.id}", as_="master")
    made = await s.post("users", account(s, "bob", ACL={"*": {"read": True}}), as_="master")
    await s.get(f"users/{made.id}", as_="master")
    made = await s.post("users", account(s, "cid", ACL={}), as_="master")
    await s.get(f"users/{made.id}", as_="master")


@scenario("4.1/lower-case", profile="lower-case-names", reference_store="postgres")
async def names_are_stored_in_lower_case(s: Script) -> None:
    made = await s.post("users", {"username": s.name("AnN"), "password": "Secret", "email": "AnN" + s.tag + "@X.Com"})
    await s.get("users/me", as_=made.token)
    await s.post("login", {"username": s.name("ann"), "password": "Secret"})
    await s.post("login", {"username": s.name("AnN"), "password": "Secret"})
    await s.post("login", {"email": "AnN" + s.tag + "@X.Com", "password": "Secret"})
    await s.post("login", {"email": "ann" + s.tag + "@x.com", "password": "Secret"})


@scenario("4.1/lower-case", profile="lower-case-names", reference_store="postgres")
async def a_changed_name_is_stored_in_lower_case_too(s: Script) -> None:
    ann = await s.sign_up("ann")
    await s.put(f"users/{ann.id}", {"username": s.name("BoB"), "email": "BoB" + s.tag + "@X.Com"}, as_=ann)
    await s.get("users/me", as_=ann)
    await s.post("users", {"username": s.name("BOB"), "password": "secret"})
    await s.post("users", {"username": s.name("cid"), "password": "x", "email": "BOB" + s.tag + "@x.com"})

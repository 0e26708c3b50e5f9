"""4.1 Logging in and out, becoming another user, and asking whether a password is right."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script, User

BAD_TOKEN = "r:0123456789abcdef0123456789abcdef"
PHONE = {"X-Parse-Installation-Id": "phone"}


def credentials(user: User, **more: Any) -> dict[str, Any]:
    return {"username": user.username, "password": "secret", **more}


@scenario("4.1/login")
async def a_login_answers_the_whole_user_and_a_token(s: Script) -> None:
    ann = await s.sign_up("ann", email=s.email("ann"), phone="1", tags=["a", {"b": 1}])
    answer = await s.post("login", credentials(ann))
    await s.get("users/me", as_=answer.token)
    await s.get("users/me", as_=ann)


@scenario("4.1/login")
async def a_login_by_get_takes_the_query(s: Script) -> None:
    ann = await s.sign_up("ann")
    answer = await s.get("login", params=credentials(ann))
    await s.get("sessions/me", as_=answer.token)
    await s.get("login", params={"username": ann.username, "password": "wrong"})
    await s.get("login")


@scenario("4.1/login-query")
async def a_login_by_post_takes_the_query_when_the_body_names_nobody(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    await s.post("login", {}, params=credentials(ann))
    await s.post("login", {"password": "wrong"}, params=credentials(ann))
    await s.post("login", credentials(bob), params=credentials(ann))
    await s.post("login", {"username": ann.username}, params={"password": "secret"})
    await s.post("login", {"username": ""}, params=credentials(ann))


@scenario("4.1/login-query")
async def digits_in_a_query_are_a_password(s: Script) -> None:
    name = s.name("ann")
    await s.post("users", {"username": name, "password": "1234"})
    await s.get("login", params={"username": name, "password": "1234"})
    await s.post("users", {"username": s.name("bob"), "password": "true"})
    await s.get("login", params={"username": s.name("bob"), "password": "true"})


@scenario("4.1/login-email")
async def a_login_by_email_finds_the_user(s: Script) -> None:
    email = s.email("ann")
    ann = await s.sign_up("ann", email=email)
    await s.post("login", {"email": email, "password": "secret"})
    await s.post("login", {"username": email, "password": "secret"})
    await s.post("login", {"email": ann.username, "password": "secret"})


@scenario("4.1/login-email")
async def name_and_email_of_a_login_must_belong_together(s: Script) -> None:
    ann = await s.sign_up("ann", email=s.email("ann"))
    bob = await s.sign_up("bob", email=s.email("bob"))
    await s.post("login", credentials(ann, email=s.email("ann")))
    await s.post("login", credentials(ann, email=s.email("bob")))
    await s.post("login", credentials(bob, email="nobody@example.com"))


@scenario("4.1/login-email")
async def a_username_wins_over_an_email_of_the_same_text(s: Script) -> None:
    email = s.email("ann")
    await s.post("users", {"username": s.name("ann"), "email": email, "password": "of ann"})
    await s.post("users", {"username": email, "password": "of the other"})
    await s.post("login", {"username": email, "password": "of the other"})
    await s.post("login", {"username": email, "password": "of ann"})
    await s.post("login", {"email": email, "password": "of ann"})


@scenario("4.1/login-email-case")
async def names_of_a_login_are_matched_to_the_letter(s: Script) -> None:
    email = s.email("ann")
    ann = await s.sign_up("ann", email=email)
    await s.post("login", {"email": email.upper(), "password": "secret"})
    await s.post("login", {"username": email.upper(), "password": "secret"})
    await s.post("login", {"username": ann.username.upper(), "password": "secret"})


@scenario("4.1/login-missing")
async def a_login_needs_a_name_and_a_password(s: Script) -> None:
    ann = await s.sign_up("ann")
    for body in (
        {},
        {"password": "secret"},
        {"username": "", "password": "secret"},
        {"email": "", "password": "secret"},
        {"username": ann.username},
        {"username": ann.username, "password": ""},
        {"username": None, "password": "secret"},
        {"username": ann.username, "password": None},
        {"email": s.email("ann")},
    ):
        await s.post("login", body)


@scenario("4.1/login-wrong")
async def wrong_names_and_passwords_get_the_same_answer(s: Script) -> None:
    ann = await s.sign_up("ann")
    await s.post("login", {"username": ann.username, "password": "wrong"})
    await s.post("login", {"username": s.name("nobody"), "password": "secret"})
    await s.post("login", {"email": s.email("nobody"), "password": "secret"})
    await s.post("login", {"username": ann.username, "password": "secret "})
    await s.post("login", {"username": ann.username, "password": "Secret"})


@scenario("4.1/login-wrong")
async def credentials_that_are_no_strings_are_101(s: Script) -> None:
    ann = await s.sign_up("ann", email=s.email("ann"))
    odd: tuple[Any, ...] = (1, True, ["secret"], {"$ne": ""}, {"$regex": ".*"}, {"__type": "Bytes", "base64": ""})
    for value in odd:
        await s.post("login", {"username": ann.username, "password": value})
        await s.post("login", {"username": value, "password": "secret"})
        await s.post("login", {"email": value, "password": "secret"})


@scenario("4.1/login-wrong")
async def a_nested_query_makes_no_string(s: Script) -> None:
    ann = await s.sign_up("ann")
    await s.get(f"login?username[$ne]=x&password=secret&user={ann.username}")
    await s.get(f"login?username={ann.username}&password[$ne]=x")
    await s.get(f"login?username={ann.username}&username=x&password=secret")


@scenario("4.1/login-wrong")
async def a_long_password_counts_to_its_end(s: Script) -> None:
    name, long = s.name("ann"), "x" * 80
    await s.post("users", {"username": name, "password": long})
    await s.post("login", {"username": name, "password": long})
    await s.post("login", {"username": name, "password": "x" * 71})


@scenario("4.1/login-wrong")
async def a_password_of_other_letters_works(s: Script) -> None:
    name = s.name("jörg")
    for password in ("pässwörd ☃", "with\u0000zero"):
        await s.post("users", {"username": name + str(len(password)), "password": password})
        await s.post("login", {"username": name + str(len(password)), "password": password})
        await s.post("login", {"username": name + str(len(password)), "password": "with"})


@scenario("4.1/login-no-password")
async def a_user_without_a_password_cannot_log_in(s: Script) -> None:
    made = await s.post("users", {"authData": {"anonymous": {"id": s.name("phone")}}})
    name = (await s.get("users/me", as_=made.token))["username"]
    for password in ("secret", "undefined", "null"):
        await s.post("login", {"username": name, "password": password})
        await s.post("verifyPassword", {"username": name, "password": password})


@scenario("4.1/login-empty-acl")
async def a_user_with_an_empty_acl_cannot_log_in(s: Script) -> None:
    ann = await s.sign_up("ann")
    await s.put(f"users/{ann.id}", {"ACL": {}}, as_="master")
    await s.post("login", credentials(ann))
    await s.post("login", credentials(ann), as_="master")
    await s.post("login", {"username": ann.username, "password": "wrong"})
    await s.post("verifyPassword", credentials(ann))
    await s.get("users/me", as_=ann)


@scenario("4.1/login-own-view")
async def a_user_who_may_not_read_himself_gets_id_and_token(s: Script) -> None:
    ann = await s.sign_up("ann", phone="1")
    await s.put(f"users/{ann.id}", {"ACL": {"role:x": {"read": True}}}, as_="master")
    answer = await s.post("login", credentials(ann))
    await s.get("users/me", as_=answer.token)
    await s.post("verifyPassword", credentials(ann))


@scenario("4.1/login-own-view")
async def a_login_shows_nothing_internal(s: Script) -> None:
    ann = await s.sign_up("ann", email=s.email("ann"))
    await s.put(
        f"users/{ann.id}",
        {"_failed_login_count": 1, "_perishable_token": "x", "emailVerified": True},
        as_="maintenance",
    )
    await s.post("login", credentials(ann))
    await s.post("login", credentials(ann), as_="master")
    await s.post("login", credentials(ann), as_="maintenance")


@scenario("4.1/login-own-view", profile="protected-fields")
async def protected_fields_of_oneself_follow_the_settings(s: Script) -> None:
    ann = await s.sign_up("ann", email=s.email("ann"), phone="1")
    answer = await s.post("login", credentials(ann))
    await s.get("users/me", as_=answer.token)
    await s.post("verifyPassword", credentials(ann))


@scenario("4.1/login-auth-data")
async def auth_data_beside_a_login(s: Script) -> None:
    ann = await s.sign_up("ann")
    await s.post("login", credentials(ann, authData={"unknown": {"id": "1"}}))
    await s.post("login", credentials(ann, authData={}))
    await s.post("login", credentials(ann, authData=None))
    await s.post("login", {"authData": {"anonymous": {"id": s.name("phone")}}})


@scenario("4.1/login-auth-data", "4.7/link")
async def a_login_links_the_auth_data_that_comes_with_it(s: Script) -> None:
    ann = await s.sign_up("ann")
    await s.post("login", credentials(ann, authData={"anonymous": {"id": s.name("phone")}}))
    await s.post("users", {"authData": {"anonymous": {"id": s.name("phone")}}})
    await s.post("login", credentials(ann, authData={"anonymous": {"id": s.name("phone")}}))


@scenario("4.1/login-master")
async def keys_make_no_difference_to_a_login(s: Script) -> None:
    ann = await s.sign_up("ann")
    for who in ("master", "readonly", "maintenance"):
        await s.post("login", credentials(ann), as_=who)
        await s.post("login", {"username": ann.username, "password": "wrong"}, as_=who)


@scenario("4.1/login-master")
async def ignoring_the_email_verification_is_for_the_master_key(s: Script) -> None:
    ann = await s.sign_up("ann")
    for who in ("client", "master"):
        await s.post("login", credentials(ann, ignoreEmailVerification=True), as_=who)
        await s.post("verifyPassword", credentials(ann, ignoreEmailVerification=True), as_=who)


@scenario("4.1/login-as")
async def the_master_key_becomes_any_user(s: Script) -> None:
    ann = await s.sign_up("ann", email=s.email("ann"), phone="1")
    answer = await s.post("loginAs", {"userId": ann.id}, as_="master")
    await s.get("users/me", as_=answer.token)
    await s.get("sessions/me", as_=answer.token)
    await s.request("POST", f"loginAs?userId={ann.id}", as_="master")
    await s.get("users/me", as_=ann)


@scenario("4.1/login-as", "4.2/installation-id", "4.2/same-installation")
async def becoming_a_user_keeps_to_the_installation(s: Script) -> None:
    ann = await s.sign_up("ann")
    first = await s.post("loginAs", {"userId": ann.id}, as_="master")
    second = await s.post("loginAs", {"userId": ann.id}, as_="master")
    await s.get("sessions/me", as_=first.token)
    await s.get("sessions/me", as_=second.token)
    third = await s.post("loginAs", {"userId": ann.id}, as_="master", headers=PHONE)
    await s.get("sessions/me", as_=third.token)
    await s.get("sessions/me", as_=second.token)


@scenario("4.1/login-as-refusals")
async def becoming_a_user_needs_his_id(s: Script) -> None:
    odd: tuple[Any, ...] = (None, "", 0, 1, True, [], ["x"], {}, "noSuchId00")
    for value in odd:
        await s.post("loginAs", {"userId": value}, as_="master")
    await s.post("loginAs", {}, as_="master")


@scenario("4.1/login-as-refusals")
async def becoming_a_user_needs_the_master_key(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    for who in ("client", "readonly", "maintenance", bob):
        await s.post("loginAs", {"userId": ann.id}, as_=who)
    await s.post("loginAs", {}, as_="client")
    await s.get("loginAs", params={"userId": ann.id}, as_="master")


@scenario("4.1/login-as-refusals", profile="detailed")
async def the_detailed_text_tells_about_login_as(s: Script) -> None:
    ann = await s.sign_up("ann")
    await s.post("loginAs", {"userId": ann.id})
    await s.post("loginAs", {"userId": ann.id}, as_="readonly")


@scenario("4.1/verify-password")
async def a_right_password_answers_the_user_without_a_token(s: Script) -> None:
    ann = await s.sign_up("ann", email=s.email("ann"), phone="1")
    for who in ("client", "master", ann):
        await s.get("verifyPassword", params=credentials(ann), as_=who)
        await s.post("verifyPassword", credentials(ann), as_=who)
    await s.post("verifyPassword", {"email": s.email("ann"), "password": "secret"})
    await s.get("sessions", as_=ann, params={"keys": "createdWith"})


@scenario("4.1/verify-password-refusals")
async def a_wrong_password_is_refused_as_by_login(s: Script) -> None:
    ann = await s.sign_up("ann")
    for body in (
        {},
        {"username": ann.username},
        {"password": "secret"},
        {"username": ann.username, "password": "wrong"},
        {"username": s.name("nobody"), "password": "secret"},
        {"username": 1, "password": "secret"},
        {"username": ann.username, "password": {"$ne": "x"}},
    ):
        await s.post("verifyPassword", body)
        await s.post("verifyPassword", body, as_="master")
    await s.get("verifyPassword")
    await s.get("verifyPassword", params=credentials(ann), as_=BAD_TOKEN)


@scenario("4.1/logout")
async def a_logout_ends_one_session(s: Script) -> None:
    ann = await s.sign_up("ann")
    other = await s.post("login", credentials(ann))
    await s.post("logout", {}, as_=ann)
    await s.get("users/me", as_=ann)
    await s.get("users/me", as_=other.token)


@scenario("4.1/logout")
async def a_logout_without_a_session_is_no_error(s: Script) -> None:
    await s.post("logout")
    for who in ("master", "readonly", "maintenance"):
        await s.post("logout", {}, as_=who)
    await s.get("logout")


@scenario("4.1/logout")
async def a_logout_with_a_key_ends_the_session_of_its_token(s: Script) -> None:
    for name in ("master", "readonly", "maintenance"):
        ann = await s.sign_up(name)
        await s.post("logout", {}, as_=name, headers={"X-Parse-Session-Token": ann.token})
        await s.get("users/me", as_=ann)


@scenario("4.1/logout-token")
async def a_bad_token_is_refused_before_the_logout(s: Script) -> None:
    ann = await s.sign_up("ann")
    await s.post("logout", {}, as_=BAD_TOKEN)
    await s.post("logout", {}, as_=ann)
    await s.post("logout", {}, as_=ann)

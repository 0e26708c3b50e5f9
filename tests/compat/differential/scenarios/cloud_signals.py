"""Triggers of logins, logouts and the configuration."""

from __future__ import annotations

from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script

PROFILE = "signals"


async def seen(s: Script, what: str) -> None:
    """Note what the triggers kept under a name."""
    params = {"where": {"what": what}, "order": "createdAt", "excludeKeys": "ACL,sessionToken"}
    await s.get("classes/Seen", params=params, as_="master", label="seen")


@scenario("5.1/login", "5.4/login", "5.5/before-login", "5.5/after-login", profile=PROFILE)
async def a_login_sets_off_both_triggers_with_a_context_each(s: Script) -> None:
    ann = await s.sign_up("ann", color="red")
    await seen(s, ann.username)
    headers = {"X-Parse-Cloud-Context": '{"from":"client"}', "X-Parse-Installation-Id": "phone-1"}
    await s.post("login", {"username": ann.username, "password": "secret"}, headers=headers)
    await seen(s, ann.username)


@scenario("5.5/before-login", profile=PROFILE)
async def a_wrong_password_runs_no_trigger(s: Script) -> None:
    ann = await s.sign_up("ann")
    await s.post("login", {"username": ann.username, "password": "wrong"})
    await seen(s, ann.username)


@scenario("5.5/before-login", profile=PROFILE)
async def before_login_refuses_and_no_session_is_made(s: Script) -> None:
    for banned in ("code", "text"):
        ann = await s.sign_up(f"ann{banned}", banned=banned)
        await s.post("login", {"username": ann.username, "password": "secret"})
        where = {"user": ann.pointer}
        await s.get("sessions", params={"where": where, "keys": "createdWith"}, as_="master", label="sessions")


@scenario("5.5/after-login", profile=PROFILE)
async def a_failing_after_login_fails_the_login_and_the_session_stays(s: Script) -> None:
    ann = await s.sign_up("ann", failsAfter=True)
    await s.post("login", {"username": ann.username, "password": "secret"})
    params = {"where": {"user": ann.pointer}, "keys": "createdWith", "order": "createdAt"}
    await s.get("sessions", params=params, as_="master", label="sessions")


@scenario("5.5/login-with-auth-data", profile=PROFILE)
async def a_login_with_auth_data_runs_before_login_only(s: Script) -> None:
    auth = {"anonymous": {"id": s.name("device")}}
    await s.post("users", {"username": s.name("bob"), "authData": auth})
    await s.post("users", {"authData": auth})
    await seen(s, s.name("bob"))


@scenario("5.5/login-with-auth-data", profile=PROFILE)
async def a_login_with_auth_data_is_refused_by_before_login(s: Script) -> None:
    auth = {"anonymous": {"id": s.name("device")}}
    await s.post("users", {"username": s.name("bob"), "authData": auth, "banned": "code"})
    await s.post("users", {"authData": auth})


@scenario("5.5/other-logins", profile=PROFILE)
async def sign_up_log_in_as_and_verify_password_run_no_login_trigger(s: Script) -> None:
    ann = await s.sign_up("ann")
    await s.post("loginAs", {"userId": ann.id}, as_="master")
    await s.post("verifyPassword", {"username": ann.username, "password": "secret"})
    await seen(s, ann.username)


@scenario("5.1/logout", "5.4/logout", "5.5/after-logout", profile=PROFILE)
async def a_logout_tells_the_session(s: Script) -> None:
    ann = await s.sign_up("ann")
    await s.post("logout", {}, as_=ann)
    await seen(s, ann.id)
    await s.get("users/me", as_=ann)


@scenario("5.5/after-logout", profile=PROFILE)
async def only_a_logout_is_one(s: Script) -> None:
    ann = await s.sign_up("ann")
    found = await s.get("sessions/me", as_=ann)
    await s.delete(f"sessions/{found['objectId']}", as_="master")
    await s.post("logout", {})
    await seen(s, ann.id)


@scenario("5.1/config", "5.4/config", "5.5/config", profile=PROFILE, serial=True)
async def a_change_of_the_configuration_sets_off_both_triggers(s: Script) -> None:
    day = {"__type": "Date", "iso": "2026-01-02T03:04:05.678Z"}
    await s.put("config", {"params": {"word": "one"}}, as_="master")
    await s.put("config", {"params": {"other": "two", "day": day}, "masterKeyOnly": {"other": True}}, as_="master")
    headers = {"X-Parse-Cloud-Context": '{"from":"client"}'}
    await s.put("config", {"params": {"word": "two"}}, as_="master", headers=headers)
    await seen(s, "config")
    await s.put("config", {"params": {"word": {"__op": "Delete"}}}, as_="master")
    await s.get("config")


@scenario("5.5/config", profile=PROFILE, serial=True)
async def before_save_of_the_configuration_refuses(s: Script) -> None:
    await s.put("config", {"params": {"word": "old"}}, as_="master")
    await s.put("config", {"params": {"word": "forbidden"}}, as_="master")
    await s.put("config", {"params": {"word": "broken"}}, as_="master")
    await s.get("config", as_="master")


@scenario("5.5/config", profile=PROFILE, serial=True)
async def a_failing_after_save_of_the_configuration_fails_the_request_and_the_change_stays(s: Script) -> None:
    await s.put("config", {"params": {"word": "late"}}, as_="master")
    await s.get("config", as_="master")


@scenario("5.5/config", profile=PROFILE, serial=True)
async def clients_and_the_read_only_key_set_off_nothing(s: Script) -> None:
    await s.put("config", {"params": {"word": "sneaky"}})
    await s.put("config", {"params": {"word": "sneaky"}}, as_="readonly")
    await s.get("classes/Seen", params={"where": {"word": "sneaky"}}, as_="master", label="seen")

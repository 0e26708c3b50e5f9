"""5.1 One main.js for both servers: its functions, and what they do with the JavaScript SDK."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script, User

PROFILE = "league"


async def call(s: Script, function: str, as_: str | User = "client", **params: Any) -> None:
    """Call a function with parameters."""
    await s.post(f"functions/{function}", params, as_=as_)


async def a_team(s: Script, name: str = "Reds") -> None:
    await call(s, "lgMakeTeam", tag=s.name("t"), name=name, players=["Ann", "Bob", "Cid"])


@scenario("5.1/script", profile=PROFILE)
async def objects_are_saved_related_and_found(s: Script) -> None:
    await call(s, "lgHello", name="ann")
    await call(s, "lgHello")
    await a_team(s)
    await call(s, "lgTeam", tag=s.name("t"))


@scenario("5.1/script", profile=PROFILE)
async def queries_of_every_kind_find_the_same(s: Script) -> None:
    await a_team(s)
    await call(s, "lgSearch", tag=s.name("t"))
    await call(s, "lgStandings", tag=s.name("t"))
    await call(s, "lgWalk", tag=s.name("t"))


@scenario("5.1/script", profile=PROFILE)
async def objects_are_changed_fetched_and_destroyed(s: Script) -> None:
    await a_team(s)
    await call(s, "lgTrain", tag=s.name("t"))
    await call(s, "lgFetch", tag=s.name("t"))
    await call(s, "lgDisband", tag=s.name("t"))


@scenario("5.1/script", profile=PROFILE)
async def errors_reach_the_code_that_asked(s: Script) -> None:
    await call(s, "lgErrors")
    for how in ("parse", "plain", "text", "object", "rejected", "nothing", "type"):
        await call(s, "lgFail", how=how)


@scenario("5.1/script", profile=PROFILE)
async def handlers_with_two_parameters_answer_through_the_second(s: Script) -> None:
    for how in (
        "success",
        "nothing",
        "status",
        "error",
        "coded",
        "returned",
        "later",
        "thrown",
        "statusReturned",
    ):
        await call(s, "lgAnswer", how=how)
    await call(s, "lgAsync", tag=s.name("t"))


@scenario("5.1/script", profile=PROFILE)
async def schemas_are_made_and_deleted(s: Script) -> None:
    await call(s, "lgSchema", className=s.name("LgMade"))


@scenario("5.1/script", profile=PROFILE)
async def callers_have_the_rights_of_their_sessions(s: Script) -> None:
    ann = await s.sign_up("ann")
    for who in ("client", ann, "master", "readonly"):
        await call(s, "lgWho", who)
    await s.post("functions/lgWho", {}, as_=ann, headers={"X-Parse-Cloud-Context": '{"a":1}'})
    await call(s, "lgRights", ann, tag=s.name("t"))
    await call(s, "lgRole", ann, tag=s.name("t"), name=s.name("Coaches"))


@scenario("5.1/script", profile=PROFILE)
async def accounts_are_opened_and_entered(s: Script) -> None:
    await call(s, "lgAccount", username=s.name("eve"))


@scenario("5.1/script", profile=PROFILE, serial=True)
async def the_configuration_is_read_and_changed(s: Script) -> None:
    await call(s, "lgConfig")
    await s.put("config", {"params": {"season": 13}}, as_="master")
    await s.get("config")


@scenario("5.1/script", profile=PROFILE)
async def files_are_stored_and_belong_to_objects(s: Script) -> None:
    await call(s, "lgFile", tag=s.name("t"))


@scenario("5.1/script", profile=PROFILE)
async def functions_call_each_other(s: Script) -> None:
    ann = await s.sign_up("ann")
    await call(s, "lgOther")
    await call(s, "lgOther", ann)
    await call(s, "lgKinds", date={"__type": "Date", "iso": "2020-01-02T03:04:05.678Z"})


@scenario("5.1/script", profile=PROFILE)
async def jobs_mails_and_the_log_are_there(s: Script) -> None:
    await call(s, "lgJobs", tag=s.name("t"))
    await call(s, "lgMail")
    await call(s, "lgLog")


@scenario("5.1/script", profile=PROFILE)
async def validators_of_every_key_are_checked(s: Script) -> None:
    ann, eve = await s.sign_up("ann", city="Rome"), await s.sign_up("eve", city="Oslo")
    for name in ("lgUser", "lgMaster", "lgAnyRole", "lgAllRoles"):
        for who in ("client", ann, eve, "master"):
            await call(s, name, who, a=1)
    for who in (ann, eve, "master"):
        await call(s, "lgUserKeys", who)
    for given in ({}, {"a": 1}, {"a": 1, "b": 2}):
        await s.post("functions/lgFieldList", given)
        await s.post("functions/lgFieldList", given, as_="master")


@scenario("5.1/script", profile=PROFILE)
async def fields_of_every_kind_are_checked(s: Script) -> None:
    good = {"text": "x", "list": [], "on": True, "map": {}, "choice": "a"}
    wrong: list[dict[str, Any]] = [
        {"text": 1},
        {"number": 12},
        {"number": "1"},
        {"list": {}},
        {"on": 1},
        {"map": 1},
        {"choice": "c"},
    ]
    await s.post("functions/lgFields", good)
    await s.post("functions/lgFields", {})
    for change in wrong:
        await s.post("functions/lgFields", {**good, **change})
    for count in (0, 1):
        await call(s, "lgChecked", tag=s.name("t"), count=count)


@scenario("5.1/script", profile=PROFILE)
async def a_limit_does_not_count_calls_from_the_servers_own_machine(s: Script) -> None:
    for _ in range(3):
        await call(s, "lgLimited")
    await call(s, "lgLimited", "master")

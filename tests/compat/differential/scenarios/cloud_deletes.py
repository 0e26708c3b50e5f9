"""5.4, 5.5 Triggers of deletes: what they are told, what they may refuse, and what is found before them."""

from __future__ import annotations

from tests.compat.differential.registry import scenario
from tests.compat.differential.scenarios.cloud_triggers import HEADERS, create
from tests.compat.differential.script import Script


@scenario("5.4/delete", profile="triggers")
async def delete_triggers_are_told_who_calls(s: Script) -> None:
    ann = await s.sign_up("ann")
    for who in ("client", ann, "master"):
        made = await create(s, "TgDeleted", {"name": "x"})
        await s.delete(f"classes/TgDeleted/{made}", as_=who, headers=HEADERS)
        await s.get("classes/TgTrace", params={"where": {"subject": made}, "order": "step"})


@scenario("5.5/before-delete", profile="triggers")
async def before_delete_may_refuse(s: Script) -> None:
    for how in ("before", "before plain"):
        made = await create(s, "TgDeleted", {"name": "x", "how": how})
        await s.delete(f"classes/TgDeleted/{made}")
        await s.get(f"classes/TgDeleted/{made}")
        await s.get("classes/TgTrace", params={"where": {"subject": made}, "order": "step", "keys": "step"})


@scenario("5.5/after-delete", profile="triggers")
async def after_delete_that_fails_fails_the_request(s: Script) -> None:
    for how in ("after", "after plain"):
        made = await create(s, "TgDeleted", {"name": "x", "how": how})
        await s.delete(f"classes/TgDeleted/{made}")
        await s.get(f"classes/TgDeleted/{made}")


@scenario("5.5/delete-missing", profile="triggers")
async def a_delete_of_what_is_not_there_runs_no_trigger(s: Script) -> None:
    ann = await s.sign_up("ann")
    made = await create(s, "TgDeleted", {"ACL": {ann.id: {"read": True, "write": True}}}, as_=ann)
    await s.delete("classes/TgDeleted/noSuchId00")
    await s.delete("classes/TgDeleted/noSuchId00", as_="master")
    await s.delete(f"classes/TgDeleted/{made}")
    await s.get("classes/TgTrace", params={"where": {"subject": made}})
    written = await create(s, "TgDeleted", {"ACL": {"*": {"write": True}}}, as_="master")
    await s.delete(f"classes/TgDeleted/{written}")
    readable = await create(s, "TgDeleted", {"ACL": {"*": {"read": True}, ann.id: {"write": True}}}, as_=ann)
    await s.delete(f"classes/TgDeleted/{readable}")


@scenario("5.5/delete-missing", profile="triggers")
async def a_delete_without_triggers_tells_less(s: Script) -> None:
    await s.create("Thing", {"a": 1})
    await s.delete(f"classes/{s.name('Thing')}/noSuchId00")


@scenario("5.5/delete-finds", profile="triggers")
async def a_delete_first_finds_with_its_triggers(s: Script) -> None:
    made = await create(s, "TgDeletedFound", {"hidden": True})
    await s.delete(f"classes/TgDeletedFound/{made}")
    made = await create(s, "TgDeletedFound", {"hidden": False})
    await s.delete(f"classes/TgDeletedFound/{made}")
    made = await create(s, "TgDeletedFoundAfter", {"refused": True})
    await s.delete(f"classes/TgDeletedFoundAfter/{made}")
    await s.get(f"classes/TgDeletedFoundAfter/{made}", as_="master")


@scenario("5.5/purge", profile="triggers", serial=True)
async def a_purge_runs_no_triggers(s: Script) -> None:
    made = await create(s, "TgDeleted", {"name": "x", "how": "before"})
    await s.delete("purge/TgDeleted", as_="master")
    await s.get(f"classes/TgDeleted/{made}")
    await s.get("classes/TgTrace", params={"where": {"subject": made}})

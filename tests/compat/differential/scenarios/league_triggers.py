"""5.1 One main.js for both servers: its triggers and jobs, and what they do with the JavaScript SDK."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script

PROFILE = "league"
TEXT = {"Content-Type": "text/plain"}
STEPS = 100


async def notes(s: Script, *, expected: int = 0) -> None:
    """What triggers noted; those that nobody waits for may take a moment."""
    params = {"where": {"tag": s.name("t")}, "order": "name,createdAt", "excludeKeys": "tag"}
    for _ in range(STEPS):
        found = await s.get("classes/LgNote", params=params, as_="master", record=False)
        if len(found["results"]) >= expected:
            break
        await asyncio.sleep(0.05)
    await s.get("classes/LgNote", params=params, as_="master", label="notes")


@scenario("5.1/script", profile=PROFILE)
async def saves_of_a_team_run_their_triggers(s: Script) -> None:
    tag = s.name("t")
    made = await s.post("classes/LgTeam", {"tag": tag, "name": "Reds", "points": 1})
    await s.put(f"classes/LgTeam/{made.id}", {"points": 8})
    await s.put(f"classes/LgTeam/{made.id}", {"points": {"__op": "Increment", "amount": -4}})
    await s.put(f"classes/LgTeam/{made.id}", {"color": "red"}, headers={"X-Parse-Cloud-Context": '{"checked":5}'})
    await s.post("classes/LgTeam", {"tag": tag, "name": "Reds"})
    await s.post("classes/LgTeam", {"tag": tag, "name": "Refused"})
    await s.get(f"classes/LgTeam/{made.id}", as_="master")
    await notes(s, expected=4)


@scenario("5.1/script", profile=PROFILE)
async def deletes_of_a_team_run_their_triggers(s: Script) -> None:
    tag = s.name("t")
    good = await s.post("classes/LgTeam", {"tag": tag, "name": "Good", "points": 9})
    bad = await s.post("classes/LgTeam", {"tag": tag, "name": "Bad", "points": 1})
    await s.delete(f"classes/LgTeam/{good.id}")
    await s.delete(f"classes/LgTeam/{bad.id}")
    await s.delete(f"classes/LgTeam/{bad.id}")
    await notes(s, expected=3)


@scenario("5.1/script", profile=PROFILE)
async def finds_of_teams_run_their_triggers(s: Script) -> None:
    tag = s.name("t")
    shown = await s.post("classes/LgTeam", {"tag": tag, "name": "Shown"})
    await s.post("classes/LgTeam", {"tag": tag, "name": "Hidden", "hidden": True})
    for who in ("client", "master"):
        await s.get("classes/LgTeam", params={"where": {"tag": tag}, "order": "name", "count": 1}, as_=who)
        await s.get(f"classes/LgTeam/{shown.id}", as_=who)


@scenario("5.1/script", profile=PROFILE)
async def players_are_validated_and_found_as_the_context_says(s: Script) -> None:
    tag = s.name("t")
    ann = await s.sign_up("ann")
    team = await s.post("classes/LgTeam", {"tag": tag, "name": "Reds"})
    pointer = {"__type": "Pointer", "className": "LgTeam", "objectId": team.id}
    await s.post("classes/LgPlayer", {"tag": tag})
    await s.post("classes/LgPlayer", {"tag": tag, "name": "Ann", "number": "one"}, as_="master")
    await s.post("classes/LgPlayer", {"tag": tag, "name": "Ann", "number": 1, "team": pointer}, as_=ann)
    await s.post("classes/LgPlayer", {"tag": tag, "name": "Bob"}, as_="master")
    params: dict[str, Any] = {"where": {"tag": tag}, "order": "name"}
    for how in ("nothing", "refuse", "first", "made", "include", "best"):
        context = {"X-Parse-Cloud-Context": json.dumps({"how": how})}
        await s.get("classes/LgPlayer", params=params, headers=context, label=how)


@scenario("5.1/script", profile=PROFILE)
async def players_leave_with_the_master_key_only(s: Script) -> None:
    made = await s.post("classes/LgPlayer", {"tag": s.name("t"), "name": "Ann"}, as_="master")
    await s.delete(f"classes/LgPlayer/{made.id}")
    await s.delete(f"classes/LgPlayer/{made.id}", as_="master")
    await notes(s, expected=1)


@scenario("5.1/script", "5.5/delete-missing", profile=PROFILE)
async def an_object_of_a_class_that_was_never_made_is_not_found_for_delete(s: Script) -> None:
    for who in ("client", "master"):
        await s.delete("classes/LgNever/abcdefghij", as_=who)


@scenario("5.1/script", profile=PROFILE)
async def a_batch_runs_the_triggers_of_all_entries(s: Script) -> None:
    bodies = [{"tag": s.name("t"), "name": name} for name in ("Reds", "Refused", "Blues")]
    requests = [{"method": "POST", "path": "/parse/classes/LgTeam", "body": body} for body in bodies]
    await s.post("batch", {"requests": requests})


@scenario("5.1/script", profile=PROFILE)
async def users_roles_and_installations_have_triggers(s: Script) -> None:
    ann = await s.sign_up("ann", noted=s.name("t"))
    await s.get("users/me", as_=ann)
    await s.post("users", {"username": s.name("eve"), "password": "x", "city": "Nowhere"})
    await s.post("roles", {"name": s.name("Coaches"), "ACL": {"*": {"read": True}}}, as_="master")
    await s.get("roles", params={"where": {"name": s.name("Coaches")}}, as_="master")
    await s.post("installations", {"deviceType": "ios", "installationId": s.name("phone")})
    await s.post("login", {"username": ann.username, "password": "secret"})
    await s.post("logout", {}, as_=ann)
    await notes(s, expected=3)


@scenario("5.1/script", profile=PROFILE)
async def a_login_is_refused(s: Script) -> None:
    await s.sign_up("ann", city="Jail")
    await s.post("login", {"username": s.name("ann"), "password": "secret"})


@scenario("5.1/script", profile=PROFILE)
async def files_have_triggers(s: Script) -> None:
    for name in ("plain.txt", "refused.txt", "other.txt", "kept.txt", "closed.txt"):
        made = await s.post(f"files/{name}", "hello", headers=TEXT, as_="master")
        if made.status == 201:
            stored = made["name"]
            await s.get(f"files/test/{stored}")
            await s.delete(f"files/{stored}", as_="master", record=stored.endswith("kept.txt"))


@scenario("5.1/script", profile=PROFILE)
async def jobs_tell_how_they_ended(s: Script) -> None:
    for name in ("lgCount", "lgTalks", "lgBreaks"):
        started = await s.post(f"jobs/{name}", {"tag": s.name("t")}, as_="master")
        path = f"classes/_JobStatus/{started.headers['X-Parse-Job-Status-Id']}"
        for _ in range(STEPS):
            found = await s.get(path, as_="master", record=False)
            if found["status"] != "running":
                break
            await asyncio.sleep(0.05)
        s.note("ended", {key: found[key] for key in ("jobName", "status", "message", "source")})

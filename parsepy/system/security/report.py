"""The report: every check of the wanted groups is made, and what it found is told."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from parsepy.cloud.actions import acting
from parsepy.cloud.checks import SecurityCheck
from parsepy.cloud.time_limit import LateError, within
from parsepy.core.context import App, Context
from parsepy.logs import speaking_for
from parsepy.model.principal import MASTER
from parsepy.system.security import database, server
from parsepy.system.security.checks import Check, Group, State, setting

VERSION = "1.0.0"
"""Of the report's form."""
SECONDS = 10.0
"""What a check of cloud code may take."""

_MARKS = {State.SUCCESS: "ok  ", State.FAIL: "WEAK", State.NONE: "?   "}

log = logging.getLogger(__name__)

Report = Mapping[str, Any]


async def report(ctx: Context) -> Report:
    """What all checks found; with `enableCheckLog` the log has it, too."""
    groups = wanted(ctx)
    told = [await _of_group(group) for group in groups]
    made = {"version": VERSION, "state": _worst(group["state"] for group in told), "groups": told}
    if ctx.app.settings.security.enable_check_log:
        _log(made)
    return made


async def log_at_start(app: App) -> None:
    """Put the report into the log, if that is wanted."""
    security = app.settings.security
    if security.enable_check and security.enable_check_log:
        with speaking_for(app.settings.app_id):
            await report(Context(app, MASTER, app.storage))


def wanted(ctx: Context) -> list[Group]:
    """The groups that `checkGroups` names, in its order; all if it is not set. Of what nobody defines, nothing is safe."""
    settings = ctx.app.settings
    known = {group.name: group for group in (database.group(settings), server.group(settings), *_own(ctx))}
    names = settings.security.check_groups
    return list(known.values()) if names is None else [known.get(name) or _missing(name) for name in names]


def _missing(name: str) -> Group:
    check = setting(
        "Group of checks exists",
        "This group is named in the settings, but nothing defines it: none of its checks is made.",
        "Correct the name in 'security.checkGroups', or register its checks in cloud code.",
        is_safe=False,
    )
    return Group(name, (check,))


def _own(ctx: Context) -> list[Group]:
    """The checks of cloud code; a group may add to one of the server's, under the same name."""
    checks = defaultdict[str, list[Check]](list)
    for registered in ctx.app.cloud.security_checks:
        checks[registered.group].append(_check(ctx, registered))
    settings = ctx.app.settings
    ours = {group.name: group.checks for group in (database.group(settings), server.group(settings))}
    return [Group(name, (*ours.get(name, ()), *added)) for name, added in checks.items()]


def _check(ctx: Context, registered: SecurityCheck) -> Check:
    async def state() -> State:
        return await _state(ctx, registered)

    return Check(registered.title, registered.warning, registered.solution, state)


async def _state(ctx: Context, registered: SecurityCheck) -> State:
    app = ctx.app
    actions = app.actions(ctx.as_master()) if app.actions else None
    try:
        with acting(actions), speaking_for(app.settings.app_id):
            result = await within(SECONDS, app.cloud.calls.call(registered.function))
    except LateError:
        log.warning("security check %s took more than %g seconds: %s", registered.title, SECONDS, registered.location)
        return State.NONE
    except Exception as exc:  # noqa: BLE001 - raising is how a check says that it failed
        log.debug("security check %s failed: %s", registered.title, exc)
        return State.FAIL
    return State.FAIL if result is False else State.SUCCESS


async def _of_group(group: Group) -> dict[str, Any]:
    states = await asyncio.gather(*(check.state() for check in group.checks))
    checks = [_told(check, state) for check, state in zip(group.checks, states, strict=True)]
    return {"name": group.name, "state": _worst(states), "checks": checks}


def _told(check: Check, state: State) -> dict[str, str]:
    told = {"title": check.title, "state": str(state)}
    if state is State.FAIL:
        told |= {"warning": check.warning, "solution": check.solution}
    return told


def _worst(states: Iterable[str]) -> str:
    return str(State.FAIL if State.FAIL in states else State.SUCCESS)


def _log(made: Report) -> None:
    checks = [check for group in made["groups"] for check in group["checks"]]
    weak = sum(check["state"] == State.FAIL for check in checks)
    lines = [f"Security report: {weak} of {len(checks)} checks found a weakness"]
    for group in made["groups"]:
        lines.append(group["name"])
        for check in group["checks"]:
            advice = f": {check['warning']} {check['solution']}" if "warning" in check else ""
            lines.append(f"  {_MARKS[check['state']]} {check['title']}{advice}")
    log.log(logging.WARNING if weak else logging.INFO, "%s", "\n".join(lines))

"""Deploying as clients see it: a bundle comes in, its release goes live or fails, an older one is brought back."""

from __future__ import annotations

import logging
from typing import Any

from parsepy.core.context import App, Context
from parsepy.errors import ErrorCode, ParseError
from parsepy.system.releases import records, rollout, servers
from parsepy.system.releases.records import Release
from parsepy.system.releases.rollout import ACTIVATING, ACTIVE, Rollout

_GZIP_MAGIC = b"\x1f\x8b"

log = logging.getLogger("parsepy")


def check_allowed(app: App) -> None:
    """Raises ParseError 108 unless `cloudDeploy` is on."""
    if app.settings.cloud_deploy is None:
        text = "Deploying is switched off; the option cloudDeploy switches it on."
        raise ParseError(ErrorCode.COMMAND_UNAVAILABLE, text)


async def upload(ctx: Context, data: bytes, note: str) -> dict[str, Any]:
    """Keep a bundle as a new release: `{"id", "state"}`. Raises ParseError 142 for what is no bundle."""
    if not data.startswith(_GZIP_MAGIC):
        raise ParseError(ErrorCode.VALIDATION_ERROR, "The body must be a bundle: a .tar.gz of the cloud code.")
    release = await records.add(ctx.app, data, note=note, by=_who(ctx))
    log.info("release %s (sha256 %s, %d bytes) was uploaded %s", release.id, release.sha256, release.size, _who(ctx))
    return {"id": release.id, "state": release.state}


async def activate(ctx: Context, release_id: str) -> dict[str, Any]:
    """Let all servers run a release that passed its checks: `{"id", "state"}`. Raises ParseError 101 and 142."""
    release, now = await _found(ctx.app, release_id), await rollout.current(ctx.app)
    state = now.state_of(release)
    if state in {ACTIVE, ACTIVATING} and not _is_given_up(release, now):
        return {"id": release.id, "state": state}
    if not await records.ask(ctx.app, release):
        text = "This release cannot be activated: its checks are not over, or found problems."
        raise ParseError(ErrorCode.VALIDATION_ERROR, text)
    log.info("release %s (sha256 %s) is to be activated %s", release.id, release.sha256, _who(ctx))
    return {"id": release.id, "state": ACTIVATING}


async def listed(app: App) -> dict[str, Any]:
    """All releases, the newest first, and the id of the active one: `{"results", "active"}`."""
    now = await rollout.current(app)
    results = [_shown(release, now) for release in await records.known(app)]
    return {"results": results, "active": now.active or None}


async def described(app: App, release_id: str) -> dict[str, Any]:
    """One release with what is wrong with it and what each worker runs. Raises ParseError 101."""
    release, now = await _found(app, release_id), await rollout.current(app)
    workers = [{"server": server.name, **worker} for server in await servers.known(app) for worker in server.workers]
    for worker in workers:
        worker["release"] = worker["release"] or None
    return {**_shown(release, now), "problems": list(release.problems), "servers": workers}


async def bundle(app: App, release_id: str) -> bytes:
    """The bundle of a release, as it was uploaded. Raises ParseError 101."""
    return await records.bundle(app, await _found(app, release_id))


async def _found(app: App, release_id: str) -> Release:
    release = await records.get(app, release_id)
    if release is None:
        raise ParseError(ErrorCode.OBJECT_NOT_FOUND, "Release not found.")
    return release


def _is_given_up(release: Release, now: Rollout) -> bool:
    """Whether it waits by a ticket whose attempt has already failed."""
    return release.ticket == now.ticket != "" and not now.is_open and bool(now.problems)


def _shown(release: Release, now: Rollout) -> dict[str, Any]:
    return {
        "id": release.id,
        "state": now.state_of(release),
        "createdAt": release.created_at,
        "note": release.note,
        "size": release.size,
        "sha256": release.sha256,
        "by": release.by,
    }


def _who(ctx: Context) -> str:
    """Who asks: the address, and the kind of the key that was shown."""
    return f"from {ctx.call.ip or 'this server'} with the master key"

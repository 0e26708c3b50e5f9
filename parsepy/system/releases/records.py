"""Releases as they are kept in the database: a row each, and their bundles in parts."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from parsepy.adapters.storage.base import Object, StorageError
from parsepy.core.context import App
from parsepy.core.own_classes import ensured
from parsepy.model import values
from parsepy.model.ops import Op, Set
from parsepy.model.own_classes import RELEASE_PARTS, RELEASES
from parsepy.model.where import Compare, In, Order, Query, Where, both, by_id

CHECKING, FAILED, RETIRED = "checking", "failed", "retired"
"""What is stored of a release. Whether one is active stands elsewhere, in one row for all."""
PART_BYTES = 1 << 20
MOST_RELEASES = 30
"""So many are kept; older ones are forgotten, unless they are in use."""
MOST_PROBLEMS = 50
LONGEST_PROBLEM = 4000
LONGEST_NOTE = 1000


class DamagedError(StorageError):
    """The stored bundle of a release is not the one that was uploaded."""


@dataclass(frozen=True)
class Release:
    """A version of cloud code. `passed`: its checks found nothing. `ticket`: it is to be activated, asked for at `asked`.

    `checker` is the id of the server that checks it, if one does.
    """

    id: str
    created_at: str
    state: str
    sha256: str
    size: int
    parts: int
    note: str = ""
    by: str = ""
    problems: tuple[str, ...] = ()
    passed: bool = False
    checker: str = ""
    ticket: str = ""
    asked: str = ""


async def add(app: App, data: bytes, *, note: str, by: str) -> Release:
    """Keep a new release, which is to be checked next."""
    pieces = [data[start : start + PART_BYTES] for start in range(0, len(data), PART_BYTES)]
    now = values.iso(app.now())
    release_id = app.new_id(app.settings.object_id_size)
    dates = {"createdAt": now, "updatedAt": now}
    schema = await ensured(app, RELEASE_PARTS)
    for number, piece in enumerate(pieces):
        content = {"__type": "Bytes", "base64": base64.b64encode(piece).decode()}
        part = {"objectId": _part_id(release_id, number), "release": release_id, "number": number, "data": content}
        await app.storage.insert(schema, [{**part, **dates}])
    row = {
        "objectId": release_id,
        **dates,
        "state": CHECKING,
        "sha256": hashlib.sha256(data).hexdigest(),
        "size": len(data),
        "parts": len(pieces),
        "note": note[:LONGEST_NOTE],
        "by": by,
        "problems": [],
        "passed": False,
        "checker": "",
        "ticket": "",
        "asked": "",
    }
    await app.storage.insert(await ensured(app, RELEASES), [row])
    return _release(row)


async def known(app: App) -> list[Release]:
    """All releases, the newest first."""
    newest = Query(order=(Order("createdAt", descending=True),))
    return [_release(row) for row in await app.storage.find(await ensured(app, RELEASES), newest)]


async def get(app: App, release_id: str) -> Release | None:
    """One release."""
    row = await app.storage.get(await ensured(app, RELEASES), release_id)
    return _release(row) if row else None


async def bundle(app: App, release: Release) -> bytes:
    """The bytes that were uploaded. Raises DamagedError if they are no longer there as they were."""
    schema = await ensured(app, RELEASE_PARTS)
    pieces = []
    for number in range(release.parts):
        row = await app.storage.get(schema, _part_id(release.id, number))
        if row is None:
            raise DamagedError(f"part {number} of release {release.id} is not in the database")
        pieces.append(base64.b64decode(row["data"]["base64"]))
    data = b"".join(pieces)
    if hashlib.sha256(data).hexdigest() != release.sha256:
        raise DamagedError(f"the bundle of release {release.id} in the database does not have its sha256")
    return data


async def claim_check(app: App, release: Release, server: str) -> bool:
    """Let a server check the release, unless another was quicker or it is checked already."""
    where = both(Compare("state", "$eq", CHECKING), Compare("checker", "$eq", release.checker))
    return await _change(app, release.id, {"checker": Set(server)}, where)


async def end_check(app: App, release: Release, server: str, problems: Sequence[str]) -> bool:
    """Note what the checks of that server found; without problems the release is to be activated."""
    ops: dict[str, Op] = {"state": Set(FAILED if problems else RETIRED), "problems": Set(_told(problems))}
    if not problems:
        ops |= {"passed": Set(True), **_ticket(app)}
    return await _change(
        app, release.id, ops, both(Compare("state", "$eq", CHECKING), Compare("checker", "$eq", server))
    )


async def ask(app: App, release: Release) -> bool:
    """Wish that a release that passed its checks be activated."""
    return await _change(app, release.id, _ticket(app), Compare("passed", "$eq", True))


async def settle(app: App, release_id: str, ticket: str, problems: Sequence[str]) -> None:
    """Note how the activation that the ticket names ended."""
    ops: dict[str, Op] = {
        "state": Set(FAILED if problems else RETIRED),
        "problems": Set(_told(problems)),
        "ticket": Set(""),
    }
    await _change(app, release_id, ops, Compare("ticket", "$eq", ticket))


async def forget_old(app: App, used: Collection[str], *, keep: int = MOST_RELEASES) -> None:
    """Remove the oldest releases beyond so many, but none of those in use or on the way."""
    old = [
        release.id
        for release in (await known(app))[keep:]
        if release.id not in used and not release.ticket and release.state != CHECKING
    ]
    if old:
        # The row first: a release without parts would be found and not be whole.
        await app.storage.delete(await ensured(app, RELEASES), In("objectId", tuple(old)))
        await app.storage.delete(await ensured(app, RELEASE_PARTS), In("release", tuple(old)))


def _ticket(app: App) -> dict[str, Op]:
    return {"ticket": Set(app.new_id(20)), "asked": Set(values.iso(app.now()))}


def _told(problems: Sequence[str]) -> list[str]:
    return [problem[:LONGEST_PROBLEM] for problem in problems[:MOST_PROBLEMS]]


async def _change(app: App, release_id: str, ops: dict[str, Op], where: Where) -> bool:
    changed = {**ops, "updatedAt": Set(values.iso(app.now()))}
    return await app.storage.update(await ensured(app, RELEASES), both(by_id(release_id), where), changed) is not None


def _part_id(release_id: str, number: int) -> str:
    return f"{release_id}-{number}"


def _release(row: Object) -> Release:
    return Release(
        id=row["objectId"],
        created_at=row["createdAt"],
        state=row["state"],
        sha256=row["sha256"],
        size=int(row["size"]),
        parts=int(row["parts"]),
        note=row["note"],
        by=row["by"],
        problems=tuple(row["problems"]),
        passed=row["passed"],
        checker=row["checker"],
        ticket=row["ticket"],
        asked=row["asked"],
    )

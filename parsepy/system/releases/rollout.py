"""The one row on which all servers agree: which release runs, and how far its successor is.

A release is first prepared by every server (`preparing`), then run by every server (`switching`), and then it is the
active one (`settled`). If one server cannot do its part the active release stays, and those that had gone ahead go back.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass

from parsepy.adapters.storage.base import DuplicateValueError, Object
from parsepy.core.context import App
from parsepy.core.own_classes import ensured
from parsepy.model import values
from parsepy.model.ops import Set
from parsepy.model.own_classes import ACTIVATIONS
from parsepy.model.where import Compare, both, by_id
from parsepy.system.releases.records import Release

ROW = "current"
PREPARING, SWITCHING, SETTLED = "preparing", "switching", "settled"
ACTIVATING, ACTIVE = "activating", "active"


@dataclass(frozen=True)
class Rollout:
    """Ids of releases; no `active` one means the `cloud` option. `candidate` is the one that was to become active last.

    `ticket` names that attempt, `problems` is why it failed.
    """

    active: str = ""
    candidate: str = ""
    ticket: str = ""
    phase: str = SETTLED
    problems: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether the candidate is on its way."""
        return self.phase != SETTLED

    @property
    def wanted(self) -> str:
        """What every server is to run now."""
        return self.candidate if self.phase == SWITCHING else self.active

    def state_of(self, release: Release) -> str:
        """The state of a release as clients see it."""
        if release.id == self.active:
            return ACTIVE
        if release.ticket or (self.is_open and release.id == self.candidate):
            return ACTIVATING
        return release.state


async def current(app: App) -> Rollout:
    """How things stand."""
    row = await app.storage.get(await ensured(app, ACTIVATIONS), ROW)
    return _rollout(row) if row else await _first(app)


async def begin(app: App, seen: Rollout, release: Release) -> bool:
    """Let the release be the candidate, unless things have changed since they were seen so."""
    new = Rollout(seen.active, release.id, release.ticket, PREPARING)
    return not seen.is_open and await _replace(app, seen, new)


async def switch(app: App, seen: Rollout) -> bool:
    """Let every server run the candidate."""
    return await _replace(app, seen, Rollout(seen.active, seen.candidate, seen.ticket, SWITCHING))


async def settle(app: App, seen: Rollout, problems: Sequence[str]) -> bool:
    """End the attempt: the candidate is active, or with problems what was active before."""
    active = seen.active if problems else seen.candidate
    return await _replace(app, seen, Rollout(active, seen.candidate, seen.ticket, SETTLED, tuple(problems)))


async def _first(app: App) -> Rollout:
    now = values.iso(app.now())
    row = {"objectId": ROW, "createdAt": now, "updatedAt": now, **_columns(Rollout())}
    with contextlib.suppress(DuplicateValueError):
        await app.storage.insert(await ensured(app, ACTIVATIONS), [row])
    return Rollout()


async def _replace(app: App, seen: Rollout, new: Rollout) -> bool:
    where = both(by_id(ROW), Compare("ticket", "$eq", seen.ticket), Compare("phase", "$eq", seen.phase))
    columns = {**_columns(new), "updatedAt": values.iso(app.now())}
    schema = await ensured(app, ACTIVATIONS)
    return await app.storage.update(schema, where, {name: Set(value) for name, value in columns.items()}) is not None


def _columns(rollout: Rollout) -> Object:
    return {
        "active": rollout.active,
        "candidate": rollout.candidate,
        "ticket": rollout.ticket,
        "phase": rollout.phase,
        "problems": list(rollout.problems),
    }


def _rollout(row: Object) -> Rollout:
    return Rollout(row["active"], row["candidate"], row["ticket"], row["phase"], tuple(row["problems"]))

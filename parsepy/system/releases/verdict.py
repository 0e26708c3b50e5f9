"""What is to be done about an attempt, from what all servers have said: a rule without any memory."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum

from parsepy.system.releases.rollout import PREPARING, Rollout
from parsepy.system.releases.servers import PREPARED, SERVING, STUCK, Server


class Next(Enum):
    """What comes next: wait, let all servers run the candidate, or end the attempt."""

    WAIT = "wait"
    SWITCH = "switch"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class Verdict:
    """What comes next; `problems` tells why if the attempt has failed."""

    next: Next
    problems: tuple[str, ...] = ()


def verdict(rollout: Rollout, servers: Sequence[Server], live: Collection[str], *, overdue: bool) -> Verdict:
    """Judge an open attempt. Whoever is not `live` is not waited for, but what it said counts."""
    taking_part = [server for server in servers if server.ticket == rollout.ticket]
    stuck = [
        f"{server.name}: {problem}" for server in taking_part if server.step == STUCK for problem in server.problems
    ]
    if stuck:
        return Verdict(Next.FAILED, tuple(stuck))
    enough = {PREPARED, SERVING} if rollout.phase == PREPARING else {SERVING}
    ready = {server.id for server in taking_part if server.step in enough}
    missing = [server.name for server in servers if server.id in live and server.id not in ready]
    if ready and not missing:
        return Verdict(Next.SWITCH if rollout.phase == PREPARING else Next.DONE)
    if overdue:
        return Verdict(Next.FAILED, (f"not ready in time: {', '.join(sorted(missing)) or 'every server'}",))
    return Verdict(Next.WAIT)

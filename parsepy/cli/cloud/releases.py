"""Releases of a server: made, listed, followed until they are live, and brought back."""

from __future__ import annotations

import hashlib
import textwrap
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from parsepy.cli.cloud.console import Console, kib
from parsepy.cli.cloud.failures import CommandError
from parsepy.cli.cloud.remote import RefusedError, Remote, UnreachableError, Upload, is_final

PATH = "/cloud_code/releases"
GZIP = "application/gzip"
PAUSE_SECONDS = 0.5
PATIENCE_SECONDS = 30.0
"""How long a server may be silent while a release is followed: its workers are being replaced."""


@dataclass(frozen=True)
class Wait:
    """How a release is followed: for how long at most, and by which clock."""

    seconds: float = 600.0
    now: Callable[[], float] = field(default=time.monotonic)
    pause: Callable[[float], None] = field(default=time.sleep)


def upload(remote: Remote, bundle: bytes, note: str, console: Console) -> str:
    """Give a server new code; the id of the release, which is being checked now."""
    console.note(f"bundle of {kib(len(bundle))}, sha256 {hashlib.sha256(bundle).hexdigest()}")
    query = {"note": note} if note else {}
    made = remote.post(PATH, Upload(bundle, GZIP, console.progress), **query)
    console.note(f"release {made['id']} was uploaded to {remote.target.url}")
    return str(made["id"])


def listing(remote: Remote) -> tuple[list[Mapping[str, Any]], str | None]:
    """All releases, the newest first, and the id of the active one."""
    answer = remote.get(PATH)
    newest_first = sorted(answer["results"], key=lambda release: str(release["createdAt"]), reverse=True)
    return newest_first, answer["active"]


def active(remote: Remote) -> str:
    """The id of the active release. Raises CommandError if there is none."""
    found = listing(remote)[1]
    if found is None:
        raise CommandError(f"{remote.target.url} has no active release")
    return found


def download(remote: Remote, release_id: str) -> bytes:
    """The code of a release. Raises CommandError if it is not what was uploaded once."""
    release = remote.get(f"{PATH}/{release_id}")
    bundle = remote.download(f"{PATH}/{release_id}/bundle")
    if hashlib.sha256(bundle).hexdigest() != release["sha256"]:
        raise CommandError(f"the bundle of release {release_id} was damaged on its way")
    return bundle


def activate(remote: Remote, release_id: str) -> None:
    """Bring a release (back) to life."""
    remote.post(f"{PATH}/{release_id}/activate", {})


def previous(remote: Remote) -> str:
    """The release before the active one. Raises CommandError if there is none."""
    releases, active = listing(remote)
    ids = [release["id"] for release in releases]
    if active not in ids:
        raise CommandError("No release is active, so there is none before it. Name one: parsepy cloud releases")
    for release in releases[ids.index(active) + 1 :]:
        if release["state"] == "retired":
            return str(release["id"])
    raise CommandError("There is no earlier release that worked. Name one: parsepy cloud releases")


def follow(remote: Remote, release_id: str, console: Console, wait: Wait) -> None:
    """Tell what becomes of a release until it is live. Raises CommandError with its problems if it fails."""
    told, began = "", wait.now()
    heard = began
    while True:
        try:
            release = remote.get(f"{PATH}/{release_id}")
            heard = wait.now()
        except (UnreachableError, RefusedError) as exc:
            if is_final(exc) or wait.now() - heard > PATIENCE_SECONDS:
                raise
            release = {"state": "unknown"}
        text = _described(release)
        if text not in {told, "unknown"}:
            console.note(text)
            told = text
        if _is_over(release_id, release):
            return
        if wait.now() - began > wait.seconds:
            raise CommandError(f"release {release_id} is still {release['state']} after {wait.seconds:g} seconds")
        wait.pause(PAUSE_SECONDS)


def table(releases: list[Mapping[str, Any]], active: str | None) -> str:
    """Releases for people: one a line, the active one with a star."""
    rows = [["", "RELEASE", "STATE", "CREATED", "SIZE", "SHA256", "NOTE"]]
    for release in releases:
        star = "*" if release["id"] == active else ""
        shown = [release["id"], release["state"], release["createdAt"], kib(release["size"]), release["sha256"][:12]]
        rows.append([star, *map(str, shown), " ".join(str(release.get("note") or "").split())])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def _is_over(release_id: str, release: Mapping[str, Any]) -> bool:
    """Whether the release is live. Raises CommandError if it will not be."""
    match release["state"]:
        case "active":
            return True
        case "failed" | "retired":
            problems = "\n".join(map(str, release.get("problems") or ["no reason was given"]))
            told = textwrap.indent(problems, "  ")
            raise CommandError(f"release {release_id} {release['state']}; the one before stays in use:\n{told}")
        case _:
            return False


def _described(release: Mapping[str, Any]) -> str:
    state = str(release["state"])
    workers = [worker for worker in release.get("servers") or [] if worker.get("healthy")]
    if state != "activating" or not workers:
        return state
    there = sum(worker.get("release") == release.get("id") for worker in workers)
    return f"activating: {there} of {len(workers)} workers run it"

"""A server that answers as one with `cloudDeploy` does, from a list of what becomes of a release."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

APP, KEY = "app", "the-master-key"
KEYS = ("--app-id", APP, "--master-key", KEY)


@dataclass
class StandIn:
    """`fates` are the states that a release has, one for each time somebody asks; the last one stays.

    `asked` is what was asked for, in order: method, path with query, headers.
    """

    releases: list[dict[str, Any]] = field(default_factory=list)
    active: str | None = None
    fates: list[dict[str, Any]] = field(default_factory=lambda: [{"state": "active"}])
    bundles: dict[str, bytes] = field(default_factory=dict)
    logs: list[list[dict[str, Any]]] = field(default_factory=list)
    asked: list[tuple[str, str, Mapping[str, str]]] = field(default_factory=list)
    url: str = ""

    def add(self, release_id: str, state: str, created: str, **more: Any) -> None:
        """A release that is there already."""
        bundle = more.pop("bundle", b"bundle")
        self.bundles[release_id] = bundle
        described = {"size": len(bundle), "sha256": hashlib.sha256(bundle).hexdigest(), "note": "", "by": ""}
        self.releases.append({"id": release_id, "state": state, "createdAt": created, **described, **more})

    def paths(self) -> list[str]:
        """What was asked for, without the repeated asking for a release."""
        return list(dict.fromkeys(f"{method} {path}" for method, path, _ in self.asked))

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append((request.method, request.path_qs, dict(request.headers)))
        if request.headers.get("X-Parse-Master-Key") != KEY and "X-Parse-Session-Token" not in request.headers:
            return web.json_response({"error": "unauthorized"}, status=403)
        match request.method, request.path.removeprefix("/parse").split("/")[1:]:
            case "POST", ["cloud_code", "releases"]:
                self.add(
                    "new", "checking", "2026-01-09", bundle=await request.read(), note=request.query.get("note", "")
                )
                return web.json_response({"id": "new", "state": "checking"}, status=201)
            case "GET", ["cloud_code", "releases"]:
                return web.json_response({"results": self.releases, "active": self.active})
            case "GET", ["cloud_code", "releases", release_id]:
                return self._release(release_id)
            case "GET", ["cloud_code", "releases", release_id, "bundle"]:
                return web.Response(body=self.bundles[release_id], content_type="application/gzip")
            case "POST", ["cloud_code", "releases", release_id, "activate"]:
                return web.json_response({"id": release_id, "state": "activating"})
            case "GET", ["cloud_code", "logs"]:
                return self._logs(request.query.get("after", ""))
            case "POST", ["functions", name]:
                return web.json_response({"result": {"name": name, "params": await request.json()}})
            case _:
                return web.json_response({"code": 141, "error": "There is nothing."}, status=400)

    def _release(self, release_id: str) -> web.Response:
        found = next((release for release in self.releases if release["id"] == release_id), None)
        if found is None:
            return web.json_response({"code": 101, "error": "Release not found."}, status=404)
        fate = self.fates.pop(0) if len(self.fates) > 1 else self.fates[0]
        if "status" in fate:
            return web.json_response({"code": 1, "error": "Not now."}, status=fate["status"])
        return web.json_response({**found, "problems": [], "servers": [], **fate})

    def _logs(self, after: str) -> web.Response:
        number = int(after or 0)
        if number >= len(self.logs):
            return web.json_response({"code": 119, "error": "Permission denied"}, status=400)
        return web.json_response({"results": self.logs[number], "next": str(number + 1)})


@asynccontextmanager
async def standing_in() -> AsyncIterator[StandIn]:
    """A running stand-in."""
    stand_in = StandIn()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", stand_in.handle)
    async with TestServer(app) as server:
        stand_in.url = str(server.make_url("/parse"))
        yield stand_in

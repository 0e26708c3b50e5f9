"""Another server, as webhooks call it: it notes what it is told and answers as a scenario wants."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

NOISE = {"log", "ip", "headers"}


@dataclass
class Endpoint:
    """`replies` are the answers by path: JSON, or (status, text). What came in is in `calls`."""

    url: str = ""
    replies: dict[str, Any] = field(default_factory=dict)
    calls: list[dict[str, Any]] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        """Note the call and give the reply for its path."""
        body = await request.json()
        told = {key: value for key, value in body.items() if key not in NOISE}
        key = request.headers.get("X-Parse-Webhook-Key", "(none)")
        self.calls.append({"path": request.path, "key": key, "type": request.content_type, "told": told})
        match self.replies.get(request.path):
            case (int() as status, str() as text):
                return web.Response(status=status, text=text)
            case reply:
                return web.json_response(reply)


@asynccontextmanager
async def endpoint(replies: dict[str, Any]) -> AsyncIterator[Endpoint]:
    """An endpoint on a free port."""
    point = Endpoint(replies=replies)
    runner = web.ServerRunner(web.Server(point.answer))  # type: ignore[arg-type]  # it takes web.Request all the same
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    try:
        await site.start()
        point.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield point
    finally:
        await runner.cleanup()

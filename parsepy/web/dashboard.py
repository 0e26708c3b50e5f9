"""The dashboard over HTTP: a request becomes a visit, its page the response."""

from __future__ import annotations

import aiohttp
from aiohttp import web
from aiohttp.http import HttpVersion10
from aiohttp.http_exceptions import HttpProcessingError
from multidict import CIMultiDict, CIMultiDictProxy

from parsepy.dashboard.redirects import encoded
from parsepy.dashboard.site import Site
from parsepy.dashboard.visits import GUARDING, BodyTooLargeError, Visit
from parsepy.web.cors import SERVER


class DashboardPages:
    """Serves a dashboard below its mount, alone or beside apps."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.mount = site.mount

    def has(self, target: str) -> bool:
        """Whether the path of a request, as it was sent, belongs to the dashboard."""
        return target.startswith(self.mount) or target == self.mount[:-1]

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request; 404 for those outside of the mount."""
        target, _, query = request.raw_path.partition("?")
        headers = CIMultiDict({"Server": SERVER, **GUARDING})
        if not self.has(target):
            return web.Response(status=404, text="Not Found\n", headers=headers)
        if target == self.mount[:-1]:
            headers["Location"] = encoded(f"{self.mount}?{query}" if query else self.mount)
            return web.Response(status=301, headers=headers)
        page = await self._site.answer(_visit(request, target[len(self.mount) :], query))
        headers.update(page.headers)
        return web.Response(status=page.status, body=page.body, headers=headers)


def _visit(request: web.BaseRequest, path: str, query: str) -> Visit:
    async def read(limit: int) -> bytes:
        body = b""
        try:
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > limit:
                    raise BodyTooLargeError
        except (ConnectionError, aiohttp.ClientError, HttpProcessingError):
            return b""
        return body

    return Visit(
        method=request.method,
        path=path,
        query=query,
        headers=_joined(request.headers),
        peer=request.remote or "",
        is_tls=request.secure,
        read=read,
        is_http_1_0=request.version <= HttpVersion10,
    )


def _joined(headers: CIMultiDictProxy[str]) -> CIMultiDict[str]:
    """Each header once: a proxy may add its own line below one that the client wrote."""
    names = {name.lower() for name in headers}
    return CIMultiDict({name: ("; " if name == "cookie" else ", ").join(headers.getall(name)) for name in names})

"""HTTP: bytes become a request for the dispatcher, its answer becomes bytes."""

from __future__ import annotations

import secrets
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from itertools import count

import aiohttp
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from multidict import CIMultiDict, CIMultiDictProxy

from parsepy.api.admission import Incoming
from parsepy.api.dispatch import ERROR_ID, Outcome, dispatch, not_found
from parsepy.api.gates import Door, Gate
from parsepy.api.refusals import RefusalError
from parsepy.api.router import Content, Request, Response
from parsepy.settings import TrustProxy
from parsepy.web import answers, start_page
from parsepy.web.access_log import AccessLog
from parsepy.web.cors import SERVER, Cors, exposing
from parsepy.web.dashboard import DashboardPages
from parsepy.web.socket import LiveSockets

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
NO_PROXY = TrustProxy()
HEALTHY = Response({"status": "ok"})
UPGRADE_REQUIRED = Response(
    {"error": "Only live connections (WebSocket) are served here."}, 426, headers={"Upgrade": "websocket"}
)
PREFLIGHT = Response(Content(b"OK", "text/plain; charset=utf-8"))


class RequestBody:
    """The body of an aiohttp request, decompressed."""

    def __init__(self, request: web.BaseRequest) -> None:
        self._request = request
        self.length = request.content_length

    async def chunks(self) -> AsyncIterator[bytes]:
        """The bytes as they arrive. Raises RefusalError 400 if they are cut off or cannot be decompressed."""
        if self._request.headers.get("Expect", "").lower() == "100-continue":
            await self._request.writer.write(CONTINUE)
            self._request.writer.output_size = 0
        try:
            async for chunk in self._request.content.iter_any():
                yield chunk
        except (ConnectionError, aiohttp.ClientError, HttpProcessingError) as exc:
            raise RefusalError(
                400, "request aborted", detail="the body ended too early or is compressed wrongly"
            ) from exc


@dataclass(frozen=True, slots=True)
class _Site:
    """What is prepared for one app: the headers that all its answers carry."""

    cors: Cors
    trust_proxy: TrustProxy


class HttpServer:
    """Serves the apps behind a door, with a start page and a dashboard beside them. `door` may be replaced while it runs.

    Live connections are served beside requests, or with `is_live_apart` only by `handle_live`.
    """

    def __init__(
        self,
        door: Door,
        *,
        access_log: AccessLog | None = None,
        live: LiveSockets | None = None,
        is_live_apart: bool = False,
        dashboard: DashboardPages | None = None,
    ) -> None:
        self._door = door
        self._access_log = access_log
        self._live = live
        self._live_here = None if is_live_apart else live
        self._sites = {app_id: _site(gate) for app_id, gate in door.gates.items()}
        self._default_site = _site(door.default)
        self._dashboard = dashboard
        self._mount = door.mount.rstrip("/")
        self._folded_mount = self._mount.lower() + "/"
        self._ids = count(1)
        self._run = secrets.token_hex(3)
        self._leaves = False

    @property
    def has_hanging_threads(self) -> bool:
        """Whether an app has lost threads to plain functions of its cloud code that do not end."""
        return any(gate.app.cloud.calls.is_worn for gate in self._door.gates.values())

    def reopen(self, door: Door) -> None:
        """Serve with another door from the next request on: same apps and settings, other code."""
        self._door = door
        if self._live is not None:
            self._live.reopen({app_id: gate.app for app_id, gate in door.gates.items()})

    def leave(self) -> None:
        """Ask every client to go on elsewhere: from now on each answer ends its connection, and says so."""
        self._leaves = True
        if self._live is not None:
            self._live.leave()

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one HTTP request."""
        if self._live_here is not None and _is_upgrade(request):
            return await self._live_here.handle(request, self._client_ip(request))
        started = time.perf_counter()
        target, _, query = request.raw_path.partition("?")
        path = self._below_mount(target)
        outcome: Outcome | None = None
        if self._dashboard is not None and self._is_page(self._dashboard, target, path):
            response = await self._dashboard.handle(request)
        elif path is None:
            response = self._beside_mount(request, target)
        else:
            outcome, response = await self._answer(request, path, query)
        if self._access_log is not None:
            self._access_log.write(request.method, target, response.status, time.perf_counter() - started, outcome)
        if self._leaves and not response.prepared:
            response.force_close()
        return response

    async def handle_live(self, request: web.BaseRequest) -> web.StreamResponse:
        """Serve a live connection, on a port where there is nothing else but a sign of health."""
        if self._live is not None and _is_upgrade(request):
            return await self._live.handle(request, self._client_ip(request))
        is_asked = request.raw_path.partition("?")[0].rstrip("/").endswith("/health")
        headers = CIMultiDict(Server=SERVER)
        response = answers.to_http(HEALTHY if is_asked else UPGRADE_REQUIRED, headers, request)
        if self._leaves:
            response.force_close()
        return response

    async def _answer(
        self, request: web.BaseRequest, path: str, query: str
    ) -> tuple[Outcome | None, web.StreamResponse]:
        headers = request.headers
        site = self._sites.get(headers.get("X-Parse-Application-Id", ""), self._default_site)
        common = site.cors.headers(headers.get("Origin"))
        if request.method == "OPTIONS":
            return None, answers.to_http(self._preflight(path), common, request)
        outcome = await dispatch(self._door, self._incoming(request, path, query, site))
        if ERROR_ID in outcome.response.headers:
            common = exposing(common, ERROR_ID)
        body = outcome.response.body
        if isinstance(body, Content) and not isinstance(body.chunks, bytes):
            response, problem = await answers.stream(outcome.response, common, request)
            return replace(outcome, note=problem) if problem else outcome, response
        return outcome, answers.to_http(outcome.response, common, request)

    def _preflight(self, path: str) -> Response:
        """What a browser is told that asks whether it may call; endpoints have methods of their own."""
        try:
            methods = self._door.endpoint_methods(path)
        except RefusalError:
            return PREFLIGHT
        if not methods:
            return PREFLIGHT
        told = ",".join((*methods, "OPTIONS"))
        return Response(PREFLIGHT.body, headers={"Allow": told, "Access-Control-Allow-Methods": told})

    def _incoming(self, request: web.BaseRequest, path: str, query: str, site: _Site) -> Incoming:
        headers = request.headers
        ip, scheme = request.remote or "", "http"
        if site.trust_proxy is not NO_PROXY:
            ip, scheme = _behind_proxy(site.trust_proxy, ip, headers)
        return Incoming(
            request.method,
            path,
            headers,
            query,
            ip,
            f"{scheme}://{headers.get('Host', '')}",
            RequestBody(request) if request.body_exists else None,
            f"{self._run}-{next(self._ids)}",
            request.raw_path[: len(self._mount)],
        )

    def _client_ip(self, request: web.BaseRequest) -> str:
        trust, peer = self._default_site.trust_proxy, request.remote or ""
        return peer if trust is NO_PROXY else _behind_proxy(trust, peer, request.headers)[0]

    def _below_mount(self, target: str) -> str | None:
        """The path below the mount with one leading slash; None if it lies elsewhere."""
        folded = target[: len(self._folded_mount)].lower()
        if target == "/":
            return None
        if folded == self._folded_mount:
            path = target[len(self._mount) :]
            return path[1:] if path.startswith("//") else path
        return "/" if self._mount and folded == self._folded_mount[:-1] else None

    def _is_page(self, dashboard: DashboardPages, target: str, path: str | None) -> bool:
        """Whether the dashboard has that path; where one lies below the other, the longer mount decides."""
        return dashboard.has(target) and (path is None or len(dashboard.mount.rstrip("/")) > len(self._mount))

    def _beside_mount(self, request: web.BaseRequest, target: str) -> web.Response:
        headers = CIMultiDict(Server=SERVER)
        if target != "/" or request.method not in {"GET", "HEAD"}:
            return answers.to_http(not_found(Request(request.method, target)), headers, request)
        dashboard = None if self._dashboard is None else self._dashboard.mount
        page = start_page.render(self._mount, f"http://{request.headers.get('Host', '')}", dashboard)
        answer = Response(
            Content(page, "text/html; charset=utf-8"), headers={"Content-Security-Policy": start_page.POLICY}
        )
        return answers.to_http(answer, headers, request)


def _is_upgrade(request: web.BaseRequest) -> bool:
    return request.headers.get("Upgrade", "").lower() == "websocket"


def _site(gate: Gate) -> _Site:
    settings = gate.app.settings
    trust_proxy = NO_PROXY if settings.trust_proxy == NO_PROXY else settings.trust_proxy
    return _Site(Cors(settings), trust_proxy)


def _behind_proxy(trust: TrustProxy, peer: str, headers: CIMultiDictProxy[str]) -> tuple[str, str]:
    """Address and scheme of the client, as far as the proxies in front are believed."""
    # Some proxies write a line of their own below the one that the client sent.
    ip = trust.client_ip(peer, ", ".join(headers.getall("X-Forwarded-For", ())))
    is_trusted = trust.client_ip(peer, "0.0.0.0") != peer  # noqa: S104 - asks whether the peer is believed at all
    scheme = headers.get("X-Forwarded-Proto", "http").split(",")[0].strip() if is_trusted else "http"
    return ip, scheme if scheme in {"http", "https"} else "http"

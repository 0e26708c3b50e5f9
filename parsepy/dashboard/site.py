"""The dashboard as a visitor meets it: which page answers which request."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from urllib.parse import unquote

from parsepy.dashboard import apps, forms, icons, pages, redirects
from parsepy.dashboard.bundle import Bundle, BundledFile, find, opened
from parsepy.dashboard.config import Dashboard, DashboardUser
from parsepy.dashboard.entrance import Entrance, csrf_failed, has_token
from parsepy.dashboard.news import News
from parsepy.dashboard.origins import Origin, Refused, is_from_other_site, names_other_host, origin_of, refusal
from parsepy.dashboard.visits import (
    GUARDING,
    BodyTooLargeError,
    Page,
    Visit,
    as_json,
    html,
    line,
    redirect,
)

CONFIG = "parse-dashboard-config.json"
LOGIN = "login"
ICONS = "appicons/"
AGENT = re.compile(r"apps/[^/]+/agent")
READING = frozenset({"GET", "HEAD"})
ELSEWHERE = "Only pages of this dashboard may ask for this."
NO_AGENT = "No agent configuration found"


class Site:
    """A dashboard. While its files are not installed, its pages say how to get them; then they are found."""

    def __init__(self, dashboard: Dashboard, bundle: Bundle | None, *, now: Callable[[], float], news: News) -> None:
        self._dashboard = dashboard
        self._bundle = bundle
        self._entrance = Entrance(dashboard, now=now, news=news) if dashboard.users else None
        self.mount = dashboard.mount

    async def answer(self, visit: Visit) -> Page:
        """The page for a request below the mount. A HEAD request gets the page too: the server leaves its body out."""
        origin = origin_of(visit, self._dashboard.trust_proxy)
        name = unquote(visit.path, errors="replace")
        refused = refusal(self._dashboard, origin)
        if refused is not None:
            return _refused(name, refused)
        if visit.method in READING:
            return await self._read(visit, name, origin)
        try:
            return await self._posted(visit, name, origin)
        except BodyTooLargeError:
            return line("Payload Too Large", 413)

    async def _read(self, visit: Visit, name: str, origin: Origin) -> Page:
        bundle = self._files()
        if bundle is None:
            return html(pages.not_installed(), 503)
        file = await bundle.file(name)
        if file is not None:
            return _file(visit, file)
        if name == CONFIG:
            return self._config(visit, origin)
        if name.startswith(ICONS):
            return await icons.answer(self._dashboard.icons_folder, name.removeprefix(ICONS))
        return self._page(visit, name.rstrip("/"), origin)

    def _page(self, visit: Visit, name: str, origin: Origin) -> Page:
        entrance = self._entrance
        if entrance is None:
            return self._open_page(visit, name)
        match name:
            case "login":
                return entrance.page(visit, origin)
            case "logout":
                return entrance.log_out(visit, origin)
        session = entrance.session_of(visit)
        user = entrance.user_of(session)
        if session is None or user is None:
            return redirect(redirects.to_login(self.mount, _wanted(visit)))
        return self._index(session.csrf, user)

    def _open_page(self, visit: Visit, name: str) -> Page:
        """A page of a dashboard without users: there is nothing to log in to."""
        match name:
            case "login":
                return redirect(redirects.onward(self.mount, redirects.wanted(visit.query)))
            case "logout":
                return redirect(redirects.to_login(self.mount))
        return self._index("", None)

    def _index(self, token: str, user: DashboardUser | None) -> Page:
        """The page that becomes the dashboard; it asks for itself again to learn who is logged in."""
        has_cache = self._dashboard.has_resource_cache
        body = pages.index(self.mount, token or secrets.token_hex(16), has_resource_cache=has_cache)
        return html(body, headers={"username": _sendable(user.name)} if user is not None else None)

    def _config(self, visit: Visit, origin: Origin) -> Page:
        is_open = self._entrance is None and not self._dashboard.is_dev
        if is_from_other_site(visit) or (is_open and names_other_host(visit, origin)):
            return as_json({"success": False, "error": ELSEWHERE}, 403)
        entrance = self._entrance
        user = entrance.user_of(entrance.session_of(visit)) if entrance is not None else None
        if entrance is not None and user is None:
            return line("Unauthorized", 401)
        try:
            return as_json(apps.told(self._dashboard, user, origin))
        except apps.NoReadOnlyKeyError:
            return as_json({"success": False, "error": apps.NEEDS_READ_ONLY_KEY}, 403)

    async def _posted(self, visit: Visit, name: str, origin: Origin) -> Page:
        if visit.method != "POST" or (name != LOGIN and not AGENT.fullmatch(name)):
            return line("Method Not Allowed", 405, {"Allow": "GET, HEAD, POST" if name == LOGIN else "GET, HEAD"})
        if name == LOGIN:
            return await self._log_in(visit, origin)
        return await self._agent(visit)

    async def _log_in(self, visit: Visit, origin: Origin) -> Page:
        if self._entrance is None:
            return redirect(redirects.onward(self.mount, ""))
        return await self._entrance.log_in(visit, origin)

    async def _agent(self, visit: Visit) -> Page:
        """There is no agent here; who may ask for it is told so."""
        entrance = self._entrance
        if entrance is not None:
            session = entrance.session_of(visit)
            if session is None or entrance.user_of(session) is None:
                return as_json({"error": "Unauthorized"}, 401)
            if not has_token(session, visit, await forms.read(visit)):
                return csrf_failed(visit)
        return as_json({"error": NO_AGENT}, 400)

    def _files(self) -> Bundle | None:
        if self._bundle is None:
            self._bundle = opened(find())
        return self._bundle


def _refused(name: str, reason: Refused) -> Page:
    return (
        as_json({"success": False, "error": str(reason)}, 403) if name == CONFIG else html(pages.refusal(reason), 403)
    )


def _wanted(visit: Visit) -> str:
    """Where a stranger wanted to go, as the address bar had it; empty for the dashboard itself."""
    query = f"?{visit.query}" if visit.query else ""
    return f"/{visit.path}{query}" if visit.path or query else ""


def _sendable(name: str) -> str:
    """The name as a header may have it: other letters as question marks."""
    return "".join(letter if " " <= letter <= "~" else "?" for letter in name)


def _file(visit: Visit, file: BundledFile) -> Page:
    headers = {**GUARDING, "ETag": file.tag, "Cache-Control": "public, max-age=0", "Vary": "Accept-Encoding"}
    known = visit.headers.get("If-None-Match", "")
    if file.tag in known or known.strip() == "*":
        return Page(304, b"", headers)
    headers["Content-Type"] = file.type
    if file.gzipped and _takes_gzip(visit.headers.get("Accept-Encoding", "")):
        return Page(200, file.gzipped, {**headers, "Content-Encoding": "gzip"})
    return Page(200, file.body, headers)


def _takes_gzip(accepted: str) -> bool:
    offers = [offer.replace(" ", "").lower().split(";") for offer in accepted.split(",")]
    return any(name in {"gzip", "*"} and parameters not in (["q=0"], ["q=0.0"]) for name, *parameters in offers)

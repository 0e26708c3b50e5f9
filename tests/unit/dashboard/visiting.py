"""Visits, and dashboards to visit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlencode

from multidict import CIMultiDict

from parsepy.adapters.pubsub.memory import MemoryPubSub
from parsepy.dashboard.bundle import Bundle
from parsepy.dashboard.config import Dashboard, DashboardApp, DashboardUser
from parsepy.dashboard.site import Site
from parsepy.dashboard.visits import BodyTooLargeError, Page, Visit

HOST = "localhost:1337"
SCRIPT = "bundles/dashboard.bundle.js"
APP = DashboardApp("app", "master", server_url="https://api.example/parse", read_only_master_key="reading")
OTHER = DashboardApp("other", "other master", server_url="https://other.example/parse", read_only_master_key="other")
ANN = DashboardUser("ann", "secret")
FORM = "application/x-www-form-urlencoded"


@dataclass
class Clock:
    """Time that tests move, in seconds."""

    now: float = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


def visit(
    path: str = "",
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    peer: str = "127.0.0.1",
    body: bytes = b"",
) -> Visit:
    """A request from this computer, unless told otherwise. A header that is empty is left out."""

    async def read(limit: int) -> bytes:
        if len(body) > limit:
            raise BodyTooLargeError
        return body

    given = CIMultiDict({"Host": HOST} | dict(headers or {}))
    sent = CIMultiDict({name: value for name, value in given.items() if value})
    name, _, query = path.partition("?")
    return Visit(method, name, query, sent, peer, is_tls=False, read=read)


def dashboard(*users: DashboardUser, apps: Iterable[DashboardApp] = (APP,)) -> Dashboard:
    """One below /dashboard/."""
    return Dashboard(tuple(apps), users, mount="/dashboard/", cookie_secret=b"a secret of the tests")


def bundle(folder: Path) -> Bundle:
    """A bundle of a few files, made in the folder."""
    files = {SCRIPT: b"run();" * 100, "bundles/img/a.png": b"\x89PNG", "favicon.ico": b"icon"}
    for name, body in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(body)
    return Bundle(folder)


def site(folder: Path, described: Dashboard, *, clock: Clock | None = None, news: MemoryPubSub | None = None) -> Site:
    """A dashboard with those files."""
    return Site(described, bundle(folder), now=clock or Clock(), news=news or MemoryPubSub())


@dataclass
class Browser:
    """Keeps the cookie and the token of one site."""

    site: Site
    cookie: str = ""
    token: str = ""
    sent: Mapping[str, str] = field(default_factory=dict)

    async def get(self, path: str = "", **headers: str) -> Page:
        """Ask for a page."""
        return self._kept(await self.site.answer(self._with_cookie(visit(path, headers=headers))))

    async def post(self, path: str, fields: Mapping[str, str], **headers: str) -> Page:
        """Post a form with the token of the page seen last."""
        body = urlencode({"_csrf": self.token, **fields}).encode()
        sent = visit(path, method="POST", headers={"Content-Type": FORM, **headers}, body=body)
        return self._kept(await self.site.answer(self._with_cookie(sent)))

    async def log_in(self, name: str, password: str, **more: str) -> Page:
        """Open the log-in page and send it off."""
        await self.get("login")
        return await self.post("login", {"username": name, "password": password, **more})

    def _with_cookie(self, sent: Visit) -> Visit:
        headers = CIMultiDict({**self.sent, **sent.headers, "Cookie": self.cookie})
        return replace(sent, headers=headers)

    def _kept(self, page: Page) -> Page:
        if "Set-Cookie" in page.headers:
            self.cookie = page.headers["Set-Cookie"].partition(";")[0]
        if b'id="csrf"' in page.body:
            self.token = page.body.decode().partition('application/json">"')[2].partition('"')[0]
        return page

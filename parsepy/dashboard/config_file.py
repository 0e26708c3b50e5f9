"""Reads what a `parse-dashboard-config.json` says, as the original understands it, and tells all mistakes at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from parsepy.dashboard.config import Dashboard, DashboardApp
from parsepy.dashboard.config_apps import names_of, read_apps
from parsepy.dashboard.config_fields import Fields, Notes
from parsepy.dashboard.config_users import read_users
from parsepy.settings import Notice, TrustProxy
from parsepy.settings.kinds import BOOL, PATH, POSITIVE, STRING
from parsepy.settings.networks import TRUST_PROXY

SWITCHES = ("useEncryptedPasswords", "allowInsecureHTTP", "enableResourceCache")
KNOWN = ("apps", "users", "mountPath", "trustProxy", "cookieSessionSecret", "cookieSessionMaxAge", "iconsFolder")
PAGES_ONLY = ("agent", "cookieSessionStore", "browserControl")
SHORTEST_SECRET = 16


@dataclass(frozen=True)
class Described:
    """What somebody wrote about a dashboard.

    `sources` tells where single values came from, `source` where all the others. Paths are relative to `folder`. The apps
    of this process, `served`, need no keys. Without own words it is reached at `mount`, behind the proxies of
    `trust_proxy`. `is_dev` opens it to everybody, which no file can.
    """

    values: Mapping[str, object]
    source: str
    sources: Mapping[str, str] = field(default_factory=dict)
    folder: Path = Path()
    served: tuple[DashboardApp, ...] = ()
    mount: str = "/"
    trust_proxy: TrustProxy = field(default_factory=TrustProxy)
    is_dev: bool = False


@dataclass(frozen=True)
class Read:
    """A dashboard as described, and what its author should know of the description."""

    dashboard: Dashboard
    notices: tuple[Notice, ...] = ()


def read(described: Described) -> Read:
    """The dashboard. Raises SettingsError with every mistake."""
    notes = Notes()
    top = Fields(described.values, described.source, notes, sources=described.sources)
    top.remark_unknown((*KNOWN, *SWITCHES, *PAGES_ONLY))
    _check_together(top)
    is_hashed, is_insecure, is_cached = (top.read(name, BOOL, default=False) for name in SWITCHES)
    apps = _apps(top, described)
    users = read_users(top.objects("users"), apps, has_hashed_passwords=is_hashed)
    dashboard = Dashboard(
        apps=apps,
        users=users,
        has_hashed_passwords=is_hashed,
        mount=_with_slash(top.read("mountPath", PATH, described.mount)),
        cookie_secret=_secret(top),
        session_seconds=top.read("cookieSessionMaxAge", POSITIVE, None),
        trust_proxy=top.read("trustProxy", TRUST_PROXY, described.trust_proxy),
        allows_insecure_http=is_insecure,
        is_dev=described.is_dev,
        icons_folder=_icons(top, described.folder, apps),
        has_resource_cache=is_cached,
    )
    notes.raise_mistakes()
    return Read(dashboard, tuple(notes.notices))


def _apps(top: Fields, described: Described) -> tuple[DashboardApp, ...]:
    apps = read_apps(top.objects("apps"), described.served)
    if not apps and not top.notes.mistakes:
        top.refuse("apps", "is missing", 'Write "apps": [{"appId": "…", "masterKey": "…", "serverURL": "…"}]')
    names = list(names_of(apps))
    for name in {name for name in names if names.count(name) > 1}:
        top.refuse("apps", f'has several apps called "{name}"', "Give each an appName or appNameForURL of its own")
    return apps


def _check_together(top: Fields) -> None:
    if top.has("trustProxy") and top.values["trustProxy"] and top.read("allowInsecureHTTP", BOOL, default=False):
        top.refuse("allowInsecureHTTP", "cannot be combined with trustProxy", "Behind a proxy, set trustProxy only")
    for name in PAGES_ONLY:
        if top.has(name):
            top.remark(name, "is not served here; everything else is.")


def _with_slash(path: str) -> str:
    return path if path.endswith("/") else f"{path}/"


def _secret(top: Fields) -> bytes:
    chosen = top.read("cookieSessionSecret", STRING, "")
    if chosen and len(chosen) < SHORTEST_SECRET:
        top.remark("cookieSessionSecret", "is so short that it can be guessed; use a long random text, or none.")
    return chosen.encode()


def _icons(top: Fields, folder: Path, apps: Sequence[DashboardApp]) -> str:
    named = top.read("iconsFolder", STRING, "")
    if not named:
        return ""
    path = folder / named
    wanted = [str(app.rest["iconName"]) for app in apps if app.rest.get("iconName")]
    if not path.is_dir():
        # The original's own example names a folder that is not there.
        if wanted:
            top.remark("iconsFolder", f"there is no folder {path}.")
        return ""
    for icon in wanted:
        if not (path / icon).is_file():
            top.remark("iconsFolder", f"{icon} is not in it.")
    return str(path)

"""What the dashboard's pages are told of the apps, depending on who asks."""

from __future__ import annotations

from typing import Any

from parsepy.dashboard.config import Dashboard, DashboardApp, DashboardUser
from parsepy.dashboard.origins import Origin

WRITING_KEYS = frozenset({"masterKey", "maintenanceKey"})
HIDDEN = frozenset({"readOnlyMasterKey", "masterKeyTtl"})
"""What the configuration holds and no page needs."""
NEEDS_READ_ONLY_KEY = "You need to provide a readOnlyMasterKey to use read-only features."


class NoReadOnlyKeyError(Exception):
    """An app is to be shown to somebody who may only read, and has no key for that."""


def told(dashboard: Dashboard, user: DashboardUser | None, origin: Origin) -> dict[str, Any]:
    """The body of parse-dashboard-config.json for that user, or for who needs none. Raises NoReadOnlyKeyError."""
    allowed = None if user is None else user.apps
    apps = [app for app in dashboard.apps if allowed is None or app.app_id in allowed]
    return {
        "apps": [_app(app, origin, reads_only=_reads_only(user, app)) for app in apps],
        "newFeaturesInLatestVersion": [],
    }


def _reads_only(user: DashboardUser | None, app: DashboardApp) -> bool:
    return user is not None and (user.is_read_only or (user.apps or {}).get(app.app_id, False))


def _app(app: DashboardApp, origin: Origin, *, reads_only: bool) -> dict[str, Any]:
    if reads_only and not app.read_only_master_key:
        raise NoReadOnlyKeyError
    withheld = HIDDEN | WRITING_KEYS if reads_only else HIDDEN
    rest = {name: value for name, value in app.rest.items() if name not in withheld}
    return {
        "appName": app.app_id,
        **rest,
        "appId": app.app_id,
        "masterKey": app.read_only_master_key if reads_only else app.master_key,
        "serverURL": app.server_url or _server_url(app, origin),
    }


def _server_url(app: DashboardApp, origin: Origin) -> str:
    """Where the browser reaches an app that this very process serves."""
    if origin.is_through_proxy and app.public_server_url:
        return app.public_server_url
    return origin.url + (app.mount.rstrip("/") or "/")

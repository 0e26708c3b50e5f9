"""The apps of a dashboard's configuration: which there are, and what the pages are told of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from parsepy.dashboard.config import DashboardApp
from parsepy.dashboard.config_fields import Fields
from parsepy.settings.kinds import BOOL, COUNT, LIST, OBJECT, OBJECT_LIST, STRING, Kind, read_string, read_url

IDENTITY = ("appId", "masterKey", "serverURL", "readOnlyMasterKey")
TOLD: Mapping[str, Kind[Any]] = {
    **dict.fromkeys(("maintenanceKey", "javascriptKey", "restKey", "clientKey", "windowsKey"), STRING),
    **dict.fromkeys(("webhookKey", "fileKey", "graphQLServerURL", "appName", "appNameForURL", "iconName"), STRING),
    **dict.fromkeys(("primaryBackgroundColor", "secondaryBackgroundColor"), STRING),
    **dict.fromkeys(("production", "preventSchemaEdits", "preventDataExport", "enableSecurityChecks"), BOOL),
    **dict.fromkeys(("columnPreference", "classPreference", "config"), OBJECT),
    **dict.fromkeys(("scripts", "infoPanel"), OBJECT_LIST),
    "supportedPushLocales": LIST,
    "cloudConfigHistoryLimit": COUNT,
    "masterKeyTtl": COUNT,
}
"""What the pages know to read of an app, and what it has to be."""


def _read_address(value: object) -> str:
    """An address as it was written, for the page adds to it by itself; one below the page's own host may be a path."""
    text = read_string(value)
    if not text.startswith("/") or text.startswith("//"):
        read_url(text)
    return text


ADDRESS = Kind("URL", _read_address)


def read_apps(entries: Sequence[Fields], served: Sequence[DashboardApp]) -> tuple[DashboardApp, ...]:
    """The apps that are named, then those of this process that are not; an entry adds to the app of this process."""
    here = {app.app_id: app for app in served}
    named = [_app(entry, here.get(str(entry.values.get("appId")))) for entry in entries]
    ids = {app.app_id for app in named}
    return (*named, *(app for app in served if app.app_id not in ids))


def _app(entry: Fields, here: DashboardApp | None) -> DashboardApp:
    entry.remark_unknown((*IDENTITY, *TOLD))
    app_id = entry.need("appId", STRING, "Every app has an id")
    told = _told(entry)
    read_only = entry.read("readOnlyMasterKey", STRING, "")
    if here is not None:
        return _joined(here, entry, told, read_only)
    master_key = entry.need("masterKey", STRING, "The dashboard cannot ask a server without it")
    url = entry.need("serverURL", ADDRESS, "Write where the app's server is")
    rest = {**told, "appName": told.get("appName", app_id)}
    return DashboardApp(app_id, master_key, url, read_only_master_key=read_only, rest=rest)


def _joined(here: DashboardApp, entry: Fields, told: Mapping[str, Any], read_only: str) -> DashboardApp:
    """The app of this process, whose keys are known; an address that is given tells how browsers reach it."""
    for name, given, known in (
        ("masterKey", entry.read("masterKey", STRING, ""), here.master_key),
        ("readOnlyMasterKey", read_only, here.read_only_master_key),
    ):
        if given and given != known:
            entry.refuse(name, "is not that of the app, which this server serves", f"Leave {name} out here")
    return replace(here, server_url=entry.read("serverURL", ADDRESS, ""), rest={**here.rest, **told})


def _told(entry: Fields) -> dict[str, Any]:
    """What the page gets; fields that nobody knows here go to it too, for it may."""
    found = {
        name: entry.read(name, TOLD[name], None) if name in TOLD else value
        for name, value in entry.values.items()
        if name not in IDENTITY and entry.has(name)
    }
    return {name: value for name, value in found.items() if value is not None}


def names_of(apps: Iterable[DashboardApp]) -> Iterator[str]:
    """The part of the page's address by which it knows each app."""
    for app in apps:
        yield str(app.rest.get("appNameForURL") or app.rest.get("appName") or app.app_id)

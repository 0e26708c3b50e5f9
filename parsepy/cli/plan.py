"""What is to be served: settings from all sources, and the port taken for them."""

from __future__ import annotations

import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from parsepy.cli import banner, first_start
from parsepy.cli.dashboard import beside
from parsepy.dashboard.config import Dashboard
from parsepy.settings import Notice, Settings, load, read_file, scheme_of
from parsepy.web import listening

CONFIG_FILE = Path("parsepy.json")
IDENTITY = {"appId": "PARSE_SERVER_APPLICATION_ID", "masterKey": "PARSE_SERVER_MASTER_KEY"}


@dataclass(frozen=True)
class Plan:
    """A start that can go ahead: the apps, the socket that listens for them, and the text to greet with.

    A `dashboard` is served beside them.
    Live connections have a socket of their own if there is a `live_listener`; with `is_live_only` nothing else is served.
    """

    apps: tuple[Settings, ...]
    listener: socket.socket
    greeting: str
    warnings: tuple[Notice, ...] = ()
    watch: bool = False
    live_listener: socket.socket | None = None
    is_live_only: bool = False
    dashboard: Dashboard | None = None

    @property
    def has_cloud_code(self) -> bool:
        """Whether an app runs code of its author."""
        return any(app.cloud for app in self.apps)

    @property
    def is_deployable(self) -> bool:
        """Whether the cloud code of an app can be replaced while it serves."""
        return any(app.cloud_deploy for app in self.apps)

    @property
    def is_supervised(self) -> bool:
        """Whether worker processes serve, which can be replaced: several, or one so that cloud code takes nothing down.

        A database in memory would be lost with its process.
        """
        if self.process.cluster or self.is_deployable:
            return True
        can_be_replaced = sys.platform != "win32" and not any(
            scheme_of(app.database_uri) == "memory" for app in self.apps
        )
        return self.has_cloud_code and self.process.worker_blocked_seconds > 0 and can_be_replaced

    @property
    def process(self) -> Settings:
        """Where the options of the whole process stand."""
        return self.apps[0]


def make(
    config: Path | None,
    flags: Mapping[str, object],
    environ: Mapping[str, str],
    *,
    watch: bool,
    listener: socket.socket | None = None,
    live_listener: socket.socket | None = None,
) -> Plan:
    """Read the settings and take the ports, unless a supervisor took them: `listener` and `live_listener`.

    Raises SettingsError, PortBusyError.
    """
    if config is None and CONFIG_FILE.is_file():
        config = CONFIG_FILE
    is_configured = any(wire in flags or environ.get(variable) for wire, variable in IDENTITY.items())
    if config is not None or is_configured:
        made = _configured(config, flags, environ, listener)
    else:
        made = _unconfigured(flags, environ, listener)
    return replace(_with_live_port(made, is_taken=listener is not None, live_listener=live_listener), watch=watch)


def _dashboard(apps: tuple[Settings, ...], environ: Mapping[str, str]) -> tuple[Dashboard | None, tuple[Notice, ...]]:
    """The dashboard of the apps, and what is to be said of it. Raises SettingsError."""
    found = beside.made(apps, environ)
    return (None, ()) if found is None else (found.dashboard, found.notices)


def _with_live_port(made: Plan, *, is_taken: bool, live_listener: socket.socket | None) -> Plan:
    """The plan with a second socket, if live connections are to have a port of their own."""
    if is_taken:
        return replace(made, live_listener=live_listener)
    options = made.process.live_query_server_options
    if options is None or options.port is None or options.port == made.process.port:
        return made
    live = listening.listen(made.process.host, options.port)
    url = banner.live_url(made.process.host, listening.port_of(live), made.process.mount_path)
    return replace(made, live_listener=live, greeting=f"{made.greeting}Live queries are served at {url}\n")


def _configured(
    config: Path | None, flags: Mapping[str, object], environ: Mapping[str, str], taken: socket.socket | None
) -> Plan:
    file = read_file(config) if config is not None else {}
    loaded = load(flags, environ, file, file_name=f"file {config}" if config else "file")
    process = loaded.apps[0]
    dashboard, notices = _dashboard(loaded.apps, environ)
    listener = taken or listening.listen(process.host, process.port)
    port = listening.port_of(listener)
    greeting = banner.start(loaded.apps, banner.local_url(process.host, port, process.mount_path))
    if dashboard is not None:
        greeting += banner.dashboard_start(banner.local_url(process.host, port, dashboard.mount))
    return Plan(loaded.apps, listener, greeting, (*loaded.warnings, *notices), dashboard=dashboard)


def _unconfigured(flags: Mapping[str, object], environ: Mapping[str, str], taken: socket.socket | None) -> Plan:
    keys = first_start.prepare()
    chosen = first_start.defaults(keys)
    loaded = load(flags, environ, defaults=chosen)
    settings = loaded.apps[0]
    dashboard, notices = _dashboard(loaded.apps, environ)
    is_chosen = "port" in flags or bool(environ.get("PORT"))
    listener = taken or listening.listen(settings.host, settings.port, is_chosen=is_chosen)
    port = listening.port_of(listener)
    url = banner.local_url(settings.host, port, settings.mount_path)
    if settings.server_url == chosen["serverURL"]:
        settings = replace(settings, server_url=url)
    greeting = banner.first_start(
        settings,
        url,
        lan_url=banner.lan_url(settings.host, port, settings.mount_path),
        dashboard_url=banner.local_url(settings.host, port, dashboard.mount) if dashboard is not None else None,
        keys_file=f"{first_start.FOLDER}/keys.json",
    )
    if not is_chosen and port != settings.port:
        greeting = f"Port {settings.port} is in use, so this is port {port}.\n\n{greeting}"
    return Plan((settings,), listener, greeting, (*loaded.warnings, *notices), dashboard=dashboard)

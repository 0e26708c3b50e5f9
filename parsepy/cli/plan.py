"""What is to be served: settings from all sources, and the port taken for them."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from parsepy.cli import banner, first_start
from parsepy.settings import Notice, Settings, load, read_file
from parsepy.web import serving

CONFIG_FILE = Path("parsepy.json")
IDENTITY = {"appId": "PARSE_SERVER_APPLICATION_ID", "masterKey": "PARSE_SERVER_MASTER_KEY"}


@dataclass(frozen=True)
class Plan:
    """A start that can go ahead: the apps, the socket that listens for them, and the text to greet with."""

    apps: tuple[Settings, ...]
    listener: socket.socket
    greeting: str
    warnings: tuple[Notice, ...] = ()
    watch: bool = False

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
) -> Plan:
    """Read the settings and take the port, unless a supervisor took it: `listener`. Raises SettingsError, PortBusyError."""
    if config is None and CONFIG_FILE.is_file():
        config = CONFIG_FILE
    is_configured = any(wire in flags or environ.get(variable) for wire, variable in IDENTITY.items())
    if config is not None or is_configured:
        return replace(_configured(config, flags, environ, listener), watch=watch)
    return replace(_unconfigured(flags, environ, listener), watch=watch)


def _configured(
    config: Path | None, flags: Mapping[str, object], environ: Mapping[str, str], taken: socket.socket | None
) -> Plan:
    file = read_file(config) if config is not None else {}
    loaded = load(flags, environ, file, file_name=f"file {config}" if config else "file")
    process = loaded.apps[0]
    listener = taken or serving.listen(process.host, process.port)
    url = banner.local_url(process.host, serving.port_of(listener), process.mount_path)
    return Plan(loaded.apps, listener, banner.start(loaded.apps, url), loaded.warnings)


def _unconfigured(flags: Mapping[str, object], environ: Mapping[str, str], taken: socket.socket | None) -> Plan:
    keys = first_start.prepare()
    chosen = first_start.defaults(keys)
    loaded = load(flags, environ, defaults=chosen)
    settings = loaded.apps[0]
    is_chosen = "port" in flags or bool(environ.get("PORT"))
    listener = taken or serving.listen(settings.host, settings.port, is_chosen=is_chosen)
    port = serving.port_of(listener)
    url = banner.local_url(settings.host, port, settings.mount_path)
    if settings.server_url == chosen["serverURL"]:
        settings = replace(settings, server_url=url)
    greeting = banner.first_start(
        settings, url, banner.lan_url(settings.host, port, settings.mount_path), f"{first_start.FOLDER}/keys.json"
    )
    if not is_chosen and port != settings.port:
        greeting = f"Port {settings.port} is in use, so this is port {port}.\n\n{greeting}"
    return Plan((settings,), listener, greeting, loaded.warnings)

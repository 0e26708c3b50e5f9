"""What `parsepy livequery` serves: live connections to the apps of a configuration, which other servers change."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from parsepy.cli import banner
from parsepy.cli.plan import CONFIG_FILE, Plan
from parsepy.settings import Mistake, Settings, SettingsError, load, read_file, redis_of
from parsepy.web import listening


def make(
    config: Path | None,
    flags: Mapping[str, object],
    environ: Mapping[str, str],
    *,
    watch: bool,
    listener: socket.socket | None = None,
    live_listener: socket.socket | None = None,
) -> Plan:
    """Read the settings and take the port, unless a supervisor took it: `listener`. There is no other one.

    Raises SettingsError, also where there is no Redis that would tell of changes, and PortBusyError.
    """
    if config is None and CONFIG_FILE.is_file():
        config = CONFIG_FILE
    name = f"file {config}" if config else "file"
    loaded = load(flags, environ, read_file(config) if config else {}, file_name=name)
    apps = tuple(_live_only(app, name) for app in loaded.apps)
    host, port = apps[0].host, _port(apps[0], flags)
    taken = listener or listening.listen(host, port)
    url = banner.live_url(host, listening.port_of(taken), apps[0].mount_path)
    return Plan(apps, taken, banner.live_start(apps, url), loaded.warnings, watch=watch, is_live_only=True)


def _live_only(app: Settings, source: str) -> Settings:
    """The app's settings for a process beside its servers: jobs are theirs."""
    if redis_of(app) is None:
        problem = "is missing, and a server of live queries alone hears of changes over Redis"
        fix = "Set it to the liveQuery.redisURL of the servers that make the changes"
        raise SettingsError([Mistake("liveQueryServerOptions.redisURL", source, problem, fix)])
    return replace(app, start_live_query_server=True, schedule_jobs=False)


def _port(app: Settings, flags: Mapping[str, object]) -> int:
    options = app.live_query_server_options
    return app.port if "port" in flags or options is None or options.port is None else options.port

"""The dashboard that `parsepy serve` serves beside its apps: what the option `dashboard` describes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from parsepy.cli.dashboard import warnings
from parsepy.cli.dashboard.arguments import REACHING, USER
from parsepy.dashboard.config import DashboardApp
from parsepy.dashboard.config_file import Described, Read, read
from parsepy.settings import Mistake, Settings, SettingsError, read_file

MOUNT = "/dashboard"
VARIABLES = {name: variable for name, (variable, _) in REACHING.items() if name != "mountPath"}
"""What is read from the environment about log-ins: secrets need not stand in a file."""


def made(apps: Sequence[Settings], environ: Mapping[str, str]) -> Read | None:
    """The dashboard of a server with these apps, if it has one. Raises SettingsError with every mistake in it."""
    option = apps[0].dashboard
    if option is None:
        return None
    path = Path(option.file) if option.file else None
    values = read_file(path) if path is not None else option.given
    source = f"file {path}" if path is not None else "option dashboard"
    added, sources = _added(values, environ)
    described = Described(
        values={**values, **added},
        source=source,
        sources=sources,
        folder=path.parent if path is not None else Path(),
        served=tuple(_served(app) for app in apps),
        mount=MOUNT,
        trust_proxy=apps[0].trust_proxy,
    )
    found = read(described)
    _check_mounts(found.dashboard.mount, apps[0].mount_path, source)
    return Read(found.dashboard, (*warnings.of_address(found.dashboard, apps[0].host), *found.notices))


def _added(values: Mapping[str, object], environ: Mapping[str, str]) -> tuple[dict[str, object], dict[str, str]]:
    """What the environment says, and where; its user counts if no others are named."""
    found: dict[str, object] = {name: environ[env] for name, env in VARIABLES.items() if environ.get(env)}
    sources = {name: f"environment {VARIABLES[name]}" for name in found}
    variables = [variable for variable, _ in USER.values()]
    user, password = (environ.get(variable, "") for variable in variables)
    if (user or password) and values.get("users") is None:
        found["users"] = [{"user": user, "pass": password}]
        sources["users"] = f"environment {', '.join(variables)}"
    return found, sources


def _served(app: Settings) -> DashboardApp:
    """An app of this process as the pages are to know it."""
    told: dict[str, Any] = {"appName": app.app_name or app.app_id}
    keys = {"javascriptKey": app.javascript_key, "restKey": app.rest_api_key}
    told |= {name: key for name, key in keys.items() if key}
    if app.security.enable_check:
        told["enableSecurityChecks"] = True
    return DashboardApp(
        app.app_id,
        app.master_key,
        mount=app.mount_path,
        read_only_master_key=app.read_only_master_key or "",
        public_server_url=app.public_server_url or "",
        rest=told,
    )


def _check_mounts(mount: str, api: str, source: str) -> None:
    if mount.rstrip("/").lower() == api.rstrip("/").lower():
        fix = f"Choose another path, such as {MOUNT}"
        raise SettingsError([Mistake("mountPath", source, "is where the API stands", fix)])

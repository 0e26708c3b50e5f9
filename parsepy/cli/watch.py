"""`--watch`: cloud code is loaded again when its files change."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from watchfiles import PythonFilter, awatch

from parsepy import app as assembly
from parsepy.cloud import loader
from parsepy.cloud.registry import Cloud
from parsepy.core.context import App
from parsepy.javascript.cloud import SUFFIXES, ScriptCloud, is_script
from parsepy.settings import Settings
from parsepy.web.http import HttpServer

SCRIPTS = (*sorted(SUFFIXES), ".json")

log = logging.getLogger("parsepy")


async def watch_cloud_code(server: HttpServer, apps: Sequence[App]) -> None:
    """Serve with new cloud code after every change; a broken one is told and the last good one stays."""
    current = list(apps)
    folders = {folder for app in apps if (folder := folder_of(app.settings)) is not None}
    if not folders:
        log.warning("--watch: there is no cloud code to watch")
        return
    async for changes in awatch(*folders, watch_filter=PythonFilter(extra_extensions=SCRIPTS)):
        changed = {Path(path) for _, path in changes}
        reloaded = [await _reloaded(app, changed) for app in current]
        if any(new is not old for new, old in zip(reloaded, current, strict=True)):
            current = reloaded
            server.reopen(assembly.door(current))


def folder_of(settings: Settings) -> Path | None:
    """Where the files of an app's cloud code lie."""
    if is_script(settings.cloud):
        return Path(settings.cloud or "").resolve().parent
    return loader.folder(settings.cloud) if settings.cloud else None


async def _reloaded(app: App, changed: set[Path]) -> App:
    folder = folder_of(app.settings)
    if folder is None or not any(path.is_relative_to(folder) for path in changed):
        return app
    try:
        if isinstance(app.cloud, ScriptCloud):
            await app.cloud.reload()
            cloud: Cloud = app.cloud
        else:
            cloud = assembly.load_cloud(app.settings)
    except loader.LoadError as exc:
        log.error("Cloud code not reloaded, the last good one stays. %s", exc)
        return app
    log.info("Cloud code reloaded (%s)", app.settings.cloud)
    return assembly.with_cloud(app, cloud)

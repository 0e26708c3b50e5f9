"""The assembly: an app is built from its settings, opened, and served."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from parsepy.adapters.files.disk import DiskFiles
from parsepy.adapters.storage.base import Storage
from parsepy.adapters.storage.memory import MemoryStorage
from parsepy.adapters.storage.sqlite import SqliteStorage
from parsepy.api.gates import Door, Gate
from parsepy.api.routes import new_router
from parsepy.client import actions_of
from parsepy.cloud import loader
from parsepy.cloud.registry import Cloud
from parsepy.core.context import App
from parsepy.core.schemas import SchemaRegistry
from parsepy.settings import Settings, parse_database_uri
from parsepy.system import builtin, sessions, tokens

DEFAULT_DATABASE = "sqlite:///./.parsepy/data.db"


def build(settings: Settings, cloud: Cloud | None = None) -> App:
    """An app with the adapters that its settings name, not opened yet. `cloud` stands in for the `cloud` option."""
    storage = _storage(settings)
    options = settings.database_options
    return App(
        settings=settings,
        storage=storage,
        files=DiskFiles(Path(settings.files_folder)),
        cloud=cloud or load_cloud(settings),
        schemas=SchemaRegistry(storage, ttl=options.schema_cache_ttl, indexes=builtin.builtin_indexes(settings)),
        rules=builtin.builtin_rules(),
        now=lambda: datetime.now(UTC),
        new_id=tokens.new_object_id,
        caches=builtin.new_caches(settings),
        actions=actions_of,
    )


def load_cloud(settings: Settings) -> Cloud:
    """The cloud code that the settings name, read anew; empty if they name none."""
    return loader.load(settings.cloud) if settings.cloud else Cloud()


@asynccontextmanager
async def running(settings: Settings, cloud: Cloud | None = None) -> AsyncIterator[App]:
    """An open app; what was opened is closed in reverse at the end."""
    app = build(settings, cloud)
    async with AsyncExitStack() as stack:
        stack.callback(app.cloud.close)
        await app.storage.open()
        stack.push_async_callback(app.storage.close)
        await app.files.open()
        stack.push_async_callback(app.files.close)
        await app.schemas.load()
        stack.callback(app.cloud.close)
        yield app


def door(apps: Iterable[App]) -> Door:
    """Where requests to the apps come in; without an application id they are for the first."""
    gates = {app.settings.app_id: Gate.of(app) for app in apps}
    mount = next(iter(gates.values())).app.settings.mount_path.rstrip("/")
    return Door(gates, new_router(), sessions.authenticate, mount)


def with_cloud(app: App, cloud: Cloud) -> App:
    """The same open app with other cloud code."""
    return replace(app, cloud=cloud)


def _storage(settings: Settings) -> Storage:
    database = parse_database_uri(settings.database_uri or DEFAULT_DATABASE)
    if database.scheme == "memory":
        return MemoryStorage()
    return SqliteStorage(Path(database.path))

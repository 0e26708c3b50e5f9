"""The assembly: an app is built from its settings, opened, and served."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

from parsepy.adapters.clock import Clock, SystemClock
from parsepy.adapters.files.base import Files
from parsepy.adapters.files.disk import DiskFiles
from parsepy.adapters.limits.memory import MemoryLimits
from parsepy.adapters.mail.base import Mailer
from parsepy.adapters.mail.console import ConsoleMailer
from parsepy.adapters.mail.memory import MemoryMailer
from parsepy.adapters.pubsub.base import PubSub
from parsepy.adapters.pubsub.memory import MemoryPubSub
from parsepy.adapters.storage.base import Storage
from parsepy.adapters.storage.memory import MemoryStorage
from parsepy.adapters.storage.sqlite.storage import SqliteStorage
from parsepy.adapters.webhooks.http import HttpWebhooks
from parsepy.api.gates import Door, Gate
from parsepy.api.routes import new_router
from parsepy.client import actions_of
from parsepy.cloud import loader
from parsepy.cloud.registry import Cloud
from parsepy.core.context import App
from parsepy.core.live.changes import DELETED, SAVED
from parsepy.core.live.interest import Interest
from parsepy.core.schemas import SchemaRegistry
from parsepy.core.schemas import watch as schema_watch
from parsepy.javascript.cloud import ScriptCloud, is_script
from parsepy.livequery.door import Limits, LiveDoor
from parsepy.livequery.hub import Hub
from parsepy.livequery.server import LiveServer
from parsepy.logs import speaking_for
from parsepy.settings import Adapter, Database, Settings, parse_database_uri, redis_of
from parsepy.settings.checks import files_are_in_gridfs
from parsepy.settings.database import DEFAULT_DATABASE
from parsepy.settings.features import LiveQueryServer
from parsepy.system import builtin, class_news, revocations, sessions, tokens, webhook_table
from parsepy.system.schedules import news as schedules

SHARED_TTL = 5.0
LEAST_TTL = 1.0
"""Seconds for which classes are known where other processes may change them, unless `schemaCacheTtl` says otherwise."""


def build(
    settings: Settings,
    cloud: Cloud | None = None,
    pubsub: PubSub | None = None,
    *,
    clock: Clock | None = None,
    files: Files | None = None,
) -> App:
    """An app with the adapters that its settings name, not opened yet. `cloud` stands in for the `cloud` option.

    `pubsub` leads to the other workers of this process's supervisor and belongs to the caller; `clock` is the machine's
    and `files` are where the settings say unless a test has its own.
    """
    database = database_of(settings)
    news = _news(settings, pubsub or MemoryPubSub())
    topic = class_news.Topic(news, settings.app_id)
    storage = _storage(settings, database, topic)
    schemas = SchemaRegistry(
        storage, ttl=_ttl(settings, database), indexes=builtin.builtin_indexes(settings), announce=topic.announce
    )
    topic.listen(schemas.expire)
    time = clock or SystemClock()
    app = App(
        settings=settings,
        storage=storage,
        files=files or _files(settings, database),
        pubsub=news,
        webhooks=HttpWebhooks(),
        limits=MemoryLimits(time.now),
        cloud=cloud or load_cloud(settings),
        schemas=schemas,
        rules=builtin.builtin_rules(),
        clock=time,
        new_id=tokens.new_object_id,
        caches=builtin.new_caches(settings),
        actions=actions_of,
        mailer=_mailer(settings),
        live=_interest(settings, news),
    )
    revocations.listen(app)
    schedules.listen(app)
    schedules.use(app)
    return app


def load_cloud(settings: Settings) -> Cloud:
    """The cloud code that the settings name, read anew; empty if they name none. JavaScript is read when the app opens."""
    if settings.cloud and is_script(settings.cloud):
        return ScriptCloud(Path(settings.cloud))
    return loader.load(settings.cloud) if settings.cloud else Cloud()


@asynccontextmanager
async def running(
    settings: Settings,
    cloud: Cloud | None = None,
    pubsub: PubSub | None = None,
    *,
    clock: Clock | None = None,
    files: Files | None = None,
) -> AsyncIterator[App]:
    """An open app; what was opened is closed in reverse at the end."""
    app = build(settings, cloud, pubsub, clock=clock, files=files)
    async with AsyncExitStack() as stack:
        with speaking_for(settings.app_id):
            await _open(app, pubsub, stack)
        yield app


async def _open(app: App, pubsub: PubSub | None, stack: AsyncExitStack) -> None:
    """Open what the app consists of and begin its work in the background; the stack closes it again."""
    stack.callback(app.cloud.close)
    if app.pubsub is not pubsub:
        await app.pubsub.open()
        stack.push_async_callback(app.pubsub.close)
    await app.storage.open()
    stack.push_async_callback(app.storage.close)
    await app.files.open()
    stack.push_async_callback(app.files.close)
    stack.push_async_callback(app.webhooks.close)
    await app.schemas.load()
    await webhook_table.load(app)
    stack.callback(app.cloud.close)
    await stack.enter_async_context(_in_background(app))
    stack.push_async_callback(app.background.close)
    if isinstance(app.cloud, ScriptCloud):
        await stack.enter_async_context(app.cloud.running(door([app])))
    await stack.enter_async_context(schedules.scheduling(app))


@asynccontextmanager
async def _in_background(app: App) -> AsyncIterator[None]:
    """What an open app does beside its requests: keep the known classes in step with the store."""
    work = [schema_watch.refreshing(app.schemas)]
    if app.settings.database_options.enable_schema_hooks:
        work.append(schema_watch.watching(app.storage, app.schemas))
    ttl = _ttl(app.settings, database_of(app.settings))
    if ttl is not None:
        work.append(webhook_table.refreshing(app, ttl))
    failure: Exception | None = None
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(coroutine) for coroutine in work]
        try:
            yield
        except Exception as exc:  # noqa: BLE001 - a group would wrap it, and callers look for its type
            failure = exc
        finally:
            for task in tasks:
                task.cancel()
    if failure is not None:
        raise failure


def door(apps: Iterable[App]) -> Door:
    """Where requests to the apps come in; without an application id they are for the first."""
    gates = {app.settings.app_id: Gate.of(app) for app in apps}
    mount = next(iter(gates.values())).app.settings.mount_path.rstrip("/")
    return Door(gates, new_router(), sessions.authenticate, mount)


def live_door(apps: Iterable[App]) -> LiveDoor | None:
    """Where clients of live queries come in; None if no app serves them. The servers run as long as their apps are open."""
    hubs: dict[str, Hub] = {}
    limits: Limits | None = None
    for app in apps:
        settings = app.settings
        if settings.start_live_query_server or settings.live_query_server_options is not None:
            server = LiveServer(app, Gate.of(app).public_url or settings.server_url or "")
            server.listen()
            app.background.start(server.run(), "the live query server")
            hubs[settings.app_id] = server.hub
            limits = limits or _live_limits(settings)
    return LiveDoor(hubs, limits) if hubs else None


def _live_limits(settings: Settings) -> Limits:
    options = settings.live_query_server_options or LiveQueryServer()
    return Limits(options.max_clients, options.max_clients_per_address, options.max_subscriptions_per_client)


def with_cloud(app: App, cloud: Cloud) -> App:
    """The same open app with other cloud code."""
    other = replace(app, cloud=cloud)
    schedules.use(other)
    return other


def database_of(settings: Settings) -> Database:
    """Where the data of an app live."""
    return parse_database_uri(settings.database_uri or DEFAULT_DATABASE)


def _storage(settings: Settings, database: Database, topic: class_news.Topic) -> Storage:
    match database.scheme:
        case "memory":
            return MemoryStorage()
        case "sqlite":
            return SqliteStorage(Path(database.path))
        case "mongodb":
            open_mongo: Callable[..., Storage] = _adapter("storage.mongo", "MongoStorage")
            return open_mongo(database.uri, prefix=settings.collection_prefix, options=settings.database_options)
        case "postgres":
            open_postgres: Callable[..., Storage] = _adapter("storage.postgres.storage", "PostgresStorage")
            return open_postgres(database.uri, options=settings.database_options, altered=topic.announce)


def _files(settings: Settings, database: Database) -> Files:
    """Where files are kept: in GridFS or on the disk. The events of GridFS's own client are not logged, as in Parse Server."""
    if not files_are_in_gridfs(settings):
        return DiskFiles(Path(settings.files_folder))
    connect = _adapter("storage.mongo.driver", "connected_database")
    quiet = replace(settings.database_options, log_client_events=())
    files: Files = _adapter("files.gridfs", "GridFsFiles")(lambda: connect(database.uri, quiet))
    return files


def _mailer(settings: Settings) -> Mailer | None:
    """What the settings name for mails; None for nothing, and for what is not there yet."""
    match settings.email_adapter:
        case Adapter(name="console"):
            return ConsoleMailer()
        case Adapter(name="memory"):
            return MemoryMailer()
        case _:
            return None


def _news(settings: Settings, near: PubSub) -> PubSub:
    """What leads to the other servers of the app, if it shares a Redis with them, and to those that `near` reaches."""
    places = redis_of(settings)
    if places is None:
        return near
    reached = _adapter("redis_server", "RedisServer")
    made: PubSub = _adapter("pubsub.redis", "RedisPubSub")(
        near,
        *(reached(place.url, place.options) for place in (places.told_at, places.heard_at)),
        shared=[f"{settings.app_id}{name}" for name in (SAVED, DELETED, revocations.CLEAR_CACHE)],
        prefix=f"{settings.app_id}/",
    )
    return made


def _interest(settings: Settings, pubsub: PubSub) -> Interest | None:
    """Which classes can be followed; None if none can."""
    options = settings.live_query
    if options is None or not options.class_names:
        return None
    # Parse Servers on the same Redis follow without telling.
    interest = Interest(pubsub, settings.app_id, options.class_names, is_always=redis_of(settings) is not None)
    interest.open()
    return interest


def _adapter(module: str, name: str) -> Callable[..., Any]:
    """Something of an adapter whose driver takes long to import: only who uses it waits for it."""
    adapter: Callable[..., Any] = getattr(import_module(f"parsepy.adapters.{module}"), name)
    return adapter


def _ttl(settings: Settings, database: Database) -> float | None:
    """Seconds after which the classes are read again; those in memory are nobody else's.

    Parse Server documents the option in seconds and counts milliseconds: the shorter of the two, but no less than a second.
    """
    chosen = settings.database_options.schema_cache_ttl
    if chosen is None:
        return None if database.scheme == "memory" else SHARED_TTL
    return max(chosen / 1000, LEAST_TTL)

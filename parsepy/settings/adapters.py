"""The modules that Parse Server's configurations name for exchangeable parts, and what serves for them here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from parsepy.settings.kinds import Kind, read_object
from parsepy.settings.mistakes import InvalidError


@dataclass(frozen=True)
class Adapter:
    """The part that serves: `name` is ours (`disk`, `memory`, …), `module` what the settings said.

    `ready` is false if this version has no such part and goes on without it.
    """

    name: str
    module: str = ""
    ready: bool = True
    options: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Part:
    """A part of ours and the modules it stands for; the last part of a module's path is enough to name it.

    `later`: not there yet, the start only warns. `refused`: not there yet, and going on without it would be wrong.
    """

    name: str
    modules: tuple[str, ...] = ()
    state: Literal["now", "later", "refused"] = "now"


_FILES = (
    Part("disk", ("@parse/fs-files-adapter", "parse-server-fs-adapter", "FileSystemAdapter")),
    Part("s3", ("@parse/s3-files-adapter", "parse-server-s3-adapter", "S3Adapter"), "refused"),
    Part("gcs", ("@parse/gcs-files-adapter", "parse-server-gcs-adapter", "GCSAdapter"), "refused"),
    Part("gridfs", ("GridFSBucketAdapter", "GridStoreAdapter")),
    Part("azure", ("parse-server-azure-storage",), "refused"),
)
_CACHE = (
    Part("memory", ("InMemoryCacheAdapter", "LRUCache")),
    Part("none", ("NullCacheAdapter",)),
    Part("redis", ("RedisCacheAdapter", "@parse/redis-cache-adapter", "parse-server-redis-cache-adapter"), "later"),
)
_EMAIL = (
    Part("console"),
    Part("memory"),
    Part("smtp", ("parse-server-smtp-adapter", "parse-smtp-template", "parse-server-generic-email-adapter"), "later"),
    Part("mailgun", ("@parse/simple-mailgun-adapter", "parse-server-simple-mailgun-adapter"), "later"),
    Part("mailgun-templates", ("parse-server-mailgun", "parse-server-mailgun-adapter-template"), "later"),
    Part("mail-api", ("@parse/api-mail-adapter", "parse-server-api-mail-adapter"), "later"),
    Part("sendgrid", ("parse-server-sendgrid-adapter", "parse-server-sendgrid-email-adapter"), "later"),
    Part("ses", ("parse-server-amazon-ses-adapter", "parse-server-amazon-ses-email-adapter"), "later"),
    Part("postmark", ("parse-server-postmark-adapter",), "later"),
)
_PUSH = (
    Part("push", ("@parse/push-adapter", "parse-server-push-adapter", "ParsePushAdapter"), "later"),
    Part("expo", ("@parse/expo-push-adapter", "parse-server-expo-push-adapter"), "later"),
    Part("onesignal", ("parse-server-onesignal-push-adapter", "OneSignalPushAdapter"), "later"),
)
_LOGGER = (Part("log", ("winston", "WinstonLoggerAdapter")),)
_ANALYTICS = (Part("none", ("AnalyticsAdapter",)),)
_PUBSUB = (
    Part("memory", ("EventEmitterPubSub",)),
    Part("redis", ("RedisPubSub", "@parse/redis-pubsub-adapter")),
)
_SOCKETS = (Part("websocket", ("ws", "WSAdapter")),)


def adapter_kind(parts: tuple[Part, ...]) -> Kind[Adapter]:
    """A module name, or an object `{module, options}`, `{adapter, …}` or `{class, options}`."""

    def read(value: object) -> Adapter:
        module, options = _module_and_options(value)
        part = _part_for(module, parts)
        if part.state == "refused":
            raise InvalidError(
                f'names the module "{module}", which nothing stands in for yet',
                f"Use {' or '.join(part.name for part in parts if part.state == 'now')}",
            )
        return Adapter(part.name, module, part.state == "now", options)

    return Kind("module", read)


def _part_for(module: str, parts: tuple[Part, ...]) -> Part:
    known = {name: part for part in parts for name in (part.name, *part.modules)}
    part = known.get(module) or known.get(_last_part(module))
    if part is None:
        raise InvalidError(
            f'names the module "{module}", for which there is nothing here', f"Known are {', '.join(known)}"
        )
    return part


def _module_and_options(value: object) -> tuple[str, Mapping[str, Any]]:
    match value:
        case str() if value.strip().startswith("{"):
            return _module_and_options(read_object(value))
        case str() if value.strip():
            return value.strip(), {}
        case {"adapter": (str() | dict()) as inner, **rest}:
            module, options = _module_and_options(inner)
            given = rest.get("options", rest)
            return module, {**options, **(given if isinstance(given, dict) else {})}
        case {"module": str(module), **rest} | {"class": str(module), **rest}:
            given = rest.get("options", {})
            return module, given if isinstance(given, dict) else {}
    raise InvalidError("must name a module", 'Write it as {"module": "name", "options": {}}')


def _last_part(module: str) -> str:
    return module.replace("\\", "/").rstrip("/").rpartition("/")[2].removesuffix(".js")


FILES_ADAPTER = adapter_kind(_FILES)
CACHE_ADAPTER = adapter_kind(_CACHE)
EMAIL_ADAPTER = adapter_kind(_EMAIL)
PUSH_ADAPTER = adapter_kind(_PUSH)
LOGGER_ADAPTER = adapter_kind(_LOGGER)
ANALYTICS_ADAPTER = adapter_kind(_ANALYTICS)
PUBSUB_ADAPTER = adapter_kind(_PUBSUB)
SOCKET_ADAPTER = adapter_kind(_SOCKETS)

"""Which Redis carries messages between servers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from parsepy.settings.features import LiveQuery, LiveQueryServer
from parsepy.settings.settings import Settings


@dataclass(frozen=True)
class RedisPlace:
    """A Redis as the settings name it: `options` are those of the client that Parse Server uses."""

    url: str = field(repr=False)
    options: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class RedisPlaces:
    """Where changes are told, and where those of others are heard: usually the same."""

    told_at: RedisPlace
    heard_at: RedisPlace


def redis_of(settings: Settings) -> RedisPlaces | None:
    """The Redis that the app shares with other servers; None if it has none. What names one side only stands for both."""
    told = _place(settings.live_query)
    heard = _place(settings.live_query_server_options)
    either = told or heard
    return None if either is None else RedisPlaces(told or either, heard or either)


def _place(options: LiveQuery | LiveQueryServer | None) -> RedisPlace | None:
    if options is None:
        return None
    adapter = options.pub_sub_adapter
    further = adapter.options if adapter is not None and adapter.name == "redis" else {}
    url = options.redis_url or further.get("redisURL")
    return RedisPlace(str(url), options.redis_options or further.get("redisOptions") or {}) if url else None

"""A Redis server: how it is reached, from a URL and the options that Parse Server hands to its client."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 5.0
"""Who takes longer is taken for gone."""

_TEXTS = {"username": "username", "password": "password", "name": "client_name", "database": "db"}
_SOCKET = {"port": "port", "ca": "ssl_ca_data"}
_WITHOUT_MEANING = frozenset({"commandsQueueMaxLength", "disableOfflineQueue", "RESP", "url"})
_SOCKET_WITHOUT_MEANING = frozenset(
    {"host", "path", "family", "keepAlive", "keepAliveInitialDelay", "noDelay", "reconnectStrategy"}
)


@dataclass(frozen=True)
class RedisServer:
    """Where a server is. `options` are those of Node's `redis` package, version 4 and later; what the URL says wins."""

    url: str = field(repr=False)
    options: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def name(self) -> str:
        """What may be logged: host and port, without password."""
        parts = urlsplit(self._address)
        return f"{parts.hostname or parts.path}:{parts.port or _object(self.options.get('socket')).get('port', 6379)}"

    def client(self) -> Redis:
        """A client that tries nothing twice: what is published must not be told twice."""
        chosen = _translated(self.options)
        patience = {"socket_connect_timeout": CONNECT_SECONDS, "socket_timeout": ANSWER_SECONDS}
        never = Retry(NoBackoff(), 0, supported_errors=())
        made: Redis = Redis.from_url(self._address, retry=never, **{**patience, **chosen})
        return made

    @property
    def _address(self) -> str:
        address = str(self.options.get("url") or self.url)
        is_encrypted = bool(_object(self.options.get("socket")).get("tls"))
        return f"rediss{address.removeprefix('redis')}" if is_encrypted and address.startswith("redis:") else address


def without_effect(options: Mapping[str, Any]) -> list[str]:
    """The names of the options that mean nothing here and might have been meant to protect."""
    inner = _object(options.get("socket"))
    known = _TEXTS.keys() | _WITHOUT_MEANING | {"socket", "pingInterval"}
    known_inner = _SOCKET.keys() | _SOCKET_WITHOUT_MEANING | {"tls", "connectTimeout", "rejectUnauthorized"}
    return [*sorted(options.keys() - known), *(f"socket.{name}" for name in sorted(inner.keys() - known_inner))]


def _translated(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options by the names that redis-py has for them."""
    inner = _object(options.get("socket"))
    found = {ours: options[theirs] for theirs, ours in _TEXTS.items() if theirs in options}
    found |= {ours: inner[theirs] for theirs, ours in _SOCKET.items() if theirs in inner}
    if isinstance(inner.get("connectTimeout"), int | float):
        found["socket_connect_timeout"] = inner["connectTimeout"] / 1000
    if inner.get("rejectUnauthorized") is False:
        found |= {"ssl_cert_reqs": "none", "ssl_check_hostname": False}
    return found


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}

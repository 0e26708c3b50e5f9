"""Events of the MongoDB driver in the log, under the names that Node's driver has for them (`logClientEvents`)."""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from pymongo import monitoring

from parsepy.logs import LEVELS

log = logging.getLogger(__name__)

HIDDEN = "[secret]"
_TELLING = ("password", "token", "secret", "authdata", "auth_data")

_COMMANDS = {"started": "commandStarted", "succeeded": "commandSucceeded", "failed": "commandFailed"}
_SERVERS = {"opened": "serverOpening", "closed": "serverClosed", "description_changed": "serverDescriptionChanged"}
_TOPOLOGIES = {
    "opened": "topologyOpening",
    "closed": "topologyClosed",
    "description_changed": "topologyDescriptionChanged",
}
_HEARTBEATS = {
    "started": "serverHeartbeatStarted",
    "succeeded": "serverHeartbeatSucceeded",
    "failed": "serverHeartbeatFailed",
}
_POOLS = {
    "pool_created": "connectionPoolCreated",
    "pool_ready": "connectionPoolReady",
    "pool_cleared": "connectionPoolCleared",
    "pool_closed": "connectionPoolClosed",
    "connection_created": "connectionCreated",
    "connection_ready": "connectionReady",
    "connection_closed": "connectionClosed",
    "connection_check_out_started": "connectionCheckOutStarted",
    "connection_check_out_failed": "connectionCheckOutFailed",
    "connection_checked_out": "connectionCheckedOut",
    "connection_checked_in": "connectionCheckedIn",
}

_ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    "address": ("address", "server_address"),
    "connectionId": ("connection_id",),
    "requestId": ("request_id",),
    "databaseName": ("database_name",),
    "commandName": ("command_name",),
    "command": ("command",),
    "reply": ("reply",),
    "failure": ("failure",),
    "serviceId": ("service_id",),
    "serverConnectionId": ("server_connection_id",),
    "topologyId": ("topology_id",),
    "previousDescription": ("previous_description",),
    "newDescription": ("new_description",),
    "awaited": ("awaited",),
    "reason": ("reason",),
    "options": ("options",),
}
"""Where each part of Node's events is found in the driver's."""


class _Heard:
    """What listeners share: each event that is asked for becomes a line of the log."""

    def __init__(self, events: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        self._events = events

    def tell(self, name: str, event: Any) -> None:
        """Log the event for everyone who asked."""
        for asked in self._events.get(name, ()):
            level = LEVELS.get(str(asked.get("logLevel")), logging.INFO)
            if log.isEnabledFor(level):
                log.log(level, "MongoDB client event %s: %s", name, _text(_chosen(_parts(event), asked.get("keys"))))


def listeners(events: Iterable[Mapping[str, Any]]) -> list[Any]:
    """The driver's listeners for `[{name, keys, logLevel}]`; an event that this driver does not have is told of and left out.

    `keys` are dotted paths into the event; without them the whole event is logged. Values that may be secrets never are.
    """
    asked: dict[str, list[Mapping[str, Any]]] = {}
    for entry in events:
        asked.setdefault(str(entry.get("name")), []).append(entry)
    known = {name for names, _ in _KINDS for name in names.values()}
    for name in asked.keys() - known:
        log.warning("logClientEvents: there is no event %r; known are %s", name, ", ".join(sorted(known)))
    return [
        _listener(kind, names, _Heard(asked)) for names, kind in _KINDS if not asked.keys().isdisjoint(names.values())
    ]


def _listener(kind: type[Any], names: Mapping[str, str], heard: _Heard) -> Any:
    """An instance of the driver's abstract listener whose methods tell under Node's names."""
    methods = {method: _method(heard, name) for method, name in names.items()}
    return type(kind.__name__, (kind,), methods)()


def _method(heard: _Heard, name: str) -> Callable[[Any, Any], None]:
    return lambda _self, event: heard.tell(name, event)


_KINDS: tuple[tuple[Mapping[str, str], type[Any]], ...] = (
    (_COMMANDS, monitoring.CommandListener),
    (_SERVERS, monitoring.ServerListener),
    (_TOPOLOGIES, monitoring.TopologyListener),
    (_HEARTBEATS, monitoring.ServerHeartbeatListener),
    (_POOLS, monitoring.ConnectionPoolListener),
)


def _parts(event: Any) -> dict[str, Any]:
    """The event as Node's driver shows it."""
    parts: dict[str, Any] = {}
    for name, attributes in _ATTRIBUTES.items():
        value = next((getattr(event, found) for found in attributes if hasattr(event, found)), None)
        if value is not None:
            parts[name] = value
    if isinstance(parts.get("connectionId"), tuple):
        # For commands and heartbeats the driver's "connection" is the server's address.
        parts.setdefault("address", parts.pop("connectionId"))
    if isinstance(parts.get("address"), tuple):
        parts["address"] = ":".join(map(str, parts["address"]))
    micros = getattr(event, "duration_micros", None)
    seconds = getattr(event, "duration", None)
    if micros is not None or seconds is not None:
        parts["duration"] = round(micros / 1000 if micros is not None else (seconds or 0) * 1000)
    return parts


def _chosen(parts: Mapping[str, Any], keys: Any) -> Mapping[str, Any]:
    hidden: dict[str, Any] = _without_secrets(parts)
    return {str(key): _at(hidden, str(key).split(".")) for key in keys} if keys else hidden


def _at(value: Any, path: Sequence[str]) -> Any:
    for name in path:
        match value:
            case dict():
                value = value.get(name)
            case list() if name.isdecimal() and int(name) < len(value):
                value = value[int(name)]
            case _:
                return None
    return value


def _without_secrets(value: Any) -> Any:
    match value:
        case Mapping():
            return {
                str(name): HIDDEN if _tells(str(name)) else _without_secrets(inner) for name, inner in value.items()
            }
        case list() | tuple():
            return [_without_secrets(inner) for inner in value]
    return value


def _tells(name: str) -> bool:
    folded = name.lower()
    return any(part in folded for part in _TELLING)


def _text(value: Any) -> str:
    return orjson.dumps(
        value, default=_plain, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_DATETIME
    ).decode()


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        case bytes():
            return base64.b64encode(value).decode()
    return str(value)

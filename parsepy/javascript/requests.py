"""What Node is told of a call: the request of a function or trigger as JSON."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any

from parsepy.cloud.files import File
from parsepy.cloud.hooks import Trigger
from parsepy.cloud.objects import ParseObject
from parsepy.cloud.query import Query
from parsepy.cloud.requests import (
    CloudRequest,
    ConfigRequest,
    ConnectRequest,
    DeleteRequest,
    FileRequest,
    FindRequest,
    FunctionRequest,
    JobRequest,
    LiveClient,
    LiveEventRequest,
    LiveServerRequest,
    LoginRequest,
    LogoutRequest,
    SaveRequest,
    SubscribeRequest,
)

Told = dict[str, Any]

_LISTS = {"include": "include", "keys": "keys", "exclude_keys": "excludeKeys", "order": "order"}
_VALUES = {
    "skip": "skip",
    "explain": "explain",
    "hint": "hint",
    "comment": "comment",
    "read_preference": "readPreference",
    "include_read_preference": "includeReadPreference",
    "subquery_read_preference": "subqueryReadPreference",
}
_OF_FINDS = frozenset({Trigger.BEFORE_FIND, Trigger.AFTER_FIND})


def told(request: CloudRequest) -> Told:
    """All that a handler may learn of the call; `kind` says which of the forms of a request it is.

    Calls that cloud code makes have neither headers nor address: both are None.
    """
    common: Told = {
        "master": request.master,
        "isReadOnly": request.is_read_only,
        "user": None if request.user is None else whole(request.user),
        "installationId": request.installation_id,
        "headers": {name.lower(): value for name, value in request.headers.items()} if request.ip else None,
        "ip": request.ip or None,
        "context": request.context,
    }
    return _FORMS[type(request)](request) | common


def whole(found: ParseObject) -> Told:
    """An object with all its fields and the name of its class."""
    return {**found.to_json(), "className": found.class_name}


def _function(request: FunctionRequest) -> Told:
    return {"kind": "function", "functionName": request.function_name, "params": request.params}


def _job(request: JobRequest) -> Told:
    return {"kind": "job", "jobName": request.job_name, "jobId": request.job_id, "params": request.params}


def _save(request: SaveRequest) -> Told:
    """The stored object and the changes under way; after a save there are none."""
    original = None if request.original is None else whole(request.original)
    changes = request.object.changes()
    if not changes:
        return _around("object", request.trigger_name, {"stored": whole(request.object)}, original)
    stored = {"className": request.object.class_name} if original is None else original
    if request.object.id:
        stored = {**stored, "objectId": request.object.id}
    return _around("object", request.trigger_name, {"stored": stored, "changes": changes}, original)


def _object(request: DeleteRequest | LoginRequest | LogoutRequest) -> Told:
    return _around("object", request.trigger_name, {"stored": whole(request.object)}, None)


def _around(kind: str, trigger: str, subject: Told, original: Told | None) -> Told:
    return {"kind": kind, "triggerName": trigger, "object": subject, "original": original}


def _find(request: FindRequest) -> Told:
    shown: Told = {
        "kind": "find",
        "triggerName": request.trigger_name,
        "query": query(request.query),
        "isGet": request.is_get,
        "count": request.count,
    }
    if request.trigger_name == Trigger.AFTER_FIND:
        shown["objects"] = [whole(found) for found in request.objects]
    return shown


def query(asked: Query[Any]) -> Told:
    """A query in the form of the JavaScript SDK's `toJSON`, with `className`."""
    params = asked.to_params()
    lists = {wire: ",".join(getattr(params, name) or ()) for name, wire in _LISTS.items()}
    given = {wire: getattr(params, name) for name, wire in _VALUES.items()}
    shown = {name: value for name, value in (lists | given).items() if value}
    if params.limit is not None:
        shown["limit"] = params.limit
    return {"className": asked.class_name, "where": params.where, **shown}


def _file(request: FileRequest) -> Told:
    is_found = request.trigger_name in _OF_FINDS
    shown: Told = {"kind": "file", "triggerName": request.trigger_name, "file": _described(request.file, is_found)}
    if not is_found:
        shown["fileSize"] = request.file_size
    if request.trigger_name == Trigger.AFTER_FIND:
        shown["responseHeaders"] = request.response_headers
    return shown


def _described(file: File, is_found: bool) -> Told:
    """Around a find the file has no URL yet: its bytes are there, or cannot be had."""
    data = b"" if file.data is None and is_found else file.data
    return {
        "name": file.name,
        "url": None if is_found else file.url,
        "base64": None if data is None else base64.b64encode(data).decode(),
        "type": file.content_type,
        "metadata": file.metadata,
        "tags": file.tags,
        "directory": file.directory,
    }


def _config(request: ConfigRequest) -> Told:
    original = None if request.original is None else dict(request.original)
    return {
        "kind": "config",
        "triggerName": request.trigger_name,
        "object": dict(request.object),
        "original": original,
    }


def _connect(request: ConnectRequest) -> Told:
    return {"kind": "connect", **_live(request), "client": _client(request.client)}


def _server(request: LiveServerRequest) -> Told:
    client = None if request.client is None else _client(request.client)
    return {"kind": "server", **_live(request), "client": client, "error": request.error}


def _live(request: ConnectRequest | LiveServerRequest | LiveEventRequest) -> Told:
    return {
        "event": request.event,
        "clients": request.clients,
        "subscriptions": request.subscriptions,
        "sessionToken": request.session_token,
    }


def _client(client: LiveClient) -> Told:
    return {
        "id": client.id,
        "hasMasterKey": client.has_master_key,
        "sessionToken": client.session_token,
        "installationId": client.installation_id,
    }


def _subscribe(request: SubscribeRequest) -> Told:
    watched = {"watch": request.watch} if request.watch else {}
    return {
        "kind": "subscribe",
        "op": request.op,
        "requestId": request.request_id,
        "query": query(request.query) | watched,
        "sessionToken": request.session_token,
    }


def _event(request: LiveEventRequest) -> Told:
    original = None if request.original is None else whole(request.original)
    return {"kind": "event", **_live(request), "object": whole(request.object), "original": original}


_FORMS: Mapping[type[CloudRequest], Callable[[Any], Told]] = {
    FunctionRequest: _function,
    JobRequest: _job,
    SaveRequest: _save,
    DeleteRequest: _object,
    LoginRequest: _object,
    LogoutRequest: _object,
    FindRequest: _find,
    FileRequest: _file,
    ConfigRequest: _config,
    ConnectRequest: _connect,
    SubscribeRequest: _subscribe,
    LiveEventRequest: _event,
    LiveServerRequest: _server,
}

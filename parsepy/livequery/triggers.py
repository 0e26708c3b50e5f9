"""Cloud code around live queries: before clients connect and subscribe, for each event of a follower, and whoever listens."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import orjson

from parsepy.adapters.storage.base import Object
from parsepy.cloud.hooks import CONNECT_CLASS, Hook, Trigger
from parsepy.cloud.objects import ParseObject
from parsepy.cloud.query import Query
from parsepy.cloud.requests import ConnectRequest, LiveClient, LiveEventRequest, LiveServerRequest, SubscribeRequest
from parsepy.core import calling, relations
from parsepy.core.context import Context
from parsepy.core.file_urls import with_file_urls
from parsepy.errors import ErrorCode, ParseError
from parsepy.livequery.events import Event, Told
from parsepy.livequery.following import Follower
from parsepy.livequery.identity import Identity, refresh
from parsepy.livequery.messages import RefusedError, Subscribe
from parsepy.livequery.passage import Passage
from parsepy.livequery.rights import Rights, shown
from parsepy.model.find_params import FindParams
from parsepy.model.schema import ClassSchema
from parsepy.model.values import copied

if TYPE_CHECKING:
    from parsepy.livequery.hub import Hub

log = logging.getLogger(__name__)

NO_CLIENT = "Unable to find client undefined"
"""What Parse Server says of a socket that is closed before its client has connected."""

LOST = "Events were lost: cloud code does not keep up with them."

_EVENTS = frozenset(map(str, Event))


async def before_connect(hub: Hub, identity: Identity, client: LiveClient) -> None:
    """Run beforeConnect. Raises ParseError when it refuses."""
    hook = hub.app.hook(Trigger.BEFORE_CONNECT, CONNECT_CLASS)
    if hook is None:
        return
    await refresh(hub.app, identity)
    ctx = hub.context(identity)
    request = ConnectRequest(client=client, **_counts(hub), **_caller(ctx, client))
    request.session_token = client.session_token
    await calling.run(ctx, hook, request)


async def before_subscribe(hub: Hub, identity: Identity, client: LiveClient, message: Subscribe) -> Subscribe:
    """Run beforeSubscribe: the message with the query that the trigger leaves. Raises ParseError when it refuses."""
    hook = hub.app.hook(Trigger.BEFORE_SUBSCRIBE, message.class_name)
    if hook is None:
        return message
    await refresh(hub.app, identity)
    ctx = hub.context(identity)
    request = SubscribeRequest(
        query=Query.from_params(
            hook.object_type, message.class_name, FindParams(where=message.where, keys=message.keys)
        ),
        watch=None if message.watch is None else list(message.watch),
        op="update" if message.replaces else "subscribe",
        request_id=message.request_id,
        session_token=message.session_token,
        **_caller(ctx, client),
    )
    await calling.run(ctx, hook, request)
    return _asked(request, message)


def _asked(request: SubscribeRequest, message: Subscribe) -> Subscribe:
    query: object = request.query
    if not isinstance(query, Query):
        text = f"beforeSubscribe of {message.class_name} must leave a Query, not a {type(query).__name__}"
        raise ParseError(ErrorCode.SCRIPT_FAILED, text)
    params = query.to_params()
    watch = tuple(map(str, request.watch)) if request.watch else None
    return replace(message, where=params.where, keys=params.keys or None, watch=watch)


def announce(
    hub: Hub,
    event: str,
    client: LiveClient | None = None,
    *,
    identity: Identity | None = None,
    error: str | None = None,
) -> None:
    """Tell those who listen what happened, beside everything else. `identity` is whose doing it was."""
    listeners = hub.app.cloud.listeners()
    if not listeners:
        return
    ctx = hub.context(identity or Identity(None))
    for hook in listeners:
        request = LiveServerRequest(event=event, client=client, error=error, **_counts(hub), **_caller(ctx, client))
        request.session_token = identity.token if identity else None
        hub.app.background.start(_announce(ctx, hook, request), f"onLiveQueryEvent for {event}")


async def _announce(ctx: Context, hook: Hook, request: LiveServerRequest) -> None:
    try:
        await calling.run(ctx, hook, request)
    except ParseError as exc:
        log.warning("onLiveQueryEvent failed for %s: %s", request.event, exc.message)


@dataclass(frozen=True, slots=True)
class Passing:
    """An event that a follower is about to be told. `rest` is what its message holds beside the objects."""

    follower: Follower
    rights: Rights
    told: Told
    rest: Mapping[str, Any]


def send_through(hub: Hub, hook: Hook, passing: Passing) -> None:
    """Send the event when afterLiveQueryEvent has seen it, behind all that the follower was sent before."""
    follower = passing.follower
    ctx, counts = hub.context(follower.identity), _counts(hub)

    async def make() -> bytes | None:
        request = _request(ctx, hook, passing, counts)
        try:
            await calling.run(ctx, hook, request)
        except ParseError as exc:
            return RefusedError.of(exc, follower.head["requestId"]).encoded()
        message = _message(ctx, passing, request)
        hub.metrics.sent += message is not None
        return message

    passage(hub, follower).make(make)


def end(follower: Follower) -> None:
    """Send the follower nothing more, whatever is still with cloud code."""
    if isinstance(follower.outlet, Passage):
        follower.outlet.close()


def passage(hub: Hub, follower: Follower) -> Passage:
    """The follower's own, through which everything goes from now on."""
    if isinstance(follower.outlet, Passage):
        return follower.outlet
    code = int(ErrorCode.REQUEST_LIMIT_EXCEEDED)
    lost = RefusedError(LOST, code, reconnect=False, request_id=follower.head["requestId"])
    made = follower.outlet = Passage(follower.outlet, hub.app.background, lost=lost.encoded())
    return made


def _request(ctx: Context, hook: Hook, passing: Passing, counts: Mapping[str, Any]) -> LiveEventRequest:
    told, follower = passing.told, passing.follower
    request = LiveEventRequest(
        event=str(told.event),
        object=_object(ctx, hook, passing.rights.schema, told.object),
        original=None if told.original is None else _object(ctx, hook, passing.rights.schema, told.original),
        **counts,
        **_caller(ctx, follower.client),
    )
    request.session_token = follower.client.session_token if follower.client else None
    return request


def _object(ctx: Context, hook: Hook, schema: ClassSchema, row: Object) -> ParseObject:
    """The whole object: cloud code may know what the follower may not."""
    return hook.object_type.from_json(with_file_urls(ctx, relations.columns(schema) | copied(row)), schema.name)


def _message(ctx: Context, passing: Passing, request: LiveEventRequest) -> bytes | None:
    """What the follower is told in the end: of what the trigger left, what he may see. A delete stays one."""
    event = str(passing.told.event) if passing.told.event is Event.DELETE else request.event
    if not request.send_event or event not in _EVENTS:
        return None
    body = {"object": _shown(ctx, passing, request.object, passing.told.object)}
    if request.original is not None and passing.told.original is not None:
        body["original"] = _shown(ctx, passing, request.original, passing.told.original)
    return orjson.dumps({"op": event, **passing.follower.head, **body, **passing.rest})


def _shown(ctx: Context, passing: Passing, left: object, row: Object) -> Object:
    if not isinstance(left, ParseObject):
        return shown(ctx, passing.rights, row, passing.follower.keys)
    visible = shown(ctx, passing.rights, left.to_json(), passing.follower.keys)
    return {**visible, "className": left.class_name}


def _counts(hub: Hub) -> dict[str, Any]:
    return {"clients": hub.metrics.clients, "subscriptions": hub.metrics.subscriptions}


def _caller(ctx: Context, client: LiveClient | None) -> calling.Caller:
    caller = calling.caller(ctx)
    caller["installation_id"] = client.installation_id if client else None
    return caller

"""One client's connection: its messages in turn, its subscriptions, and what it may ask."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping
from typing import Any

import orjson

from parsepy.adapters.storage.base import StorageError
from parsepy.cloud.requests import LiveClient
from parsepy.core import access, permissions, protected
from parsepy.core.context import App, Context
from parsepy.errors import ErrorCode, ParseError
from parsepy.livequery import joining, triggers
from parsepy.livequery.conditions import check_form, refuse_sub_queries, refuse_untold
from parsepy.livequery.following import Follower, Outlet
from parsepy.livequery.hub import Hub
from parsepy.livequery.identity import Identity, refresh
from parsepy.livequery.messages import (
    WRONG_KEY,
    Connect,
    Message,
    RefusedError,
    Subscribe,
    Unsubscribe,
    no_subscription,
    not_connected,
    parsed,
)
from parsepy.livequery.rights import operation_of
from parsepy.model.schema import ClassSchema
from parsepy.model.where import Where, both
from parsepy.system import sessions

log = logging.getLogger(__name__)


class Connection:
    """What one client has said. Messages are handled one after another; `close` ends all of its subscriptions.

    `hubs` are those of the apps that can be connected to, by application id.
    """

    def __init__(self, hubs: Mapping[str, Hub], outlet: Outlet, *, most_subscriptions: int) -> None:
        self._hubs = hubs
        self._connected: Hub | None = None
        self._outlet = outlet
        self._most_subscriptions = most_subscriptions
        self._client = LiveClient("")
        self._head: Mapping[str, Any] = {}
        self._identity = Identity(None)
        self._followers: dict[float, Follower] = {}

    async def handle(self, text: str | bytes) -> None:
        """Carry out one message, and answer it."""
        try:
            message = parsed(text)
            if message is not None:
                await self._carry_out(message)
        except RefusedError as exc:
            self._outlet.send(exc.encoded())

    def close(self, *, was_too_slow: bool = False) -> None:
        """End everything: the client is gone."""
        self._end_all()
        if self._connected is None:
            for hub in self._hubs.values():
                triggers.announce(hub, "ws_disconnect_error", error=triggers.NO_CLIENT)
            return
        self._connected.metrics.clients -= 1
        self._connected.metrics.dropped += was_too_slow
        triggers.announce(self._connected, "ws_disconnect", self._client, identity=self._identity)
        self._connected = None

    def _end_all(self) -> None:
        for request_id in list(self._followers):
            self._end(request_id)

    async def _carry_out(self, message: Message) -> None:
        match message:
            case Connect():
                await self._connect(message)
            case Subscribe():
                await self._subscribe(message)
            case Unsubscribe():
                self._unsubscribe(message)

    async def _connect(self, message: Connect) -> None:
        hub = self._hubs.get(message.application_id)
        if hub is None:
            raise _wrong_key()
        is_master = _check_keys(hub.app, message)
        client = LiveClient(str(uuid.uuid4()), message.session_token or None, message.installation_id, is_master)
        identity = Identity(client.session_token, is_master)
        try:
            await triggers.before_connect(hub, identity, client)
        except ParseError as exc:
            raise RefusedError.of(exc) from exc
        self._end_all()
        if self._connected is not None:
            self._connected.metrics.clients -= 1
        self._connected, self._client, self._identity = hub, client, identity
        hub.metrics.clients += 1
        installation = {} if client.installation_id is None else {"installationId": client.installation_id}
        self._head = {"clientId": client.id, **installation}
        self._answer("connected")
        triggers.announce(hub, "connect", client, identity=identity)

    async def _subscribe(self, message: Subscribe) -> None:
        hub = self._connected
        if hub is None:
            raise not_connected("unsubscribing" if message.replaces else "subscribing")
        if message.replaces and message.request_id not in self._followers:
            self._outlet.send(no_subscription(self._client.id, message.request_id).encoded())
        try:
            identity = self._identity_of(message.session_token)
            message = await triggers.before_subscribe(hub, identity, self._client, message)
            follower = await self._follower(hub, identity, message)
        except ParseError as exc:
            raise RefusedError.of(exc, message.request_id) from exc
        previous = self._followers.get(message.request_id)
        self._end(message.request_id)
        if previous is not None and message.replaces:
            triggers.announce(hub, "unsubscribe", self._client, identity=previous.identity)
        self._check_number(message.request_id)
        if message.resume is not None or message.snapshot:
            await self._join(hub, follower, message)
            return
        self._followers[message.request_id] = follower
        await hub.follow(follower)
        self._answer("subscribed", message.request_id)
        triggers.announce(hub, "subscribe", self._client, identity=follower.identity)

    async def _join(self, hub: Hub, follower: Follower, message: Subscribe) -> None:
        """Have the follower told by the log of changes, from where the client wants."""
        follower.is_numbered = True
        try:
            start = await joining.begin(hub.tail, message)
            self._followers[message.request_id] = follower
            self._answer("subscribed", message.request_id, start.cursor)
            triggers.announce(hub, "subscribe", self._client, identity=follower.identity)
            if hub.tail is not None:
                await joining.join(hub.tail, follower, message, start)
        except ParseError as exc:
            self._end(message.request_id)
            raise RefusedError.of(exc, message.request_id) from exc
        except StorageError as exc:
            self._end(message.request_id)
            log.warning("a live client could not catch up: %s", exc)
            code = int(ErrorCode.INTERNAL_SERVER_ERROR)
            raise RefusedError("Internal server error.", code, request_id=message.request_id) from exc

    async def _follower(self, hub: Hub, identity: Identity, message: Subscribe) -> Follower:
        """The subscription, if the client may have it. Raises ParseError."""
        await refresh(hub.app, identity)
        ctx = hub.context(identity)
        schema = await hub.app.schemas.find(message.class_name)
        where = _where(ctx, message, schema)
        operation = operation_of(where)
        access.admit_class(ctx, message.class_name, operation)
        permissions.may(ctx, schema, operation)
        protected.refuse_protected(ctx, schema, message.where, message.watch or ())
        refuse_untold(ctx, message.class_name, message.where, message.watch or ())
        return Follower(
            self._outlet,
            {**self._head, "requestId": message.request_id},
            message.class_name,
            where,
            identity,
            None if message.keys is None else frozenset(message.keys),
            None if message.watch is None else frozenset(message.watch),
            client=self._client,
        )

    def _identity_of(self, token: str | None) -> Identity:
        """One for each token, so that it is looked at once for all subscriptions; forgotten with the last of them."""
        if not token or self._identity.is_master or token == self._identity.token:
            return self._identity
        known = (one.identity for one in self._followers.values() if one.identity.token == token)
        return next(known, None) or Identity(token)

    def _check_number(self, request_id: float) -> None:
        if len(self._followers) >= self._most_subscriptions:
            text = f"A client may have at most {self._most_subscriptions} subscriptions."
            raise RefusedError(text, int(ErrorCode.REQUEST_LIMIT_EXCEEDED), reconnect=False, request_id=request_id)

    def _unsubscribe(self, message: Unsubscribe) -> None:
        if self._connected is None:
            raise not_connected("unsubscribing")
        if message.request_id not in self._followers:
            raise no_subscription(self._client.id, message.request_id)
        ended = self._followers[message.request_id]
        self._end(message.request_id)
        self._answer("unsubscribed", message.request_id)
        triggers.announce(self._connected, "unsubscribe", self._client, identity=ended.identity)

    def _end(self, request_id: float) -> None:
        follower = self._followers.pop(request_id, None)
        if follower is not None and self._connected is not None:
            triggers.end(follower)
            self._connected.leave(follower)

    def _answer(self, op: str, request_id: float | None = None, cursor: str | None = None) -> None:
        number = {} if request_id is None else {"requestId": request_id}
        place = {} if cursor is None else {"cursor": cursor}
        self._outlet.send(orjson.dumps({"op": op, **self._head, **number, **place}))


def _wrong_key() -> RefusedError:
    return RefusedError("Key in request is not valid", WRONG_KEY)


def _check_keys(app: App, message: Connect) -> bool:
    """Whether the client has the rights of the server. Raises RefusedError 4 for wrong keys."""
    options = app.settings.live_query_server_options
    pairs = dict(options.key_pairs or {}) if options else {}
    if pairs and not any(message.keys.get(name) == key for name, key in pairs.items()):
        raise _wrong_key()
    return bool(pairs.get("masterKey")) and message.keys.get("masterKey") == pairs["masterKey"]


def _where(ctx: Context, message: Subscribe, schema: ClassSchema | None) -> Where:
    """The condition, which for sessions is that they are the client's own. Raises ParseError."""
    check_form(message.where)
    where = access.parsed_where(ctx, schema, message.where)
    refuse_sub_queries(where)
    if message.class_name != sessions.SESSION_CLASS or ctx.principal.bypasses_permissions:
        return where
    if ctx.principal.user_id is None:
        raise sessions.invalid_token()
    return both(where, sessions.of_user(ctx.principal.user_id))

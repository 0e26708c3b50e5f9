"""Telling followers of changes, in the order in which they come.

Equal conditions on a class are tried once however many follow them, and only if the object may meet them at all (see
`index`). Of the followers of a condition only those are looked at whom the object's ACL lets read it. What they are sent is
encoded once for all who see the object in the same form.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping
from typing import TYPE_CHECKING, Any

import orjson

from parsepy.adapters.storage.base import Object
from parsepy.cloud.hooks import Trigger
from parsepy.core.context import App, Call, Context
from parsepy.core.live.changes import Change
from parsepy.errors import ParseError
from parsepy.livequery import triggers
from parsepy.livequery.events import Sight, Told, differs, told
from parsepy.livequery.following import Condition, Follower, Following
from parsepy.livequery.identity import Identity, is_due, refresh
from parsepy.livequery.messages import RefusedError
from parsepy.livequery.metrics import Metrics
from parsepy.livequery.rights import Rights, rights_of, shown
from parsepy.model.paths import Predicate
from parsepy.model.schema import ClassSchema

if TYPE_CHECKING:
    from parsepy.livequery.tail import Tail

log = logging.getLogger(__name__)

Encoded = dict[Hashable, bytes]


class Hub:
    """The followers of one app in this process. `server_url` is what URLs of files begin with."""

    def __init__(self, app: App, server_url: str) -> None:
        self.metrics = Metrics()
        self.app = app
        self._server_url = server_url
        self._classes: defaultdict[str, Following] = defaultdict(Following)
        self._followers: defaultdict[Identity, set[Follower]] = defaultdict(set)
        self._stale: set[Identity] = set()
        self._changes: asyncio.Queue[tuple[Change, float]] = asyncio.Queue()
        self.tail: Tail | None = None
        """Those who are told by the log of changes, if there is one."""

    def use(self, app: App) -> None:
        """Go on with the same app and other cloud code."""
        self.app = app
        if self.tail is not None:
            self.tail.use(app)

    def context(self, identity: Identity) -> Context:
        """A call by the follower."""
        return Context(self.app, identity.principal, self.app.storage, Call(server_url=self._server_url))

    async def follow(self, follower: Follower) -> None:
        """Tell the follower of every change from now on."""
        if is_due(self.app, follower.identity):
            await refresh(self.app, follower.identity)
        self._classes[follower.class_name].add(follower)
        self._followers[follower.identity].add(follower)
        if self._refile not in follower.identity.watchers:
            follower.identity.watchers.append(self._refile)
        self.metrics.subscriptions += 1
        if self.app.live is not None:
            await self.app.live.follow(follower.class_name)

    def leave(self, follower: Follower) -> None:
        """Tell the follower nothing more, if he was told anything."""
        if follower.is_numbered and self.tail is not None:
            self.tail.leave(follower)
            return
        if follower not in self._followers.get(follower.identity, ()):
            return
        following = self._classes[follower.class_name]
        following.remove(follower)
        if not following:
            del self._classes[follower.class_name]
        self._followers[follower.identity].discard(follower)
        if not self._followers[follower.identity]:
            del self._followers[follower.identity]
            follower.identity.watchers.remove(self._refile)
        self.metrics.subscriptions -= 1
        if self.app.live is not None:
            self.app.live.leave(follower.class_name)

    def follows(self, class_name: str) -> bool:
        """Whether anybody follows objects of the class."""
        return class_name in self._classes

    def doubt(self, *, tokens: Collection[str] = (), user_id: str | None = None, everybody: bool = False) -> None:
        """Look again at who the followers are before the next change is told: sessions ended, or roles changed."""
        for identity in self._followers:
            if everybody or identity.token in tokens or (user_id and identity.principal.user_id == user_id):
                identity.is_stale = True
                self._stale.add(identity)
        if self.tail is not None:
            self.tail.doubt(tokens=tokens, user_id=user_id, everybody=everybody)

    def receive(self, change: Change) -> None:
        """Take note of a change; it is told in its turn."""
        if change.class_name in self._classes:
            self._changes.put_nowait((change, time.monotonic()))
        if self.tail is not None:
            self.tail.hear(change)

    async def run(self) -> None:
        """Tell of the changes as they come; runs until it is cancelled."""
        while True:
            change, received_at = await self._changes.get()
            try:
                await self.tell(change)
            except Exception:
                log.exception("a change of class %s could not be told", change.class_name)
            self.metrics.lag = time.monotonic() - received_at

    async def tell(self, change: Change) -> None:
        """Tell of a change everybody who follows the object and may see it."""
        following = self._classes.get(change.class_name)
        if following is None or (schema := await self._schema(change.class_name)) is None:
            return
        self.metrics.changes += 1
        await self._refresh_stale()
        encoded: Encoded = {}
        for condition in following.candidates(change.before, change.after):
            self.metrics.evaluated += 1
            was, now = _holds(condition.holds, change.before), _holds(condition.holds, change.after)
            if was or now:
                await self._tell_followers(condition, change, schema, matches=(was, now), encoded=encoded)

    async def _schema(self, class_name: str) -> ClassSchema | None:
        """The class of a change, also if another server made it a moment ago."""
        schema = await self.app.schemas.find(class_name)
        if schema is None:
            self.app.schemas.expire()
            schema = await self.app.schemas.find(class_name)
        return schema

    async def _tell_followers(
        self, condition: Condition, change: Change, schema: ClassSchema, *, matches: tuple[bool, bool], encoded: Encoded
    ) -> None:
        before, after = change.before, change.after
        readers_before, readers_after = await self._readers(condition, before, after)
        for follower in readers_before | readers_after:
            rights = self._rights(follower, schema)
            if rights.refusal is not None:
                follower.outlet.send(RefusedError.of(rights.refusal, follower.head["requestId"]).encoded())
                continue
            event = told(
                Sight(before, matches[0], follower in readers_before and before is not None and rights.sees(before)),
                Sight(after, matches[1], follower in readers_after and after is not None and rights.sees(after)),
            )
            if event is not None and differs(event, before, follower.watch):
                self._send(follower, rights, event, encoded)

    async def _readers(
        self, condition: Condition, before: Object | None, after: Object | None
    ) -> tuple[set[Follower], set[Follower]]:
        """Who may read the object before and after the change, as of now: sessions that have ended count no more."""
        found = _readers(condition, before), _readers(condition, after)
        due = {one.identity for one in found[0] | found[1] if is_due(self.app, one.identity)}
        for identity in due:
            await refresh(self.app, identity)
        return (_readers(condition, before), _readers(condition, after)) if due else found

    def _send(self, follower: Follower, rights: Rights, event: Told, encoded: Encoded) -> None:
        hook = self.app.hook(Trigger.AFTER_EVENT, follower.class_name)
        if hook is not None:
            self.metrics.matched += 1
            triggers.send_through(self, hook, triggers.Passing(follower, rights, event, self._place()))
            return
        key = (event.event, id(event.object), event.original is None, rights.look, follower.keys)
        tail = encoded.get(key)
        if tail is None:
            tail = encoded[key] = self._tail(follower, rights, event)
            self.metrics.matched += 1
        follower.outlet.send(follower.message(event.event, tail))
        self.metrics.sent += 1

    def _tail(self, follower: Follower, rights: Rights, event: Told) -> bytes:
        ctx = self.context(follower.identity)
        rest: dict[str, Any] = {"object": shown(ctx, rights, event.object, follower.keys)}
        if event.original is not None:
            rest["original"] = shown(ctx, rights, event.original, follower.keys)
        return orjson.dumps(rest)[1:]

    def _place(self) -> Mapping[str, str]:
        """Where the change stands, for those who want to know."""
        return {}

    def _rights(self, follower: Follower, schema: ClassSchema) -> Rights:
        """What the follower may see, worked out anew when the class or he has changed."""
        if follower.rights is None or follower.rights.schema is not schema:
            follower.rights = rights_of(self.context(follower.identity), schema, follower.where)
        return follower.rights

    async def _refresh_stale(self) -> None:
        while self._stale:
            await refresh(self.app, self._stale.pop())

    def _refile(self, identity: Identity) -> None:
        """Take note of who somebody has become."""
        for follower in self._followers.get(identity, ()):
            follower.rights = None
            self._classes[follower.class_name].refile(follower)


def _readers(condition: Condition, row: Object | None) -> set[Follower]:
    return set() if row is None else condition.readers(row)


def _holds(holds: Predicate, row: Object | None) -> bool:
    """Whether the row meets the condition; a pattern that takes too long is not met."""
    if row is None:
        return False
    try:
        return holds(row)
    except ParseError as exc:
        log.warning("a condition of a live query could not be tried: %s", exc.message)
        return False

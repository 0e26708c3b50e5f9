"""Followers of one class: their conditions, found by what an object holds, and for each condition who may read what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import orjson

from parsepy.adapters.storage.base import Object
from parsepy.cloud.requests import LiveClient
from parsepy.livequery.events import Event
from parsepy.livequery.identity import Identity
from parsepy.livequery.index import ConditionIndex
from parsepy.livequery.rights import Rights
from parsepy.model import acl, match
from parsepy.model.paths import Predicate
from parsepy.model.principal import PUBLIC
from parsepy.model.where import Where


class Outlet(Protocol):
    """Takes what is to be sent to one client; never waits."""

    def send(self, message: bytes) -> None:
        """Send a message, or let the client go if it does not keep up."""

    async def drained(self) -> None:
        """Return when all that was sent is on its way, or the client is gone."""


@dataclass(eq=False, slots=True)
class Follower:
    """One subscription: who follows what, and where it is told. `rights` are those of the last change.

    `head` stands in every message to it: the ids of client, installation and request. One that `is_numbered` is told by the
    log of changes.
    """

    outlet: Outlet
    head: Mapping[str, Any]
    class_name: str
    where: Where
    identity: Identity
    keys: frozenset[str] | None = None
    watch: frozenset[str] | None = None
    is_numbered: bool = False
    rights: Rights | None = None
    client: LiveClient | None = None
    start: bytes = field(init=False)

    def __post_init__(self) -> None:
        self.start = b'",' + orjson.dumps(dict(self.head))[1:-1] + b","

    def message(self, event: Event, tail: bytes) -> bytes:
        """An event as it goes out to this client; `tail` is the encoded rest without its opening brace."""
        return b'{"op":"' + event.encode() + self.start + tail


class Condition:
    """A condition that some follow, and its followers by the keys that an ACL may name."""

    def __init__(self, where: Where) -> None:
        self.where = where
        self.holds: Predicate = match.compile_where(where)
        self._by_key: defaultdict[str, set[Follower]] = defaultdict(set)
        self._of: dict[Follower, frozenset[str]] = {}
        self._unrestricted: set[Follower] = set()

    def add(self, follower: Follower) -> None:
        """Take in a follower, or what he has become."""
        self.remove(follower)
        principal = follower.identity.principal
        keys = frozenset[str]() if principal.bypasses_permissions else principal.keys
        self._of[follower] = keys
        if principal.bypasses_permissions:
            self._unrestricted.add(follower)
        for key in keys:
            self._by_key[key].add(follower)

    def remove(self, follower: Follower) -> None:
        """Let go of a follower."""
        self._unrestricted.discard(follower)
        for key in self._of.pop(follower, ()):
            self._by_key[key].discard(follower)
            if not self._by_key[key]:
                del self._by_key[key]

    def readers(self, row: Object) -> set[Follower]:
        """The followers whom the object's ACL lets read it. Costs as much as there are such followers."""
        allowed = acl.reads(row.get("ACL"))
        if allowed is None or PUBLIC in allowed:
            return set(self._of)
        found = set(self._unrestricted)
        for key in allowed:
            found |= self._by_key.get(key, frozenset())
        return found

    def __contains__(self, follower: Follower) -> bool:
        return follower in self._of

    def __bool__(self) -> bool:
        return bool(self._of)


class Following:
    """All followers of one class."""

    def __init__(self) -> None:
        self._conditions: dict[str, Condition] = {}
        self._index: ConditionIndex[Condition] = ConditionIndex()

    def add(self, follower: Follower) -> None:
        """Take in a follower."""
        key = repr(follower.where)
        condition = self._conditions.get(key)
        if condition is None:
            condition = self._conditions[key] = Condition(follower.where)
            self._index.add(condition, follower.where)
        condition.add(follower)

    def refile(self, follower: Follower) -> None:
        """Take note of who a follower has become, if he is still there."""
        condition = self._conditions.get(repr(follower.where))
        if condition is not None and follower in condition:
            condition.add(follower)

    def remove(self, follower: Follower) -> None:
        """Let go of a follower."""
        key = repr(follower.where)
        condition = self._conditions[key]
        condition.remove(follower)
        if not condition:
            del self._conditions[key]
            self._index.remove(condition, follower.where)

    def candidates(self, *rows: Object | None) -> Iterator[Condition]:
        """The conditions that one of the rows may meet, each once."""
        found: set[Condition] = set()
        for row in rows:
            if row is not None:
                found |= self._index.candidates(row)
        return iter(found)

    def __bool__(self) -> bool:
        return bool(self._conditions)

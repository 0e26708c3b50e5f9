"""Wrong log-ins are counted, by name and by address; too many lock both out for a while."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from cachetools import TTLCache

from parsepy.dashboard.news import News

LIMITS = {"name": 5, "address": 20}
FIRST_LOCK = 300.0
LONGEST_LOCK = 3600.0
REMEMBERED = 86_400.0
MOST_KEPT = 20_000
"""Seconds; each lock lasts twice as long as the one before, until nothing wrong was heard for a day."""


@dataclass(frozen=True, slots=True)
class _Record:
    wrong: int = 0
    locks: int = 0
    until: float = 0.0

    def after_one_more(self, limit: int, now: float) -> _Record:
        if self.wrong + 1 < limit:
            return replace(self, wrong=self.wrong + 1)
        return _Record(0, self.locks + 1, now + min(LONGEST_LOCK, FIRST_LOCK * 2**self.locks))


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose log-ins are counted together: those with that user name, and those from that address."""

    name: str
    address: str

    @property
    def subjects(self) -> tuple[tuple[str, str], ...]:
        """Both, with the kind of each."""
        return ("name", self.name), ("address", self.address)


class Attempts:
    """The wrong log-ins that all processes of the server have seen since this one began."""

    def __init__(self, key: bytes, *, now: Callable[[], float], news: News) -> None:
        self._key = key
        self._now = now
        self._news = news
        self._channel = f"dashboard-attempts-{key.hex()[:16]}"
        self._records: TTLCache[str, _Record] = TTLCache(MOST_KEPT, REMEMBERED, timer=now)
        self._under_way: Counter[str] = Counter()
        news.subscribe(self._channel, self._heard)

    def locked_seconds(self, caller: Caller) -> float:
        """How long this caller must wait, as far as is known; 0 for those who may try."""
        return max(self._locked(kind, self._token(kind, text)) for kind, text in caller.subjects)

    @contextmanager
    def counting(self, caller: Caller) -> Iterator[None]:
        """While one is under way it counts as wrong, so that many at once are not more than many in turn."""
        tokens = [self._token(kind, text) for kind, text in caller.subjects]
        self._under_way.update(tokens)
        try:
            yield
        finally:
            self._under_way.subtract(tokens)
            self._under_way += Counter()

    def was_wrong(self, caller: Caller) -> None:
        """Count it."""
        self._tell("wrong", {kind: self._token(kind, text) for kind, text in caller.subjects})

    def was_right(self, caller: Caller) -> None:
        """Forget what was wrong with that name. The address stays: its owner may have one password and try others."""
        self._tell("right", {"name": self._token("name", caller.name)})

    def _locked(self, kind: str, token: str) -> float:
        record = self._records.get(token, _Record())
        if record.until > self._now():
            return record.until - self._now()
        return FIRST_LOCK if record.wrong + self._under_way[token] >= LIMITS[kind] else 0.0

    def _token(self, kind: str, text: str) -> str:
        """Names and addresses are neither kept nor sent as they are."""
        return hmac.digest(self._key, f"{kind} {text}".encode("utf-8", "replace"), hashlib.sha256).hex()

    def _tell(self, outcome: str, tokens: dict[str, str]) -> None:
        self._news.publish(self._channel, json.dumps([outcome, tokens]).encode())

    def _heard(self, message: bytes) -> None:
        outcome, tokens = json.loads(message)
        for kind, token in tokens.items():
            if outcome == "right":
                self._records.pop(token, None)
            else:
                record = self._records.get(token, _Record())
                self._records[token] = record.after_one_more(LIMITS[kind], self._now())

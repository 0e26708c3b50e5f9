"""Which classes somebody follows, in this process or another: nobody's changes cost nothing."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Sequence

import orjson

from parsepy.adapters.pubsub.base import PubSub

RENEWAL_SECONDS = 20.0
"""How often a process tells again what is followed there."""

LIFE_SECONDS = 3 * RENEWAL_SECONDS
"""How long it is believed: after that the process is taken for gone."""

UNSURE_SECONDS = 2.0
"""How long after its start a process publishes everything: the others have not told yet what is followed there."""


class Interest:
    """The classes of one app that may be followed, and those that are.

    `patterns` None opens every class. With `is_always` changes are published whether anybody follows them or not: there may be
    servers that do not tell. Processes tell each other on the channel `<appId>/followed`.
    """

    def __init__(
        self,
        pubsub: PubSub,
        app_id: str,
        patterns: Sequence[re.Pattern[str]] | None,
        *,
        is_always: bool = False,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pubsub = pubsub
        self._channel = f"{app_id}/followed"
        self._patterns = patterns
        self._is_always = is_always
        self._now = now
        self._here: Counter[str] = Counter()
        self._elsewhere: dict[str, float] = {}
        self._started_at = self._sorted_at = now()

    def open(self) -> None:
        """Listen to the other processes, and ask them what is followed there."""
        self._pubsub.subscribe(self._channel, self._heard)
        self._tell({"ask": True})

    @property
    def has_strangers(self) -> bool:
        """Whether servers that are not of this kind hear of changes."""
        return self._is_always

    def is_live(self, class_name: str) -> bool:
        """Whether changes of the class may be followed at all."""
        return self._patterns is None or any(pattern.fullmatch(class_name) for pattern in self._patterns)

    def wants(self, class_name: str) -> bool:
        """Whether changes of the class are to be published."""
        if not self.is_live(class_name):
            return False
        is_unsure = self._now() - self._started_at < UNSURE_SECONDS
        return self._is_always or is_unsure or self.is_followed(class_name)

    def is_followed(self, class_name: str) -> bool:
        """Whether somebody is known to follow the class, here or elsewhere."""
        return self._here[class_name] > 0 or self._elsewhere.get(class_name, 0.0) > self._now()

    async def follow(self, class_name: str) -> None:
        """Somebody here follows the class from now on; returns when the others know it."""
        self._here[class_name] += 1
        if self._here[class_name] == 1:
            self._tell({"classes": [class_name]})
            await self._pubsub.settled()

    def leave(self, class_name: str) -> None:
        """One follower less."""
        self._here[class_name] -= 1
        if self._here[class_name] <= 0:
            del self._here[class_name]

    def renew(self) -> None:
        """Tell the others again what is followed here; call it every `RENEWAL_SECONDS`."""
        if self._here:
            self._tell({"classes": list(self._here)})

    def _tell(self, told: dict[str, object]) -> None:
        self._pubsub.publish(self._channel, orjson.dumps(told))

    def _heard(self, message: bytes) -> None:
        match orjson.loads(message):
            case {"ask": True}:
                self.renew()
            case {"classes": list(names)}:
                self._forget_the_gone()
                self._elsewhere.update(dict.fromkeys(names, self._now() + LIFE_SECONDS))

    def _forget_the_gone(self) -> None:
        """Drop what is no longer believed, now and then: clients may follow classes by any name."""
        now = self._now()
        if now - self._sorted_at >= LIFE_SECONDS:
            self._sorted_at = now
            self._elsewhere = {name: until for name, until in self._elsewhere.items() if until > now}

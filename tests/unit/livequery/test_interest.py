"""Changes are published when somebody follows the class, here or in another process."""

from __future__ import annotations

import re

from parsepy.adapters.pubsub.memory import MemoryPubSub
from parsepy.core.live.interest import LIFE_SECONDS, UNSURE_SECONDS, Interest


class Watch:
    """Seconds that the test moves."""

    seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def process(shared: MemoryPubSub, now: Watch, pattern: str = ".*") -> Interest:
    """The interest of one of several processes that hear each other."""
    interest = Interest(shared, "test", [re.compile(pattern)], now=now)
    interest.open()
    return interest


async def test_what_nobody_follows_is_not_wanted() -> None:
    now = Watch()
    interest = process(MemoryPubSub(), now)
    at_start = interest.wants("Score")
    now.seconds += UNSURE_SECONDS

    assert (at_start, interest.wants("Score")) == (True, False)


async def test_what_is_followed_anywhere_is_wanted_everywhere_until_it_is_left() -> None:
    now, shared = Watch(), MemoryPubSub()
    here, there = process(shared, now), process(shared, now)
    now.seconds += UNSURE_SECONDS
    await here.follow("Score")
    followed = (here.wants("Score"), there.wants("Score"), there.wants("Other"))
    here.leave("Score")
    now.seconds += LIFE_SECONDS

    assert followed == (True, True, False)
    assert (here.wants("Score"), there.wants("Score")) == (False, False)


async def test_a_process_that_starts_later_learns_what_is_followed() -> None:
    now, shared = Watch(), MemoryPubSub()
    here = process(shared, now)
    await here.follow("Score")
    late = process(shared, now)
    now.seconds += UNSURE_SECONDS

    assert late.wants("Score")


async def test_what_goes_on_being_followed_stays_wanted() -> None:
    now, shared = Watch(), MemoryPubSub()
    here, there = process(shared, now), process(shared, now)
    await here.follow("Score")
    for _ in range(5):
        now.seconds += LIFE_SECONDS / 2
        here.renew()

    assert there.wants("Score")


async def test_classes_that_are_not_live_are_never_wanted() -> None:
    interest = process(MemoryPubSub(), Watch(), "Chat.*")
    await interest.follow("Score")

    assert (interest.is_live("ChatRoom"), interest.is_live("Score"), interest.wants("Score")) == (True, False, False)

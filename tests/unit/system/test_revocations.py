"""What is remembered of sessions and roles is forgotten in time, also while it is being read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import pytest

from parsepy.system.role_cache import RoleCache
from parsepy.system.session_cache import Known, SessionCache

KNOWN = Known({"objectId": "ann"}, "s1", None, datetime(2026, 1, 1, tzinfo=UTC))
CREW = frozenset({"role:Crew"})


@pytest.mark.parametrize(
    "revoke",
    [partial(SessionCache.forget, token="r:1"), partial(SessionCache.forget_user, user_id="ann"), SessionCache.clear],
    ids=["token", "user", "all"],
)
def test_a_session_that_was_revoked_while_it_was_read_is_not_remembered(revoke: Callable[[SessionCache], None]) -> None:
    cache = SessionCache(10, 60)
    read_at = cache.revocations
    revoke(cache)
    cache.put("r:1", KNOWN, read_at=read_at)

    assert cache.get("r:1") is None


def test_a_session_is_remembered_if_nothing_was_revoked_meanwhile() -> None:
    cache = SessionCache(10, 60)
    cache.put("r:1", KNOWN, read_at=cache.revocations)

    assert cache.get("r:1") is KNOWN


def test_all_tokens_of_one_user_are_forgotten_and_no_others() -> None:
    cache = SessionCache(10, 60)
    bob = Known({"objectId": "bob"}, "s2", None, KNOWN.updated_at)
    cache.put("r:1", KNOWN)
    cache.put("r:2", KNOWN)
    cache.put("r:3", bob)
    cache.forget_user("ann")

    assert [cache.get(token) for token in ("r:1", "r:2", "r:3")] == [None, None, bob]


def test_roles_that_changed_while_they_were_read_are_not_remembered() -> None:
    cache = RoleCache(10, 60)
    read_at = cache.revocations
    cache.clear()
    cache.put("ann", CREW, read_at=read_at)
    assert cache.get("ann") is None

    cache.put("ann", CREW, read_at=cache.revocations)
    assert cache.get("ann") == CREW

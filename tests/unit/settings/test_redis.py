"""Which Redis the settings name, and what they must not name."""

from __future__ import annotations

from typing import Any

import pytest

from parsepy.settings import SettingsError, load, redis_of

BASE = {"appId": "one", "masterKey": "m", "serverURL": "http://localhost:1337/parse"}
ONE, TWO = "redis://one:6379", "rediss://ann:secret@two"


def urls(**given: Any) -> tuple[str, str] | None:
    """Where changes are told and heard."""
    places = redis_of(load(file={**BASE, **given}).apps[0])
    return None if places is None else (places.told_at.url, places.heard_at.url)


def test_without_redis_there_is_none() -> None:
    assert urls() is None
    assert urls(liveQuery={"classNames": ["A"]}, liveQueryServerOptions={"port": 1}) is None


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"liveQuery": {"redisURL": ONE}}, (ONE, ONE)),
        ({"liveQueryServerOptions": {"redisURL": TWO}}, (TWO, TWO)),
        ({"liveQuery": {"redisURL": ONE}, "liveQueryServerOptions": {"redisURL": TWO}}, (ONE, TWO)),
        ({"liveQuery": {"redisURL": ""}}, None),
        ({"liveQuery": {"pubSubAdapter": {"module": "RedisPubSub", "options": {"redisURL": ONE}}}}, (ONE, ONE)),
        ({"liveQuery": {"redisURL": TWO, "pubSubAdapter": "memory"}}, (TWO, TWO)),
    ],
)
def test_what_names_one_side_stands_for_both(given: dict[str, Any], expected: tuple[str, str] | None) -> None:
    assert urls(**given) == expected


def test_options_of_the_client_go_along_and_are_not_shown() -> None:
    settings = load(file={**BASE, "liveQuery": {"redisURL": ONE, "redisOptions": {"password": "hush"}}}).apps[0]
    places = redis_of(settings)

    assert places is not None
    assert places.told_at.options == {"password": "hush"}
    assert "hush" not in repr(places) + repr(settings)


@pytest.mark.parametrize(
    "url", ["localhost:6379", "http://localhost", "redis://", "redis://:pass/word@host:1", "redis://h:x"]
)
def test_what_is_no_address_of_a_redis_stops_the_start_and_is_not_shown(url: str) -> None:
    with pytest.raises(SettingsError, match=r"liveQuery\.redisURL") as refused:
        load(file={**BASE, "liveQuery": {"redisURL": url}})

    assert url not in str(refused.value).replace("redis://host:6379", "")


def test_a_redis_without_address_stops_the_start() -> None:
    with pytest.raises(SettingsError, match=r"liveQueryServerOptions\.pubSubAdapter"):
        load(file={**BASE, "liveQueryServerOptions": {"pubSubAdapter": "redis"}})

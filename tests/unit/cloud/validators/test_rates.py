"""`rate_limit=` as it is registered: what it may say, and which requests count."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from parsepy import Cloud, CloudError, Config, File
from parsepy.cloud.validators.rates import CloudLimit, RateRules

RULES: RateRules = {"request_count": 3, "request_time_window": 1000}


def limit_of(cloud: Cloud) -> CloudLimit:
    (found,) = cloud.limits("/endpoints")
    return found


def test_a_window_may_be_a_timedelta() -> None:
    cloud = Cloud()
    cloud.define("f", rate_limit={"request_count": 3, "request_time_window": timedelta(minutes=1)})(lambda request: 1)

    assert limit_of(cloud).limit.request_time_window == 60_000


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"request_count": None}, "rate_limit: request_count must be a whole number"),
        ({"request_count": 0}, "rate_limit needs request_count, a number of at least 1"),
        ({"request_time_window": timedelta(0)}, "rate_limit needs request_time_window, a number of at least 1"),
        ({"zone": "planet"}, "rate_limit: zone must be one of ip, user, session, global"),
        ({"request_path": "/a("}, 'rate_limit: request_path is "/a("'),
        ({"request_methods": ["FETCH"]}, "rate_limit: request_methods must be a list of HTTP methods"),
        ({"include_master_key": "maybe"}, "rate_limit: include_master_key must be true or false"),
        ({"requestCount": 3}, 'Invalid rate limit option "requestCount"'),
        ({"redis_url": "redis://x"}, 'Invalid rate limit option "redis_url"'),
    ],
)
def test_mistakes_stop_the_registration(changed: dict[str, Any], text: str) -> None:
    rules: Any = {**RULES, **changed}

    with pytest.raises(CloudError) as refused:
        Cloud().define("f", rate_limit=rules)(lambda request: 1)

    assert text in str(refused.value)
    assert "test_rates.py:" in str(refused.value)


@pytest.mark.parametrize("rules", [3, [], {"request_count": 3}, {"request_time_window": 3}, {}])
def test_a_limit_needs_a_count_and_a_window(rules: Any) -> None:
    with pytest.raises(CloudError):
        Cloud().define("f", rate_limit=rules)(lambda request: 1)


def test_the_requests_of_a_function_count() -> None:
    cloud = Cloud()
    cloud.define("a:b.c", rate_limit=RULES)(lambda request: 1)

    assert (limit_of(cloud).name, limit_of(cloud).paths) == ("function a:b.c", (r"/functions/a\:b.c",))


@pytest.mark.parametrize(
    ("trigger", "of", "paths", "methods"),
    [
        ("before_save", "Score", ("/classes/Score{/*id}",), ("POST", "PUT")),
        ("before_delete", "Score", ("/classes/Score{/*id}",), ("DELETE",)),
        ("before_find", "Score", ("/classes/Score{/*id}",), ("GET",)),
        ("before_save", "_User", ("/classes/_User{/*id}", "/users{/*id}"), ("POST", "PUT")),
        ("before_find", "_Role", ("/classes/_Role{/*id}", "/roles{/*id}"), ("GET",)),
        ("before_save", File, ("/files{/*id}",), ("POST", "PUT")),
        ("before_save", Config, ("/config",), ("POST", "PUT")),
    ],
)
def test_the_requests_that_set_off_a_trigger_count(
    trigger: str, of: Any, paths: tuple[str, ...], methods: tuple[str, ...]
) -> None:
    cloud = Cloud()
    getattr(cloud, trigger)(of, rate_limit=RULES)(lambda request: None)

    assert (limit_of(cloud).paths, limit_of(cloud).limit.request_methods) == (paths, methods)
    assert limit_of(cloud).downloads == (of is File)


def test_logins_count_with_and_without_a_limit_on_the_trigger() -> None:
    limited, free = Cloud(), Cloud()
    limited.before_login(rate_limit=RULES)(lambda request: None)
    free.before_login(lambda request: None)

    assert limit_of(limited).paths == ("/login",)
    assert free.limits() == ()
    assert [cloud.triggers for cloud in (limited, free)] == [(("beforeLogin", "_User"),)] * 2


def test_the_requests_of_an_endpoint_count() -> None:
    cloud = Cloud()
    cloud.route("POST", "/hooks/:name", rate_limit=RULES)(lambda request: None)

    found = limit_of(cloud)

    assert (found.paths, found.limit.request_methods) == (("/endpoints/hooks/:name",), ("POST",))


def test_other_paths_and_methods_may_count_instead() -> None:
    cloud = Cloud()
    rules: RateRules = {**RULES, "request_path": "/classes/Other", "request_methods": "PU.|DELETE"}
    cloud.before_save("_User", rate_limit=rules)(lambda request: None)

    found = limit_of(cloud)

    assert found.paths == ("/classes/Other",)
    assert "PU." in str(found.limit.request_methods)


@pytest.mark.parametrize("trigger", ["after_save", "after_delete", "after_find"])
def test_a_trigger_after_the_fact_cannot_be_limited(trigger: str) -> None:
    with pytest.raises(CloudError, match=r"rate_limit has no effect on after"):
        getattr(Cloud(), trigger)("Score", rate_limit=RULES)(lambda request: None)


def test_a_limit_goes_with_a_function_as_validator() -> None:
    cloud = Cloud()
    cloud.define("f", validator=print, rate_limit=RULES)(lambda request: 1)

    assert limit_of(cloud).limit.request_count == 3

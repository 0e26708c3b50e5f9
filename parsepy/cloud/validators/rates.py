"""`rate_limit=`: how often clients may call a function or set off a trigger, and by which requests that is counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Literal, Required, TypedDict

from parsepy.settings import InvalidError, RateLimit
from parsepy.settings.options import options_of
from parsepy.settings.path_patterns import quoted

Zone = Literal["ip", "user", "session", "global"]


class RateRules(TypedDict, total=False):
    """The keys of `rate_limit`: so many requests in a window of so many milliseconds (or a timedelta).

    `zone` is what is counted separately, `ip` if it is left out. Calls with the master key and from 127.0.0.1 do not count,
    unless `include_master_key` and `include_internal_requests` say so. `request_path` and `request_methods` replace
    the requests that count by themselves.
    """

    request_count: Required[int]
    request_time_window: Required[int | timedelta]
    zone: Zone
    error_response_message: str
    include_master_key: bool
    include_internal_requests: bool
    request_path: str
    request_methods: str | Sequence[str]


@dataclass(frozen=True, slots=True)
class CloudLimit:
    """A limit and the path patterns of the requests that count; with `downloads` those of files do, too."""

    name: str
    paths: tuple[str, ...]
    limit: RateLimit
    downloads: bool = False


# The routes that lead to a class beside `/classes`.
_ROUTES: Mapping[str, str] = {
    "_User": "/users{/*id}",
    "_Role": "/roles{/*id}",
    "_Installation": "/installations{/*id}",
}
_FILES, _CONFIG = "@File", "@Config"
_METHODS: Mapping[str, tuple[str, ...]] = {
    "beforeSave": ("POST", "PUT"),
    "beforeDelete": ("DELETE",),
    "beforeFind": ("GET",),
    "beforeLogin": ("POST", "GET"),
}
LIMITED_TRIGGERS = frozenset(_METHODS)
"""Triggers that a limit can stand before: those after the fact come too late."""


def parsed(rules: Any) -> RateLimit:
    """The limit of a `rate_limit`. Raises TypeError for what is none."""
    if not isinstance(rules, Mapping):
        raise TypeError(f"rate_limit must be a dict, not a {type(rules).__name__}")
    known = {option.name: option for option in options_of(RateLimit)}
    given: dict[str, Any] = {}
    for key, value in rules.items():
        if key not in known or key == "redis_url":
            raise TypeError(f'Invalid rate limit option "{key}"')
        plain = value // timedelta(milliseconds=1) if isinstance(value, timedelta) else value
        try:
            given[key] = known[key].kind.read(plain)
        except InvalidError as exc:
            raise TypeError(f"rate_limit: {key} {exc.problem}") from exc
    for key in ("request_count", "request_time_window"):
        if given.get(key, 0) < 1:
            raise TypeError(f"rate_limit needs {key}, a number of at least 1")
    return RateLimit(**given)


def of_function(name: str, limit: RateLimit) -> CloudLimit:
    """The limit on calls of a function."""
    return _limit(f"function {name}", limit, (f"/functions/{quoted(name)}",))


def of_endpoint(name: str, path: str, method: str, limit: RateLimit) -> CloudLimit:
    """The limit on requests to an HTTP endpoint; `path` is the whole one below the mount."""
    return _limit(f"endpoint {name}", replace(limit, request_methods=limit.request_methods or (method,)), (path,))


def of_trigger(trigger: str, class_name: str, limit: RateLimit) -> CloudLimit:
    """The limit on the requests that set off a trigger of LIMITED_TRIGGERS."""
    methods = limit.request_methods or _METHODS[trigger]
    name = f"{trigger} of {class_name}"
    return _limit(name, replace(limit, request_methods=methods), _paths(trigger, class_name), class_name == _FILES)


def _paths(trigger: str, class_name: str) -> tuple[str, ...]:
    if trigger == "beforeLogin":
        return ("/login",)
    if class_name == _FILES:
        return ("/files{/*id}",)
    if class_name == _CONFIG:
        return ("/config",)
    own = _ROUTES.get(class_name)
    usual = f"/classes/{class_name}{{/*id}}"
    return (usual, own) if own else (usual,)


def _limit(name: str, limit: RateLimit, paths: tuple[str, ...], downloads: bool = False) -> CloudLimit:
    chosen = (limit.request_path,) if limit.request_path else paths
    return CloudLimit(name, chosen, limit, downloads)

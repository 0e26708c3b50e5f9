"""The parameters of a query in the form in which clients send them, and back."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from parsepy.model.find_params import FindParams

_LISTS = {"keys": "keys", "excludeKeys": "exclude_keys", "include": "include", "order": "order"}
_PLAIN = {
    "limit": "limit",
    "skip": "skip",
    "hint": "hint",
    "explain": "explain",
    "comment": "comment",
    "readPreference": "read_preference",
    "includeReadPreference": "include_read_preference",
    "subqueryReadPreference": "subquery_read_preference",
}


def to_json(params: FindParams) -> dict[str, Any]:
    """Only what was said; `where` always."""
    lists = {key: ",".join(getattr(params, name)) for key, name in _LISTS.items() if getattr(params, name)}
    plain = {key: value for key, name in _PLAIN.items() if (value := getattr(params, name)) not in (None, 0)}
    limit = {} if params.limit is None else {"limit": params.limit}
    return {"where": copy.deepcopy(dict(params.where)), **lists, **plain, **limit}


def from_json(given: Mapping[str, Any]) -> FindParams:
    """Raises ValueError for a parameter that no query has."""
    known = {"where", "className", "count", "watch", *_LISTS, *_PLAIN}
    if unknown := sorted(given.keys() - known):
        raise ValueError(f"a query has no {', '.join(unknown)}")
    said: dict[str, Any] = {name: _split(given[key]) for key, name in _LISTS.items() if given.get(key)}
    said |= {name: given[key] for key, name in _PLAIN.items() if given.get(key) is not None}
    return FindParams(where=copy.deepcopy(dict(given.get("where") or {})), **said)


def _split(value: str | list[str]) -> tuple[str, ...]:
    return tuple(value.split(",") if isinstance(value, str) else value)

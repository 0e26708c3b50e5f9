"""Going on after a row: the conditions that the rows behind it in an order meet, so that pages need no skipping."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from parsepy.model.find_params import FindParams

Condition = dict[str, Any]

ID = "objectId"
_TIMES = frozenset({"createdAt", "updatedAt"})


def first_page(params: FindParams, size: int) -> FindParams:
    """The parameters of the first page. Raises ValueError for an order that cannot be gone through in pages."""
    for key in _keys(params.order):
        if "." in key or key.startswith("$"):
            raise ValueError(f"objects that are sorted by {key} can only be found at once, not one after the other")
    order = params.order if ID in _keys(params.order) else (*params.order, ID)
    needed = _keys(order)
    return replace(
        params,
        order=order,
        limit=size,
        keys=None if params.keys is None else (*params.keys, *needed),
        exclude_keys=tuple(key for key in params.exclude_keys if key not in needed),
    )


def next_page(first: FindParams, last: Mapping[str, Any]) -> FindParams:
    """The parameters of the page behind a row, of which the REST form is given. Raises ValueError as `first_page`."""
    if first.order == (ID,):
        return replace(first, where=_with_id_after(first.where, last[ID]), skip=0)
    return replace(first, where={"$and": [dict(first.where), {"$or": _behind(first.order, last)}]}, skip=0)


def _with_id_after(where: Mapping[str, Any], object_id: str) -> Condition:
    if ID in where:
        return {"$and": [dict(where), {ID: {"$gt": object_id}}]}
    return {**where, ID: {"$gt": object_id}}


def _behind(order: Sequence[str], last: Mapping[str, Any]) -> list[Condition]:
    """The alternatives: a row that is equal in the first keys comes behind by the next."""
    alternatives: list[Condition] = []
    equal: list[Condition] = []
    for text in order:
        key, value = text.removeprefix("-"), _comparable(text, last)
        alternatives += [_all([*equal, later]) for later in _later(key, value, descends=text.startswith("-"))]
        equal.append({key: value})
        if key == ID:
            break
    return alternatives


def _later(key: str, value: Any, *, descends: bool) -> list[Condition]:
    """What comes behind a value; null and no value come first."""
    if value is None:
        return [] if descends else [{key: {"$ne": None}}]
    if not descends:
        return [{key: {"$gt": value}}]
    return [{key: {"$lt": value}}] if key in {ID, *_TIMES} else [{key: {"$lt": value}}, {key: None}]


def _comparable(text: str, last: Mapping[str, Any]) -> Any:
    key = text.removeprefix("-")
    value = last.get(key)
    if key in _TIMES:
        return {"__type": "Date", "iso": value}
    if isinstance(value, list) or (isinstance(value, dict) and value.get("__type") != "Date"):
        raise ValueError(f"objects that are sorted by {key} can only be found at once, not one after the other")
    return value


def _all(conditions: Sequence[Condition]) -> Condition:
    return conditions[0] if len(conditions) == 1 else {"$and": list(conditions)}


def _keys(order: Sequence[str]) -> tuple[str, ...]:
    return tuple(text.removeprefix("-") for text in order)

"""The parameters of a find as clients send them, in the query string or the body, become `FindParams`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import orjson

from parsepy.errors import ErrorCode, ParseError
from parsepy.model.find_params import FindParams, read_preference
from parsepy.model.parsing.constraint import as_javascript
from parsepy.settings import Settings

PREFERENCE_KEYS = ("readPreference", "includeReadPreference", "subqueryReadPreference")
GET_KEYS = frozenset({"keys", "include", "excludeKeys", *PREFERENCE_KEYS})
FIND_KEYS = GET_KEYS | frozenset(
    {"skip", "limit", "order", "count", "includeAll", "redirectClassNameForKey", "where", "hint", "explain", "comment"}
)
EVERY_POINTER = "*"
PLAIN_GET = FindParams(is_get=True)


def find_params(settings: Settings, given: Mapping[str, Any], *, bounded: bool = True) -> FindParams:
    """Parse the parameters of a list; `bounded` lets `maxLimit` lower the limit. Raises ParseError 102 and 107."""
    for name in given:
        if name not in FIND_KEYS:
            raise ParseError(ErrorCode.INVALID_QUERY, f"Invalid parameter for query: {name}")
    return FindParams(
        where=where_of(given.get("where")),
        limit=_limit(settings, given.get("limit"), bounded=bounded),
        skip=_whole(given.get("skip"), "skip") or 0,
        order=_order(given.get("order")),
        count=truthy(given.get("count")),
        redirect_key=_text(given.get("redirectClassNameForKey")),
        explain=given.get("explain") if truthy(given.get("explain")) else None,
        hint=_hint(given.get("hint")),
        comment=_text(given.get("comment")) or None,
        **_selection(given),
    )


def get_params(given: Mapping[str, Any]) -> FindParams:
    """Parse the parameters of a read by id. Raises ParseError 102."""
    if not given:
        return PLAIN_GET
    if not GET_KEYS.issuperset(given):
        raise ParseError(ErrorCode.INVALID_QUERY, "Improper encode of parameter")
    return FindParams(is_get=True, **_selection(given))


def truthy(value: Any) -> bool:
    """Whether JavaScript takes the value for true."""
    return bool(value) or isinstance(value, (dict, list))


def _selection(given: Mapping[str, Any]) -> dict[str, Any]:
    keys = _names(given["keys"]) if given.get("keys") is not None else None
    include = _names(given.get("include"))
    if EVERY_POINTER in include:
        include = (EVERY_POINTER,)
    if truthy(given.get("includeAll")):
        include = (EVERY_POINTER, *include)
    forced = [key.rsplit(".", 1)[0] for key in keys or () if "." in key]
    preferences = {name: read_preference(given.get(name)) for name in PREFERENCE_KEYS}
    return {
        "keys": keys,
        "exclude_keys": _names(given.get("excludeKeys")),
        "include": tuple(dict.fromkeys((*include, *forced))),
        "read_preference": preferences["readPreference"],
        "include_read_preference": preferences["includeReadPreference"],
        "subquery_read_preference": preferences["subqueryReadPreference"],
    }


def where_of(value: Any) -> dict[str, Any]:
    """The conditions of a find: an object, or its JSON text. Raises ParseError for anything else."""
    if isinstance(value, str):
        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError as exc:
            raise ParseError(ErrorCode.INVALID_JSON, "where parameter is not valid JSON") from exc
    if value is None or value == []:
        return {}
    if isinstance(value, list):
        raise ParseError(ErrorCode.INVALID_KEY_NAME, "Invalid key name: 0")
    if not isinstance(value, dict):
        raise ParseError(ErrorCode.INVALID_JSON, "where parameter must be a JSON object")
    return value


def _limit(settings: Settings, value: Any, *, bounded: bool) -> int:
    limit = _whole(value, "limit")
    if limit is None:
        limit = settings.default_limit
    if bounded and settings.max_limit is not None:
        limit = min(limit, settings.max_limit)
    return limit


def _whole(value: Any, name: str) -> int | None:
    """A number that may come as text; None if it was not given."""
    if value is None or value is False or value == "":
        return None
    try:
        number = float(value) if isinstance(value, (int, float, str)) else math.nan
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or number < 0:
        raise ParseError(ErrorCode.INVALID_QUERY, f"{name} must be a whole number that is not negative")
    return min(int(number), 2**62)


def _names(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    text = ",".join(map(str, value)) if isinstance(value, list) else str(value)
    return tuple(name for name in text.split(",") if name)


def _order(value: Any) -> tuple[str, ...]:
    """Sort keys; a name left out between two commas is one, too, and no good one."""
    return tuple(name.strip() for name in as_javascript(value).split(",")) if truthy(value) else ()


def _hint(value: Any) -> Any:
    """An index, by name or by its keys; other values count as not given."""
    return value if value and isinstance(value, (str, dict)) else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None

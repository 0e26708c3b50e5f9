"""MongoDB Extended JSON in aggregations: what clients send becomes Python values, what they get becomes JSON."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import orjson
from bson import json_util
from bson.errors import BSONError

from parsepy.adapters.storage.base import InvalidQueryError, Object
from parsepy.model.aggregation.values import Document, utc
from parsepy.model.stored_values import plain_value

_READ = json_util.RELAXED_JSON_OPTIONS
_WRITE = json_util.RELAXED_JSON_OPTIONS


def read(value: Any) -> Any:
    """A JSON value with the typed values in it (`{"$date": ...}`) as Python's; dates are naive UTC. Raises InvalidQueryError."""
    try:
        return _naive(json_util.loads(orjson.dumps(value), json_options=_READ))
    except (BSONError, ValueError, TypeError, OverflowError, RecursionError) as exc:
        raise InvalidQueryError(f"the pipeline is no Extended JSON: {exc}") from exc


def _naive(value: Any) -> Any:
    match value:
        case dict():
            return {name: _naive(part) for name, part in value.items()}
        case list():
            return [_naive(part) for part in value]
        case datetime():
            return utc(value)
        case int() if not isinstance(value, bool):
            return int(value)
        case _:
            return value


def written(document: Document) -> Object:
    """A document as relaxed Extended JSON; numbers are plain."""
    shown: Object = json.loads(json_util.dumps(_plain(document), json_options=_WRITE))
    return shown


def _plain(value: Any) -> Any:
    """Numbers as JavaScript has them: 2.0 is 2."""
    match value:
        case dict():
            return {name: _plain(part) for name, part in value.items()}
        case list():
            return [_plain(part) for part in value]
        case float() if value.is_integer():
            return plain_value(value)
        case _:
            return value

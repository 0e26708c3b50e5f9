"""Python values of cloud code become REST JSON, and REST JSON becomes Python values."""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from parsepy.cloud.files import File
from parsepy.cloud.sdk.rows import Row
from parsepy.cloud.types import Encodable, GeoPoint, Polygon, corners
from parsepy.model import values

MAX_INTEGER = 2**63
MAX_EXACT = 2**53
Seen = frozenset[tuple[str, str]]


def _number(value: float) -> float | int | None:
    """As JavaScript writes it: a whole number without a point, what is no number as null."""
    if not math.isfinite(value):
        return None
    return int(value) if value.is_integer() and abs(value) < MAX_EXACT else value


def encode(value: Any, *, full: bool = False, seen: Seen = frozenset()) -> Any:
    """The REST form of a Python value; tuples and sets become lists, a datetime without zone counts as UTC.

    Objects become pointers, or with `full` are written out. Raises TypeError for what Parse has no form for, and
    ValueError for a pointer to an object that is not saved.
    """
    match value:
        case None | bool() | str():
            return value
        case int():
            return value if -MAX_INTEGER <= value < MAX_INTEGER else float(value)
        case float():
            return _number(value)
        case datetime():
            return values.date_json(value)
        case bytes():
            return {"__type": "Bytes", "base64": base64.b64encode(value).decode()}
        case Encodable():
            return value.encoded(full=full, seen=seen)
        case Mapping():
            return {str(key): encode(item, full=full, seen=seen) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [encode(item, full=full, seen=seen) for item in value]
        case _:
            raise TypeError(f"Parse cannot store a value of type {type(value).__name__}")


def decode(value: Any) -> Any:
    """The Python value of REST JSON: datetimes, objects, files, places and areas; bytes for Bytes."""
    match value:
        case list():
            return [decode(item) for item in value]
        case {"__type": "Date", "iso": str()}:
            return values.date_of(value)
        case {"__type": "Pointer" | "Object", "className": str(class_name)}:
            return Row.type_of(class_name).from_json(value)
        case {"__type": "File", "name": str(name)}:
            return File(name, url=value.get("url"))
        case {"__type": "GeoPoint", "latitude": latitude, "longitude": longitude}:
            return GeoPoint(latitude, longitude)
        case {"__type": "Polygon", "coordinates": list(pairs)}:
            return Polygon(corners(pairs))
        case {"__type": "Bytes", "base64": str(text)}:
            return base64.b64decode(text)
        case dict():
            return {key: decode(item) for key, item in value.items()}
        case _:
            return value

"""Parse values in REST encoding: reading what clients send, dates, and the column that a value belongs in."""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from parsepy.errors import ErrorCode, ParseError
from parsepy.model.order import compare as compare
from parsepy.model.order import equal as equal
from parsepy.model.order import identity as identity
from parsepy.model.paths import MISSING as MISSING
from parsepy.model.paths import read_path as read_path
from parsepy.model.schema import Field, FieldType
from parsepy.model.texts import javascript_text

MAX_DEPTH = 100
"""How deep objects and arrays may be nested: what MongoDB stores."""

_MAX_EXACT = 2**53
_NESTED = frozenset({dict, list})
_SIMPLE = frozenset({str, bool, type(None)})
"""What most values are: nothing about them is to be checked."""
_URL_SAFE = str.maketrans("-_", "+/")
_ISO = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?"
    r"(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s*(Z|[+-]\d\d:?\d\d)?)?",
    re.ASCII | re.IGNORECASE,
)


def iso(moment: datetime) -> str:
    """The moment as Parse writes it: UTC with milliseconds and `Z`; a naive one is taken for UTC."""
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return aware.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def date_json(moment: datetime) -> dict[str, Any]:
    """The moment as a Date value."""
    return {"__type": "Date", "iso": iso(moment)}


def date_of(value: Any) -> datetime:
    """Read ISO text or a Date value, cut to milliseconds; text without a zone is UTC. Raises ParseError 111."""
    text = value.get("iso") if isinstance(value, Mapping) else value
    found = _ISO.fullmatch(text.strip()) if isinstance(text, str) and len(text) <= 64 else None
    if found is None:
        raise not_valid("Date")
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    milliseconds = int((fraction or "0").ljust(3, "0")[:3])
    try:
        midnight = datetime(int(year), int(month or 1), int(day or 1), tzinfo=_zone(zone))
        return (midnight + _time_of_day(hour, minute, second, milliseconds)).astimezone(UTC)
    except (ValueError, OverflowError) as exc:
        raise not_valid("Date") from exc


def _time_of_day(hour: str | None, minute: str | None, second: str | None, milliseconds: int) -> timedelta:
    """Since midnight; `24:00` ends the day. Raises ValueError for what no clock shows."""
    time = timedelta(
        hours=int(hour or 0), minutes=int(minute or 0), seconds=int(second or 0), milliseconds=milliseconds
    )
    if int(minute or 0) > 59 or int(second or 0) > 59 or time > timedelta(days=1):
        raise ValueError(time)
    return time


def _zone(text: str | None) -> timezone:
    if text is None or text in "Zz":
        return UTC
    offset = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return timezone(-offset if text[0] == "-" else offset)


def not_valid(type_name: str) -> ParseError:
    """The refusal of a value that lacks what its `__type` needs."""
    return ParseError(ErrorCode.INCORRECT_TYPE, f"This is not a valid {type_name}")


def number(value: float) -> int | float:
    """A number as JavaScript keeps it: whole ones up to 2**53 are ints, all others floats. Raises ParseError 107."""
    if isinstance(value, int):
        if -_MAX_EXACT <= value <= _MAX_EXACT:
            return value
        try:
            return number(float(value))
        except OverflowError as exc:
            raise ParseError(ErrorCode.INVALID_JSON, "number out of range") from exc
    if not math.isfinite(value):
        raise ParseError(ErrorCode.INVALID_JSON, "number out of range")
    return int(value) if value.is_integer() and abs(value) <= _MAX_EXACT else value


def is_number(value: Any) -> bool:
    """Whether it is a JSON number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def copied(value: Any) -> Any:
    """The same JSON value, sharing nothing with it that could be changed."""
    if isinstance(value, dict):
        return {name: copied(inner) if type(inner) in _NESTED else inner for name, inner in value.items()}
    if isinstance(value, list):
        return [copied(inner) if type(inner) in _NESTED else inner for inner in value]
    return value


def normalised(value: Any) -> Any:
    """Check and canonicalise the value of a column, at any depth; the result shares nothing with the argument.

    Raises ParseError 111 for a typed value that lacks its parts, 121 for nested keys with `$` or `.`, 107 for what is
    nested too deep.
    """
    if type(value) in _SIMPLE:
        return value
    if isinstance(value, Mapping) and value.get("__type"):
        return typed(value)
    return _plain(value, 1)


def typed(value: Mapping[str, Any]) -> dict[str, Any]:
    """The canonical form of a value that names its `__type`. Raises ParseError 111."""
    type_name = value["__type"]
    read = _READERS.get(type_name) if isinstance(type_name, str) else None
    if read is None:
        raise not_valid(javascript_text(type_name))
    return {"__type": type_name, **read(value)}


def _plain(value: Any, depth: int) -> Any:
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int | float):
        return number(value)
    if depth > MAX_DEPTH:
        raise ParseError(ErrorCode.INVALID_JSON, f"values may be nested {MAX_DEPTH} deep")
    if isinstance(value, list | tuple):
        return [_interior(item, depth + 1) for item in value]
    if isinstance(value, Mapping):
        return {_nested_key(key): _interior(item, depth + 1) for key, item in value.items()}
    raise ParseError(ErrorCode.INVALID_JSON, f"cannot store a {type(value).__name__}")


def _interior(value: Any, depth: int) -> Any:
    """Inside objects and arrays only what MongoDB stores natively is checked; all else stays the object it is.

    A file there keeps the URL that it was sent with: nobody makes one for it when it is read.
    """
    if type(value) in _SIMPLE:
        return value
    if not isinstance(value, Mapping):
        return _plain(value, depth)
    match value.get("__type"):
        case "Date" | "Bytes" | "Pointer":
            return typed(value)
        case "GeoPoint" if is_number(value.get("latitude")) and is_number(value.get("longitude")):
            return typed(value)
        case _:
            return _plain(value, depth)


def _nested_key(key: str) -> str:
    if "$" in key or "." in key:
        raise ParseError(ErrorCode.INVALID_NESTED_KEY, "Nested keys should not contain the '$' or '.' characters")
    return key


def _texts(type_name: str, *names: str) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    def read(value: Mapping[str, Any]) -> dict[str, Any]:
        if not all(isinstance(value.get(name), str) and value[name] for name in names):
            raise not_valid(type_name)
        return {name: value[name] for name in names}

    return read


def _date(value: Mapping[str, Any]) -> dict[str, Any]:
    return {"iso": iso(date_of(value))}


def _bytes(value: Mapping[str, Any]) -> dict[str, Any]:
    text = value.get("base64")
    if not isinstance(text, str) or not text:
        raise not_valid("Bytes")
    # Some clients break long base64 into lines.
    standard = "".join(text.translate(_URL_SAFE).split()).rstrip("=")
    try:
        raw = base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    except (binascii.Error, ValueError) as exc:
        raise not_valid("Bytes") from exc
    return {"base64": base64.b64encode(raw).decode()}


def _geo_point(value: Mapping[str, Any]) -> dict[str, Any]:
    latitude, longitude = value.get("latitude"), value.get("longitude")
    if not (is_number(latitude) and is_number(longitude)):
        raise not_valid("GeoPoint")
    return {"latitude": number(latitude), "longitude": number(longitude)}  # type: ignore[arg-type]  # checked above


def _polygon(value: Mapping[str, Any]) -> dict[str, Any]:
    given = value.get("coordinates")
    if not isinstance(given, list) or not all(_is_corner(corner) for corner in given):
        raise not_valid("Polygon")
    if len(given) < 3:
        raise ParseError(ErrorCode.INVALID_JSON, "Polygon must have at least 3 values")
    corners = [[number(latitude), number(longitude)] for latitude, longitude in given]
    if len({tuple(corner) for corner in corners}) < 3:
        message = "GeoJSON: Loop must have at least 3 different vertices"
        raise ParseError(ErrorCode.INTERNAL_SERVER_ERROR, message)
    return {"coordinates": corners if corners[0] == corners[-1] else [*corners, list(corners[0])]}


def _is_corner(corner: Any) -> bool:
    """`[latitude, longitude]` on the globe: others could be stored, but never read again."""
    if not isinstance(corner, list) or len(corner) != 2 or not all(is_number(part) for part in corner):
        return False
    latitude, longitude = corner
    return bool(-90 <= latitude <= 90 and -180 <= longitude <= 180)


_READERS: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "Date": _date,
    "Bytes": _bytes,
    "GeoPoint": _geo_point,
    "Polygon": _polygon,
    "File": _texts("File", "name"),
    "Pointer": _texts("Pointer", "className", "objectId"),
    "Relation": _texts("Relation", "className"),
}


def field_of(value: Any) -> Field | None:
    """The column that a normalised value belongs in; null has none. Raises ParseError 111 for an unknown `__type`."""
    if value is None:
        return None
    if isinstance(value, bool):
        return Field(FieldType.BOOLEAN)
    if isinstance(value, str):
        return Field(FieldType.STRING)
    if isinstance(value, int | float):
        return Field(FieldType.NUMBER)
    if isinstance(value, list):
        return Field(FieldType.ARRAY)
    type_name = value.get("__type")
    if not type_name:
        return Field(FieldType.OBJECT)
    if type_name not in _READERS:
        raise not_valid(str(type_name))
    return Field(FieldType(type_name), value.get("className"))

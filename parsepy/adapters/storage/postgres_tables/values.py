"""The values of columns: as PostgreSQL's JSON shows them, as Parse stores them, and as parameters."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from parsepy.adapters.storage.base import InvalidValueError
from parsepy.adapters.storage.postgres.columns import BOOLEAN, DATE, JSON, NUMBER, POINT, POLYGON, TEXT, TEXTS
from parsepy.adapters.storage.postgres.jsonb import json_argument
from parsepy.model.schema import Field, FieldType

Read = Callable[[Any], Any]
"""Makes the stored form of a value that is not null out of PostgreSQL's JSON for it."""

Write = Callable[[Any], Any]
"""Makes JSON that PostgreSQL casts to the column's type out of a stored value that is not null."""

MAX_EXACT = 2**53

_ZONE = "+00:00"
_ENDINGS: Mapping[int, str] = {
    len("2026-01-02T03:04:05"): ".000Z",
    len("2026-01-02T03:04:05.6"): "00Z",
    len("2026-01-02T03:04:05.67"): "0Z",
    len("2026-01-02T03:04:05.678"): "Z",
}
"""What follows a moment of that length: PostgreSQL leaves out zeros at the end."""
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(?:\+00:00|Z)?", re.ASCII)
_PARSE_LENGTH = len("2026-01-02T03:04:05.678Z")
_CORNER = re.compile(r"\(([^(),]+),([^(),]+)\)")
_DIGITS = bytes.maketrans(b"0123456789", b"0000000000")
_LONG_NUMBER = b"0" * 16
_LONG_SAMPLE = b"0" * 4


def read_iso(text: str) -> str | None:
    """A moment as Parse writes it, cut to milliseconds; None for what no calendar of ours has."""
    moment = text.removesuffix("Z").removesuffix(_ZONE)
    ending = _ENDINGS.get(len(moment))
    if ending and len(moment) < len(text) and moment[4] == "-":
        return moment + ending
    found = _MOMENT.fullmatch(text)
    if found is None:
        return None
    return f"{found[1]}.{(found[2] or '')[:3].ljust(3, '0')}Z"


def _read_date(text: str) -> Any:
    moment = read_iso(text)
    return None if moment is None else {"__type": "Date", "iso": moment}


def read_number(value: Any) -> Any:
    """Whole numbers that a float holds exactly are ints; what is no number (`NaN`) is nothing."""
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) <= MAX_EXACT else value
    if isinstance(value, int) and abs(value) > MAX_EXACT:
        return float(value)
    return None if isinstance(value, str) else value


def _read_file(name: str) -> dict[str, Any]:
    return {"__type": "File", "name": name}


def _read_pointer(target: str | None) -> Read:
    def read(object_id: str) -> dict[str, Any]:
        return {"__type": "Pointer", "className": target, "objectId": object_id}

    return read


def _read_point(text: str) -> dict[str, Any]:
    longitude, _, latitude = text[1:-1].partition(",")
    return {"__type": "GeoPoint", "latitude": read_number(float(latitude)), "longitude": read_number(float(longitude))}


def _read_polygon(text: str) -> dict[str, Any]:
    found = _CORNER.findall(text)
    corners = [[read_number(float(latitude)), read_number(float(longitude))] for longitude, latitude in found]
    closed = corners if corners[0] == corners[-1] else [*corners, list(corners[0])]
    return {"__type": "Polygon", "coordinates": closed}


def reader(field: Field) -> Read | None:
    """How a field's values are read; None: they are what PostgreSQL's JSON shows."""
    if field.type is FieldType.POINTER:
        return _read_pointer(field.target)
    return _READERS.get(field.type)


_READERS: Mapping[FieldType, Read] = {
    FieldType.NUMBER: read_number,
    FieldType.DATE: _read_date,
    FieldType.FILE: _read_file,
    FieldType.GEO_POINT: _read_point,
    FieldType.POLYGON: _read_polygon,
}


def read_internal(type_: str) -> Read | None:
    """How the values of a column that no schema names are read."""
    return {NUMBER: read_number, DATE: _read_date}.get(type_)


def in_parse_zone(column: str) -> str:
    """The JSON of a whole column of moments with UTC as Parse writes it, which leaves little to be done for each."""
    return column.replace(f'{_ZONE}"', 'Z"')


def _read_isos(texts: Sequence[str | None]) -> list[str | None]:
    length = _PARSE_LENGTH
    return [
        text if text and len(text) == length and text[-1] == "Z" and text[4] == "-" else text and read_iso(text)
        for text in texts
    ]


def _read_dates(texts: Sequence[str | None]) -> list[Any]:
    return [moment and {"__type": "Date", "iso": moment} for moment in _read_isos(texts)]


def _read_numbers(numbers: Sequence[Any]) -> list[Any]:
    return [n if type(n) is int and -MAX_EXACT <= n <= MAX_EXACT else read_number(n) for n in numbers]


DATE_READERS = frozenset({read_iso, _read_date})
"""The readers of moments."""

_LIST_READERS: Mapping[Read, Read] = {read_iso: _read_isos, _read_date: _read_dates, read_number: _read_numbers}


def list_reader(read: Read) -> Read:
    """The same for all values of a column at once, nulls among them."""
    return _LIST_READERS.get(read) or (lambda found: [None if value is None else read(value) for value in found])


def _write_date(value: Any) -> Any:
    return value["iso"] if isinstance(value, Mapping) else value


def _write_point(value: Any) -> str:
    return f"({value['longitude']},{value['latitude']})"


def _write_polygon(value: Any) -> str:
    return "(" + ",".join(f"({longitude},{latitude})" for latitude, longitude in value["coordinates"]) + ")"


def _part(name: str) -> Write:
    def write(value: Any) -> Any:
        return value[name]

    return write


_WRITERS: Mapping[FieldType, Write] = {
    FieldType.DATE: _write_date,
    FieldType.FILE: _part("name"),
    FieldType.POINTER: _part("objectId"),
    FieldType.GEO_POINT: _write_point,
    FieldType.POLYGON: _write_polygon,
}


def writer(field: Field) -> Write | None:
    """How a field's values are written; None: they are JSON that PostgreSQL casts by itself."""
    return _WRITERS.get(field.type)


def write_internal(type_: str) -> Write | None:
    """How the values of a column that no schema names are written."""
    return _write_date if type_ == DATE else None


_CASTS: Mapping[str, str] = {TEXT: "text", NUMBER: "float8", BOOLEAN: "boolean", TEXTS: "text[]"}
_THROUGH_TEXT = frozenset({DATE, JSON, POINT, POLYGON})


def parameter_type(type_: str) -> str:
    """What is written behind `$n` for a value of a column: no codec of the driver is asked for."""
    if type_ in _CASTS:
        return f"::{_CASTS[type_]}"
    return f"::text::{type_}"


def argument(type_: str, written: Any) -> Any:
    """A written value as an argument of its column's type. Raises InvalidValueError for what no column can hold."""
    if type_ == JSON:
        return stored_json(written)
    if type_ in {NUMBER, BOOLEAN, TEXTS}:
        return written
    return written if isinstance(written, str) else str(written)


def stored_json(value: Any) -> str:
    """The JSON text of a value. Raises InvalidValueError for texts with U+0000 and for what is no Unicode text."""
    text = json_argument(value)
    if text is None:
        raise InvalidValueError("PostgreSQL cannot store the character U+0000")
    return text


def may_be_odd(text: str) -> bool:
    """Whether JSON text may hold what `sane` changes: it is cheaper to look at the text than at its values."""
    if '"__op"' in text:
        return True
    # Every fourth character of so long a number is a digit, and that is seldom so of anything else, dates included.
    sample = text[::4].encode().translate(_DIGITS)
    return _LONG_SAMPLE in sample and _LONG_NUMBER in text.encode().translate(_DIGITS)


def sane(value: Any) -> Any:
    """A value out of a jsonb column as Parse means it.

    Whole numbers beyond 2**53 are floats, and operations that Parse Server left there are what they would have made.
    """
    if isinstance(value, dict):
        if isinstance(value.get("__op"), str):
            return _outcome(value)
        return {name: sane(inner) for name, inner in value.items() if not _is_removal(inner)}
    if isinstance(value, list):
        return [sane(item) for item in value]
    return float(value) if type(value) is int and abs(value) > MAX_EXACT else value


def _is_removal(value: Any) -> bool:
    return isinstance(value, dict) and value.get("__op") == "Delete"


def _outcome(operation: Mapping[str, Any]) -> Any:
    """What an operation makes out of nothing."""
    match operation["__op"]:
        case "Increment":
            return sane(operation.get("amount"))
        case "Add" | "AddUnique":
            return sane(operation.get("objects"))
        case "Remove":
            return []
        case _:
            return None


def read_acl(readers: Sequence[str] | None, writers: Sequence[str] | None) -> dict[str, Any] | None:
    """An ACL out of its two columns; a NULL beside a list is everybody."""
    if readers is None and writers is None:
        return None
    acl: dict[str, Any] = {entity: {"read": True} for entity in (["*"] if readers is None else readers)}
    for entity in ["*"] if writers is None else writers:
        acl.setdefault(entity, {})["write"] = True
    return acl


def write_acl(acl: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """The two columns of an ACL."""
    granted = acl.items()
    return [entity for entity, grants in granted if grants.get("read")], [
        e for e, grants in granted if grants.get("write")
    ]

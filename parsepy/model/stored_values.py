"""Values inside of MongoDB documents as Parse values in REST encoding, and back, at any depth."""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from parsepy.model.values import date_of, number

_INT32 = 2**31
_SPOILT = {"buffer", "sub_type", "position"}
_MAX_EXACT = 2**53
_EPOCH = datetime(1970, 1, 1)
_CYCLE_YEARS = 400
_CYCLE_MS = 12_622_780_800_000
"""400 years: the calendar repeats itself after them."""


def interior_in_document(value: Any) -> Any:
    """A Parse value as documents hold it inside objects and arrays: only dates, bytes and numbers have forms of their own."""
    write = _WRITE.get(type(value))
    return write(value) if write is not None else value


def plain_value(value: Any) -> Any:
    """What a document holds as a Parse value, whatever its column; what has no such form is null or text."""
    type_ = type(value)
    if type_ is str or type_ is bool or value is None:
        return value
    return _READ.get(type_, _foreign)(value)


def iso_of(moment: datetime) -> str:
    """A document's date as Parse writes it; a naive one is UTC."""
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    return moment.isoformat(timespec="milliseconds") + "Z"


def date_in_document(text: str) -> datetime:
    """ISO text as the date of a document. Raises ParseError 111."""
    if len(text) != 24 or text[-1] != "Z" or text[19] != ".":
        return _date_of_any_form(text)
    try:
        return datetime.fromisoformat(text[:-1])
    except ValueError:
        # Parse knows more forms than Python: 24:00 ends a day.
        return _date_of_any_form(text)


def _date_of_any_form(text: str) -> datetime:
    return date_of(text).replace(tzinfo=None)


def date_text(value: Any) -> str | None:
    """ISO text of a date, or of milliseconds since 1970; years beyond 9999 as JavaScript writes them. None for all else."""
    if isinstance(value, datetime):
        return iso_of(value)
    if isinstance(value, bool | str) or not hasattr(value, "__int__"):
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return _text_of_milliseconds(int(value))


def _text_of_milliseconds(milliseconds: int) -> str:
    cycles = 0
    try:
        moment = _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        cycles, rest = divmod(milliseconds, _CYCLE_MS)
        moment = _EPOCH + timedelta(milliseconds=rest)
    text = iso_of(moment)
    if not cycles:
        return text
    year = moment.year + cycles * _CYCLE_YEARS
    return f"{'-' if year < 0 else '+'}{abs(year):06d}{text[4:]}"


def _read_int(value: int) -> int | float:
    return value if -_MAX_EXACT <= value <= _MAX_EXACT else number(value)


def _read_float(value: float) -> int | float | None:
    if value.is_integer() and -_MAX_EXACT <= value <= _MAX_EXACT:
        return int(value)
    return value if math.isfinite(value) else None


def _read_date(value: datetime) -> dict[str, Any]:
    return {"__type": "Date", "iso": iso_of(value)}


def _read_bytes(value: bytes) -> dict[str, Any]:
    return {"__type": "Bytes", "base64": base64.b64encode(value).decode()}


def _read_list(value: list[Any]) -> list[Any]:
    return [plain_value(item) for item in value]


def _read_dict(value: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: plain_value(inner) for name, inner in value.items()}
    if found.get("__type") == "Date" and isinstance(found.get("iso"), dict):
        return dict(found["iso"])
    return _spoilt_bytes(found) if "sub_type" in found else found


def _spoilt_bytes(found: dict[str, Any]) -> dict[str, Any]:
    """Bytes that Parse Server took apart when it stored them inside of an array: `{buffer: {"0": 104, ...}, ...}`."""
    parts = found.get("buffer")
    if found.keys() != _SPOILT or not isinstance(parts, dict):
        return found
    octets = [part for part in parts.values() if isinstance(part, int) and 0 <= part <= 255]
    return _read_bytes(bytes(octets)) if len(octets) == len(parts) else found


def _foreign(value: Any) -> Any:
    """Subclasses of the usual types, and the types of a driver, told by what they can do."""
    match value:
        case int():
            return _read_int(int(value))
        case bytes():
            return _read_bytes(value)
        case str():
            return str(value)
    for type_, read in _READ.items():
        if isinstance(value, type_):
            return read(value)
    if hasattr(value, "to_decimal"):
        return _read_float(float(value.to_decimal()))
    if hasattr(value, "as_doc"):
        return _read_dict(value.as_doc())
    text = date_text(value)
    return str(value) if text is None else {"__type": "Date", "iso": text}


_READ: Mapping[type, Callable[[Any], Any]] = {
    int: _read_int,
    float: _read_float,
    datetime: _read_date,
    bytes: _read_bytes,
    list: _read_list,
    dict: _read_dict,
}


def _write_int(value: int) -> int | float:
    return value if -_INT32 <= value < _INT32 else float(value)


def _write_float(value: float) -> int | float:
    """A whole number is one, however it was written, so that arrays do not hold it twice."""
    return int(value) if value.is_integer() and -_INT32 <= value < _INT32 else value


def _write_dict(value: Mapping[str, Any]) -> Any:
    match value.get("__type"):
        case "Date" if isinstance(value.get("iso"), str):
            return date_in_document(value["iso"])
        case "Bytes" if isinstance(value.get("base64"), str):
            return base64.b64decode(value["base64"])
    return {name: interior_in_document(inner) for name, inner in value.items()}


def _write_list(value: list[Any] | tuple[Any, ...]) -> list[Any]:
    return [interior_in_document(item) for item in value]


_WRITE: Mapping[type, Callable[[Any], Any]] = {
    int: _write_int,
    float: _write_float,
    dict: _write_dict,
    list: _write_list,
    tuple: _write_list,
}

"""Texts. Bytes are those of UTF-8; upper and lower case are those of ASCII, as MongoDB has them."""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from parsepy.model import regex
from parsepy.model.aggregation.budget import VALUE_BYTES, refused
from parsepy.model.aggregation.expressions.arithmetic import integer
from parsepy.model.aggregation.expressions.signatures import Builder, Named, function, named, nullable, variadic
from parsepy.model.aggregation.values import Document, compare, is_nothing, is_number, number_text, type_name
from parsepy.model.values import iso

_UPPER = str.maketrans(string.ascii_lowercase, string.ascii_uppercase)
_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_SPACES = "\0 \t\n\v\f\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
_MOST_MATCHES = 100_000


def text(name: str, value: Any) -> str:
    """The string. Raises ParseError 102 for anything else."""
    if not isinstance(value, str):
        raise refused(f"{name} requires a string argument, found: {type_name(value)}")
    return value


def as_text(name: str, value: Any) -> str:
    """The value as the string operators take it: null is empty, numbers and dates are written out."""
    if is_nothing(value):
        return ""
    if isinstance(value, datetime):
        return iso(value)
    if is_number(value):
        return number_text(value)
    return text(name, value)


def _concat(values: list[Any]) -> Any:
    if any(map(is_nothing, values)):
        return None
    for value in values:
        if not isinstance(value, str):
            raise refused(f"$concat only supports strings, not {type_name(value)}")
    if sum(map(len, values)) > VALUE_BYTES:
        raise refused(f"$concat makes a text of more than {VALUE_BYTES} bytes")
    return "".join(values)


def _sub_characters(value: Any, start: Any, count: Any) -> str:
    first, length = integer("$substrCP", start), integer("$substrCP", count)
    if first < 0 or length < 0:
        raise refused("$substrCP: the starting index and the length must be non-negative")
    return as_text("$substrCP", value)[first : first + length]


def _sub_bytes(value: Any, start: Any, count: Any) -> str:
    first, length = integer("$substrBytes", start), integer("$substrBytes", count)
    if first < 0:
        raise refused("$substrBytes: starting index must be non-negative")
    raw = as_text("$substrBytes", value).encode()
    try:
        return (raw[first:] if length < 0 else raw[first : first + length]).decode()
    except UnicodeDecodeError as exc:
        raise refused("$substrBytes: invalid range, the range starts or ends within a UTF-8 character") from exc


def _byte_length(value: Any) -> int:
    return len(text("$strLenBytes", value).encode())


def _length(value: Any) -> int:
    return len(text("$strLenCP", value))


def _upper(value: Any) -> str:
    return as_text("$toUpper", value).translate(_UPPER)


def _lower(value: Any) -> str:
    return as_text("$toLower", value).translate(_LOWER)


def _compared(a: Any, b: Any) -> int:
    return compare(as_text("$strcasecmp", a).translate(_UPPER), as_text("$strcasecmp", b).translate(_UPPER))


def _trim(name: str, strip: Callable[[str, str], str]) -> Builder:
    def evaluate(given: Named) -> Any:
        value, chars = given["input"], given["chars"]
        if is_nothing(value) or chars is None:
            return None
        return strip(text(name, value), _SPACES if is_nothing(chars) else text(name, chars))

    return named(name, evaluate, ("input",), ("chars",))


def _split(value: Any, separator: Any) -> list[str]:
    if not isinstance(separator, str) or not separator:
        raise refused("$split requires a non-empty separator")
    return text("$split", value).split(separator)


def _index_of(name: str, *, in_bytes: bool) -> Builder:
    def evaluate(value: Any, wanted: Any, start: Any = 0, end: Any = None) -> Any:
        if is_nothing(value):
            return None
        whole: Any = text(name, value)
        part: Any = text(name, wanted)
        if in_bytes:
            whole, part = whole.encode(), part.encode()
        first = integer(name, start)
        last = len(whole) if end is None else integer(name, end)
        if first < 0 or last < 0:
            raise refused(f"{name} requires nonnegative indexes")
        return whole.find(part, first, last) if first <= last and first <= len(whole) else -1

    return function(name, evaluate, 2, 4)


def _replace(name: str, times: int) -> Builder:
    def evaluate(given: Named) -> Any:
        parts = [given["input"], given["find"], given["replacement"]]
        if any(map(is_nothing, parts)):
            return None
        value, found, replacement = (text(name, part) for part in parts)
        if len(value) + value.count(found) * len(replacement) > VALUE_BYTES:
            raise refused(f"{name} makes a text of more than {VALUE_BYTES} bytes")
        return value.replace(found, replacement, times)

    return named(name, evaluate, ("input", "find", "replacement"))


def _pattern(name: str, given: Named) -> regex.Finder | None:
    pattern, options = given["regex"], given["options"]
    if is_nothing(pattern):
        return None
    flags = "" if is_nothing(options) else text(name, options)
    if set(flags) - set("imsxu"):
        raise refused(f"{name}: invalid flag in regex options: {flags}")
    return regex.finder(text(name, pattern), flags)


def _regex(name: str, evaluate: Callable[[regex.Finder | None, str | None], Any]) -> Builder:
    def build(given: Named) -> Any:
        value = given["input"]
        return evaluate(_pattern(name, given), None if is_nothing(value) else text(name, value))

    return named(name, build, ("input", "regex"), ("options",))


def _matches(find: regex.Finder | None, value: str | None) -> bool:
    return find is not None and value is not None and find(value, 0) is not None


def _find(find: regex.Finder | None, value: str | None) -> Any:
    found = None if find is None or value is None else find(value, 0)
    return None if found is None else _shown(found)


def _shown(found: regex.Match) -> Document:
    return {"match": found.group(), "idx": found.start(), "captures": list(found.groups())}


def _find_all(find: regex.Finder | None, value: str | None) -> list[Document]:
    found: list[Document] = []
    at = 0
    while find is not None and value is not None and at <= len(value):
        match = find(value, at)
        if match is None:
            break
        found.append(_shown(match))
        at = match.end() + (match.end() == match.start())
        if len(found) > _MOST_MATCHES:
            raise refused(f"$regexFindAll finds more than {_MOST_MATCHES} matches")
    return found


OPERATORS: Mapping[str, Builder] = {
    "$concat": variadic("$concat", _concat),
    "$substrCP": function("$substrCP", _sub_characters, 3),
    "$substrBytes": function("$substrBytes", _sub_bytes, 3),
    "$substr": function("$substr", _sub_bytes, 3),
    "$strLenBytes": function("$strLenBytes", _byte_length),
    "$strLenCP": function("$strLenCP", _length),
    "$toUpper": function("$toUpper", _upper),
    "$toLower": function("$toLower", _lower),
    "$strcasecmp": function("$strcasecmp", _compared, 2),
    "$trim": _trim("$trim", str.strip),
    "$ltrim": _trim("$ltrim", str.lstrip),
    "$rtrim": _trim("$rtrim", str.rstrip),
    "$split": nullable("$split", _split, 2),
    "$indexOfCP": _index_of("$indexOfCP", in_bytes=False),
    "$indexOfBytes": _index_of("$indexOfBytes", in_bytes=True),
    "$replaceOne": _replace("$replaceOne", 1),
    "$replaceAll": _replace("$replaceAll", -1),
    "$regexMatch": _regex("$regexMatch", _matches),
    "$regexFind": _regex("$regexFind", _find),
    "$regexFindAll": _regex("$regexFindAll", _find_all),
}

"""The kinds of values that options take, each with the reader for flags, variables and JSON alike."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

from parsepy.settings.mistakes import InvalidError

T = TypeVar("T")

_SIZES = {"": 1, "b": 1, "kb": 1 << 10, "mb": 1 << 20, "gb": 1 << 30, "tb": 1 << 40}
# The largest number that JSON keeps exactly.
_MOST = (1 << 53) - 1
LOG_LEVELS = ("error", "warn", "info", "verbose", "debug", "silly", "silent")


@dataclass(frozen=True)
class Kind(Generic[T]):
    """`read` takes the text of a flag or variable or a JSON value of the file, and raises `InvalidError`.

    `label` names the kind in the documents; `null` says that null is a value and not "not set".
    """

    label: str
    read: Callable[[object], T]
    null: bool = False


@dataclass(frozen=True)
class GroupKind(Kind[T]):
    """An object with options of its own, which are the fields of the dataclass `group`."""

    group: type[Any] = object


@dataclass(frozen=True)
class GroupListKind(Kind[tuple[T, ...]]):
    """A list of such objects; a single object counts as a list of one."""

    group: type[Any] = object


def group(cls: type[T]) -> GroupKind[T]:
    """The kind of a nested options object."""
    return GroupKind("object", _only_through_its_options, group=cls)


def group_list(cls: type[T]) -> GroupListKind[T]:
    """The kind of a list of nested options objects."""
    return GroupListKind("list of objects", _only_through_its_options, group=cls)


def _only_through_its_options(_value: object) -> Any:
    raise InvalidError("is read option by option", "Give an object")


def read_bool(value: object) -> bool:
    match value:
        case bool():
            return value
        case int() if value in {0, 1}:
            return bool(value)
        case str() if value.strip().lower() in {"true", "1"}:
            return True
        case str() if value.strip().lower() in {"false", "0"}:
            return False
    raise InvalidError("must be true or false", "Write true or false")


def read_number(value: object) -> int:
    match value:
        case bool():
            found = None
        case int():
            found = value
        case float() if value.is_integer():
            found = int(value)
        case str() if re.fullmatch(r"\s*[+-]?[0-9]{1,16}\s*", value):
            found = int(value)
        case _:
            found = None
    if found is None or abs(found) > _MOST:
        raise InvalidError("must be a whole number", "Write digits only, for example 100")
    return found


def number(minimum: int, maximum: int | None = None) -> Kind[int]:
    """A whole number from `minimum` to `maximum`, both included."""
    bounds = f"from {minimum} to {maximum}" if maximum is not None else f"of at least {minimum}"

    def read(value: object) -> int:
        result = read_number(value)
        if result < minimum or (maximum is not None and result > maximum):
            raise InvalidError(f"must be a number {bounds}", f"Choose a number {bounds}")
        return result

    return Kind("number", read)


def read_limit(value: object) -> int:
    result = read_number(value)
    if result < 1 and result != -1:
        raise InvalidError(
            "must be a number of at least 1, or -1 for no limit", "Choose a number, or -1 to switch it off"
        )
    return result


def read_string(value: object) -> str:
    if not isinstance(value, str):
        raise InvalidError("must be a text", "Put the value in quotes")
    return value


def read_json(text: str) -> Any:
    """The JSON value that the text holds; the refusal never shows the text."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as exc:
        raise InvalidError(f"is not valid JSON (column {exc.pos + 1})", "Correct the JSON text") from exc


def read_object(value: object) -> Mapping[str, Any]:
    found = read_json(value) if isinstance(value, str) else value
    if not isinstance(found, dict):
        raise InvalidError("must be an object", 'Write it as {"key": value}')
    return found


def read_any_list(value: object) -> list[Any]:
    """A JSON list, or text: a JSON list again or entries between commas."""
    if isinstance(value, list | tuple):
        return list(value)
    if not isinstance(value, str):
        raise InvalidError("must be a list", 'Write it as ["a", "b"], or as a,b in a flag or variable')
    if value.lstrip().startswith("["):
        # A regular expression may begin with a bracket too: only what is JSON counts as JSON.
        try:
            found = json.loads(value)
        except json.JSONDecodeError:
            found = None
        if isinstance(found, list):
            return found
    return [part for entry in value.split(",") if (part := entry.strip())]


def read_list(value: object) -> tuple[str, ...]:
    entries = read_any_list(value)
    if not all(isinstance(entry, str) for entry in entries):
        raise InvalidError("must be a list of texts", 'Write it as ["a", "b"]')
    return tuple(entries)


def read_object_list(value: object) -> tuple[Mapping[str, Any], ...]:
    found = read_json(value) if isinstance(value, str) else value
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise InvalidError("must be a list of objects", 'Write it as [{"key": value}]')
    return tuple(found)


def read_size(value: object) -> int:
    """Bytes: a number, or a text such as `20mb` (units b, kb, mb, gb, tb; 1 kb is 1024 bytes)."""
    match value:
        case bool():
            pass
        case int() if 0 < value <= _MOST:
            return value
        case str() if found := re.fullmatch(r"\s*([0-9]{1,16}(?:\.[0-9]{1,6})?)\s*([kmgt]?b)?\s*", value.lower()):
            size = int(float(found[1]) * _SIZES[found[2] or ""])
            if 0 < size <= _MOST:
                return size
    raise InvalidError("must be a size", "Write a number with a unit, for example 20mb")


def read_url(value: object) -> str:
    text = read_string(value)
    try:
        parts = urlsplit(text)
        usable = parts.scheme.lower() in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        usable = False
    if not usable:
        raise InvalidError(
            "must be a URL that begins with http:// or https://", "Write it as https://example.com/parse"
        )
    return text.rstrip("/")


def read_path(value: object) -> str:
    text = read_string(value).strip()
    if not text.startswith("/") or re.search(r"[?#\s]", text):
        raise InvalidError("must be a path that begins with /", "Write it as /parse")
    return text.rstrip("/") or "/"


def read_folder(value: object) -> str | None:
    return None if value is None or value == "null" else read_string(value)


def read_cluster(value: object) -> int:
    if value is True or value == "true":
        return os.cpu_count() or 1
    result = read_number(value)
    if result < 1:
        raise InvalidError("must be a number of at least 1, or true", "Choose how many processes serve")
    return result


def read_cloud(value: object) -> str:
    text = read_string(value).strip()
    if re.search(r"\.([cm]?tsx?|[cm]?jsx)$", text, re.IGNORECASE):
        raise InvalidError("has to be compiled before it can run", "Name the .js file that is made of it")
    if not text:
        raise InvalidError("is empty", "Name a .py file, a package or module:name, or a .js file")
    return text


@dataclass(frozen=True)
class Retention:
    """How long log files are kept: the newest `files`, or those of the last `days`."""

    files: int | None = None
    days: int | None = None


def read_retention(value: object) -> Retention:
    if isinstance(value, str) and (found := re.fullmatch(r"\s*([1-9]\d{0,8})d\s*", value, re.IGNORECASE)):
        return Retention(days=int(found[1]))
    try:
        count = read_number(value)
    except InvalidError:
        count = 0
    if count < 1:
        raise InvalidError("must be a number of files or of days", "Write 10 for ten files or 10d for ten days")
    return Retention(files=count)


def choice(*names: str) -> Kind[str]:
    """One of the names."""

    def read(value: object) -> str:
        if value not in names:
            raise InvalidError(f"must be one of {', '.join(names)}", "Choose one of these")
        return str(value)

    return Kind("string", read)


BOOL = Kind("bool", read_bool)
NUMBER = Kind("number", read_number)
COUNT = number(0)
POSITIVE = number(1)
LIMIT = Kind("number", read_limit)
STRING = Kind("string", read_string)
LIST = Kind("list", read_list)
OBJECT = Kind("object", read_object)
OBJECT_LIST = Kind("list of objects", read_object_list)
SIZE = Kind("size", read_size)
URL = Kind("URL", read_url)
PATH = Kind("path", read_path)
FOLDER = Kind("folder", read_folder, null=True)
CLUSTER = Kind("number or true", read_cluster)
CLOUD = Kind("path or module:name", read_cloud)
RETENTION = Kind("number or days", read_retention)
LOG_LEVEL = choice(*LOG_LEVELS)

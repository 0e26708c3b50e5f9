"""Commands in a form that can be compared: without what belongs to the drivers' sessions, ids and times replaced."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import bson
from bson.regex import Regex

from tests.compat.commands.wire import Document

ORDERED = frozenset({"sort", "key", "hint", "$sort"})
"""Objects whose keys have an order that means something; they are shown as lists of pairs."""

NOISE = frozenset({"lsid", "$clusterTime", "$db", "txnNumber", "startTransaction"})
RANDOM = frozenset({"_hashed_password"})
RECENT = timedelta(hours=1)

SAID_OR_NOT: tuple[tuple[str, Any], ...] = (
    ("projection", {}),
    ("multi", False),
    ("upsert", False),
    ("remove", False),
    ("new", False),
    ("background", True),
)
"""What means the same as nothing. Since MongoDB 4.2 every index is built in the background."""


def normalised(command: Document, replaced: Mapping[str, str]) -> list[Document]:
    """The command as it is written down; one for each index. `replaced` maps names and ids of this run to stand-ins."""
    shown: Document = _plain({key: value for key, value in command.items() if key not in NOISE}, replaced)
    if shown.pop("autocommit", None) is False:
        shown["in transaction"] = True
    name = next(iter(command))
    shown = {name: shown.pop(name), **shown}
    return [{**shown, "indexes": [index]} for index in shown["indexes"]] if name == "createIndexes" else [shown]


def collection(command: Document) -> str:
    """What a command is about: a collection, or the database for those that are about none."""
    name = next(iter(command))
    inner = command["explain"] if name == "explain" else command
    about = inner.get("collection") if name == "getMore" else inner[next(iter(inner))]
    return about if isinstance(about, str) else str(command.get("$db"))


def _plain(value: Any, replaced: Mapping[str, str], key: str = "") -> Any:
    match value:
        case Mapping():
            pairs = [[_text(name, replaced), _plain(inner, replaced, name)] for name, inner in value.items()]
            pairs = [[name, ""] if key == "$unset" else [name, inner] for name, inner in pairs]
            pairs = [pair for pair in pairs if tuple(pair) not in SAID_OR_NOT]
            return pairs if key in ORDERED else dict(sorted(pairs))
        case list() if key == "$in":
            return _each_once([_plain(inner, replaced) for inner in value])
        case list():
            return [_plain(inner, replaced) for inner in value]
        case str():
            return "<random>" if key in RANDOM else _text(value, replaced)
        case _:
            return _scalar(value)


def _each_once(values: list[Any]) -> list[Any]:
    return [value for index, value in enumerate(values) if value not in values[:index]]


def _scalar(value: Any) -> Any:
    match value:
        case bool() | None:
            return value
        case int() | float():
            return int(value) if float(value).is_integer() else float(value)
        case datetime():
            is_now = abs(datetime.now(UTC) - value) < RECENT
            return "<now>" if is_now else value.isoformat(timespec="milliseconds")
        case bson.ObjectId():
            return "<oid>"
        case Regex():
            return {"$regex": value.pattern, "$options": bson_flags(value)}
        case bytes():
            return base64.b64encode(value).decode()
    return str(value)


def bson_flags(regex: Regex[Any]) -> str:
    """The flags of a BSON regular expression in letters."""
    letters = {re.IGNORECASE: "i", re.MULTILINE: "m", re.DOTALL: "s", re.UNICODE: "u", re.VERBOSE: "x"}
    return "".join(letter for flag, letter in letters.items() if regex.flags & flag)


def _text(text: str, replaced: Mapping[str, str]) -> str:
    for found, shown in replaced.items():
        text = text.replace(found, shown)
    return text

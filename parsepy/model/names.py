"""Names that classes, fields and paths may have."""

from __future__ import annotations

import re
from functools import lru_cache

from parsepy.errors import ErrorCode, ParseError
from parsepy.model.system_classes import FIELD_NAMED_CLASS_NAME, NAMED_SYSTEM_CLASSES
from parsepy.model.texts import javascript_text

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_PATH = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)*")
_JOIN = re.compile(r"_Join:[A-Za-z0-9_]+:[A-Za-z0-9_]+")
_AUTH_DATA_ID = re.compile(r"authData\.[A-Za-z0-9_]+\.id")
_RESERVED = frozenset({"length"})


def is_class_name(name: str) -> bool:
    """Whether a class may be called so: a built-in class, a join class, or a plain name."""
    return is_field_name(name) or name in NAMED_SYSTEM_CLASSES or is_join_name(name)


def is_join_name(name: str) -> bool:
    """Whether this names the class behind a relation column."""
    return _JOIN.fullmatch(name) is not None


@lru_cache(maxsize=4096)
def is_field_name(name: str, class_name: str = "") -> bool:
    """Whether a field of that class may be called so; default columns count as well."""
    if name == "className":
        return class_name in FIELD_NAMED_CLASS_NAME
    return _NAME.fullmatch(name) is not None and name not in _RESERVED


def is_path(path: str) -> bool:
    """Whether this is a field name or a dotted path below one."""
    return _PATH.fullmatch(path) is not None


def is_auth_data_id(path: str) -> bool:
    """Whether the path is the id that a user has at an authentication provider."""
    return _AUTH_DATA_ID.fullmatch(path) is not None


def root(path: str) -> str:
    """The field that a path begins with."""
    return path.split(".", 1)[0]


def invalid_class_name(name: object) -> ParseError:
    """The refusal of a class name."""
    return ParseError(
        ErrorCode.INVALID_CLASS_NAME,
        f"Invalid classname: {javascript_text(name)}, "
        "classnames can only have alphanumeric characters and _, and must start with an alpha character ",
    )

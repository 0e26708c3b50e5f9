"""What an option is: a dataclass field that knows its names, kind, default and meaning."""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass, field, fields, replace
from functools import cache
from typing import Any, ClassVar, TypedDict, TypeVar, Unpack, cast

from parsepy.settings.kinds import Kind

T = TypeVar("T")
D = TypeVar("D")


@dataclass(frozen=True)
class Option:
    """One option. `name` is the field, `wire` Parse Server's key, `env` the full name of the variable.

    `secret` values never appear in messages or in a repr; `process` ones hold for all apps of the process;
    `ours` are parsepy's own. `shown` is the default as the documents print it.
    """

    kind: Kind[Any]
    default: Any
    doc: str
    name: str = ""
    wire: str = ""
    env: str = ""
    variable: str = ""
    secret: bool = False
    process: bool = False
    ours: bool = False
    shown: str | None = None


class Traits(TypedDict, total=False):
    """What `option` takes besides kind, default and meaning; see `Option`.

    `env` is the variable without its group's prefix, `variable` a whole name.
    """

    wire: str
    env: str
    variable: str
    secret: bool
    process: bool
    ours: bool
    shown: str


def option(kind: Kind[T], default: D, doc: str, **traits: Unpack[Traits]) -> T | D:
    """Declare an option of a dataclass; names are given only where the field's name does not yield them."""
    described = Option(kind, default, doc, **traits)
    metadata = {"option": described}
    shown = not described.secret
    if type(default).__hash__ is None:
        return cast("T | D", field(default_factory=lambda: default, repr=shown, metadata=metadata))
    return cast("T | D", field(default=default, repr=shown, metadata=metadata))


class Options:
    """Base of the dataclasses whose fields are options; `ENV_PREFIX` begins their variables; empty: they have none."""

    ENV_PREFIX: ClassVar[str] = "PARSE_SERVER_"


def options_of(cls: type[Any]) -> tuple[Option, ...]:
    """The options of the dataclass in the order of their declaration, those of its bases first."""
    return _options(cast("Hashable", cls))


@cache
def _options(cls: Any) -> tuple[Option, ...]:
    return tuple(_named(cls, found) for found in fields(cls))


def _named(cls: type[Any], found: Any) -> Option:
    described: Option = found.metadata["option"]
    wire = described.wire or camel_case(found.name)
    derived = cls.ENV_PREFIX and cls.ENV_PREFIX + (described.env or screaming_case(wire))
    env = described.variable or derived
    return replace(described, name=found.name, wire=wire, env=env)


def camel_case(name: str) -> str:
    """`max_upload_size` becomes `maxUploadSize`."""
    head, *tail = name.split("_")
    return head + "".join(part.capitalize() for part in tail)


def screaming_case(wire: str) -> str:
    """`maxUploadSize` becomes `MAX_UPLOAD_SIZE`; a run of capitals stays one word, as in `TLS_CAFILE`."""
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", wire).upper()

"""Whatever JSON a file holds, the settings are made or every mistake is told; nothing else is raised."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from parsepy.settings import Settings, SettingsError, load
from parsepy.settings.kinds import GroupKind, GroupListKind
from parsepy.settings.options import options_of

BASE = {"appId": "one", "masterKey": "m", "serverURL": "http://localhost:1337/parse"}
ODD: list[Any] = [
    None, True, 0, -1, 10**30, 1.5, float("inf"), float("nan"), "", "x", "[", "{", "[1]", "{}", "\x00", "[::1", "(",
    "http://[", "http://a:b", [], [None],
    [[]], [{}], ["a"], [1], {}, {"a": None}, {"module": 1}, {"adapter": {}}, {"adapter": {"adapter": "x"}}, {"*": {"*": [1]}},
]  # fmt: skip


def every_path(cls: type[Any]) -> Iterator[tuple[str, ...]]:
    for option in options_of(cls):
        yield (option.wire,)
        if isinstance(option.kind, GroupKind | GroupListKind):
            yield from ((option.wire, *rest) for rest in every_path(option.kind.group))


def outcome(path: tuple[str, ...], value: object) -> str:
    given = value
    for key in reversed(path):
        given = {key: given}
    file = {**BASE, **given} if isinstance(given, dict) else {}
    try:
        return repr(load(file=file))
    except SettingsError as exc:
        return str(exc)


@pytest.mark.parametrize("path", list(every_path(Settings)), ids=".".join)
def test_an_odd_value_is_taken_or_told(path: tuple[str, ...]) -> None:
    for value in ODD:
        told = outcome(path, value)

        assert told.startswith("LoadedSettings(") or path[0] in told

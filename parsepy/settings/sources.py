"""Where values come from: flags, then the environment, then the file, then what the start itself chose."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from parsepy.settings.mistakes import Mistake, Notice, SettingsError, suggestion
from parsepy.settings.options import Option, options_of

# Names that Parse Server, its adapters or its tests read, although no option stands behind them.
_OTHER_VARIABLES = frozenset(
    {
        "PARSE_SERVER_CLEANUP_INVALID_INSTALLATIONS",
        "PARSE_SERVER_ENABLE_EXPERIMENTAL_DIRECT_ACCESS",
    }
)


@dataclass(frozen=True)
class Given:
    """A value somebody gave, and where: `flag --port`, `environment PORT`, `file config.json`."""

    value: object
    source: str
    overrides_all: bool = False


@dataclass(frozen=True)
class Sources:
    """All sources of one app's settings, the strongest first; keys are wire names except in `environ`.

    `file` is what the file says of this app, `shared` what it says of all apps.
    """

    flags: Mapping[str, object] = field(default_factory=dict)
    environ: Mapping[str, str] = field(default_factory=dict)
    file: Mapping[str, object] = field(default_factory=dict)
    shared: Mapping[str, object] = field(default_factory=dict)
    defaults: Mapping[str, object] = field(default_factory=dict)
    file_name: str = "file"
    app_name: str = "file"

    def find(self, option: Option) -> Given | None:
        """The strongest value of the option; null counts as not given unless it is a value of that kind."""
        if option.wire in self.flags:
            return Given(self.flags[option.wire], f"flag --{option.wire}", overrides_all=True)
        # An empty variable is how shells and containers unset one.
        if text := self.environ.get(option.env):
            return Given(text, f"environment {option.env}")
        for values, source in self._layers():
            if option.wire in values and (values[option.wire] is not None or option.kind.null):
                return Given(values[option.wire], source)
        return None

    def _layers(self) -> tuple[tuple[Mapping[str, object], str], ...]:
        return (self.file, self.app_name), (self.shared, self.file_name), (self.defaults, "default of this start")

    def inside(self, option: Option, values: Mapping[str, object], parent: Given | None) -> Inside:
        """Where the options of a nested object are found; a flag for the whole object hides its variables."""
        variables = {} if parent is not None and parent.overrides_all else self.environ
        return Inside(values, parent.source if parent else "", variables)


@dataclass(frozen=True)
class Inside:
    """The sources of a nested object: variables of its options, then the object itself."""

    values: Mapping[str, object]
    source: str
    environ: Mapping[str, str] = field(default_factory=dict)

    def find(self, option: Option) -> Given | None:
        """The strongest value of the nested option."""
        if text := self.environ.get(option.env):
            return Given(text, f"environment {option.env}")
        if option.wire in self.values and (self.values[option.wire] is not None or option.kind.null):
            return Given(self.values[option.wire], self.source)
        return None

    def inside(self, option: Option, values: Mapping[str, object], parent: Given | None) -> Inside:
        """Where the options of an object within this one are found."""
        return Inside(values, parent.source if parent else "", self.environ)


def read_file(path: Path) -> Mapping[str, Any]:
    """The object in the JSON file; raises `SettingsError` that names the line if it holds none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as exc:
        raise _bad_file(path, f"cannot be read ({exc.strerror})", "Check the path and the rights") from exc
    except UnicodeDecodeError as exc:
        raise _bad_file(path, "is not UTF-8 text", "Save it as UTF-8") from exc
    except json.JSONDecodeError as exc:
        where = f"line {exc.lineno}, column {exc.colno}"
        raise _bad_file(path, f"is not valid JSON at {where}: {exc.msg}", "Correct it there") from exc
    if not isinstance(found, dict):
        raise _bad_file(path, "does not hold an object", 'Write it as {"appId": "…", …}')
    return found


def _bad_file(path: Path, problem: str, fix: str) -> SettingsError:
    return SettingsError([Mistake("configuration", f"file {path}", problem, fix)])


def unknown_keys(cls: type[Any], values: Mapping[str, object], path: str, source: str) -> Iterator[Mistake]:
    """A mistake for every key that no option of the dataclass has."""
    known = [found.wire for found in options_of(cls)]
    for key in values:
        if key not in known:
            yield Mistake(f"{path}{key}", source, "is not an option", suggestion(str(key), known))


def unknown_variables(environ: Mapping[str, str], known: frozenset[str]) -> Iterator[Notice]:
    """A notice for every variable that looks like one of Parse Server's and is none."""
    for name in sorted(environ):
        alike = name.startswith(("PARSE_SERVER_", "PARSE_LIVE_QUERY_SERVER_"))
        if alike and name not in known and name not in _OTHER_VARIABLES:
            yield Notice(name, f"no option reads this variable. {suggestion(name, known)}.")

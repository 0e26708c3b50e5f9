"""The fields of one object of a dashboard's configuration, read one by one; what is wrong with them is gathered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from parsepy.settings import InvalidError, Mistake, Notice, SettingsError
from parsepy.settings.kinds import Kind
from parsepy.settings.mistakes import suggestion

T = TypeVar("T")
D = TypeVar("D")


@dataclass(frozen=True)
class Notes:
    """What a configuration's reader tells its author."""

    mistakes: list[Mistake] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    def raise_mistakes(self) -> None:
        """Raise SettingsError if there are mistakes."""
        if self.mistakes:
            raise SettingsError(self.mistakes)


@dataclass(frozen=True)
class Fields:
    """An object that stands at `path` in `source`. `sources` names those of single fields that came from elsewhere."""

    values: Mapping[str, object]
    source: str
    notes: Notes
    path: str = ""
    sources: Mapping[str, str] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Whether there is a value; null and an empty text are none."""
        return self.values.get(name) not in (None, "")

    def read(self, name: str, kind: Kind[T], default: D) -> T | D:
        """The field's value, `default` if there is none or it is wrong."""
        if not self.has(name):
            return default
        try:
            return kind.read(self.values[name])
        except InvalidError as exc:
            self.refuse(name, exc.problem, exc.fix)
            return default

    def need(self, name: str, kind: Kind[str], fix: str) -> str:
        """The text that the field must have."""
        if not self.has(name):
            self.refuse(name, "is missing", fix)
        return self.read(name, kind, "")

    def refuse(self, name: str, problem: str, fix: str) -> None:
        """Note a mistake; none of the texts may hold a secret."""
        source = self.sources.get(name, self.source)
        self.notes.mistakes.append(Mistake(self.path + name, source, problem, fix))

    def remark(self, name: str, text: str) -> None:
        """Note what the author should know although it stops nothing."""
        self.notes.notices.append(Notice(self.path + name, text))

    def objects(self, name: str) -> list[Fields]:
        """The objects in the field's list; none if there is no list of objects."""
        found = self.values.get(name)
        if found is None:
            return []
        if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
            self.refuse(name, "must be a list of objects", f'Write "{name}": [{{…}}]')
            return []
        source = self.sources.get(name, self.source)
        return [
            Fields(entry, source, self.notes, f"{self.path}{name}[{number}].") for number, entry in enumerate(found)
        ]

    def remark_unknown(self, known: Iterable[str]) -> None:
        """Note the fields that nothing reads."""
        names = tuple(known)
        for name in self.values:
            if name not in names:
                fix = suggestion(name, names).partition(";")[0]
                self.remark(name, f"nothing reads this. {fix}.")

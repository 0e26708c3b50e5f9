"""What can be wrong with a setting, and the one error that tells all of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


class InvalidError(ValueError):
    """A value that an option does not take. Neither text contains a secret; both lack the final stop."""

    def __init__(self, problem: str, fix: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.fix = fix


@dataclass(frozen=True)
class Mistake:
    """One wrong setting: `option` is its dotted name in the file, `source` says where the value came from."""

    option: str
    source: str
    problem: str
    fix: str

    def __str__(self) -> str:
        return f"{self.option} ({self.source}): {self.problem}. {self.fix}."


@dataclass(frozen=True)
class Notice:
    """Something that the user should know at start. `loud`: the app is less safe than the settings say."""

    option: str
    text: str
    loud: bool = False

    def __str__(self) -> str:
        return f"{'NOT PROTECTED: ' if self.loud else ''}{self.option}: {self.text}"


class SettingsError(Exception):
    """The settings cannot be used; `mistakes` is never empty and holds every one that was found."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__(*self.mistakes)

    def __str__(self) -> str:
        count = len(self.mistakes)
        head = "1 mistake in the settings:" if count == 1 else f"{count} mistakes in the settings:"
        return "\n".join([head, *(f"  - {mistake}" for mistake in self.mistakes)])


def suggestion(unknown: str, known: Iterable[str]) -> str:
    """The fix for an unknown name: the nearest known one, else where all of them are listed."""
    by_folded = {name.replace("-", "").replace("_", "").lower(): name for name in known}
    near = get_close_matches(unknown.replace("-", "").replace("_", "").lower(), by_folded, n=1, cutoff=0.7)
    if not near:
        return "Remove it; docs/settings.md lists every option"
    return f"Did you mean {by_folded[near[0]]}? Otherwise remove it"

"""Compares transcripts strictly (1 is not 1.0, order of keys does not count) and says readably what differs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from tests.compat.differential.answers import Record

ABSENT = "(absent)"


@dataclass(frozen=True)
class Difference:
    """One step that was answered differently. `step` counts from 1."""

    step: int
    expected: Record | None
    got: Record | None

    def __str__(self) -> str:
        shown = self.expected or self.got or {}
        asked = {key: shown[key] for key in ASKED if key in shown}
        lines = [f"  step {self.step}: {json.dumps(asked, ensure_ascii=False)}"]
        if self.got is not None and "stopped" in self.got:
            return "\n".join([*lines, f"    parsepy: the scenario stopped: {self.got['stopped']}"])
        if self.expected is None or self.got is None:
            return "\n".join([*lines, f"    only {'parsepy' if self.expected is None else 'the reference'} got here"])
        return "\n".join([*lines, *(f"    {line}" for line in lines_of(self.expected, self.got))])


ASKED = ("label", "request", "params", "with", "sent")


def differences(expected: Sequence[Record], got: Sequence[Record]) -> list[Difference]:
    """The steps that differ, in order. What comes after the step where a scenario stopped is not listed."""
    stopped = bool(got) and "stopped" in got[-1]
    pairs = zip_longest(expected[: len(got)] if stopped else expected, got)
    return [Difference(step, one, other) for step, (one, other) in enumerate(pairs, 1) if not same(one, other)]


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same JSON."""
    return canonical(one) == canonical(other)


def canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def lines_of(expected: Any, got: Any, path: str = "") -> Iterator[str]:
    """The places at which two values differ, with both of them, for a reader."""
    match expected, got:
        case dict(), dict():
            for key in sorted(expected.keys() | got.keys()):
                yield from lines_of(expected.get(key, ABSENT), got.get(key, ABSENT), f"{path}.{key}" if path else key)
        case list(), list() if len(expected) == len(got):
            for index, (one, other) in enumerate(zip(expected, got, strict=True)):
                yield from lines_of(one, other, f"{path}[{index}]")
        case _ if not same(expected, got):
            yield f"{path}: reference {_shown(expected)}"
            yield f"{' ' * len(path)}  parsepy   {_shown(got)}"


def places(expected: Any, got: Any, path: str = "") -> Iterator[str]:
    """The paths at which two values differ: `body.results[0].a`."""
    match expected, got:
        case dict(), dict():
            for key in sorted(expected.keys() | got.keys()):
                below = f"{path}.{key}" if path else key
                yield from places(expected.get(key, ABSENT), got.get(key, ABSENT), below)
        case list(), list() if len(expected) == len(got):
            for index, (one, other) in enumerate(zip(expected, got, strict=True)):
                yield from places(one, other, f"{path}[{index}]")
        case _ if not same(expected, got):
            yield path


def _shown(value: Any) -> str:
    text = value if value == ABSENT else canonical(value)
    return text if len(text) <= 1500 else f"{text[:1500]}..."

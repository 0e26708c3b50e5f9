"""Client patterns: PCRE as MongoDB takes it, matched in linear time wherever possible and within a time limit otherwise."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Protocol

import re2
import regex

from parsepy.errors import ErrorCode, ParseError

TIME_LIMIT = 0.05
"""Seconds that one match of a pattern outside RE2 may take."""

MAX_LENGTH = 32_764
"""Longest pattern in characters: MongoDB's limit."""

_MAX_BACKTRACKING = 4096
_MAX_REPETITIONS = 10_000
_COUNTS = re.compile(r"\{(\d{0,9})(?:,(\d{0,9}))?\}", re.ASCII)

Matcher = Callable[[str], bool]


class Match(Protocol):
    """A match in a text; positions count characters."""

    def start(self) -> int:
        """Where it begins."""

    def end(self) -> int:
        """Where it ends."""

    def group(self) -> str:
        """What matches."""

    def groups(self) -> Sequence[str | None]:
        """What the parts in parentheses match."""


Finder = Callable[[str, int], Match | None]
"""The first match in a text from a position on."""

_QUOTED_START, _QUOTED_END = "\\Q", "\\E"
_SPACES = frozenset(" \t\n\r\f\v")


def invalid() -> ParseError:
    """The refusal of a pattern that is not one."""
    return ParseError(ErrorCode.INVALID_QUERY, "Invalid regular expression.")


def too_slow() -> ParseError:
    """The refusal of a pattern whose match took longer than TIME_LIMIT."""
    return ParseError(ErrorCode.INVALID_QUERY, "The regular expression takes too long to match.")


def matcher(pattern: str, options: str = "") -> Matcher:
    """Tells whether a text has a match anywhere. `options` are of `imsxu`. Raises ParseError 102; so may the matcher."""
    find = finder(pattern, options)
    return lambda text: find(text, 0) is not None


@lru_cache(maxsize=512)
def finder(pattern: str, options: str = "") -> Finder:
    """Finds matches one by one. Raises ParseError 102; so may the finder."""
    if len(pattern) > MAX_LENGTH or "\0" in pattern:
        raise invalid()
    tokens = tuple(_tokens(pattern, extended="x" in options))
    flags = "".join(flag for flag in "ims" if flag in options)
    prefix = f"(?{flags})" if flags else ""
    return _linear(prefix + _translated(tokens, "m" in flags, end=r"\z")) or _limited(
        prefix + _translated(tokens, "m" in flags, end=r"\Z")
    )


def _linear(pattern: str) -> Finder | None:
    """A finder of RE2, or None for what only a backtracking engine can do."""
    options = re2.Options()
    options.log_errors = False
    try:
        search = re2.compile(pattern, options).search
    except re2.error as exc:
        if "too large" in str(exc):
            raise invalid() from exc
        return None
    except UnicodeEncodeError as exc:
        raise invalid() from exc
    found: Finder = search
    return found


def _limited(pattern: str) -> Finder:
    if len(pattern) > _MAX_BACKTRACKING or _repetitions(pattern) > _MAX_REPETITIONS:
        raise invalid()
    try:
        search = regex.compile(pattern).search
    except (regex.error, ValueError, OverflowError, RecursionError) as exc:
        raise invalid() from exc

    def find(text: str, start: int) -> Match | None:
        try:
            return search(text, start, timeout=TIME_LIMIT)
        except TimeoutError as exc:
            raise too_slow() from exc

    return find


def _repetitions(pattern: str) -> int:
    """How often the counts of a pattern repeat a piece if all are nested: the engine unrolls them in memory."""
    counts = (int(last or first or 1) for first, last in _COUNTS.findall(pattern))
    return math.prod(max(1, count) for count in counts)


Token = tuple[str, str]
"""A piece of a pattern with its role: `text` to quote, `class` (a bracket expression), `escape` or `syntax`."""


def _tokens(pattern: str, *, extended: bool) -> Iterator[Token]:
    at = 0
    while at < len(pattern):
        if pattern.startswith(_QUOTED_START, at):
            text, at = _quoted(pattern, at)
            yield "text", text
        elif pattern[at] == "\\":
            yield "escape", pattern[at : at + 2]
            at += 2
        elif pattern[at] == "[":
            end = _class_end(pattern, at)
            yield "class", pattern[at:end]
            at = end
        elif extended and (pattern[at] in _SPACES or pattern[at] == "#"):
            at = _after_comment(pattern, at)
        else:
            yield "syntax", pattern[at]
            at += 1


def _quoted(pattern: str, at: int) -> tuple[str, int]:
    start = at + len(_QUOTED_START)
    end = pattern.find(_QUOTED_END, start)
    return (pattern[start:], len(pattern)) if end < 0 else (pattern[start:end], end + len(_QUOTED_END))


def _after_comment(pattern: str, at: int) -> int:
    if pattern[at] != "#":
        return at + 1
    end = pattern.find("\n", at)
    return len(pattern) if end < 0 else end + 1


def _class_end(pattern: str, at: int) -> int:
    """Where the bracket expression that starts at `at` ends: behind its `]`."""
    at += 2 if pattern.startswith("[^", at) else 1
    at += 1 if pattern.startswith("]", at) else 0
    while at < len(pattern) and pattern[at] != "]":
        if pattern[at] == "\\":
            at += 2
        elif pattern.startswith("[:", at) and ":]" in pattern[at + 2 :]:
            at = pattern.index(":]", at + 2) + 2
        else:
            at += 1
    return at + 1


def _translated(tokens: tuple[Token, ...], multiline: bool, *, end: str) -> str:
    before_end = f"(?:\\n?{end})"
    meanings = {r"\Z": before_end, r"\z": end, r"\h": r"[ \t]", r"\E": ""}
    parts: list[str] = []
    for role, text in tokens:
        match role:
            case "text":
                parts.append(regex.escape(text, special_only=True, literal_spaces=True))
            case "escape":
                parts.append(meanings.get(text, text))
            case "syntax" if text == "$" and not multiline:
                parts.append(before_end)
            case _:
                parts.append(text)
    return "".join(parts)

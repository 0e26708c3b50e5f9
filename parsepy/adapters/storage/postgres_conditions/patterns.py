"""Patterns as SQL: exactly where PostgreSQL reads the same as the matcher, as a superset elsewhere."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import takewhile

from parsepy.adapters.storage.postgres.jsonb import text_argument
from parsepy.adapters.storage.postgres_conditions.condition import ALWAYS, HERE, Condition
from parsepy.adapters.storage.postgres_conditions.places import TextTest
from parsepy.model import regex
from parsepy.model.where import Regex

_LONGEST = 500
_MOST_GROUPS = 10
_SURROGATES, _AFTER_SURROGATES = 0xD800, 0xE000
_READ_ALIKE = frozenset("isu")
_SYNTAX = frozenset("\\^$.|?*+()[]{}")
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t"}
_CLASSES = {
    "d": "[0-9]",
    "D": "[^0-9]",
    "w": "[A-Za-z0-9_]",
    "W": "[^A-Za-z0-9_]",
    "s": "[ \t\n\f\r]",
    "S": "[^ \t\n\f\r]",
}
_ROLES = {"^": "anchor", "$": "anchor", "|": "open", ")": "atom"}
_BRACKET = re.compile(r"\[\^?(?:[a-z]-[a-z]|[A-Z]-[A-Z]|[0-9]-[0-9]|[A-Za-z0-9_ .,;:@/+*()=!?&%#<>])+\]", re.ASCII)
_RANGE = re.compile(r"(.)-(.)")
_GREED = re.compile(r"[*+?]\??(?![*+?{])")
_FOLDED = {"k": "\u212a", "s": "\u017f"}
"""Letters beyond ASCII that a pattern without capitals takes for those within."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a pattern: a `literal` character, or an `anchor`, a `repeat`, an `open` or an `atom` in PostgreSQL's words."""

    role: str
    text: str


class _UnreadableError(Exception):
    """The pattern has something that PostgreSQL may read differently."""


def text_test(node: Regex) -> TextTest:
    """The pattern as a condition on a text expression. Raises ParseError 102 for what is no pattern."""
    regex.matcher(node.pattern, node.options)
    pieces = _read(node)
    if pieces is None:
        return lambda sql: Condition(f"{sql} IS NOT NULL", is_exact=False)
    ignores_case = "i" in node.options
    literal = None if ignores_case else _literal_test(pieces)
    if literal is not None:
        return literal
    pattern = "".join(_written(piece, ignores_case=ignores_case) for piece in pieces)
    return lambda sql: Condition(f'{sql} COLLATE "C" ~ {HERE}::text', (pattern,))


def found_by_lower_case(node: Regex, sql: str) -> Condition:
    """What an index on the text in lower case knows of `^literal$` without capitals; `$` may stand before a line feed.

    What is a capital of what is decided by the database here, and then by the pattern.
    """
    pieces = _read(replace(node, options=node.options.replace("i", ""))) or ()
    inner = pieces[1:-1]
    if "i" not in node.options or [piece.text for piece in (*pieces[:1], *pieces[-1:])] != ["^", "$"]:
        return ALWAYS
    if any(piece.role != "literal" for piece in inner):
        return ALWAYS
    text = "".join(piece.text for piece in inner)
    return Condition(f"lower({sql}) = ANY(ARRAY[lower({HERE}::text), lower({HERE}::text)])", (text, f"{text}\n"))


def found_by_start(node: Regex, sql: str) -> Condition:
    """The range of texts that begin as every match does: what a plain index knows where texts sort by their bytes."""
    pieces = () if "i" in node.options else _read(node) or ()
    start = "" if Piece("open", "|") in pieces else _literal_start(pieces)
    after = _following(start)
    if after is None:
        return ALWAYS
    return Condition(f"{sql} >= {HERE}::text AND {sql} < {HERE}::text", (start, after))


def _literal_start(pieces: Sequence[Piece]) -> str:
    if not _anchors(pieces[:1], "^"):
        return ""
    literals = list(takewhile(lambda piece: piece.role == "literal", pieces[1:]))
    if any(piece.role == "repeat" for piece in pieces[1 + len(literals) :][:1]):
        literals = literals[:-1]
    return "".join(piece.text for piece in literals)


def _following(start: str) -> str | None:
    """The least text that is greater than all that begin so; None if there is none."""
    stripped = start.rstrip(chr(sys.maxunicode))
    if not stripped:
        return None
    code = ord(stripped[-1]) + 1
    return stripped[:-1] + chr(_AFTER_SURROGATES if code == _SURROGATES else code)


def _literal_test(pieces: Sequence[Piece]) -> TextTest | None:
    """A text that stands at the start or anywhere, or is all there is: no pattern is needed for it."""
    starts, ends = (_anchors(pieces[:1], "^"), _anchors(pieces[-1:], "$"))
    inner = pieces[starts : len(pieces) - ends]
    if any(piece.role != "literal" for piece in inner):
        return None
    text = "".join(piece.text for piece in inner)
    match starts, ends:
        case 1, 1:
            return lambda sql: Condition(f"{sql} = ANY({HERE}::text[])", ([text, f"{text}\n"],))
        case 1, 0:
            return lambda sql: Condition(f"starts_with({sql}, {HERE}::text)", (text,))
        case 0, 0:
            return lambda sql: Condition(f"strpos({sql}, {HERE}::text) > 0", (text,))
        case _:
            return None


def _anchors(pieces: Sequence[Piece], anchor: str) -> int:
    return int(any(piece == Piece("anchor", anchor) for piece in pieces))


@lru_cache(maxsize=256)
def _read(node: Regex) -> tuple[Piece, ...] | None:
    """The pattern's parts; None if PostgreSQL may read one of them differently."""
    if len(node.pattern) > _LONGEST or not _READ_ALIKE.issuperset(node.options):
        return None
    text_argument(node.pattern)
    try:
        return tuple(_pieces(node))
    except _UnreadableError:
        return None


def _pieces(node: Regex) -> Iterator[Piece]:
    at, groups, last = 0, 0, Piece("anchor", "")
    while at < len(node.pattern):
        found, at = _piece(node, at)
        for piece in found:
            groups += piece.text == "(?:"
            if groups > _MOST_GROUPS or (piece.role == "repeat" and last.role in {"anchor", "repeat", "open"}):
                raise _UnreadableError
            yield piece
            last = piece


def _piece(node: Regex, at: int) -> tuple[list[Piece], int]:
    """What stands at a position, and where the next piece begins."""
    pattern, character = node.pattern, node.pattern[at]
    match character:
        case "\\":
            return _escaped(node, at)
        case "[":
            return _bracket(node, at)
        case ".":
            return [Piece("atom", "." if "s" in node.options else "[^\n]")], at + 1
        case "(":
            return [Piece("open", "(?:")], _after_opening(pattern, at)
        case "^" | "$" | "|" | ")":
            return [Piece(_ROLES[character], character)], at + 1
        case "*" | "+" | "?":
            greed = _GREED.match(pattern, at)
            if greed is None:
                raise _UnreadableError
            return [Piece("repeat", character)], greed.end()
        case "{":
            raise _UnreadableError
        case _:
            return [_literal(node, character)], at + 1


def _after_opening(pattern: str, at: int) -> int:
    if not pattern.startswith("(?", at):
        return at + 1
    if not pattern.startswith("(?:", at):
        raise _UnreadableError
    return at + 3


def _escaped(node: Regex, at: int) -> tuple[list[Piece], int]:
    pattern, meant = node.pattern, node.pattern[at + 1 : at + 2]
    if meant == "Q":
        end = pattern.find("\\E", at)
        inner = pattern[at + 2 :] if end < 0 else pattern[at + 2 : end]
        return [_literal(node, character) for character in inner], len(pattern) if end < 0 else end + 2
    if meant in _CONTROLS:
        return [Piece("literal", _CONTROLS[meant])], at + 2
    if meant in _CLASSES and "i" not in node.options:
        return [Piece("atom", _CLASSES[meant])], at + 2
    if not meant or meant.isalnum() or not meant.isascii():
        raise _UnreadableError
    return [Piece("literal", meant)], at + 2


def _bracket(node: Regex, at: int) -> tuple[list[Piece], int]:
    found = _BRACKET.match(node.pattern, at)
    if found is None or "i" in node.options or any(low > high for low, high in _RANGE.findall(found[0])):
        raise _UnreadableError
    return [Piece("atom", found[0])], found.end()


def _literal(node: Regex, character: str) -> Piece:
    if "i" in node.options and not character.isascii():
        raise _UnreadableError
    return Piece("literal", character)


def _written(piece: Piece, *, ignores_case: bool) -> str:
    if piece == Piece("anchor", "$"):
        return "(?:\n?$)"
    if piece.role != "literal":
        return piece.text
    character = piece.text
    if ignores_case and character.isalpha():
        lower = character.lower()
        return f"[{lower}{lower.upper()}{_FOLDED.get(lower, '')}]"
    return f"\\{character}" if character in _SYNTAX else character

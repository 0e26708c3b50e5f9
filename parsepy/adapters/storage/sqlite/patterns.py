"""Patterns as SQL conditions: what a pattern demands at a text's start narrows the search."""

from __future__ import annotations

import re

from parsepy.adapters.storage.sqlite.columns import Column, Kind, Table, folded_expression, is_indexed
from parsepy.adapters.storage.sqlite.condition import Condition, json_text
from parsepy.model.where import Regex

_QUANTIFIERS = frozenset("*?{+")
_SYNTAX = frozenset("\\^$.|?*+()[]{}")
_HARMLESS_OPTIONS = frozenset("su")
_LONGEST = 1000
_LAST = 0x10FFFF
_SURROGATES = re.compile("[\ud800-\udfff]")
_WITH_STRANGE_CAPITALS = re.compile(r"[iksIKS]|[^\x00-\x7f]+")


def matches(table: Table, column: Column, node: Regex) -> Condition:
    """The pattern on a column of texts: exactly for `^literal`, as a superset for others."""
    options = frozenset(node.options)
    literal, whole, rest = literal_start(node.pattern) if len(node.pattern) <= _LONGEST else ("", False, "")
    if rest == "$" and options <= _HARMLESS_OPTIONS | {"i"} and _folds(table, node.path):
        return _equal_but_for_case(column, literal)
    if not literal or "\0" in literal or not options <= _HARMLESS_OPTIONS:
        return _holding(column, node)
    after = following(literal)
    sql, params = f"{column.value} >= ?", (literal,)
    if after is not None:
        sql, params = f"{sql} AND {column.value} < ?", (literal, after)  # type: ignore[assignment]  # one more
    return Condition(sql, params, exact=whole, selective=is_indexed(table.schema, node.path))


def _holding(column: Column, node: Regex) -> Condition:
    """What the pattern demands somewhere in the text: looked for in its JSON, which shows it behind NUL characters too."""
    literal = "" if "x" in node.options or len(node.pattern) > _LONGEST else literal_anywhere(node.pattern)
    if "i" in node.options:
        # Letters beyond ASCII count as these without capitals; SQLite knows those of ASCII only.
        literal = max(_WITH_STRANGE_CAPITALS.split(literal), key=len)
    if not literal or column.kind is not Kind.TEXT:
        return Condition(f"{column.value} IS NOT NULL", exact=False)
    text = json_text(literal)[1:-1]
    shown, wanted = (f"lower({column.json})", text.lower()) if "i" in node.options else (column.json, text)
    return Condition(f"instr({shown}, ?)", (wanted,), exact=False)


def literal_anywhere(pattern: str) -> str:
    """A text that stands in every match; empty if none is seen at once."""
    start = pattern.removeprefix("^")
    if "|" in start or "(?" in start:
        return ""
    literal = literal_start(f"^{start}")[0]
    return "" if _SURROGATES.search(literal) else literal


def _folds(table: Table, path: str) -> bool:
    return any(
        index.case_insensitive and next(iter(index.keys), None) == path for index in table.schema.indexes.values()
    )


def _equal_but_for_case(column: Column, literal: str) -> Condition:
    """`$` also matches before a line feed at the end."""
    folded = folded_expression(column.value)
    params = (literal.casefold(), f"{literal}\n".casefold())
    return Condition(f"{folded} IN (?, ?)", params, exact=False, selective=True)


def literal_start(pattern: str) -> tuple[str, bool, str]:
    """The text that every match starts with, whether the pattern demands nothing else, and what follows in it."""
    if not pattern.startswith("^"):
        return "", False, pattern
    found: list[str] = []
    at = 1
    while at < len(pattern):
        piece, after = _literal_piece(pattern, at)
        if not piece and after == at:
            break
        found.extend(piece)
        at = after
    rest = pattern[at:]
    if "|" in rest:
        return "", False, rest
    if rest[:1] in _QUANTIFIERS and rest:
        found = found[:-1]
    return "".join(found), not rest, rest


def _literal_piece(pattern: str, at: int) -> tuple[str, int]:
    if pattern.startswith("\\Q", at):
        end = pattern.find("\\E", at)
        return (pattern[at + 2 :], len(pattern)) if end < 0 else (pattern[at + 2 : end], end + 2)
    if pattern[at] == "\\" and pattern[at + 1 : at + 2] in _SYNTAX | {"-", " ", "/"} and at + 1 < len(pattern):
        return pattern[at + 1], at + 2
    if pattern[at] in _SYNTAX:
        return "", at
    return pattern[at], at + 1


def following(prefix: str) -> str | None:
    """The least text that is greater than every text with the prefix; None if there is none."""
    stripped = prefix.rstrip(chr(_LAST))
    if not stripped:
        return None
    code = ord(stripped[-1]) + 1
    return stripped[:-1] + chr(0xE000 if 0xD800 <= code <= 0xDFFF else code)

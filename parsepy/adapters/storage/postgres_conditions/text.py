"""Full text search as SQL: rows with words that begin like the wanted ones; the matcher reads those."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from parsepy.adapters.storage.postgres.columns import Kind
from parsepy.adapters.storage.postgres.jsonb import text_argument
from parsepy.adapters.storage.postgres_conditions.compare import Table, place_of
from parsepy.adapters.storage.postgres_conditions.condition import HERE, NEVER, Condition, roughly
from parsepy.model.matching.text import Analyser, parse_terms
from parsepy.model.where import Text


def _text(table: Table, node: Text) -> Condition:
    column = table.column(node.path)
    if column is None or column.kind is not Kind.TEXT:
        return roughly(place_of(table, node.path).exists())
    wanted = parse_terms(Analyser(node), node.term).wanted
    patterns = sorted({f"%{start}%" for word in wanted if (start := _start(word)) is not None})
    if not patterns:
        return NEVER
    # Accents fold in ways that only the matcher knows, so it gets every text that is not plain ASCII.
    plain = f"""replace(lower({column.sql} COLLATE "C"), '''', '')"""
    sql = f"{plain} LIKE ANY({HERE}::text[]) OR octet_length({column.sql}) <> char_length({column.sql})"
    return Condition(sql, (patterns,), is_exact=False)


def _start(word: str) -> str | None:
    """What every ASCII word with this stem begins with, apostrophes aside: a stem's last letter may be its own.

    None for words that no ASCII text holds; `_` and `%` are in no word.
    """
    text = text_argument(word.replace("'", "").lower())
    if text is None or not text.isascii():
        return None if text is None else ""
    return text[:-1]


BUILDERS: Mapping[type, Callable[[Table, Any], Condition]] = {Text: _text}

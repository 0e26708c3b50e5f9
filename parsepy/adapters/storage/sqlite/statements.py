"""Every SQL statement of the store that names a class's table; values only ever come as parameters."""

# ruff: noqa: S608 - table names come from `quoted_name`, expressions from the compiler, which embeds checked names only

from __future__ import annotations

from collections.abc import Sequence

from parsepy.adapters.storage.sqlite.columns import elements_at, json_at, searched

SEPARATOR = b",\n"
"""What stands between documents in one answer: it occurs in no document, for their JSON has no line feeds."""

_JOINED = "group_concat(doc, ',' || char(10))"
_VALUES = "(?, ?, ?, ?)"


def create_table(table: str) -> str:
    """The table of a class: `rperm` and `wperm` hold the marks of those whom the ACL lets in, NULL is everybody."""
    columns = "seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, rperm TEXT, wperm TEXT, doc TEXT NOT NULL"
    return f"CREATE TABLE IF NOT EXISTS {table} ({columns})"


def drop_table(table: str) -> str:
    """Take the table away, its indexes with it."""
    return f"DROP TABLE IF EXISTS {table}"


def create_index(name: str, table: str, expressions: str, *, unique: bool, where: str = "") -> str:
    """An index, whole or over the rows of a condition."""
    kind = "UNIQUE INDEX" if unique else "INDEX"
    condition = f" WHERE ({where})" if where else ""
    return f"CREATE {kind} IF NOT EXISTS {name} ON {table} ({expressions}){condition}"


def drop_index(name: str) -> str:
    """Take an index away."""
    return f"DROP INDEX IF EXISTS {name}"


def remove_field(table: str, path: str) -> str:
    """Take a field out of all documents that have it."""
    return f"UPDATE {table} SET doc = json_remove(doc, {path}) WHERE json_type(doc, {path}) IS NOT NULL"


def select_document(table: str) -> str:
    """One document by id."""
    return f"SELECT doc FROM {table} WHERE id = ?"


def select_documents(table: str, where: str, order: str) -> str:
    """Documents one by one in order; the last two parameters are limit and offset."""
    return f"SELECT doc FROM {table} WHERE ({where}) ORDER BY {order} LIMIT ? OFFSET ?"


def select_joined(table: str, where: str, order: str) -> str:
    """All documents as one text: one step of the database, so that the thread asks for the interpreter only once.

    The rows are found by their numbers first: what stands before the page, or is sorted, is not read but for its keys.
    """
    chosen = f"SELECT seq AS number FROM {table} WHERE ({where}) ORDER BY {order} LIMIT ? OFFSET ?"
    return f"SELECT {_JOINED} FROM ({chosen}) CROSS JOIN {table} ON {table}.seq = number"


def select_window(table: str, where: str) -> str:
    """The next documents behind a row, as one text, and the last row's number; the last parameter is how many."""
    inner = f"SELECT seq, doc FROM {table} WHERE seq > ? AND ({where}) ORDER BY seq LIMIT ?"
    return f"SELECT max(seq), {_JOINED} FROM ({inner})"


def select_ends(table: str) -> str:
    """The least number of a row and the greatest."""
    return f"SELECT (SELECT min(seq) FROM {table}), (SELECT max(seq) FROM {table})"


def select_window_within(table: str, value: str, where: str) -> str:
    """As `select_window`, up to the row of a number, with an expression in place of whole documents."""
    inner = f"SELECT seq, {value} AS doc FROM {table} WHERE seq > ? AND seq <= ? AND ({where}) ORDER BY seq LIMIT ?"
    return f"SELECT max(seq), {_JOINED} FROM ({inner})"


def select_ranked_within(table: str, where: str, columns: Sequence[tuple[str, bool]]) -> str:
    """Numbers and sort columns of the first rows, in order, among those from one number to another."""
    selected = "".join(f", {value}" for value, _ in columns)
    order = "".join(f"{value} DESC, " if descending else f"{value}, " for value, descending in columns)
    return f"SELECT seq{selected} FROM {table} WHERE seq BETWEEN ? AND ? AND ({where}) ORDER BY {order}seq LIMIT ?"


def count_within(table: str, where: str) -> str:
    """How many rows match among those from one number to another."""
    return f"SELECT count(*) FROM {table} WHERE seq BETWEEN ? AND ? AND ({where})"


def select_numbers(table: str, where: str, order: str) -> str:
    """The numbers of rows in order; the last two parameters are limit and offset."""
    return f"SELECT seq FROM {table} WHERE ({where}) ORDER BY {order} LIMIT ? OFFSET ?"


def select_numbered(table: str, where: str) -> str:
    """Numbers and documents, one by one in the order of creation."""
    return f"SELECT seq, doc FROM {table} WHERE ({where}) ORDER BY +seq"


def select_by_number(table: str) -> str:
    """Numbers and documents of the rows whose numbers stand in a JSON array."""
    return f"SELECT seq, doc FROM {table} WHERE seq IN (SELECT value FROM json_each(?))"


def select_identified(table: str) -> str:
    """Numbers and ids, as JSON arrays, and documents, as one text, of the rows with the ids of a JSON array."""
    inner = f"SELECT seq, id, doc FROM {table} WHERE id IN (SELECT value FROM json_each(?))"
    return f"SELECT json_group_array(seq), json_group_array(id), {_JOINED} FROM ({inner})"


def select_first(table: str, where: str) -> str:
    """The oldest row that matches: its number and document."""
    return f"SELECT seq, doc FROM {table} WHERE ({where}) ORDER BY seq LIMIT 1"


def select_any(table: str, where: str) -> str:
    """Whether there is a row that matches."""
    return f"SELECT 1 FROM {table} WHERE ({where}) LIMIT 1"


def count(table: str, where: str) -> str:
    """How many rows match; all of them are counted without a look at any."""
    return f"SELECT count(*) FROM {table}" + ("" if where == "1" else f" WHERE ({where})")


def distinct(table: str, value: str, where: str) -> str:
    """The different values of a column as JSON texts, in one text, in the order of their first rows."""
    inner = f"SELECT {value} AS doc, min(seq) AS first FROM {table} WHERE ({where}) GROUP BY {value} ORDER BY first"
    return f"SELECT {_JOINED} FROM ({inner} LIMIT -1)"


def insert(table: str, rows: int) -> str:
    """New rows of (id, rperm, wperm, doc)."""
    return f"INSERT INTO {table} (id, rperm, wperm, doc) VALUES {', '.join([_VALUES] * rows)}"


def insert_listed(table: str) -> str:
    """New rows of a JSON array of [id, rperm, wperm, doc], in its order."""
    values = "value ->> 0, value ->> 1, value ->> 2, value ->> 3"
    return f"INSERT INTO {table} (id, rperm, wperm, doc) SELECT {values} FROM json_each(?) ORDER BY key"


def update(table: str) -> str:
    """A new document, (id, rperm, wperm, doc), in the row of a number."""
    return f"UPDATE {table} SET id = ?, rperm = ?, wperm = ?, doc = ? WHERE seq = ?"


def update_many(table: str, rows: int) -> str:
    """New documents, (seq, rperm, wperm, doc) each, in rows that keep their ids."""
    values = f"VALUES {', '.join([_VALUES] * rows)}"
    changes = "rperm = new.column2, wperm = new.column3, doc = new.column4"
    return f"UPDATE {table} SET {changes} FROM ({values}) AS new WHERE {table}.seq = new.column1"


def delete(table: str, where: str) -> str:
    """Take away all rows that match."""
    return f"DELETE FROM {table} WHERE ({where})"


def either(table: str, segments: tuple[str, ...]) -> str:
    """Rows that hold the value at a path, by its index, and those with arrays there, by the index made for them."""
    equal = f"SELECT seq FROM {table} WHERE {json_at(segments)} = ?"
    return f"seq IN ({equal} UNION ALL SELECT seq FROM {table} WHERE {searched(segments)})"


def has_element(segments: tuple[str, ...], test: str) -> str:
    """Whether an element of the array at a path passes a test on `item`."""
    return f"EXISTS (SELECT 1 FROM {elements_at(segments)} AS item WHERE {test})"

"""The indexes of a class as PostgreSQL has them: by Parse Server's names where it makes them, by their own elsewhere."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from parsepy.adapters.storage.postgres.columns import (
    JSON,
    POINT,
    POLYGON,
    SEQUENCE_COLUMN,
    TEXT,
    TableShape,
    plain_type,
    quoted,
)
from parsepy.adapters.storage.postgres_tables.table import is_join
from parsepy.model.schema import Index
from parsepy.model.system_classes import HIDDEN_INDEX_PREFIX, PRIMARY_INDEX, auth_data_index, startup_indexes

MAX_NAME = 63
"""Bytes of a name; PostgreSQL silently cuts what is longer."""

CREATED = "created"
"""Role of the index that leads through a table in the order of creation."""

UP, DOWN = "up", "down"
"""Roles of the indexes that serve the two orders of a column that clients have put an index on."""

_TOLD = frozenset({"createdAt", "objectId", SEQUENCE_COLUMN})
_UNIQUE_NAMES = {
    ("_User", "username_1"): "_User_unique_username",
    ("_User", "email_1"): "_User_unique_email",
    ("_Role", "name_1"): "_Role_unique_name",
    ("_Idempotency", "reqId_1"): "_Idempotency_unique_reqId",
}
_AUTH_DATA = re.compile(r"_auth_data_(.+)_id")
_UNIQUE_AUTH_DATA = re.compile(r"_User_unique_authData_(.+)_id")
_WITHOUT_ORDER = frozenset({JSON, POINT, POLYGON})
_SPECIAL = {JSON: "gin ({} jsonb_path_ops)", POINT: "gist ({})", POLYGON: "gist ({})"}


@dataclass(frozen=True, slots=True)
class Statement:
    """What makes an index: `name` is the database's, `target` what stands behind `ON table`."""

    name: str
    target: str
    unique: bool = False
    comment: str | None = None

    def sql(self, table: str) -> str:
        """The statement; making what is there already is harmless."""
        kind = "UNIQUE INDEX" if self.unique else "INDEX"
        return f"CREATE {kind} IF NOT EXISTS {quoted(self.name)} ON {table} {self.target}"


def own_name(role: str, class_name: str) -> str:
    """The name of an index that only this server makes: names belong to the whole database."""
    return fitting(f"{HIDDEN_INDEX_PREFIX}{role}:{class_name}")


def fitting(name: str) -> str:
    """The name, shortened where PostgreSQL would cut it, and still different from others."""
    written = name.encode()
    if len(written) <= MAX_NAME:
        return name
    return f"{written[: MAX_NAME - 9].decode(errors='ignore')}~{zlib.crc32(written):08x}"


def creation_index(class_name: str, shape: TableShape) -> Statement | None:
    """The index in the order of creation; None for a table without the column for it."""
    if SEQUENCE_COLUMN not in shape.columns:
        return None
    columns = [name for name in ("createdAt", SEQUENCE_COLUMN) if name in shape.columns]
    included = ' INCLUDE ("objectId")' if "objectId" in shape.columns else ""
    return Statement(own_name(CREATED, class_name), f"({', '.join(map(quoted, columns))}){included}")


def database_name(class_name: str, index: Index) -> str:
    """The name by which an index is first looked for in the database."""
    auth_data = _AUTH_DATA.fullmatch(index.name)
    if class_name == "_User" and auth_data is not None:
        return fitting(f"_User_unique_authData_{auth_data[1]}_id")
    if is_join(class_name):
        return own_name(index.name, class_name)
    return fitting(_UNIQUE_NAMES.get((class_name, index.name), index.name))


_KNOWN: Mapping[str, Mapping[str, Index]] = {
    class_name: {database_name(class_name, index): index for index in indexes.values()}
    for class_name, indexes in startup_indexes().items()
}


def is_known(class_name: str, index: Index) -> bool:
    """Whether it is one that servers make at their start: recognised by its name, listed nowhere."""
    if index.name == PRIMARY_INDEX.name:
        return False
    return database_name(class_name, index) in _KNOWN.get(class_name, {}) or (
        class_name == "_User" and _AUTH_DATA.fullmatch(index.name) is not None
    )


def is_listed(class_name: str, index: Index) -> bool:
    """Whether `_SCHEMA` lists it: what clients have asked for, which never is unique."""
    if index.name == PRIMARY_INDEX.name:
        return True
    flagged = index.unique or index.sparse or index.case_insensitive
    return not (
        flagged or index.name.startswith(HIDDEN_INDEX_PREFIX) or is_known(class_name, index) or is_join(class_name)
    )


def statements(class_name: str, index: Index, shape: TableShape) -> list[Statement]:
    """What makes an index; nothing for one that the table has anyway or that PostgreSQL has no use for."""
    if index.name == PRIMARY_INDEX.name or (is_join(class_name) and index.name == "relatedId"):
        return []
    if any(not isinstance(direction, int | float) for direction in index.keys.values()):
        return []
    name = database_name(class_name, index)
    known = is_known(class_name, index)
    if known and index.case_insensitive:
        return _case_insensitive(name, index, shape)
    if class_name == "_User" and _AUTH_DATA.fullmatch(index.name):
        return _auth_data(name, index, shape)
    target = _target(index, shape, plainly=known)
    if target is None:
        return []
    comment = None if known else _comment(class_name, index, name)
    up, down = _orders(index, shape) if is_listed(class_name, index) else (None, None)
    if up is None or down is None:
        return [Statement(name, target, index.unique, comment)]
    turned = Statement(own_name(f"{DOWN}:{index.name}", class_name), down)
    if up.startswith(target.removesuffix(")")):
        return [Statement(name, up, comment=comment), turned]
    return [Statement(name, target, comment=comment), Statement(own_name(f"{UP}:{index.name}", class_name), up), turned]


def companions(class_name: str, index_name: str) -> list[str]:
    """The names of the indexes that are made beside one that clients ask for."""
    return [own_name(f"{role}:{index_name}", class_name) for role in (UP, DOWN)]


def _orders(index: Index, shape: TableShape) -> tuple[str | None, str | None]:
    """What ascending and descending orders by the one key are read from, rows that are alike as they were created.

    With the id in it an index tells which rows make a page; those before it are not looked at.
    """
    path, *others = index.keys
    type_ = plain_type(shape.columns.get(path, JSON))
    if others or type_ in _WITHOUT_ORDER or path in _TOLD or not shape.columns.keys() >= _TOLD:
        return None, None
    key = shape.sorted_text(quoted(path)) if type_ == TEXT else quoted(path)
    # `updatedAt` is never null, and is sorted by without a word about nulls.
    first, last = ("", "") if path == "updatedAt" else (" NULLS FIRST", " NULLS LAST")
    rest = f'"createdAt", {SEQUENCE_COLUMN}) INCLUDE ("objectId")'
    return f"({key}{first}, {rest}", f"({key} DESC{last}, {rest}"


def _case_insensitive(name: str, index: Index, shape: TableShape) -> list[Statement]:
    """Parse Server's index, which only finds, and one of ours that lets no second one in."""
    path = next(iter(index.keys))
    if path not in shape.columns:
        return []
    folded = f"lower({quoted(path)})"
    return [
        Statement(name, f"({folded} varchar_pattern_ops)"),
        Statement(fitting(f"{HIDDEN_INDEX_PREFIX}{name}"), f"({folded})", unique=index.unique),
    ]


def _auth_data(name: str, index: Index, shape: TableShape) -> list[Statement]:
    root, *steps = next(iter(index.keys)).split(".")
    if shape.columns.get(root) != JSON or len(steps) != 2:
        return []
    value = f"({quoted(root)} -> {literal(steps[0])}) ->> {literal(steps[1])}"
    return [Statement(name, f"(({value})) WHERE ({value}) IS NOT NULL", unique=True)]


def _target(index: Index, shape: TableShape, *, plainly: bool) -> str | None:
    expressions = [_expression(path, shape) for path in index.keys]
    if not all(expressions):
        return None
    if index.unique and not plainly:
        return _unique(index, [str(expression) for expression in expressions])
    types = [shape.columns.get(path) for path in index.keys]
    if types[0] in _SPECIAL:
        return f"USING {_SPECIAL[str(types[0])].format(quoted(next(iter(index.keys))))}"
    ordered = [str(e) for e, type_ in zip(expressions, types, strict=True) if type_ not in _WITHOUT_ORDER]
    folded = [f"(lower({expression}))" if index.case_insensitive else expression for expression in ordered]
    # Null comes first, so that the index serves orders too; the names that Parse Server knows have its own form.
    return f"({', '.join(folded if plainly else [f'{key} NULLS FIRST' for key in folded])})" if folded else None


def _unique(index: Index, expressions: list[str]) -> str:
    """Null and missing are one value; a sparse index leaves out rows that have it at every path."""
    folded = [f"(lower({expression}))" if index.case_insensitive else expression for expression in expressions]
    sql = f"({', '.join(folded)}) NULLS NOT DISTINCT"
    if not index.sparse:
        return sql
    return f"{sql} WHERE {' OR '.join(f'{expression} IS NOT NULL' for expression in expressions)}"


def _expression(path: str, shape: TableShape) -> str | None:
    root, *steps = path.split(".")
    type_ = shape.columns.get(root)
    if not steps:
        return None if type_ is None else quoted(root)
    if type_ != JSON:
        return None
    return f"(nullif({quoted(root)} #> ARRAY[{', '.join(map(literal, steps))}], 'null'::jsonb))"


def literal(text: str) -> str:
    """A text as SQL, for what takes no parameters."""
    return "'" + text.replace("'", "''") + "'"


def _comment(class_name: str, index: Index, name: str) -> str | None:
    """What the database does not know of an index otherwise."""
    flags = {"unique": index.unique, "sparse": index.sparse, "caseInsensitive": index.case_insensitive}
    in_order = list(index.keys) == sorted(index.keys, key=lambda path: (len(path.encode()), path.encode()))
    if not any(flags.values()) and in_order and name == index.name and is_listed(class_name, index):
        return None
    written = {
        "name": index.name,
        "keys": list(index.keys.items()),
        **{k: True for k, is_set in flags.items() if is_set},
    }
    return orjson.dumps({"parsepy": written}).decode()


def renamed(statement: Statement, class_name: str, index: Index) -> Statement:
    """The same index under a name that no other class uses, for when the first one is taken."""
    name = renamed_name(class_name, index)
    return Statement(name, statement.target, statement.unique, _comment(class_name, index, name))


def renamed_name(class_name: str, index: Index) -> str:
    """The name that `renamed` gives."""
    return fitting(f"{class_name}:{index.name}")


def found_index(class_name: str, name: str, comment: str | None) -> Index | None:
    """The index of a class that the database knows by this name; None for one that is listed, or of nobody's making."""
    described = _described(comment)
    if described is not None:
        return described
    auth_data = _UNIQUE_AUTH_DATA.fullmatch(name)
    if class_name == "_User" and auth_data is not None:
        return auth_data_index(auth_data[1])
    return _KNOWN.get(class_name, {}).get(name)


def found_indexes(class_name: str, names: Mapping[str, str | None]) -> list[Index]:
    """The indexes of a class that `_SCHEMA` does not tell of, out of names and comments in the database."""
    found = [index for name, comment in names.items() if (index := found_index(class_name, name, comment)) is not None]
    whole = [index for index in found if not index.case_insensitive or _is_whole(class_name, index, names)]
    visible = [index for index in whole if not index.name.startswith(HIDDEN_INDEX_PREFIX)]
    return [PRIMARY_INDEX, *whole] if visible and class_name in {"_User", "_Role"} else whole


def _is_whole(class_name: str, index: Index, names: Iterable[str]) -> bool:
    """Whether our half of an index that tells no case apart is there too."""
    name = database_name(class_name, index)
    return not is_known(class_name, index) or fitting(f"{HIDDEN_INDEX_PREFIX}{name}") in names


def _described(comment: str | None) -> Index | None:
    if comment is None or not comment.startswith('{"parsepy":'):
        return None
    written: dict[str, Any] = orjson.loads(comment)["parsepy"]
    return Index(
        written["name"],
        dict(written["keys"]),
        unique=written.get("unique", False),
        sparse=written.get("sparse", False),
        case_insensitive=written.get("caseInsensitive", False),
    )


def path_of(class_name: str, name: str, comment: str | None) -> str:
    """The first path of a unique index, by its name in the database."""
    if name.endswith("_pkey"):
        return "objectId"
    index = found_index(class_name, name.removeprefix(HIDDEN_INDEX_PREFIX), None) or found_index(
        class_name, name, comment
    )
    return next(iter(index.keys)) if index is not None else name.removeprefix(f"{class_name}_unique_")

"""A class's table: which columns hold its objects, and how rows become objects and objects rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any

import orjson

from parsepy.adapters.storage.base import InvalidValueError, Object
from parsepy.adapters.storage.postgres.columns import JSON, NULLS_COLUMN, TableShape, plain_type, quoted
from parsepy.adapters.storage.postgres_tables import values
from parsepy.model.paths import DATE_TEXTS
from parsepy.model.schema import ClassSchema, Field, FieldType
from parsepy.model.system_classes import INTERNAL_FIELDS

PERMISSIONS = ("_rperm", "_wperm")
PAIR = ("relatedId", "owningId")
"""The columns of a join table: both together are its key."""

UNDATED = frozenset({"_GlobalConfig", "_GraphQLConfig", "_Hooks"})
"""Classes whose tables have neither times nor permissions."""

_MOST_ARGUMENTS = 100
"""PostgreSQL's functions take no more, except as one array."""

_MOST_READINGS = 100
_JOIN_PREFIX = "_Join:"


@dataclass(frozen=True, slots=True)
class Column:
    """A column that holds a field: its type in the database, and what is done to values on their way."""

    name: str
    type: str
    read: values.Read | None
    write: values.Write | None
    kind: FieldType | None = None

    @property
    def is_document(self) -> bool:
        """Whether it holds JSON of any form."""
        return self.type == JSON


class Reading:
    """Which columns are read, as the SQL that selects them as JSON, and what makes objects of it.

    PostgreSQL writes JSON faster than anybody here could take typed values apart: for all rows of a find one text for each
    column, elsewhere one text for each row.
    """

    def __init__(self, columns: Sequence[Column], others: Sequence[str], *, is_join: bool) -> None:
        self._names = tuple(column.name for column in columns)
        self._reads = tuple(column.read for column in columns)
        self._read_lists = tuple(None if read is None else values.list_reader(read) for read in self._reads)
        self._has_documents = any(column.is_document for column in columns)
        self._documents = frozenset(column.name for column in columns if column.is_document)
        self._document_places = tuple(at for at, column in enumerate(columns) if column.is_document)
        self._date_places = tuple(at for at, column in enumerate(columns) if column.read in values.DATE_READERS)
        self._permissions = PERMISSIONS[0] in others
        self._nulls = NULLS_COLUMN in others
        self._is_join = is_join
        selected = [quoted(name) for name in (*self._names, *others)]
        self.columns = ", ".join(selected) or "NULL"
        self.row = _array(selected)
        self.whole = ", ".join(f"json_agg({name})::text" for name in selected) or "json_agg(NULL::text)::text"

    def one(self, text: str) -> Object:
        """The object of a row that was selected as `row`."""
        return self._object(orjson.loads(text), text)

    def each(self, texts: Iterable[str]) -> list[Object]:
        """The objects of rows that were selected as `row`."""
        text = f"[{','.join(texts)}]"
        rows = orjson.loads(text)
        if not rows:
            return []
        odd = self._has_documents and values.may_be_odd(text)
        return self._objects(zip(*rows, strict=True), odd=odd)

    def all(self, found: Sequence[str | None]) -> list[Object]:
        """The objects of rows that were selected as `whole`; none of them gives nulls for columns."""
        texts = list(found)
        if texts[0] is None:
            return []
        for place in self._date_places:
            texts[place] = values.in_parse_zone(texts[place] or "")
        odd = any(values.may_be_odd(texts[place] or "") for place in self._document_places)
        return self._objects([orjson.loads(text or "[]") for text in texts], odd=odd)

    def _object(self, listed: Sequence[Any], text: str) -> Object:
        row: Object = {}
        for name, read, value in zip(self._names, self._reads, listed, strict=False):
            known = value if read is None or value is None else read(value)
            if known is not None:
                row[name] = known
        self._finish(row, listed[len(self._names) :])
        if self._has_documents and values.may_be_odd(text):
            self._make_sane(row)
        return row

    def _objects(self, columns: Iterable[Sequence[Any]], *, odd: bool) -> list[Object]:
        lists = list(columns)
        full: list[tuple[str, Sequence[Any]]] = []
        gappy: list[tuple[str, Sequence[Any]]] = []
        for name, read, found in zip(self._names, self._read_lists, lists, strict=False):
            listed = found if read is None else read(found)
            (gappy if None in listed else full).append((name, listed))
        names = [name for name, _ in full]
        filled = zip(*(listed for _, listed in full), strict=True)
        # Checking the length of each row would cost a third more.
        rows: list[Object] = [dict(zip(names, row)) for row in filled]  # noqa: B905
        rows = rows or [{} for _ in lists[0]]
        for name, listed in gappy:
            for row, value in zip(rows, listed, strict=True):
                if value is not None:
                    row[name] = value
        self._finish_all(rows, lists[len(self._names) :])
        if odd:
            for row in rows:
                self._make_sane(row)
        return rows

    def _finish_all(self, rows: list[Object], others: Sequence[Sequence[Any]]) -> None:
        plain = self._permissions and not self._nulls and not self._is_join
        if plain and not any(others[0]) and not any(others[1]) and [] not in others[0] and [] not in others[1]:
            return
        for row, other in zip(rows, zip(*others, strict=True) if others else repeat(()), strict=False):
            self._finish(row, other)

    def _finish(self, row: Object, others: Sequence[Any]) -> None:
        """What is not simply the value of a column."""
        if self._permissions:
            readers, writers = others[0], others[1]
            if readers is not None or writers is not None:
                row["ACL"] = values.read_acl(readers, writers)
        if self._nulls:
            for name in others[-1] or ():
                row.setdefault(name, None)
        if self._is_join:
            row["objectId"] = f"{row.get('owningId')}:{row.get('relatedId')}"

    def _make_sane(self, row: Object) -> None:
        for name in self._documents & row.keys():
            row[name] = values.sane(row[name])


def _array(expressions: Sequence[str]) -> str:
    """A JSON text with a list of all values."""
    if len(expressions) <= _MOST_ARGUMENTS:
        return f"json_build_array({', '.join(expressions)})::text"
    return f"json_build_array(VARIADIC ARRAY[{', '.join(f'to_json({one})' for one in expressions)}])::text"


@dataclass(frozen=True, eq=False)
class Table:
    """The table of a class as it is in the database, seen with a schema."""

    schema: ClassSchema
    shape: TableShape
    is_ordered: bool
    """Whether an index leads through the rows in the order of their creation."""
    name: str = field(init=False)
    columns: Mapping[str, Column] = field(init=False)
    reading: Reading = field(init=False)
    _readings: dict[frozenset[str], Reading] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", quoted(self.schema.name))
        object.__setattr__(self, "columns", _columns(self.schema, self.shape))
        object.__setattr__(self, "reading", self._read(None))

    @property
    def is_join(self) -> bool:
        """Whether it holds the pairs of a relation."""
        return is_join(self.schema.name)

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that name a row; a table may have none."""
        if self.is_join:
            return PAIR
        return ("objectId",) if "objectId" in self.shape.columns else ()

    def reading_of(self, fields: frozenset[str] | None) -> Reading:
        """How to read the named fields, or all."""
        if fields is None or self.is_join:
            return self.reading
        wanted = frozenset(fields & self.schema.fields.keys())
        found = self._readings.get(wanted)
        if found is None:
            if len(self._readings) >= _MOST_READINGS:
                self._readings.clear()
            found = self._readings[wanted] = self._read(wanted)
        return found

    def _read(self, fields: frozenset[str] | None) -> Reading:
        always = {"objectId", "createdAt", "updatedAt"}
        chosen = [c for name, c in self.columns.items() if fields is None or name in fields or name in always]
        others = [name for name in PERMISSIONS if name in self.shape.columns]
        nulls = [NULLS_COLUMN] if self.shape.has_nulls else []
        return Reading(chosen, [*(others if len(others) == 2 else []), *nulls], is_join=self.is_join)

    def written(self, row: Object) -> dict[str, Any]:
        """The row of a new object, by column, as JSON that PostgreSQL casts. Raises InvalidValueError.

        Names of `missing_columns` are left out.
        """
        written: dict[str, Any] = {}
        nulls = [name for name, value in row.items() if value is None and not self._is_ignored(name)]
        for name, value in row.items():
            if value is None:
                continue
            if name == "ACL":
                written.update(zip(PERMISSIONS, values.write_acl(value), strict=True))
            elif name in self.columns:
                written[name] = self.cast(name, value)
        if nulls:
            written[NULLS_COLUMN] = nulls
        return written

    def cast(self, name: str, value: Any) -> Any:
        """A value that is not null as JSON for its column. Raises InvalidValueError if it is of another type."""
        write = self.columns[name].write
        if write is None:
            return value
        try:
            return write(value)
        except (TypeError, KeyError, AttributeError, ValueError) as exc:
            raise InvalidValueError(f"{name}: the value is not of the column's type") from exc

    def missing_columns(self, names: Iterable[str]) -> list[str]:
        """Those of the fields that can only be stored after the table was given their columns."""
        return [name for name in names if name != "ACL" and name not in self.columns and not self._is_ignored(name)]

    def _is_ignored(self, name: str) -> bool:
        """Whether the table has no place for it by design."""
        if self.is_join:
            return name not in PAIR
        return self.schema.name in UNDATED and (name in DATE_TEXTS or name == "ACL")


def is_join(class_name: str) -> bool:
    """Whether a class holds the pairs of a relation."""
    return class_name.startswith(_JOIN_PREFIX)


def _columns(schema: ClassSchema, shape: TableShape) -> dict[str, Column]:
    found: dict[str, Column] = {}
    for name, kept in schema.fields.items():
        type_ = shape.columns.get(name)
        if type_ is not None and kept.type not in {FieldType.RELATION, FieldType.ACL}:
            found[name] = _column(name, plain_type(type_), kept)
    for name in INTERNAL_FIELDS & shape.columns.keys():
        if name not in found and name not in PERMISSIONS:
            type_ = plain_type(shape.columns[name])
            found[name] = Column(name, type_, values.read_internal(type_), values.write_internal(type_))
    return found


def _column(name: str, type_: str, kept: Field) -> Column:
    read = values.read_iso if name in DATE_TEXTS else values.reader(kept)
    return Column(name, type_, read, values.writer(kept), kept.type)

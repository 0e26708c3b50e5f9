"""Operations on one row as the SET clause of an UPDATE, as far as one statement can mean exactly what they mean."""

# ruff: noqa: S608 - names are quoted, values are parameters

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from parsepy.adapters.storage.postgres.columns import JSON, NULLS_COLUMN, NUMBER, TEXT, TEXTS, quoted
from parsepy.adapters.storage.postgres_tables.table import PERMISSIONS, Table
from parsepy.adapters.storage.postgres_tables.values import argument, parameter_type, stored_json, write_acl
from parsepy.model.ops import Add, AddUnique, Increment, Op, Ops, Remove, Set, SetOnInsert, Unset
from parsepy.model.order import identity
from parsepy.model.paths import is_position
from parsepy.model.schema import FieldType

_EMPTY_ARRAY = "'[]'::jsonb"
_EMPTY_OBJECT = "'{}'::jsonb"


class NotOneStatementError(Exception):
    """The operations must be carried out on the row as it is, here."""


@dataclass
class Assignments:
    """What is set, by column; `guards` must hold for the stored row, or the operations mean something else.

    `absent` and `present` are the fields that are null, and those that are not, once the statement is done.
    """

    table: Table
    args: list[Any] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    guards: list[str] = field(default_factory=list)
    absent: set[str] = field(default_factory=set)
    present: set[str] = field(default_factory=set)

    def bind(self, type_: str, value: Any) -> str:
        """A parameter for a value of a column type."""
        self.args.append(argument(type_, value))
        return f"${len(self.args)}{parameter_type(type_)}"

    def document(self, value: Any) -> str:
        """A parameter for a JSON value."""
        self.args.append(stored_json(value))
        return f"${len(self.args)}::text::jsonb"

    @property
    def sql(self) -> str:
        """What stands behind SET. Sets something at least, so that the row is locked and judged."""
        columns = dict(self.columns)
        if self.table.shape.has_nulls and (self.absent or self.present):
            columns[NULLS_COLUMN] = self._nulls()
        if not columns:
            key = quoted(self.table.key[0])
            return f"{key} = {key}"
        return ", ".join(f"{quoted(name)} = {sql}" for name, sql in columns.items())

    def _nulls(self) -> str:
        touched = self.bind(TEXTS, sorted(self.absent | self.present))
        added = self.bind(TEXTS, sorted(self.absent))
        return f"NULLIF(ARRAY(SELECT unnest({NULLS_COLUMN}) EXCEPT SELECT unnest({touched})) || {added}, '{{}}')"


def assigned(table: Table, ops: Ops) -> Assignments:
    """The operations as assignments. Raises NotOneStatementError, and InvalidValueError for values of other types."""
    made = Assignments(table)
    for path, op in ops.items():
        if isinstance(op, SetOnInsert):
            continue
        root, dot, rest = path.partition(".")
        if path == "ACL":
            _permissions(made, op)
        elif root not in table.columns:
            if not isinstance(op, Unset) or table.shape.has_nulls:
                raise NotOneStatementError
        elif dot:
            _inside(made, root, rest, op)
        else:
            _whole(made, path, op)
    return made


def _permissions(made: Assignments, op: Op) -> None:
    match op:
        case Set(dict() as acl):
            for name, entities in zip(PERMISSIONS, write_acl(acl), strict=True):
                made.columns[name] = made.bind(TEXTS, entities)
        case Unset() | Set(None):
            made.columns.update(dict.fromkeys(PERMISSIONS, "NULL"))
        case _:
            raise NotOneStatementError


def _whole(made: Assignments, name: str, op: Op) -> None:
    if name in made.columns:
        raise NotOneStatementError
    column = made.table.columns[name]
    match op:
        case Set(None):
            if not made.table.shape.has_nulls:
                raise NotOneStatementError
            made.columns[name] = "NULL"
            made.absent.add(name)
            return
        case Unset():
            made.columns[name] = "NULL"
        case Set(value):
            made.columns[name] = made.bind(column.type, made.table.cast(name, value))
        case Increment(amount) if column.type == NUMBER:
            made.columns[name] = f"COALESCE({quoted(name)}, 0) + {made.bind(NUMBER, amount)}"
        case Add() | AddUnique() | Remove() if column.type == JSON and column.kind is FieldType.ARRAY:
            made.guards.append(f"({quoted(name)} IS NULL OR jsonb_typeof({quoted(name)}) = 'array')")
            made.columns[name] = _ARRAYS[type(op)](made, quoted(name), op)
            if isinstance(op, Remove):
                return
        case _:
            raise NotOneStatementError
    made.present.add(name)


def _added(made: Assignments, array: str, op: Any) -> str:
    return f"COALESCE({array}, {_EMPTY_ARRAY}) || {made.document(list(op.objects))}"


# Columns of subqueries begin with an underscore: no field does, and a field of the same name would be taken for them.
def _united(made: Assignments, array: str, op: Any) -> str:
    different = list({identity(item): item for item in reversed(op.objects)}.values())[::-1]
    items = made.document(different)
    elements = f"jsonb_array_elements({items}) WITH ORDINALITY AS _new(_item, _place)"
    held = f"SELECT 1 FROM jsonb_array_elements({array}) AS _held(_one) WHERE _one = _item"
    new = f"SELECT jsonb_agg(_item ORDER BY _place) FROM {elements} WHERE NOT EXISTS ({held})"
    return f"COALESCE({array}, {_EMPTY_ARRAY}) || COALESCE(({new}), {_EMPTY_ARRAY})"


def _without(made: Assignments, array: str, op: Any) -> str:
    unwanted = (
        f"SELECT 1 FROM jsonb_array_elements({made.document(list(op.objects))}) AS _gone(_one) WHERE _one = _item"
    )
    elements = f"jsonb_array_elements({array}) WITH ORDINALITY AS _old(_item, _place)"
    kept = f"SELECT jsonb_agg(_item ORDER BY _place) FROM {elements} WHERE NOT EXISTS ({unwanted})"
    return f"CASE WHEN {array} IS NOT NULL THEN COALESCE(({kept}), {_EMPTY_ARRAY}) END"


_ARRAYS: Mapping[type, Callable[[Assignments, str, Any], str]] = {Add: _added, AddUnique: _united, Remove: _without}


def _inside(made: Assignments, root: str, key: str, op: Op) -> None:
    """One step into an object; positions, arrays on the way and longer ways are for those who see the row."""
    column = made.table.columns[root]
    if column.kind is not FieldType.OBJECT or column.type != JSON or "." in key or is_position(key):
        raise NotOneStatementError
    stored, before = quoted(root), made.columns.get(root, quoted(root))
    name = made.bind(TEXT, key)
    match op:
        case Unset():
            made.columns[root] = f"({before}) - {name}"
            made.guards.append(f"({stored} IS NULL OR (jsonb_typeof({stored}) = 'object' AND NOT {stored} ? '__type'))")
            return
        case Set(value):
            new = made.document(value)
        case Increment(amount):
            made.guards.append(f"COALESCE(jsonb_typeof({stored} -> {name}), 'number') = 'number'")
            new = f"to_jsonb(COALESCE(({stored} ->> {name})::float8, 0) + {made.bind(NUMBER, amount)})"
        case _:
            raise NotOneStatementError
    made.guards.append(f"({stored} IS NULL OR (jsonb_typeof({stored}) = 'object' AND NOT {stored} ? '__type'))")
    made.columns[root] = f"jsonb_set(COALESCE({before}, {_EMPTY_OBJECT}), ARRAY[{name}], {new}, true)"
    made.present.add(root)

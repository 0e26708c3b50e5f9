"""Sort orders as SQL, where the class's schema makes them the ones that MongoDB has."""

from __future__ import annotations

from parsepy.adapters.storage.sqlite.columns import Kind, Table, column_of, is_indexed
from parsepy.adapters.storage.sqlite.condition import Condition
from parsepy.model.where import Order

CREATION = "seq"
"""The order in which rows were made."""

_MOST = 100


def order_expression(table: Table, orders: tuple[Order, ...], condition: Condition) -> str | None:
    """What to sort by; None if only the compiled sort key can tell. Rows that sort alike keep the order of creation."""
    if not orders:
        # The plus keeps SQLite from reading the whole table in this order when an index leads to few rows.
        return f"+{CREATION}" if condition.selective else CREATION
    terms = [_term(table, order) for order in orders]
    known = [term for term in terms if term is not None]
    if len(known) < len(terms) or len(terms) > _MOST:
        return None
    return ", ".join([*known, CREATION])


def order_columns(table: Table, orders: tuple[Order, ...]) -> list[tuple[str, bool]] | None:
    """The expressions to sort by, each with whether it descends; None if only the compiled sort key can tell."""
    columns = [(_value(table, order), order.descending) for order in orders]
    known = [(value, descending) for value, descending in columns if value is not None]
    return known if len(known) == len(columns) <= _MOST else None


def is_index_order(table: Table, orders: tuple[Order, ...]) -> bool:
    """Whether an index leads through the rows in this order."""
    path = orders[0].path if orders else "createdAt"
    return path == "createdAt" or is_indexed(table.schema, path)


def _term(table: Table, order: Order) -> str | None:
    value = _value(table, order)
    return f"{value} DESC" if value is not None and order.descending else value


def _value(table: Table, order: Order) -> str | None:
    column = column_of(table, order.path)
    if column is None or (column.kind is Kind.POINTER and column.target is None):
        return None
    return column.value

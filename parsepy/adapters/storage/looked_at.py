"""Which columns a condition and an order look at: nothing else of a row need be read to judge it."""

from __future__ import annotations

from parsepy.model.where import And, Nor, Or, Order, Permits, Where

PERMISSIONS = frozenset({"_rperm", "_wperm"})
"""Paths that are read out of the ACL."""


def columns_of(where: Where, orders: tuple[Order, ...] = ()) -> frozenset[str] | None:
    """The top-level fields, `ACL` among them; None if that cannot be told."""
    found = {_column(order.path) for order in orders}
    left = [where]
    while left:
        node = left.pop()
        match node:
            case And(nodes) | Or(nodes) | Nor(nodes):
                left.extend(nodes)
            case Permits():
                found.add("ACL")
            case _:
                path = getattr(node, "path", None)
                if path is None:
                    return None
                found.add(_column(path))
    return frozenset(found)


def _column(path: str) -> str:
    root = path.partition(".")[0]
    return "ACL" if root in PERMISSIONS else root

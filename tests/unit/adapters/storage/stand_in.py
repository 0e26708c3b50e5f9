"""What of the contract suite the stand-in for MongoDB answers otherwise than MongoDB, and what MongoDB itself does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from parsepy.model.paths import is_position
from parsepy.model.schema import Index
from parsepy.model.where import (
    All,
    And,
    Compare,
    ContainedBy,
    Exists,
    In,
    Intersects,
    Near,
    Nor,
    Or,
    Order,
    Query,
    Regex,
    Text,
    Where,
    WithinBox,
    WithinPolygon,
    WithinSphere,
)

_PLACES = (Near, WithinBox, WithinPolygon, WithinSphere, Intersects)
_TEXTS = frozenset({"s", "t", "f", "p", "objectId"})
_BOUNDS = frozenset({"$gt", "$gte", "$lt", "$lte"})
_KINDS = {"p": "Pointer", "f": "File", "g": "GeoPoint"}

COMPARABLE = frozenset({"s", "n", "b", "d", "p", "f", "g", "nope", "s.k", "p.objectId"})
"""Paths whose different values it can tell apart: with others it may close the connection."""

_LACKED_TESTS = frozenset(
    {
        "test_distance_goes_before_every_order",
        "test_the_way_over_the_date_line_is_short",
        "test_text_search",
        "test_scores_are_given_and_sort_the_best_first",
        "test_a_store_answers",
        "test_explain_describes_the_query",
        "test_watching_classes_lasts_until_it_is_cancelled",
        "test_a_transaction_takes_effect_as_a_whole",
        "test_a_failed_transaction_leaves_no_trace",
        "test_others_do_not_see_what_is_not_committed",
        "test_writers_outside_wait_for_a_transaction",
        "test_a_scan_within_a_transaction_sees_its_writes",
        "test_a_pattern_that_takes_too_long_is_refused",
        "test_deleted_ids_can_be_used_again_and_count_as_new",
    }
)
"""Geo, text, plans, change streams, transactions; a limit for patterns; new documents behind old ones."""

_OTHERWISE_TESTS = frozenset(
    {
        # A refusal of the server ends the whole transaction.
        "test_a_refused_write_does_not_end_the_transaction",
        # A hint that names no index is refused.
        "test_options_of_other_databases_are_ignored",
    }
)


def is_lacked(item: pytest.Item) -> bool:
    """Whether the test needs more than the stand-in."""
    params = _params(item)
    name = getattr(item, "originalname", "")
    if name in _LACKED_TESTS or (name == "test_places" and "runner" in params):
        return True
    query = params.get("query")
    where = query.where if isinstance(query, Query) else params.get("where")
    return isinstance(where, _NODES) and is_beyond(where)


def is_otherwise(item: pytest.Item) -> bool:
    """Whether MongoDB does not do what the test asks of other stores: its own tests say what it does.

    Its sparse indexes hold null, and those that make capitals equal may not be unique beside Parse Server.
    """
    params = _params(item)
    index = params.get("index")
    if getattr(item, "originalname", "") in _OTHERWISE_TESTS:
        return True
    if not isinstance(index, Index):
        return False
    rows = [row for row in (params.get("first"), params.get("second")) if isinstance(row, Mapping)]
    return index.case_insensitive or (index.sparse and any(None in row.values() for row in rows))


def is_on_mongo(item: pytest.Item) -> bool:
    """Whether a test of this folder runs on MongoDB."""
    return any(_params(item).get(name) == "mongo" for name in ("closed_store", "closed", "runner"))


def _params(item: pytest.Item) -> Mapping[str, Any]:
    callspec = getattr(item, "callspec", None)
    return {} if callspec is None else callspec.params


_NODES = (All, And, Compare, ContainedBy, Exists, In, Nor, Or, Regex, Text, *_PLACES)


def is_foreign(where: Where) -> bool:
    """Whether the condition orders pointers, files or points against objects of other kinds: they are none in documents."""
    match where:
        case And(nodes) | Or(nodes) | Nor(nodes):
            return any(map(is_foreign, nodes))
        case Compare(path, op, value) if path in _KINDS and op in _BOUNDS:
            return isinstance(value, dict) and value.get("__type") != _KINDS[path]
        case _:
            return False


def is_beyond_order(order: tuple[Order, ...]) -> bool:
    """Whether the stand-in cannot sort so: it knows no positions of arrays, and mixes empty arrays up."""
    return any(item.path[0] in "ag" or any(map(is_position, item.path.split("."))) for item in order)


def is_beyond(where: Where) -> bool:
    """Whether the stand-in answers the condition otherwise than MongoDB, or not at all."""
    match where:
        case And(nodes):
            return _bounds_twice(nodes) or any(map(is_beyond, nodes))
        case Or(nodes) | Nor(nodes):
            return any(map(is_beyond, nodes))
        case Compare(path, op, None):
            return "." in path or op in _BOUNDS
        case In(path, values):
            return ("." in path and None in values) or any(isinstance(value, list) for value in values)
        case Exists(path):
            return "." in path
        case All(path):
            return path != "a"
        case Regex(path):
            return path not in _TEXTS
        case Text():
            return True
        case _:
            return isinstance(where, _PLACES)


def _bounds_twice(nodes: tuple[Where, ...]) -> bool:
    """It looks for one element between two bounds, where MongoDB takes one for each."""
    bounded = [node.path for node in nodes if isinstance(node, Compare) and node.op in _BOUNDS and node.path == "a"]
    return len(bounded) > len(set(bounded))

"""Query strings are read as Parse Server reads them."""

from __future__ import annotations

from typing import Any

import pytest

from parsepy.api.envelope.query_string import as_json, parse, parse_form


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}),
        ("a=1&b=x%20y+z", {"a": "1", "b": "x y z"}),
        ("a=&b", {"a": "", "b": ""}),
        ("a=1&a=2&a=3", {"a": ["1", "2", "3"]}),
        ("where[a]=2", {"where": {"a": "2"}}),
        ("where%5Ba%5D=2", {"where": {"a": "2"}}),
        ("where[a][$gt]=2&where[b]=1", {"where": {"a": {"$gt": "2"}, "b": "1"}}),
        ("keys[]=a&keys[]=b", {"keys": ["a", "b"]}),
        ("keys[1]=b&keys[0]=a", {"keys": ["a", "b"]}),
        ("a[b]=1&a[b]=2", {"a": {"b": ["1", "2"]}}),
        ("a[99]=x", {"a": {"99": "x"}}),
        ("[a]=1", {"[a]": "1"}),
        ("=", {}),
        ("=1&a=2", {"a": "2"}),
        ("a[b=1", {"a": {"[b": "1"}}),
        ("a=1&a[b]=2", {"a": {"b": "2"}}),
        ("a[0]=x&a[y]=z", {"a": {"0": "x", "y": "z"}}),
    ],
)
def test_names_and_values_of_a_query(text: str, expected: dict[str, Any]) -> None:
    assert parse(text) == expected


def test_nesting_ends_at_the_limit() -> None:
    deep: Any = parse("a" + "[b]" * 50 + "=1")
    depth = 0
    while isinstance(deep, dict):
        deep = next(iter(deep.values()))
        depth += 1

    assert depth == 7


def test_only_the_first_thousand_pairs_count() -> None:
    assert len(parse("&".join(f"k{i}=1" for i in range(5000)))) == 1000


def test_values_are_json_where_they_can_be() -> None:
    query = {
        "a": "1",
        "b": "x",
        "c": '{"d":[true]}',
        "e": '"t"',
        "f": "{bad",
        "g": ["1"],
        "h": "null",
        "i": "-x",
        "j": "",
    }

    assert as_json(query) == {
        "a": 1, "b": "x", "c": {"d": [True]}, "e": "t", "f": "{bad", "g": ["1"], "h": None, "i": "-x", "j": "",
    }  # fmt: skip


def test_forms_are_flat() -> None:
    assert parse_form("a[b]=1&c=2&c=3") == {"a[b]": "1", "c": ["2", "3"]}

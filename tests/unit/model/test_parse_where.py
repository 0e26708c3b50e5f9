"""From JSON to conditions: keys, logical operators, literals and limits."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsepy.errors import ErrorCode, ParseError
from parsepy.model.match import compile_where
from parsepy.model.parse_where import MAX_DEPTH, NO_LIMITS, WhereLimits, check_depth, parse_where
from parsepy.model.schema import Field, FieldType
from parsepy.model.where import EVERYTHING, NOTHING, And, Compare, Exists, In, Nor, Or, RelatedTo, Where

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
POINTER = {"__type": "Pointer", "className": "T", "objectId": "x"}
DATE = {"__type": "Date", "iso": "2020-01-01T00:00:00.000Z"}
OWNER = {"object": POINTER, "key": "r"}
QUERY, JSON, KEY = ErrorCode.INVALID_QUERY, ErrorCode.INVALID_JSON, ErrorCode.INVALID_KEY_NAME


def read(raw: Any, limits: WhereLimits = NO_LIMITS, **options: Any) -> Where:
    return parse_where(raw, now=NOW, limits=limits, **options)


def refusal(raw: Any, **options: Any) -> tuple[int, str]:
    with pytest.raises(ParseError) as refused:
        read(raw, **options)
    return refused.value.code, refused.value.message


def equals(path: str, value: Any) -> Where:
    return Compare(path, "$eq", value)


READ: list[tuple[Any, Where]] = [
    ({}, EVERYTHING),
    ([], EVERYTHING),
    ({"a": 1}, equals("a", 1)),
    ({"a": 1.0, "b": "x"}, And((equals("a", 1), equals("b", "x")))),
    ({"a": None}, equals("a", None)),
    ({"a": POINTER | {"z": 1}}, equals("a", POINTER)),
    ({"a": {"__type": "Date", "iso": "2020"}}, equals("a", DATE)),
    ({"a": {"x": 1}}, equals("a", {"x": 1})),
    ({"a": {}}, equals("a", {})),
    ({"a": []}, equals("a", {})),
    ({"a.b": [1]}, equals("a.b", [1])),
    ({"a": {"__type": "Pointer"}}, equals("a", {"__type": "Pointer", "className": "", "objectId": ""})),
    ({"a.b.0": 1}, equals("a.b.0", 1)),
    ({"a..b": 1}, equals("a..b", 1)),
    ({"createdAt": "2020-01-01"}, equals("createdAt", DATE)),
    ({"createdAt": "garbage"}, equals("createdAt", "garbage")),
    (
        {"updatedAt": {"$gt": "2020-01-01", "$in": ["2020"]}},
        And((In("updatedAt", (DATE,)), Compare("updatedAt", "$gt", DATE))),
    ),
    ({"d": "2020-01-01"}, equals("d", "2020-01-01")),
    ({"$or": [{"a": 1}, {"b": 2}]}, Or((equals("a", 1), equals("b", 2)))),
    ({"$and": [{"a": 1}, {"b": 2, "c": 3}]}, And((equals("a", 1), equals("b", 2), equals("c", 3)))),
    ({"$nor": [{"a": 1}]}, Nor((equals("a", 1),))),
    ({"$or": [{}]}, Or((EVERYTHING,))),
    ({"a": 1, "$or": [{"b": 2}]}, And((equals("a", 1), Or((equals("b", 2),))))),
    ({"a": {"$gt": 1, "$lt": 5}}, And((Compare("a", "$lt", 5), Compare("a", "$gt", 1)))),
    ({"a": {"x": 1, "$exists": True}}, And((Exists("a", True), equals("a", {"x": 1})))),
    ({"a": POINTER | {"$exists": True}}, And((Exists("a", True), equals("a", POINTER)))),
    ({"$relatedTo": OWNER}, RelatedTo(POINTER, "r")),
    ({"$relatedTo": {"object": {"className": "T", "objectId": "x"}, "key": "r"}}, RelatedTo(POINTER, "r")),
    ({"$relatedTo": 5}, NOTHING),
    ({"$relatedTo": {"object": POINTER}}, NOTHING),
    ({"$relatedTo": {"object": POINTER, "key": {"$ne": ""}}}, NOTHING),
    ({"$relatedTo": {"object": POINTER | {"objectId": {"$ne": "x"}}, "key": "r"}}, NOTHING),
    ({"$relatedTo": {"object": POINTER | {"className": ["T"]}, "key": "r"}}, NOTHING),
    ({"$or": [{"$relatedTo": OWNER}, {"a": 1}]}, Or((RelatedTo(POINTER, "r"), equals("a", 1)))),
]


@pytest.mark.parametrize(("raw", "where"), READ, ids=str)
def test_json_is_read_as_conditions(raw: Any, where: Where) -> None:
    assert read(raw) == where


USE = "You cannot use {} as a query parameter."
REFUSED: list[tuple[Any, int, str]] = [
    (5, JSON, "where parameter is not valid JSON"),
    ([1], JSON, "where parameter is not valid JSON"),
    ("x", JSON, "where parameter is not valid JSON"),
    (None, JSON, "where parameter is not valid JSON"),
    ({"$or": 5}, QUERY, "Bad $or format - use an array value."),
    ({"$or": {"0": {}}}, QUERY, "Bad $or format - use an array value."),
    ({"$or": {"length": 1}}, QUERY, "Bad $or format - use an array value."),
    ({"$and": "x"}, QUERY, "Bad $and format - use an array value."),
    ({"$or": None}, QUERY, "Bad $or format - use an array value."),
    ({"$or": [5]}, QUERY, "Bad $or format - use an array value."),
    ({"$or": [[{"a": 1}]]}, QUERY, "Bad $or format - use an array value."),
    ({"$and": [None]}, QUERY, "Bad $and format - use an array value."),
    ({"$or": []}, QUERY, "Bad $or format - use an array of at least 1 value."),
    ({"$nor": []}, QUERY, "Bad $nor format - use an array of at least 1 value."),
    ({"$nor": {}}, QUERY, "Bad $nor format - use an array of at least 1 value."),
    ({"$where": "1"}, KEY, "Invalid key name: $where"),
    ({"$expr": {}}, KEY, "Invalid key name: $expr"),
    ({"": 1}, KEY, "Invalid key name: "),
    ({"a b": 1}, KEY, "Invalid key name: a b"),
    ({"a-b": 1}, KEY, "Invalid key name: a-b"),
    ({"1a": 1}, KEY, "Invalid key name: 1a"),
    ({"é": 1}, KEY, "Invalid key name: é"),
    ({"a\n": 1}, KEY, "Invalid key name: a\n"),
    ({"_x": 1}, KEY, "Invalid key name: _x"),
    ({"_rperm": "*"}, KEY, "Invalid key name: _rperm"),
    ({"_hashed_password.x": 1}, KEY, "Invalid key name: _hashed_password.x"),
    ({"ACL": {}}, QUERY, "Cannot query on ACL."),
    ({"ACL": None}, QUERY, "Cannot query on ACL."),
    ({"ACL.u.read": True}, QUERY, "Cannot query on ACL."),
    ({"$or": [{"$or": [{"ACL": 1}]}]}, QUERY, "Cannot query on ACL."),
    ({"$relatedTo": OWNER, "$or": [{"a": 1}]}, KEY, "Invalid key name: $relatedTo"),
    ({"$relatedTo": OWNER, "$nor": [{"a": 1}]}, KEY, "Invalid key name: $relatedTo"),
    ({"$relatedTo": None}, KEY, "Invalid key name: $relatedTo"),
    ({"a": {"__type": "Foo"}}, JSON, USE.format("[object Object]")),
    ({"a": {"__type": "Date", "iso": "garbage"}}, JSON, USE.format("[object Object]")),
    ({"a": [1]}, JSON, USE.format("1")),
]


@pytest.mark.parametrize(("raw", "code", "message"), REFUSED, ids=str)
def test_malformed_conditions_are_refused(raw: Any, code: int, message: str) -> None:
    assert refusal(raw) == (code, message)


def test_internal_fields_are_asked_about_by_name() -> None:
    assert read({"_rperm": "*"}, internal_fields=frozenset({"_rperm"})) == equals("_rperm", "*")
    assert refusal({"_wperm": "*"}, internal_fields=frozenset({"_rperm"})) == (KEY, "Invalid key name: _wperm")


FIELDS = {
    "o": Field(FieldType.OBJECT),
    "a": Field(FieldType.ARRAY),
    "d": Field(FieldType.DATE),
    "n": Field(FieldType.NUMBER),
}
DOCUMENTS: list[tuple[Any, str]] = [
    ({"o": {"a": 1}}, USE.format("[object Object]")),
    ({"n": [1, [2, None], {}]}, USE.format("1,2,,[object Object]")),
    ({"gone": {"a": 1}}, USE.format("[object Object]")),
    ({"o": {"$eq": {"a": 1, "b": "é"}}}, 'bad atom: {"a":1,"b":"é"}'),
    ({"o": {"$in": [{"a": 1}]}}, 'bad atom: {"a":1}'),
    ({"n": {"$in": [[[1]]]}}, "bad atom: [1]"),
    ({"n": {"$gt": 0, "x": 1}}, 'bad atom: {"x":1}'),
    ({"n": {"$in": [{"$regex": "^1"}]}}, 'bad atom: {"$regex":"^1"}'),
    ({"d": {"$in": [{"$relativeTime": "now"}]}}, 'bad atom: {"$relativeTime":"now"}'),
    ({"n": {"$lt": {"$relativeTime": "now"}}}, "$relativeTime can only be used with Date field"),
]


@pytest.mark.parametrize(("raw", "message"), DOCUMENTS, ids=str)
def test_with_the_columns_known_documents_are_for_arrays_only(raw: Any, message: str) -> None:
    assert refusal(raw, fields=FIELDS) == (JSON, message)


ALLOWED: list[Any] = [
    {"o": {}},
    {"a": {"k": 1}},
    {"o.k": {"x": 1}},
    {"o.k": {"$in": [{"x": 1}]}},
    {"a": {"$ne": {"x": 1}}},
]


@pytest.mark.parametrize("raw", ALLOWED, ids=str)
def test_inside_of_objects_and_arrays_documents_are_compared(raw: Any) -> None:
    assert read(raw, fields=FIELDS) == read(raw)


def nested(levels: int, key: str = "$or") -> dict[str, Any]:
    where: dict[str, Any] = {"a": 1}
    for _ in range(levels):
        where = {key: [where]}
    return where


@pytest.mark.parametrize("key", ["$or", "$and", "$nor"])
def test_nested_conditions_are_counted(key: str) -> None:
    message = "Query condition nesting depth exceeds maximum allowed depth of 3"

    assert read(nested(3, key), WhereLimits(query_depth=3))
    assert refusal(nested(4, key), limits=WhereLimits(query_depth=3)) == (QUERY, message)
    assert refusal({"a": {"$inQuery": {"className": "T", "where": nested(4, key)}}}, limits=WhereLimits(3)) == (
        QUERY,
        message,
    )


def test_a_depth_of_zero_allows_plain_conditions_only() -> None:
    assert read({"a": 1}, WhereLimits(query_depth=0)) == equals("a", 1)
    assert refusal(nested(1), limits=WhereLimits(query_depth=0))[0] == QUERY


@pytest.mark.parametrize(
    "wrap", [lambda w: {"$or": [w]}, lambda w: {"a": w}, lambda w: {"a": {"$in": [w]}}, lambda w: [w]]
)
def test_nobody_may_nest_without_end(wrap: Any) -> None:
    where: Any = {"a": 1}
    for _ in range(20000):
        where = wrap(where)

    assert refusal({"x": where}) == (
        QUERY,
        f"Query condition nesting depth exceeds maximum allowed depth of {MAX_DEPTH}",
    )


def test_broad_conditions_take_time_in_proportion() -> None:
    where = {"$or": [{"$and": [{"a": n}, {"b": {"$in": list(range(50))}}]} for n in range(2000)]}
    started = time.perf_counter()
    read(where)

    assert time.perf_counter() - started < 2


def test_depth_is_checked_without_recursion() -> None:
    where: Any = []
    for _ in range(100_000):
        where = [where]

    with pytest.raises(ParseError):
        check_depth(where)


def test_patterns_can_be_forbidden() -> None:
    strict = WhereLimits(allow_regex=False)

    for where in ({"a": {"$regex": "x"}}, {"a": {"$all": [{"$regex": "^\\Qx\\E"}]}}, {"a": {"$in": [{"$regex": "x"}]}}):
        assert refusal(where, limits=strict) == (QUERY, "$regex operator is not allowed")


WORDS = (
    "a b.c createdAt ACL _x $or $and $nor $relatedTo $gt $in $nin $all $exists $regex $options $nearSphere $maxDistance "
    "$within $box $geoWithin $polygon $centerSphere $geoIntersects $point $text $search $term $inQuery $select $dontSelect "
    "$containedBy $relativeTime __type __op className objectId iso latitude longitude query key where object"
)
KEYS = st.sampled_from(WORDS.split())
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=4), KEYS)
ANYTHING = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3))


@settings(max_examples=500, deadline=None, derandomize=True)
@given(st.dictionaries(KEYS, ANYTHING, max_size=3))
def test_whatever_is_sent_is_read_or_refused(raw: Mapping[str, Any]) -> None:
    assert outcome(raw) in {True, False, "refused", "unresolved"}


def outcome(raw: Mapping[str, Any]) -> bool | str:
    try:
        holds = compile_where(read(raw))
    except ParseError:
        return "refused"
    except ValueError:
        return "unresolved"
    return holds({"a": [{"b": 1}], "b": {"c": "x"}})

"""The operators on a field."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from parsepy.errors import ErrorCode, ParseError
from parsepy.model.parse_where import parse_where
from parsepy.model.schema import Field, FieldType
from parsepy.model.where import (
    All,
    And,
    Compare,
    ContainedBy,
    Exists,
    In,
    InQuery,
    Intersects,
    Near,
    Nor,
    Or,
    Regex,
    Select,
    Text,
    Where,
    WithinBox,
    WithinPolygon,
    WithinSphere,
)

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
POINTER = {"__type": "Pointer", "className": "T", "objectId": "x"}
QUERY, JSON = ErrorCode.INVALID_QUERY, ErrorCode.INVALID_JSON
SUB = {"className": "T", "where": {"a": 1}}


def point(latitude: Any, longitude: Any) -> dict[str, Any]:
    return {"__type": "GeoPoint", "latitude": latitude, "longitude": longitude}


def search(**options: Any) -> dict[str, Any]:
    return {"$text": {"$search": {f"${name}": value for name, value in options.items()}}}


READ: list[tuple[dict[str, Any], Where]] = [
    *(({op: 1}, Compare("f", op, 1)) for op in ("$eq", "$ne", "$lt", "$lte", "$gt", "$gte")),
    ({"$ne": None}, Compare("f", "$ne", None)),
    ({"$gt": POINTER}, Compare("f", "$gt", POINTER)),
    ({"$exists": True}, Exists("f", True)),
    ({"$exists": "x"}, Exists("f", True)),
    ({"$exists": 1}, Exists("f", True)),
    ({"$exists": False}, Exists("f", False)),
    ({"$exists": None}, Exists("f", False)),
    ({"$exists": 0}, Exists("f", False)),
    ({"$in": []}, In("f", ())),
    ({"$in": [1.0, [2, "x"], None]}, In("f", (1, 2, "x", None))),
    ({"$nin": [POINTER]}, In("f", (POINTER,), negated=True)),
    ({"$in": [{"$regex": "^a"}, 1]}, Or((In("f", (1,)), Regex("f", "^a")))),
    ({"$nin": [{"$regex": "^a"}]}, Nor((In("f", ()), Regex("f", "^a")))),
    ({"$all": []}, All("f", ())),
    ({"$all": [1, POINTER, {"a": 1.0}, [2]]}, All("f", (1, POINTER, {"a": 1}, [2]))),
    ({"$all": [{"$regex": "^\\Qab\\E"}]}, All("f", (Regex("", "^\\Qab\\E"),))),
    ({"$containedBy": [1, "x"]}, ContainedBy("f", (1, "x"))),
    ({"$regex": "^a"}, Regex("f", "^a")),
    ({"$options": "im", "$regex": "^a"}, Regex("f", "^a", "im")),
    (
        {"$lt": {"$relativeTime": "in 1 day"}},
        Compare("f", "$lt", {"__type": "Date", "iso": "2026-06-02T12:00:00.000Z"}),
    ),
    ({"$inQuery": SUB}, InQuery("f", SUB)),
    ({"$notInQuery": SUB | {"z": 1}}, InQuery("f", SUB | {"z": 1}, negated=True)),
    ({"$select": {"query": {"className": "T"}, "key": "k"}}, Select("f", {"className": "T"}, "k")),
    ({"$dontSelect": {"query": SUB, "key": "k.l"}}, Select("f", SUB, "k.l", negated=True)),
    (search(term="x"), Text("f", "x")),
    (search(term="x", language="de", caseSensitive=True, diacriticSensitive=True), Text("f", "x", "de", True, True)),
    (search(term="x", language="", caseSensitive=False, diacriticSensitive=None), Text("f", "x")),
    ({"$nearSphere": point(1, 2)}, Near("f", 1, 2)),
    ({"$nearSphere": {"latitude": 1, "longitude": 2}}, Near("f", 1, 2)),
    ({"$nearSphere": point(1, 2), "$maxDistance": 0.5}, Near("f", 1, 2, 0.5)),
    ({"$nearSphere": point(1, 2), "$maxDistance": 0}, Near("f", 1, 2, 0)),
    ({"$nearSphere": point(1, 2), "$maxDistanceInRadians": 0.5}, Near("f", 1, 2, 0.5)),
    ({"$nearSphere": point(1, 2), "$maxDistanceInMiles": 3959}, Near("f", 1, 2, 1)),
    ({"$nearSphere": point(1, 2), "$maxDistanceInKilometers": 6371}, Near("f", 1, 2, 1)),
    ({"$nearSphere": point(1, 2), "$maxDistanceInMiles": 1, "$maxDistance": 0.5}, Near("f", 1, 2, 0.5)),
    ({"$nearSphere": point(1, 2), "$gt": 1}, And((Near("f", 1, 2), Compare("f", "$gt", 1)))),
    ({"$within": {"$box": [point(1, 2), point(3, 4)]}}, WithinBox("f", (1, 2), (3, 4))),
    ({"$geoWithin": {"$polygon": [point(1, 2), [4, 3], point(5, 6)]}}, WithinPolygon("f", ((1, 2), (3, 4), (5, 6)))),
    (
        {"$geoWithin": {"$polygon": {"__type": "Polygon", "coordinates": [[1, 2], [3, 4], [5, 6]]}}},
        WithinPolygon("f", ((2, 1), (4, 3), (6, 5))),
    ),
    ({"$geoWithin": {"$centerSphere": [point(1, 2), 0.5]}}, WithinSphere("f", 1, 2, 0.5)),
    ({"$geoWithin": {"$centerSphere": [[2, 1], 0]}}, WithinSphere("f", 1, 2, 0)),
    ({"$geoIntersects": {"$point": point(1, 2)}}, Intersects("f", 1, 2)),
]


@pytest.mark.parametrize(("raw", "where"), READ, ids=[str(raw) for raw, _ in READ])
def test_an_operator_is_read_as_a_condition(raw: dict[str, Any], where: Where) -> None:
    assert parse_where({"f": raw}, now=NOW) == where


BOX = "malformatted $within arg"
GEO = "bad $geoWithin value"
SPHERE = f"{GEO}; $centerSphere"
RELATIVE = "$relativeTime can only be used with the $lt, $lte, $gt, and $gte operators"
ALL = "All $all values must be of regex type or none: "
REFUSED: list[tuple[dict[str, Any], ErrorCode, str]] = [
    ({"$foo": 1}, JSON, "bad constraint: $foo"),
    ({"$gt": 1, "$foo": 1}, JSON, "bad constraint: $foo"),
    ({"$not": {"$gt": 1}}, JSON, "bad constraint: $not"),
    ({"$elemMatch": {}}, JSON, "bad constraint: $elemMatch"),
    ({"$where": "1"}, JSON, "bad constraint: $where"),
    ({"$or": [{"a": 1}]}, JSON, "bad constraint: $or"),
    ({"$maxDistance": 1}, JSON, "bad constraint: $maxDistance"),
    ({"$gt": {"__type": "Foo"}}, JSON, 'bad atom: {"__type":"Foo"}'),
    ({"$gt": {"__type": "Bytes"}}, JSON, 'bad atom: {"__type":"Bytes"}'),
    ({"$in": [{"__type": "Foo"}]}, JSON, 'bad atom: {"__type":"Foo"}'),
    ({"$in": "x"}, JSON, "bad $in value"),
    ({"$inQuery": None}, JSON, "bad constraint: $inQuery"),
    ({"$select": None}, ErrorCode.COMMAND_UNAVAILABLE, "the $select constraint is not supported yet"),
    ({"$all": [{"$regex": "a"}]}, JSON, "All $all values must be of regex type or none: /a/"),
    ({"$text": {"$search": {"$term": "a", "$language": {}}}}, JSON, "bad $text: $language, should be string"),
    (
        {"$text": {"$search": {"$term": "a", "$caseSensitive": []}}},
        JSON,
        "bad $text: $caseSensitive, should be boolean",
    ),
    ({"$nin": {"a": 1}}, JSON, "bad $nin value"),
    ({"$all": "x"}, JSON, "bad $all value"),
    ({"$all": [{"$regex": "^\\Qa/b\\E"}, 1]}, JSON, ALL + "/^\\Qa\\/b\\E/,1"),
    ({"$all": [{"$regex": "ab"}]}, JSON, ALL + "/ab/"),
    ({"$containedBy": 5}, JSON, "bad $containedBy: should be an array"),
    ({"$regex": 5}, QUERY, "$regex value must be a string"),
    ({"$regex": None}, QUERY, "$regex value must be a string"),
    ({"$regex": {"$ne": 1}}, QUERY, "$regex value must be a string"),
    ({"$regex": "a", "$options": 5}, QUERY, "$options value must be a string"),
    ({"$regex": "a", "$options": "g"}, QUERY, "Bad $options value for query: g"),
    ({"$regex": "a", "$options": ""}, QUERY, "Bad $options value for query: "),
    ({"$regex": "("}, QUERY, "Invalid regular expression."),
    ({"$options": "i"}, QUERY, "$options needs a $regex"),
    (
        {"$lt": {"$relativeTime": "in x"}},
        JSON,
        "bad $relativeTime ($lt) value. Invalid time string. Dangling unit or number.",
    ),
    (
        {"$gte": {"$relativeTime": "12 days"}},
        JSON,
        "bad $relativeTime ($gte) value. Time should either start with 'in' or end with 'ago'",
    ),
    ({"$lt": {"$relativeTime": 5}}, JSON, "bad $relativeTime ($lt) value. Time should be text."),
    ({"$ne": {"$relativeTime": "now"}}, JSON, RELATIVE),
    ({"$eq": {"$relativeTime": "now"}}, JSON, RELATIVE),
    ({"$exists": {"$relativeTime": "now"}}, JSON, RELATIVE),
    ({"$inQuery": 5}, QUERY, "improper usage of $inQuery"),
    ({"$inQuery": {"where": {}}}, QUERY, "improper usage of $inQuery"),
    ({"$inQuery": {"className": "T"}}, QUERY, "improper usage of $inQuery"),
    ({"$notInQuery": {"className": {"$ne": ""}, "where": {}}}, QUERY, "improper usage of $notInQuery"),
    ({"$select": 5}, QUERY, "improper usage of $select"),
    ({"$select": {"query": SUB, "key": "k", "z": 1}}, QUERY, "improper usage of $select"),
    ({"$select": {"query": {"where": {}}, "key": "k"}}, QUERY, "improper usage of $select"),
    ({"$select": {"query": SUB, "key": ""}}, QUERY, "improper usage of $select"),
    ({"$select": {"query": SUB, "key": 5}}, QUERY, "improper usage of $select"),
    ({"$dontSelect": {"query": SUB | {"where": 5}, "key": "k"}}, QUERY, "improper usage of $dontSelect"),
    ({"$text": 5}, JSON, "bad $text: $search, should be object"),
    ({"$text": {"$search": "x"}}, JSON, "bad $text: $search, should be object"),
    (search(), JSON, "bad $text: $term, should be string"),
    (search(term=""), JSON, "bad $text: $term, should be string"),
    (search(term=5), JSON, "bad $text: $term, should be string"),
    (search(term="x", language=5), JSON, "bad $text: $language, should be string"),
    (search(term="x", caseSensitive="x"), JSON, "bad $text: $caseSensitive, should be boolean"),
    (search(term="x", diacriticSensitive=1), JSON, "bad $text: $diacriticSensitive, should be boolean"),
    ({"$nearSphere": 5}, JSON, "bad $nearSphere value; should be GeoPoint"),
    ({"$nearSphere": point("x", 0)}, JSON, "bad $nearSphere value; should be GeoPoint"),
    ({"$nearSphere": point(0, 0), "$maxDistance": "x"}, JSON, "bad $maxDistance value; should be a number"),
    ({"$within": 5}, JSON, BOX),
    ({"$within": {"$box": [point(0, 0)]}}, JSON, BOX),
    ({"$within": {"$box": [[0, 0], [1, 1]]}}, JSON, BOX),
    ({"$geoWithin": 5}, JSON, f"{GEO}; should hold $polygon or $centerSphere"),
    ({"$geoWithin": {"$polygon": 5}}, JSON, f"{GEO}; $polygon should be Polygon object or Array of Parse.GeoPoint's"),
    (
        {"$geoWithin": {"$polygon": None}},
        JSON,
        f"{GEO}; $polygon should be Polygon object or Array of Parse.GeoPoint's",
    ),
    ({"$geoWithin": {"$polygon": [point(0, 0)] * 2}}, JSON, f"{GEO}; $polygon should contain at least 3 GeoPoints"),
    (
        {"$geoWithin": {"$polygon": {"__type": "Polygon"}}},
        JSON,
        f"{GEO}; Polygon.coordinates should contain at least 3 lon/lat pairs",
    ),
    ({"$geoWithin": {"$polygon": [1, 2, 3]}}, JSON, GEO),
    ({"$geoWithin": {"$polygon": [["a", 0]] * 3}}, JSON, GEO),
    ({"$geoWithin": {"$polygon": [point(200, 0)] * 3}}, JSON, f"{GEO}; latitude should be between -90 and 90"),
    ({"$geoWithin": {"$centerSphere": 5}}, JSON, f"{SPHERE} should be an array of Parse.GeoPoint and distance"),
    (
        {"$geoWithin": {"$centerSphere": [point(0, 0)]}},
        JSON,
        f"{SPHERE} should be an array of Parse.GeoPoint and distance",
    ),
    ({"$geoWithin": {"$centerSphere": [5, 5]}}, JSON, f"{SPHERE} geo point invalid"),
    ({"$geoWithin": {"$centerSphere": [point(0, 0), -1]}}, JSON, f"{SPHERE} distance invalid"),
    ({"$geoWithin": {"$centerSphere": [point(0, 0), "x"]}}, JSON, f"{SPHERE} distance invalid"),
    ({"$geoWithin": {"$centerSphere": [point(0, 200), 1]}}, JSON, f"{GEO}; longitude should be between -180 and 180"),
    ({"$geoIntersects": 5}, JSON, "bad $geoIntersect value; $point should be GeoPoint"),
    ({"$geoIntersects": {"$point": [0, 0]}}, JSON, "bad $geoIntersect value; $point should be GeoPoint"),
    (
        {"$geoIntersects": {"$point": point(91, 0)}},
        JSON,
        "bad $geoIntersect value; latitude should be between -90 and 90",
    ),
]


@pytest.mark.parametrize(("raw", "code", "message"), REFUSED, ids=[str(case[0]) for case in REFUSED])
def test_a_malformed_operator_is_refused(raw: dict[str, Any], code: ErrorCode, message: str) -> None:
    with pytest.raises(ParseError) as refused:
        parse_where({"f": raw}, now=NOW)

    assert (refused.value.code, refused.value.message) == (code, message)


def test_all_takes_several_regexes_that_are_no_prefixes() -> None:
    assert parse_where({"f": {"$all": [{"$regex": "a"}, 1]}}, now=NOW) == All("f", (Regex("", "a"), 1))


def test_text_on_a_file_column_is_the_name_of_the_file() -> None:
    fields = {"f": Field(FieldType.FILE)}

    assert parse_where({"f": "a.txt"}, now=NOW, fields=fields) == Compare(
        "f", "$eq", {"__type": "File", "name": "a.txt"}
    )


def test_text_on_a_pointer_column_is_the_stored_form() -> None:
    fields = {"f": Field(FieldType.POINTER, "T")}

    assert parse_where({"f": "T$x"}, now=NOW, fields=fields) == Compare("f", "$eq", POINTER)


def test_empty_objects_and_lists_are_no_operands_on_plain_columns() -> None:
    fields = {"f": Field(FieldType.NUMBER)}
    operands: list[Any] = [{}, []]

    for operand in operands:
        with pytest.raises(ParseError):
            parse_where({"f": {"$gt": operand}}, now=NOW, fields=fields)

"""Values that clients send: what is taken, in which form, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from parsepy.errors import ErrorCode, ParseError
from parsepy.model import values
from parsepy.model.schema import Field, FieldType


def date(text: Any) -> dict[str, Any]:
    return {"__type": "Date", "iso": text}


def polygon(*corners: Any) -> dict[str, Any]:
    return {"__type": "Polygon", "coordinates": list(corners)}


CANONICAL: list[tuple[Any, Any]] = [
    (None, None),
    (True, True),
    ("x", "x"),
    (1, 1),
    (1.0, 1),
    (-0.0, 0),
    (1.5, 1.5),
    (2**53, 2**53),
    (12345678901234567890, 12345678901234567000.0),
    (1e300, 1e300),
    ([1.0, [None, {"a": 2.0}]], [1, [None, {"a": 2}]]),
    ({"__type": ""}, {"__type": ""}),
    (date("2020"), date("2020-01-01T00:00:00.000Z")),
    (date("2020-03"), date("2020-03-01T00:00:00.000Z")),
    (date("2020-01-02T03:04"), date("2020-01-02T03:04:00.000Z")),
    (date("2020-01-01T10:00:00+02:00"), date("2020-01-01T08:00:00.000Z")),
    (date("2020-01-01 10:00:00"), date("2020-01-01T10:00:00.000Z")),
    (date("2020-01-01T10:00:00.123456Z"), date("2020-01-01T10:00:00.123Z")),
    (date("2020-01-01T24:00:00Z"), date("2020-01-02T00:00:00.000Z")),
    (
        {"__type": "Pointer", "className": "T", "objectId": "x", "z": 1},
        {"__type": "Pointer", "className": "T", "objectId": "x"},
    ),
    (
        {"objectId": "x", "className": "T", "__type": "Pointer"},
        {"__type": "Pointer", "className": "T", "objectId": "x"},
    ),
    ({"__type": "File", "name": "a.txt", "url": "http://x/a.txt"}, {"__type": "File", "name": "a.txt"}),
    ({"__type": "Bytes", "base64": "aGk"}, {"__type": "Bytes", "base64": "aGk="}),
    ({"__type": "Bytes", "base64": "-_8="}, {"__type": "Bytes", "base64": "+/8="}),
    (
        {"__type": "GeoPoint", "longitude": 0.0, "latitude": 200},
        {"__type": "GeoPoint", "latitude": 200, "longitude": 0},
    ),
    (polygon([0, 0], [0, 1], [1, 1]), polygon([0, 0], [0, 1], [1, 1], [0, 0])),
    (polygon([0, 0], [0, 1], [1, 1], [0, 0]), polygon([0, 0], [0, 1], [1, 1], [0, 0])),
    ({"o": {"__type": "Foo", "x": 1}}, {"o": {"__type": "Foo", "x": 1}}),
    ({"o": date("2020")}, {"o": date("2020-01-01T00:00:00.000Z")}),
    ([{"__type": "GeoPoint", "latitude": 1}], [{"__type": "GeoPoint", "latitude": 1}]),
    (
        [{"__type": "Object", "className": "T", "objectId": "x"}],
        [{"__type": "Object", "className": "T", "objectId": "x"}],
    ),
    ({"o": {"__op": "Increment", "amount": 3}}, {"o": {"__op": "Increment", "amount": 3}}),
]


@pytest.mark.parametrize(("sent", "stored"), CANONICAL, ids=str)
def test_values_get_one_form(sent: Any, stored: Any) -> None:
    assert repr(values.normalised(sent)) == repr(stored)


NOT_VALID: list[tuple[Any, str]] = [
    (date(None), "Date"),
    (date(5), "Date"),
    (date("garbage"), "Date"),
    (date("2020-02-30"), "Date"),
    (date("2020-01-01T25:00:00Z"), "Date"),
    (date("2020-01-01T00:60:00Z"), "Date"),
    (date("0001-01-01T00:00:00+23:00"), "Date"),
    (date("2020-01-01T00:00:00+99:00"), "Date"),
    (date("٢٠٢٠-01-01"), "Date"),
    ({"o": {"x": date("garbage")}}, "Date"),
    ({"__type": "Pointer", "objectId": "x"}, "Pointer"),
    ({"__type": "Pointer", "className": "T"}, "Pointer"),
    ({"__type": "Pointer", "className": "T", "objectId": {"$ne": None}}, "Pointer"),
    ([{"__type": "Pointer", "className": "T", "objectId": 5}], "Pointer"),
    ({"__type": "File"}, "File"),
    ({"__type": "File", "name": 5}, "File"),
    ({"__type": "Bytes", "base64": ""}, "Bytes"),
    ({"__type": "Bytes", "base64": "!!"}, "Bytes"),
    ({"__type": "Bytes", "base64": "a"}, "Bytes"),
    ({"__type": "GeoPoint", "latitude": 1}, "GeoPoint"),
    ({"__type": "GeoPoint", "latitude": "1", "longitude": 1}, "GeoPoint"),
    ({"__type": "GeoPoint", "latitude": True, "longitude": 1}, "GeoPoint"),
    (polygon([0, 0], [1, 1], ["a", 0]), "Polygon"),
    (polygon([0, 0], [1, 1], [200, 0]), "Polygon"),
    ({"__type": "Polygon", "coordinates": 5}, "Polygon"),
    ({"__type": "Relation"}, "Relation"),
    ({"__type": "Foo"}, "Foo"),
    ({"__type": "Object", "className": "T"}, "Object"),
    ({"__type": 5}, "5"),
]


@pytest.mark.parametrize(("sent", "name"), NOT_VALID, ids=str)
def test_incomplete_values_are_refused(sent: Any, name: str) -> None:
    with pytest.raises(ParseError) as refused:
        values.normalised(sent)

    assert (refused.value.code, refused.value.message) == (ErrorCode.INCORRECT_TYPE, f"This is not a valid {name}")


@pytest.mark.parametrize("corners", [[], [[0, 0]], [[0, 0], [1, 1]]], ids=str)
def test_a_polygon_of_less_than_three_corners_is_refused(corners: list[list[int]]) -> None:
    with pytest.raises(ParseError, match="at least 3 values") as refused:
        values.normalised(polygon(*corners))

    assert refused.value.code is ErrorCode.INVALID_JSON


def test_bytes_may_be_broken_into_lines() -> None:
    assert values.normalised({"__type": "Bytes", "base64": "aGVs\r\nbG8="})["base64"] == "aGVsbG8="


def test_a_file_inside_an_array_stays_as_it_is() -> None:
    file = {"__type": "File", "name": "a.txt", "url": "http://x/a.txt"}

    assert values.normalised([file]) == [file]


@pytest.mark.parametrize("sent", [{"$x": 1}, {"a.b": 1}, {"x": {"a.b": 1}}, [{"$x": 1}], {"x": [{"y": {"$": 1}}]}])
def test_nested_keys_may_not_look_like_operators_or_paths(sent: Any) -> None:
    with pytest.raises(ParseError) as refused:
        values.normalised(sent)

    assert refused.value.code == ErrorCode.INVALID_NESTED_KEY
    assert refused.value.message == "Nested keys should not contain the '$' or '.' characters"


def test_a_polygon_needs_three_corners() -> None:
    with pytest.raises(ParseError) as refused:
        values.normalised(polygon([0, 0], [0, 1], [0, 0]))

    assert (int(refused.value.code), refused.value.message) == (
        1,
        "GeoJSON: Loop must have at least 3 different vertices",
    )


@pytest.mark.parametrize("sent", [float("nan"), float("inf"), -float("inf"), 10**400])
def test_numbers_beyond_the_range_are_refused(sent: float) -> None:
    with pytest.raises(ParseError) as refused:
        values.normalised(sent)

    assert refused.value.code == ErrorCode.INVALID_JSON


@pytest.mark.parametrize("wrap", [lambda value: [value], lambda value: {"a": value}], ids=["arrays", "objects"])
def test_values_may_not_be_nested_without_end(wrap: Any) -> None:
    deep: Any = 1
    for _ in range(5000):
        deep = wrap(deep)

    with pytest.raises(ParseError) as refused:
        values.normalised(deep)

    assert refused.value.code == ErrorCode.INVALID_JSON


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(ParseError, match="cannot store a object"):
        values.normalised({"a": object()})


def test_normalised_values_share_nothing_with_what_was_sent() -> None:
    sent = {"a": [{"b": [1]}]}
    stored = values.normalised(sent)
    sent["a"][0]["b"].append(2)

    assert stored == {"a": [{"b": [1]}]}


COLUMNS: list[tuple[Any, Field | None]] = [
    (None, None),
    (True, Field(FieldType.BOOLEAN)),
    (0, Field(FieldType.NUMBER)),
    (0.5, Field(FieldType.NUMBER)),
    ("", Field(FieldType.STRING)),
    ([], Field(FieldType.ARRAY)),
    ({}, Field(FieldType.OBJECT)),
    ({"__type": ""}, Field(FieldType.OBJECT)),
    (date("2020-01-01T00:00:00.000Z"), Field(FieldType.DATE)),
    ({"__type": "Pointer", "className": "T", "objectId": "x"}, Field(FieldType.POINTER, "T")),
    ({"__type": "Relation", "className": "T"}, Field(FieldType.RELATION, "T")),
    ({"__type": "GeoPoint", "latitude": 1, "longitude": 1}, Field(FieldType.GEO_POINT)),
]


@pytest.mark.parametrize(("value", "field"), COLUMNS, ids=str)
def test_a_value_tells_its_column(value: Any, field: Field | None) -> None:
    assert values.field_of(value) == field


def test_a_value_of_an_unknown_type_has_no_column() -> None:
    with pytest.raises(ParseError, match="This is not a valid Foo"):
        values.field_of({"__type": "Foo"})


def test_moments_are_written_in_utc_with_milliseconds() -> None:
    moment = datetime(2020, 1, 2, 3, 4, 5, 678999, timezone(timedelta(hours=1)))

    assert values.iso(moment) == "2020-01-02T02:04:05.678Z"
    assert values.iso(datetime(999, 1, 1)) == "0999-01-01T00:00:00.000Z"
    assert values.date_json(moment) == date("2020-01-02T02:04:05.678Z")


def test_dates_are_read_from_text_and_values() -> None:
    moment = datetime(2020, 1, 2, 3, 4, 5, 678000, UTC)

    assert values.date_of("2020-01-02T03:04:05.678Z") == moment
    assert values.date_of(date("2020-01-02T03:04:05.678Z")) == moment
    assert values.date_of("2020-01-02t03:04:05,678z") == moment


def test_copies_share_nothing() -> None:
    original: dict[str, Any] = {"a": [{"b": 1}]}
    copy = values.copied(original)
    copy["a"][0]["b"] = 2

    assert original == {"a": [{"b": 1}]}

"""Parse objects as MongoDB documents: what Parse Server writes, and what older servers wrote."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsepy.model.documents import (
    NOWHERE,
    Documents,
    UnstorableError,
    from_document,
    path_in_document,
    to_document,
    value_in_document,
)
from parsepy.model.schema import ClassSchema, Field, FieldType
from parsepy.model.system_classes import built_in_schema, default_fields, join_schema

ISO = "2026-01-02T03:04:05.678Z"
MOMENT = datetime(2026, 1, 2, 3, 4, 5, 678_000)
DATE = {"__type": "Date", "iso": ISO}
BYTES = {"__type": "Bytes", "base64": "aGk="}
POINTER = {"__type": "Pointer", "className": "Team", "objectId": "x1"}
POINT = {"__type": "GeoPoint", "latitude": 1.5, "longitude": -2}
RING = [[0, 1], [2, 3], [4, 0], [0, 1]]
COLUMNS = {
    "text": Field(FieldType.STRING),
    "number": Field(FieldType.NUMBER),
    "yes": Field(FieldType.BOOLEAN),
    "date": Field(FieldType.DATE),
    "object": Field(FieldType.OBJECT),
    "array": Field(FieldType.ARRAY),
    "file": Field(FieldType.FILE),
    "point": Field(FieldType.GEO_POINT),
    "area": Field(FieldType.POLYGON),
    "bytes": Field(FieldType.BYTES),
    "team": Field(FieldType.POINTER, "Team"),
    "members": Field(FieldType.RELATION, "_User"),
    "expiresAt": Field(FieldType.DATE),
    "timesUsed": Field(FieldType.NUMBER),
}
THING = ClassSchema("Thing", {**default_fields("Thing"), **COLUMNS})
USER = built_in_schema("_User")

PAIRS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("id and times", {"objectId": "a", "createdAt": ISO}, {"_id": "a", "_created_at": MOMENT}),
    ("texts", {"text": "x"}, {"text": "x"}),
    ("small numbers", {"number": -(2**31)}, {"number": -(2**31)}),
    ("fractions", {"number": 1.5}, {"number": 1.5}),
    ("booleans", {"yes": True}, {"yes": True}),
    ("dates", {"date": DATE}, {"date": MOMENT}),
    ("files", {"file": {"__type": "File", "name": "a.txt"}}, {"file": "a.txt"}),
    ("points", {"point": POINT}, {"point": [-2, 1.5]}),
    (
        "polygons",
        {"area": {"__type": "Polygon", "coordinates": RING}},
        {"area": {"type": "Polygon", "coordinates": [[[1, 0], [3, 2], [0, 4], [1, 0]]]}},
    ),
    ("bytes", {"bytes": BYTES}, {"bytes": b"hi"}),
    ("pointers", {"team": POINTER}, {"_p_team": "Team$x1"}),
    ("null", dict.fromkeys(("text", "date", "file", "point")), dict.fromkeys(("text", "date", "file", "point"))),
    ("null pointers", {"team": None}, {"_p_team": None}),
    ("pointers inside stay as they are", {"array": [POINTER, POINT]}, {"array": [POINTER, POINT]}),
    (
        "dates and bytes at any depth",
        {"object": {"a": [{"d": DATE}], "b": BYTES}},
        {"object": {"a": [{"d": MOMENT}], "b": b"hi"}},
    ),
    (
        "an ACL",
        {"ACL": {"*": {"read": True}, "u": {"read": True, "write": True}}},
        {"_rperm": ["*", "u"], "_wperm": ["u"], "_acl": {"u": {"w": True, "r": True}, "*": {"r": True}}},
    ),
    ("nobody's ACL", {"ACL": {}}, {"_rperm": [], "_wperm": [], "_acl": {}}),
    ("session tokens", {"sessionToken": "r:1"}, {"_session_token": "r:1"}),
    ("names that differ", {"timesUsed": 3}, {"times_used": 3}),
]


@pytest.mark.parametrize(("row", "document"), [pair[1:] for pair in PAIRS], ids=[pair[0] for pair in PAIRS])
def test_an_object_and_its_document_say_the_same(row: dict[str, Any], document: dict[str, Any]) -> None:
    assert to_document(THING, row) == document
    assert from_document(THING, document) == row


def test_users_keep_each_provider_under_its_own_key() -> None:
    row = {"objectId": "u", "username": "ann", "_hashed_password": "$2y$", "authData": {"anonymous": {"id": "1"}}}
    document = {"_id": "u", "username": "ann", "_hashed_password": "$2y$", "_auth_data_anonymous": {"id": "1"}}

    assert to_document(USER, row) == document
    assert from_document(USER, document) == row


def test_the_authdata_of_other_classes_is_a_field_like_any_other() -> None:
    assert to_document(THING, {"authData": {"x": 1}}) == {"authData": {"x": 1}}
    assert from_document(THING, {"authData": {"x": 1}}) == {"authData": {"x": 1}}
    assert from_document(USER, {"authData": {"x": 1}}) == {}


def test_the_configuration_has_a_number_for_its_id() -> None:
    config = built_in_schema("_GlobalConfig")

    assert to_document(config, {"objectId": "1", "params": {"a": 1}}) == {"_id": 1, "params": {"a": 1}}
    assert from_document(config, {"_id": 1, "params": {"a": 1}}) == {"objectId": "1", "params": {"a": 1}}


def test_pairs_of_a_relation_have_ids_made_of_both() -> None:
    schema = join_schema("Team", "members")
    row = {"objectId": "o:r", "owningId": "o", "relatedId": "r"}

    assert to_document(schema, row) == {"owningId": "o", "relatedId": "r"}
    assert from_document(schema, {"_id": object(), "owningId": "o", "relatedId": "r"}) == row


@pytest.mark.parametrize("number", [2**31, -(2**31) - 1, 2**53])
def test_whole_numbers_beyond_32_bits_are_stored_as_floats(number: int) -> None:
    stored = to_document(THING, {"number": number, "array": [number]})

    assert (type(stored["number"]), type(stored["array"][0])) == (float, float)
    assert from_document(THING, stored) == {"number": number, "array": [number]}
    assert type(from_document(THING, stored)["number"]) is int


class Int64(int):
    """As drivers hand out long integers."""


class Decimal128:
    def to_decimal(self) -> Decimal:
        return Decimal("1.50")


class ObjectId:
    def __str__(self) -> str:
        return "507f1f77bcf86cd799439011"


class FarDate:
    def __init__(self, milliseconds: int) -> None:
        self._milliseconds = milliseconds

    def __int__(self) -> int:
        return self._milliseconds


class Reference:
    def as_doc(self) -> dict[str, Any]:
        return {"$ref": "Team", "$id": ObjectId()}


FOREIGN: list[tuple[str, Any, Any]] = [
    ("long integers", Int64(5), 5),
    ("integers beyond 53 bits", 2**60, float(2**60)),
    ("whole floats", 5.0, 5),
    ("no numbers", float("nan"), None),
    ("infinity", float("-inf"), None),
    ("decimals", Decimal128(), 1.5),
    ("ids", ObjectId(), "507f1f77bcf86cd799439011"),
    ("references", Reference(), {"$ref": "Team", "$id": "507f1f77bcf86cd799439011"}),
    ("aware dates", MOMENT.replace(tzinfo=UTC), DATE),
    ("far dates", FarDate(253_402_300_800_000), {"__type": "Date", "iso": "+010000-01-01T00:00:00.000Z"}),
    ("dates before our era", FarDate(-62_198_755_200_000), {"__type": "Date", "iso": "-000001-01-01T00:00:00.000Z"}),
    ("dates in an object of dates", {"__type": "Date", "iso": MOMENT}, DATE),
    ("dates as their JSON", DATE, DATE),
    ("bytes taken apart", {"buffer": {"0": 104, "1": 105}, "sub_type": 0, "position": 2}, BYTES),
    ("objects that are not bytes", {"buffer": {"0": -1}, "sub_type": 0, "position": 1}, None),
]


@pytest.mark.parametrize(("stored", "read"), [case[1:] for case in FOREIGN], ids=[case[0] for case in FOREIGN])
def test_what_others_wrote_is_read_as_the_nearest_value(stored: Any, read: Any) -> None:
    row = from_document(THING, {"object": {"k": stored}, "array": [stored]})
    read = stored if isinstance(stored, dict) and read is None else read

    assert row == {"object": {"k": read}, "array": [read]}
    assert type(row["array"][0]) is type(read)


OLDER: list[tuple[str, dict[str, Any], dict[str, Any] | None]] = [
    ("object ids", {"_id": ObjectId()}, {"objectId": "507f1f77bcf86cd799439011"}),
    ("times under their Parse names", {"createdAt": MOMENT, "updatedAt": ISO}, {"createdAt": ISO, "updatedAt": ISO}),
    ("both names", {"createdAt": "x", "_created_at": MOMENT}, {"createdAt": ISO}),
    ("both names, the other way", {"_created_at": MOMENT, "createdAt": "x"}, {"createdAt": ISO}),
    ("times as text", {"_created_at": "2026-01-02T03:04:05.678+00:00"}, {"createdAt": ISO}),
    ("dates as text", {"date": ISO}, {"date": DATE}),
    ("dates as milliseconds", {"date": 1767323045678.0}, {"date": DATE}),
    ("dates that are none", {"date": "soon"}, {"date": "soon"}),
    ("expiry under an old name", {"_expiresAt": MOMENT}, {"expiresAt": DATE}),
    ("counters under their Parse names", {"timesUsed": 3}, {"timesUsed": 3}),
    ("bytes as text", {"bytes": "aGk="}, {"bytes": BYTES}),
    ("null pointers of a create", {"team": None}, {"team": None}),
    ("pointers to another class", {"_p_team": "Other$1"}, {"team": {**POINTER, "className": "Other", "objectId": "1"}}),
    ("pointers without a class", {"_p_team": "x1"}, {"team": POINTER}),
    ("half an ACL", {"_rperm": ["u"]}, {"ACL": {"u": {"read": True}, "*": {"write": True}}}),
    ("an ACL of null", {"_rperm": None, "_wperm": None, "_acl": {"u": {"r": True}}}, {}),
    ("points of three numbers", {"point": [1, 2, 3]}, {"point": [1, 2, 3]}),
    ("areas of odd form", {"area": {"type": "Polygon", "coordinates": []}}, None),
    ("columns of another server", {"new": [MOMENT]}, {"new": [DATE]}),
    ("unknown keys", {"_strange": 1, "_p_gone": "Team$1", "_acl": {}, "ACL": {}, "members": 5}, {}),
]


@pytest.mark.parametrize(("document", "row"), [case[1:] for case in OLDER], ids=[case[0] for case in OLDER])
def test_documents_of_older_servers_are_read(document: dict[str, Any], row: dict[str, Any] | None) -> None:
    assert from_document(THING, document) == (document if row is None else row)


PATHS = [
    ("objectId", "_id"),
    ("createdAt", "_created_at"),
    ("updatedAt", "_updated_at"),
    ("team", "_p_team"),
    ("sessionToken", "_session_token"),
    ("timesUsed", "times_used"),
    ("object.a.b", "object.a.b"),
    ("array.0.k", "array.0.k"),
    ("_rperm", "_rperm"),
    ("nope", "nope"),
    ("team.objectId", NOWHERE),
    ("point.0", NOWHERE),
    ("file.name", NOWHERE),
    ("createdAt.iso", NOWHERE),
]


@pytest.mark.parametrize(("path", "key"), PATHS)
def test_paths_are_those_of_the_document(path: str, key: str) -> None:
    assert path_in_document(THING, path) == key
    assert key == NOWHERE or Documents(THING).name(key) == path


@pytest.mark.parametrize(("path", "key"), [("authData.a.id", "_auth_data_a.id"), ("authData.a", "_auth_data_a")])
def test_paths_into_the_authdata_of_users(path: str, key: str) -> None:
    assert path_in_document(USER, path) == key
    assert Documents(USER).name(key) == path


def test_values_are_those_of_their_column() -> None:
    assert value_in_document(THING, "team", POINTER) == "Team$x1"
    assert value_in_document(THING, "object.p", POINTER) == POINTER
    assert value_in_document(THING, "createdAt", ISO) == MOMENT
    assert value_in_document(THING, "createdAt", DATE) == MOMENT
    assert value_in_document(THING, "object.d", DATE) == MOMENT
    assert value_in_document(THING, "file", {"__type": "File", "name": "x"}) == "x"
    assert value_in_document(built_in_schema("_GlobalConfig"), "objectId", "1") == 1


@pytest.mark.parametrize("name", ["_id", "_rperm", "_p_team", "_created_at", "$set", "a.b", "", "a\0b"])
def test_names_that_documents_use_themselves_are_refused(name: str) -> None:
    with pytest.raises(UnstorableError):
        to_document(THING, {name: 1})


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(-1e9, 1e9).filter(lambda n: n % 1)
    | st.text()
    | st.sampled_from([DATE, BYTES, POINTER, POINT]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1), inner, max_size=3),
    max_leaves=10,
)


@given(object_=st.dictionaries(st.text("xyz", min_size=1), JSON, max_size=3), array=st.lists(JSON, max_size=3))
def test_any_value_comes_back(object_: dict[str, Any], array: list[Any]) -> None:
    row = {"object": object_, "array": array}

    assert from_document(THING, to_document(THING, row)) == row

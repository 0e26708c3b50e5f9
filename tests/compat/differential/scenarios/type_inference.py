"""2.1 Types: how the type of a value is found, null, and what nested values may hold."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script

DATE = {"__type": "Date", "iso": "2020-01-02T03:04:05.678Z"}
BYTES = {"__type": "Bytes", "base64": "aGVsbG8="}
POINTER = {"__type": "Pointer", "className": "Other", "objectId": "aaaaaaaaaa"}
FILE = {"__type": "File", "name": "photo.png"}
POINT = {"__type": "GeoPoint", "latitude": 10, "longitude": 20}


async def refused(s: Script, *values: Any) -> None:
    """Each value on create and on update."""
    name = s.name("Holder")
    made = await s.create("Holder")
    for value in values:
        await s.post(f"classes/{name}", {"f": value})
        await s.put(f"classes/{name}/{made}", {"f": value})


@scenario("2.1/needed-part")
async def a_pointer_or_relation_needs_a_class_name(s: Script) -> None:
    await refused(
        s,
        {"__type": "Pointer"},
        {"__type": "Pointer", "objectId": "aaaaaaaaaa"},
        {"__type": "Pointer", "className": "", "objectId": "aaaaaaaaaa"},
        {"__type": "Relation"},
    )


@scenario("2.1/needed-part")
async def a_file_needs_a_name(s: Script) -> None:
    await refused(s, {"__type": "File"}, {"__type": "File", "url": "http://x"}, {"__type": "File", "name": ""})


@scenario("2.1/needed-part")
async def a_date_needs_a_text(s: Script) -> None:
    await refused(s, {"__type": "Date"}, {"__type": "Date", "iso": ""}, {"__type": "Date", "date": "2020-01-01"})


@scenario("2.1/needed-part")
async def a_geopoint_needs_both_numbers(s: Script) -> None:
    await refused(
        s,
        {"__type": "GeoPoint"},
        {"__type": "GeoPoint", "latitude": 1},
        {"__type": "GeoPoint", "longitude": 1},
        {"__type": "GeoPoint", "latitude": None, "longitude": 1},
    )


@scenario("2.1/needed-part")
async def bytes_need_their_text(s: Script) -> None:
    await refused(s, {"__type": "Bytes"}, {"__type": "Bytes", "base64": ""})


@scenario("2.1/needed-part")
async def a_polygon_needs_coordinates(s: Script) -> None:
    await refused(s, {"__type": "Polygon"}, {"__type": "Polygon", "coordinates": None})


@scenario("2.1/unknown-type")
async def an_unknown_type_is_refused(s: Script) -> None:
    await refused(
        s,
        {"__type": "Color", "value": "red"},
        {"__type": "Object", "className": "Other"},
        {"__type": "pointer", "className": "Other", "objectId": "aaaaaaaaaa"},
        {"__type": "ACL"},
    )


@scenario("2.1/unknown-type")
async def a_type_that_is_no_text_or_empty(s: Script) -> None:
    await refused(s, {"__type": 1}, {"__type": True})
    name = s.name("Plain")
    for value in ({"__type": "", "a": 1}, {"__type": None, "a": 1}, {"__type": 0, "a": 1}):
        made = await s.post(f"classes/{name}", {"f": value})
        await s.get(f"classes/{name}", params={"where": {"objectId": made.body.get("objectId", "")}})


@scenario("2.1/null")
async def null_has_no_type_and_adds_no_field(s: Script) -> None:
    name = s.name("Holder")
    made = await s.create("Holder", {"f": None, "n": 1})
    await s.get(f"classes/{name}/{made}")
    await s.get(f"schemas/{name}", as_="master")
    await s.put(f"classes/{name}/{made}", {"f": "now a text"})
    await s.get(f"schemas/{name}", as_="master")


@scenario("2.1/null")
async def null_is_stored_and_returned_and_differs_from_missing(s: Script) -> None:
    name = s.name("Holder")
    made = await s.create("Holder", {"f": "text", "n": 1})
    await s.put(f"classes/{name}/{made}", {"f": None})
    await s.get(f"classes/{name}/{made}")
    await s.put(f"classes/{name}/{made}", {"f": {"__op": "Delete"}})
    await s.get(f"classes/{name}/{made}")


@scenario("2.1/null")
async def every_type_of_column_takes_null(s: Script) -> None:
    name = s.name("Holder")
    values = {"s": "a", "n": 1, "b": True, "d": DATE, "o": {"a": 1}, "a": [1], "y": BYTES, "f": FILE}
    made = await s.create("Holder", values)
    await s.put(f"classes/{name}/{made}", dict.fromkeys(values))
    await s.get(f"classes/{name}/{made}")
    await s.get(f"classes/{name}", params={"where": {"f": None, "d": None}})


@scenario("2.1/null")
async def a_pointer_that_is_set_to_null(s: Script) -> None:
    made = await s.create("Holder", {"p": POINTER})
    await s.put(f"classes/{s.name('Holder')}/{made}", {"p": None})
    await s.get(f"classes/{s.name('Holder')}/{made}")
    await s.get(f"classes/{s.name('Holder')}", params={"where": {"p": None}, "keys": "n"})


@scenario("2.1/mismatch")
async def a_mismatch_names_the_types_with_their_classes(s: Script) -> None:
    name = s.name("Holder")
    other = await s.create("Other", {"n": 1})
    await s.create(
        "Holder", {"p": s.pointer("Other", other), "r": {"__op": "AddRelation", "objects": [s.pointer("Other", other)]}}
    )
    await s.post(f"classes/{name}", {"p": {"__type": "Pointer", "className": "Third", "objectId": "a"}})
    await s.post(f"classes/{name}", {"p": "text"})
    await s.post(f"classes/{name}", {"r": {"__op": "AddRelation", "objects": [POINTER]}})
    await s.post(f"classes/{name}", {"r": 1})


@scenario("2.1/mismatch")
async def a_refused_write_changes_neither_object_nor_class(s: Script) -> None:
    name = s.name("Holder")
    made = await s.create("Holder", {"n": 1})
    await s.put(f"classes/{name}/{made}", {"n": "text", "other": 2})
    await s.get(f"classes/{name}/{made}")
    await s.post(f"classes/{name}", {"n": "text"})
    await s.get(f"classes/{name}", params={"count": 1, "keys": "n"})


@scenario("2.1/mismatch")
async def columns_of_the_server_have_types_too(s: Script) -> None:
    name = s.name("Holder")
    made = await s.create("Holder")
    for field, value in (
        ("createdAt", 1),
        ("updatedAt", True),
        ("createdAt", "2020-01-01T00:00:00.000Z"),
        ("updatedAt", []),
    ):
        await s.post(f"classes/{name}", {field: value})
        await s.put(f"classes/{name}/{made}", {field: value})


@scenario("2.1/mismatch")
async def an_acl_that_is_no_object(s: Script) -> None:
    made = await s.create("Holder")
    odd: tuple[Any, ...] = ("text", 1, [])
    for value in odd:
        await s.post(f"classes/{s.name('Holder')}", {"ACL": value})
        await s.put(f"classes/{s.name('Holder')}/{made}", {"ACL": value})


@scenario("2.1/nested-values")
async def typed_values_inside_objects_and_arrays_come_back(s: Script) -> None:
    name = s.name("Holder")
    inner = {"d": DATE, "p": POINTER, "f": FILE, "g": POINT}
    made = await s.create("Holder", {"o": inner, "a": list(inner.values()), "deep": {"x": [{"y": inner}]}})
    await s.get(f"classes/{name}/{made}")
    await s.put(f"classes/{name}/{made}", {"o": {"again": inner}, "a": [[DATE]]})
    await s.get(f"classes/{name}/{made}")


@scenario("2.1/nested-values")
async def nested_dates_are_normalised(s: Script) -> None:
    short = {"__type": "Date", "iso": "2020-01-02T03:04:05Z"}
    made = await s.create("Holder", {"o": {"d": short}, "a": [short]})
    await s.get(f"classes/{s.name('Holder')}/{made}")


@scenario("2.1/nested-values")
async def nested_values_of_unknown_type_are_kept_as_they_are(s: Script) -> None:
    odd: list[dict[str, Any]] = [{"__type": "Color", "v": 1}, {"__type": "GeoPoint", "latitude": 1}, {"__type": "File"}]
    for value in odd:
        made = await s.create("Holder", {"o": {"x": value}, "a": [value]})
        await s.get(f"classes/{s.name('Holder')}/{made}")


@scenario("2.1/nested-values")
async def a_nested_pointer_without_its_parts(s: Script) -> None:
    await s.post(f"classes/{s.name('Holder')}", {"o": {"x": {"__type": "Pointer"}}})


@scenario("2.1/nested-keys")
async def nested_keys_with_dollar_or_dot_are_refused_on_create(s: Script) -> None:
    name = s.name("Holder")
    for value in ({"$a": 1}, {"a.b": 1}, {"a": {"$b": 1}}, {"a": [{"b.c": 1}]}, {"a$": 1}, {".": 1}):
        await s.post(f"classes/{name}", {"o": value})
    await s.post(f"classes/{name}", {"a": [{"$a": 1}]})
    await s.post(f"classes/{name}", {"a": [[{"a.b": 1}]]})


@scenario("2.1/nested-keys")
async def nested_keys_with_dollar_or_dot_are_refused_on_update(s: Script) -> None:
    name = s.name("Holder")
    made = await s.create("Holder", {"o": {"x": 1}, "a": [1]})
    for value in ({"$a": 1}, {"a.b": 1}, {"a": [{"$b": 1}]}):
        await s.put(f"classes/{name}/{made}", {"o": value})
        await s.put(f"classes/{name}/{made}", {"a": [value]})
        await s.put(f"classes/{name}/{made}", {"o.x": value})
    await s.get(f"classes/{name}/{made}")


@scenario("2.1/nested-keys")
async def nested_keys_with_dollar_or_dot_are_refused_in_operations(s: Script) -> None:
    made = await s.create("Holder", {"a": [1]})
    for value in ({"$a": 1}, {"a.b": 1}):
        await s.put(f"classes/{s.name('Holder')}/{made}", {"a": {"__op": "Add", "objects": [value]}})
    await s.get(f"classes/{s.name('Holder')}/{made}")


@scenario("2.1/keyword-denylist")
async def denied_keywords_are_refused_at_any_depth(s: Script) -> None:
    name = s.name("Holder")
    made = await s.create("Holder", {"n": 1})
    for text in (
        '{"_bsontype":"Code"}',
        '{"o":{"_bsontype":"Code"}}',
        '{"a":[{"x":{"_bsontype":"Code"}}]}',
        '{"o":{"constructor":{}}}',
        '{"o":{"__proto__":{"x":1}}}',
        '{"__proto__":1}',
    ):
        for method, path in (("POST", f"classes/{name}"), ("PUT", f"classes/{name}/{made}")):
            await s.request(method, path, text, headers={"Content-Type": "application/json"})


@scenario("2.1/keyword-denylist")
async def a_field_may_not_be_called_constructor(s: Script) -> None:
    await s.post(f"classes/{s.name('Holder')}", {"constructor": 1})


@scenario("2.1/keyword-denylist")
async def a_keyword_needs_key_and_value_if_both_are_denied(s: Script) -> None:
    name = s.name("Holder")
    await s.create("Holder", {"o": {"value": "Code", "bsontype": "Code"}})
    await s.post(f"classes/{name}", {"o": {"_bsontype": "Other"}})
    await s.post(f"classes/{name}", {"o": {"_bsontype": 1}})
    await s.get(f"classes/{name}", params={"order": "createdAt"})


@scenario("2.1/keyword-denylist")
async def denied_keywords_are_refused_of_master_too(s: Script) -> None:
    name = s.name("Holder")
    await s.post(f"classes/{name}", {"o": {"_bsontype": "Code"}}, as_="master")
    await s.post(f"classes/{name}", {"o": {"constructor": 1}}, as_="maintenance")


@scenario("2.1/keyword-denylist", profile="detailed")
async def a_configured_denylist_replaces_the_usual_one(s: Script) -> None:
    name = s.name("Holder")
    bodies: list[dict[str, Any]] = [
        {"forbiddenKey": 1},
        {"o": {"forbiddenKey": {}}},
        {"s": "forbidden value"},
        {"a": ["forbidden value"]},
        {"o": {"pairKey": "pair value"}},
        {"o": {"pairKey": "else"}},
        {"o": {"xforbiddenKey": 1}},
        {"s": "a forbidden value"},
        {"o": {"constructor": 1}},
    ]
    for fields in bodies:
        await s.post(f"classes/{name}", fields)

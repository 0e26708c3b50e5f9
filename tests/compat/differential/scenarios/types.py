"""2.1 Types: what each accepts, how it comes back, and what a column of it refuses."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script

DATE = {"__type": "Date", "iso": "2020-01-02T03:04:05.678Z"}
BYTES = {"__type": "Bytes", "base64": "aGVsbG8="}
FILE = {"__type": "File", "name": "photo.png", "url": "http://files.example/photo.png"}
SAMPLES: dict[str, Any] = {
    "string": "text",
    "number": 1.5,
    "boolean": True,
    "date": DATE,
    "object": {"a": 1},
    "array": [1, 2],
    "bytes": BYTES,
    "file": FILE,
    "pointer": {"__type": "Pointer", "className": "Other", "objectId": "aaaaaaaaaa"},
    "relation": {"__type": "Relation", "className": "Other"},
}


async def kept(s: Script, *values: Any) -> None:
    """Save each value in a new object and read it back."""
    for value in values:
        made = await s.create("Holder", {"f": value})
        await s.get(f"classes/{s.name('Holder')}/{made}")


async def refuses_others(s: Script, kind: str) -> None:
    """A column of this kind against a value of every other kind, on create and on update."""
    made = await s.create("Holder", {"f": SAMPLES[kind]})
    for other, value in SAMPLES.items():
        if other != kind:
            await s.post(f"classes/{s.name('Holder')}", {"f": value}, label=f"{other} into {kind}")
            await s.put(f"classes/{s.name('Holder')}/{made}", {"f": value}, label=f"{other} into {kind}")


@scenario("2.1/string")
async def a_string_comes_back_as_it_was(s: Script) -> None:
    await kept(s, "", "text", "ä 🎉", "line\nbreak\ttab", "null", "1", "<b>&amp;</b>", '"quoted" \\ back')


@scenario("2.1/string", "2.1/mismatch")
async def a_string_column_refuses_every_other_type(s: Script) -> None:
    await refuses_others(s, "string")


@scenario("2.1/number")
async def a_number_comes_back_as_it_was(s: Script) -> None:
    await kept(s, 0, 1, -1, 1.5, -0.25, 1e21, 1.7976931348623157e308, 5e-324, 9007199254740991, 2147483648)


@scenario("2.1/number")
async def an_integral_float_is_shown_without_fraction(s: Script) -> None:
    for text in (
        '{"f":1.0}',
        '{"f":1e3}',
        '{"f":-2.50}',
        '{"f":-0}',
        '{"f":9007199254740993}',
        '{"f":123456789012345678901234}',
    ):
        made = await s.post(f"classes/{s.name('Holder')}", text, headers={"Content-Type": "application/json"})
        await s.get(f"classes/{s.name('Holder')}/{made.id}")


@scenario("2.1/number", "2.1/mismatch")
async def a_number_column_refuses_every_other_type(s: Script) -> None:
    await refuses_others(s, "number")


@scenario("2.1/boolean")
async def a_boolean_comes_back_as_it_was(s: Script) -> None:
    await kept(s, True, False)


@scenario("2.1/boolean", "2.1/mismatch")
async def a_boolean_column_refuses_every_other_type(s: Script) -> None:
    await refuses_others(s, "boolean")


@scenario("2.1/date")
async def a_date_comes_back_with_milliseconds_in_utc(s: Script) -> None:
    texts = (
        "2020-01-02T03:04:05.678Z",
        "2020-01-02T03:04:05Z",
        "2020-01-02T03:04:05.6Z",
        "2020-01-02",
        "2020-01-02T03:04:05.678+02:00",
        "1969-12-31T23:59:59.999Z",
        "0001-01-01T00:00:00.000Z",
        "2020-02-29T00:00Z",
    )
    await kept(s, *({"__type": "Date", "iso": text} for text in texts))


@scenario("2.1/date", "2.1/mismatch")
async def a_date_column_refuses_every_other_type(s: Script) -> None:
    await refuses_others(s, "date")


@scenario("2.1/date", "2.1/bad-date")
async def a_date_that_is_none_is_refused(s: Script) -> None:
    for iso in ("yesterday", "2020-13-01T00:00:00.000Z", "2020-01-02T25:00:00.000Z"):
        await s.post(f"classes/{s.name('Holder')}", {"f": {"__type": "Date", "iso": iso}})


@scenario("2.1/object")
async def an_object_comes_back_as_it_was(s: Script) -> None:
    await kept(s, {}, {"a": 1}, {"a": {"b": {"c": [1, {"d": None}]}}}, {"": 1}, {"key with spaces": "ä"}, {"0": "zero"})


@scenario("2.1/object", "2.1/mismatch")
async def an_object_column_refuses_every_other_type(s: Script) -> None:
    await refuses_others(s, "object")


@scenario("2.1/array")
async def an_array_comes_back_as_it_was(s: Script) -> None:
    await kept(s, [], [1, "a", None, True, 1.5], [[1], [[2]]], [{"a": 1}, {}], [SAMPLES["pointer"], DATE])


@scenario("2.1/array", "2.1/mismatch")
async def an_array_column_refuses_every_other_type(s: Script) -> None:
    await refuses_others(s, "array")


@scenario("2.1/bytes")
async def bytes_come_back_as_they_were(s: Script) -> None:
    await kept(s, BYTES, {"__type": "Bytes", "base64": "AA=="}, {"__type": "Bytes", "base64": "/+8="})


@scenario("2.1/bytes")
async def base64_of_other_forms_is_normalised(s: Script) -> None:
    for text in ("aGVsbG8", "aGVs bG8=", "aGVs\nbG8=\n", "_-8=", "===="):
        made = await s.create("Holder", {"f": {"__type": "Bytes", "base64": text}})
        await s.get(f"classes/{s.name('Holder')}/{made}")


@scenario("2.1/bytes")
async def text_that_is_no_base64(s: Script) -> None:
    for text in ("not base64!", "aGVsb", "äö"):
        await s.post(f"classes/{s.name('Holder')}", {"f": {"__type": "Bytes", "base64": text}})


@scenario("2.1/bytes", "2.1/mismatch")
async def a_bytes_column_refuses_every_other_type(s: Script) -> None:
    await refuses_others(s, "bytes")


@scenario("2.1/file")
async def a_file_comes_back_with_the_url_of_this_server(s: Script) -> None:
    await kept(s, FILE, {"__type": "File", "name": "photo.png"}, {"__type": "File", "name": "a b.txt", "url": "x"})


@scenario("2.1/file", "2.1/mismatch")
async def a_file_column_refuses_every_other_type(s: Script) -> None:
    await refuses_others(s, "file")


@scenario("2.1/file")
async def a_file_in_an_array_or_object_has_a_url_too(s: Script) -> None:
    await kept(s, [FILE])
    made = await s.create("Deep", {"o": {"file": FILE}})
    await s.get(f"classes/{s.name('Deep')}/{made}")


@scenario("2.1/pointer")
async def a_pointer_comes_back_without_more_than_class_and_id(s: Script) -> None:
    other = await s.create("Other", {"n": 1})
    pointer = s.pointer("Other", other)
    await kept(s, pointer, {**pointer, "extra": 1})
    await kept(s, s.pointer("Other", "missing123"))


@scenario("2.1/pointer", "2.1/mismatch")
async def a_pointer_column_refuses_every_other_type(s: Script) -> None:
    await refuses_others(s, "pointer")


@scenario("2.1/pointer", "2.1/mismatch")
async def a_pointer_column_refuses_pointers_to_another_class(s: Script) -> None:
    name = s.name("Holder")
    made = await s.create("Holder", {"f": {"__type": "Pointer", "className": "One", "objectId": "aaaaaaaaaa"}})
    other = {"__type": "Pointer", "className": "Two", "objectId": "aaaaaaaaaa"}
    await s.post(f"classes/{name}", {"f": other})
    await s.put(f"classes/{name}/{made}", {"f": other})
    await s.get(f"schemas/{name}", as_="master")


@scenario("2.1/pointer-without-id")
async def a_pointer_without_id_passes_the_type_check(s: Script) -> None:
    await s.post(f"classes/{s.name('Holder')}", {"f": {"__type": "Pointer", "className": "Other"}})
    await s.get(f"schemas/{s.name('Holder')}", as_="master")


@scenario("2.1/relation")
async def a_relation_shows_its_class_on_every_object(s: Script) -> None:
    name = s.name("Holder")
    other = await s.create("Other", {"n": 1})
    related = await s.create("Holder", {"f": {"__op": "AddRelation", "objects": [s.pointer("Other", other)]}})
    plain = await s.create("Holder", {"n": 2})
    await s.get(f"classes/{name}/{related}")
    await s.get(f"classes/{name}/{plain}")
    await s.get(f"schemas/{name}", as_="master")


@scenario("2.1/relation", "2.1/mismatch")
async def a_relation_column_refuses_every_other_type(s: Script) -> None:
    name = s.name("Holder")
    other = await s.create("Other", {"n": 1})
    made = await s.create("Holder", {"f": {"__op": "AddRelation", "objects": [s.pointer("Other", other)]}})
    for kind, value in SAMPLES.items():
        if kind != "relation":
            await s.put(f"classes/{name}/{made}", {"f": value}, label=kind)


@scenario("2.1/acl")
async def an_acl_is_no_column_of_its_own_type(s: Script) -> None:
    name = s.name("Holder")
    made = await s.create("Holder", {"ACL": {"*": {"read": True}, "aaaaaaaaaa": {"read": True, "write": True}}})
    await s.get(f"classes/{name}/{made}")
    await s.get(f"schemas/{name}", as_="master")


@scenario("2.1/timestamps")
async def created_and_updated_are_plain_texts(s: Script) -> None:
    name = s.name("Holder")
    made = await s.create("Holder", {"when": DATE})
    await s.get(f"classes/{name}/{made}")
    await s.put(f"classes/{name}/{made}", {"when": {"__type": "Date", "iso": "2021-01-01T00:00:00.000Z"}})
    await s.get(f"classes/{name}", params={"order": "-updatedAt"})


@scenario("2.1/timestamps")
async def a_date_column_named_by_the_user_is_an_object_in_nested_places_too(s: Script) -> None:
    made = await s.create("Holder", {"o": {"createdAt": DATE, "list": [DATE]}, "a": [{"updatedAt": DATE}]})
    await s.get(f"classes/{s.name('Holder')}/{made}")


@scenario("2.1/included-pointer")
async def an_included_pointer_is_a_full_object(s: Script) -> None:
    other = await s.create("Other", {"n": 1, "when": DATE, "ACL": {"*": {"read": True}}})
    made = await s.create("Holder", {"f": s.pointer("Other", other)})
    await s.get(f"classes/{s.name('Holder')}/{made}", params={"include": "f"})
    await s.get(f"classes/{s.name('Holder')}", params={"include": "f"})

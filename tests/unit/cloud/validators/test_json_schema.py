"""JSON Schema for parameters and fields: what passes, what is told, and what cannot be a schema."""

from __future__ import annotations

import time
from typing import Any

import pytest

from parsepy.cloud.validators.json_schema import compiled

TOO_LARGE = "(?:a{200}){200}"


def test_every_place_is_named_with_what_must_be_there() -> None:
    problems = compiled(
        {
            "properties": {
                "name": {"type": "string", "minLength": 2},
                "items": {"type": "array", "items": {"properties": {"n": {"type": "integer", "minimum": 1}}}},
            },
            "required": ["name", "size"],
        }
    )

    assert problems({"name": "a", "items": [{"n": 1}, {"n": 0}, {"n": "x"}]}) == [
        "name: must have at least 2 characters",
        "items[1].n: must be at least 1",
        "items[2].n: must be of type integer",
        "size: is required",
    ]
    assert problems({"name": "ab", "size": 1}) == []


@pytest.mark.parametrize(
    ("schema", "value", "told"),
    [
        ({"type": ["string", "null"]}, 1, "must be of type string, null"),
        ({"enum": ["a", 1, None]}, "b", 'must be one of "a", 1, null'),
        ({"const": True}, 1, "must be true"),
        ({"maximum": 3}, 4, "must be at most 3"),
        ({"exclusiveMinimum": 3}, 3, "must be more than 3"),
        ({"exclusiveMaximum": 3}, 3, "must be less than 3"),
        ({"multipleOf": 2}, 3, "must be a multiple of 2"),
        ({"maxLength": 1}, "ab", "must have at most 1 characters"),
        ({"pattern": "^a+$"}, "b", "must match ^a+$"),
        ({"format": "email"}, "nobody", "must be of the format email"),
        ({"minItems": 1}, [], "must have at least 1 items"),
        ({"maxItems": 0}, [1], "must have at most 0 items"),
        ({"uniqueItems": True}, [{"a": 1, "b": [2]}, {"b": [2.0], "a": 1.0}], "must not hold anything twice"),
        ({"minProperties": 1}, {}, "must have at least 1 keys"),
        ({"maxProperties": 0}, {"a": 1}, "must have at most 0 keys"),
        ({"properties": {"a": {}}, "additionalProperties": False}, {"a": 1, "b": 2}, "holds a key that is not known"),
        ({"additionalProperties": {"type": "string"}}, {"b": 2}, "b: must be of type string"),
        ({"patternProperties": {"^x": {"type": "string"}}}, {"xy": 2}, "xy: must be of type string"),
        ({"required": ["a", "b"]}, {}, "a, b are required"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, 1, "does not have the form that is asked for"),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"type": "null"}}}, 1, "must be of type null"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) and value else None,
)
def test_a_rule_tells_what_it_wants(schema: dict[str, Any], value: Any, told: str) -> None:
    assert compiled(schema)(value) == [told]


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"uniqueItems": True}, [1, "1", True, None, [1], {"a": 1}]),
        ({"uniqueItems": False}, [1, 1]),
        ({"type": "integer"}, 3.0),
        ({"patternProperties": {"^x": {}}, "additionalProperties": False}, {"xy": 2}),
        ({"pattern": "^a$"}, 5),
        ({"additionalProperties": True}, {"a": 1}),
        ({"$schema": "http://json-schema.org/draft-07/schema#", "exclusiveMinimum": 0}, 1),
    ],
)
def test_what_is_as_it_should_be_passes(schema: dict[str, Any], value: Any) -> None:
    assert compiled(schema)(value) == []


def test_values_are_never_told() -> None:
    problems = compiled({"additionalProperties": {"type": "number", "not": {}}})

    told = problems({"key": "secret"})

    assert told
    assert "secret" not in "".join(told)


def test_a_long_list_of_problems_is_cut() -> None:
    assert len(compiled({"items": {"type": "string"}})(list(range(1000)))) == 10


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ([], "schema must be a dict, not a list"),
        ({"type": "strin"}, "schema is no JSON Schema: type: "),
        ({"properties": {"a": {"minimum": "1"}}}, "schema is no JSON Schema: properties.a.minimum: "),
        ({"$ref": "#/$defs/none"}, "schema refers to #/$defs/none, which is not in it"),
        ({"items": {"$ref": "https://example.com/s"}}, "schema refers to https://example.com/s, which is not in it"),
        ({"pattern": "("}, "schema is no JSON Schema: pattern: "),
        ({"pattern": TOO_LARGE}, f"schema has a pattern that is no regular expression: {TOO_LARGE}"),
        ({"patternProperties": {TOO_LARGE: {}}}, f"schema has a pattern that is no regular expression: {TOO_LARGE}"),
    ],
)
def test_what_is_no_schema_is_refused(schema: Any, text: str) -> None:
    with pytest.raises(TypeError) as refused:
        compiled(schema)

    assert str(refused.value).startswith(text)


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"pattern": "^(a+)+$"}, "a" * 50_000 + "!"),
        ({"patternProperties": {"^(a+)+$": {}}}, {"a" * 50_000 + "!": 1}),
        ({"uniqueItems": True}, [{"n": number} for number in range(50_000)]),
    ],
    ids=["pattern", "keys", "unique"],
)
def test_a_client_cannot_drive_up_the_cost(schema: dict[str, Any], value: Any) -> None:
    problems = compiled(schema)
    before = time.process_time()

    problems(value)

    # Each of them would take hours; any machine does it in a moment.
    assert time.process_time() - before < 20

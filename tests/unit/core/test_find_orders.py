"""Sort keys and includes of a find, against the columns of the class."""

from __future__ import annotations

import pytest

from parsepy.core import include, projection
from parsepy.core.find import orders
from parsepy.errors import ErrorCode, ParseError
from parsepy.model.find_params import FindParams
from parsepy.model.schema import ClassSchema, Field, FieldType
from parsepy.model.where import Order

SCHEMA = ClassSchema(
    "T",
    {
        "a": Field(FieldType.NUMBER),
        "p": Field(FieldType.POINTER, "U"),
        "l": Field(FieldType.ARRAY),
        "createdAt": Field(FieldType.DATE),
    },
)


def test_of_two_keys_for_a_field_the_last_tells_the_direction() -> None:
    assert orders(SCHEMA, ("-a", "p", "a")) == (Order("a", False), Order("p", False))


def test_unknown_fields_are_left_out() -> None:
    assert orders(SCHEMA, ("b", "-a", "a.$x")) == (Order("a", True),)


def test_the_stored_names_of_dates_are_known() -> None:
    assert orders(SCHEMA, ("-_created_at",)) == (Order("createdAt", True),)


@pytest.mark.parametrize("name", ["", "1a", "$a", "className", "length", "_rperm", "authData.x.id"])
def test_impossible_names_are_refused(name: str) -> None:
    with pytest.raises(ParseError) as refused:
        orders(SCHEMA, (name,))

    assert refused.value.code == ErrorCode.INVALID_KEY_NAME


def test_a_star_is_every_pointer_and_array_and_selects_them() -> None:
    params = FindParams(include=("*", "p.q"), keys=("a",))

    expanded = include.with_every_pointer(SCHEMA, params)

    assert expanded.include == ("p.q", "p", "l")
    assert expanded.keys == ("a", "p", "l")


def test_a_path_includes_what_is_on_the_way() -> None:
    assert projection.paths(("a.b.c", "d")) == ["a", "d", "a.b", "a.b.c"]

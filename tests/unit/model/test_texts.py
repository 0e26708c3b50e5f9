"""JSON values as JavaScript sees them."""

from __future__ import annotations

from typing import Any

import pytest

from parsepy.model.texts import is_truthy, javascript_text

TEXTS: list[tuple[Any, str]] = [
    (None, "null"),
    (True, "true"),
    ({"a": 1}, "[object Object]"),
    ([1, None, [True, "x"]], "1,,true,x"),
    (5, "5"),
    ("x", "x"),
]


@pytest.mark.parametrize(("value", "text"), TEXTS, ids=str)
def test_values_become_texts_as_in_javascript(value: Any, text: str) -> None:
    assert javascript_text(value) == text


@pytest.mark.parametrize("value", [1, "0", [], {}, True, -0.5], ids=repr)
def test_what_javascript_takes_for_true(value: Any) -> None:
    assert is_truthy(value)


@pytest.mark.parametrize("value", [None, False, 0, 0.0, ""], ids=repr)
def test_what_javascript_takes_for_false(value: Any) -> None:
    assert not is_truthy(value)

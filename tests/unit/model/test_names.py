"""Names of classes, fields and paths."""

from __future__ import annotations

import pytest

from parsepy.model import names


@pytest.mark.parametrize("name", ["Score", "a_1", "_User", "_Session", "_Join:users:_Role"])
def test_a_class_may_be_called(name: str) -> None:
    assert names.is_class_name(name)


@pytest.mark.parametrize("name", ["", "9x", "_Foo", "_Hooks", "a b", "length", "className", "_Join:a", "ä", "a\n"])
def test_a_class_may_not_be_called(name: str) -> None:
    assert not names.is_class_name(name)


@pytest.mark.parametrize("name", ["", "_x", "9a", "bad name", "length", "className", "a.b", "a-b", "a\n"])
def test_a_field_may_not_be_called(name: str) -> None:
    assert not names.is_field_name(name, "Score")


def test_only_hooks_may_have_a_field_class_name() -> None:
    assert names.is_field_name("className", "_Hooks")


def test_a_path_is_a_dotted_name() -> None:
    assert names.is_path("a.b_1.0")
    assert not names.is_path("_a.b")
    assert not names.is_path("a b")


def test_ids_at_providers_are_recognised() -> None:
    assert names.is_auth_data_id("authData.facebook.id")
    assert not names.is_auth_data_id("authData.facebook")

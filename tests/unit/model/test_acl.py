"""Access control lists."""

from __future__ import annotations

from typing import Any

import pytest

from parsepy.errors import ErrorCode, ParseError
from parsepy.model import acl

STORED: list[tuple[Any, Any]] = [
    (None, None),
    ({}, {}),
    ({"*": {"read": True, "write": True}}, {"*": {"read": True, "write": True}}),
    ({"u": {"read": True, "write": False}}, {"u": {"read": True}}),
    ({"u": {"read": False}, "role:r": {"write": True}}, {"role:r": {"write": True}}),
    ({"u": {"read": True, "foo": True}}, {"u": {"read": True}}),
    ({"u": {"read": "yes"}}, {"u": {"read": True}}),
    ({"u": {"read": [], "write": 0}}, {"u": {"read": True}}),
    ({"u": 5}, {}),
    ({"__op": "Delete"}, {}),
]


@pytest.mark.parametrize(("sent", "stored"), STORED, ids=str)
def test_only_true_flags_are_stored(sent: Any, stored: Any) -> None:
    assert acl.normalised(sent) == stored


@pytest.mark.parametrize("sent", [5, "x", [], True, {"*": None}, {"*unresolved": {"read": True}}], ids=str)
def test_what_is_no_acl_is_refused(sent: Any) -> None:
    with pytest.raises(ParseError) as refused:
        acl.normalised(sent)

    assert (refused.value.code, refused.value.message) == (ErrorCode.INVALID_ACL, "Invalid ACL.")


@pytest.mark.parametrize("entity", ["a.b", "$a", "role:a.b"])
def test_entities_have_neither_dollar_nor_dot(entity: str) -> None:
    with pytest.raises(ParseError) as refused:
        acl.normalised({entity: {"read": True}})

    assert refused.value.code is ErrorCode.INVALID_NESTED_KEY


def test_readers_and_writers() -> None:
    stored = {"u": {"read": True, "write": True}, "*": {"read": True}}

    assert acl.reads(stored) == frozenset({"u", "*"})
    assert acl.writes(stored) == frozenset({"u"})
    assert acl.reads({}) == frozenset()
    assert acl.writes(None) is None


PERMITTED: list[tuple[Any, str, set[str], bool]] = [
    (None, "read", set(), True),
    ({}, "read", {"*", "u"}, False),
    ({"u": {"read": True}}, "read", {"*", "u"}, True),
    ({"u": {"read": True}}, "write", {"*", "u"}, False),
    ({"*": {"write": True}}, "write", {"*"}, True),
    ({"*": {"write": True}}, "write", {"u"}, False),
    ({"role:r": {"write": True}}, "write", {"*", "role:r"}, True),
]


@pytest.mark.parametrize(("stored", "action", "keys", "expected"), PERMITTED)
def test_whom_an_object_lets_in(stored: Any, action: str, keys: set[str], expected: bool) -> None:
    row = {} if stored is None else {"ACL": stored}

    assert acl.permits(row, action, frozenset(keys)) is expected

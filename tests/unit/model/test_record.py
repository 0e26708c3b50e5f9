"""Records are data classes like others, but for what it costs to make one."""

from __future__ import annotations

from dataclasses import replace

from parsepy.model.ops import Set
from parsepy.model.where import Compare, Query


def test_equal_records_are_equal_and_have_one_hash() -> None:
    assert Set(1) == Set(1)
    assert Set(1) != Set(2)
    assert len({Compare("a", "$eq", 1), Compare("a", "$eq", 1), Compare("b", "$eq", 1)}) == 2


def test_a_changed_record_is_another_one() -> None:
    query = Query(limit=1)

    assert replace(query, limit=2).limit == 2
    assert query.limit == 1


def test_records_have_no_room_for_other_attributes() -> None:
    assert not hasattr(Set(1), "__dict__")

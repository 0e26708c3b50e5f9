"""Changes of one field that follow each other become one."""

from __future__ import annotations

from typing import Any

import pytest

from parsepy.cloud import pending
from parsepy.model.ops import Add, AddUnique, Increment, Op, Relate, Remove, Set, SetOnInsert, Unset


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (None, Increment(1), Increment(1)),
        (Increment(1), Set("x"), Set("x")),
        (Set(1), Unset(), Unset()),
        (Set(1), Increment(2), Set(3)),
        (Unset(), Increment(2), Set(2)),
        (Set([1]), Add((2,)), Set([1, 2])),
        (Unset(), Add((2,)), Set([2])),
        (Increment(1), Increment(2), Increment(3)),
        (Add((1,)), Add((1,)), Add((1, 1))),
        (AddUnique((1,)), AddUnique((1, 2)), AddUnique((1, 2))),
        (Remove((1,)), Remove((2,)), Remove((1, 2))),
        (Relate("T", add=("a",)), Relate("T", add=("b",)), Relate("T", add=("a", "b"))),
        (Relate("T", add=("a", "b")), Relate("T", remove=("a",)), Relate("T", add=("b",), remove=("a",))),
    ],
)
def test_two_changes_become_one(first: Op | None, second: Op, expected: Op) -> None:
    assert pending.merged(first, second) == expected


@pytest.mark.parametrize(
    ("first", "second", "text"),
    [
        (Add((1,)), Remove((1,)), "Cannot merge Remove Op with the previous Op"),
        (Increment(1), Add((1,)), "Cannot merge Add Op with the previous Op"),
        (Relate("T", add=("a",)), Relate("U", add=("a",)), "one class: T, not U"),
    ],
)
def test_what_no_single_change_stands_for_is_refused(first: Op, second: Op, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        pending.merged(first, second)


@pytest.mark.parametrize(
    ("op", "sent"),
    [
        (Set([1]), [1]),
        (Unset(), {"__op": "Delete"}),
        (Increment(2), {"__op": "Increment", "amount": 2}),
        (AddUnique((1,)), {"__op": "AddUnique", "objects": [1]}),
        (Remove((1,)), {"__op": "Remove", "objects": [1]}),
        (SetOnInsert(1), {"__op": "SetOnInsert", "value": 1}),
        (
            Relate("T", add=("a",), remove=("b",)),
            {
                "__op": "Batch",
                "ops": [
                    {"__op": "AddRelation", "objects": [{"__type": "Pointer", "className": "T", "objectId": "a"}]},
                    {"__op": "RemoveRelation", "objects": [{"__type": "Pointer", "className": "T", "objectId": "b"}]},
                ],
            },
        ),
    ],
)
def test_a_change_is_sent_as_clients_send_it(op: Op, sent: Any) -> None:
    assert pending.to_json(op) == sent

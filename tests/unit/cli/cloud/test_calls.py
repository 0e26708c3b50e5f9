"""The parameters of a call."""

from __future__ import annotations

from typing import Any

import pytest

from parsepy.cli.cloud.calls import parameters
from parsepy.cli.cloud.failures import MistakeError


@pytest.mark.parametrize(
    ("arguments", "params"),
    [
        ([], {}),
        (["name=Ann"], {"name": "Ann"}),
        (
            ["n=7", "yes=true", "none=null", "list=[1, 2]", 'text="7"'],
            {"n": 7, "yes": True, "none": None, "list": [1, 2], "text": "7"},
        ),
        (["a=b=c", "empty="], {"a": "b=c", "empty": ""}),
        (['{"a": {"b": 1}}'], {"a": {"b": 1}}),
    ],
)
def test_parameters_are_pairs_or_one_object(arguments: list[str], params: dict[str, Any]) -> None:
    assert parameters(arguments) == params


@pytest.mark.parametrize("arguments", [["Ann"], ["{"], ["=1"], ["a=1", '{"b": 2}']])
def test_anything_else_is_a_mistake(arguments: list[str]) -> None:
    with pytest.raises(MistakeError):
        parameters(arguments)

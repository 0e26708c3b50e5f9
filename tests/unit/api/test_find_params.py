"""The parameters of a find, as they come from clients."""

from __future__ import annotations

from typing import Any

import pytest

from parsepy.api.find_params import find_params
from parsepy.errors import ErrorCode, ParseError
from parsepy.model.find_params import FindParams
from parsepy.settings import Settings

SETTINGS = Settings(app_id="test", master_key="master")


def read(**given: Any) -> FindParams:
    return find_params(SETTINGS, given)


@pytest.mark.parametrize(
    ("given", "order"),
    [
        ("a,-b", ("a", "-b")),
        ("a,,b", ("a", "", "b")),
        ("", ()),
        (["a", "b"], ("a", "b")),
        ([], ("",)),
        ({"a": 1}, ("[object Object]",)),
        (True, ("true",)),
        (None, ()),
    ],
)
def test_an_order_is_read_as_text(given: Any, order: tuple[str, ...]) -> None:
    assert read(order=given).order == order


def test_a_star_among_the_includes_stands_for_all() -> None:
    assert read(include="a,*,b").include == ("*",)
    assert read(include="a", includeAll=True).include == ("*", "a")


def test_a_list_of_conditions_has_no_names() -> None:
    with pytest.raises(ParseError) as refused:
        read(where=[{"a": 1}])

    assert refused.value.code == ErrorCode.INVALID_KEY_NAME


def test_a_read_preference_that_is_no_text_is_ignored() -> None:
    assert read(readPreference=1).read_preference is None

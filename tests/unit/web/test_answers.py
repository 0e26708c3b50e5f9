"""Values become JSON, and tags are those of Express."""

from __future__ import annotations

from typing import Any

import pytest

from parsepy.web.answers import encoded, etag


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": [1, 1.5, None, True, "ü"]}, '{"a":[1,1.5,null,true,"ü"]}'),
        ({"a": 2**70}, '{"a":1180591620717411303424}'),
        ([], "[]"),
    ],
)
def test_values_are_encoded_tightly(value: Any, text: str) -> None:
    assert encoded(value) == text.encode()


def test_the_tag_is_that_of_express() -> None:
    assert etag(b'{"results":[]}') == 'W/"e-24vRBFXLdkiGHboJ0qD/fA5L4XI"'
    assert etag(b"{}") == 'W/"2-vyGp6PvFo4RvsFtPoIWeCReyIC8"'
